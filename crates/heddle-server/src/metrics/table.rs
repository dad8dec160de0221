//! The list of metrics: where names and explanations come from, for `/metrics`
//! and for the docs.

use std::fmt::Write;

struct Row {
    name: &'static str,
    kind: &'static str,
    labels: &'static str,
    /// Without the full stop, which the text format adds.
    help: &'static str,
}

const fn row(name: &'static str, kind: &'static str, labels: &'static str, help: &'static str) -> Row {
    Row { name, kind, labels, help }
}

const TABLE: &[Row] = &[
    row(
        "heddle_http_requests_total",
        "counter",
        "route, method, status",
        "Answered requests, by route template and class of status; route is none where no route matched",
    ),
    row(
        "heddle_http_request_duration_seconds",
        "histogram",
        "route",
        "Time from the head of a request to its answer, waits for providers included",
    ),
    row("heddle_http_requests_in_flight", "gauge", "", "Requests without an answer yet, this one included"),
    row(
        "heddle_provider_calls_total",
        "counter",
        "provider, operation, outcome",
        "Calls that are over, retries not counted; outcome is ok or the kind of failure",
    ),
    row(
        "heddle_provider_attempts_total",
        "counter",
        "provider",
        "Requests that were sent or tried, token calls included",
    ),
    row("heddle_provider_retries_total", "counter", "provider", "Attempts after a call's first"),
    row(
        "heddle_provider_refused_total",
        "counter",
        "provider, reason",
        "Calls that ended before anything was sent: own limits, cool-down, allowance, breaker, deadline, token",
    ),
    row(
        "heddle_provider_throttled_total",
        "counter",
        "provider, kind",
        "Answers by which a provider refused because of a limit: rate, daily or concurrency",
    ),
    row(
        "heddle_provider_outcome_unknown_total",
        "counter",
        "provider",
        "Writes of which nobody knows whether the provider carried them out",
    ),
    row("heddle_provider_token_calls_total", "counter", "provider, result", "Calls to token endpoints"),
    row(
        "heddle_provider_wait_seconds",
        "histogram",
        "provider",
        "Part of a call's time in which nothing was sent: queue, cool-down, token and backoff",
    ),
    row("heddle_provider_duration_seconds", "histogram", "provider", "Time of one attempt at the provider"),
    row(
        "heddle_provider_calls_in_flight",
        "gauge",
        "",
        "Calls to providers between entry and answer, waiting ones included",
    ),
    row(
        "heddle_quota_remaining_ratio",
        "gauge",
        "provider",
        "Remaining share of an allowance, 0 to 1: the least of all accounts that reported one",
    ),
    row("heddle_breakers_open", "gauge", "", "Hosts to which nothing is sent for now because they fail"),
    row("heddle_gate_scopes", "gauge", "", "Limits and hosts that are remembered; the gate's memory grows with it"),
    row("heddle_call_log_dropped_total", "counter", "", "Call records that the database was too slow for"),
    row("heddle_database_up", "gauge", "", "Whether the database answered just now: 1 or 0"),
    row("heddle_build_info", "gauge", "version", "Always 1; the label says what runs"),
];

/// What a metric says. A name that the table lacks has no words; a test sees it.
pub(super) fn help(name: &str) -> &'static str {
    TABLE.iter().find(|row| row.name == name).map_or("", |row| row.help)
}

/// `docs/metrics.md`: every metric with its labels. Ends in a newline.
pub fn metrics_markdown() -> String {
    let mut text = String::from(
        "# Metrics\n\n\
         `GET /metrics` gives them in the text format of Prometheus; [operations.md](operations.md) says how to \
         protect it. Counters start at 0 with the process. No label holds an id, a tenant or a path.\n\n\
         | metric | type | labels | meaning |\n| --- | --- | --- | --- |\n",
    );
    for row in TABLE {
        let line = writeln!(text, "| `{}` | {} | {} | {} |", row.name, row.kind, row.labels, row.help);
        debug_assert!(line.is_ok(), "text takes everything");
    }
    text
}

#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row.name)
}
