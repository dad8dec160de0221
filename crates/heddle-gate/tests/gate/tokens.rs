//! Tokens that expire, move or never come.

use crate::world::*;
use heddle_gate::*;
use std::sync::atomic::Ordering;

fn by_token(good: &'static str) -> impl FnMut(&Seen) -> Act + Send {
    move |seen| if seen.bearer.as_deref() == Some(good) { status(200) } else { status(401) }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_calls_with_an_expired_token_share_one_refresh_and_all_work() {
    let world = World::new(by_token("token-2"));
    let calls: Vec<_> = (0..200).map(|_| world.start(world.call())).collect();
    for call in calls {
        let answer = call.await.unwrap();
        assert_eq!(kind(&answer), None);
        assert!(answer.sent <= 2);
    }
    assert_eq!(world.tokens.refreshes.load(Ordering::SeqCst), 1);
    assert!(world.sent() <= 400);
    assert_eq!(world.gate.in_flight(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_ends_the_call() {
    let world = World::new(|_| status(401));
    let answer = world.make(world.call()).await;
    assert_eq!(
        (kind(&answer), world.sent(), world.tokens.refreshes.load(Ordering::SeqCst)),
        (Some(FailureKind::AuthFailed), 2, 1)
    );
}

#[tokio::test(start_paused = true)]
async fn without_hope_for_another_token_the_first_refusal_ends_the_call() {
    let world = World::new(|_| status(401));
    world.tokens.helps.store(false, Ordering::SeqCst);
    assert_eq!(kind(&world.make(world.call()).await), Some(FailureKind::AuthFailed));
    assert_eq!(world.sent(), 1);
    let world = World::new(|_| with(401, &[("x-case", "hopeless")]));
    let failure = failure(world.make(world.call()).await);
    assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::AuthFailed, "this user is frozen"));
    assert_eq!((world.sent(), world.tokens.refreshes.load(Ordering::SeqCst)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn the_renewal_costs_no_attempt() {
    let world = World::new(|seen| match seen.number {
        0 => status(401),
        1 | 2 => status(503),
        _ => status(200),
    });
    assert_eq!(kind(&world.make(world.call()).await), None);
    assert_eq!(world.sent(), 4);
}

#[tokio::test(start_paused = true)]
async fn an_account_that_moved_is_called_at_its_new_host_once() {
    for moved in [with(302, &[("location", "https://evil.example/")]), with(400, &[("x-case", "moved")])] {
        let mut moved = Some(moved);
        let world =
            World::new(move |seen| if seen.host == "one.crm.example" { moved.take().unwrap() } else { status(200) });
        *world.tokens.moves_to.lock().unwrap() = Some(base("two"));
        assert_eq!(kind(&world.make(world.call()).await), None);
        let hosts: Vec<_> = world.provider.seen.lock().unwrap().iter().map(|seen| seen.host.clone()).collect();
        assert_eq!(hosts, ["one.crm.example", "two.crm.example"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_token_at_hand_gets_one_and_holds_nothing_meanwhile() {
    let world = World::new(|_| status(200));
    world.tokens.cached.store(false, Ordering::SeqCst);
    let one_at_a_time = Some(Concurrency { start: 1, max: 1 });
    let slow = world.start(world.call_with(plan(Replay::Safe, &[], one_at_a_time)));
    world.settle().await;
    assert_eq!(world.tokens.gets.load(Ordering::SeqCst), 1);
    let mut other = world.call_with(plan(Replay::Safe, &[], one_at_a_time));
    (other.grant, other.base) = (None, Some(base("one")));
    assert_eq!(kind(&world.make(other).await), None);
    assert!(world.start.elapsed() < 100 * MS, "the only permit was free during the token call");
    assert_eq!(kind(&slow.await.unwrap()), None);
    assert_eq!(world.tokens.gets.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_does_not_come_ends_the_call_by_its_deadline_unsent() {
    let world = World::new(|_| status(200));
    world.tokens.cached.store(false, Ordering::SeqCst);
    *world.tokens.takes.lock().unwrap() = 1_000 * S;
    let failure = failure(world.make(world.call()).await);
    assert_eq!((failure.kind, failure.sent), (FailureKind::DeadlineExceeded, false));
    assert!(world.start.elapsed() <= 30 * S);
    assert_eq!(world.sent(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_dead_grant_is_told_as_it_is() {
    let world = World::new(|_| status(200));
    world.tokens.cached.store(false, Ordering::SeqCst);
    *world.tokens.failing.lock().unwrap() = Some(Failure::new(FailureKind::NeedsReauth, "consent again"));
    let failure = failure(world.make(world.call()).await);
    assert_eq!(
        (failure.kind, failure.message.as_str(), failure.sent),
        (FailureKind::NeedsReauth, "consent again", false)
    );
}

#[tokio::test(start_paused = true)]
async fn t12_the_token_is_taken_after_the_wait() {
    const RATES: &[Rate] = &[Rate { limit: 1, per: Duration::from_secs(10) }];
    use std::time::Duration;
    let world = World::new(by_token("token-2"));
    let call = || world.call_with(plan(Replay::Safe, RATES, None));
    let first = world.start(call());
    world.settle().await;
    let second = world.start(call());
    // The first renews the token while the second waits for a rate token.
    let (first, second) = (first.await.unwrap(), second.await.unwrap());
    assert_eq!((kind(&first), kind(&second)), (None, None));
    assert_eq!((first.sent, second.sent), (2, 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_grant_goes_to_its_base_without_a_token() {
    let world = World::new(|seen| if seen.bearer.is_none() { status(200) } else { status(500) });
    let mut call = world.call();
    (call.grant, call.base) = (None, Some(base("login")));
    assert_eq!(kind(&world.make(call.clone()).await), None);
    assert_eq!(world.provider.seen.lock().unwrap()[0].host, "login.crm.example");
    call.base = None;
    assert_eq!(kind(&world.make(call).await), Some(FailureKind::Internal));
}
