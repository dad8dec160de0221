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

#[tokio::test]
async fn a_key_gives_no_more_than_it_has() {
    let server = Server::start().await;
    let ends = "2099-01-01T00:00:00Z";
    let body = json!({"name": "a", "scopes": ["keys", "crm:read"], "expires_at": ends});
    let made = server.send("POST", "/v1/api-keys", body).await.expect(201);
    let secret = made.json["secret"].as_str().unwrap().to_owned();
    let with = |body: serde_json::Value| {
        server
            .bare("POST", "/v1/api-keys")
            .header("authorization", format!("Bearer {secret}"))
            .header("content-type", "application/json")
            .body(body.to_string())
    };
    server.sent(with(json!({"name": "b", "scopes": ["crm:read"]}))).await.expect_problem(403, "forbidden");
    let later = json!({"name": "b", "scopes": ["crm:read"], "expires_at": "2099-01-02T00:00:00Z"});
    server.sent(with(later)).await.expect_problem(403, "forbidden");
    let wider = json!({"name": "b", "scopes": ["tenants"], "expires_at": ends});
    server.sent(with(wider)).await.expect_problem(403, "forbidden");
    server.sent(with(json!({"name": "b", "scopes": ["crm:read"], "expires_at": ends}))).await.expect(201);
    let unknown = json!({"name": "b", "scopes": ["crm:read"], "tenants": ["ten_00000000000000000000000000000000"]});
    server.send("POST", "/v1/api-keys", unknown).await.expect_problem(422, "validation_failed");
    let odd = json!({"name": "a\tb", "scopes": ["crm:read"]});
    assert_eq!(server.send("POST", "/v1/api-keys", odd).await.status, 422);
    for external_id in [" acme", "acme\u{a0}"] {
        let body = json!({"name": "x", "external_id": external_id});
        server.send("POST", "/v1/tenants", body).await.expect_problem(422, "validation_failed");
    }
}
