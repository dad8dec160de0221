//! Tokens, sessions, versions, user, limits.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::json;
use support::{Client, FORM, send, small, token_response};

#[tokio::test]
async fn a_token_has_the_recorded_members_and_no_lifetime() {
    let client = Client::small().await;
    let answer = token_response(&client.org.url(), "sandbox-client", "sandbox-secret");
    assert_eq!(answer.status, 200);
    let body = answer.json();
    let mut members: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["access_token", "id", "instance_url", "issued_at", "scope", "signature", "token_type"]);
    assert!(body["access_token"].as_str().unwrap().starts_with("00D"));
    assert_eq!(body["access_token"].as_str().unwrap().find('!'), Some(15));
    assert_eq!(body["instance_url"], client.org.url());
    assert_eq!(body["issued_at"].as_str().unwrap().len(), 13);
    assert_eq!(answer.header("sforce-limit-info"), None);
}

#[tokio::test]
async fn the_token_endpoint_refuses_in_the_recorded_words() {
    let client = Client::small().await;
    let host = client.org.url();
    let refused = |answer: support::Response| {
        assert_eq!(answer.status, 400);
        let body = answer.json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (text("error"), text("error_description"))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(
        refused(token_response(&host, "other", "sandbox-secret")),
        pair("invalid_client_id", "client identifier invalid")
    );
    assert_eq!(
        refused(token_response(&host, "sandbox-client", "other")),
        pair("invalid_client", "invalid client credentials")
    );
    let json_body = r#"{"grant_type":"client_credentials"}"#;
    let as_json = [("content-type", "application/json")];
    for (headers, body) in [(&as_json, json_body), (&[FORM], "grant_type=password")] {
        assert_eq!(
            refused(send(&host, "POST", "/services/oauth2/token", headers, body)),
            pair("unsupported_grant_type", "grant type not supported")
        );
    }
    let switched = json!({ "token_error": {
        "error": "invalid_grant", "error_description": "no client credentials user enabled" } });
    client.control("POST", "settings", switched).await;
    assert_eq!(
        refused(token_response(&host, "sandbox-client", "sandbox-secret")),
        pair("invalid_grant", "no client credentials user enabled")
    );
    client.control("POST", "settings", json!({ "token_error": null })).await;
    assert_eq!(token_response(&host, "sandbox-client", "sandbox-secret").status, 200);
}

#[tokio::test]
async fn an_expired_session_is_401_on_data_and_403_on_userinfo() {
    let client = Client::small().await;
    assert_eq!(client.query("SELECT Id FROM Contact LIMIT 1").status, 200);
    assert_eq!(client.get("/services/oauth2/userinfo").status, 200);
    client.control("POST", "expire_sessions", json!(null)).await;
    let answer = client.query("SELECT Id FROM Contact LIMIT 1");
    assert_eq!(answer.status, 401);
    let expired = ("INVALID_SESSION_ID".to_owned(), "Session expired or invalid".to_owned());
    assert_eq!(answer.error(), expired);
    let answer = client.get("/services/oauth2/userinfo");
    assert_eq!((answer.status, answer.text()), (403, "Bad_OAuth_Token".to_owned()));
}

#[tokio::test]
async fn the_versions_need_no_session_and_ascend_as_recorded() {
    let client = Client::small().await;
    let answer = send(&client.org.url(), "GET", "/services/data/", &[], "");
    let list = answer.json();
    let list = list.as_array().unwrap();
    assert_eq!(list.len(), 36);
    assert_eq!(list[0], json!({ "label": "Summer '14", "url": "/services/data/v31.0", "version": "31.0" }));
    assert_eq!(list[35]["label"], "Spring '26");
    assert_eq!(list[35]["version"], "66.0");
    assert_eq!(answer.header("sforce-limit-info"), None);
    let answer = client.get("/services/data/v67.0/limits");
    assert_eq!(answer.status, 404);
    assert_eq!(answer.error().0, "UNSUPPORTED_API_VERSION");
}

#[tokio::test]
async fn the_quota_is_counted_shown_and_really_ends() {
    let client = Client::start(heddle_sandbox::SalesforceOptions { daily_limit: 3, ..small() }).await;
    let soql = "SELECT Id FROM Contact LIMIT 1";
    assert_eq!(client.query(soql).header("sforce-limit-info"), Some("api-usage=1/3"));
    let limits = client.get("/services/data/v66.0/limits");
    assert_eq!(limits.json()["DailyApiRequests"], json!({ "Max": 3, "Remaining": 1 }));
    assert_eq!(client.query(soql).status, 200);
    let answer = client.query(soql);
    assert_eq!(answer.status, 403);
    let exhausted = ("REQUEST_LIMIT_EXCEEDED".to_owned(), "TotalRequests Limit exceeded.".to_owned());
    assert_eq!(answer.error(), exhausted);
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=3/3"));
}

#[tokio::test]
async fn a_soft_limit_serves_above_the_limit_up_to_the_hard_cap() {
    let client = Client::small().await;
    let soft = json!({ "daily_limit": 100_000, "used": 100_999, "soft_limit": true, "hard_cap": 101_000 });
    client.control("POST", "settings", soft).await;
    let soql = "SELECT Id FROM Contact LIMIT 1";
    let answer = client.query(soql);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=101000/100000"));
    assert_eq!(client.query(soql).status, 403);
}

#[tokio::test]
async fn switches_take_the_api_away_or_the_limits() {
    let client = Client::small().await;
    client.control("POST", "settings", json!({ "limits_forbidden": true })).await;
    assert_eq!(client.get("/services/data/v66.0/limits").status, 403);
    client.control("POST", "settings", json!({ "api_enabled": false })).await;
    let answer = client.query("SELECT Id FROM Contact");
    assert_eq!((answer.status, answer.error().0.as_str()), (403, "API_DISABLED_FOR_ORG"));
}

#[tokio::test]
async fn after_a_move_only_a_new_token_works_and_only_at_the_new_host() {
    let mut client = Client::small().await;
    let target = "/services/data/v66.0/query?q=SELECT+Id+FROM+Contact+LIMIT+1";
    let moved = json!({ "to": "alternate", "old_host": "redirect" });
    client.control("POST", "move", moved).await;
    let answer = client.get(target);
    assert_eq!(answer.status, 302);
    assert_eq!(answer.header("location"), Some(format!("{}{target}", client.org.alternate_url()).as_str()));
    let at_new_host = |client: &Client| {
        let bearer = client.bearer();
        let headers = [("authorization", bearer.as_str())];
        send(&client.org.alternate_url(), "GET", target, &headers, "").status
    };
    assert_eq!(at_new_host(&client), 401);
    client.renew();
    assert_eq!(at_new_host(&client), 200);
    client.control("POST", "move", json!({ "to": "hostile", "old_host": "gone420" })).await;
    assert_eq!(client.get(target).status, 420);
    let answer = token_response(&client.org.url(), "sandbox-client", "sandbox-secret");
    assert_eq!(answer.json()["instance_url"], "https://instance.attacker.example");
    client.control("POST", "move", json!({ "to": "alternate", "old_host": "url_not_reset" })).await;
    assert_eq!(client.get(target).error().0, "URL_NOT_RESET");
    client.control("POST", "reset", json!(null)).await;
    client.renew();
    assert_eq!(client.get(target).status, 200);
}

#[test]
fn it_starts_and_stops_inside_a_multi_thread_runtime() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::small().await;
        let host = client.org.url();
        client.org.stop().await;
        assert!(support::raw(&host, "GET / HTTP/1.1\r\n\r\n").is_err());
    });
}

#[tokio::test]
async fn a_revoked_token_ends_its_session_alone() {
    let mut client = Client::small().await;
    let other = client.token.clone();
    client.renew();
    let revoke =
        |token: &str| send(&client.org.url(), "POST", "/services/oauth2/revoke", &[FORM], &format!("token={token}"));
    let answer = revoke(&other);
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    let again = revoke(&other);
    assert_eq!(again.status, 400);
    assert!(again.text().starts_with("error=invalid_token"));
    assert_eq!(client.query("SELECT Id FROM Contact LIMIT 1").status, 200);
    assert_eq!(revoke(&client.token).status, 200);
    assert_eq!(client.query("SELECT Id FROM Contact LIMIT 1").status, 401);
}

#[tokio::test]
async fn an_app_not_yet_propagated_is_unknown_for_so_many_requests() {
    let client = Client::small().await;
    client.control("POST", "settings", json!({ "app_not_propagated": 2 })).await;
    let ask = || token_response(&client.org.url(), "sandbox-client", "sandbox-secret");
    for _ in 0..2 {
        let answer = ask();
        assert_eq!(answer.status, 400);
        let body = json!({ "error": "invalid_client_id", "error_description": "client identifier invalid" });
        assert_eq!(answer.json(), body);
    }
    assert_eq!(ask().status, 200);
    assert_eq!(client.control("GET", "settings", json!(null)).await["app_not_propagated"], 0);
}

#[tokio::test]
async fn a_refreshed_org_has_other_ids_and_knows_no_old_token() {
    let mut client = Client::small().await;
    let facts = |client: &Client| {
        let user = client.get("/services/oauth2/userinfo").json();
        let token = token_response(&client.org.url(), "sandbox-client", "sandbox-secret").json();
        let row =
            client.records("SELECT Id, OwnerId, Account.Id FROM Contact WHERE AccountId != null LIMIT 1").remove(0);
        [
            user["organization_id"].clone(),
            user["user_id"].clone(),
            token["id"].clone(),
            row["Id"].clone(),
            row["OwnerId"].clone(),
            row["Account"]["Id"].clone(),
        ]
    };
    let before = facts(&client);
    let told = client.control("POST", "refresh_org", json!(null)).await;
    assert_eq!(client.query("SELECT Id FROM Contact LIMIT 1").status, 401);
    client.renew();
    let after = facts(&client);
    for (old, new) in before.iter().zip(&after) {
        assert!(new.is_string());
        assert_ne!(old, new);
    }
    assert_eq!((&told["organization_id"], &told["user_id"]), (&after[0], &after[1]));
    let answer = client.write("POST", "sobjects/Contact", &json!({ "LastName": "New" }));
    assert_eq!(answer.json()["id"].as_str().unwrap()[3..8], after[3].as_str().unwrap()[3..8]);
    client.control("POST", "reset", json!(null)).await;
    client.renew();
    assert_eq!(facts(&client), before);
}

#[tokio::test]
async fn an_unlimited_quota_never_comes_near_its_limit() {
    let client = Client::small().await;
    client.control("POST", "settings", json!({ "unlimited": true, "used": 2_000_000 })).await;
    let answer = client.query("SELECT Id FROM Contact LIMIT 1");
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=2000001/1000000000"));
    let limits = client.get("/services/data/v66.0/limits").json();
    assert_eq!(limits["DailyApiRequests"]["Max"], 1_000_000_000);
}
