//! Secrets are sent where they belong and shown nowhere.

use crate::stage::*;
use heddle_auth::Candidate;
use heddle_gate::{FailureKind, GrantId, TokenSource};
use secrecy::SecretString;
use std::cell::RefCell;
use std::io::Write;

#[tokio::test(start_paused = true)]
async fn the_request_is_a_form_with_every_character_escaped() {
    let stage = Stage::new();
    let mut row = stage.grant("con_1", "p&q=r+s t/ü%\"");
    row.client_id = "a+b&c".into();
    stage.rows.put(row);
    stage.get().await.unwrap();
    let sent = stage.provider.sent.lock().unwrap();
    assert_eq!(sent[0].url, format!("{LOGIN}/oauth/token"));
    assert_eq!(
        sent[0].body,
        "grant_type=client_credentials&client_id=a%2Bb%26c&client_secret=p%26q%3Dr%2Bs+t%2F%C3%BC%25%22"
    );
}

#[tokio::test(start_paused = true)]
async fn t19_secrets_swapped_between_two_rows_are_not_sent() {
    let stage = Stage::new();
    let (mut one, mut two) = (stage.grant("con_1", "first"), stage.grant("con_2", "second"));
    std::mem::swap(&mut one.client_secret, &mut two.client_secret);
    stage.rows.put(one);
    stage.rows.put(two);
    for id in ["con_1", "con_2"] {
        let failure = stage.keeper.get(&GrantId(id.into()), MINUTE).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Misconfigured);
        assert!(failure.message.contains("cannot be opened"), "{failure}");
    }
    assert_eq!(stage.provider.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn t19_a_token_swapped_between_two_rows_is_not_used() {
    let stage = Stage::new();
    stage.rows.put(stage.grant("con_2", "s"));
    stage.get().await.unwrap();
    let mut two = stage.rows.row("con_1").unwrap();
    two.connection_id = "con_2".into();
    two.client_secret = stage.grant("con_2", "s").client_secret;
    stage.rows.put(two);
    let got = stage.keeper.get(&GrantId("con_2".into()), MINUTE).await.unwrap();
    assert_eq!(bearer(&got), "token-2", "a new one instead of the other row's");
}

thread_local! {
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// The log of this thread: a paused runtime runs all of its test's tasks there.
struct Here;

impl Write for Here {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Takes every log line of the process, once and for all: a subscriber of one
/// test alone comes and goes while other tests meet the same lines.
fn log_everything() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        tracing::subscriber::set_global_default(lines.with_writer(|| Here).finish()).unwrap();
    });
}

#[tokio::test(start_paused = true)]
async fn t20_no_log_line_error_or_debug_text_shows_a_secret() {
    log_everything();
    let stage = Stage::new();
    stage.rows.put(stage.grant("con_1", "canary-secret"));
    let candidate = Candidate {
        tenant_id: "ten_1".into(),
        provider: "acme".into(),
        kind: "client_credentials".into(),
        login: LOGIN.into(),
        client_id: "the client".into(),
        client_secret: SecretString::from("canary-secret"),
        subject: None,
        code: None,
    };
    let mut shown = format!("{candidate:?}");
    let grant = stage.keeper.candidate(candidate).unwrap();
    stage.provider.next(token("canary-token"));
    shown += &format!("{:?}", stage.keeper.get(&grant, MINUTE).await);
    shown += &format!("{:?}", stage.keeper.row_for(&grant, "con_9"));
    for act in [
        token("canary-token"),
        Act::Body(r#"{"access_token":"canary-token","api_base":"https://evil.example"}"#.into()),
        Act::Body(r#"{"access_token":"canary-token""#.into()),
        Act::Body(format!(r#"{{"access_token":"canary token","api_base":"{BASE}"}}"#)),
        Act::Panic,
    ] {
        stage.provider.next(act);
        shown += &format!("{:?}", stage.get().await);
        shown += &format!("{:?}", stage.rows.row("con_1"));
        tokio::time::advance(HOUR * 2).await;
    }
    shown += &LOG.with_borrow(|log| String::from_utf8(log.clone()).unwrap());
    assert!(shown.contains("token renewed"), "the log was captured: {shown}");
    assert!(!shown.contains("canary"), "{shown}");
}
