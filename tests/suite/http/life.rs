//! The life of a connection: apps that are not known yet, swapped credentials,
//! another account behind the login, the end.

use heddle_tests::{Answer, CLIENT_ID, CLIENT_SECRET, Server, ServerOptions, connection_body};
use serde_json::{Value, json};
use std::time::Duration;

const UNKNOWN: &str = "invalid_client_id";

async fn app_is_unknown(server: &Server) {
    server.settings(json!({"token_error": {"error": UNKNOWN, "error_description": "client identifier invalid"}})).await;
}

async fn app_is_known(server: &Server) {
    server.settings(json!({"token_error": null})).await;
}

/// Tries again twenty times a second, for `within`.
fn quick(settings: &mut heddle_server::wiring::WiringSettings, within: Duration) {
    settings.background_tick = Duration::from_millis(20);
    settings.engine.waiting.every = Duration::from_millis(50);
    settings.engine.waiting.within = within;
}

/// Never again in the time of a test.
fn slow() -> ServerOptions {
    ServerOptions::default()
}

/// A server without its connection, and a waiting one made in its place.
async fn waiting(options: ServerOptions) -> (Server, String) {
    let server = Server::with(options).await;
    server.send("DELETE", &format!("/v1/connections/{}", server.connection), Value::Null).await.expect(200);
    app_is_unknown(&server).await;
    let made = server.send("POST", "/v1/connections", connection_body(&server.tenant, &server.sandbox.url())).await;
    let made = made.expect(202);
    let id = made.json["connection"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), Some(format!("/v1/connections/{id}").as_str()));
    assert!(made.header("retry-after").is_some());
    assert_eq!(made.json["passed"], false);
    let connection = &made.json["connection"];
    assert_eq!(connection["state"], "waiting_for_app", "{}", made.text);
    assert!(connection["retry_at"].is_string() && connection["until"].is_string(), "{}", made.text);
    assert_eq!(connection["until_estimated"], false);
    assert!(connection["reason"].as_str().unwrap().contains("Check the key"), "{}", made.text);
    (server, id)
}

async fn shown(server: &Server, id: &str) -> Answer {
    server.get(&format!("/v1/connections/{id}")).await.expect(200)
}

async fn comes_to(server: &Server, id: &str, state: &str) -> Answer {
    let wait = async {
        loop {
            let answer = shown(server, id).await;
            if answer.json["state"] == state {
                return answer;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait).await.unwrap()
}

async fn list_of(server: &Server, id: &str) -> Answer {
    let request = server.bare("GET", "/v1/crm/contacts?limit=1").header("x-connection-id", id);
    server.sent(request.header("authorization", format!("Bearer {}", server.key))).await
}

fn auth(login: &str, secret: &str) -> Value {
    json!({"auth": {"kind": "client_credentials", "my_domain": login, "client_id": CLIENT_ID, "client_secret": secret}})
}

#[tokio::test]
async fn a_new_app_is_waited_for_and_the_connection_becomes_active_by_itself() {
    let tune = |s: &mut _| quick(s, Duration::from_secs(600));
    let (server, id) = waiting(ServerOptions { tune, ..ServerOptions::default() }).await;
    let refused = list_of(&server, &id).await.expect_problem(422, "connection_misconfigured");
    assert!(refused.detail().contains("consumer key"), "{}", refused.text);
    let data_calls = server.data_calls();
    app_is_known(&server).await;
    let active = comes_to(&server, &id, "active").await;
    assert!(active.json["remote_id"].is_string(), "the whole check ran: {}", active.text);
    assert!(active.json["retry_at"].is_null() && active.json["reason"].is_null(), "{}", active.text);
    assert!(server.data_calls() > data_calls);
    list_of(&server, &id).await.expect(200);
}

#[tokio::test]
async fn an_app_that_spreads_slowly_is_known_after_some_tries() {
    let tune = |s: &mut _| quick(s, Duration::from_secs(600));
    let server = Server::with(ServerOptions { tune, ..ServerOptions::default() }).await;
    server.send("DELETE", &format!("/v1/connections/{}", server.connection), Value::Null).await.expect(200);
    server.settings(json!({"app_not_propagated": 3})).await;
    let made = server.send("POST", "/v1/connections", connection_body(&server.tenant, &server.sandbox.url())).await;
    let id = made.expect(202).json["connection"]["id"].as_str().unwrap().to_owned();
    comes_to(&server, &id, "active").await;
    list_of(&server, &id).await.expect(200);
}

#[tokio::test]
async fn waiting_ends_as_a_wrong_set_up() {
    let tune = |s: &mut _| quick(s, Duration::from_millis(120));
    let (server, id) = waiting(ServerOptions { tune, ..ServerOptions::default() }).await;
    let ended = comes_to(&server, &id, "misconfigured").await;
    assert!(ended.json["reason"].as_str().unwrap().contains("waited in vain"), "{}", ended.text);
    assert!(ended.json["retry_at"].is_null());
}

#[tokio::test]
async fn a_refusal_of_the_app_itself_ends_the_waiting_at_once() {
    let tune = |s: &mut _| quick(s, Duration::from_secs(600));
    let (server, id) = waiting(ServerOptions { tune, ..ServerOptions::default() }).await;
    server.settings(json!({"token_error": {"error": "invalid_client", "error_description": "invalid"}})).await;
    let ended = comes_to(&server, &id, "misconfigured").await;
    assert!(ended.json["reason"].as_str().unwrap().contains("consumer secret"), "{}", ended.text);
}

#[tokio::test]
async fn waiting_survives_a_restart_and_a_test_tries_at_once() {
    let (mut server, id) = waiting(slow()).await;
    server.restart().await;
    let path = format!("/v1/connections/{id}/test");
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["connection"]["state"], "waiting_for_app", "{}", report.text);
    let refused = list_of(&server, &id).await.expect_problem(422, "connection_misconfigured");
    assert!(refused.json["retry_after"].as_f64().unwrap() > 1.0, "{}", refused.text);
    app_is_known(&server).await;
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!((&report.json["passed"], &report.json["connection"]["state"]), (&json!(true), &json!("active")));
    list_of(&server, &id).await.expect(200);
}

#[tokio::test]
async fn a_waiting_connection_is_made_once_and_its_credentials_can_be_put_right() {
    let (server, id) = waiting(slow()).await;
    let body = connection_body(&server.tenant, &server.sandbox.url());
    let again = server.send("POST", "/v1/connections", body).await.expect_problem(409, "conflict");
    assert!(again.detail().contains(&id), "{}", again.text);
    let path = format!("/v1/connections/{id}");
    let still = server.send("PATCH", &path, auth(&server.sandbox.url(), CLIENT_SECRET)).await.expect(202);
    assert_eq!(still.json["connection"]["state"], "waiting_for_app");
    app_is_known(&server).await;
    let report = server.send("PATCH", &path, auth(&server.sandbox.url(), CLIENT_SECRET)).await.expect(200);
    assert_eq!(report.json["connection"]["state"], "active", "{}", report.text);
    list_of(&server, &id).await.expect(200);
}

#[tokio::test]
async fn credentials_are_swapped_only_when_the_new_ones_work() {
    let server = Server::start().await;
    let path = format!("/v1/connections/{}", server.connection);
    let before = server.get(&path).await.expect(200);
    let refused = server.send("PATCH", &path, auth(&server.sandbox.url(), "wrong")).await;
    let refused = refused.expect_problem(422, "connection_misconfigured");
    assert!(refused.text.contains("steps/token"), "{}", refused.text);
    app_is_unknown(&server).await;
    let refused = server.send("PATCH", &path, auth(&server.sandbox.url(), CLIENT_SECRET)).await;
    let refused = refused.expect_problem(422, "connection_misconfigured");
    assert!(refused.json["retry_after"].is_number(), "a working connection does not wait: {}", refused.text);
    assert_eq!(server.get(&path).await.expect(200).text, before.text, "nothing was changed");
    server.list(&[("limit", "1")]).await.expect(200);

    app_is_known(&server).await;
    let page = server.list(&[("limit", "1")]).await.expect(200);
    let report = server.send("PATCH", &path, auth(&server.sandbox.url(), CLIENT_SECRET)).await.expect(200);
    assert_eq!(report.json["passed"], true, "{}", report.text);
    let next = page.json["next_cursor"].as_str().unwrap();
    server.list(&[("cursor", next)]).await.expect(200);
    server.send("PATCH", &path, json!({})).await.expect_problem(400, "invalid_request");
}

#[tokio::test]
async fn credentials_of_another_org_are_refused_with_both_named() {
    let server = Server::start().await;
    let (_, other) = server.second_org().await;
    let path = format!("/v1/connections/{}", server.connection);
    let ours = server.get(&path).await.expect(200).json["remote_id"].as_str().unwrap().to_owned();
    let answer = server.send("PATCH", &path, auth(&other.url(), CLIENT_SECRET)).await.expect_problem(409, "conflict");
    assert!(answer.detail().contains(&ours), "{}", answer.text);
    assert_eq!(answer.detail().matches("00D").count(), 2, "{}", answer.text);
    assert_eq!(server.get(&path).await.expect(200).json["login"], server.sandbox.url());
}

#[tokio::test]
async fn a_deleted_connection_says_what_became_of_its_token() {
    let server = Server::start().await;
    let gone = server.send("DELETE", &format!("/v1/connections/{}", server.connection), Value::Null).await.expect(200);
    assert_eq!((&gone.json["revoked"], server.sandbox.calls("revoke")), (&json!(true), 1), "{}", gone.text);
    assert!(gone.json["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
}

#[tokio::test]
async fn a_provider_that_is_down_does_not_hold_up_a_deletion() {
    let tune = |s: &mut heddle_server::wiring::WiringSettings| s.keeper.revoke_timeout = Duration::from_millis(200);
    let server = Server::with(ServerOptions { tune, ..ServerOptions::default() }).await;
    server.faults(json!([{"match": "any", "kind": "silence", "ms": 20_000}])).await;
    let gone = server.send("DELETE", &format!("/v1/connections/{}", server.connection), Value::Null).await.expect(200);
    assert_eq!(gone.json["revoked"], false, "{}", gone.text);
    server.list(&[("limit", "1")]).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn another_org_behind_the_login_pauses_the_connection_until_it_is_confirmed() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "1")]).await.expect(200);
    let old_cursor = page.json["next_cursor"].as_str().unwrap().to_owned();
    let (second, other) = server.second_org().await;
    server.send("DELETE", &format!("/v1/connections/{second}"), Value::Null).await.expect(200);
    let path = format!("/v1/connections/{}", server.connection);
    let old = server.get(&path).await.expect(200).json["remote_id"].clone();
    server.login_leads_to(&other).await;
    let before = other.counters()["data_calls"].as_u64().unwrap();

    // The call that meets it says that its token was refused.
    server.list(&[("limit", "1")]).await.expect_problem(502, "provider_auth_failed");
    let refused = server.list(&[("limit", "1")]).await.expect_problem(409, "connection_paused");
    assert_eq!(refused.detail().matches("00D").count(), 2, "both are named: {}", refused.text);
    server.list(&[("limit", "1")]).await.expect_problem(409, "connection_paused");
    assert_eq!(other.counters()["data_calls"].as_u64().unwrap(), before, "nothing reached the other org");
    let paused = server.get(&path).await.expect(200);
    assert_eq!((&paused.json["state"], &paused.json["remote_id"]), (&json!("org_changed"), &old));
    let found = paused.json["found_id"].as_str().unwrap().to_owned();
    let report = server.send("POST", &format!("{path}/test"), Value::Null).await.expect(200);
    assert_eq!((&report.json["passed"], &report.json["connection"]["state"]), (&json!(false), &json!("org_changed")));

    let confirm = format!("{path}/confirm");
    let wrong = server.send("POST", &confirm, json!({"remote_id": old})).await.expect_problem(409, "conflict");
    assert!(wrong.detail().contains(&found), "{}", wrong.text);
    let done = server.send("POST", &confirm, json!({"remote_id": found})).await.expect(200);
    let connection = &done.json["connection"];
    assert_eq!((&connection["state"], &connection["remote_id"]), (&json!("active"), &json!(found)), "{}", done.text);
    server.list(&[("limit", "1")]).await.expect(200);
    let stale = server.list(&[("cursor", &old_cursor)]).await.expect_problem(400, "invalid_cursor");
    assert!(stale.detail().contains("another account"), "{}", stale.text);
    server.send("POST", &confirm, json!({"remote_id": found})).await.expect_problem(409, "conflict");
}

#[tokio::test]
async fn an_org_that_was_refreshed_pauses_its_connection_until_it_is_confirmed() {
    let server = Server::start().await;
    server.list(&[("limit", "1")]).await.expect(200);
    let renewed = server.control("POST", "refresh_org", Value::Null).await;
    server.list(&[("limit", "1")]).await.expect_problem(502, "provider_auth_failed");
    let refused = server.list(&[("limit", "1")]).await.expect_problem(409, "connection_paused");
    let id = renewed["organization_id"].as_str().unwrap();
    assert!(refused.detail().contains(id), "{}", refused.text);
    let confirm = format!("/v1/connections/{}/confirm", server.connection);
    let done = server.send("POST", &confirm, json!({"remote_id": id})).await.expect(200);
    assert_eq!(done.json["connection"]["state"], "active", "{}", done.text);
    server.list(&[("limit", "1")]).await.expect(200);
}

#[tokio::test]
async fn a_test_finds_another_org_too() {
    let server = Server::start().await;
    let (second, other) = server.second_org().await;
    server.login_leads_to(&other).await;
    let path = format!("/v1/connections/{}", server.connection);
    let report = server.send("POST", &format!("{path}/test"), Value::Null).await.expect(200);
    assert_eq!(report.json["connection"]["state"], "org_changed", "{}", report.text);
    let body = json!({"remote_id": report.json["connection"]["found_id"]});
    let refused = server.send("POST", &format!("{path}/confirm"), body).await.expect_problem(409, "conflict");
    assert!(refused.detail().contains(&second), "that org is connected already: {}", refused.text);
}

#[tokio::test]
async fn a_used_up_allowance_is_shown_with_an_estimated_end() {
    let server = Server::with(ServerOptions { daily_limit: 100, ..ServerOptions::default() }).await;
    server.settings(json!({"used": 100})).await;
    server.list(&[("limit", "1")]).await.expect_problem(429, "provider_quota_exhausted");
    let path = format!("/v1/connections/{}", server.connection);
    let shown = server.get(&path).await.expect(200);
    assert_eq!((&shown.json["state"], &shown.json["until_estimated"]), (&json!("quota_exhausted"), &json!(true)));
    assert!(shown.json["until"].is_string() && shown.json["since"].is_string(), "{}", shown.text);
    let listed = server.get("/v1/connections").await.expect(200);
    assert_eq!(listed.data()[0]["state"], "quota_exhausted");
}
