//! Keys of repeatable writes.

use crate::place::Place;
use futures_util::future::join_all;
use heddle_auth::AnswerKey;
use heddle_engine::{Begun, Idempotency, IdempotencyScope, MAX_KEPT_ANSWER, TenantId, Ticket};
use heddle_store::{IdempotencyKeys, Store};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

on_each_database!(
    of_a_hundred_callers_with_one_key_exactly_one_runs,
    a_key_with_another_fingerprint_is_another_request_at_every_stage,
    an_answer_is_given_back_byte_for_byte_and_kept_sealed,
    one_key_in_two_tenants_or_routes_is_two_keys,
    a_released_key_is_new_again,
    a_dead_owners_started_key_goes_to_exactly_one_taker,
    a_dead_owners_sent_key_stays_unknown,
    a_process_that_counts_as_dead_may_not_send,
    an_old_ticket_changes_nothing,
    an_expired_key_is_new_even_when_it_ended_unknown,
    a_processes_own_clock_does_not_matter,
    a_living_process_gives_signs_of_life_by_the_databases_clock,
    a_process_signs_off_when_its_runs_have_ended_and_not_before,
    an_answer_above_the_bound_is_refused_and_the_record_stays,
    an_answer_sealed_with_another_key_is_an_error,
);

const ONE: [u8; 32] = [1; 32];
const OTHER: [u8; 32] = [2; 32];

fn keys(store: &Store) -> IdempotencyKeys {
    IdempotencyKeys::new(store, AnswerKey::new([7; 32]))
}

fn scope(key: &str) -> IdempotencyScope {
    IdempotencyScope { tenant: TenantId::generate(), route: "POST /v1/crm/{object}".into(), key: key.into() }
}

async fn run(keys: &IdempotencyKeys, scope: &IdempotencyScope) -> Ticket {
    match keys.begin(scope, &ONE, "req_1").await.unwrap() {
        Begun::Run(ticket) => ticket,
        other => panic!("{other:?}"),
    }
}

async fn again(keys: &IdempotencyKeys, scope: &IdempotencyScope) -> Begun {
    keys.begin(scope, &ONE, "req_2").await.unwrap()
}

/// As if the process had been killed long ago. Its next sign of life is hours
/// away: the tests' settings say so.
async fn kill(raw: &DatabaseConnection, ticket: &Ticket) {
    let sql = format!("UPDATE processes SET beat_at = beat_at - 31000 WHERE id = '{}'", ticket.owner());
    assert_eq!(raw.execute_unprepared(&sql).await.unwrap().rows_affected(), 1);
}

/// A store whose processes give one sign of life, and no further.
async fn silent(mut place: Place) -> Store {
    place.settings.idempotency.beat = Duration::from_secs(7 * 86_400);
    place.store().await
}

async fn of_a_hundred_callers_with_one_key_exactly_one_runs(place: Place) {
    let store = place.store().await;
    // Two processes, as the database sees it.
    let both = [keys(&store), keys(&store)];
    let scope = Arc::new(scope("k"));
    let callers = (0..100).map(|n| {
        let (keys, scope) = (both[n % 2].clone(), scope.clone());
        tokio::spawn(async move {
            let begun = keys.begin(&scope, &ONE, &format!("req_{n}")).await.unwrap();
            if let Begun::Run(ticket) = &begun {
                assert!(keys.sent(ticket).await.unwrap());
                keys.finish(ticket, b"created").await.unwrap();
            }
            begun
        })
    });
    let begun: Vec<_> = join_all(callers).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(begun.iter().filter(|b| matches!(b, Begun::Run(_))).count(), 1);
    let rest = begun.iter().filter(|b| !matches!(b, Begun::Run(_)));
    for other in rest {
        assert!(*other == Begun::InProgress || *other == Begun::Finished(b"created".to_vec()), "{other:?}");
    }
    assert_eq!(again(&both[1], &scope).await, Begun::Finished(b"created".to_vec()));
}

async fn a_key_with_another_fingerprint_is_another_request_at_every_stage(place: Place) {
    let store = silent(place.clone()).await;
    let (keys, scope, raw) = (keys(&store), scope("k"), place.raw().await);
    let other = || async { keys.begin(&scope, &OTHER, "req_3").await.unwrap() };
    let ticket = run(&keys, &scope).await;
    assert_eq!(other().await, Begun::OtherRequest);
    assert_eq!(again(&keys, &scope).await, Begun::InProgress);
    assert!(keys.sent(&ticket).await.unwrap());
    assert_eq!(other().await, Begun::OtherRequest);
    assert_eq!(again(&keys, &scope).await, Begun::InProgress);
    kill(&raw, &ticket).await;
    assert_eq!(other().await, Begun::OtherRequest);
    keys.finish(&ticket, b"created").await.unwrap();
    assert_eq!(other().await, Begun::OtherRequest);
    assert_eq!(again(&keys, &scope).await, Begun::Finished(b"created".to_vec()));
}

async fn an_answer_is_given_back_byte_for_byte_and_kept_sealed(place: Place) {
    let store = place.store().await;
    let keys = keys(&store);
    let every_byte: Vec<u8> = (0..=255).collect();
    for answer in [&b""[..], b"canary \0 \xff", &every_byte, &vec![b'x'; MAX_KEPT_ANSWER]] {
        let scope = scope("ünï \" ' ; -- \u{1f511}");
        let ticket = run(&keys, &scope).await;
        // A failure before the send is an answer too.
        keys.finish(&ticket, answer).await.unwrap();
        assert!(again(&keys, &scope).await == Begun::Finished(answer.to_vec()));
    }
    let raw = place.raw().await;
    let sql = "SELECT answer FROM idempotency_records";
    let statement = sea_orm::Statement::from_string(raw.get_database_backend(), sql);
    for row in raw.query_all_raw(statement).await.unwrap() {
        let kept: Vec<u8> = row.try_get("", "answer").unwrap();
        assert!(!kept.windows(6).any(|w| w == b"canary" || w == b"xxxxxx"));
    }
}

async fn one_key_in_two_tenants_or_routes_is_two_keys(place: Place) {
    let store = place.store().await;
    let keys = keys(&store);
    let first = scope("k");
    let tenant = IdempotencyScope { tenant: TenantId::generate(), ..first.clone() };
    let route = IdempotencyScope { route: "PATCH /v1/crm/{object}/{id}".into(), ..first.clone() };
    for (n, scope) in [&first, &tenant, &route].into_iter().enumerate() {
        let ticket = run(&keys, scope).await;
        keys.finish(&ticket, &[u8::try_from(n).unwrap()]).await.unwrap();
    }
    assert_eq!(again(&keys, &tenant).await, Begun::Finished(vec![1]));
    assert_eq!(keys.begin(&first, &OTHER, "req_3").await.unwrap(), Begun::OtherRequest);
    assert_eq!(again(&keys, &route).await, Begun::Finished(vec![2]));
}

async fn a_released_key_is_new_again(place: Place) {
    let store = place.store().await;
    let (keys, scope) = (keys(&store), scope("k"));
    let ticket = run(&keys, &scope).await;
    keys.release(&ticket).await.unwrap();
    let Begun::Run(next) = keys.begin(&scope, &OTHER, "req_2").await.unwrap() else { panic!() };
    assert!(!keys.sent(&ticket).await.unwrap(), "the released ticket is void");
    assert!(keys.sent(&next).await.unwrap());
    assert!(keys.sent(&next).await.unwrap(), "a second send of the same run may be announced");
}

async fn a_dead_owners_started_key_goes_to_exactly_one_taker(place: Place) {
    let store = silent(place.clone()).await;
    let (scope, raw) = (Arc::new(scope("k")), place.raw().await);
    let mut ticket = run(&keys(&store), &scope).await;
    // Dead by age, then dead because its row is gone.
    for gone in [false, true] {
        kill(&raw, &ticket).await;
        if gone {
            let sql = format!("DELETE FROM processes WHERE id = '{}'", ticket.owner());
            raw.execute_unprepared(&sql).await.unwrap();
        }
        let takers = (0..40).map(|_| {
            let (keys, scope) = (keys(&store), scope.clone());
            tokio::spawn(async move { (again(&keys, &scope).await, keys) })
        });
        let begun: Vec<_> = join_all(takers).await.into_iter().map(Result::unwrap).collect();
        let runs: Vec<_> = begun.iter().filter(|(b, _)| matches!(b, Begun::Run(_))).collect();
        assert_eq!(runs.len(), 1);
        assert_eq!(begun.iter().filter(|(b, _)| *b == Begun::InProgress).count(), 39);
        let (Begun::Run(next), taker) = runs[0] else { panic!() };
        assert!(!taker.sent(&ticket).await.unwrap());
        assert!(next.attempt() == ticket.attempt() + 1 && next.owner() != ticket.owner());
        ticket = next.clone();
    }
}

async fn a_dead_owners_sent_key_stays_unknown(place: Place) {
    let store = silent(place.clone()).await;
    let (first, scope, raw) = (keys(&store), scope("k"), place.raw().await);
    let ticket = run(&first, &scope).await;
    assert!(first.sent(&ticket).await.unwrap());
    kill(&raw, &ticket).await;
    let unknown = Begun::Unknown { request_id: "req_1".into() };
    let second = keys(&store);
    let asked = join_all((0..20).map(|_| again(&second, &scope))).await;
    assert!(asked.iter().all(|begun| *begun == unknown), "{asked:?}");
    // The process was only asleep. What was said is not taken back.
    raw.execute_unprepared("UPDATE processes SET beat_at = beat_at + 31000").await.unwrap();
    assert_eq!(again(&second, &scope).await, unknown);
    first.finish(&ticket, b"late").await.unwrap();
    first.release(&ticket).await.unwrap();
    assert!(!first.sent(&ticket).await.unwrap());
    assert_eq!(again(&first, &scope).await, unknown);
}

async fn a_process_that_counts_as_dead_may_not_send(place: Place) {
    let store = silent(place.clone()).await;
    let (keys, raw) = (keys(&store), place.raw().await);
    let ticket = run(&keys, &scope("k")).await;
    raw.execute_unprepared("UPDATE processes SET beat_at = beat_at - 20000").await.unwrap();
    assert!(keys.sent(&ticket).await.unwrap(), "late, but not too late");
    raw.execute_unprepared("UPDATE processes SET beat_at = beat_at - 11000").await.unwrap();
    assert!(!keys.sent(&ticket).await.unwrap());
    raw.execute_unprepared("DELETE FROM processes").await.unwrap();
    let ticket = run(&keys, &scope("k")).await;
    assert!(!keys.sent(&ticket).await.unwrap());
}

async fn an_old_ticket_changes_nothing(place: Place) {
    let store = silent(place.clone()).await;
    let (first, second, scope, raw) = (keys(&store), keys(&store), scope("k"), place.raw().await);
    let old = run(&first, &scope).await;
    kill(&raw, &old).await;
    let Begun::Run(new) = again(&second, &scope).await else { panic!() };
    first.finish(&old, b"not mine").await.unwrap();
    first.release(&old).await.unwrap();
    assert!(!first.sent(&old).await.unwrap());
    assert_eq!(again(&first, &scope).await, Begun::InProgress);
    second.finish(&new, b"mine").await.unwrap();
    for ticket in [&old, &new] {
        first.finish(ticket, b"too late").await.unwrap();
        first.release(ticket).await.unwrap();
        assert!(!second.sent(ticket).await.unwrap(), "it has ended");
    }
    assert_eq!(again(&first, &scope).await, Begun::Finished(b"mine".to_vec()));
}

async fn an_expired_key_is_new_even_when_it_ended_unknown(place: Place) {
    let store = silent(place.clone()).await;
    let (keys, raw) = (keys(&store), place.raw().await);
    let (finished, unknown, left) = (scope("finished"), scope("unknown"), scope("left"));
    let ticket = run(&keys, &finished).await;
    keys.finish(&ticket, b"old").await.unwrap();
    let lost = run(&keys, &unknown).await;
    keys.sent(&lost).await.unwrap();
    let left_ticket = run(&keys, &left).await;
    let age = async |ms: i64| {
        let sql = format!("UPDATE idempotency_records SET created_at = created_at - {ms}");
        raw.execute_unprepared(&sql).await.unwrap();
    };
    age(86_400_000 - 60_000).await;
    assert_eq!(again(&keys, &finished).await, Begun::Finished(b"old".to_vec()));
    age(60_001).await;
    for (scope, old) in [(&finished, &ticket), (&unknown, &lost), (&left, &left_ticket)] {
        let takers = join_all((0..10).map(|_| keys.begin(scope, &OTHER, "req_2"))).await;
        let mut runs = takers.into_iter().map(Result::unwrap).filter_map(|begun| match begun {
            Begun::Run(ticket) => Some(ticket),
            other => {
                assert_eq!(other, Begun::InProgress);
                None
            }
        });
        let new = runs.next().unwrap();
        assert_eq!(runs.next(), None);
        keys.finish(old, b"late").await.unwrap();
        assert_eq!(again(&keys, scope).await, Begun::OtherRequest, "the new request is remembered");
        assert!(keys.sent(&new).await.unwrap());
    }
}

async fn a_processes_own_clock_does_not_matter(place: Place) {
    let store = place.store().await;
    let scope = scope("k");
    let right = keys(&store);
    let ticket = run(&right, &scope).await;
    for seconds in [0, 4_000_000_000] {
        let mut settings = place.settings.clone();
        settings.clock = Arc::new(move || UNIX_EPOCH + Duration::from_secs(seconds));
        let store = Store::open(&settings).await.unwrap();
        let wrong = keys(&store);
        assert_eq!(again(&wrong, &scope).await, Begun::InProgress);
        let own = run(&wrong, &IdempotencyScope { key: seconds.to_string(), ..scope.clone() }).await;
        assert!(wrong.sent(&own).await.unwrap());
        assert_eq!(again(&right, own.scope()).await, Begun::InProgress);
        assert_eq!(store.sweep().await.unwrap(), heddle_store::Swept::default());
    }
    assert!(right.sent(&ticket).await.unwrap());
}

async fn a_living_process_gives_signs_of_life_by_the_databases_clock(place: Place) {
    let mut place = place;
    place.settings.idempotency.beat = Duration::from_millis(5);
    let (store, raw) = (place.store().await, place.raw().await);
    let keys = keys(&store);
    assert_eq!(signs(&raw).await, [], "nothing before the first key");
    let ticket = run(&keys, &scope("k")).await;
    raw.execute_unprepared("UPDATE processes SET beat_at = 0").await.unwrap();
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while signs(&raw).await[0].1 == 0 {
        assert!(std::time::Instant::now() < deadline, "no sign of life");
        tokio::task::yield_now().await;
    }
    let found = signs(&raw).await;
    let wall = i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap();
    assert!((found[0].1 - wall).abs() < 60_000, "both clocks are this machine's here: {found:?}");
    assert_eq!((found.len(), found[0].0.as_str()), (1, ticket.owner()));
    assert!(keys.sent(&ticket).await.unwrap());
}

async fn signs(raw: &DatabaseConnection) -> Vec<(String, i64)> {
    let sql = "SELECT id, beat_at FROM processes";
    let rows = raw.query_all_raw(sea_orm::Statement::from_string(raw.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| (row.try_get("", "id").unwrap(), row.try_get("", "beat_at").unwrap())).collect()
}

async fn a_process_signs_off_when_its_runs_have_ended_and_not_before(place: Place) {
    let (store, raw) = (place.store().await, place.raw().await);
    keys(&store).close(Duration::ZERO).await;
    let orderly = keys(&store);
    let tickets = [run(&orderly, &scope("a")).await, run(&orderly, &scope("b")).await];
    let closing = tokio::spawn({
        let orderly = orderly.clone();
        async move { orderly.close(Duration::from_secs(60)).await }
    });
    orderly.finish(&tickets[0], b"done").await.unwrap();
    assert_eq!(signs(&raw).await.len(), 1);
    orderly.release(&tickets[1]).await.unwrap();
    closing.await.unwrap();
    assert_eq!(signs(&raw).await, []);
    assert!(orderly.begin(&scope("c"), &ONE, "req_1").await.is_err(), "no key is taken any more");

    let hurried = keys(&store);
    let ticket = run(&hurried, &scope("d")).await;
    hurried.close(Duration::ZERO).await;
    let left: HashSet<_> = signs(&raw).await.into_iter().map(|(id, _)| id).collect();
    assert_eq!(left, HashSet::from([ticket.owner().to_owned()]), "it only falls silent");
    assert_eq!(again(&keys(&store), ticket.scope()).await, Begun::InProgress);
}

async fn an_answer_above_the_bound_is_refused_and_the_record_stays(place: Place) {
    let store = place.store().await;
    let (keys, scope) = (keys(&store), scope("k"));
    let ticket = run(&keys, &scope).await;
    let error = keys.finish(&ticket, &vec![0; MAX_KEPT_ANSWER + 1]).await.unwrap_err();
    assert!(error.to_string().contains("too large"), "{error}");
    assert_eq!(again(&keys, &scope).await, Begun::InProgress);
    keys.finish(&ticket, b"short").await.unwrap();
    assert_eq!(again(&keys, &scope).await, Begun::Finished(b"short".to_vec()));
}

async fn an_answer_sealed_with_another_key_is_an_error(place: Place) {
    let store = place.store().await;
    let scope = scope("k");
    let ticket = run(&keys(&store), &scope).await;
    keys(&store).finish(&ticket, b"canary").await.unwrap();
    let other = IdempotencyKeys::new(&store, AnswerKey::new([8; 32]));
    let error = other.begin(&scope, &ONE, "req_2").await.unwrap_err().to_string();
    assert!(error.contains("answer") && !error.contains("canary"), "{error}");
}

#[tokio::test]
async fn on_sqlite_a_lock_held_too_long_fails_the_steps_in_line_and_later_ones_succeed() {
    crate::place::on_sqlite(async |mut place| {
        place.settings.wait = Duration::from_millis(50);
        let (store, raw) = (silent(place.clone()).await, place.raw().await);
        let (keys, new) = (keys(&store), scope("new"));
        let ticket = run(&keys, &scope("k")).await;
        raw.execute_unprepared("BEGIN IMMEDIATE").await.unwrap();
        let (sent, begun) = tokio::join!(keys.sent(&ticket), keys.begin(&new, &ONE, "req_1"));
        for error in [sent.unwrap_err(), begun.unwrap_err()] {
            assert!(error.to_string().contains("locked"), "{error}");
        }
        raw.execute_unprepared("ROLLBACK").await.unwrap();
        assert!(keys.sent(&ticket).await.unwrap());
        run(&keys, &new).await;
    })
    .await;
}
