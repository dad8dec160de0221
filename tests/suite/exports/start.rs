//! How an export begins, and which way it takes.

use super::{begin, id, large, lines, records, state};
use heddle_engine::Scope;
use heddle_tests::{Server, ServerOptions};
use serde_json::json;

#[tokio::test]
async fn few_records_are_read_by_pages_and_many_by_a_job() {
    let server = large().await;
    let many = begin(&server, "").await.expect(202);
    let export = &many.json["data"];
    assert_eq!((&export["method"], &export["state"]), (&json!("bulk"), &json!("preparing")));
    assert_eq!((&export["rows"], &export["calls"]), (&json!(2_600), &json!(2)));
    assert_eq!(many.provider_calls(), 2, "a count and a job");
    assert_eq!(many.header("location"), Some(format!("/v1/exports/{}", id(&many)).as_str()));
    assert_eq!(server.sandbox.calls("job_create"), 1);
    let few = begin(&server, "?filter[title][eq]=Nobody").await.expect(202);
    let export = &few.json["data"];
    assert_eq!((&export["method"], &export["state"], &export["rows"]), (&json!("rest"), &json!("ready"), &json!(0)));
    assert_eq!((few.provider_calls(), server.sandbox.calls("job_create")), (1, 1));
    let read = lines(&server, &id(&few), None).await;
    assert_eq!((records(&read).len(), &read.last().unwrap()["end"]["method"]), (0, &json!("rest")));
}

#[tokio::test]
async fn what_a_job_cannot_give_is_read_by_pages_and_said() {
    let server = large().await;
    server.settings(json!({"job_refused": ["Contact"]})).await;
    let refused = begin(&server, "?fields=id").await.expect(202);
    let export = &refused.json["data"];
    assert_eq!((&export["method"], &export["state"]), (&json!("rest"), &json!("ready")));
    assert!(export["method_reason"].as_str().unwrap().contains("not supported by the Bulk API"), "{export}");
    assert_eq!(records(&lines(&server, &id(&refused), None).await).len(), 2_600);
    let raw = begin(&server, "?fields=id&include_raw=true").await.expect(202);
    assert_eq!(raw.json["data"]["method"], "rest");
    let read = lines(&server, &id(&raw), None).await;
    assert!(records(&read)[0]["raw"].is_object(), "the record as the provider's pages have it");
}

#[tokio::test]
async fn what_a_list_refuses_an_export_refuses_too() {
    let server = Server::start().await;
    for (query, status, code) in [
        ("?limit=5", 400, "invalid_request"),
        ("?cursor=x", 400, "invalid_request"),
        ("?colour=red", 400, "invalid_request"),
        ("?fields=colour", 400, "invalid_request"),
        ("?filter[description][eq]=x", 400, "unsupported_filter"),
        ("?sort=description", 400, "unsupported_filter"),
        ("?include_deleted=maybe", 400, "invalid_request"),
    ] {
        begin(&server, query).await.expect_problem(status, code);
    }
    assert_eq!(server.data_calls(), 0);
    let body = server.request("POST", "/v1/crm/contacts/exports").header("content-type", "application/json");
    server.sent(body.body("{\"a\":1}")).await.expect_problem(400, "invalid_request");
    server.sent(server.request("POST", "/v1/crm/unicorns/exports")).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_export_is_seen_by_keys_of_its_tenant_only() {
    let server = large().await;
    let export = id(&begin(&server, "").await.expect(202));
    let other = server.send("POST", "/v1/tenants", json!({"name": "Blue"})).await.expect(201);
    let foreign = server.key(&[Scope::CrmRead], Some(&[other.json["id"].as_str().unwrap()])).await;
    let without = server.key(&[Scope::CrmWrite], None).await;
    for (method, tail) in [("GET", ""), ("GET", "/data"), ("DELETE", "")] {
        let path = format!("/v1/exports/{export}{tail}");
        let with = |key: &str| server.bare(method, &path).header("authorization", format!("Bearer {key}"));
        server.sent(with(&foreign)).await.expect_problem(404, "not_found");
        server.sent(with(&without)).await.expect_problem(403, "forbidden");
    }
    state(&server, "exp_1").await.expect_problem(404, "not_found");
    state(&server, &export).await.expect(200);
}

#[tokio::test]
async fn a_field_that_was_hidden_since_is_left_out_with_a_warning() {
    let server = Server::with(ServerOptions { contacts: 2_100, ..ServerOptions::default() }).await;
    server.settings(json!({"hidden_fields": ["Contact.Department"]})).await;
    let begun = begin(&server, "?fields=id,department").await.expect(202);
    assert_eq!(begun.json["data"]["method"], "bulk");
    let read = lines(&server, &id(&begun), None).await;
    assert_eq!(records(&read).len(), 2_100);
    let warned = read.iter().filter_map(|line| line.get("warnings")).flat_map(|w| w.as_array().unwrap());
    assert_eq!(warned.filter(|w| w["code"] == "fields_not_available").count(), 1);
}
