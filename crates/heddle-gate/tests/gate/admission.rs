//! Our own limits: rate tokens, calls in flight, the queue.

use crate::world::*;
use heddle_gate::*;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

const TEN_PER_SECOND: &[Rate] = &[Rate { limit: 10, per: Duration::from_secs(1) }];
const TWO_WINDOWS: &[Rate] =
    &[Rate { limit: 11, per: Duration::from_secs(1) }, Rate { limit: 55, per: Duration::from_secs(10) }];

fn most_in_a_window(at: &[Duration], window: Duration) -> usize {
    at.iter().map(|start| at.iter().filter(|a| **a >= *start && **a <= *start + window).count()).max().unwrap_or(0)
}

#[tokio::test(start_paused = true)]
async fn no_window_of_a_scope_is_ever_exceeded_and_calls_go_out_in_order() {
    let world = World::new(|_| status(200));
    let call = || Call { deadline: world.start + 300 * S, ..world.call_with(plan(Replay::Safe, TWO_WINDOWS, None)) };
    let calls: Vec<_> = (0..200).map(|_| world.start(call())).collect();
    for call in calls {
        assert!(call.await.unwrap().result.is_ok());
    }
    let at = world.sent_at();
    assert_eq!(at.len(), 200);
    assert!(most_in_a_window(&at, S) <= 11);
    assert!(most_in_a_window(&at, 10 * S) <= 55);
    assert!(at[199] < 45 * S, "{:?}", at[199]);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_cannot_make_its_deadline_is_refused_at_once_with_a_true_time() {
    let world = World::new(|_| status(200));
    let call = || world.call_with(plan(Replay::Safe, TEN_PER_SECOND, None));
    let calls: Vec<_> = (0..400).map(|_| world.start(call())).collect();
    let mut refused = Vec::new();
    for call in calls {
        let answer = call.await.unwrap();
        if let Err(failure) = answer.result {
            assert_eq!((failure.kind, failure.sent, answer.sent), (FailureKind::RateLimited, false, 0));
            refused.push(failure.retry_after.unwrap());
        }
    }
    assert!(refused.len() > 100, "{}", refused.len());
    assert!(refused.iter().all(|wait| *wait > 28 * S && *wait < 32 * S), "{refused:?}");
    let records = world.log.0.lock().unwrap();
    let late = records.iter().filter(|r| r.failure.is_some() && r.took > MS).count();
    assert_eq!(late, 0, "refused at once");
}

#[tokio::test(start_paused = true)]
async fn a_full_queue_refuses() {
    let world = World::set(Settings { queue: 5, ..Settings::default() }, |_| Act { after: S, ..status(200) });
    let call = || world.call_with(plan(Replay::Safe, &[], Some(Concurrency { start: 1, max: 1 })));
    let calls: Vec<_> = (0..20).map(|_| world.start(call())).collect();
    let mut refused = 0;
    for call in calls {
        let answer = call.await.unwrap();
        if answer.result.is_err() {
            let failure = failure(answer);
            assert_eq!(failure.kind, FailureKind::RateLimited);
            assert!(failure.retry_after.unwrap() >= S);
            refused += 1;
        }
    }
    assert_eq!(refused, 14);
}

#[tokio::test(start_paused = true)]
async fn a_scope_that_refuses_leaves_the_other_scope_untouched() {
    let world = World::new(|_| status(200));
    let both = || {
        let mut plan = plan(Replay::Safe, TEN_PER_SECOND, None);
        let key = ScopeKey { kind: ScopeKind::User, name: "acme:slow".to_owned() };
        const SLOW: &[Rate] = &[Rate { limit: 1, per: Duration::from_secs(3_600) }];
        plan.scopes.push(ScopeUse { key, cost: 1, rates: SLOW, concurrency: None });
        world.call_with(plan)
    };
    assert!(world.make(both()).await.result.is_ok());
    world.pass(2 * S).await;
    for _ in 0..1_000 {
        assert_eq!(kind(&world.make(both()).await), Some(FailureKind::RateLimited));
    }
    let before = world.start.elapsed();
    assert!(world.make(world.call_with(plan(Replay::Safe, TEN_PER_SECOND, None))).await.result.is_ok());
    assert_eq!(world.start.elapsed() - before, 20 * MS, "the first scope was still full");
}

#[tokio::test(start_paused = true)]
async fn what_surely_was_not_sent_is_given_back() {
    let world =
        World::new(|seen| if seen.number < 2 { fault(SendFault::NotSent { why: String::new() }) } else { status(200) });
    const ONE: &[Rate] = &[Rate { limit: 1, per: Duration::from_secs(3_600) }];
    assert!(world.make(world.call_with(plan(Replay::Safe, ONE, None))).await.result.is_ok());
    assert_eq!(world.sent(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_repeat_pays_again() {
    let world = World::new(|seen| if seen.number == 0 { status(500) } else { status(200) });
    const TWO: &[Rate] = &[Rate { limit: 1, per: Duration::from_secs(5) }];
    assert!(world.make(world.call_with(plan(Replay::Safe, TWO, None))).await.result.is_ok());
    assert!(world.sent_at()[1] >= 5 * S);
}

#[tokio::test(start_paused = true)]
async fn a_cost_that_never_fits_is_our_fault_and_told_at_once() {
    let world = World::new(|_| status(200));
    let mut plan = plan(Replay::Safe, TEN_PER_SECOND, None);
    plan.scopes[0].cost = 2;
    assert_eq!(kind(&world.make(world.call_with(plan)).await), Some(FailureKind::Internal));
}

#[tokio::test(start_paused = true)]
async fn a_scope_named_twice_is_charged_for_both_and_does_not_hang() {
    let world = World::new(|_| status(200));
    let mut plan = plan(Replay::Safe, &[], None);
    plan.scopes.push(plan.scopes[0].clone());
    let host = ScopeKey { kind: ScopeKind::Host, name: "one.crm.example".to_owned() };
    plan.scopes.push(ScopeUse { key: host, cost: 1, rates: &[], concurrency: None });
    assert!(world.make(world.call_with(plan)).await.result.is_ok());
}

#[tokio::test(start_paused = true)]
async fn at_most_256_calls_are_in_flight_at_one_provider() {
    let world = World::new(|_| Act { after: S, ..status(200) });
    let calls: Vec<_> = (0..600).map(|_| world.start(world.call())).collect();
    for call in calls {
        assert!(call.await.unwrap().result.is_ok());
    }
    assert_eq!(world.provider.most_at_once.load(Ordering::SeqCst), 256);
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_hangs_does_not_hold_up_another() {
    let world =
        World::new(
            |seen| if seen.host == "one.crm.example" { Act { after: 1_000 * S, ..status(200) } } else { status(200) },
        );
    let hanging: Vec<_> = (0..200).map(|_| world.start(world.call())).collect();
    world.settle().await;
    let mut other = world.call_with(CallPlan { scopes: Vec::new(), replay: Replay::Safe });
    other.caller.provider = "other";
    (other.grant, other.base) = (None, Some(base("two")));
    let before = world.start.elapsed();
    assert!(world.make(other).await.result.is_ok());
    assert_eq!(world.start.elapsed() - before, 20 * MS);
    drop(hanging);
}

#[test]
fn many_threads_share_a_scope_and_never_exceed_its_concurrency() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_time().build().unwrap();
    runtime.block_on(async {
        let world = Arc::new(World::new(|_| Act { after: Duration::ZERO, ..status(200) }));
        let calls: Vec<_> = (0..2_000)
            .map(|_| {
                let world = Arc::clone(&world);
                let call = world.call_with(plan(Replay::Safe, &[], Some(Concurrency { start: 3, max: 3 })));
                tokio::spawn(async move { world.gate.call(call).await.result.is_ok() })
            })
            .collect();
        let mut refused = 0;
        for call in calls {
            refused += usize::from(!call.await.unwrap());
        }
        assert!(world.provider.most_at_once.load(Ordering::SeqCst) <= 3);
        assert!(refused <= 1_000, "only a full queue refuses");
        assert_eq!(world.gate.in_flight(), 0);
    });
}
