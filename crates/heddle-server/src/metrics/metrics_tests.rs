use super::*;
use heddle_gate::{Attempt, Caller, FailureKind, ThrottleKind};
use std::time::SystemTime;

fn attempt(throttled: Option<ThrottleKind>, outcome: &str) -> Attempt {
    let (took, waited) = (Duration::from_millis(40), Duration::ZERO);
    Attempt { status: Some(200), took, waited, outcome: outcome.to_owned(), throttled }
}

fn record(operation: &'static str, attempts: Vec<Attempt>, failure: Option<FailureKind>) -> CallRecord {
    CallRecord {
        caller: Caller {
            provider: "acme",
            tenant: "ten_canary".to_owned(),
            connection: "con_canary".to_owned(),
            request_id: "req_canary".to_owned(),
        },
        operation,
        method: "GET",
        path: "/canary/path".to_owned(),
        at: SystemTime::UNIX_EPOCH,
        attempts,
        status: Some(200),
        failure,
        took: Duration::from_millis(700),
    }
}

fn one_of_each(calls: &Calls) {
    let throttled = attempt(Some(ThrottleKind::Concurrency), "canary_code");
    calls.ended(&record("query", vec![throttled, attempt(None, "ok")], None));
    calls.ended(&record("query", Vec::new(), Some(FailureKind::QuotaExhausted)));
    calls.ended(&record("create", vec![attempt(None, "reset")], Some(FailureKind::OutcomeUnknown)));
    calls.ended(&record("token", vec![attempt(None, "ok")], None));
}

fn text(metrics: &Metrics) -> String {
    metrics.text(&State { quota_remaining: [("acme".to_owned(), 0.25)].into(), ..State::default() }, 3)
}

#[test]
fn what_a_call_did_is_counted_and_nothing_names_it() {
    let metrics = Metrics::new();
    one_of_each(&metrics.calls);
    let text = text(&metrics);
    for line in [
        "heddle_provider_calls_total{provider=\"acme\",operation=\"query\",outcome=\"ok\"} 1",
        "heddle_provider_attempts_total{provider=\"acme\"} 4",
        "heddle_provider_retries_total{provider=\"acme\"} 1",
        "heddle_provider_refused_total{provider=\"acme\",reason=\"quota_exhausted\"} 1",
        "heddle_provider_throttled_total{provider=\"acme\",kind=\"concurrency\"} 1",
        "heddle_provider_outcome_unknown_total{provider=\"acme\"} 1",
        "heddle_provider_token_calls_total{provider=\"acme\",result=\"ok\"} 1",
        "heddle_provider_duration_seconds_count{provider=\"acme\"} 4",
        // 700 ms less two sends of 40 ms: under a second, over half of one.
        "heddle_provider_wait_seconds_bucket{provider=\"acme\",le=\"0.5\"} 0",
        "heddle_quota_remaining_ratio{provider=\"acme\"} 0.25",
        "heddle_http_requests_in_flight 3",
        "heddle_database_up 0",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\nnot in\n{text}");
    }
    assert!(!text.contains("canary"), "{text}");
}

#[test]
fn every_metric_of_the_table_is_shown_once_and_no_other() {
    let metrics = Metrics::new();
    one_of_each(&metrics.calls);
    metrics.request(None, "GET", 200, Duration::ZERO);
    let text = text(&metrics);
    let shown: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    let mut sorted = shown.clone();
    sorted.sort_unstable();
    let mut table: Vec<&str> = table::names().collect();
    table.sort_unstable();
    assert_eq!(sorted, table);
    assert!(table::names().all(|name| !table::help(name).is_empty()));
}

#[test]
fn methods_and_routes_that_nobody_knows_share_a_label() {
    let metrics = Metrics::new();
    for method in ["BREW", "WHEN", "GET"] {
        metrics.request(None, method, 404, Duration::from_millis(1));
    }
    metrics.request(Some("/v1/crm/{object}"), "GET", 200, Duration::from_millis(1));
    metrics.request(Some("/v1/crm/{object}"), "GET", 204, Duration::from_millis(1));
    let text = text(&metrics);
    for line in [
        "heddle_http_requests_total{route=\"none\",method=\"OTHER\",status=\"4xx\"} 2",
        "heddle_http_requests_total{route=\"/v1/crm/{object}\",method=\"GET\",status=\"2xx\"} 2",
        "heddle_http_request_duration_seconds_count{route=\"none\"} 3",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}\nnot in\n{text}");
    }
}
