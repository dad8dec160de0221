//! Change what matches, or make it.

use super::{contact, rows_written, stored, write};
use heddle_tests::Server;
use serde_json::json;

const UPSERT: &str = "/v1/crm/contacts/upsert";

#[tokio::test]
async fn an_upsert_by_an_external_id_is_one_call_and_makes_one_record() {
    let server = Server::start().await;
    let key = "A/b+c@d?e#f % é";
    let body = |title: &str| {
        let record = json!({"last_name": "Ng", "title": title, "custom_fields": {"ns__Legacy_Id__c": key}});
        json!({"match": ["custom_fields.ns__Legacy_Id__c"], "record": record})
    };
    let made = write(&server, "POST", UPSERT, body("one")).await.expect(201);
    assert_eq!((made.header("x-provider-calls"), &made.json["created"]), (Some("1"), &json!(true)));
    let again = write(&server, "POST", UPSERT, body("two")).await.expect(200);
    assert_eq!((again.header("x-provider-calls"), &again.json["created"]), (Some("1"), &json!(false)));
    assert_eq!(made.json["data"]["id"], again.json["data"]["id"]);
    let values = stored(&server, "Contact", made.json["data"]["id"].as_str().unwrap(), &["Title", "ns__Legacy_Id__c"]);
    assert_eq!(values.await, json!({"Title": "two", "ns__Legacy_Id__c": key}));
    assert_eq!(rows_written(&server), (1, 1, 0));
}

#[tokio::test]
async fn an_upsert_by_email_uses_the_providers_own_look_up() {
    let server = Server::start().await;
    let body = |title: &str| {
        let record =
            json!({"last_name": "Ng", "title": title, "email_addresses": [{"email": "u@example.com", "type": "WORK"}]});
        json!({"match": "email_addresses.email", "record": record})
    };
    write(&server, "POST", UPSERT, body("one")).await.expect(201);
    let again = write(&server, "POST", UPSERT, body("two")).await.expect(200);
    assert_eq!(again.header("x-provider-calls"), Some("1"));
    contact(&server, json!({"last_name": "Wu", "email_addresses": [{"email": "u@example.com"}]})).await;
    let many = write(&server, "POST", UPSERT, body("three")).await.expect_problem(409, "duplicate_detected");
    assert_eq!(many.json["records"].as_array().unwrap().len(), 2, "{}", many.text);
    assert_eq!(rows_written(&server), (2, 1, 0));
}

#[tokio::test]
async fn an_upsert_by_other_fields_looks_first_and_takes_two_calls() {
    let server = Server::start().await;
    let body = |title: &str| {
        let record = json!({"first_name": "Ada", "last_name": "O'Match\\", "title": title});
        json!({"match": ["last_name", "first_name"], "record": record})
    };
    let made = write(&server, "POST", UPSERT, body("one")).await.expect(201);
    assert_eq!(made.header("x-provider-calls"), Some("2"));
    let again = write(&server, "POST", UPSERT, body("two")).await.expect(200);
    assert_eq!(again.json["data"]["id"], made.json["data"]["id"]);
    let twin = contact(&server, json!({"first_name": "Ada", "last_name": "O'Match\\"})).await;
    let many = write(&server, "POST", UPSERT, body("three")).await.expect_problem(409, "duplicate_detected");
    let records = many.json["records"].as_array().unwrap();
    assert!(records.contains(&json!(twin)) && records.contains(&made.json["data"]["id"]), "{}", many.text);
    assert_eq!(rows_written(&server), (2, 1, 0));
}

#[tokio::test]
async fn a_match_that_cannot_be_is_refused_before_any_call() {
    let server = Server::start().await;
    let before = server.data_calls();
    let record = json!({"last_name": "Ng", "description": "d"});
    let refused = [
        (json!(["email_addresses.email"]), 422, "required_field_missing"),
        (json!(["colour"]), 422, "required_field_missing"),
        (json!(["description"]), 422, "unsupported_filter"),
        (json!([]), 400, "invalid_request"),
        (json!(7), 400, "invalid_request"),
    ];
    for (key, status, code) in refused {
        let answer = write(&server, "POST", UPSERT, json!({"match": key, "record": record})).await;
        let status = if code == "unsupported_filter" { 400 } else { status };
        answer.expect_problem(status, code);
    }
    let id = json!({"match": ["id"], "record": {"id": "003000000000001AAA", "last_name": "Ng"}});
    write(&server, "POST", UPSERT, id).await.expect_problem(422, "validation_failed");
    let extra = json!({"match": ["last_name"], "record": record, "colour": 1});
    write(&server, "POST", UPSERT, extra).await.expect_problem(400, "invalid_request");
    let unknown = json!({"match": ["last_name"], "record": {"last_name": "x", "colour": 1}});
    let answer = write(&server, "POST", UPSERT, unknown).await.expect_problem(422, "validation_failed");
    assert_eq!(answer.json["errors"][0]["pointer"], "/record/colour");
    assert_eq!(server.data_calls(), before);
}
