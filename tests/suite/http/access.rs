//! Who gets in, and how requests that make no sense are turned away.

use heddle_engine::Scope;
use heddle_tests::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn a_missing_or_wrong_key_is_unauthorized() {
    let server = Server::start().await;
    let list = "/v1/crm/contacts?limit=1";
    server.sent(server.bare("GET", list)).await.expect_problem(401, "unauthorized");
    for header in
        ["Bearer", "Bearer ", "Basic abc", "Bearer hdl_wrong", &format!("Bearer hdl_{}", "a".repeat(43)), "hdl_x"]
    {
        let request = server.bare("GET", list).header("authorization", header);
        let answer = server.sent(request).await.expect_problem(401, "unauthorized");
        assert!(answer.header("www-authenticate").is_some_and(|h| h.starts_with("Bearer")), "{header}");
    }
    assert_eq!(server.data_calls(), 0);
}

#[tokio::test]
async fn a_key_without_the_scope_is_forbidden() {
    let server = Server::start().await;
    let narrow = server.key(&[Scope::Tenants], None).await;
    let request = server
        .bare("GET", "/v1/crm/contacts?limit=1")
        .header("authorization", format!("Bearer {narrow}"))
        .header("x-connection-id", &server.connection);
    let answer = server.sent(request).await.expect_problem(403, "forbidden");
    assert!(answer.detail().contains("crm:read"));
    assert_eq!(server.data_calls(), 0);
}

#[tokio::test]
async fn a_foreign_connection_looks_like_a_missing_one() {
    let server = Server::start().await;
    let other = server.send("POST", "/v1/tenants", json!({"name": "Other"})).await.expect(201);
    let bound = server.key(&[Scope::CrmRead, Scope::Connections], Some(&[other.json["id"].as_str().unwrap()])).await;
    let foreign = server
        .bare("GET", "/v1/crm/contacts")
        .header("authorization", format!("Bearer {bound}"))
        .header("x-connection-id", &server.connection);
    let foreign = server.sent(foreign).await.expect_problem(404, "not_found");
    let missing = server
        .bare("GET", "/v1/crm/contacts")
        .header("authorization", format!("Bearer {bound}"))
        .header("x-connection-id", "con_00000000000000000000000000000000");
    let missing = server.sent(missing).await.expect_problem(404, "not_found");
    assert_eq!(foreign.detail(), missing.detail());
    let path = format!("/v1/connections/{}", server.connection);
    for method in ["GET", "DELETE"] {
        let request = server.bare(method, &path).header("authorization", format!("Bearer {bound}"));
        server.sent(request).await.expect_problem(404, "not_found");
    }
    assert_eq!(server.data_calls(), 0);
}

#[tokio::test]
async fn a_connection_is_found_by_tenant_and_several_are_ambiguous() {
    let server = Server::start().await;
    let by_tenant = |tenant: &str| {
        let key = format!("Bearer {}", server.key);
        server.bare("GET", "/v1/crm/contacts?limit=1").header("authorization", key).header("x-tenant-id", tenant)
    };
    server.sent(by_tenant("acme")).await.expect(200);
    server.sent(by_tenant(&server.tenant)).await.expect(200);
    server.sent(by_tenant("acme").header("x-provider", "salesforce")).await.expect(200);
    server.sent(by_tenant("acme").header("x-provider", "hubspot")).await.expect_problem(404, "not_found");
    server.sent(by_tenant("nobody")).await.expect_problem(404, "not_found");
    server
        .sent(by_tenant("acme").header("x-connection-id", &server.connection))
        .await
        .expect_problem(400, "invalid_request");
    let none = server.bare("GET", "/v1/crm/contacts").header("authorization", format!("Bearer {}", server.key));
    let none = server.sent(none).await.expect_problem(400, "invalid_request");
    assert!(none.detail().contains("X-Connection-Id") || none.detail().contains("x-connection-id"));

    let (_, _org) = server.second_org().await;
    let answer = server.sent(by_tenant(&server.tenant).header("x-provider", "salesforce")).await;
    assert_eq!(answer.code(), "ambiguous_connection", "{}", answer.text);
    assert_eq!(answer.json["candidates"].as_array().map(Vec::len), Some(2), "{}", answer.text);
    assert!(!answer.detail().contains("X-Provider"), "it would not help: {}", answer.text);
}

#[tokio::test]
async fn unknown_parameters_are_refused_by_name() {
    let server = Server::start().await;
    for (query, name) in [
        ("limti=5", "limti"),
        ("limit=5&limit=6", "limit"),
        ("filter[last_name][like]=x", "filter[last_name]"),
        ("filter[shoe_size]=44", "filter[shoe_size]"),
        ("fields=first_name,shoe_size", "fields"),
        ("expand=company", "expand"),
        ("include_raw=yes", "include_raw"),
        ("updated_after=yesterday", "updated_after"),
        ("sort=shoe_size", "sort"),
    ] {
        let answer = server.get(&format!("/v1/crm/contacts?{query}")).await.expect_problem(400, "invalid_request");
        let pointers: Vec<&str> =
            answer.json["errors"].as_array().unwrap().iter().filter_map(|e| e["pointer"].as_str()).collect();
        assert!(pointers.iter().any(|p| p.contains(name)), "{query}: {}", answer.text);
    }
    assert_eq!(server.data_calls(), 0);
}

#[tokio::test]
async fn a_limit_outside_its_range_is_refused() {
    let server = Server::start().await;
    for limit in ["0", "2001", "-1", "abc", "", "1.5", "99999999999999999999"] {
        let answer =
            server.get(&format!("/v1/crm/contacts?limit={limit}")).await.expect_problem(400, "invalid_request");
        assert!(answer.detail().contains("limit"), "{limit}: {}", answer.text);
    }
    assert_eq!(server.get("/v1/crm/contacts?limit=2000").await.expect(200).data().len(), 300);
}

#[tokio::test]
async fn unknown_addresses_and_methods_say_so() {
    let server = Server::start().await;
    server.get("/v1/crm/unicorns").await.expect_problem(404, "not_found");
    server.get("/v2/anything").await.expect_problem(404, "not_found");
    server.get("/v1/crm/objects/Project__c/1/2").await.expect_problem(404, "not_found");
    let answer = server.send("PUT", "/v1/crm/contacts", json!({})).await.expect_problem(405, "method_not_allowed");
    assert!(answer.header("allow").is_some_and(|h| h.contains("GET")));
}

#[tokio::test]
async fn bodies_are_bounded_and_strict() {
    let server = Server::start().await;
    let post = |body: &str, kind: &str| {
        server
            .bare("POST", "/v1/tenants")
            .header("authorization", format!("Bearer {}", server.key))
            .header("content-type", kind.to_owned())
            .body(body.to_owned())
    };
    server.sent(post("{", "application/json")).await.expect_problem(400, "invalid_request");
    server.sent(post("[]", "application/json")).await.expect_problem(400, "invalid_request");
    server.sent(post(r#"{"name":"a"}"#, "text/plain")).await.expect_problem(400, "invalid_request");
    let unknown = server.sent(post(r#"{"name":"a","nmae":"b"}"#, "application/json")).await;
    assert!(unknown.expect_problem(400, "invalid_request").text.contains("nmae"));
    let huge = format!(r#"{{"name":"{}"}}"#, "x".repeat(2_000_000));
    server.sent(post(&huge, "application/json")).await.expect_problem(413, "payload_too_large");
    let long = format!(r#"{{"name":"{}"}}"#, "x".repeat(300));
    server.sent(post(&long, "application/json")).await.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn every_answer_names_its_request() {
    let server = Server::start().await;
    let own = server.sent(server.request("GET", "/v1/crm/contacts?limit=1").header("request-id", "my-1.2_3")).await;
    assert_eq!(own.header("request-id"), Some("my-1.2_3"));
    let problem = server.get("/v1/crm/contacts?limit=0").await;
    assert_eq!(problem.json["request_id"].as_str(), problem.header("request-id"));
    let odd = server.sent(server.request("GET", "/v1/crm/contacts?limit=1").header("request-id", "a b<c>")).await;
    assert!(odd.header("request-id").is_some_and(|id| id.starts_with("req_")));
}

#[tokio::test]
async fn health_and_documents_need_no_key() {
    let server = Server::start().await;
    for path in ["/healthz", "/readyz"] {
        server.sent(server.bare("GET", path)).await.expect(200);
    }
    let document = server.sent(server.bare("GET", "/openapi.json")).await.expect(200);
    assert_eq!(document.json["openapi"].as_str().map(|v| &v[..3]), Some("3.1"));
    let page = server.sent(server.bare("GET", "/docs/")).await.expect(200);
    assert!(!page.text.contains("https://"), "the docs must load nothing from elsewhere");
}

#[tokio::test]
async fn the_catalogue_lists_what_is_built_and_what_is_planned() {
    let server = Server::start().await;
    let all = server.get("/v1/providers").await.expect(200);
    assert_eq!(all.data().len(), 10);
    let status =
        |id: &str| all.data().iter().find(|p| p["id"] == id).map(|p| p["status"].clone()).unwrap_or(Value::Null);
    assert_eq!(status("salesforce"), "ready");
    assert_eq!(status("attio"), "planned");
    server.get("/v1/providers/salesforce").await.expect(200);
    server.get("/v1/providers/goldmine").await.expect_problem(404, "not_found");
    for planned in ["hubspot", "copper"] {
        let mut body = heddle_tests::connection_body(&server.tenant, &server.sandbox.url());
        body["provider"] = planned.into();
        server.send("POST", "/v1/connections", body).await.expect_problem(422, "unsupported_operation");
    }
}
