//! What is deleted when, and in which steps.

use crate::place::Place;
use heddle_auth::AnswerKey;
use heddle_engine::{Begun, Idempotency, IdempotencyScope, TenantId};
use heddle_store::{IdempotencyKeys, Store, Sweeper, Swept};
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use std::time::{Duration, UNIX_EPOCH};

on_each_database!(
    calls_go_by_age_and_the_rest_stays,
    of_too_many_calls_the_oldest_go,
    expired_keys_and_processes_long_dead_go,
    two_sweeps_at_once_delete_each_row_once,
    the_background_sweep_starts_by_itself_and_stops_when_told,
);

const DAY: i64 = 86_400_000;

fn now() -> i64 {
    i64::try_from(UNIX_EPOCH.elapsed().unwrap().as_millis()).unwrap()
}

/// Call records, one a millisecond, the last written at `newest`.
async fn calls(raw: &DatabaseConnection, count: i64, newest: i64) {
    let row = |n: i64| {
        let at = newest - n;
        format!("('call_{at:012x}7000800000000000{n:04x}', {at}, 't', 'c', 'p', 'r', 'o', 'GET', '/', '[]', 1)")
    };
    let rows: Vec<_> = (0..count).map(row).collect();
    let columns = "id, at, tenant_id, connection_id, provider, request_id, operation, method, path, attempts, took_ms";
    let sql = format!("INSERT INTO provider_calls ({columns}) VALUES {}", rows.join(","));
    raw.execute_unprepared(&sql).await.unwrap();
}

async fn count(raw: &DatabaseConnection, what: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) AS n FROM {what}");
    let statement = Statement::from_string(raw.get_database_backend(), sql);
    raw.query_one_raw(statement).await.unwrap().unwrap().try_get("", "n").unwrap()
}

async fn in_batches_of(batch: u64, mut place: Place) -> (Store, DatabaseConnection) {
    place.settings.retention.batch = batch;
    (place.store().await, place.raw().await)
}

async fn calls_go_by_age_and_the_rest_stays(place: Place) {
    let (store, raw) = in_batches_of(10, place).await;
    calls(&raw, 95, now() - 7 * DAY - 1).await;
    calls(&raw, 20, now() - 7 * DAY + 60_000).await;
    calls(&raw, 5, now()).await;
    assert_eq!(store.sweep().await.unwrap(), Swept { calls: 95, ..Swept::default() });
    assert_eq!(count(&raw, "provider_calls").await, 25);
    assert_eq!(store.sweep().await.unwrap(), Swept::default());
}

async fn of_too_many_calls_the_oldest_go(mut place: Place) {
    place.settings.retention.calls_rows = 30;
    let (store, raw) = in_batches_of(10, place).await;
    let newest = now();
    calls(&raw, 30, newest).await;
    assert_eq!(store.sweep().await.unwrap(), Swept::default(), "as many as may stay");
    calls(&raw, 40, newest - 1_000).await;
    assert_eq!(store.sweep().await.unwrap(), Swept { calls: 40, ..Swept::default() });
    assert_eq!(count(&raw, &format!("provider_calls WHERE at > {}", newest - 30)).await, 30);
}

async fn expired_keys_and_processes_long_dead_go(place: Place) {
    let (store, raw) = in_batches_of(2, place).await;
    let keys = IdempotencyKeys::new(&store, AnswerKey::new([7; 32]));
    let scope = |key: String| IdempotencyScope { tenant: TenantId::generate(), route: "POST /".into(), key };
    for n in 0..5 {
        let Begun::Run(ticket) = keys.begin(&scope(n.to_string()), &[1; 32], "req_1").await.unwrap() else { panic!() };
        keys.finish(&ticket, b"x").await.unwrap();
    }
    raw.execute_unprepared(&format!("UPDATE idempotency_records SET created_at = created_at - {DAY}")).await.unwrap();
    let sql = format!("INSERT INTO processes VALUES ('long dead', {}), ('dead', {})", now() - DAY - 1, now() - DAY / 2);
    raw.execute_unprepared(&sql).await.unwrap();
    let Begun::Run(_) = keys.begin(&scope("new".into()), &[1; 32], "req_1").await.unwrap() else { panic!() };
    assert_eq!(store.sweep().await.unwrap(), Swept { keys: 5, processes: 1, ..Swept::default() });
    assert_eq!(count(&raw, "idempotency_records").await, 1);
    assert_eq!(count(&raw, "processes").await, 2, "this one, and one that a key may still name");
}

async fn two_sweeps_at_once_delete_each_row_once(place: Place) {
    let (store, raw) = in_batches_of(7, place).await;
    calls(&raw, 200, now() - 8 * DAY).await;
    calls(&raw, 3, now()).await;
    let (one, two) = tokio::join!(store.sweep(), store.sweep());
    let gone = one.unwrap().calls + two.unwrap().calls;
    // One may end early because the other holds the last rows; the next hour takes the rest.
    assert_eq!(gone + store.sweep().await.unwrap().calls, 200);
    assert_eq!(count(&raw, "provider_calls").await, 3);
}

async fn the_background_sweep_starts_by_itself_and_stops_when_told(mut place: Place) {
    place.settings.retention.first = Duration::from_millis(1);
    place.settings.retention.every = Duration::from_millis(1);
    let (store, raw) = in_batches_of(10, place).await;
    let sweeper = Sweeper::start(store);
    for _ in 0..2 {
        calls(&raw, 25, now() - 8 * DAY).await;
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        while count(&raw, "provider_calls").await > 0 {
            assert!(std::time::Instant::now() < deadline, "never swept");
            tokio::task::yield_now().await;
        }
    }
    sweeper.stop().await;
    calls(&raw, 1, now() - 8 * DAY).await;
    for _ in 0..100 {
        assert_eq!(count(&raw, "provider_calls").await, 1);
    }
}
