//! What happens when the provider refuses a token that looked good.

use crate::stage::*;
use futures_util::future::join_all;
use heddle_gate::{Failure, FailureKind, TokenSource};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_once() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    assert!(stage.keeper.rejected(&con(), 1).await);
    assert_eq!(stage.get().await.unwrap().version, 2);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_older_token_causes_no_call() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.keeper.rejected(&con(), 1).await;
    assert!(stage.keeper.rejected(&con(), 1).await);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn many_refusals_of_one_token_cause_one_call() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    let con = con();
    let all = join_all((0..100).map(|_| stage.keeper.rejected(&con, 1))).await;
    assert!(all.into_iter().all(|newer| newer));
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn t14_a_provider_that_refuses_every_token_is_asked_once_a_minute() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    for _ in 0..600 {
        let token = stage.get().await.unwrap();
        stage.keeper.rejected(&con(), token.version).await;
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    let forced = stage.provider.calls() - 1;
    assert!((9..=10).contains(&forced), "{forced} forced refreshes in ten minutes");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_that_cannot_be_replaced_is_not_used_again() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.provider.next(Act::Fail(Failure::new(FailureKind::Unavailable, "down")));
    assert!(!stage.keeper.rejected(&con(), 1).await);
    assert!(stage.keeper.peek(&con(), Duration::ZERO).is_none());
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::Unavailable);
    tokio::time::advance(Duration::from_millis(1001)).await;
    assert_eq!(stage.get().await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_not_taken_from_the_row_again() {
    for (kind, restarted) in [
        (FailureKind::NeedsReauth, false),
        (FailureKind::NeedsReauth, true),
        (FailureKind::Misconfigured, false),
        (FailureKind::Misconfigured, true),
        (FailureKind::Unavailable, true),
    ] {
        let stage = Stage::new();
        stage.get().await.unwrap();
        let keeper = if restarted { stage.restarted() } else { stage.keeper.clone() };
        stage.provider.next(Act::Fail(Failure::new(kind, "no")));
        assert!(!keeper.rejected(&con(), 1).await);
        for _ in 0..5 {
            stage.provider.next(Act::Fail(Failure::new(kind, "no")));
            assert_eq!(keeper.get(&con(), MINUTE).await.unwrap_err().kind, kind, "restarted: {restarted}");
            assert!(keeper.peek(&con(), Duration::ZERO).is_none());
            tokio::time::advance(Duration::from_secs(61)).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_whose_verdict_could_not_be_stored_is_not_taken_from_the_row_again() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.provider.hold();
    stage.provider.next(Act::Fail(Failure::new(FailureKind::NeedsReauth, "dead")));
    let keeper = stage.keeper.clone();
    let forced = tokio::spawn(async move { keeper.rejected(&con(), 1).await });
    stage.quiet().await;
    stage.rows.down.store(true, std::sync::atomic::Ordering::SeqCst);
    stage.provider.release();
    assert!(!forced.await.unwrap());
    stage.rows.down.store(false, std::sync::atomic::Ordering::SeqCst);
    tokio::time::advance(MINUTE).await;
    assert_eq!(stage.get().await.unwrap().version, 2, "asked for anew");
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_a_refused_stored_token_is_replaced() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    let again = stage.restarted();
    assert!(again.rejected(&con(), 1).await);
    assert_eq!(again.get(&con(), MINUTE).await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_newer_token_of_another_process_is_found_without_a_call() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.store_elsewhere("theirs", HOUR);
    assert!(stage.keeper.rejected(&con(), 1).await);
    assert_eq!(bearer(&stage.get().await.unwrap()), "theirs");
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_moved_account_is_followed_to_its_new_base() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.provider.next(Act::Body(r#"{"access_token":"t2","api_base":"https://moved.api.acme.example"}"#.into()));
    assert!(stage.keeper.rejected(&con(), 1).await);
    assert_eq!(stage.get().await.unwrap().base.as_str(), "https://moved.api.acme.example");
    assert_eq!(stage.rows.row("con_1").unwrap().base_url.unwrap(), "https://moved.api.acme.example");
}
