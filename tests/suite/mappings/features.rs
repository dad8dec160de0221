//! What an org has switched on: detected, and told.

use super::write;
use heddle_tests::{Answer, Server};
use serde_json::{Value, json};

async fn connection(server: &Server) -> Value {
    server.send("GET", &format!("/v1/connections/{}", server.connection), Value::Null).await.expect(200).json
}

async fn test(server: &Server) -> Answer {
    server.send("POST", &format!("/v1/connections/{}/test", server.connection), Value::Null).await.expect(200)
}

/// Why an object cannot give a field.
async fn missing(server: &Server, object: &str, field: &str) -> Value {
    let schema = server.get(&format!("/v1/crm/{object}/schema")).await.expect(200).json;
    let all = schema["data"]["missing"].as_array().unwrap();
    all.iter().find(|one| one["field"] == field).cloned().unwrap_or_default()
}

#[tokio::test]
async fn features_are_read_off_the_describes_without_a_call() {
    let server = Server::start().await;
    let before = server.data_calls();
    let features = connection(&server).await["features"].clone();
    assert_eq!(server.data_calls(), before);
    let expected = [
        ("multi_currency", "off"),
        ("person_accounts", "off"),
        ("state_country_picklists", "off"),
        ("enhanced_email", "on"),
        ("enhanced_notes", "off"),
        ("record_types", "on"),
    ];
    for (name, state) in expected {
        assert_eq!(features[name], state, "{name}: {features}");
    }
    let changed = json!({"multi_currency": true, "state_country_picklists": true, "record_types": false, "enhanced_notes": true, "hidden_fields": ["EmailMessage"]});
    server.settings(changed).await;
    test(&server).await;
    let features = connection(&server).await["features"].clone();
    for (name, state) in [
        ("multi_currency", "on"),
        ("state_country_picklists", "on"),
        ("enhanced_email", "off"),
        ("enhanced_notes", "on"),
        ("record_types", "off"),
    ] {
        assert_eq!(features[name], state, "{name}: {features}");
    }
}

#[tokio::test]
async fn amounts_are_in_the_orgs_own_currency_where_records_name_none() {
    let server = Server::start().await;
    server.settings(json!({"default_currency": "JPY"})).await;
    let report = test(&server).await.json;
    let steps = report["steps"].as_array().unwrap();
    assert!(steps.iter().any(|s| s["name"] == "currency" && s["detail"].as_str().unwrap().contains("JPY")), "{report}");
    assert_eq!(connection(&server).await["currency"], "JPY");
    let body = json!({"name": "Acme", "annual_revenue": {"amount": "5", "currency": "JPY"}});
    let made = write(&server, "POST", "/v1/crm/accounts?return=record", body).await.expect(201).json["data"].clone();
    assert_eq!(made["annual_revenue"], json!({"amount": "5", "currency": "JPY"}), "what was read can be sent back");
    let other = json!({"name": "Acme", "annual_revenue": {"amount": "5", "currency": "EUR"}});
    write(&server, "POST", "/v1/crm/accounts", other).await.expect_problem(422, "validation_failed");
    assert_eq!(missing(&server, "accounts", "annual_revenue.currency").await, Value::Null);
}

#[tokio::test]
async fn records_name_their_own_currency_in_an_org_with_several() {
    let server = Server::start().await;
    server.settings(json!({"multi_currency": true})).await;
    test(&server).await;
    assert_eq!(connection(&server).await["currency"], Value::Null, "none is the account's own");
    let page = server.get("/v1/crm/deals?limit=50").await.expect(200);
    let mut found: Vec<&str> = page.data().iter().filter_map(|deal| deal["amount"]["currency"].as_str()).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, ["EUR", "GBP", "USD"]);
}

#[tokio::test]
async fn an_unreadable_currency_stands_in_nobodys_way() {
    let server = Server::start().await;
    server.settings(json!({"hidden_fields": ["Organization"]})).await;
    let fresh = server.send("POST", "/v1/tenants", json!({"name": "Fresh"})).await.expect(201).json;
    let body = heddle_tests::connection_body(fresh["id"].as_str().unwrap(), &server.sandbox.url());
    let made = server.send("POST", "/v1/connections", body).await.expect(201).json;
    let step = made["steps"].as_array().unwrap().iter().find(|step| step["name"] == "currency").unwrap().clone();
    assert_eq!(step["outcome"], "note");
    assert_eq!(made["connection"]["currency"], Value::Null);
    let id = made["connection"]["id"].as_str().unwrap();
    let request = server.bare("GET", "/v1/crm/accounts?limit=50").header("x-connection-id", id);
    let page = server.sent(request.header("authorization", format!("Bearer {}", server.key))).await.expect(200);
    let money = page.data().iter().map(|account| &account["annual_revenue"]).find(|money| !money.is_null()).unwrap();
    assert_eq!(money["currency"], Value::Null, "no currency is better than a guessed one");
}

#[tokio::test]
async fn the_schema_says_why_a_field_is_missing() {
    let server = Server::start().await;
    let code = missing(&server, "contacts", "addresses.country_code").await;
    assert_eq!((&code["reason"], &code["feature"]), (&json!("feature_off"), &json!("state_country_picklists")));
    assert_eq!(missing(&server, "contacts", "middle_name").await["reason"], "hidden_by_permission_or_absent");
    assert_eq!(missing(&server, "contacts", "gender").await["reason"], "no_such_concept");
    assert_eq!(missing(&server, "accounts", "is_person_account").await["feature"], "person_accounts");
    assert_eq!(missing(&server, "contacts", "last_name").await, Value::Null);
    let asked = server.list(&[("fields", "id,gender"), ("limit", "1")]).await.expect(200);
    assert!(asked.warnings().contains(&"field_not_available"), "{}", asked.text);
    let all = server.list(&[("limit", "1")]).await.expect(200);
    assert!(!all.warnings().contains(&"field_not_available"), "nobody asked for it by name");
}
