//! Mappings that do not fit, and who may not set them.

use super::{at, map};
use heddle_engine::Scope;
use heddle_tests::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn what_does_not_fit_the_account_is_refused_by_name() {
    let server = Server::start().await;
    for (name, field, codec, pointer, code) in [
        ("tier", "Nowhere__c", "text", "/provider_field", "unknown_field"),
        ("tier", "Account.Name", "text", "/provider_field", "invalid"),
        ("tier", "Account", "text", "/provider_field", "unknown_field"),
        ("tier", "Loyalty_Tier__c", "boolean", "/codec", "wrong_codec"),
        ("tier", "Score__c", "integer", "/codec", "wrong_codec"),
        ("tier", "Score__c", "money", "/codec", "unknown"),
        ("tier", "MailingAddress", "text", "/codec", "wrong_codec"),
        ("tier", "IsEmailBounced", "boolean", "/direction", "read_only"),
        ("Tier", "Loyalty_Tier__c", "text", "{name}", "invalid"),
    ] {
        let refused = map(&server, name, field, codec).await.expect_problem(422, "validation_failed");
        let errors = refused.json["errors"].as_array().unwrap();
        let told = errors.iter().any(|error| error["pointer"] == pointer && error["code"] == code);
        assert!(told, "{field} {codec}: {}", refused.text);
    }
    let unreadable = json!({"provider_field": "IsEmailBounced", "codec": "boolean", "direction": "read"});
    server.send("PUT", &at(&server, "contacts", "bounced"), unreadable).await.expect(201);
    let body = json!({"provider_field": "Subject", "codec": "text"});
    server.send("PUT", &at(&server, "widgets", "x"), body.clone()).await.expect_problem(422, "validation_failed");
    let subtype = json!({"provider_field": "TaskSubtype", "codec": "text"});
    let refused =
        server.send("PUT", &at(&server, "calls", "x"), subtype).await.expect_problem(422, "validation_failed");
    assert!(refused.detail().contains("tells calls from other records"), "{}", refused.text);
    server.send("PUT", &at(&server, "calls", "x"), body).await.expect(201);
    assert_eq!(server.data_calls(), 0, "nothing of this is asked of the provider");
}

#[tokio::test]
async fn a_tenants_mapping_is_checked_against_its_connections() {
    let server = Server::start().await;
    let path = |provider: &str| format!("/v1/tenants/acme/field-mappings/{provider}/contacts/tier");
    let body = json!({"provider_field": "Nowhere__c", "codec": "text"});
    let refused = server.send("PUT", &path("salesforce"), body.clone()).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.json["connection_id"], json!(server.connection), "the one that it does not fit is named");
    server.send("PUT", &path("nobody"), body.clone()).await.expect_problem(422, "validation_failed");
    let free = server.send("POST", "/v1/tenants", json!({"name": "Free", "external_id": "free"})).await.expect(201);
    let path = format!("/v1/tenants/{}/field-mappings/salesforce/contacts/tier", free.json["id"].as_str().unwrap());
    server.send("PUT", &path, body).await.expect(201);
    let listed = server.send("GET", "/v1/tenants/free/field-mappings", Value::Null).await.expect(200);
    assert_eq!(listed.json["data"][0]["provider"], "salesforce");
}

#[tokio::test]
async fn only_the_right_keys_set_mappings() {
    let server = Server::start().await;
    let body = json!({"provider_field": "Department", "codec": "text"});
    let as_key = |key: String| {
        let request =
            server.bare("PUT", &at(&server, "contacts", "x")).header("authorization", format!("Bearer {key}"));
        server.sent(request.header("content-type", "application/json").body(body.to_string()))
    };
    let other = server.send("POST", "/v1/tenants", json!({"name": "Other"})).await.expect(201);
    let other = other.json["id"].as_str().unwrap().to_owned();
    as_key(server.key(&[Scope::CrmWrite, Scope::Tenants], None).await).await.expect_problem(403, "forbidden");
    as_key(server.key(&[Scope::Connections], Some(&[&other])).await).await.expect_problem(404, "not_found");
    as_key(server.key(&[Scope::Connections], Some(&[&server.tenant])).await).await.expect(201);
    server.send("POST", &at(&server, "contacts", "x"), body).await.expect_problem(405, "method_not_allowed");
}

#[tokio::test]
async fn an_object_has_a_hundred_mapped_fields_at_most() {
    let server = Server::start().await;
    for number in 0..100 {
        map(&server, &format!("f{number}"), "Department", "text").await.expect(201);
    }
    let refused = map(&server, "one_more", "Department", "text").await.expect_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["code"], "too_many");
    map(&server, "f7", "Title", "text").await.expect(200);
    server.list(&[("limit", "1")]).await.expect(200);
}
