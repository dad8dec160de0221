//! A database that fails at the wrong moment.

use crate::stage::*;
use heddle_gate::{FailureKind, TokenSource};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Gets a token whose commit finds the database down.
async fn unpersisted() -> Stage {
    let stage = Stage::new();
    stage.provider.hold();
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.rows.down.store(true, Ordering::SeqCst);
    stage.provider.release();
    assert_eq!(caller.await.unwrap().unwrap().version, 1);
    stage
}

#[tokio::test(start_paused = true)]
async fn t06_a_token_that_cannot_be_stored_is_used_from_memory_and_stored_later() {
    let stage = unpersisted().await;
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(stage.get().await.unwrap().version, 1);
    }
    assert!(!stage.keeper.settle(Duration::from_secs(1)).await, "a write is still due");
    stage.rows.down.store(false, Ordering::SeqCst);
    assert!(stage.keeper.settle(Duration::from_secs(6)).await);
    assert_eq!(stage.rows.row("con_1").unwrap().version, 1);
    assert_eq!(stage.provider.calls(), 1);
    let again = stage.restarted();
    assert_eq!(bearer(&again.get(&con(), MINUTE).await.unwrap()), "token-1");
}

#[tokio::test(start_paused = true)]
async fn a_token_of_a_connection_deleted_meanwhile_is_not_stored() {
    let stage = unpersisted().await;
    stage.rows.delete("con_1");
    stage.rows.down.store(false, Ordering::SeqCst);
    assert!(stage.keeper.settle(Duration::from_secs(6)).await);
    assert!(stage.rows.row("con_1").is_none());
    assert_eq!(stage.get().await.unwrap_err().kind, FailureKind::NotFound);
}

#[tokio::test(start_paused = true)]
async fn a_forgotten_connection_ends_the_waiting_write() {
    let stage = unpersisted().await;
    stage.keeper.forget(&con());
    assert!(stage.keeper.settle(Duration::from_secs(6)).await);
    assert_eq!(stage.rows.row("con_1").unwrap().version, 0);
}

#[tokio::test(start_paused = true)]
async fn the_next_refresh_stores_the_waiting_token_first() {
    let stage = unpersisted().await;
    stage.rows.down.store(false, Ordering::SeqCst);
    assert!(stage.keeper.rejected(&con(), 1).await);
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!(row.version, 2, "versions stay in step with the row");
    assert_eq!(stage.get().await.unwrap().version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_token_stored_elsewhere_meanwhile_wins_over_the_waiting_one() {
    let stage = unpersisted().await;
    stage.store_elsewhere("theirs", HOUR);
    stage.rows.down.store(false, Ordering::SeqCst);
    assert!(stage.keeper.settle(Duration::from_secs(6)).await);
    assert_eq!(bearer(&stage.get().await.unwrap()), "theirs");
}

#[tokio::test(start_paused = true)]
async fn without_the_database_a_good_token_is_used_and_a_missing_one_is_a_fault_of_ours() {
    let stage = Stage::new();
    stage.get().await.unwrap();
    stage.rows.down.store(true, Ordering::SeqCst);
    tokio::time::advance(HOUR - MINUTE).await;
    assert_eq!(stage.get().await.unwrap().version, 1);
    tokio::time::advance(MINUTE).await;
    let failure = stage.get().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Internal);
    assert!(!failure.message.contains("refused"), "the database's words are for the log: {failure}");
    stage.rows.down.store(false, Ordering::SeqCst);
    assert_eq!(stage.get().await.unwrap().version, 2);
    assert_eq!(stage.provider.calls(), 2);
}
