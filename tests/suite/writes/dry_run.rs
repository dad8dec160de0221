//! What would be sent, without sending it.

use super::{contact, rows_written, write, write_with};
use heddle_tests::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn a_dry_run_shows_the_request_and_sends_none() {
    let server = Server::start().await;
    let before = server.data_calls();
    let body = json!({"last_name": "Ng", "email_addresses": [{"email": "a@example.com"}]});
    let answer = write(&server, "POST", "/v1/crm/contacts?dry_run=true", body).await.expect(200);
    let request = &answer.json["requests"][0];
    assert_eq!(
        (&request["method"], &request["body"]),
        (&json!("POST"), &json!({"LastName": "Ng", "Email": "a@example.com"}))
    );
    assert!(request["path"].as_str().unwrap().ends_with("/sobjects/Contact"));
    assert_eq!(answer.header("x-provider-calls"), Some("0"));
    let batch = json!({"operation": "create", "records": [{"last_name": "A"}, {"last_name": "B"}]});
    let answer = write(&server, "POST", "/v1/crm/contacts/batch?dry_run=true", batch).await.expect(200);
    assert_eq!(answer.json["requests"][0]["body"]["records"].as_array().unwrap().len(), 2);
    assert_eq!((&answer.json["data"], answer.json.get("created")), (&json!([]), None), "the form of a batch");
    let one = "/v1/crm/contacts/003000000000001AAA?dry_run=true";
    write(&server, "DELETE", one, Value::Null).await.expect(200);
    assert_eq!((server.data_calls(), rows_written(&server)), (before, (0, 0, 0)));
    assert!(!answer.text.to_lowercase().contains("bearer"));
}

#[tokio::test]
async fn a_dry_run_checks_the_accounts_own_rules_first() {
    let server = Server::start().await;
    let before = server.data_calls();
    let body = json!({
        "first_name": "x".repeat(41),
        "custom_fields": {"Loyalty_Tier__c": "None such"},
    });
    let answer = write(&server, "POST", "/v1/crm/contacts?dry_run=true", body).await;
    let answer = answer.expect_problem(422, "required_field_missing");
    let errors = answer.json["errors"].as_array().unwrap();
    let found: Vec<(&str, &str)> =
        errors.iter().map(|e| (e["pointer"].as_str().unwrap(), e["code"].as_str().unwrap())).collect();
    assert!(found.contains(&("/last_name", "missing")), "{found:?}");
    assert!(found.contains(&("/first_name", "too_long")), "{found:?}");
    assert!(found.contains(&("/custom_fields/Loyalty_Tier__c", "not_allowed")), "{found:?}");
    let clear = json!({"last_name": null});
    let one = "/v1/crm/contacts/003000000000001AAA?dry_run=true";
    write(&server, "PATCH", one, clear).await.expect_problem(422, "required_field_missing");
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn a_dry_run_of_an_upsert_that_looks_first_looks_and_does_not_write() {
    let server = Server::start().await;
    contact(&server, json!({"last_name": "Dry", "first_name": "Run"})).await;
    let body = json!({"match": ["last_name"], "record": {"last_name": "Dry", "title": "x"}});
    let answer = write(&server, "POST", "/v1/crm/contacts/upsert?dry_run=true", body).await.expect(200);
    assert_eq!(answer.header("x-provider-calls"), Some("1"));
    assert_eq!(answer.json["requests"][0]["method"], "PATCH");
    assert_eq!(rows_written(&server), (1, 0, 0));
}

#[tokio::test]
async fn a_dry_run_does_not_use_up_an_idempotency_key() {
    let server = Server::start().await;
    let key = [("idempotency-key", "dry")];
    let body = json!({"last_name": "Ng"});
    write_with(&server, "POST", "/v1/crm/contacts?dry_run=true", &key, body.clone()).await.expect(200);
    write_with(&server, "POST", "/v1/crm/contacts", &key, body).await.expect(201);
}
