//! Answers that call the app or its set-up wrong: told to people, asked again.

use crate::stage::*;
use heddle_auth::GrantState;
use heddle_gate::{Failure, FailureKind, TokenSource};
use std::sync::atomic::Ordering;
use std::time::Duration;

fn wrong() -> Act {
    Act::Fail(Failure::new(FailureKind::Misconfigured, "the client secret is wrong"))
}

#[tokio::test(start_paused = true)]
async fn one_odd_answer_does_not_disable_a_connection() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!((row.state, row.reason.as_deref()), (GrantState::Misconfigured, Some("the client secret is wrong")));
    tokio::time::advance(MINUTE).await;
    assert_eq!(stage.get().await.unwrap().version, 1);
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!((row.state, row.reason), (GrantState::Active, None));
}

#[tokio::test(start_paused = true)]
async fn between_tries_calls_fail_at_once_with_the_reason_and_a_time() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    let first = stage.get().await.unwrap_err();
    let wait = first.retry_after.unwrap();
    assert!(wait >= MINUTE / 2 && wait <= MINUTE, "{wait:?}");
    let start = stage.now();
    while stage.now() + Duration::from_secs(2) < start + wait {
        let before = stage.now();
        let failure = stage.get().await.unwrap_err();
        assert_eq!(
            (failure.kind, failure.message.as_str()),
            (FailureKind::Misconfigured, "the client secret is wrong")
        );
        assert_eq!(failure.retry_after, Some(wait - before.duration_since(start).unwrap()));
        assert_eq!(stage.now(), before, "nobody waits");
        assert!(!stage.keeper.rejected(&con(), 0).await);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_tries_are_a_minute_apart_and_in_the_end_a_quarter_of_an_hour() {
    let stage = Stage::new();
    for minutes in [1, 2, 4, 8, 15, 15, 15] {
        stage.provider.next(wrong());
        let wait = stage.get().await.unwrap_err().retry_after.unwrap();
        let ceiling = minutes * MINUTE;
        assert!(wait >= ceiling / 2 && wait <= ceiling, "{wait:?} of {ceiling:?}");
        tokio::time::advance(wait).await;
    }
    assert_eq!(stage.provider.calls(), 7);
    stage.get().await.unwrap();
    tokio::time::advance(HOUR).await;
    stage.provider.next(wrong());
    assert!(stage.get().await.unwrap_err().retry_after.unwrap() <= MINUTE, "a success ends the row");
}

#[tokio::test(start_paused = true)]
async fn a_good_token_goes_on_being_used_meanwhile() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR - MINUTE).await;
    stage.provider.next(wrong());
    for _ in 0..25 {
        assert_eq!(stage.get().await.unwrap().version, 1);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(stage.provider.calls(), 2);
    assert_eq!(stage.rows.row("con_1").unwrap().state, GrantState::Misconfigured);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_the_provider_refuses_meanwhile_is_not_used_on() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR - MINUTE).await;
    stage.provider.next(wrong());
    assert_eq!(stage.get().await.unwrap().version, 1);
    assert!(!stage.keeper.rejected(&con(), 1).await);
    assert!(stage.keeper.peek(&con(), Duration::ZERO).is_none());
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::Misconfigured);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_the_first_call_asks_once() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    let again = stage.restarted();
    stage.provider.next(wrong());
    for _ in 0..20 {
        assert_eq!(again.get(&con(), MINUTE).await.unwrap_err().kind, FailureKind::Misconfigured);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(stage.provider.calls(), 2);
    assert_eq!(stage.restarted().get(&con(), MINUTE).await.unwrap().version, 1);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_or_deletion_by_another_process_is_seen_within_a_second() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    let mut row = stage.rows.row("con_1").unwrap();
    row.state = GrantState::NeedsReauth;
    stage.rows.put(row);
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::NeedsReauth);

    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    stage.rows.delete("con_1");
    tokio::time::advance(Duration::from_secs(1)).await;
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::NotFound);
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_row_is_read_once_a_second_at_most_while_waiting() {
    let stage = Stage::new();
    stage.provider.next(wrong());
    stage.get().await.unwrap_err();
    let before = stage.rows.loads.load(Ordering::SeqCst);
    for _ in 0..100 {
        stage.get().await.unwrap_err();
        tokio::time::advance(Duration::from_millis(100)).await;
    }
    let loads = stage.rows.loads.load(Ordering::SeqCst) - before;
    assert!((8..=10).contains(&loads), "{loads} reads in ten seconds");
}

#[tokio::test(start_paused = true)]
async fn without_the_database_the_reason_is_still_told() {
    let stage = Stage::new();
    stage.provider.hold();
    stage.provider.next(wrong());
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.rows.down.store(true, Ordering::SeqCst);
    stage.provider.release();
    assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::Misconfigured);
    for _ in 0..20 {
        assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::Misconfigured);
        tokio::time::advance(Duration::from_secs(1)).await;
    }
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_passing_failure_in_between_has_its_own_short_wait() {
    let stage = Stage::new();
    for _ in 0..3 {
        stage.provider.next(wrong());
        let wait = stage.get().await.unwrap_err().retry_after.unwrap();
        tokio::time::advance(wait).await;
    }
    stage.provider.next(Act::Fail(Failure::new(FailureKind::Unavailable, "down")));
    assert!(stage.get().await.unwrap_err().retry_after.unwrap() <= Duration::from_secs(1));
}
