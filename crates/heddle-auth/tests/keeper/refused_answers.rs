//! Answers of the token endpoint that must not be believed.

use crate::stage::*;
use heddle_auth::{GrantState, KeeperSettings};
use heddle_gate::{FailureKind, TokenSource};
use std::time::Duration;

fn base(url: &str) -> Act {
    Act::Body(serde_json::json!({ "access_token": "canary", "api_base": url }).to_string())
}

#[tokio::test(start_paused = true)]
async fn t17_a_token_is_not_taken_for_a_host_that_is_not_the_providers() {
    for url in [
        "https://evil.example",
        "http://tenant.api.acme.example",
        "https://tenant.api.acme.example.evil.example",
        "https://api.acme.example",
        "https://tenantapi.acme.example",
        "https://user@tenant.api.acme.example",
        "https://tenant.api.acme.example@evil.example",
        "https://tenant.api.acme.example:8443",
        "https://tenant.api.acme.example/path",
        "https://192.0.2.1",
        "https://[2001:db8::1]",
        "http://127.0.0.1:80",
        "https://tenant.api.\u{430}cme.example",
        "https://tenant.api.acme.example\\.evil.example",
        "//tenant.api.acme.example",
        "ftp://tenant.api.acme.example",
    ] {
        let stage = Stage::new();
        stage.provider.next(base(url));
        let failure = stage.get().await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Misconfigured, "{url}");
        assert!(failure.message.contains("not the provider's"), "{url}: {failure}");
        assert!(!failure.message.contains("canary"));
        assert_eq!(failure.fields, ["api_base"], "the step that failed can be told");
        let row = stage.rows.row("con_1").unwrap();
        assert_eq!((row.version, row.base_url, row.state), (0, None, GrantState::Misconfigured), "{url}");
        assert!(row.access_token.is_none());
        assert_eq!(row.reason, Some(failure.message));
        assert!(stage.keeper.peek(&con(), Duration::ZERO).is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_host_does_not_take_the_old_token_away() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR - MINUTE).await;
    stage.provider.next(base("https://evil.example"));
    let got = stage.get().await.unwrap();
    assert_eq!((got.version, got.base.as_str()), (1, BASE));
    assert_eq!(stage.get().await.unwrap().version, 1);
    assert_eq!(stage.provider.calls(), 2, "it is not asked again at every call");
    tokio::time::advance(MINUTE).await;
    assert_eq!((stage.get().await.unwrap().version, stage.provider.calls()), (2, 3));
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!((row.state, row.base_url.as_deref()), (GrantState::Active, Some(BASE)));
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_on_loopback_is_taken_only_when_allowed() {
    for allow_loopback in [false, true] {
        let stage = Stage::with(KeeperSettings { allow_loopback, ..KeeperSettings::default() });
        stage.provider.next(base("http://127.0.0.1:9999"));
        assert_eq!(stage.get().await.is_ok(), allow_loopback);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_a_usable_token_is_a_bad_response() {
    let long = "x".repeat(10_000);
    for body in [
        String::new(),
        "<html>maintenance</html>".into(),
        "[]".into(),
        "null".into(),
        r#"{"error":"invalid_grant"}"#.into(),
        format!(r#"{{"api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":"","api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":"  ","api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":7,"api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":"a b","api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":"a\r\nX-Evil: 1","api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":"{long}","api_base":"{BASE}"}}"#),
        format!(r#"{{"access_token":"t","token_type":"mac","api_base":"{BASE}"}}"#),
        r#"{"access_token":"t"}"#.into(),
        r#"{"access_token":"t","api_base":5}"#.into(),
    ] {
        let stage = Stage::new();
        stage.provider.next(Act::Body(body.clone()));
        assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::BadResponse, "{body}");
        assert_eq!(stage.rows.row("con_1").unwrap().version, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_slash_after_the_host_and_a_lower_case_type_are_fine() {
    let stage = Stage::new();
    stage.provider.next(Act::Body(format!(r#"{{"access_token":"t","token_type":"bearer","api_base":"{BASE}/"}}"#)));
    assert_eq!(stage.get().await.unwrap().base.as_str(), BASE);
}
