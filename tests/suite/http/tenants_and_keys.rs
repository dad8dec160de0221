//! Tenants and API keys over HTTP.

use heddle_tests::Server;
use serde_json::json;

#[tokio::test]
async fn a_tenant_is_found_by_both_its_ids_and_an_external_id_is_unique() {
    let server = Server::start().await;
    let made = server.send("POST", "/v1/tenants", json!({"name": "Blue", "external_id": "blue-1"})).await.expect(201);
    let id = made.json["id"].as_str().unwrap();
    for path in [format!("/v1/tenants/{id}"), "/v1/tenants/blue-1".to_owned()] {
        assert_eq!(server.get(&path).await.expect(200).json["id"], id);
    }
    let twice = server.send("POST", "/v1/tenants", json!({"name": "Blue", "external_id": "blue-1"})).await;
    twice.expect_problem(409, "conflict");
    server.get("/v1/tenants/green").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn lists_are_paged() {
    let server = Server::start().await;
    for i in 0..5 {
        server.send("POST", "/v1/tenants", json!({"name": format!("T{i}")})).await.expect(201);
    }
    let mut seen = Vec::new();
    let mut path = "/v1/tenants?limit=2".to_owned();
    loop {
        let page = server.get(&path).await.expect(200);
        seen.extend(page.ids());
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        path = format!("/v1/tenants?limit=2&cursor={next}");
    }
    assert_eq!(seen.len(), 6);
    seen.dedup();
    assert_eq!(seen.len(), 6);
}

#[tokio::test]
async fn a_key_shows_its_secret_once_and_ends_at_once() {
    let server = Server::start().await;
    let made = server.send("POST", "/v1/api-keys", json!({"name": "ci", "scopes": ["crm:read"]})).await.expect(201);
    let secret = made.json["secret"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("hdl_"));
    let listed = server.get("/v1/api-keys").await.expect(200);
    assert!(!listed.text.contains(&secret));
    let list = || {
        server
            .bare("GET", "/v1/crm/contacts?limit=1")
            .header("authorization", format!("Bearer {secret}"))
            .header("x-connection-id", &server.connection)
    };
    server.sent(list()).await.expect(200);
    let id = made.json["key"]["id"].as_str().unwrap();
    server.send("DELETE", &format!("/v1/api-keys/{id}"), json!(null)).await.expect(204);
    server.sent(list()).await.expect_problem(401, "unauthorized");
}
