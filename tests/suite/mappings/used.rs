//! Mapped fields in records, bodies, conditions and schemas.

use super::{at, contact, made, map, write};
use heddle_engine::{ConnectionId, Direction, FieldMapping, FieldMappings, MappingOwner, TenantId};
use heddle_tests::Server;
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

#[tokio::test]
async fn a_mapped_field_is_read_and_written_under_its_own_name() {
    let server = Server::start().await;
    let before = server.list(&[("limit", "1")]).await.expect(200);
    assert!(before.data()[0].get("mapped_fields").is_none(), "there is none yet");
    map(&server, "loyalty_tier", "Loyalty_Tier__c", "text").await.expect(201);
    map(&server, "score", "Score__c", "decimal").await.expect(201);
    let body = json!({"last_name": "Ng", "mapped_fields": {"loyalty_tier": "Gold", "score": "12.50"}});
    let id = made(&server, body).await;
    let read = contact(&server, &id).await;
    assert_eq!(read["mapped_fields"], json!({"loyalty_tier": "Gold", "score": "12.5"}));
    assert_eq!(read["custom_fields"]["Loyalty_Tier__c"], "Gold", "it stays among the custom fields");
    let patch = json!({"mapped_fields": {"loyalty_tier": null}});
    write(&server, "PATCH", &format!("/v1/crm/contacts/{id}"), patch).await.expect(200);
    let read = contact(&server, &id).await;
    assert_eq!(read["mapped_fields"], json!({"loyalty_tier": null, "score": "12.5"}), "keys merge one by one");
}

#[tokio::test]
async fn a_standard_field_can_be_mapped_too() {
    let server = Server::start().await;
    map(&server, "assistant", "AssistantName", "text").await.expect(201);
    let id = made(&server, json!({"last_name": "Ng", "mapped_fields": {"assistant": "Kim"}})).await;
    assert_eq!(contact(&server, &id).await["mapped_fields"]["assistant"], "Kim");
    let long = json!({"last_name": "Ng", "mapped_fields": {"assistant": "x".repeat(41)}});
    let refused = write(&server, "POST", "/v1/crm/contacts", long).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/mapped_fields/assistant", "{}", refused.text);
}

#[tokio::test]
async fn conditions_and_selections_know_mapped_fields_and_cost_one_call() {
    let server = Server::start().await;
    map(&server, "score", "Score__c", "decimal").await.expect(201);
    let id = made(&server, json!({"last_name": "Ng", "mapped_fields": {"score": "98765.25"}})).await;
    let found = server.list(&[("filter[mapped_fields.score][gte]", "98765")]).await.expect(200);
    assert_eq!((found.ids(), found.provider_calls()), (vec![id], 1));
    let some = server.list(&[("fields", "id,mapped_fields.score"), ("limit", "1")]).await.expect(200);
    let keys: Vec<&String> = some.data()[0].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "mapped_fields"]);
    server.list(&[("fields", "mapped_fields.other")]).await.expect_problem(400, "invalid_request");
    server.list(&[("sort", "mapped_fields.score")]).await.expect_problem(400, "unsupported_filter");
    server.list(&[("filter[mapped_fields.other]", "1")]).await.expect_problem(400, "invalid_request");
}

#[tokio::test]
async fn the_schema_names_both_sides_of_a_mapping() {
    let server = Server::start().await;
    map(&server, "loyalty_tier", "Loyalty_Tier__c", "text").await.expect(201);
    let schema = server.get("/v1/crm/contacts/schema").await.expect(200).json["data"].clone();
    let field = |name: &str| {
        let fields = schema["fields"].as_array().unwrap();
        fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
    };
    assert_eq!(field("custom_fields.Loyalty_Tier__c")["slots"][0]["mapped_to"], json!(["loyalty_tier"]));
    let mapped = field("mapped_fields.loyalty_tier");
    assert_eq!((&mapped["kind"], &mapped["updateable"]), (&json!("text"), &json!(true)));
    assert_eq!(mapped["slots"][0]["provider_field"], "Loyalty_Tier__c");
    assert!(schema["filterable"].as_array().unwrap().contains(&json!("mapped_fields.loyalty_tier")));
}

#[tokio::test]
async fn an_upsert_and_a_batch_take_mapped_fields() {
    let server = Server::start().await;
    map(&server, "legacy", "ns__Legacy_Id__c", "text").await.expect(201);
    map(&server, "vip", "Vip__c", "boolean").await.expect(201);
    let record = json!({"last_name": "Ng", "mapped_fields": {"legacy": "L-1", "vip": true}});
    let body = json!({"match": "mapped_fields.legacy", "record": record});
    let first = write(&server, "POST", "/v1/crm/contacts/upsert", body.clone()).await.expect(201);
    let again = write(&server, "POST", "/v1/crm/contacts/upsert", body).await.expect(200);
    assert_eq!(first.json["data"]["id"], again.json["data"]["id"]);
    assert_eq!(again.provider_calls(), 1, "the provider has a key there");
    let records =
        json!([{"last_name": "A", "mapped_fields": {"vip": true}}, {"last_name": "B", "mapped_fields": {"vip": 1}}]);
    let batch = json!({"operation": "create", "records": records});
    let ends = write(&server, "POST", "/v1/crm/contacts/batch", batch).await.expect(200).json;
    assert_eq!(ends["data"][1]["error"]["errors"][0]["pointer"], "/records/1/mapped_fields/vip", "{ends}");
    let id = ends["data"][0]["id"].as_str().unwrap();
    assert_eq!(contact(&server, id).await["mapped_fields"]["vip"], true);
}

#[tokio::test]
async fn two_names_of_one_field_must_say_the_same() {
    let server = Server::start().await;
    map(&server, "score", "Score__c", "decimal").await.expect(201);
    let both =
        |score: &str| json!({"last_name": "Ng", "custom_fields": {"Score__c": 7.0}, "mapped_fields": {"score": score}});
    made(&server, both("7")).await;
    let refused = write(&server, "POST", "/v1/crm/contacts", both("8")).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["code"], "conflicting_values", "{}", refused.text);
}

#[tokio::test]
async fn a_direction_bounds_what_a_mapping_does() {
    let server = Server::start().await;
    let set = |name: &'static str, field: &'static str, direction: &'static str| {
        let body = json!({"provider_field": field, "codec": "text", "direction": direction});
        let path = at(&server, "contacts", name);
        let server = &server;
        async move { server.send("PUT", &path, body).await.expect(201) }
    };
    set("seen", "AssistantName", "read").await;
    set("sent", "Department", "write").await;
    let id = made(&server, json!({"last_name": "Ng", "mapped_fields": {"seen": "x", "sent": "Sales"}})).await;
    let read = contact(&server, &id).await;
    assert_eq!(read["mapped_fields"], json!({"seen": null}), "left alone, and not shown");
    assert_eq!(read["department"], "Sales");
}

#[tokio::test]
async fn a_connections_own_mapping_counts_before_its_tenants() {
    let server = Server::start().await;
    let of_tenant = format!("/v1/tenants/{}/field-mappings/salesforce/contacts/tier", server.tenant);
    server.send("PUT", &of_tenant, json!({"provider_field": "Department", "codec": "text"})).await.expect(201);
    let (other, _org) = server.second_org().await;
    let id =
        made(&server, json!({"last_name": "Ng", "department": "Sales", "custom_fields": {"Loyalty_Tier__c": "Gold"}}))
            .await;
    assert_eq!(contact(&server, &id).await["mapped_fields"]["tier"], "Sales");
    map(&server, "tier", "Loyalty_Tier__c", "text").await.expect(201);
    assert_eq!(contact(&server, &id).await["mapped_fields"]["tier"], "Gold", "at once");
    let list = |id: &str| {
        let path = format!("/v1/connections/{id}/field-mappings");
        let server = &server;
        async move { server.send("GET", &path, Value::Null).await }
    };
    let own = list(&server.connection).await.expect(200).json;
    assert_eq!((&own["data"][0]["level"], own["data"].as_array().unwrap().len()), (&json!("connection"), 1));
    let others = list(&other).await.expect(200).json;
    assert_eq!(others["data"][0]["level"], "tenant", "also of a connection that was made later");
    server.send("DELETE", &at(&server, "contacts", "tier"), Value::Null).await.expect(204);
    assert_eq!(contact(&server, &id).await["mapped_fields"]["tier"], "Sales");
    server.send("DELETE", &at(&server, "contacts", "tier"), Value::Null).await.expect_problem(404, "not_found");
    server.send("DELETE", &of_tenant, Value::Null).await.expect(204);
    assert!(contact(&server, &id).await.get("mapped_fields").is_none());
}

#[tokio::test]
async fn setting_a_mapping_again_changes_nothing() {
    let server = Server::start().await;
    let first = map(&server, "tier", "Loyalty_Tier__c", "text").await.expect(201).json;
    let again = map(&server, "tier", "Loyalty_Tier__c", "text").await.expect(200).json;
    assert_eq!(first, again);
    let other = map(&server, "tier", "Department", "text").await.expect(200).json;
    assert_eq!((&other["provider_field"], &other["created_at"]), (&json!("Department"), &first["created_at"]));
}

#[tokio::test]
async fn a_mapping_that_another_process_sets_is_seen_soon() {
    let server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000);
    let mapping = FieldMapping {
        tenant_id: TenantId::parse(&server.tenant).unwrap(),
        owner: MappingOwner::Connection(ConnectionId::parse(&server.connection).unwrap()),
        provider: "salesforce".into(),
        object: heddle_model::Object::Contact,
        name: "tier".into(),
        provider_field: "Loyalty_Tier__c".into(),
        codec: heddle_mapping::NamedCodec::Text,
        direction: Direction::Both,
        created_at: now,
        updated_at: now,
    };
    FieldMappings::put(&server.wired.store, &mapping).await.unwrap();
    let seen =
        async { while server.list(&[("limit", "1")]).await.expect(200).data()[0].get("mapped_fields").is_none() {} };
    tokio::time::timeout(Duration::from_secs(20), seen).await.unwrap();
}
