//! Several records in one call, each with its own end.

use super::{contact, rows_written, stored, write};
use heddle_tests::Server;
use serde_json::{Value, json};

const BATCH: &str = "/v1/crm/contacts/batch";

fn statuses(answer: &Value) -> Vec<u64> {
    answer["data"].as_array().unwrap().iter().map(|entry| entry["status"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_batch_of_two_hundred_upserts_by_external_id_is_one_call() {
    let server = Server::start().await;
    let records = |title: &str| {
        let one = |n: usize| json!({"last_name": format!("Batch {n}"), "title": title, "custom_fields": {"ns__Legacy_Id__c": format!("B-{n}")}});
        let records: Vec<Value> = (0..200).map(one).collect();
        json!({"operation": "upsert", "match": "custom_fields.ns__Legacy_Id__c", "records": records})
    };
    let before = server.data_calls();
    let made = write(&server, "POST", BATCH, records("one")).await.expect(200);
    assert_eq!(made.header("x-provider-calls"), Some("1"));
    assert_eq!(server.data_calls(), before + 1);
    assert!(statuses(&made.json).iter().all(|status| *status == 201), "{}", made.text);
    let again = write(&server, "POST", BATCH, records("two")).await.expect(200);
    assert!(statuses(&again.json).iter().all(|status| *status == 200));
    let ids = |answer: &Value| answer["data"].as_array().unwrap().iter().map(|e| e["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&made.json), ids(&again.json));
    assert_eq!(rows_written(&server), (200, 200, 0));
}

#[tokio::test]
async fn each_record_of_a_batch_ends_alone_and_in_its_place() {
    let server = Server::start().await;
    let records = json!([
        {"last_name": "First"},
        {"first_name": "No last name"},
        {"last_name": "Third", "colour": "red"},
        {"last_name": "Fourth", "email_addresses": [{"email": "badone"}]},
        {"last_name": "Fifth"},
    ]);
    let body = json!({"operation": "create", "records": records});
    let answer = write(&server, "POST", BATCH, body).await.expect(200);
    assert_eq!(statuses(&answer.json), [201, 422, 422, 422, 201]);
    assert_eq!(answer.header("x-provider-calls"), Some("1"));
    let error = |at: usize| &answer.json["data"][at]["error"];
    assert_eq!(error(1)["code"], "required_field_missing");
    assert_eq!(error(1)["errors"][0]["pointer"], "/records/1/last_name");
    assert_eq!(error(2)["errors"][0]["pointer"], "/records/2/colour");
    assert_eq!(error(3)["code"], "validation_failed");
    assert!(error(3)["errors"][0]["pointer"].as_str().unwrap().starts_with("/records/3/email_addresses"));
    assert_eq!(rows_written(&server), (2, 0, 0));
}

#[tokio::test]
async fn updates_and_deletes_name_their_records() {
    let server = Server::start().await;
    let a = contact(&server, json!({"last_name": "A"})).await;
    let b = contact(&server, json!({"last_name": "B"})).await;
    let records = json!([
        {"id": a, "title": "one"},
        {"id": "003000000000001AAA", "title": "nobody"},
        {"title": "without"},
        {"id": a, "title": "twice"},
        {"id": b, "phone_numbers": [{"number": "1"}]},
    ]);
    let answer = write(&server, "POST", BATCH, json!({"operation": "update", "records": records})).await.expect(200);
    assert_eq!(statuses(&answer.json), [200, 404, 422, 422, 200], "{}", answer.text);
    assert_eq!(stored(&server, "Contact", &a, &["Title"]).await["Title"], "one");
    let delete = json!({"operation": "delete", "records": [{"id": a}, {"id": b}, {"id": "003000000000001AAA"}]});
    let answer = write(&server, "POST", BATCH, delete.clone()).await.expect(200);
    assert_eq!(statuses(&answer.json), [200, 200, 404], "{}", answer.text);
    let again = write(&server, "POST", BATCH, delete).await.expect(200);
    assert_eq!(statuses(&again.json), [200, 200, 404], "{}", again.text);
}

#[tokio::test]
async fn a_batch_without_a_sound_form_is_refused_whole_and_without_a_call() {
    let server = Server::start().await;
    let before = server.data_calls();
    let one = json!([{"last_name": "Ng"}]);
    let many: Vec<Value> = (0..201).map(|_| json!({"last_name": "Ng"})).collect();
    for (body, status, code) in [
        (json!({"operation": "create", "records": []}), 400, "invalid_request"),
        (json!({"operation": "create", "records": many}), 400, "invalid_request"),
        (json!({"operation": "merge", "records": one}), 400, "invalid_request"),
        (json!({"records": one}), 400, "invalid_request"),
        (json!({"operation": "create", "records": one, "match": "last_name"}), 422, "validation_failed"),
        (json!({"operation": "upsert", "records": one}), 422, "validation_failed"),
        (json!({"operation": "upsert", "records": one, "match": "last_name"}), 422, "unsupported_operation"),
    ] {
        write(&server, "POST", BATCH, body).await.expect_problem(status, code);
    }
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn a_batch_that_fails_as_a_whole_is_one_problem() {
    let server = Server::start().await;
    server.faults(json!({"match": "collections", "kind": "reset", "when": "after"})).await;
    let body = json!({"operation": "create", "records": [{"last_name": "Ng"}]});
    let answer = write(&server, "POST", BATCH, body).await.expect_problem(502, "outcome_unknown");
    assert_eq!(answer.json["retryable"], false);
    assert_eq!(rows_written(&server).0, 1);
}
