//! Mapped fields that the account changes behind us.

use super::{contact, made, map, write};
use heddle_tests::Server;
use serde_json::{Value, json};

/// What the connection says does not fit: name and kind.
async fn drift(server: &Server) -> Vec<(String, String)> {
    let path = format!("/v1/connections/{}", server.connection);
    let shown = server.send("GET", &path, Value::Null).await.expect(200).json;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = shown["drift"].as_array().unwrap();
    list.iter().map(|one| (text(&one["name"]), text(&one["kind"]))).collect()
}

/// Tests the connection; the warnings about mapped fields.
async fn test(server: &Server) -> Vec<String> {
    let path = format!("/v1/connections/{}/test", server.connection);
    let report = server.send("POST", &path, Value::Null).await.expect(200).json;
    assert_eq!(report["passed"], true, "a mapping is no reason to stop: {report}");
    let steps = report["steps"].as_array().unwrap().iter();
    let about = steps.filter(|step| step["name"] == "field_mappings" && step["outcome"] == "warning");
    about.map(|step| step["detail"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_field_that_is_gone_is_absent_with_a_warning_and_never_a_silent_null() {
    let server = Server::start().await;
    map(&server, "tier", "Loyalty_Tier__c", "text").await.expect(201);
    map(&server, "score", "Score__c", "decimal").await.expect(201);
    assert_eq!(drift(&server).await, []);
    server.settings(json!({"hidden_fields": ["Contact.Loyalty_Tier__c"]})).await;
    let page = server.list(&[("limit", "1")]).await.expect(200);
    let mapped = page.data()[0]["mapped_fields"].as_object().unwrap().clone();
    assert_eq!(mapped.keys().collect::<Vec<_>>(), ["score"]);
    assert!(page.warnings().contains(&"mapped_field_unavailable"), "{}", page.text);
    assert_eq!(drift(&server).await, [("tier".to_owned(), "gone_or_hidden".to_owned())]);
    let only = server.list(&[("limit", "1"), ("fields", "id,mapped_fields.tier")]).await.expect(200);
    assert_eq!(only.data()[0]["mapped_fields"], json!({}));
    let other = server.list(&[("limit", "1"), ("fields", "id")]).await.expect(200);
    assert!(other.warnings().is_empty(), "nobody asked for it: {}", other.text);
    let before = server.data_calls();
    let refused =
        server.list(&[("filter[mapped_fields.tier]", "Gold")]).await.expect_problem(400, "unsupported_filter");
    assert!(refused.detail().contains("Loyalty_Tier__c"), "{}", refused.text);
    let body = json!({"last_name": "Ng", "mapped_fields": {"tier": "Gold"}});
    let refused = write(&server, "POST", "/v1/crm/contacts", body).await.expect_problem(422, "validation_failed");
    let error = &refused.json["errors"][0];
    assert_eq!(
        (&error["pointer"], &error["provider_field"]),
        (&json!("/mapped_fields/tier"), &json!("Loyalty_Tier__c"))
    );
    assert_eq!(server.data_calls(), before, "refused before any call");
}

#[tokio::test]
async fn drift_keeps_the_time_when_it_was_first_seen_and_ends_with_its_cause() {
    let mut server = Server::start().await;
    map(&server, "tier", "Loyalty_Tier__c", "text").await.expect(201);
    server.settings(json!({"hidden_fields": ["Contact.Loyalty_Tier__c"]})).await;
    let told = test(&server).await;
    assert!(told[0].contains("Loyalty_Tier__c is gone_or_hidden"), "{told:?}");
    let path = format!("/v1/connections/{}", server.connection);
    let since = server.send("GET", &path, Value::Null).await.expect(200).json["drift"][0]["since"].clone();
    test(&server).await;
    server.restart().await;
    assert_eq!(server.send("GET", &path, Value::Null).await.expect(200).json["drift"][0]["since"], since);
    server.settings(json!({"hidden_fields": []})).await;
    assert_eq!(test(&server).await, Vec::<String>::new());
    assert_eq!(drift(&server).await, []);
}

#[tokio::test]
async fn a_field_of_another_type_is_not_read_as_nonsense() {
    let server = Server::start().await;
    map(&server, "vip", "Vip__c", "boolean").await.expect(201);
    server.settings(json!({"retyped_fields": {"Contact.Vip__c": "string"}})).await;
    assert!(test(&server).await[0].contains("type_changed"));
    assert_eq!(drift(&server).await, [("vip".to_owned(), "type_changed".to_owned())]);
    let page = server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(page.data()[0]["mapped_fields"], json!({}));
    let warning = page.json["warnings"].as_array().unwrap().iter().find(|w| w["field"] == "mapped_fields.vip").unwrap();
    assert!(warning["detail"].as_str().unwrap().contains("boolean"), "{warning}");
    map(&server, "vip", "Vip__c", "text").await.expect(200);
    assert_eq!(drift(&server).await, [], "mended by another codec");
}

#[tokio::test]
async fn a_field_that_can_only_be_read_now_is_read_and_not_written() {
    let server = Server::start().await;
    map(&server, "tier", "Loyalty_Tier__c", "text").await.expect(201);
    let id = made(&server, json!({"last_name": "Ng", "mapped_fields": {"tier": "Gold"}})).await;
    server.settings(json!({"read_only_fields": ["Contact.Loyalty_Tier__c"]})).await;
    assert!(test(&server).await[0].contains("not_writable"));
    assert_eq!(drift(&server).await, [("tier".to_owned(), "not_writable".to_owned())]);
    assert_eq!(contact(&server, &id).await["mapped_fields"]["tier"], "Gold");
    let patch = json!({"mapped_fields": {"tier": "Silver"}});
    let refused = write(&server, "PATCH", &format!("/v1/crm/contacts/{id}"), patch).await;
    assert!(refused.expect_problem(422, "validation_failed").detail().contains("may not write Loyalty_Tier__c"));
}
