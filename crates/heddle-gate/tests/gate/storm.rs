//! A provider that fails for five seconds under load.

use crate::world::*;
use heddle_gate::*;
use std::time::Duration;

struct Made {
    started: Duration,
    ended: Duration,
    answer: Answer,
}

async fn storm(seed: u64) -> (World, Vec<Made>) {
    let world = World::set(Settings { seed: Some(seed), ..Settings::default() }, |seen| {
        if (5 * S..10 * S).contains(&seen.at) { status(503) } else { status(200) }
    });
    let times = (0..1_000).map(|n| n * 20 * MS).chain((0..50).map(|n| 25 * S + n * 20 * MS));
    let mut calls = Vec::new();
    for at in times {
        tokio::time::sleep_until(world.start + at).await;
        let (gate, call, start) = (std::sync::Arc::clone(&world.gate), world.call(), world.start);
        calls.push(tokio::spawn(async move {
            let started = start.elapsed();
            let answer = gate.call(call).await;
            Made { started, ended: start.elapsed(), answer }
        }));
    }
    let mut made = Vec::new();
    for call in calls {
        made.push(call.await.unwrap());
    }
    (world, made)
}

#[tokio::test(start_paused = true)]
async fn an_outage_costs_few_requests_and_every_refusal_names_a_true_time() {
    for seed in 0..25 {
        let (world, made) = storm(seed).await;
        let sends = world.sent_at();
        let during = sends.iter().filter(|at| (5 * S..10 * S).contains(*at)).count();
        assert!(sends.len() <= 1_105, "seed {seed}: {} requests", sends.len());
        assert!(during <= 40, "seed {seed}: {during} requests during the outage");
        let mut refused = 0;
        for one in &made {
            let Err(failure) = &one.answer.result else { continue };
            assert!(one.started < 25 * S, "seed {seed}: a call of {:?} failed: {failure:?}", one.started);
            assert_eq!(failure.kind, FailureKind::Unavailable);
            let wait = failure.retry_after.unwrap();
            assert!(wait <= 12 * S, "seed {seed}: told to wait {wait:?}");
            refused += usize::from(one.answer.sent == 0);
            let back = one.ended + wait;
            let early = sends.iter().find(|at| **at > one.ended + 20 * MS && **at + MS < back);
            assert_eq!(early, None, "seed {seed}: told {back:?} at {:?}", one.ended);
        }
        assert!(refused > 50, "seed {seed}: {refused}");
        assert_eq!(world.gate.in_flight(), 0);
        assert_eq!(world.log.0.lock().unwrap().len(), 1_050);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_refused_by_an_open_breaker_that_comes_back_when_told_is_the_probe() {
    let world = World::new(|seen| if seen.at < 5 * S { fault(SendFault::Timeout) } else { status(200) });
    for _ in 0..2 {
        world.make(world.call()).await;
    }
    let sent = world.sent();
    let failure = failure(world.make(world.call()).await);
    assert_eq!((failure.kind, failure.sent, world.sent()), (FailureKind::Unavailable, false, sent));
    let wait = failure.retry_after.unwrap();
    assert!(wait <= 12 * S);
    world.pass(wait - MS).await;
    assert_eq!(kind(&world.make(world.call()).await), Some(FailureKind::Unavailable));
    assert_eq!(world.sent(), sent);
    world.pass(MS).await;
    world.make(world.call()).await;
    assert!(world.sent() > sent);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_calls_at_the_end_of_the_open_time_send_exactly_one_probe() {
    let world =
        World::new(|seen| Act { after: S, ..if seen.number < 5 { fault(SendFault::Timeout) } else { status(200) } });
    for _ in 0..2 {
        world.make(world.call()).await;
    }
    let sent = world.sent();
    world.pass(3 * S).await;
    let calls: Vec<_> = (0..1_000).map(|_| world.start(world.call())).collect();
    for _ in 0..100 {
        world.settle().await;
    }
    assert_eq!(world.sent() - sent, 1, "one probe while its answer is out");
    let mut failed = 0;
    for call in calls {
        failed += usize::from(call.await.unwrap().result.is_err());
    }
    assert_eq!(failed, 0, "the ramp delays calls and fails none");
}

#[tokio::test(start_paused = true)]
async fn interactive_calls_that_wait_to_repeat_fail_at_once_when_the_breaker_opens_and_sync_calls_stay() {
    let settings =
        Settings { backoff_base: 20 * S, backoff_cap_interactive: 20 * S, seed: Some(3), ..Settings::default() };
    let world = World::set(settings, |seen| if seen.number < 6 { fault(SendFault::Timeout) } else { status(200) });
    let sync = world.start(Call { priority: Priority::Sync, deadline: world.start + 300 * S, ..world.call() });
    world.pass(100 * MS).await;
    let waiting: Vec<_> = (0..4).map(|_| world.start(world.call())).collect();
    let mut at = Vec::new();
    for call in waiting {
        let answer = call.await.unwrap();
        assert_eq!((kind(&answer), answer.sent), (Some(FailureKind::Unavailable), 1));
        at.push(world.start.elapsed());
    }
    assert!(at.iter().all(|at| *at < S), "{at:?}");
    assert_eq!(kind(&sync.await.unwrap()), None);
}

#[tokio::test(start_paused = true)]
async fn the_breaker_of_one_host_leaves_others_alone() {
    let world = World::new(|seen| if seen.host == "one.crm.example" { fault(SendFault::Timeout) } else { status(200) });
    for _ in 0..3 {
        world.make(world.call()).await;
    }
    let mut call = world.call();
    (call.grant, call.base) = (None, Some(base("two")));
    assert_eq!(kind(&world.make(call).await), None);
}
