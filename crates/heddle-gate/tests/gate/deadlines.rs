//! One deadline over everything.

use crate::world::*;
use heddle_gate::*;
use std::sync::atomic::Ordering;
use std::time::Duration;

#[tokio::test(start_paused = true)]
async fn no_call_outlives_its_deadline_whatever_the_provider_does() {
    const RATES: &[Rate] = &[Rate { limit: 40, per: Duration::from_secs(10) }];
    let mut dice = fastrand::Rng::with_seed(11);
    for seed in 0..60 {
        let settings = Settings { seed: Some(seed), ..Settings::default() };
        let world = World::set(settings, move |seen| {
            let mut dice = fastrand::Rng::with_seed(seed * 1_000 + seen.number as u64);
            let act = match dice.u32(0..10) {
                0..3 => status(200),
                3 => status(503),
                4 => status(401),
                5 => with(429, &[("retry-after", "3")]),
                6 => fault(SendFault::Reset),
                7 => fault(SendFault::NotSent { why: String::new() }),
                8 => with(403, &[("x-case", "too many at once")]),
                _ => fault(SendFault::Truncated),
            };
            Act { after: dice.u32(0..40_000) * MS, ..act }
        });
        *world.tokens.takes.lock().unwrap() = dice.u32(0..20) * S;
        world.tokens.cached.store(seed % 3 != 0, Ordering::SeqCst);
        let mut calls = Vec::new();
        for n in 0..60 {
            let allowed = dice.u32(100..60_000) * MS;
            let priority = if n % 4 == 0 { Priority::Sync } else { Priority::Interactive };
            let rates = plan(Replay::Safe, RATES, Some(Concurrency { start: 4, max: 8 }));
            let call = Call { priority, deadline: tokio::time::Instant::now() + allowed, ..world.call_with(rates) };
            let gate = std::sync::Arc::clone(&world.gate);
            calls.push(tokio::spawn(async move {
                let deadline = call.deadline;
                let answer = gate.call(call).await;
                (answer, tokio::time::Instant::now().saturating_duration_since(deadline))
            }));
        }
        for call in calls {
            let (_, late) = call.await.unwrap();
            assert!(late <= 50 * MS, "seed {seed}: {late:?} late");
        }
        let shortest = world.provider.seen.lock().unwrap().iter().map(|seen| seen.timeout).min();
        assert!(shortest.unwrap_or(S) >= 950 * MS, "seed {seed}: a send with {shortest:?}");
        assert_eq!(world.gate.in_flight(), 0);
        assert_eq!(world.log.0.lock().unwrap().len(), 60);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_with_less_than_a_second_left_is_not_sent() {
    let world = World::new(|_| status(200));
    let failure = failure(world.make(Call { deadline: world.start + 999 * MS, ..world.call() }).await);
    assert_eq!((failure.kind, failure.sent, world.sent()), (FailureKind::DeadlineExceeded, false, 0));
}

#[tokio::test(start_paused = true)]
async fn a_send_that_the_deadline_cuts_off_is_a_missed_deadline_and_was_sent() {
    let world = World::new(|_| Act { after: 60 * S, ..status(200) });
    let answer = world.make(Call { deadline: world.start + 5 * S, ..world.call() }).await;
    assert_eq!(answer.sent, 1);
    let failure = failure(answer);
    assert_eq!((failure.kind, failure.sent), (FailureKind::DeadlineExceeded, true));
}

#[tokio::test(start_paused = true)]
async fn a_write_that_the_deadline_cuts_off_has_an_unknown_outcome() {
    let world = World::new(|_| Act { after: 60 * S, ..status(200) });
    let call = Call { deadline: world.start + 5 * S, ..world.call_with(plan(Replay::NotIdempotent, &[], None)) };
    assert_eq!(kind(&world.make(call).await), Some(FailureKind::OutcomeUnknown));
}

#[tokio::test(start_paused = true)]
async fn a_single_send_has_its_own_limit() {
    let world = World::new(|seen| if seen.number == 0 { Act { after: 60 * S, ..status(200) } } else { status(200) });
    assert_eq!(kind(&world.make(world.call()).await), None);
    assert!(world.sent_at()[1] >= 15 * S && world.sent_at()[1] <= 15 * S + 250 * MS);
}

#[tokio::test(start_paused = true)]
async fn short_deadlines_do_not_make_a_slow_provider_look_dead() {
    let world = World::new(|_| Act { after: 2 * S, ..status(200) });
    for _ in 0..10 {
        let call = Call { deadline: tokio::time::Instant::now() + 1_500 * MS, ..world.call() };
        assert_eq!(kind(&world.make(call).await), Some(FailureKind::DeadlineExceeded));
    }
    assert_eq!(kind(&world.make(world.call()).await), None);
}
