//! Connecting by a person's consent, from the app to the end of the connection.

use heddle_engine::Scope;
use heddle_sandbox::{Salesforce, SalesforceOptions};
use heddle_tests::{Answer, Browser, CLIENT_ID, CLIENT_SECRET, Page, Server, ServerOptions};
use serde_json::{Value, json};
use std::time::Duration;

const BACK: &str = "https://app.example.com/done?k=1";

/// A server without a connection, with an app that the sandbox knows.
struct Place {
    server: Server,
    app: String,
    browser: Browser,
}

impl Place {
    async fn new() -> Self {
        Self::with(|settings| settings.engine.consent.return_origins = vec!["https://app.example.com".into()]).await
    }

    async fn with(tune: fn(&mut heddle_server::wiring::WiringSettings)) -> Self {
        let server = Server::with(ServerOptions { tune, ..ServerOptions::default() }).await;
        server.send("DELETE", &format!("/v1/connections/{}", server.connection), Value::Null).await.expect(200);
        let callback = format!("{}/oauth/callback/salesforce", server.url);
        server.settings(json!({"callback_urls": [callback]})).await;
        let app = server.send("POST", "/v1/oauth-apps", app_body(&server.sandbox.url(), &callback)).await.expect(201);
        let app = app.json["id"].as_str().unwrap().to_owned();
        server.control("POST", "counters/reset", Value::Null).await;
        Self { server, app, browser: Browser::new() }
    }

    async fn asked(&self, changes: Value) -> Answer {
        let mut body = json!({"tenant_id": self.server.tenant, "provider": "salesforce", "return_url": BACK});
        for (name, value) in changes.as_object().unwrap() {
            body[name] = value.clone();
        }
        self.server.send("POST", "/v1/connections/authorize", body).await
    }

    /// The page of the provider for a consent with these changes.
    async fn page(&self, changes: Value) -> String {
        let started = self.asked(changes).await.expect(201);
        started.json["authorize_url"].as_str().unwrap().to_owned()
    }

    /// Goes through a consent; what the browser gets from the server.
    async fn decided(&self, changes: Value, decision: &str) -> Page {
        let callback = self.browser.decide(&self.page(changes).await, decision).await;
        self.browser.open(&callback).await
    }

    /// A consent that works; the connection's id.
    async fn connected(&self, changes: Value) -> String {
        let end = self.decided(changes, "allow").await;
        assert_eq!(end.status, 303, "{}", end.text);
        let location = end.location.unwrap();
        let id = location.strip_prefix(&format!("{BACK}&result=connected&connection_id="));
        id.unwrap_or_else(|| panic!("{location}")).to_owned()
    }

    async fn list(&self, id: &str) -> Answer {
        let request = self.server.bare("GET", "/v1/crm/contacts?limit=1&fields=id").header("x-connection-id", id);
        self.server.sent(request.header("authorization", format!("Bearer {}", self.server.key))).await
    }

    async fn shown(&self, id: &str) -> Value {
        self.server.get(&format!("/v1/connections/{id}")).await.expect(200).json
    }

    async fn grants(&self) -> Value {
        self.server.control("GET", "grants", Value::Null).await
    }
}

fn app_body(login: &str, callback: &str) -> Value {
    json!({
        "provider": "salesforce",
        "name": "Our app",
        "login": login,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uri": callback,
    })
}

fn failed(code: &str) -> Option<String> {
    Some(format!("{BACK}&result=failed&code={code}"))
}

#[tokio::test]
async fn a_person_consents_and_the_connection_works_and_renews_its_token() {
    let place = Place::new().await;
    let checked = place.server.send("POST", &format!("/v1/oauth-apps/{}/check", place.app), Value::Null).await;
    assert_eq!(checked.expect(200).json["passed"], true);
    let id = place.connected(json!({})).await;
    let shown = place.shown(&id).await;
    assert_eq!((&shown["auth_kind"], &shown["state"]), (&json!("authorization_code"), &json!("active")));
    assert!(shown["remote_id"].is_string(), "it was tested: {shown}");
    place.list(&id).await.expect(200);
    for _ in 0..3 {
        // A test asks for a new token whatever is stored: each spends a refresh token.
        place.server.control("POST", "expire_sessions", json!({})).await;
        let report = place.server.send("POST", &format!("/v1/connections/{id}/test"), Value::Null).await.expect(200);
        assert_eq!(report.json["passed"], true, "{}", report.text);
        place.list(&id).await.expect(200);
    }
    assert_eq!(place.grants().await, json!({"alive": 1, "reused": 0}));
}

#[tokio::test]
async fn without_a_return_url_a_plain_page_says_how_it_ended() {
    let place = Place::new().await;
    let end = place.decided(json!({"return_url": null}), "deny").await;
    assert_eq!((end.status, end.location), (200, None));
    assert!(end.text.contains("Not connected") && end.text.contains("consent_refused"), "{}", end.text);
    let end = place.decided(json!({"return_url": null}), "allow").await;
    assert!(end.text.contains("<h1>Connected</h1>"), "{}", end.text);
}

#[tokio::test]
async fn a_refused_consent_changes_nothing_and_is_told() {
    let place = Place::new().await;
    let end = place.decided(json!({}), "deny").await;
    assert_eq!(end.location, failed("consent_refused"));
    assert_eq!(place.server.get("/v1/connections").await.expect(200).json["data"], json!([]));
    assert_eq!(place.server.token_calls(), 0);
}

#[tokio::test]
async fn a_state_is_good_once_and_a_made_up_one_never() {
    let place = Place::new().await;
    let callback = place.browser.decide(&place.page(json!({})).await, "allow").await;
    assert_eq!(place.browser.open(&callback).await.status, 303);
    let again = place.browser.open(&callback).await;
    assert!(again.text.contains("consent_expired") && again.location.is_none(), "{}", again.text);
    let made_up = format!("{}/oauth/callback/salesforce?code=c&state=made-up", place.server.url);
    assert!(place.browser.open(&made_up).await.text.contains("consent_expired"));
    let elsewhere =
        place.browser.decide(&place.page(json!({})).await, "allow").await.replace("/salesforce?", "/hubspot?");
    assert!(place.browser.open(&elsewhere).await.text.contains("consent_expired"), "another provider's address");
    let bare = format!("{}/oauth/callback/salesforce", place.server.url);
    assert!(place.browser.open(&bare).await.text.contains("invalid_request"));
}

#[tokio::test]
async fn a_person_who_takes_too_long_starts_again() {
    let place = Place::with(|settings| {
        settings.engine.consent.return_origins = vec!["https://app.example.com".into()];
        settings.engine.consent.life = Duration::ZERO;
    })
    .await;
    let end = place.decided(json!({}), "allow").await;
    assert_eq!(end.location, failed("consent_expired"));
    assert_eq!(place.server.token_calls(), 0, "the code is not even exchanged");
}

#[tokio::test]
async fn another_server_on_the_same_database_can_finish_a_consent() {
    let mut place = Place::new().await;
    let callback = place.browser.decide(&place.page(json!({})).await, "allow").await;
    let before = place.server.url.clone();
    place.server.restart().await;
    let end = place.browser.open(&callback.replace(&before, &place.server.url)).await;
    assert!(end.location.unwrap().contains("result=connected"));
}

#[tokio::test]
async fn a_browser_is_sent_to_listed_origins_only() {
    let place = Place::new().await;
    for bad in [
        "https://evil.example/",
        "https://app.example.com.evil.example/",
        "https://app.example.com@evil.example/",
        "http://app.example.com/",
        "https://app.example.com:8443/",
        "javascript:alert(1)",
    ] {
        let refused = place.asked(json!({"return_url": bad})).await.expect_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/return_url", "{}", refused.text);
    }
}

#[tokio::test]
async fn a_consent_is_asked_for_on_hosts_of_the_provider_only() {
    let place = Place::new().await;
    for good in [
        "https://login.salesforce.com",
        "https://test.salesforce.com",
        "https://acme.my.salesforce.com",
        "https://acme--uat.sandbox.my.salesforce.com",
        "https://acme-dev-ed.develop.my.salesforce.com",
    ] {
        let page = place.page(json!({"login": good})).await;
        assert!(page.starts_with(&format!("{good}/services/oauth2/authorize?")), "{page}");
        assert!(page.contains("code_challenge_method=S256"), "{page}");
    }
    for bad in ["https://evil.example", "https://acme.lightning.force.com", "https://salesforce.com.evil.example"] {
        place.asked(json!({"login": bad})).await.expect_problem(422, "validation_failed");
    }
}

#[tokio::test]
async fn apps_are_the_operators_and_a_tenants_key_can_ask_for_consent_all_the_same() {
    let place = Place::new().await;
    let tenant = place.server.tenant.clone();
    let key = place.server.key(&[Scope::Connections], Some(&[&tenant])).await;
    let with_key = |method: &str, path: &str, body: Value| {
        let request = place.server.bare(method, path).header("authorization", format!("Bearer {key}"));
        place.server.sent(match body {
            Value::Null => request,
            body => request.header("content-type", "application/json").body(body.to_string()),
        })
    };
    let one = format!("/v1/oauth-apps/{}", place.app);
    with_key("GET", "/v1/oauth-apps", Value::Null).await.expect_problem(403, "forbidden");
    with_key("GET", &one, Value::Null).await.expect_problem(403, "forbidden");
    with_key("DELETE", &one, Value::Null).await.expect_problem(403, "forbidden");
    let body = json!({"tenant_id": tenant, "provider": "salesforce"});
    with_key("POST", "/v1/connections/authorize", body).await.expect(201);
    let foreign = heddle_engine::TenantId::generate().to_string();
    let body = json!({"tenant_id": foreign, "provider": "salesforce"});
    with_key("POST", "/v1/connections/authorize", body).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_app_is_changed_checked_and_kept_while_connections_need_it() {
    let place = Place::new().await;
    let one = format!("/v1/oauth-apps/{}", place.app);
    let shown = place.server.get(&one).await.expect(200);
    assert!(!shown.text.contains(CLIENT_SECRET), "{}", shown.text);
    assert_eq!(shown.json["scopes"], json!(["api", "refresh_token", "id"]));
    place.server.send("PATCH", &one, json!({"client_secret": "guess"})).await.expect(200);
    let report = place.server.send("POST", &format!("{one}/check"), Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], false, "{}", report.text);
    assert!(report.json["app"]["trouble"].as_str().unwrap().contains("consumer secret"), "{}", report.text);
    let mended = place.server.send("PATCH", &one, json!({"client_secret": CLIENT_SECRET})).await.expect(200);
    assert_eq!(mended.json["trouble"], Value::Null);
    let id = place.connected(json!({})).await;
    place.server.send("DELETE", &one, Value::Null).await.expect_problem(409, "conflict");
    place.server.send("DELETE", &format!("/v1/connections/{id}"), Value::Null).await.expect(200);
    place.server.send("DELETE", &one, Value::Null).await.expect(204);
    place.asked(json!({})).await.expect_problem(422, "connection_misconfigured");
    let bad = json!({"provider": "salesforce", "name": "", "login": "https://evil.example", "client_id": "",
        "client_secret": "s", "scopes": [], "redirect_uri": "http://evil.example/"});
    let refused = place.server.send("POST", "/v1/oauth-apps", bad).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"].as_array().unwrap().len(), 5, "{}", refused.text);
}

#[tokio::test]
async fn t08_a_grant_that_an_administrator_ended_is_consented_to_anew() {
    let place = Place::new().await;
    let id = place.connected(json!({})).await;
    place.server.control("POST", "end_grants", Value::Null).await;
    place.list(&id).await;
    for _ in 0..3 {
        place.list(&id).await.expect_problem(409, "connection_needs_reauth");
    }
    assert_eq!(place.connected(json!({"connection_id": id, "login_again": true})).await, id);
    assert_eq!(place.shown(&id).await["state"], "active");
    place.list(&id).await.expect(200);
    assert_eq!(place.grants().await["reused"], 0);
}

#[tokio::test]
async fn a_new_consent_ends_the_old_grant_at_the_provider() {
    let place = Place::new().await;
    let id = place.connected(json!({})).await;
    assert_eq!(place.connected(json!({"connection_id": id})).await, id);
    place.server.wired.keeper.settle(Duration::from_secs(10)).await;
    assert_eq!(place.grants().await, json!({"alive": 1, "reused": 0}));
    place.list(&id).await.expect(200);
}

#[tokio::test]
async fn a_consent_from_another_account_is_refused_and_the_connection_keeps_what_it_has() {
    let place = Place::new().await;
    let id = place.connected(json!({})).await;
    let other = Salesforce::start(SalesforceOptions {
        seed: 2,
        contacts: 20,
        accounts: 5,
        client_id: CLIENT_ID.into(),
        client_secret: CLIENT_SECRET.into(),
        ..SalesforceOptions::default()
    })
    .await
    .unwrap();
    let callback = format!("{}/oauth/callback/salesforce", place.server.url);
    other.control("POST", "settings", json!({"callback_urls": [callback]})).await;
    let end = place.decided(json!({"connection_id": id, "login": other.url()}), "allow").await;
    assert_eq!(end.location, failed("account_mismatch"));
    assert_eq!(place.shown(&id).await["state"], "active");
    place.list(&id).await.expect(200);
    place.server.wired.keeper.settle(Duration::from_secs(10)).await;
    let left = other.control("GET", "grants", Value::Null).await;
    assert_eq!(left["alive"], 0, "what nobody keeps is ended: {left}");
}

#[tokio::test]
async fn a_second_consent_of_one_account_is_a_conflict_and_a_disconnect_ends_the_refresh_token() {
    let place = Place::new().await;
    let id = place.connected(json!({})).await;
    assert_eq!(place.decided(json!({}), "allow").await.location, failed("conflict"));
    place.list(&id).await.expect(200);
    let gone = place.server.send("DELETE", &format!("/v1/connections/{id}"), Value::Null).await.expect(200);
    assert_eq!(gone.json["revoked"], true, "{}", gone.text);
    place.server.wired.keeper.settle(Duration::from_secs(10)).await;
    assert_eq!(place.grants().await["alive"], 0);
}

#[tokio::test]
async fn an_app_without_the_scope_for_refresh_tokens_is_not_connected_with() {
    let place = Place::new().await;
    let one = format!("/v1/oauth-apps/{}", place.app);
    place.server.send("PATCH", &one, json!({"scopes": ["api"]})).await.expect(200);
    assert_eq!(place.decided(json!({}), "allow").await.location, failed("connection_misconfigured"));
}

#[tokio::test]
async fn a_code_that_the_provider_refuses_is_told_and_leaves_nothing() {
    let place = Place::new().await;
    place.server.settings(json!({"code_life_ms": 0})).await;
    assert_eq!(place.decided(json!({}), "allow").await.location, failed("connection_misconfigured"));
    assert_eq!(place.server.get("/v1/connections").await.expect(200).json["data"], json!([]));
}

#[tokio::test]
async fn t20_neither_the_database_nor_an_answer_shows_a_secret_of_a_consent() {
    let place = Place::new().await;
    let callback = place.browser.decide(&place.page(json!({})).await, "allow").await;
    let state = callback.split("state=").nth(1).unwrap().to_owned();
    let end = place.browser.open(&callback).await;
    assert!(!end.text.contains("5Aep861") && !end.text.contains("aPrx"), "{}", end.text);
    let page = place.page(json!({})).await;
    let waiting = page.split("state=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    place.server.wired.store.flush().await;
    for file in std::fs::read_dir(place.server.folder()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        for secret in ["5Aep861", "aPrx", CLIENT_SECRET, state.as_str(), waiting.as_str()] {
            assert!(!text.contains(secret), "{secret} is in the database");
        }
    }
}

/// A key made for tests; it opens nothing.
const KEY: &str = include_str!("../../../crates/heddle-auth/tests/keys/pkcs8.pem");

#[tokio::test]
async fn a_signed_assertion_connects_and_renews_without_a_secret() {
    let place = Place::new().await;
    let body = |username: &str, key: &str| {
        json!({
            "tenant_id": place.server.tenant,
            "provider": "salesforce",
            "auth": {
                "kind": "jwt_bearer",
                "my_domain": place.server.sandbox.url(),
                "client_id": CLIENT_ID,
                "username": username,
                "private_key": key,
            },
        })
    };
    let user = "user0@sandbox.example";
    let refused = place.server.send("POST", "/v1/connections", body(user, "no key")).await;
    refused.expect_problem(422, "connection_misconfigured");
    let unknown = place.server.send("POST", "/v1/connections", body(user, KEY)).await;
    let unknown = unknown.expect_problem(422, "connection_misconfigured");
    assert!(unknown.detail().contains("certificate"), "{}", unknown.text);
    place.server.settings(json!({"jwt_public_key": PUBLIC_KEY})).await;
    let other = place.server.send("POST", "/v1/connections", body("nobody@sandbox.example", KEY)).await;
    assert!(other.expect_problem(422, "connection_misconfigured").detail().contains("pre-authorised"));
    let made = place.server.send("POST", "/v1/connections", body(user, KEY)).await.expect(201);
    let id = made.json["connection"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.json["connection"]["auth_kind"], "jwt_bearer");
    place.list(&id).await.expect(200);
    place.server.control("POST", "expire_sessions", json!({})).await;
    place.list(&id).await.expect(200);
}

/// The public half, as DER in base64.
const PUBLIC_KEY: &str = include_str!("../../../crates/heddle-auth/tests/keys/public.txt");
