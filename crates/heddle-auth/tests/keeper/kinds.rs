//! The kinds of authorisation beside client credentials.

use crate::stage::*;
use heddle_auth::{Candidate, Code};
use heddle_gate::{FailureKind, TokenSource};
use secrecy::SecretString;
use std::collections::HashMap;

fn consent() -> Candidate {
    Candidate {
        tenant_id: "ten_1".into(),
        provider: "acme".into(),
        kind: "authorization_code".into(),
        login: LOGIN.into(),
        client_id: "the client".into(),
        client_secret: SecretString::from("app secret"),
        subject: None,
        code: Some(Code {
            app_id: "app_1".into(),
            code: SecretString::from("a+code=="),
            verifier: SecretString::from("the verifier"),
            redirect_uri: "https://heddle.example/oauth/callback/acme".into(),
        }),
    }
}

fn signed() -> Candidate {
    Candidate {
        kind: "jwt_bearer".into(),
        client_secret: SecretString::from(include_str!("../keys/pkcs8.pem")),
        subject: Some("robot@acme.example".into()),
        code: None,
        ..consent()
    }
}

fn form(stage: &Stage, number: usize) -> HashMap<String, String> {
    let sent = stage.provider.sent.lock().unwrap();
    url::form_urlencoded::parse(sent[number].body.as_bytes()).into_owned().collect()
}

fn answer(rest: &str) -> Act {
    Act::Body(format!(r#"{{"access_token":"t","api_base":"{BASE}"{rest}}}"#))
}

#[tokio::test(start_paused = true)]
async fn a_code_is_exchanged_once_and_what_came_of_it_is_used_from_then_on() {
    let stage = Stage::new();
    stage.provider.next(answer(r#","refresh_token":"first","scope":"data offline""#));
    let grant = stage.keeper.candidate(consent()).unwrap();
    assert_eq!(stage.provider.calls(), 0, "nothing is sent before it is asked for");
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    let sent = form(&stage, 0);
    assert_eq!(sent["grant_type"], "authorization_code");
    assert_eq!((sent["code"].as_str(), sent["code_verifier"].as_str()), ("a+code==", "the verifier"));
    assert_eq!(sent["redirect_uri"], "https://heddle.example/oauth/callback/acme");
    assert_eq!(stage.provider.sent.lock().unwrap()[0].operation, "token_once");
    assert!(stage.keeper.outlives_its_token(&grant));

    stage.provider.next(answer(r#","refresh_token":"second""#));
    stage.keeper.renew(&grant).await.unwrap();
    let sent = form(&stage, 1);
    assert_eq!((sent["grant_type"].as_str(), sent["refresh_token"].as_str()), ("refresh_token", "first"));

    let row = stage.keeper.row_for(&grant, "con_2").unwrap();
    assert_eq!((row.app_id.as_deref(), row.client_secret.0.as_str()), (Some("app_1"), ""));
    let place = heddle_auth::SealContext { tenant: "ten_1", connection: "con_2", field: "refresh_token" };
    let kept = stage.vault.open(&place, &row.refresh_token.unwrap()).unwrap();
    assert_eq!(secrecy::ExposeSecret::expose_secret(&kept), "second");
}

#[tokio::test(start_paused = true)]
async fn a_grant_that_may_not_read_data_is_not_taken() {
    let stage = Stage::new();
    stage.provider.next(answer(r#","refresh_token":"r","scope":"profile offline""#));
    let grant = stage.keeper.candidate(consent()).unwrap();
    let failure = stage.keeper.get(&grant, MINUTE).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Misconfigured);
    assert!(failure.message.contains("data"), "{failure}");
    assert!(stage.keeper.revocable_candidate(&grant).is_some(), "it can be ended at the provider");
}

#[tokio::test(start_paused = true)]
async fn an_assertion_is_addressed_by_the_providers_rule_and_sent_without_a_secret() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(signed()).unwrap();
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    let sent = form(&stage, 0);
    assert_eq!(sent["grant_type"], "urn:ietf:params:oauth:grant-type:jwt-bearer");
    assert!(!sent.contains_key("client_secret"));
    let body = sent["assertion"].split('.').nth(1).unwrap();
    let claims = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, body).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!((&claims["iss"], &claims["sub"]), (&"the client".into(), &"robot@acme.example".into()));
    assert_eq!(claims["aud"], "https://audience.acme.example");
    let row = stage.keeper.row_for(&grant, "con_2").unwrap();
    assert_eq!((row.subject.as_deref(), row.refresh_token.is_none()), (Some("robot@acme.example"), true));
}

#[tokio::test(start_paused = true)]
async fn credentials_of_another_kind_are_refused_before_any_call() {
    let stage = Stage::new();
    for (candidate, word) in [
        (Candidate { code: None, ..consent() }, "kind"),
        (Candidate { kind: "client_credentials".into(), ..consent() }, "kind"),
        (Candidate { subject: None, ..signed() }, "kind"),
        (Candidate { client_secret: SecretString::from("no key"), ..signed() }, "PEM"),
        (Candidate { client_secret: SecretString::from("x".repeat(4_097)), ..signed() }, "4,096"),
        (Candidate { subject: Some("a\nb".into()), ..signed() }, "user"),
    ] {
        let failure = stage.keeper.candidate(candidate).unwrap_err();
        assert_eq!(failure.kind, FailureKind::Misconfigured);
        assert!(failure.message.contains(word), "{failure}");
    }
    assert_eq!(stage.provider.calls(), 0);
}
