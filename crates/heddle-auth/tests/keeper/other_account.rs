//! A login that leads to another account than the connection's.

use crate::stage::*;
use heddle_auth::GrantState;
use heddle_gate::{Failure, FailureKind, TokenSource};

const OTHER: &str = "ORG02";

fn says_both(failure: &Failure) {
    assert_eq!(failure.kind, FailureKind::AccountChanged, "{failure}");
    assert!(failure.message.contains(ORG) && failure.message.contains(OTHER), "{failure}");
}

#[tokio::test(start_paused = true)]
async fn its_token_is_handed_to_nobody_and_nothing_more_is_asked() {
    let stage = Stage::new();
    stage.provider.next(token_of("ours", ORG));
    assert_eq!(bearer(&stage.get().await.unwrap()), "ours");
    stage.provider.next(token_of("theirs", OTHER));
    assert!(!stage.keeper.rejected(&con(), 1).await);
    for _ in 0..5 {
        says_both(&stage.get().await.unwrap_err());
    }
    assert_eq!(stage.provider.calls(), 2);
    let row = stage.rows.row("con_1").unwrap();
    assert_eq!((row.state, row.version, row.access_token), (GrantState::OrgChanged, 2, None));
    assert!(row.reason.unwrap().contains(OTHER));
}

#[tokio::test(start_paused = true)]
async fn it_holds_after_a_restart_and_in_every_replica() {
    let stage = Stage::new();
    stage.provider.next(token_of("theirs", OTHER));
    says_both(&stage.get().await.unwrap_err());
    for keeper in [stage.restarted(), stage.restarted()] {
        says_both(&keeper.get(&con(), MINUTE).await.unwrap_err());
    }
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn of_racing_replicas_one_that_was_late_with_the_old_account_stores_nothing() {
    let stage = Stage::new();
    let late = stage.restarted();
    stage.rows.commits.forget_permits(usize::MAX);
    stage.provider.next(token_of("ours", ORG));
    let waiting = tokio::spawn({
        let late = late.clone();
        async move { late.get(&con(), MINUTE).await }
    });
    stage.quiet().await;
    assert_eq!(stage.provider.calls(), 1, "the late one has its answer and waits for the database");
    stage.provider.next(token_of("theirs", OTHER));
    says_both(&stage.get().await.unwrap_err());
    stage.rows.commits.add_permits(10);
    says_both(&waiting.await.unwrap().unwrap_err());
    assert_eq!(stage.rows.row("con_1").unwrap().state, GrantState::OrgChanged);
    assert_eq!(stage.provider.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn everybody_who_waits_for_the_refresh_is_told() {
    let stage = Stage::new();
    stage.provider.hold();
    stage.provider.next(token_of("theirs", OTHER));
    let callers: Vec<_> = (0..50)
        .map(|_| {
            let keeper = stage.keeper.clone();
            tokio::spawn(async move { keeper.get(&con(), MINUTE).await })
        })
        .collect();
    stage.quiet().await;
    stage.provider.release();
    for caller in callers {
        says_both(&caller.await.unwrap().unwrap_err());
    }
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_test_that_meets_the_own_account_again_makes_it_active() {
    let stage = Stage::new();
    stage.provider.next(token_of("theirs", OTHER));
    says_both(&stage.get().await.unwrap_err());
    stage.provider.next(token_of("theirs", OTHER));
    says_both(&stage.keeper.renew(&con()).await.unwrap_err());
    stage.provider.next(token_of("ours", ORG));
    assert_eq!(bearer(&stage.keeper.renew(&con()).await.unwrap()), "ours");
    assert_eq!(stage.rows.row("con_1").unwrap().state, GrantState::Active);
    assert_eq!(bearer(&stage.get().await.unwrap()), "ours");
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_names_no_account_or_a_connection_without_one_is_not_compared() {
    let stage = Stage::new();
    stage.provider.next(token("unnamed"));
    assert_eq!(bearer(&stage.get().await.unwrap()), "unnamed");
    let mut row = stage.grant("con_1", "the secret");
    row.remote_id = None;
    stage.rows.put(row);
    stage.provider.next(token_of("theirs", OTHER));
    assert_eq!(bearer(&stage.restarted().get(&con(), MINUTE).await.unwrap()), "theirs");
}

#[tokio::test(start_paused = true)]
async fn no_token_is_given_while_the_database_cannot_note_it() {
    let stage = Stage::new();
    stage.provider.hold();
    stage.provider.next(token_of("theirs", OTHER));
    let keeper = stage.keeper.clone();
    let caller = tokio::spawn(async move { keeper.get(&con(), MINUTE).await });
    stage.quiet().await;
    stage.rows.down.store(true, std::sync::atomic::Ordering::SeqCst);
    stage.provider.release();
    says_both(&caller.await.unwrap().unwrap_err());
    assert_eq!(stage.rows.row("con_1").unwrap().state, GrantState::Active);
    says_both(&stage.get().await.unwrap_err());
    assert_eq!(stage.provider.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_check_found_is_written_down_unless_the_grant_has_changed() {
    let stage = Stage::new();
    assert_eq!(stage.get().await.unwrap().version, 1);
    assert!(stage.keeper.pause(&con(), OTHER).await.unwrap());
    says_both(&stage.get().await.unwrap_err());
    stage.rows.delete("con_1");
    assert!(!stage.keeper.pause(&con(), OTHER).await.unwrap());
}
