//! The call log.

use crate::place::Place;
use crate::sample::{moment, only, tenant};
use heddle_engine::{ConnectionId, Owner, Tenant};
use heddle_gate::{Attempt, CallLog, CallRecord, Caller, FailureKind};
use heddle_store::LoggedAttempt;
use std::time::Duration;

on_each_database!(
    a_call_reads_back_as_it_was_recorded,
    calls_come_newest_first_and_to_their_owner_only,
    what_does_not_fit_the_queue_is_dropped_and_counted,
    records_are_written_without_a_flush,
);

fn record(tenant: &Tenant, connection: &ConnectionId, request_id: &str) -> CallRecord {
    CallRecord {
        caller: Caller {
            provider: "acme",
            tenant: tenant.id.as_str().into(),
            connection: connection.as_str().into(),
            request_id: request_id.into(),
        },
        operation: "query",
        method: "GET",
        path: "/services/data/v66.0/query".into(),
        at: moment(7),
        attempts: vec![
            Attempt {
                status: None,
                took: Duration::from_millis(30),
                waited: Duration::ZERO,
                outcome: "connection reset".into(),
            },
            Attempt {
                status: Some(503),
                took: Duration::from_millis(12),
                waited: Duration::from_millis(250),
                outcome: "SERVER_UNAVAILABLE".into(),
            },
        ],
        status: Some(503),
        failure: Some(FailureKind::Unavailable),
        took: Duration::from_millis(292),
    }
}

async fn a_call_reads_back_as_it_was_recorded(place: Place) {
    let store = place.store().await;
    let (tenant, connection) = (tenant(None), ConnectionId::generate());
    store.record(record(&tenant, &connection, "req_1"));
    store.flush().await;
    let [call] = &store.recent_calls(&Owner::Operator, &connection, 10).await.unwrap()[..] else { panic!() };
    assert_eq!((call.at, call.took_ms, call.status), (moment(7), 292, Some(503)));
    assert_eq!((call.operation.as_str(), call.method.as_str()), ("query", "GET"));
    assert_eq!((call.failure.as_deref(), call.request_id.as_str()), (Some("unavailable"), "req_1"));
    assert_eq!(call.path, "/services/data/v66.0/query");
    let second = LoggedAttempt { status: Some(503), took_ms: 12, waited_ms: 250, outcome: "SERVER_UNAVAILABLE".into() };
    assert_eq!((call.attempts.len(), &call.attempts[1]), (2, &second));
    assert_eq!(call.attempts[0].status, None);
}

async fn calls_come_newest_first_and_to_their_owner_only(place: Place) {
    let store = place.store().await;
    let (mine, other, connection) = (tenant(None), tenant(None), ConnectionId::generate());
    for n in 0..1201 {
        store.record(record(&mine, &connection, &n.to_string()));
    }
    store.record(record(&mine, &ConnectionId::generate(), "elsewhere"));
    store.flush().await;
    let all = store.recent_calls(&only(&mine), &connection, 5000).await.unwrap();
    let numbers: Vec<_> = all.iter().map(|c| c.request_id.parse::<usize>().unwrap()).collect();
    assert_eq!(numbers, (0..1201).rev().collect::<Vec<_>>());
    assert_eq!(store.recent_calls(&only(&mine), &connection, 2).await.unwrap(), all[..2]);
    assert!(store.recent_calls(&only(&other), &connection, 10).await.unwrap().is_empty());
    assert_eq!(store.dropped_calls(), 0);
}

async fn what_does_not_fit_the_queue_is_dropped_and_counted(place: Place) {
    let store = place.store().await;
    let (tenant, connection) = (tenant(None), ConnectionId::generate());
    // This runtime has one thread: the writer gets no turn in this loop.
    for n in 0..10_050 {
        store.record(record(&tenant, &connection, &n.to_string()));
    }
    assert_eq!(store.dropped_calls(), 50);
    store.flush().await;
    assert_eq!(store.recent_calls(&Owner::Operator, &connection, 20_000).await.unwrap().len(), 10_000);
    store.record(record(&tenant, &connection, "after"));
    store.flush().await;
    assert_eq!(store.recent_calls(&Owner::Operator, &connection, 1).await.unwrap()[0].request_id, "after");
}

async fn records_are_written_without_a_flush(place: Place) {
    let store = place.store().await;
    let (tenant, connection) = (tenant(None), ConnectionId::generate());
    store.record(record(&tenant, &connection, "req_1"));
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while store.recent_calls(&Owner::Operator, &connection, 1).await.unwrap().is_empty() {
        assert!(std::time::Instant::now() < deadline, "never written");
        tokio::task::yield_now().await;
    }
}
