//! Raw calls: inside the provider's API, through the gate, answered as they are.

use heddle_engine::Scope;
use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::{Value, json};
use std::time::Duration;

async fn raw(server: &Server, body: Value) -> Answer {
    raw_with(server, &[], body).await
}

async fn raw_with(server: &Server, headers: &[(&str, &str)], body: Value) -> Answer {
    let mut request = server.request("POST", "/v1/passthrough").header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.sent(request.body(body.to_string())).await
}

fn made(server: &Server) -> u64 {
    server.sandbox.counters()["rows"]["created"].as_u64().unwrap()
}

#[tokio::test]
async fn a_call_reaches_the_api_and_its_answer_comes_back_as_it_is() {
    let server = Server::start().await;
    let soql = "SELECT Id, Name FROM Contact WHERE LastName != 'O\\'Hara & Co' ORDER BY Id LIMIT 2";
    let answer = raw(&server, json!({"method": "GET", "path": "/query", "query": {"q": soql}})).await.expect(200);
    let data = &answer.json["data"];
    assert_eq!((&data["status"], &data["encoding"]), (&json!(200), &json!("json")));
    assert_eq!(data["content_type"], "application/json;charset=UTF-8");
    assert_eq!(data["body"]["records"].as_array().unwrap().len(), 2);
    assert_eq!(data["body"]["records"][0]["attributes"]["type"], "Contact", "the provider's own words");
    assert_eq!(answer.provider_calls(), 1);
    assert!(answer.header("x-provider-ratelimit-limit").is_some());
    let whole = json!({"method": "GET", "path": "/services/data/v60.0/limits"});
    assert_eq!(raw(&server, whole).await.expect(200).json["data"]["status"], 200, "a whole path, in another version");
    server.wired.store.flush().await;
    let id = answer.header("request-id").unwrap();
    let calls = server.send("GET", &format!("/v1/calls?request_id={id}"), Value::Null).await.expect(200);
    let [call] = &calls.data()[..] else { panic!("{}", calls.text) };
    assert_eq!((&call["operation"], &call["method"], &call["cost"]), (&json!("passthrough"), &json!("GET"), &json!(1)));
    assert!(!call["path"].as_str().unwrap().contains('?'));
}

#[tokio::test]
async fn no_path_leads_out_of_the_api_and_none_that_tries_is_sent() {
    let server = Server::start().await;
    let before = (server.data_calls(), server.token_calls());
    for path in [
        "",
        "limits",
        "//evil.example/limits",
        "https://evil.example/limits",
        "/../../services/oauth2/userinfo",
        "/x/../../../oauth2/token",
        "/%2e%2e/%2E%2E/oauth2/token",
        "/%252e%252e/oauth2/token",
        "/x/..%2f..%2foauth2",
        "/x/..%5c..%5coauth2",
        "/x\\..\\..\\oauth2",
        "/x/..;a/oauth2",
        "/services/oauth2/token",
        "/SERVICES/oauth2/token",
        "/%73ervices/oauth2/token",
        "/services/data/../oauth2/token",
        "/services/data/v66.0/%2e%2e/%2e%2e/oauth2/token",
        "/limits?a=b",
        "/limits#a",
        "/limits%00",
        "/limits%0d%0aX:y",
        "/li mits",
        "/limits\nx",
        "/@evil.example/../..",
    ] {
        let answer = raw(&server, json!({"method": "GET", "path": path})).await;
        let answer = answer.expect_problem(400, "invalid_request");
        assert_eq!(answer.json["errors"][0]["pointer"], "/path", "{path}");
    }
    let long = format!("/{}", "a".repeat(5_000));
    raw(&server, json!({"method": "GET", "path": long})).await.expect_problem(400, "invalid_request");
    let wide = json!({"method": "GET", "path": "/query", "query": {"q": "x".repeat(20_000)}});
    raw(&server, wide).await.expect_problem(400, "invalid_request");
    assert_eq!((server.data_calls(), server.token_calls()), before, "nothing was sent");
}

#[tokio::test]
async fn only_listed_methods_headers_and_members_are_taken() {
    let server = Server::start().await;
    let before = server.data_calls();
    for body in [
        json!({"path": "/limits"}),
        json!({"method": "TRACE", "path": "/limits"}),
        json!({"method": "GET", "path": "/limits", "host": "evil.example"}),
        json!({"method": "GET", "path": "/limits", "headers": {"Authorization": "Bearer x"}}),
        json!({"method": "GET", "path": "/limits", "headers": {"Host": "evil.example"}}),
        json!({"method": "GET", "path": "/limits", "headers": {"Cookie": "a=b"}}),
        json!({"method": "GET", "path": "/limits", "headers": {"Accept": "a\r\nHost: b"}}),
        json!({"method": "GET", "path": "/limits", "body": {}}),
        json!({"method": "POST", "path": "/limits", "body": {}, "text": "a"}),
    ] {
        raw(&server, body.clone()).await.expect_problem(400, "invalid_request");
    }
    let key = [("idempotency-key", "k")];
    let get = json!({"method": "GET", "path": "/limits"});
    raw_with(&server, &key, get.clone()).await.expect_problem(400, "invalid_request");
    assert_eq!(server.data_calls(), before);
    let narrow = server.key(&[Scope::CrmRead, Scope::CrmWrite], None).await;
    let request = server.bare("POST", "/v1/passthrough").header("authorization", format!("Bearer {narrow}"));
    let request = request.header("x-connection-id", &server.connection).header("content-type", "application/json");
    server.sent(request.body(get.to_string())).await.expect_problem(403, "forbidden");
    let options = json!({
        "method": "GET",
        "path": "/query",
        "query": {"q": "SELECT Id FROM Contact"},
        "headers": {"Sforce-Query-Options": "batchSize=200"},
    });
    let answer = raw(&server, options).await.expect(200);
    assert_eq!(answer.json["data"]["body"]["records"].as_array().unwrap().len(), 200, "the header arrived");
}

#[tokio::test]
async fn the_providers_refusals_are_answers() {
    let server = Server::start().await;
    let bad = json!({"method": "GET", "path": "/query", "query": {"q": "SELEKT"}});
    let answer = raw(&server, bad).await.expect(200);
    assert_eq!(answer.json["data"]["status"], 400);
    assert_eq!(answer.json["data"]["body"][0]["errorCode"], "MALFORMED_QUERY");
    let missing = json!({"method": "DELETE", "path": "/sobjects/Contact/003000000000001AAA"});
    let answer = raw(&server, missing).await.expect(200);
    assert_eq!(answer.json["data"]["status"], 404);
    let page = json!({"match": "any", "kind": "status", "status": 404, "body": "<h1>no</h1>", "content_type": "text/html", "times": 1});
    server.faults(page).await;
    let answer = raw(&server, json!({"method": "GET", "path": "/limits"})).await.expect(200);
    assert_eq!((&answer.json["data"]["status"], &answer.json["data"]["body"]), (&json!(404), &json!("<h1>no</h1>")));
    assert_eq!(answer.json["data"]["encoding"], "text");
    // 300 offers several records: an answer, and no redirect that a new login could cure.
    let several = json!({"match": "upsert", "kind": "status", "status": 300, "times": 1,
        "body": "[\"/services/data/v66.0/sobjects/Contact/003dM000000264XQAQ\"]", "content_type": "application/json"});
    server.faults(several).await;
    let tokens = server.token_calls();
    let upsert =
        json!({"method": "PATCH", "path": "/sobjects/Contact/Email/a%40b.example", "body": {"LastName": "Ng"}});
    let answer = raw(&server, upsert).await.expect(200);
    assert_eq!((&answer.json["data"]["status"], answer.provider_calls()), (&json!(300), 1));
    assert_eq!(server.token_calls(), tokens);
    // What is no JSON is not taken for a broken answer, and not asked for again.
    let table = json!({"match": "any", "kind": "status", "status": 200, "body": "a,b\n1,2\n", "content_type": "text/csv", "times": 1});
    server.faults(table).await;
    let answer = raw(&server, json!({"method": "GET", "path": "/limits"})).await.expect(200);
    assert_eq!((answer.json["data"]["body"].as_str(), answer.provider_calls()), (Some("a,b\n1,2\n"), 1));
}

#[tokio::test]
async fn a_write_is_sent_once_and_named_by_its_key_only_once() {
    let server = Server::start().await;
    let create = json!({"method": "POST", "path": "/sobjects/Contact", "body": {"LastName": "Ng"}});
    let key = [("idempotency-key", "k")];
    let first = raw_with(&server, &key, create.clone()).await.expect(200);
    assert_eq!(first.json["data"]["status"], 201);
    assert!(first.json["data"]["headers"]["location"].is_string());
    let again = raw_with(&server, &key, create.clone()).await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((again.json.clone(), again.provider_calls(), made(&server)), (first.json, 0, 1));
    let other = json!({"method": "POST", "path": "/sobjects/Contact", "body": {"LastName": "Other"}});
    raw_with(&server, &key, other).await.expect_problem(422, "idempotency_conflict");
    // Carried out, and the answer lost: said, and not repeated.
    server.faults(json!({"match": "create", "kind": "reset", "when": "after", "times": 1})).await;
    let lost = raw(&server, create.clone()).await.expect_problem(502, "outcome_unknown");
    assert_eq!((lost.provider_calls(), made(&server)), (1, 2));
    // Even a method that is idempotent for records is not repeated here.
    let id = again.json["data"]["body"]["id"].as_str().unwrap().to_owned();
    server.faults(json!({"match": "update", "kind": "reset", "when": "after", "times": 1})).await;
    let patch = json!({"method": "PATCH", "path": format!("/sobjects/Contact/{id}"), "body": {"Title": "x"}});
    let lost = raw(&server, patch).await.expect_problem(502, "outcome_unknown");
    assert_eq!(lost.provider_calls(), 1);
}

#[tokio::test]
async fn what_stands_in_the_way_of_an_answer_is_a_problem() {
    let server = Server::with(ServerOptions {
        tune: |settings| {
            settings.gate.interactive_try = Duration::from_millis(400);
            settings.gate.min_try = Duration::from_millis(50);
            settings.gate.backoff_base = Duration::from_millis(5);
            settings.gate.breaker_calls = 1_000;
            settings.gate.breaker_given_up = 1_000;
            settings.gate.breaker_consecutive = 1_000;
            settings.transport.max_body = 1 << 20;
        },
        ..ServerOptions::default()
    })
    .await;
    let get = json!({"method": "GET", "path": "/limits"});
    for (fault, status, code) in [
        (json!({"kind": "status", "status": 503}), 503, "provider_unavailable"),
        (json!({"kind": "reset"}), 503, "provider_unavailable"),
        (json!({"kind": "silence", "ms": 60_000}), 504, "provider_timeout"),
    ] {
        let mut lasting = fault.clone();
        lasting["match"] = "limits".into();
        server.faults(json!([lasting])).await;
        let answer = raw(&server, get.clone()).await.expect_problem(status, code);
        assert_eq!(answer.provider_calls(), 3, "{fault}: a read is repeated");
        server.control("DELETE", "faults", Value::Null).await;
    }
    let sized = |size: usize| {
        let body = "x".repeat(size);
        json!({"match": "limits", "kind": "status", "status": 200, "body": body, "content_type": "text/plain", "times": 1})
    };
    server.faults(sized(900_000)).await;
    let big = raw(&server, get.clone()).await.expect(200);
    assert_eq!(big.json["data"]["body"].as_str().map(str::len), Some(900_000));
    server.faults(sized(2_000_000)).await;
    raw(&server, get.clone()).await.expect_problem(502, "provider_bad_response");
    server.control("POST", "expire_sessions", json!({})).await;
    raw(&server, get.clone()).await.expect(200);
    server.settings(json!({"daily_limit": 1, "used": 1})).await;
    raw(&server, get).await.expect_problem(429, "provider_quota_exhausted");
}
