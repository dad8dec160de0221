//! The people of a deal, written with it.

use super::{contact, rows_written, write, write_with};
use heddle_tests::{Answer, Server};
use serde_json::{Value, json};

fn deal(people: Value) -> Value {
    json!({"name": "Seats", "stage_id": "Qualification", "expected_close_date": "2026-09-30", "contact_ids": people})
}

/// So many contacts.
async fn people(server: &Server, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for number in 0..count {
        ids.push(contact(server, json!({"last_name": format!("Ng {number}")})).await);
    }
    ids
}

async fn made(server: &Server, people: Value) -> String {
    let answer = write(server, "POST", "/v1/crm/deals", deal(people)).await.expect(201);
    assert_eq!(answer.provider_calls(), 1);
    format!("/v1/crm/deals/{}", answer.json["data"]["id"].as_str().unwrap())
}

async fn read(server: &Server, path: &str) -> Value {
    server.get(path).await.expect(200).json["data"]["contact_ids"].clone()
}

fn pointers(answer: &Answer) -> Vec<&str> {
    answer.json["errors"].as_array().unwrap().iter().map(|error| error["pointer"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_new_deal_is_made_with_its_people_in_one_call() {
    let server = Server::start().await;
    let ids = people(&server, 2).await;
    let given = json!([
        {"id": ids[0], "role": "Decision Maker", "is_primary": true}, {"id": ids[1], "role": null, "is_primary": false},
    ]);
    let path = made(&server, given.clone()).await;
    assert_eq!(read(&server, &path).await, given);
}

#[tokio::test]
async fn a_list_of_people_replaces_the_list_at_the_cost_of_the_difference() {
    let server = Server::start().await;
    let ids = people(&server, 3).await;
    let one = |at: usize, role: &str, primary: bool| json!({"id": ids[at], "role": role, "is_primary": primary});
    let path = made(&server, json!([one(0, "Decision Maker", true), one(1, "Other", false)])).await;
    let before = rows_written(&server);
    let next = json!([one(1, "Other", true), one(2, "Evaluator", false)]);
    let answer = write(&server, "PATCH", &path, json!({"contact_ids": next, "next_step": "Call"})).await.expect(200);
    assert_eq!(answer.provider_calls(), 2, "what is there is read first");
    assert_eq!(read(&server, &path).await, next);
    let after = rows_written(&server);
    assert_eq!(
        (after.0 - before.0, after.1 - before.1, after.2 - before.2),
        (1, 2, 1),
        "one role and the deal changed"
    );
    let same = write(&server, "PATCH", &path, json!({"contact_ids": next})).await.expect(200);
    assert_eq!((same.provider_calls(), rows_written(&server)), (1, after), "nothing differs");
    for none in [json!([]), json!(null)] {
        write(&server, "PATCH", &path, json!({"contact_ids": none})).await.expect(200);
        assert_eq!(read(&server, &path).await, json!([]));
    }
    write(&server, "PATCH", &path, json!({"name": "Other"})).await.expect(200);
}

#[tokio::test]
async fn people_that_cannot_be_so_are_refused_before_any_call() {
    let server = Server::start().await;
    let ids = people(&server, 2).await;
    let before = server.data_calls();
    let primary = |id: &str| json!({"id": id, "is_primary": true});
    for people in [
        json!([primary(&ids[0]), primary(&ids[1])]),
        json!([{"id": "001000000000001AAA"}]),
        json!([{"role": "Other"}]),
        json!(ids),
        json!("003000000000001AAA"),
    ] {
        let refused = write(&server, "POST", "/v1/crm/deals", deal(people)).await;
        let refused = refused.expect_problem(422, "validation_failed");
        assert_eq!(pointers(&refused), ["/contact_ids"], "{}", refused.text);
    }
    let many: Vec<Value> = (0..25).map(|_| json!({"id": ids[0]})).collect();
    write(&server, "POST", "/v1/crm/deals", deal(json!(many))).await.expect_problem(422, "validation_failed");
    let mut odd = deal(json!([{"id": ids[0]}]));
    odd["name"] = json!("@{record.id}");
    write(&server, "POST", "/v1/crm/deals", odd).await.expect_problem(422, "validation_failed");
    let filter = "/v1/crm/deals?filter[contact_ids.id]=003000000000001AAA";
    server.get(filter).await.expect_problem(400, "unsupported_filter");
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn a_batch_refuses_people_and_an_upsert_looks_first() {
    let server = Server::start().await;
    let ids = people(&server, 1).await;
    let person = json!([{"id": ids[0], "role": null, "is_primary": true}]);
    let mut plain = deal(json!([]));
    plain.as_object_mut().unwrap().remove("contact_ids");
    let batch = json!({"operation": "create", "records": [deal(person.clone()), plain]});
    let answer = write(&server, "POST", "/v1/crm/deals/batch", batch).await.expect(200);
    let first = &answer.json["data"][0];
    assert_eq!((&first["status"], &first["error"]["code"]), (&json!(422), &json!("unsupported_operation")));
    assert_eq!(first["error"]["errors"][0]["pointer"], "/records/0/contact_ids");
    assert_eq!(answer.json["data"][1]["status"], 201);
    let mut record = deal(person.clone());
    record["custom_fields"] = json!({"Erp_Order__c": "E-77"});
    let upsert = json!({"match": "custom_fields.Erp_Order__c", "record": record});
    let made = write(&server, "POST", "/v1/crm/deals/upsert", upsert.clone()).await.expect(201);
    assert_eq!(made.provider_calls(), 2);
    let again = write(&server, "POST", "/v1/crm/deals/upsert", upsert).await.expect(200);
    assert_eq!(again.json["data"]["id"], made.json["data"]["id"]);
    let path = format!("/v1/crm/deals/{}", made.json["data"]["id"].as_str().unwrap());
    assert_eq!(read(&server, &path).await, person);
}

#[tokio::test]
async fn a_person_who_is_not_there_leaves_the_deal_as_it_was() {
    let server = Server::start().await;
    let ids = people(&server, 1).await;
    let nobody = json!([{"id": ids[0]}, {"id": "003000000000001AAA"}]);
    let before = rows_written(&server);
    let refused = write(&server, "POST", "/v1/crm/deals", deal(nobody.clone())).await;
    let refused = refused.expect_problem(422, "validation_failed");
    assert_eq!(pointers(&refused), ["/contact_ids"], "{}", refused.text);
    assert_eq!(rows_written(&server), before, "all or nothing");
    let path = made(&server, json!([])).await;
    let patch = json!({"name": "Changed", "contact_ids": nobody});
    write(&server, "PATCH", &path, patch).await.expect_problem(422, "validation_failed");
    assert_eq!(server.get(&path).await.expect(200).json["data"]["name"], "Seats");
    let gone = "/v1/crm/deals/006000000000001AAA";
    write(&server, "PATCH", gone, json!({"contact_ids": []})).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_dry_run_reads_what_is_there_and_shows_the_one_call() {
    let server = Server::start().await;
    let ids = people(&server, 2).await;
    let path = made(&server, json!([{"id": ids[0]}])).await;
    let before = rows_written(&server);
    let dry = format!("{path}?dry_run=true");
    let answer = write(&server, "PATCH", &dry, json!({"contact_ids": [{"id": ids[1]}]})).await.expect(200);
    let steps = answer.json["requests"][0]["body"]["compositeRequest"].as_array().unwrap();
    let methods: Vec<&Value> = steps.iter().map(|step| &step["method"]).collect();
    assert_eq!((methods, answer.provider_calls()), (vec![&json!("DELETE"), &json!("POST")], 1));
    assert_eq!(rows_written(&server), before);
}

#[tokio::test]
async fn people_are_written_only_to_the_version_that_was_read() {
    let server = Server::start().await;
    let ids = people(&server, 1).await;
    let path = made(&server, json!([])).await;
    let tag = server.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    let people = json!({"contact_ids": [{"id": ids[0]}]});
    let old = [("if-match", "\"2020-01-01T00:00:00.000+0000\"")];
    write_with(&server, "PATCH", &path, &old, people.clone()).await.expect_problem(412, "precondition_failed");
    let mut more = people.clone();
    more["name"] = json!("Changed");
    write_with(&server, "PATCH", &path, &old, more).await.expect_problem(412, "precondition_failed");
    write_with(&server, "PATCH", &path, &[("if-match", &tag)], people).await.expect(200);
}
