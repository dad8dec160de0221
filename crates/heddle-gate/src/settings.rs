//! Every number of the gate, with its unit and its default.

use crate::Priority;
use serde::{Deserialize, Deserializer};
use std::time::Duration;

/// How the gate decides. In configuration each time is a whole number of
/// milliseconds under the field's name with `_ms` behind it
/// (`interactive_try_ms = 15000`); unknown keys are refused.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Longest single send of an interactive call. 15 s.
    #[serde(rename = "interactive_try_ms", deserialize_with = "millis")]
    pub interactive_try: Duration,
    /// Longest single send of other calls. 60 s.
    #[serde(rename = "sync_try_ms", deserialize_with = "millis")]
    pub sync_try: Duration,
    /// No send starts with less than this left before the deadline. 1 s.
    #[serde(rename = "min_try_ms", deserialize_with = "millis")]
    pub min_try: Duration,
    /// Kept back from the deadline when a send's timeout is set. 50 ms.
    #[serde(rename = "deadline_slack_ms", deserialize_with = "millis")]
    pub deadline_slack: Duration,
    /// Assumed life that a token must still have beyond the send's timeout. 30 s.
    #[serde(rename = "token_margin_ms", deserialize_with = "millis")]
    pub token_margin: Duration,

    /// Sends of an interactive call after failures, the first included. 3.
    pub attempts_interactive: u32,
    /// Sends of other calls after failures, the first included. 5.
    pub attempts_sync: u32,
    /// Ceiling of the first wait after a failure; doubles with each. 250 ms.
    #[serde(rename = "backoff_base_ms", deserialize_with = "millis")]
    pub backoff_base: Duration,
    /// Greatest ceiling for interactive calls. 8 s.
    #[serde(rename = "backoff_cap_interactive_ms", deserialize_with = "millis")]
    pub backoff_cap_interactive: Duration,
    /// Greatest ceiling for other calls. 30 s.
    #[serde(rename = "backoff_cap_sync_ms", deserialize_with = "millis")]
    pub backoff_cap_sync: Duration,
    /// First cool-down of a throttle without a wait hint; doubles with each in a row. 1 s.
    #[serde(rename = "throttle_base_ms", deserialize_with = "millis")]
    pub throttle_base: Duration,
    /// Longest such cool-down. 60 s.
    #[serde(rename = "throttle_cap_ms", deserialize_with = "millis")]
    pub throttle_cap: Duration,
    /// Throttle answers in a row after which a call gives up. 10.
    pub throttles_in_a_row: u32,

    /// Span over which the breaker counts outcomes. 30 s.
    #[serde(rename = "breaker_window_ms", deserialize_with = "millis")]
    pub breaker_window: Duration,
    /// Outcomes in the span before their ratio counts, and length of the run of
    /// failures that opens the breaker by itself. 20.
    pub breaker_calls: u32,
    /// Share of failures that opens the breaker, 0 to 1. 0.5.
    pub breaker_ratio: f64,
    /// Connect failures and timeouts in a row that open it. 5.
    pub breaker_consecutive: u32,
    /// Failures in a row that open it when a call uses up its attempts, so that
    /// what the call is told about coming back holds for all. 5.
    pub breaker_given_up: u32,
    /// First time it stays open; doubles with each opening. 2 s.
    #[serde(rename = "breaker_open_ms", deserialize_with = "millis")]
    pub breaker_open: Duration,
    /// Longest time it stays open while calls arrive (times 0.8 to 1.2). 10 s.
    #[serde(rename = "breaker_open_cap_ms", deserialize_with = "millis")]
    pub breaker_open_cap: Duration,
    /// Longest time it stays open while nobody calls (times 0.8 to 1.2). 60 s.
    #[serde(rename = "breaker_open_cap_idle_ms", deserialize_with = "millis")]
    pub breaker_open_cap_idle: Duration,
    /// Closed this long, the breaker forgets earlier openings. 10 min.
    #[serde(rename = "breaker_forget_ms", deserialize_with = "millis")]
    pub breaker_forget: Duration,

    /// Retries that each first send of a call adds to the budget of its host. 0.1.
    pub retry_budget_per_call: f64,
    /// Greatest budget, and the one at the start. 20.
    pub retry_budget_max: f64,
    /// Retries added per second while the budget is below `retry_budget_refill_below`. 1.
    pub retry_budget_refill: f64,
    /// Level up to which time alone refills the budget. 10.
    pub retry_budget_refill_below: f64,

    /// Share of a rate limit that is used, above 0 up to 1. 0.95.
    pub headroom: f64,
    /// Part of a rate limit that may go out at once, above 0 up to 1. 0.05.
    pub burst: f64,
    /// Calls with a grant in flight at one provider, all tenants together. 256:
    /// several times what one account may have under way, so that one account
    /// that hangs does not hold up the others.
    pub in_flight_per_provider: u32,
    /// Calls that may wait in one scope; more are refused. 1,000.
    pub queue: usize,
    /// Shortest span over which concurrency is judged. 100 ms.
    #[serde(rename = "concurrency_window_min_ms", deserialize_with = "millis")]
    pub concurrency_window_min: Duration,
    /// Longest span over which concurrency is judged. 2 s.
    #[serde(rename = "concurrency_window_max_ms", deserialize_with = "millis")]
    pub concurrency_window_max: Duration,

    /// How long a used-up daily allowance is left alone before one probe. 300 s.
    #[serde(rename = "exhausted_probe_ms", deserialize_with = "millis")]
    pub exhausted_probe: Duration,
    /// A wait hint above this is a used-up allowance, not a cool-down. 1 h.
    #[serde(rename = "hint_as_exhaustion_ms", deserialize_with = "millis")]
    pub hint_as_exhaustion: Duration,
    /// Longest wait that is believed. 24 h.
    #[serde(rename = "hint_cap_ms", deserialize_with = "millis")]
    pub hint_cap: Duration,
    /// Age at which the greatest quota figure stops counting. 60 s.
    #[serde(rename = "quota_sample_life_ms", deserialize_with = "millis")]
    pub quota_sample_life: Duration,
    /// A scope that nobody used for this long is forgotten. 10 min.
    #[serde(rename = "scope_idle_ms", deserialize_with = "millis")]
    pub scope_idle: Duration,
    /// Seed of the jitter; none draws one from the system.
    pub seed: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        let s = Duration::from_secs;
        let ms = Duration::from_millis;
        Self {
            interactive_try: s(15),
            sync_try: s(60),
            min_try: s(1),
            deadline_slack: ms(50),
            token_margin: s(30),
            attempts_interactive: 3,
            attempts_sync: 5,
            backoff_base: ms(250),
            backoff_cap_interactive: s(8),
            backoff_cap_sync: s(30),
            throttle_base: s(1),
            throttle_cap: s(60),
            throttles_in_a_row: 10,
            breaker_window: s(30),
            breaker_calls: 20,
            breaker_ratio: 0.5,
            breaker_consecutive: 5,
            breaker_given_up: 5,
            breaker_open: s(2),
            breaker_open_cap: s(10),
            breaker_open_cap_idle: s(60),
            breaker_forget: s(600),
            retry_budget_per_call: 0.1,
            retry_budget_max: 20.0,
            retry_budget_refill: 1.0,
            retry_budget_refill_below: 10.0,
            headroom: 0.95,
            burst: 0.05,
            in_flight_per_provider: 256,
            queue: 1_000,
            concurrency_window_min: ms(100),
            concurrency_window_max: s(2),
            exhausted_probe: s(300),
            hint_as_exhaustion: s(3_600),
            hint_cap: s(86_400),
            quota_sample_life: s(60),
            scope_idle: s(600),
            seed: None,
        }
    }
}

impl Settings {
    /// Longest single send for a priority.
    pub(crate) fn per_try(&self, priority: Priority) -> Duration {
        if priority == Priority::Interactive { self.interactive_try } else { self.sync_try }
    }

    /// Sends after failures for a priority.
    pub(crate) fn attempts(&self, priority: Priority) -> u32 {
        if priority == Priority::Interactive { self.attempts_interactive } else { self.attempts_sync }
    }

    /// Greatest backoff ceiling for a priority.
    pub(crate) fn backoff_cap(&self, priority: Priority) -> Duration {
        if priority == Priority::Interactive { self.backoff_cap_interactive } else { self.backoff_cap_sync }
    }
}

/// How the real transport speaks. Times as in [`Settings`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TransportSettings {
    /// Time for name, connection and TLS together. 3 s.
    #[serde(rename = "connect_timeout_ms", deserialize_with = "millis")]
    pub connect_timeout: Duration,
    /// Longest silence inside an exchange. 60 s: reads of a large result are
    /// silent until the provider has computed it, and the send's own timeout
    /// is usually shorter.
    #[serde(rename = "read_timeout_ms", deserialize_with = "millis")]
    pub read_timeout: Duration,
    /// Greatest decoded body, in bytes. 32 MiB.
    pub max_body: usize,
    /// Bytes that a body must bring in each `slow_body_window`. 15 KiB, so 1 KiB/s.
    pub slow_body_bytes: usize,
    /// Span over which a body's speed is judged. 15 s.
    #[serde(rename = "slow_body_window_ms", deserialize_with = "millis")]
    pub slow_body_window: Duration,
    /// Idle connections kept per host. 128.
    pub idle_connections_per_host: usize,
    /// How long an idle connection is kept. 50 s: shorter than the 60 s after
    /// which common front ends close it, so that few requests meet a closing one.
    #[serde(rename = "idle_timeout_ms", deserialize_with = "millis")]
    pub idle_timeout: Duration,
}

impl Default for TransportSettings {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(3),
            read_timeout: Duration::from_secs(60),
            max_body: 32 * 1024 * 1024,
            slow_body_bytes: 15 * 1024,
            slow_body_window: Duration::from_secs(15),
            idle_connections_per_host: 128,
            idle_timeout: Duration::from_secs(50),
        }
    }
}

fn millis<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    u64::deserialize(from).map(Duration::from_millis)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn times_are_read_as_milliseconds_and_the_rest_stays_default() {
        let settings: Settings = serde_json::from_str(r#"{"interactive_try_ms": 1500, "queue": 7}"#).unwrap();
        assert_eq!(settings.interactive_try, Duration::from_millis(1500));
        assert_eq!(settings.queue, 7);
        assert_eq!(settings.sync_try, Duration::from_secs(60));
    }

    #[test]
    fn an_unknown_key_is_refused() {
        assert!(serde_json::from_str::<Settings>(r#"{"interactive_try": 1}"#).is_err());
        assert!(serde_json::from_str::<TransportSettings>(r#"{"proxy": "x"}"#).is_err());
    }

    #[test]
    fn an_empty_table_is_the_default() {
        assert_eq!(serde_json::from_str::<Settings>("{}").unwrap(), Settings::default());
        assert_eq!(serde_json::from_str::<TransportSettings>("{}").unwrap(), TransportSettings::default());
    }
}
