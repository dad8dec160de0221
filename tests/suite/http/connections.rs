//! Connections: tested step by step before they are stored.

use heddle_tests::{Server, connection_body};
use serde_json::{Value, json};

fn steps(report: &Value) -> Vec<(String, String)> {
    let steps = report["steps"].as_array().unwrap();
    steps.iter().map(|s| (s["name"].as_str().unwrap().to_owned(), s["outcome"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn a_test_reports_each_step_and_what_the_user_sees() {
    let server = Server::start().await;
    let path = format!("/v1/connections/{}/test", server.connection);
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], true);
    let names: Vec<String> = steps(&report.json).into_iter().map(|(name, _)| name).collect();
    // Twelve provider objects stand behind the common ones; each is described once.
    let before = ["token", "instance_url", "api_version", "identity", "limits"];
    let after = ["currency", "rights", "visible_contacts"];
    let expected: Vec<&str> = before.into_iter().chain(["describe"; 12]).chain(after).collect();
    assert_eq!(names, expected);
    assert!(report.text.contains("sees 300 contacts"), "{}", report.text);
    assert!(report.text.contains("View All Data is on"), "{}", report.text);
    assert_eq!(server.token_calls(), 1, "a test asks for a new token");
}

#[tokio::test]
async fn a_test_says_what_is_not_as_it_should_be() {
    let server = Server::start().await;
    let path = format!("/v1/connections/{}/test", server.connection);
    server.settings(json!({"limits_forbidden": true, "view_all_data": false})).await;
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], true);
    let outcome = |report: &Value, name: &str| {
        steps(report).into_iter().find(|(n, _)| n == name).map(|(_, outcome)| outcome).unwrap()
    };
    assert_eq!(outcome(&report.json, "limits"), "note");
    assert_eq!(outcome(&report.json, "rights"), "note");

    server.settings(json!({"limits_forbidden": false, "api_enabled": false})).await;
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], false);
    assert!(report.text.contains("API Enabled"), "{}", report.text);
}

#[tokio::test]
async fn shared_login_hosts_are_refused_before_any_call() {
    let server = Server::start().await;
    for host in [
        "https://login.salesforce.com",
        "https://test.salesforce.com/",
        "https://acme.lightning.force.com",
        "http://acme.my.salesforce.com",
        "https://acme.my.salesforce.com.evil.example",
        "https://user@acme.my.salesforce.com",
        "https://10.0.0.1",
        "https://acme.my.salesforce.com:8443",
        "https://evil.example",
        "not a host",
    ] {
        let answer = server.send("POST", "/v1/connections", connection_body(&server.tenant, host)).await;
        assert_eq!(answer.code(), "connection_misconfigured", "{host}: {}", answer.text);
    }
    let answer = server
        .send("POST", "/v1/connections", connection_body(&server.tenant, "https://login.salesforce.com"))
        .await
        .expect_problem(422, "connection_misconfigured");
    assert!(answer.detail().contains("My Domain"), "{}", answer.text);
    assert_eq!((server.token_calls(), server.data_calls()), (0, 0));
}

#[tokio::test]
async fn the_token_endpoints_refusals_say_what_to_do() {
    let server = Server::start().await;
    for (error, description, says) in [
        ("invalid_client", "invalid client credentials", "secret"),
        ("invalid_grant", "no client credentials user enabled", "run-as user"),
        ("invalid_grant", "request not supported on this domain", "My Domain"),
        ("invalid_grant", "ip restricted", "IP"),
        ("invalid_app_access", "user is not admin approved to access this app", "administrator"),
        ("unsupported_grant_type", "grant type not supported", "client credentials flow"),
    ] {
        server.settings(json!({"token_error": {"error": error, "error_description": description}})).await;
        let answer =
            server.send("POST", "/v1/connections", connection_body(&server.tenant, &server.sandbox.url())).await;
        assert_eq!(answer.code(), "connection_misconfigured", "{error}: {}", answer.text);
        assert!(answer.detail().contains(says), "{error}: {}", answer.text);
        assert!(!answer.text.contains(heddle_tests::CLIENT_SECRET));
    }
    server.settings(json!({"token_error": null})).await;
    let mut wrong = connection_body(&server.tenant, &server.sandbox.url());
    wrong["auth"]["client_secret"] = "wrong".into();
    server.send("POST", "/v1/connections", wrong).await.expect_problem(422, "connection_misconfigured");
    let listed = server.get("/v1/connections").await.expect(200);
    assert_eq!(listed.data().len(), 1, "nothing was stored");
}

#[tokio::test]
async fn one_org_is_connected_once_for_a_tenant() {
    let server = Server::start().await;
    let again = server.send("POST", "/v1/connections", connection_body(&server.tenant, &server.sandbox.url())).await;
    let again = again.expect_problem(409, "conflict");
    assert!(again.detail().contains(&server.connection), "{}", again.text);
    assert_eq!(server.get("/v1/connections").await.expect(200).data().len(), 1);
    server.second_org().await;
}

#[tokio::test]
async fn a_test_that_only_informs_does_not_stand_in_the_way() {
    let server = Server::start().await;
    let path = format!("/v1/connections/{}/test", server.connection);
    server.faults(json!([{"match": "limits", "kind": "status", "status": 500}])).await;
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], true, "{}", report.text);
    let limits = steps(&report.json).into_iter().find(|(name, _)| name == "limits").unwrap();
    assert_eq!(limits.1, "warning");
}

#[tokio::test]
async fn a_describe_without_fields_is_not_believed() {
    let server = Server::start().await;
    let body = r#"{"name":"Contact","fields":[]}"#;
    server
        .faults(json!([{"match": "describe", "kind": "status", "status": 200, "body": body, "content_type": "application/json"}]))
        .await;
    let path = format!("/v1/connections/{}/test", server.connection);
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], false, "{}", report.text);
    let page = server.list(&[("limit", "1")]).await.expect(200);
    assert!(page.data()[0]["last_name"].is_string(), "the old fields stay");
}

#[tokio::test]
async fn a_deleted_connection_is_gone_at_once() {
    let server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    let path = format!("/v1/connections/{}", server.connection);
    server.send("DELETE", &path, Value::Null).await.expect(200);
    server.list(&[("limit", "1")]).await.expect_problem(404, "not_found");
    server.get(&path).await.expect_problem(404, "not_found");
    server.send("DELETE", &path, Value::Null).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_connection_shows_its_account_and_never_its_secrets() {
    let server = Server::start().await;
    let shown = server.get(&format!("/v1/connections/{}", server.connection)).await.expect(200);
    assert_eq!(shown.json["state"], "active");
    assert_eq!(shown.json["provider"], "salesforce");
    assert!(shown.text.contains("00D"), "{}", shown.text);
    assert!(!shown.text.contains(heddle_tests::CLIENT_SECRET));
    let unknown = server
        .send("POST", "/v1/connections", connection_body("ten_00000000000000000000000000000000", &server.sandbox.url()))
        .await;
    unknown.expect_problem(404, "not_found");
    let mut odd = connection_body(&server.tenant, &server.sandbox.url());
    odd["provider"] = "goldmine".into();
    server.send("POST", "/v1/connections", odd).await.expect_problem(422, "validation_failed");
}
