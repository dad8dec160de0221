//! Refresh tokens that are good for one use, with several processes.

use crate::stage::*;
use crate::world::*;
use heddle_auth::GrantState;
use heddle_gate::FailureKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Expiries of the long run; each is met by three processes.
const EXPIRIES: usize = 1_000;

#[tokio::test(start_paused = true)]
async fn t03_three_processes_stopped_at_random_never_spend_a_refresh_token_twice() {
    let world = World::new();
    let seed = fastrand::u64(..);
    let dice = Arc::new(std::sync::Mutex::new(fastrand::Rng::with_seed(seed)));
    let fate = |dice: Arc<std::sync::Mutex<fastrand::Rng>>| -> Fate {
        Arc::new(move |_| {
            let pause = {
                let mut dice = dice.lock().unwrap();
                match dice.u8(..) {
                    // Stopped for up to a minute, now and then.
                    0..4 => dice.u64(0..60_000),
                    4..100 => dice.u64(0..400),
                    _ => 0,
                }
            };
            Box::pin(tokio::time::sleep(Duration::from_millis(pause)))
        })
    };
    let processes: Vec<_> = (0..3).map(|_| world.process(fate(dice.clone()))).collect();
    for expiry in 0..EXPIRIES {
        *world.provider.delay.lock().unwrap() = Duration::from_millis(dice.lock().unwrap().u64(0..14_500));
        let tries: Vec<_> = processes.iter().map(getting).collect();
        for tried in tries {
            if let Err(failure) = tried.await.unwrap() {
                let passing = [FailureKind::Unavailable, FailureKind::DeadlineExceeded];
                assert!(passing.contains(&failure.kind), "seed {seed}, expiry {expiry}: {failure}");
            }
        }
        assert_eq!(world.provider.reused.load(Ordering::SeqCst), 0, "seed {seed}, expiry {expiry}");
        assert_eq!(world.row().state, GrantState::Active, "seed {seed}, expiry {expiry}");
        tokio::time::sleep(HOUR + 5 * MINUTE).await;
    }
    // A process that was stopped before it sent leaves its expiry to the next.
    assert!(world.provider.count() >= EXPIRIES * 9 / 10, "refreshed {} times", world.provider.count());
}

#[tokio::test(start_paused = true)]
async fn t04_a_holder_stopped_before_it_announces_does_not_send() {
    let world = World::new();
    let sleeper = world.process(stopped(At::Announce, MINUTE));
    let (one, other) = (getting(&sleeper), getting(&world.process(unharmed())));
    assert_eq!(other.await.unwrap().unwrap().version, 1);
    assert_eq!(bearer(&one.await.unwrap().unwrap()), "access-1", "it found the other's token");
    assert_eq!((world.provider.count(), world.provider.reused.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn t04_a_holder_stopped_between_announcement_and_send_sends_nothing_late() {
    let world = World::new();
    let sleeper = world.process(stopped(At::Announced, MINUTE));
    let one = getting(&sleeper);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let taker = world.process(unharmed());
    let failure = get(&taker).await.unwrap_err();
    assert!(failure.message.contains("elsewhere"), "{failure}");
    one.await.unwrap().unwrap_err();
    tokio::time::sleep(MINUTE).await;
    assert_eq!(get(&taker).await.unwrap().version, 1, "the announcement was taken back");
    assert_eq!((world.provider.count(), world.provider.reused.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn t04_a_holder_stopped_between_answer_and_commit_is_waited_for() {
    for at in [At::Answered, At::Commit] {
        let world = World::new();
        let sleeper = world.process(stopped(at, MINUTE));
        let one = getting(&sleeper);
        tokio::time::sleep(Duration::from_secs(1)).await;
        let taker = world.process(unharmed());
        for _ in 0..3 {
            get(&taker).await.unwrap_err();
        }
        assert_eq!(one.await.unwrap().unwrap().version, 1, "{at:?}");
        tokio::time::sleep(MINUTE).await;
        assert_eq!(bearer(&get(&taker).await.unwrap()), "access-1", "{at:?}");
        assert_eq!((world.provider.count(), world.row().version), (1, 1), "{at:?}");
        assert_eq!(world.refresh_token(), "refresh-1");
    }
}

#[tokio::test(start_paused = true)]
async fn t05_after_a_kill_at_any_step_the_grant_lives_or_says_what_was_lost() {
    for at in At::ALL {
        for round in 1..=100 {
            let world = World::new();
            let victim = world.process(killed(at));
            let lost = getting(&victim);
            tokio::time::sleep(Duration::from_millis(round)).await;
            lost.abort();
            // After the kill, long enough for an open announcement to count no more.
            tokio::time::sleep(Duration::from_secs(121)).await;
            let again = world.process(unharmed());
            let between = matches!(at, At::Answered | At::Commit);
            match get(&again).await {
                Ok(token) => {
                    assert!(!between, "{at:?}: {}", bearer(&token));
                    assert_eq!(world.row().state, GrantState::Active);
                }
                Err(failure) => {
                    assert!(between, "{at:?}: {failure}");
                    assert_eq!(failure.kind, FailureKind::NeedsReauth);
                    assert!(failure.message.contains("lost_rotation"), "{failure}");
                    assert_eq!(world.row().state, GrantState::NeedsReauth);
                }
            }
            let reused = world.provider.reused.load(Ordering::SeqCst);
            assert_eq!(reused, usize::from(between), "{at:?}: only the one try that is left");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn t06_a_rotated_token_that_cannot_be_stored_for_a_minute_is_not_lost() {
    let world = World::new();
    let process = world.process(stopped(At::Answered, Duration::from_secs(1)));
    let first = getting(&process);
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.rows.down.store(true, Ordering::SeqCst);
    assert_eq!(bearer(&first.await.unwrap().unwrap()), "access-1");
    for _ in 0..60 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(bearer(&get(&process).await.unwrap()), "access-1", "from memory");
    }
    assert!(!process.settle(Duration::from_secs(1)).await, "a stop waits for the write");
    world.rows.down.store(false, Ordering::SeqCst);
    assert!(process.settle(Duration::from_secs(6)).await);
    assert_eq!((world.row().version, world.refresh_token().as_str()), (1, "refresh-1"));
    tokio::time::sleep(HOUR).await;
    assert_eq!(bearer(&get(&world.process(unharmed())).await.unwrap()), "access-2");
    assert_eq!(world.provider.reused.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn t08_a_late_failure_of_the_old_grant_cannot_undo_a_new_consent() {
    let world = World::new();
    let process = world.process(stopped(At::Send, Duration::from_secs(5)));
    let late = getting(&process);
    tokio::time::sleep(Duration::from_secs(1)).await;
    world.provider.revoked.lock().unwrap().clear();
    world.consent("con_1", "new-consent");
    // The provider has ended the old grant with it.
    *world.provider.gives.lock().unwrap() = None;
    process.reread("con_1");
    assert!(late.await.unwrap().is_ok(), "whoever waited gets the new grant's token");
    let row = world.row();
    assert_eq!(row.state, GrantState::Active);
    assert_eq!(get(&process).await.unwrap().version, row.version.max(1));
}

#[tokio::test(start_paused = true)]
async fn t10_an_answer_without_a_refresh_token_keeps_the_old_one_and_one_with_it_replaces_it() {
    for (given, expected) in [(Some(None), "refresh-0"), (Some(Some("")), "refresh-0"), (None, "refresh-1")] {
        let world = World::new();
        *world.provider.gives.lock().unwrap() = given;
        let process = world.process(unharmed());
        get(&process).await.unwrap();
        assert_eq!(world.refresh_token(), expected, "{given:?}");
        tokio::time::sleep(HOUR).await;
        assert_eq!(get(&process).await.unwrap().version, 2, "{given:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn t13_the_rotated_token_of_a_connection_deleted_meanwhile_is_ended() {
    let world = World::new();
    let process = world.process(stopped(At::Answered, Duration::from_secs(1)));
    let caller = getting(&process);
    tokio::time::sleep(Duration::from_millis(500)).await;
    world.rows.delete("con_1");
    assert_eq!(caller.await.unwrap().unwrap_err().kind, FailureKind::NotFound);
    assert!(process.settle(MINUTE).await);
    assert_eq!(*world.provider.revoked.lock().unwrap(), ["refresh-1"]);
    assert!(world.rows.row("con_1").is_none());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_came_is_tried_once_more_and_said_to_be_lost() {
    let world = World::new();
    // Longer than the request may take: the gate would call the outcome unknown.
    let process = world.process(killed(At::Answered));
    let caller = getting(&process);
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(world.row().announced, Some(0));
    caller.abort();
    let other = world.process(unharmed());
    let failure = get(&other).await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Unavailable, "{failure}");
    assert_eq!(world.provider.count(), 1, "the token is not touched while somebody may hold it");
}

#[tokio::test(start_paused = true)]
async fn t16_ten_thousand_idle_grants_are_renewed_four_at_a_time() {
    let world = World::new();
    *world.provider.delay.lock().unwrap() = Duration::from_millis(150);
    let before = wall(world.start);
    for n in 1..=10_000 {
        let id = format!("con_{n}");
        world.consent(&id, &format!("first-{n}"));
        let mut row = world.rows.row(&id).unwrap();
        row.obtained_at = Some(before - 8 * 24 * HOUR);
        world.rows.put(row);
    }
    let process = world.process(unharmed());
    let (mut rounds, since) = (0, before - 7 * 24 * HOUR);
    while process.keep_alive(since, 100).await.unwrap() > 0 {
        rounds += 1;
    }
    assert_eq!((rounds, world.provider.count()), (100, 10_000));
    assert!(world.provider.most_at_once.load(Ordering::SeqCst) <= 4);
    assert_eq!(world.provider.reused.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn t17_a_hostile_address_gets_no_token_and_the_rotated_one_is_kept() {
    let world = World::new();
    *world.provider.base.lock().unwrap() = "https://tenant.api.acme.example.evil.example";
    let process = world.process(unharmed());
    assert_eq!(get(&process).await.unwrap_err().kind, FailureKind::Misconfigured);
    let row = world.row();
    assert_eq!((row.state, row.version, row.access_token.is_none()), (GrantState::Misconfigured, 1, true));
    assert_eq!(world.refresh_token(), "refresh-1");
    *world.provider.base.lock().unwrap() = BASE;
    tokio::time::sleep(MINUTE + Duration::from_secs(1)).await;
    assert_eq!(bearer(&get(&process).await.unwrap()), "access-2");
    assert_eq!(world.provider.reused.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_pause_for_another_account_keeps_the_refresh_token() {
    let world = World::new();
    let process = world.process(unharmed());
    get(&process).await.unwrap();
    assert!(process.pause(&con(), "ORG02").await.unwrap());
    assert_eq!((world.row().state, world.refresh_token().as_str()), (GrantState::OrgChanged, "refresh-1"));
}
