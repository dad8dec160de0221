//! What the provider refuses, in common words and with pointers into the body.

use super::{contact, write};
use heddle_tests::Server;
use serde_json::{Value, json};

fn pointers(answer: &Value) -> Vec<&str> {
    answer["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_missing_required_field_is_named_by_its_common_name() {
    let server = Server::start().await;
    let answer = write(&server, "POST", "/v1/crm/contacts", json!({"first_name": "Zoë"})).await;
    let answer = answer.expect_problem(422, "required_field_missing");
    assert_eq!(pointers(&answer.json), ["/last_name"]);
    assert_eq!(answer.json["errors"][0]["provider_field"], "LastName");
    assert_eq!(answer.json["provider_error"]["code"], "REQUIRED_FIELD_MISSING");
    let answer = write(&server, "POST", "/v1/crm/accounts", json!({})).await;
    assert_eq!(pointers(&answer.expect_problem(422, "required_field_missing").json), ["/name"]);
}

#[tokio::test]
async fn refused_values_point_at_the_place_in_the_body() {
    let server = Server::start().await;
    let email = json!({"last_name": "Ng", "email_addresses": [{"email": "badone", "type": "WORK"}]});
    let answer = write(&server, "POST", "/v1/crm/contacts", email).await.expect_problem(422, "validation_failed");
    assert!(pointers(&answer.json)[0].starts_with("/email_addresses"), "{}", answer.text);
    let tier = json!({"last_name": "Ng", "custom_fields": {"Loyalty_Tier__c": "Platinum-Iridium"}});
    let answer = write(&server, "POST", "/v1/crm/contacts", tier).await.expect_problem(422, "validation_failed");
    assert_eq!(pointers(&answer.json), ["/custom_fields/Loyalty_Tier__c"]);
    let long = json!({"last_name": "x".repeat(81)});
    let answer = write(&server, "POST", "/v1/crm/contacts", long).await.expect_problem(422, "validation_failed");
    assert_eq!(pointers(&answer.json), ["/last_name"]);
    let reference = json!({"last_name": "Ng", "account_id": "001000000000001AAA"});
    write(&server, "POST", "/v1/crm/contacts", reference).await.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_duplicate_names_the_records_that_are_there() {
    let server = Server::start().await;
    let body = |email: &str| json!({"last_name": "Ng", "email_addresses": [{"email": email, "type": "WORK"}]});
    let first = contact(&server, body("twin@example.com")).await;
    server.settings(json!({"duplicate_rule": "alert"})).await;
    let answer = write(&server, "POST", "/v1/crm/contacts", body("TWIN@example.com")).await;
    let answer = answer.expect_problem(409, "duplicate_detected");
    assert_eq!(answer.json["records"], json!([first]));
    let passed = "/v1/crm/contacts?allow_duplicates=true";
    write(&server, "POST", passed, body("twin@example.com")).await.expect(201);
    server.settings(json!({"duplicate_rule": "block"})).await;
    write(&server, "POST", passed, body("twin@example.com")).await.expect_problem(409, "duplicate_detected");
    server.settings(json!({"duplicate_rule": "none"})).await;
    let unique = |key: &str| json!({"last_name": "Ng", "custom_fields": {"ns__Legacy_Id__c": key}});
    let holder = contact(&server, unique("L-unique-1")).await;
    let answer = write(&server, "POST", "/v1/crm/contacts", unique("L-unique-1")).await;
    assert_eq!(answer.expect_problem(409, "duplicate_detected").json["records"], json!([holder]));
}

#[tokio::test]
async fn a_field_hidden_since_the_last_describe_is_found_out_once() {
    let server = Server::start().await;
    server.settings(json!({"hidden_fields": ["Contact.Department"]})).await;
    let body = json!({"last_name": "Ng", "department": "R&D"});
    let answer =
        write(&server, "POST", "/v1/crm/contacts", body.clone()).await.expect_problem(422, "validation_failed");
    assert_eq!(pointers(&answer.json), ["/department"]);
    let before = server.data_calls();
    write(&server, "POST", "/v1/crm/contacts", body).await.expect_problem(422, "validation_failed");
    assert_eq!(server.data_calls(), before, "known now, so no call");
    write(&server, "POST", "/v1/crm/contacts", json!({"last_name": "Ng"})).await.expect(201);
}

#[tokio::test]
async fn a_locked_row_is_tried_again() {
    let server = Server::start().await;
    let id = contact(&server, json!({"last_name": "Ng"})).await;
    server.faults(json!({"match": "update", "kind": "locked", "times": 1})).await;
    let answer = write(&server, "PATCH", &format!("/v1/crm/contacts/{id}"), json!({"title": "x"})).await.expect(200);
    assert_eq!(answer.header("x-provider-calls"), Some("2"));
}

#[tokio::test]
async fn a_key_without_the_write_scope_is_forbidden() {
    use heddle_engine::Scope;
    let server = Server::start().await;
    let reader = server.key(&[Scope::CrmRead], None).await;
    let writer = server.key(&[Scope::CrmWrite], None).await;
    let with = |key: &str, path: &str| {
        let request = server.bare("POST", path).header("authorization", format!("Bearer {key}"));
        let request = request.header("x-connection-id", &server.connection).header("content-type", "application/json");
        request.body(r#"{"last_name":"Ng"}"#)
    };
    let path = "/v1/crm/contacts";
    server.sent(with(&reader, path)).await.expect_problem(403, "forbidden");
    server.sent(with(&writer, path)).await.expect(201);
    let back = "/v1/crm/contacts?return=record";
    server.sent(with(&writer, back)).await.expect_problem(403, "forbidden");
}
