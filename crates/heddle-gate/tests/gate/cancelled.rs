//! Callers that leave.

use crate::world::*;
use heddle_gate::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const RATES: &[Rate] = &[Rate { limit: 1_000, per: Duration::from_secs(1) }];

fn two_scopes() -> CallPlan {
    let mut plan = plan(Replay::Safe, RATES, Some(Concurrency { start: 8, max: 8 }));
    plan.scopes.push(ScopeUse {
        key: ScopeKey { kind: ScopeKind::User, name: "acme:user".to_owned() },
        cost: 2,
        rates: RATES,
        concurrency: Some(Concurrency { start: 6, max: 6 }),
    });
    plan
}

#[tokio::test(start_paused = true)]
async fn callers_that_leave_at_random_moments_leak_nothing() {
    let mut dice = fastrand::Rng::with_seed(5);
    let settings = Settings { seed: Some(5), queue: 100_000, ..Settings::default() };
    let world = World::set(settings, |seen| {
        let mut dice = fastrand::Rng::with_seed(seen.number as u64);
        let act = match dice.u32(0..20) {
            0 => status(503),
            1 => status(401),
            2 => fault(SendFault::Reset),
            3 => with(429, &[("retry-after", "0")]),
            4 => fault(SendFault::NotSent { why: String::new() }),
            _ => status(200),
        };
        Act { after: dice.u32(1..200) * MS, ..act }
    });
    let mut tasks = Vec::new();
    for n in 0..10_000_u32 {
        if n % 20 == 0 {
            world.pass(dice.u32(0..100) * MS).await;
            world.tokens.cached.store(dice.bool(), Ordering::SeqCst);
        }
        let (gate, call, stay) = (Arc::clone(&world.gate), world.call_with(two_scopes()), dice.u32(0..400) * MS);
        tasks.push(tokio::spawn(async move { tokio::time::timeout(stay, gate.call(call)).await.is_ok() }));
    }
    let mut stayed = 0;
    for task in tasks {
        stayed += u32::from(task.await.unwrap());
    }
    assert!(stayed > 0 && stayed < 10_000, "{stayed}");
    world.tokens.cached.store(true, Ordering::SeqCst);
    world.gate.drained().await;
    assert_eq!(world.gate.in_flight(), 0);
    assert_eq!(world.log.0.lock().unwrap().len(), 10_000, "one record each");
    // All permits and rate tokens are there again.
    tokio::time::sleep(700 * S).await;
    world.provider.most_at_once.store(0, Ordering::SeqCst);
    let calls: Vec<_> = (0..6).map(|_| world.start(world.call_with(two_scopes()))).collect();
    world.settle().await;
    assert_eq!(world.provider.most_at_once.load(Ordering::SeqCst), 6);
    for call in calls {
        call.await.unwrap();
    }
    tokio::time::sleep(700 * S).await;
    assert_eq!(world.gate.scopes(), 0, "idle scopes are forgotten, so none thinks it is in use");
}

#[tokio::test(start_paused = true)]
async fn what_a_send_teaches_is_kept_when_its_caller_has_left() {
    let world = World::new(|_| Act { after: S, ..with(403, &[("x-case", "daily"), ("x-usage", "7/9")]) });
    let gone = tokio::time::timeout(100 * MS, world.gate.call(world.call())).await;
    assert!(gone.is_err());
    world.gate.drained().await;
    assert_eq!(world.gate.quota(&org()).unwrap().limit, 9);
    assert_eq!(kind(&world.make(world.call()).await), Some(FailureKind::QuotaExhausted));
    assert_eq!(world.sent(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_left_the_queue_is_not_sent_and_those_behind_move_up() {
    let world = World::new(|_| Act { after: 10 * S, ..status(200) });
    let one = || world.call_with(plan(Replay::Safe, &[], Some(Concurrency { start: 1, max: 1 })));
    let first = world.start(one());
    world.settle().await;
    let second = world.start(one());
    world.settle().await;
    let third = world.start(one());
    world.settle().await;
    second.abort();
    let _ = second.await;
    assert!(first.await.unwrap().result.is_ok());
    assert!(third.await.unwrap().result.is_ok());
    assert_eq!(world.sent(), 2);
    world.gate.drained().await;
    let left: Vec<_> =
        world.log.0.lock().unwrap().iter().filter(|r| r.attempts.is_empty()).map(|r| r.failure).collect();
    assert_eq!(left, [Some(FailureKind::DeadlineExceeded)]);
}

#[tokio::test(start_paused = true)]
async fn drained_waits_for_the_last_call() {
    let world = World::new(|_| Act { after: 3 * S, ..status(200) });
    world.gate.drained().await;
    let calls: Vec<_> = (0..5).map(|_| world.start(world.call())).collect();
    world.settle().await;
    assert_eq!(world.gate.in_flight(), 5);
    world.gate.drained().await;
    assert_eq!(world.start.elapsed(), 3 * S);
    for call in calls {
        assert!(call.await.unwrap().result.is_ok());
    }
}
