//! The call log.

use crate::place::Place;
use crate::sample::{moment, only, tenant};
use heddle_engine::{CallFilter, CallId, Calls, ConnectionId, LoggedAttempt, LoggedCall, Owner, Slice, Tenant};
use heddle_gate::{Attempt, CallLog, CallRecord, Caller, FailureKind};
use heddle_store::Store;
use std::time::Duration;

on_each_database!(
    a_call_reads_back_as_it_was_recorded,
    calls_come_newest_first_and_to_their_owner_only,
    what_does_not_fit_the_queue_is_dropped_and_counted,
    records_are_written_without_a_flush,
    each_filter_keeps_what_it_names_and_pages_go_on_behind_the_last,
    a_call_is_read_by_its_id_and_by_its_owner_only,
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
                throttled: None,
            },
            Attempt {
                status: Some(503),
                took: Duration::from_millis(12),
                waited: Duration::from_millis(250),
                outcome: "SERVER_UNAVAILABLE".into(),
                throttled: None,
            },
        ],
        status: Some(503),
        failure: Some(FailureKind::Unavailable),
        took: Duration::from_millis(292),
    }
}

async fn newest(store: &Store, owner: &Owner, connection: &ConnectionId, limit: u64) -> Vec<LoggedCall> {
    let filter = CallFilter { connection_id: Some(connection.to_string()), ..CallFilter::default() };
    Calls::list(store, owner, &filter, Slice { after: None, limit }).await.unwrap()
}

async fn a_call_reads_back_as_it_was_recorded(place: Place) {
    let store = place.store().await;
    let (tenant, connection) = (tenant(None), ConnectionId::generate());
    store.record(record(&tenant, &connection, "req_1"));
    store.flush().await;
    let [call] = &newest(&store, &Owner::Operator, &connection, 10).await[..] else { panic!() };
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
    let all = newest(&store, &only(&mine), &connection, 5000).await;
    let numbers: Vec<_> = all.iter().map(|c| c.request_id.parse::<usize>().unwrap()).collect();
    assert_eq!(numbers, (0..1201).rev().collect::<Vec<_>>());
    assert_eq!(newest(&store, &only(&mine), &connection, 2).await, all[..2]);
    assert!(newest(&store, &only(&other), &connection, 10).await.is_empty());
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
    assert_eq!(newest(&store, &Owner::Operator, &connection, 20_000).await.len(), 10_000);
    store.record(record(&tenant, &connection, "after"));
    store.flush().await;
    assert_eq!(newest(&store, &Owner::Operator, &connection, 1).await[0].request_id, "after");
}

async fn records_are_written_without_a_flush(place: Place) {
    let store = place.store().await;
    let (tenant, connection) = (tenant(None), ConnectionId::generate());
    store.record(record(&tenant, &connection, "req_1"));
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while newest(&store, &Owner::Operator, &connection, 1).await.is_empty() {
        assert!(std::time::Instant::now() < deadline, "never written");
        tokio::task::yield_now().await;
    }
}

async fn each_filter_keeps_what_it_names_and_pages_go_on_behind_the_last(place: Place) {
    let store = place.store().await;
    let (tenant, other, connection) = (tenant(None), tenant(None), ConnectionId::generate());
    // Bounds on the time go by the writer's clock as well.
    let now = std::time::SystemTime::now();
    let moment = |ms: u64| now + Duration::from_millis(ms);
    for n in 0..4 {
        let mut one = record(&tenant, &connection, &format!("req_{n}"));
        one.at = moment(n);
        one.failure = (n % 2 == 0).then_some(FailureKind::Timeout);
        store.record(one);
    }
    let mut foreign = record(&other, &ConnectionId::generate(), "req_0");
    foreign.caller.provider = "other";
    foreign.at = moment(9);
    store.record(foreign);
    store.flush().await;
    let of = async |filter: CallFilter| {
        let all = Slice { after: None, limit: 100 };
        let calls = Calls::list(&store, &Owner::Operator, &filter, all).await.unwrap();
        calls.into_iter().map(|call| call.request_id).collect::<Vec<_>>()
    };
    let none = CallFilter::default;
    assert_eq!(of(none()).await, ["req_0", "req_3", "req_2", "req_1", "req_0"]);
    let mine = Some(tenant.id.clone());
    assert_eq!(of(CallFilter { tenant_id: mine.clone(), failed: true, ..none() }).await, ["req_2", "req_0"]);
    assert_eq!(of(CallFilter { provider: Some("other".into()), ..none() }).await, ["req_0"]);
    assert_eq!(of(CallFilter { request_id: Some("req_0".into()), ..none() }).await.len(), 2);
    // From the first moment on, up to but not with the last.
    let (since, until) = (Some(moment(1)), Some(moment(3)));
    assert_eq!(of(CallFilter { tenant_id: mine, since, ..none() }).await, ["req_3", "req_2", "req_1"]);
    assert_eq!(of(CallFilter { since: Some(moment(10)), ..none() }).await, [""; 0]);
    assert_eq!(of(CallFilter { since, until, ..none() }).await, ["req_2", "req_1"]);

    let page = Slice { after: None, limit: 2 };
    let first = Calls::list(&store, &only(&tenant), &none(), page).await.unwrap();
    let after = Some(first[1].id.as_str());
    let second = Calls::list(&store, &only(&tenant), &none(), Slice { after, limit: 9 }).await.unwrap();
    let ids: Vec<_> = first.iter().chain(&second).map(|call| call.request_id.as_str()).collect();
    assert_eq!(ids, ["req_3", "req_2", "req_1", "req_0"]);
}

async fn a_call_is_read_by_its_id_and_by_its_owner_only(place: Place) {
    let store = place.store().await;
    let (mine, other, connection) = (tenant(None), tenant(None), ConnectionId::generate());
    store.record(record(&mine, &connection, "req_1"));
    store.flush().await;
    let call = newest(&store, &Owner::Operator, &connection, 1).await.remove(0);
    assert_eq!(Calls::get(&store, &only(&mine), &call.id).await.unwrap(), Some(call.clone()));
    assert_eq!(Calls::get(&store, &only(&other), &call.id).await.unwrap(), None);
    assert_eq!(Calls::get(&store, &Owner::Operator, &CallId::generate()).await.unwrap(), None);
}
