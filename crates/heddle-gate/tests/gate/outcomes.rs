//! What each outcome leads to, for each way in which a request may be repeated.

use crate::world::*;
use heddle_gate::FailureKind::*;
use heddle_gate::Replay::*;
use heddle_gate::*;

/// An outcome that never changes, with the sends and the failure that each
/// replay class is to end with.
struct Row {
    name: &'static str,
    act: fn() -> Act,
    /// Safe and idempotent requests.
    repeatable: (usize, Option<FailureKind>),
    /// Requests that could do it twice.
    once: (usize, Option<FailureKind>),
}

const fn row(
    name: &'static str,
    act: fn() -> Act,
    repeatable: (usize, Option<FailureKind>),
    once: (usize, Option<FailureKind>),
) -> Row {
    Row { name, act, repeatable, once }
}

const ROWS: &[Row] = &[
    row("200", || status(200), (1, None), (1, None)),
    row("204", || status(204), (1, None), (1, None)),
    row("302", || status(302), (2, Some(BadResponse)), (2, Some(BadResponse))),
    row("400", || status(400), (1, Some(ValidationFailed)), (1, Some(ValidationFailed))),
    row("401", || status(401), (2, Some(AuthFailed)), (2, Some(AuthFailed))),
    row("401 hopeless", || with(401, &[("x-case", "hopeless")]), (1, Some(AuthFailed)), (1, Some(AuthFailed))),
    row("403", || status(403), (1, Some(PermissionDenied)), (1, Some(PermissionDenied))),
    row("403 daily", || with(403, &[("x-case", "daily")]), (1, Some(QuotaExhausted)), (1, Some(QuotaExhausted))),
    row("404", || status(404), (1, Some(NotFound)), (1, Some(NotFound))),
    row("408", || status(408), (3, Some(Timeout)), (1, Some(OutcomeUnknown))),
    row("409", || status(409), (1, Some(ValidationFailed)), (1, Some(ValidationFailed))),
    row("412", || status(412), (1, Some(ValidationFailed)), (1, Some(ValidationFailed))),
    row("422", || status(422), (1, Some(ValidationFailed)), (1, Some(ValidationFailed))),
    row("425", || status(425), (3, Some(Timeout)), (1, Some(OutcomeUnknown))),
    row("500", || status(500), (3, Some(Unavailable)), (1, Some(OutcomeUnknown))),
    row("502", || status(502), (3, Some(Unavailable)), (1, Some(OutcomeUnknown))),
    row("503", || status(503), (3, Some(Unavailable)), (1, Some(OutcomeUnknown))),
    row("504", || status(504), (3, Some(Unavailable)), (1, Some(OutcomeUnknown))),
    row("HTML with 200", || with(200, &[("x-case", "html")]), (3, Some(BadResponse)), (1, Some(OutcomeUnknown))),
    row("moved", || with(400, &[("x-case", "moved")]), (2, Some(Unavailable)), (2, Some(Unavailable))),
    row("timeout", || fault(SendFault::Timeout), (3, Some(Timeout)), (1, Some(OutcomeUnknown))),
    row("reset", || fault(SendFault::Reset), (3, Some(Unavailable)), (1, Some(OutcomeUnknown))),
    row("truncated", || fault(SendFault::Truncated), (3, Some(BadResponse)), (1, Some(OutcomeUnknown))),
    row("too large", || fault(SendFault::TooLarge), (1, Some(BadResponse)), (1, Some(OutcomeUnknown))),
    row(
        "not sent",
        || fault(SendFault::NotSent { why: "refused".to_owned() }),
        (3, Some(Unavailable)),
        (3, Some(Unavailable)),
    ),
];

#[tokio::test(start_paused = true)]
async fn every_outcome_ends_as_the_table_says_for_every_replay_class() {
    for row in ROWS {
        for replay in [Safe, Idempotent, NotIdempotent] {
            let world = World::new(|_| (row.act)());
            let answer = world.make(world.call_with(plan(replay, &[], None))).await;
            let (sends, expected) = if replay == NotIdempotent { row.once } else { row.repeatable };
            assert_eq!((world.sent(), kind(&answer)), (sends, expected), "{} {replay:?}", row.name);
            let unsent = row.name == "not sent";
            assert_eq!(answer.sent as usize, if unsent { 0 } else { sends }, "{} {replay:?}", row.name);
            if let Err(failure) = answer.result {
                assert_eq!(failure.sent, !unsent, "{} {replay:?}", row.name);
            }
            let records = world.log.0.lock().unwrap();
            assert_eq!(records.len(), 1, "{} {replay:?}", row.name);
            assert_eq!((records[0].attempts.len(), records[0].failure), (sends, expected), "{}", row.name);
            assert_eq!(world.gate.in_flight(), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_passes_is_repeated_until_it_works() {
    for row in ROWS.iter().filter(|row| row.repeatable.0 == 3) {
        let world = World::new(|seen| if seen.number < 2 { (row.act)() } else { status(200) });
        let answer = world.make(world.call()).await;
        assert_eq!((world.sent(), kind(&answer)), (3, None), "{}", row.name);
    }
}

#[tokio::test(start_paused = true)]
async fn sync_calls_have_five_attempts() {
    let world = World::new(|_| status(503));
    let answer = world.make(Call { priority: Priority::Sync, ..world.call() }).await;
    assert_eq!((world.sent(), kind(&answer)), (5, Some(Unavailable)));
}

#[tokio::test(start_paused = true)]
async fn a_throttle_is_repeated_for_every_replay_class_and_costs_no_attempt() {
    for replay in [Safe, Idempotent, NotIdempotent] {
        let world = World::new(|seen| match seen.number {
            0..4 => with(429, &[("retry-after", "1")]),
            _ => status(200),
        });
        let answer = world.make(world.call_with(plan(replay, &[], None))).await;
        assert_eq!((world.sent(), kind(&answer)), (5, None), "{replay:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_delete_whose_repeat_finds_nothing_has_worked() {
    let world = World::new(|seen| if seen.number == 0 { fault(SendFault::Reset) } else { status(404) });
    let mut call = world.call_with(plan(Idempotent, &[], None));
    call.request.method = Method::Delete;
    assert_eq!(kind(&world.make(call.clone()).await), None);
    call.deadline += 60 * S;
    assert_eq!(kind(&world.make(call).await), Some(NotFound), "a first send that finds nothing has not");
}

#[tokio::test(start_paused = true)]
async fn an_empty_retry_budget_ends_calls_after_their_first_failure() {
    let world = World::set(
        Settings { retry_budget_max: 2.0, retry_budget_refill: 0.0, retry_budget_per_call: 0.0, ..Settings::default() },
        |seen| if seen.number % 8 == 7 { status(200) } else { status(500) },
    );
    assert_eq!((kind(&world.make(world.call()).await), world.sent()), (Some(Unavailable), 3));
    let answer = world.make(world.call()).await;
    assert_eq!(world.sent(), 4);
    assert!(failure(answer).retry_after.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_failure_carries_the_providers_words_and_when_to_come_back() {
    let world = World::new(|_| status(503));
    let failure = failure(world.make(world.call()).await);
    let words = failure.provider.unwrap();
    assert_eq!((words.status, words.message.as_str()), (503, "down"));
    assert!(failure.retry_after.unwrap() >= S);
}

#[tokio::test(start_paused = true)]
async fn the_record_holds_the_path_without_its_query_and_each_send() {
    let world = World::new(|seen| if seen.number == 0 { status(500) } else { status(200) });
    world.make(world.call()).await;
    let records = world.log.0.lock().unwrap();
    let record = &records[0];
    assert_eq!((record.path.as_str(), record.method, record.operation), ("/records", "GET", "query"));
    let attempts: Vec<_> = record.attempts.iter().map(|a| (a.status, a.outcome.as_str(), a.took)).collect();
    assert_eq!(attempts, [(Some(500), "refused", 20 * MS), (Some(200), "ok", 20 * MS)]);
    assert!(record.attempts[1].waited <= 250 * MS && record.took >= 40 * MS);
    assert_eq!(record.status, Some(200));
}

#[tokio::test(start_paused = true)]
async fn bad_input_in_a_flood_never_stops_the_calls() {
    let world = World::new(|_| status(400));
    for _ in 0..300 {
        assert_eq!(kind(&world.make(world.call()).await), Some(ValidationFailed));
    }
    assert_eq!(world.sent(), 300);
}

struct Broken;

impl Classify for Broken {
    fn plan(&self, _: &Request) -> CallPlan {
        plan(Safe, &[], Some(Concurrency { start: 1, max: 1 }))
    }

    fn signals(&self, _: &Request, _: &Reply) -> Signals {
        panic!("a fault in a connector")
    }
}

#[tokio::test(start_paused = true)]
async fn a_fault_in_a_connector_is_an_internal_failure_and_frees_its_permit() {
    let world = World::new(|_| status(200));
    for n in 1..4 {
        let answer = world.make(Call { classify: std::sync::Arc::new(Broken), ..world.call() }).await;
        assert_eq!(kind(&answer), Some(Internal));
        assert_eq!(world.log.0.lock().unwrap().len(), n);
    }
}
