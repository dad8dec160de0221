//! One refresh for all, whatever happens to those who wait.

use crate::stage::*;
use futures_util::future::join_all;
use heddle_gate::{FailureKind, TokenSource};
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn t01_two_hundred_callers_cause_one_call_and_get_one_version() {
    let stage = Stage::new();
    stage.provider.hold();
    let callers: Vec<_> = (0..200)
        .map(|_| {
            let keeper = stage.keeper.clone();
            tokio::spawn(async move { keeper.get(&con(), MINUTE).await })
        })
        .collect();
    stage.quiet().await;
    stage.provider.release();
    for got in join_all(callers).await {
        let got = got.unwrap().unwrap();
        assert_eq!((got.version, bearer(&got)), (1, "token-1"));
    }
    assert_eq!(stage.provider.calls(), 1);
    assert_eq!(stage.rows.row("con_1").unwrap().version, 1);
}

#[tokio::test(start_paused = true)]
async fn t02_callers_that_leave_do_not_stop_the_refresh() {
    let stage = Stage::new();
    stage.provider.hold();
    let callers: Vec<_> = (0..20)
        .map(|_| {
            let keeper = stage.keeper.clone();
            tokio::spawn(async move { keeper.get(&con(), MINUTE).await })
        })
        .collect();
    stage.quiet().await;
    callers.iter().for_each(tokio::task::JoinHandle::abort);
    stage.quiet().await;
    stage.provider.release();
    assert!(stage.keeper.settle(MINUTE).await);
    assert_eq!(stage.rows.row("con_1").unwrap().version, 1, "stored though nobody waited");
    assert_eq!(stage.get().await.unwrap().version, 1);
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_is_stored_before_anybody_gets_it() {
    let stage = Stage::new();
    stage.rows.commits.forget_permits(usize::MAX);
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    assert_eq!(*stage.events.lock().unwrap(), ["answer"]);
    assert!(!caller.is_finished());
    assert!(stage.keeper.peek(&con(), MINUTE).is_none());
    stage.rows.commits.add_permits(1);
    assert_eq!(caller.await.unwrap().unwrap().version, 1);
    assert_eq!(*stage.events.lock().unwrap(), ["answer", "stored"]);
    assert!(stage.keeper.peek(&con(), MINUTE).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_refresh_does_not_wedge_the_grant() {
    let stage = Stage::new();
    stage.provider.next(Act::Panic);
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::Internal);
    // The wait after the first failure is drawn from 0 to 1 s.
    tokio::time::advance(Duration::from_millis(1001)).await;
    assert_eq!(stage.get().await.unwrap().version, 1);
    assert!(stage.keeper.settle(MINUTE).await);
}

#[tokio::test(start_paused = true)]
async fn after_a_restart_the_stored_token_is_used() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    let again = stage.restarted();
    assert!(again.peek(&con(), MINUTE).is_none());
    let got = again.get(&con(), MINUTE).await.unwrap();
    assert_eq!((got.version, bearer(&got), got.base.as_str()), (1, "token-1", BASE));
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_stored_by_another_process_is_used_instead_of_a_call() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    tokio::time::advance(HOUR).await;
    stage.store_elsewhere("theirs", HOUR);
    let got = stage.get().await.unwrap();
    assert_eq!((got.version, bearer(&got)), (2, "theirs"));
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn when_another_process_stores_first_its_token_is_the_one_used() {
    let stage = Stage::new();
    stage.provider.hold();
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.store_elsewhere("theirs", HOUR);
    stage.provider.release();
    let got = caller.await.unwrap().unwrap();
    assert_eq!((got.version, bearer(&got)), (1, "theirs"));
    assert_eq!(stage.rows.row("con_1").unwrap().version, 1, "ours was dropped");
}

#[tokio::test(start_paused = true)]
async fn t13_a_connection_deleted_during_a_refresh_does_not_come_back() {
    for told in [true, false] {
        let stage = Stage::new();
        stage.provider.hold();
        let keeper = stage.keeper.clone();
        let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
        stage.quiet().await;
        stage.rows.delete("con_1");
        if told {
            stage.keeper.forget(&con());
        }
        stage.provider.release();
        assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::NotFound, "told: {told}");
        assert!(stage.rows.row("con_1").is_none());
        assert!(stage.keeper.peek(&con(), Duration::ZERO).is_none());
        assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::NotFound);
        assert_eq!(stage.provider.calls(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn grants_do_not_wait_for_each_other() {
    let stage = Stage::new();
    stage.rows.put(stage.grant("con_2", "another secret"));
    stage.get().await.unwrap();
    stage.provider.hold();
    let keeper = stage.keeper.clone();
    let second = tokio::spawn(async move { keeper.get(&heddle_gate::GrantId("con_2".into()), MINUTE).await });
    stage.quiet().await;
    assert_eq!(stage.get().await.unwrap().version, 1);
    stage.provider.release();
    assert_eq!(bearer(&second.await.unwrap().unwrap()), "token-2");
}

#[tokio::test(start_paused = true)]
async fn a_grant_forgotten_during_a_refresh_stays_forgotten() {
    let stage = Stage::new();
    stage.provider.hold();
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.keeper.forget(&con());
    stage.provider.release();
    assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::NotFound);
    assert!(stage.keeper.peek(&con(), MINUTE).is_none());
}
