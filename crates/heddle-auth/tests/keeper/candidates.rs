//! Credentials on trial.

use crate::stage::*;
use heddle_auth::{Candidate, GrantState};
use heddle_gate::{Failure, FailureKind, TokenSource};
use secrecy::SecretString;
use std::time::Duration;

fn candidate() -> Candidate {
    Candidate {
        tenant_id: "ten_1".into(),
        provider: "acme".into(),
        kind: "client_credentials".into(),
        login: LOGIN.into(),
        client_id: "the client".into(),
        client_secret: SecretString::from("the secret"),
        subject: None,
        code: None,
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_right_is_refused_before_any_call() {
    let stage = Stage::new();
    let cases: Vec<(Candidate, FailureKind, &str)> = vec![
        (Candidate { provider: "nobody".into(), ..candidate() }, FailureKind::Unsupported, "does not know"),
        (Candidate { provider: "later".into(), ..candidate() }, FailureKind::Unsupported, "planned"),
        (Candidate { kind: "password".into(), ..candidate() }, FailureKind::Misconfigured, "client_credentials"),
        (
            Candidate { login: "https://www.login.acme.example".into(), ..candidate() },
            FailureKind::Misconfigured,
            "use your own login host, not www",
        ),
        (Candidate { login: "https://evil.example".into(), ..candidate() }, FailureKind::Misconfigured, "evil.example"),
        (Candidate { login: "http://127.0.0.1:99".into(), ..candidate() }, FailureKind::Misconfigured, "IP address"),
        (Candidate { login: String::new(), ..candidate() }, FailureKind::Misconfigured, "not an address"),
        (Candidate { client_id: String::new(), ..candidate() }, FailureKind::Misconfigured, "client id"),
        (Candidate { client_id: "a\nb".into(), ..candidate() }, FailureKind::Misconfigured, "client id"),
        (Candidate { client_id: "x".repeat(4097), ..candidate() }, FailureKind::Misconfigured, "client id"),
        (
            Candidate { client_secret: SecretString::from(""), ..candidate() },
            FailureKind::Misconfigured,
            "client secret",
        ),
    ];
    for (candidate, kind, says) in cases {
        let failure = stage.keeper.candidate(candidate).unwrap_err();
        assert_eq!(failure.kind, kind, "{failure}");
        assert!(failure.message.contains(says), "{failure}");
    }
    assert_eq!(stage.provider.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_good_candidate_becomes_a_connection_without_a_second_call() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    let tried = stage.keeper.get(&grant, MINUTE).await.unwrap();
    assert_eq!((tried.version, tried.base.as_str()), (1, BASE));
    let row = stage.keeper.row_for(&grant, "con_1").unwrap();
    assert_eq!((row.version, row.state), (1, GrantState::Active));
    assert_eq!((row.login.as_str(), row.base_url.as_deref()), (LOGIN, Some(BASE)));
    stage.rows.put(row);
    stage.keeper.adopt(&grant, "con_1");
    assert_eq!(stage.keeper.peek(&con(), MINUTE).unwrap().version, 1);
    assert_eq!(stage.keeper.get(&grant, MINUTE).await.unwrap_err().kind, FailureKind::NotFound);
    // The row alone is enough: token and secret open under the new id.
    let again = stage.restarted();
    assert_eq!(bearer(&again.get(&con(), MINUTE).await.unwrap()), "token-1");
    assert_eq!(stage.provider.calls(), 1);
    assert!(again.rejected(&con(), 1).await);
    let sent = stage.provider.sent.lock().unwrap();
    assert_eq!(sent[0].body, sent[1].body);
    assert_eq!(sent[1].url, format!("{LOGIN}/oauth/token"));
}

#[tokio::test(start_paused = true)]
async fn a_candidate_leaves_no_trace_in_the_rows() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    assert_eq!(stage.rows.rows.lock().unwrap().len(), 1);
    stage.keeper.forget(&grant);
    assert!(stage.keeper.row_for(&grant, "con_9").is_none());
    assert!(stage.keeper.peek(&grant, Duration::ZERO).is_none());
}

#[tokio::test(start_paused = true)]
async fn a_candidate_ends_after_ten_minutes() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    tokio::time::advance(Duration::from_secs(599)).await;
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(stage.keeper.peek(&grant, MINUTE).is_none());
    assert_eq!(stage.keeper.get(&grant, MINUTE).await.unwrap_err().kind, FailureKind::NotFound);
    assert!(stage.keeper.row_for(&grant, "con_9").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_guarded_candidate_ends_with_its_guard() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    let guard = stage.keeper.guard(&grant);
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    drop(guard);
    assert!(stage.keeper.row_for(&grant, "con_9").is_none());
    assert_eq!(stage.keeper.get(&grant, MINUTE).await.unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_guard_ends_its_candidate_when_the_caller_leaves_in_the_middle() {
    let stage = Stage::new();
    stage.provider.hold();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    let (keeper, tested) = (stage.keeper.clone(), grant.clone());
    let test = tokio::spawn(async move {
        let _guard = keeper.guard(&tested);
        keeper.renew(&tested).await
    });
    stage.quiet().await;
    test.abort();
    stage.quiet().await;
    stage.provider.release();
    assert!(stage.keeper.settle(MINUTE).await);
    assert!(stage.keeper.row_for(&grant, "con_9").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_guard_does_not_touch_what_its_candidate_became() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    let guard = stage.keeper.guard(&grant);
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    stage.rows.put(stage.keeper.row_for(&grant, "con_1").unwrap());
    stage.keeper.adopt(&grant, "con_1");
    drop(guard);
    drop(stage.keeper.guard(&con()));
    assert_eq!(stage.keeper.peek(&con(), MINUTE).unwrap().version, 1);
}

#[tokio::test(start_paused = true)]
async fn a_candidate_that_fails_can_be_tried_again() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    stage.provider.next(Act::Fail(Failure::new(FailureKind::Misconfigured, "not propagated yet")));
    assert_eq!(stage.keeper.get(&grant, MINUTE).await.unwrap_err().message, "not propagated yet");
    stage.keeper.renew(&grant).await.unwrap();
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_of_a_candidate_is_replaced_too() {
    let stage = Stage::new();
    let grant = stage.keeper.candidate(candidate()).unwrap();
    stage.keeper.get(&grant, MINUTE).await.unwrap();
    assert!(stage.keeper.rejected(&grant, 1).await);
    let row = stage.keeper.row_for(&grant, "con_1").unwrap();
    assert_eq!(row.version, 2, "the row has the version that memory goes on with");
}

#[tokio::test(start_paused = true)]
async fn an_unknown_candidate_is_not_looked_up_in_the_rows() {
    let stage = Stage::new();
    let nobody = heddle_gate::GrantId("can_0".into());
    assert_eq!(stage.keeper.get(&nobody, MINUTE).await.unwrap_err().kind, FailureKind::NotFound);
    assert!(!stage.keeper.rejected(&nobody, 0).await);
    assert_eq!(stage.rows.loads.load(std::sync::atomic::Ordering::SeqCst), 0);
}
