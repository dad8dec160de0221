//! Calls to providers, from their records.

use super::register;
use heddle_gate::{CallRecord, FailureKind, ThrottleKind};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// The operations of calls to a token endpoint.
const TOKENS: [&str; 2] = ["token", "token_once"];

/// Upper bounds of waits in seconds.
const WAITS: [f64; 11] = [0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Upper bounds of a provider's own time in seconds.
const LATENCIES: [f64; 11] = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

type Labels<const N: usize> = [(&'static str, &'static str); N];
type Histograms = Family<Labels<1>, Histogram, fn() -> Histogram>;

/// Counters of all providers.
pub(super) struct Calls {
    ended: Family<Labels<3>, Counter>,
    attempts: Family<Labels<1>, Counter>,
    retries: Family<Labels<1>, Counter>,
    refused: Family<Labels<2>, Counter>,
    throttled: Family<Labels<2>, Counter>,
    unknown: Family<Labels<1>, Counter>,
    tokens: Family<Labels<2>, Counter>,
    waits: Histograms,
    latencies: Histograms,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            ended: Family::default(),
            attempts: Family::default(),
            retries: Family::default(),
            refused: Family::default(),
            throttled: Family::default(),
            unknown: Family::default(),
            tokens: Family::default(),
            waits: Family::new_with_constructor(|| Histogram::new(WAITS)),
            latencies: Family::new_with_constructor(|| Histogram::new(LATENCIES)),
        }
    }
}

impl Calls {
    /// Counts a call that is over.
    pub(super) fn ended(&self, record: &CallRecord) {
        let provider = ("provider", record.caller.provider);
        let result = record.failure.map_or("ok", FailureKind::as_str);
        let outcome = ("outcome", result);
        self.ended.get_or_create(&[provider, ("operation", record.operation), outcome]).inc();
        if TOKENS.contains(&record.operation) {
            self.tokens.get_or_create(&[provider, ("result", result)]).inc();
        }
        if record.failure == Some(FailureKind::OutcomeUnknown) {
            self.unknown.get_or_create(&[provider]).inc();
        }
        if record.attempts.is_empty() {
            if record.failure.is_some() {
                self.refused.get_or_create(&[provider, ("reason", result)]).inc();
            }
        } else {
            self.attempts.get_or_create(&[provider]).inc_by(record.attempts.len() as u64);
        }
        if record.attempts.len() > 1 {
            self.retries.get_or_create(&[provider]).inc_by(record.attempts.len() as u64 - 1);
        }
        let mut sending = Duration::ZERO;
        for attempt in &record.attempts {
            sending += attempt.took;
            self.latencies.get_or_create(&[provider]).observe(attempt.took.as_secs_f64());
            if let Some(kind) = attempt.throttled {
                self.throttled.get_or_create(&[provider, ("kind", word(kind))]).inc();
            }
        }
        self.waits.get_or_create(&[provider]).observe(record.took.saturating_sub(sending).as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        register(registry, "heddle_provider_calls_total", self.ended.clone());
        register(registry, "heddle_provider_attempts_total", self.attempts.clone());
        register(registry, "heddle_provider_retries_total", self.retries.clone());
        register(registry, "heddle_provider_refused_total", self.refused.clone());
        register(registry, "heddle_provider_throttled_total", self.throttled.clone());
        register(registry, "heddle_provider_outcome_unknown_total", self.unknown.clone());
        register(registry, "heddle_provider_token_calls_total", self.tokens.clone());
        register(registry, "heddle_provider_wait_seconds", self.waits.clone());
        register(registry, "heddle_provider_duration_seconds", self.latencies.clone());
    }
}

const fn word(kind: ThrottleKind) -> &'static str {
    match kind {
        ThrottleKind::Rate => "rate",
        ThrottleKind::Daily => "daily",
        ThrottleKind::Concurrency => "concurrency",
    }
}
