//! The log of provider calls over HTTP.

use heddle_tests::{Server, violations};
use serde_json::{Value, json};

async fn calls(server: &Server, query: &str) -> Vec<Value> {
    server.wired.store.flush().await;
    server.get(&format!("/v1/calls?{query}")).await.expect(200).data().to_vec()
}

#[tokio::test]
async fn a_list_leaves_its_call_with_what_it_cost() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "5")]).await.expect(200);
    let request_id = page.header("request-id").unwrap().to_owned();
    let found = calls(&server, &format!("request_id={request_id}")).await;
    let [call] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&call["operation"], &call["method"], &call["cost"]), (&json!("query"), &json!("GET"), &json!(1)));
    assert_eq!(call["connection_id"], server.connection.as_str());
    assert_eq!(call["tenant_id"], server.tenant.as_str());
    assert_eq!((&call["status"], &call["failure"]), (&json!(200), &Value::Null));
    assert_eq!(call["attempts"][0]["outcome"], "ok");
    let path = call["path"].as_str().unwrap();
    assert!(path.ends_with("/query") && !path.contains('?'), "{path}");
    let document: Value = serde_json::from_str(&heddle_server::openapi_json()).unwrap();
    let schema = json!({"$ref": "#/components/schemas/ProviderCall"});
    assert_eq!(violations(&document, &schema, call), Vec::<String>::new());
    let one = server.get(&format!("/v1/calls/{}", call["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(one.json, *call);
}

#[tokio::test]
async fn filters_narrow_the_list_and_pages_go_on() {
    let server = Server::start().await;
    for _ in 0..4 {
        server.list(&[("limit", "1")]).await.expect(200);
    }
    let faults = json!([{"match": "query", "kind": "status", "status": 400}]);
    server.control("POST", "faults", faults).await;
    server.list(&[("limit", "1")]).await;
    let failed = calls(&server, "failed=true").await;
    assert!(!failed.is_empty() && failed.iter().all(|call| call["failure"].is_string()), "{failed:?}");
    let all = calls(&server, "limit=200").await;
    let mut paged = Vec::new();
    let mut path = "/v1/calls?limit=2".to_owned();
    loop {
        let page = server.get(&path).await.expect(200);
        paged.extend(page.data().to_vec());
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        path = format!("/v1/calls?limit=2&cursor={next}");
    }
    assert_eq!(paged, all);
    assert!(all.windows(2).all(|pair| pair[0]["id"].as_str() > pair[1]["id"].as_str()), "newest first");
    let newest = all[0]["at"].as_str().unwrap();
    assert!(calls(&server, &format!("until={newest}")).await.len() < all.len());
    assert!(!calls(&server, &format!("since={newest}")).await.is_empty());
    assert!(calls(&server, "since=2200-01-01T00:00:00Z").await.is_empty());
    assert_eq!(calls(&server, "tenant_id=acme&provider=salesforce&limit=200").await, all);
    assert!(calls(&server, "connection_id=con_00000000000000000000000000000000").await.is_empty());
    for (query, code) in [
        ("since=yesterday", "invalid_request"),
        ("failed=maybe", "invalid_request"),
        ("colour=red", "invalid_request"),
        ("cursor=con_1", "invalid_cursor"),
    ] {
        server.get(&format!("/v1/calls?{query}")).await.expect_problem(400, code);
    }
    server.get("/v1/calls?tenant_id=nobody").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_key_sees_the_calls_of_its_tenants_only_and_needs_the_scope() {
    let server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    let all = calls(&server, "limit=200").await;
    let id = all[0]["id"].as_str().unwrap();
    let blue = server.send("POST", "/v1/tenants", json!({"name": "Blue"})).await.expect(201);
    let key = async |scopes: Value, tenant: &Value| {
        let body = json!({"name": "k", "scopes": scopes, "tenants": [tenant]});
        server.send("POST", "/v1/api-keys", body).await.expect(201).json["secret"].as_str().unwrap().to_owned()
    };
    let get = async |key: &str, path: &str| {
        server.sent(server.bare("GET", path).header("authorization", format!("Bearer {key}"))).await
    };
    let mine = key(json!(["calls"]), &json!(server.tenant)).await;
    let foreign = key(json!(["calls"]), &blue.json["id"]).await;
    let without = key(json!(["crm:read"]), &json!(server.tenant)).await;
    assert_eq!(get(&mine, "/v1/calls?limit=200").await.expect(200).data(), &all);
    get(&mine, &format!("/v1/calls/{id}")).await.expect(200);
    assert!(get(&foreign, "/v1/calls").await.expect(200).data().is_empty());
    get(&foreign, &format!("/v1/calls/{id}")).await.expect_problem(404, "not_found");
    get(&foreign, "/v1/calls?tenant_id=acme").await.expect_problem(404, "not_found");
    get(&mine, "/v1/calls/call_1").await.expect_problem(404, "not_found");
    get(&without, "/v1/calls").await.expect_problem(403, "forbidden");
    get(&without, &format!("/v1/calls/{id}")).await.expect_problem(403, "forbidden");
}
