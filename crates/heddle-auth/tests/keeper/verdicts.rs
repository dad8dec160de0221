//! Grants that can give no token until somebody does something.

use crate::stage::*;
use heddle_auth::GrantState;
use heddle_gate::{Failure, FailureKind, TokenSource};
use std::time::Duration;

fn dead() -> Act {
    Act::Fail(Failure::new(FailureKind::NeedsReauth, "the user was deactivated"))
}

fn wrong() -> Act {
    Act::Fail(Failure::new(FailureKind::Misconfigured, "the client secret is wrong"))
}

#[tokio::test(start_paused = true)]
async fn a_stored_verdict_is_answered_without_a_call() {
    let stage = Stage::new();
    let mut row = stage.grant("con_1", "s");
    row.state = GrantState::NeedsReauth;
    row.reason = Some("said before".into());
    stage.rows.put(row);
    for _ in 0..100 {
        let failure = stage.get().await.unwrap_err();
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::NeedsReauth, "said before"));
        assert!(!stage.keeper.rejected(&con(), 0).await);
    }
    tokio::time::advance(HOUR).await;
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::NeedsReauth);
    assert_eq!(stage.provider.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn t08_a_verdict_of_the_provider_is_stored_and_remembered() {
    let stage = Stage::new();
    stage.provider.next(dead());
    for _ in 0..20 {
        assert_eq!(stage.get().await.unwrap_err().message, "the user was deactivated");
        tokio::time::advance(Duration::from_secs(10)).await;
    }
    assert_eq!(stage.provider.calls(), 1);
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!(row.state, GrantState::NeedsReauth);
    assert_eq!(row.reason.as_deref(), Some("the user was deactivated"));
}

#[tokio::test(start_paused = true)]
async fn an_explicit_test_asks_again_and_a_success_makes_the_grant_active() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    stage.provider.next(wrong());
    assert_eq!(stage.keeper.renew(&con()).await.unwrap_err().kind, FailureKind::Misconfigured);
    assert_eq!(stage.provider.calls(), 2, "the provider was asked again");
    stage.get().await.unwrap_err();
    assert_eq!(stage.provider.calls(), 2, "and once only");
    assert_eq!(stage.keeper.renew(&con()).await.unwrap().version, 1);
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!((row.state, row.reason), (GrantState::Active, None));
}

#[tokio::test(start_paused = true)]
async fn an_explicit_test_does_not_trust_the_stored_token_of_a_failed_grant() {
    let stage = Stage::new();
    stage.store_elsewhere("old", HOUR);
    let mut row = stage.rows.row("con_1").unwrap();
    row.state = GrantState::Misconfigured;
    stage.rows.put(row);
    let got = stage.keeper.renew(&con()).await.unwrap();
    assert_eq!((got.version, bearer(&got)), (2, "token-1"));
}

#[tokio::test(start_paused = true)]
async fn an_explicit_test_of_a_healthy_grant_asks_for_a_new_token_too() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    assert_eq!(stage.keeper.renew(&con()).await.unwrap().version, 2);
    assert_eq!(stage.get().await.unwrap().version, 2);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_explicit_test_during_another_refresh_asks_after_it() {
    let stage = Stage::new();
    stage.provider.hold();
    stage.provider.next(dead());
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    let tests: Vec<_> = (0..20)
        .map(|_| {
            let keeper = stage.keeper.clone();
            tokio::spawn(async move { keeper.renew(&con()).await })
        })
        .collect();
    stage.quiet().await;
    stage.provider.release();
    assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::NeedsReauth);
    for test in tests {
        assert_eq!(test.await.unwrap().unwrap().version, 1);
    }
    assert_eq!(stage.provider.calls(), 2, "all tests share one call");
    tokio::time::advance(HOUR).await;
    stage.store_elsewhere("theirs", HOUR);
    assert_eq!(bearer(&stage.get().await.unwrap()), "theirs", "the next refresh is an ordinary one");
}

#[tokio::test(start_paused = true)]
async fn an_explicit_test_can_be_left_at_a_deadline_and_its_token_is_stored() {
    let stage = Stage::new();
    stage.provider.hold();
    let deadline = tokio::time::Instant::now() + Duration::from_secs(3);
    let failure = stage.keeper.renew_by(&con(), deadline).await.unwrap_err();
    assert_eq!((failure.kind, failure.sent), (FailureKind::DeadlineExceeded, true));
    assert_eq!(tokio::time::Instant::now(), deadline);
    stage.provider.release();
    assert!(stage.keeper.settle(MINUTE).await);
    assert_eq!(stage.rows.row("con_1").unwrap().version, 1);
    let deadline = deadline + MINUTE;
    assert_eq!(stage.keeper.renew_by(&con(), deadline).await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn an_explicit_test_says_what_failed_although_the_old_token_is_still_good() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.provider.next(wrong());
    assert_eq!(stage.keeper.renew(&con()).await.unwrap_err().kind, FailureKind::Misconfigured);
}

#[tokio::test(start_paused = true)]
async fn a_repair_by_another_process_is_seen_within_a_second() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    stage.store_elsewhere("repaired", HOUR);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(bearer(&stage.get().await.unwrap()), "repaired");
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn t07_a_late_failure_does_not_undo_a_newer_token() {
    let stage = Stage::new();
    stage.provider.hold();
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.store_elsewhere("newer", HOUR);
    stage.provider.next(dead());
    stage.provider.release();
    assert_eq!(bearer(&caller.await.unwrap().unwrap()), "newer");
    assert_eq!(stage.rows.row("con_1").unwrap().state, GrantState::Active);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_that_cannot_be_stored_is_remembered_for_a_while() {
    let stage = Stage::new();
    stage.provider.hold();
    stage.provider.next(dead());
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.rows.down.store(true, std::sync::atomic::Ordering::SeqCst);
    stage.provider.release();
    assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::NeedsReauth);
    stage.rows.down.store(false, std::sync::atomic::Ordering::SeqCst);
    tokio::time::advance(Duration::from_secs(59)).await;
    stage.get().await.unwrap_err();
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_provider_or_login_that_this_server_does_not_accept_is_not_called() {
    let stage = Stage::new();
    for (provider, login) in [("nobody", LOGIN), ("acme", "https://evil.example"), ("acme", "http://127.0.0.1:1")] {
        let mut row = stage.grant("con_2", "s");
        row.provider = provider.into();
        row.login = login.into();
        stage.rows.put(row);
        stage.keeper.get(&heddle_gate::GrantId("con_2".into()), MINUTE).await.unwrap_err();
    }
    assert_eq!(stage.provider.calls(), 0);
    assert_eq!(stage.rows.row("con_2").unwrap().state, GrantState::Active, "nothing was learned about it");
}
