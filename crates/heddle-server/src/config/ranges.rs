//! Which values settings can have, alone and beside each other.

use super::Config;
use std::time::Duration;

/// Longest time of any setting: a week. More is a mistake in the unit.
const LONGEST: Duration = Duration::from_secs(7 * 86_400);
/// Greatest count of any setting.
const MOST: u64 = 1_000_000;
/// Greatest body of an answer, in bytes: it is held in memory.
const LARGEST: usize = 1 << 30;

/// Two settings and what has to hold between them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Conflict {
    /// The one that is too great.
    pub(super) key: &'static str,
    /// The one that bounds it.
    pub(super) other: &'static str,
    /// What is expected.
    pub(super) why: &'static str,
}

/// What is expected of a value that is out of its own range. Values are read
/// one after the other, so it is the latest one.
pub(super) fn alone(config: &Config) -> Option<&'static str> {
    let (gate, transport) = (&config.gate, &config.transport);
    let shares = [gate.headroom, gate.burst, gate.breaker_ratio];
    let amounts =
        [gate.retry_budget_per_call, gate.retry_budget_max, gate.retry_budget_refill, gate.retry_budget_refill_below];
    let counts = [
        gate.attempts_interactive,
        gate.attempts_sync,
        gate.throttles_in_a_row,
        gate.breaker_calls,
        gate.breaker_consecutive,
        gate.breaker_given_up,
        gate.in_flight_per_provider,
    ];
    let times = [
        gate.interactive_try,
        gate.sync_try,
        gate.backoff_base,
        gate.backoff_cap_interactive,
        gate.backoff_cap_sync,
        gate.throttle_base,
        gate.throttle_cap,
        gate.breaker_window,
        gate.breaker_open,
        gate.breaker_open_cap,
        gate.breaker_open_cap_idle,
        gate.breaker_forget,
        gate.concurrency_window_min,
        gate.concurrency_window_max,
        gate.exhausted_probe,
        gate.hint_as_exhaustion,
        gate.hint_cap,
        gate.quota_sample_life,
        gate.scope_idle,
        transport.connect_timeout,
        transport.read_timeout,
        transport.slow_body_window,
        transport.idle_timeout,
    ];
    let spare_times = [gate.min_try, gate.deadline_slack, gate.token_margin];
    let count = |value: u64| (1..=MOST).contains(&value);
    let (idempotency, retention) = (&config.idempotency, &config.retention);
    let rules = [
        (shares.iter().all(|share| *share > 0.0 && *share <= 1.0), "expected a share above 0 up to 1"),
        (amounts.iter().all(|n| (0.0..=1e6).contains(n)), "expected 0 to 1000000"),
        (counts.iter().all(|n| count(u64::from(*n))) && count(gate.queue as u64), "expected 1 to 1000000"),
        (
            times.iter().all(|time| !time.is_zero() && *time <= LONGEST),
            "expected 1 to 604800000 milliseconds (seven days)",
        ),
        (spare_times.iter().all(|time| *time <= LONGEST), "expected 0 to 604800000 milliseconds (seven days)"),
        ((1..=LARGEST).contains(&transport.max_body), "expected 1 to 1073741824 bytes"),
        (transport.slow_body_bytes <= LARGEST, "expected 0 to 1073741824 bytes"),
        (transport.idle_connections_per_host as u64 <= MOST, "expected 0 to 1000000"),
        ((1..=60).contains(&idempotency.beat_seconds), "expected 1 to 60 seconds"),
        ((3..=3_600).contains(&idempotency.dead_after_seconds), "expected 3 to 3600 seconds"),
        ((1..=3_650).contains(&retention.calls_days), "expected 1 to 3650 days"),
        ((1..=100_000_000).contains(&retention.calls_rows), "expected 1 to 100000000"),
        // Callers may rely on a day.
        ((24..=720).contains(&retention.idempotency_hours), "expected 24 to 720 hours"),
    ];
    rules.into_iter().find(|(holds, _)| !holds).map(|(_, why)| why)
}

/// Two values that do not go together, once all are read.
pub(super) fn together(config: &Config) -> Option<Conflict> {
    let gate = &config.gate;
    let request = Duration::from_secs(config.server.request_seconds);
    let at_most = "the first is to be at most the second";
    let rules = [
        (
            gate.min_try < request,
            ("gate.min_try_ms", "server.request_seconds"),
            "the first is to be shorter than the second, or no request could be sent",
        ),
        (
            gate.deadline_slack < request,
            ("gate.deadline_slack_ms", "server.request_seconds"),
            "the first is to be shorter than the second, or no request could be sent",
        ),
        (gate.min_try <= gate.interactive_try, ("gate.min_try_ms", "gate.interactive_try_ms"), at_most),
        (gate.min_try <= gate.sync_try, ("gate.min_try_ms", "gate.sync_try_ms"), at_most),
        (
            gate.backoff_base <= gate.backoff_cap_interactive,
            ("gate.backoff_base_ms", "gate.backoff_cap_interactive_ms"),
            at_most,
        ),
        (gate.backoff_base <= gate.backoff_cap_sync, ("gate.backoff_base_ms", "gate.backoff_cap_sync_ms"), at_most),
        (gate.throttle_base <= gate.throttle_cap, ("gate.throttle_base_ms", "gate.throttle_cap_ms"), at_most),
        (gate.breaker_open <= gate.breaker_open_cap, ("gate.breaker_open_ms", "gate.breaker_open_cap_ms"), at_most),
        (
            gate.breaker_open_cap <= gate.breaker_open_cap_idle,
            ("gate.breaker_open_cap_ms", "gate.breaker_open_cap_idle_ms"),
            at_most,
        ),
        (
            gate.concurrency_window_min <= gate.concurrency_window_max,
            ("gate.concurrency_window_min_ms", "gate.concurrency_window_max_ms"),
            at_most,
        ),
        (
            config.idempotency.beat_seconds * 3 <= config.idempotency.dead_after_seconds,
            ("idempotency.beat_seconds", "idempotency.dead_after_seconds"),
            "the second is to be at least three times the first, or one late sign would count as death",
        ),
        (gate.hint_as_exhaustion <= gate.hint_cap, ("gate.hint_as_exhaustion_ms", "gate.hint_cap_ms"), at_most),
    ];
    let broken = rules.into_iter().find(|(holds, ..)| !holds);
    broken.map(|(_, (key, other), why)| Conflict { key, other, why })
}
