//! Limits of the provider: pauses, and allowances that are used up.

use crate::world::*;
use heddle_gate::*;

#[tokio::test(start_paused = true)]
async fn nothing_of_the_scope_is_sent_before_the_hint_is_over() {
    let world = World::new(|seen| if seen.number == 0 { with(429, &[("retry-after", "10")]) } else { status(200) });
    let first = world.start(world.call());
    world.pass(100 * MS).await;
    let others: Vec<_> = (0..20).map(|_| world.start(world.call())).collect();
    assert_eq!(kind(&first.await.unwrap()), None);
    for other in others {
        assert_eq!(kind(&other.await.unwrap()), None);
    }
    assert!(world.sent_at()[1..].iter().all(|at| *at >= 10 * S && *at <= 12 * S), "{:?}", world.sent_at());
}

#[tokio::test(start_paused = true)]
async fn a_pause_beyond_the_deadline_is_told_at_once() {
    let world = World::new(|_| with(429, &[("retry-after", "120")]));
    let told = failure(world.make(world.call()).await);
    assert_eq!((told.kind, told.sent), (FailureKind::ProviderRateLimited, true));
    assert!(told.retry_after.unwrap() >= 120 * S && told.retry_after.unwrap() <= 125 * S);
    assert!(world.start.elapsed() < S);
    let told = failure(world.make(world.call()).await);
    assert_eq!((told.kind, told.sent, world.sent()), (FailureKind::ProviderRateLimited, false, 1));
    assert!(told.retry_after.unwrap() > 118 * S);
}

#[tokio::test(start_paused = true)]
async fn ten_throttles_in_a_row_end_the_call() {
    let world = World::new(|_| with(429, &[("retry-after", "0")]));
    let answer = world.make(Call { priority: Priority::Sync, deadline: world.start + 3_600 * S, ..world.call() }).await;
    assert_eq!((kind(&answer), world.sent()), (Some(FailureKind::ProviderRateLimited), 10));
}

#[tokio::test(start_paused = true)]
async fn a_throttle_without_a_hint_is_followed_by_growing_pauses() {
    let world = World::new(|seen| if seen.number < 4 { status(429) } else { status(200) });
    assert_eq!(kind(&world.make(world.call()).await), None);
    let at = world.sent_at();
    for (n, ceiling) in [S, 2 * S, 4 * S, 8 * S].into_iter().enumerate() {
        let pause = at[n + 1] - at[n] - 20 * MS;
        assert!(pause >= ceiling / 2 && pause <= ceiling + MS, "{n}: {pause:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_throttles_never_opens_the_breaker() {
    let world = World::new(|seen| if seen.number < 100 { with(429, &[("retry-after", "0")]) } else { status(200) });
    let long = || Call { priority: Priority::Sync, deadline: world.start + 3_600 * S, ..world.call() };
    for _ in 0..10 {
        assert_eq!(kind(&world.make(long()).await), Some(FailureKind::ProviderRateLimited));
    }
    assert_eq!(kind(&world.make(long()).await), None);
}

#[tokio::test(start_paused = true)]
async fn a_503_with_a_hint_pauses_its_host() {
    let world = World::new(|seen| if seen.number == 0 { with(503, &[("retry-after", "5")]) } else { status(200) });
    assert_eq!(kind(&world.make(world.call()).await), None);
    assert!(world.sent_at()[1] >= 5 * S);
    let world = World::new(|_| with(503, &[("retry-after", "60")]));
    let told = failure(world.make(world.call()).await);
    assert_eq!(told.kind, FailureKind::Unavailable);
    assert!(told.retry_after.unwrap() >= 60 * S);
    let told = failure(world.make(world.call()).await);
    assert_eq!((told.kind, told.sent, world.sent()), (FailureKind::Unavailable, false, 1));
}

#[tokio::test(start_paused = true)]
async fn too_many_at_once_lowers_the_concurrency_and_pauses_nobody_else() {
    let world =
        World::new(|seen| if seen.number == 0 { with(403, &[("x-case", "too many at once")]) } else { status(200) });
    let call = || world.call_with(plan(Replay::Safe, &[], Some(Concurrency { start: 8, max: 8 })));
    let first = world.start(call());
    world.pass(100 * MS).await;
    let others: Vec<_> = (0..16).map(|_| world.start(call())).collect();
    world.settle().await;
    assert_eq!(world.sent(), 5, "half of eight at once, not none");
    for other in others {
        assert_eq!(kind(&other.await.unwrap()), None);
    }
    assert_eq!(kind(&first.await.unwrap()), None);
}

#[tokio::test(start_paused = true)]
async fn a_used_up_day_refuses_at_once_and_is_probed_exactly_once_after_five_minutes() {
    let world = World::new(|seen| Act {
        after: S,
        ..if seen.at < 400 * S { with(403, &[("x-case", "daily")]) } else { status(200) }
    });
    let told = failure(world.make(world.call()).await);
    assert_eq!((told.kind, told.sent, told.retry_after), (FailureKind::QuotaExhausted, true, Some(300 * S)));
    for _ in 0..50 {
        let told = failure(world.make(world.call()).await);
        assert_eq!((told.kind, told.sent), (FailureKind::QuotaExhausted, false));
        assert!(told.retry_after.unwrap() <= 300 * S);
    }
    assert_eq!(world.sent(), 1);
    for (probe, served) in [(2, false), (3, true)] {
        world.pass(300 * S).await;
        let calls: Vec<_> = (0..100).map(|_| world.start(world.call())).collect();
        world.settle().await;
        assert_eq!(world.sent(), probe, "exactly one probe is out");
        for call in calls {
            let expected = (!served).then_some(FailureKind::QuotaExhausted);
            assert_eq!(kind(&call.await.unwrap()), expected);
        }
        assert_eq!(world.sent(), if served { 102 } else { probe });
    }
}

#[tokio::test(start_paused = true)]
async fn a_hint_above_an_hour_is_a_used_up_allowance() {
    let world = World::new(|_| with(429, &[("retry-after", "7200")]));
    let told = failure(world.make(world.call()).await);
    assert_eq!((told.kind, told.retry_after), (FailureKind::QuotaExhausted, Some(7_200 * S)));
    assert_eq!(kind(&world.make(world.call()).await), Some(FailureKind::QuotaExhausted));
}

#[tokio::test(start_paused = true)]
async fn a_shorter_word_about_a_used_up_allowance_does_not_undo_a_longer_one() {
    let world = World::new(|seen| {
        let answer =
            if seen.number == 0 { with(429, &[("retry-after", "7200")]) } else { with(403, &[("x-case", "daily")]) };
        Act { after: S, ..answer }
    });
    let (first, second) = (world.start(world.call()), world.start(world.call()));
    let mut told =
        [failure(first.await.unwrap()), failure(second.await.unwrap())].map(|told| told.retry_after.unwrap());
    told.sort();
    assert_eq!(world.sent(), 2);
    assert!(told[0] > 7_190 * S, "both are told when the scope opens again: {told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_figure_over_the_limit_stops_nothing() {
    let world = World::new(|_| with(200, &[("x-usage", "101000/100000")]));
    for _ in 0..5 {
        let answer = world.make(world.call()).await;
        assert_eq!(kind(&answer), None);
        let quota = answer.quota.unwrap();
        assert_eq!((quota.scope, quota.limit, quota.used, quota.remaining()), (ScopeKind::Org, 100_000, 101_000, 0));
    }
    assert_eq!(world.gate.quota(&org()).unwrap().used, 101_000);
}

#[tokio::test(start_paused = true)]
async fn the_figure_is_there_after_failures_too_and_counts_our_own_calls_since() {
    let world = World::new(|seen| if seen.number == 0 { with(404, &[("x-usage", "42/15000")]) } else { status(200) });
    assert_eq!(world.gate.quota(&org()), None);
    assert_eq!(world.make(world.call()).await.quota.unwrap().used, 42);
    world.make(world.call()).await;
    assert_eq!(world.make(world.call()).await.quota.unwrap().used, 44);
}
