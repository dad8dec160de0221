//! Sessions that end while many calls run.

use heddle_tests::Server;
use serde_json::json;

#[tokio::test]
async fn t01_two_hundred_callers_at_token_expiry_cost_one_token_call_and_all_succeed() {
    let server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    server.control("POST", "expire_sessions", json!({})).await;
    server.settings(json!({"token_delay_ms": 200})).await;
    let calls = (0..200).map(|_| server.list(&[("limit", "1"), ("fields", "id")]));
    let answers = futures_util::future::join_all(calls).await;
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.provider_calls() <= 2);
    }
    assert_eq!(server.token_calls(), 1);
}

#[tokio::test]
async fn t02_callers_that_hang_up_in_the_middle_stop_no_refresh() {
    let server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    server.control("POST", "expire_sessions", json!({})).await;
    server.settings(json!({"token_delay_ms": 500})).await;
    let short = std::time::Duration::from_millis(200);
    let calls = (0..50).map(|_| server.tried(server.request("GET", "/v1/crm/contacts?limit=1").timeout(short)));
    for answer in futures_util::future::join_all(calls).await {
        assert!(answer.is_none(), "it hung up before the token was there");
    }
    server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(server.token_calls(), 1);
}

#[tokio::test]
async fn t14_a_provider_that_refuses_every_token_is_asked_twice_and_no_more() {
    let server = Server::start().await;
    let refusal = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;
    server.faults(json!([{"match": "query", "kind": "status", "status": 401, "body": refusal, "content_type": "application/json"}])).await;
    let answer = server.list(&[("limit", "1")]).await.expect_problem(502, "provider_auth_failed");
    assert_eq!(answer.provider_calls(), 2);
    assert_eq!(server.token_calls(), 1);
    for _ in 0..5 {
        server.list(&[("limit", "1")]).await.expect_problem(502, "provider_auth_failed");
    }
    assert_eq!(server.token_calls(), 1, "one forced refresh a minute");
}

#[tokio::test]
async fn a_hopeless_session_is_not_refreshed() {
    let server = Server::start().await;
    let refusal =
        r#"[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#;
    server.faults(json!([{"match": "query", "kind": "status", "status": 401, "body": refusal, "content_type": "application/json"}])).await;
    let answer = server.list(&[("limit", "1")]).await.expect_problem(502, "provider_auth_failed");
    assert_eq!((answer.provider_calls(), server.token_calls()), (1, 0));
}

#[tokio::test]
async fn t08_a_dead_grant_is_said_once_asked_and_then_without_any_call() {
    let server = Server::start().await;
    server.settings(json!({"token_error": {"error": "invalid_grant", "error_description": "inactive user"}})).await;
    server.control("POST", "expire_sessions", json!({})).await;
    server.list(&[("limit", "1")]).await;
    let tokens = server.token_calls();
    let before = server.data_calls();
    for _ in 0..5 {
        let answer = server.list(&[("limit", "1")]).await.expect_problem(409, "connection_needs_reauth");
        assert!(answer.detail().contains("run-as user"), "{}", answer.text);
    }
    assert!(server.data_calls() <= before + 1);
    assert_eq!(server.token_calls(), tokens);
    let shown = server.get(&format!("/v1/connections/{}", server.connection)).await.expect(200);
    assert_eq!(shown.json["state"], "needs_reauth", "{}", shown.text);

    server.settings(json!({"token_error": null})).await;
    let report = server
        .send("POST", &format!("/v1/connections/{}/test", server.connection), serde_json::Value::Null)
        .await
        .expect(200);
    assert_eq!(report.json["passed"], true, "{}", report.text);
    server.list(&[("limit", "1")]).await.expect(200);
}

#[tokio::test]
async fn a_token_survives_a_restart() {
    let mut server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    server.restart().await;
    server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(server.token_calls(), 0, "the stored token is used again");
}
