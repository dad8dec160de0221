//! What `/metrics` shows: counters that are fed as things happen, and gauges
//! that are read when somebody asks.
//!
//! Labels come from closed lists in code: providers, operations, route
//! templates, kinds. Never an id, a tenant, a path or a word of a provider's,
//! so that the number of series is bounded.

mod calls;
mod requests;
mod table;

pub use table::metrics_markdown;

use crate::metrics::calls::Calls;
use crate::metrics::requests::Requests;
use async_trait::async_trait;
use heddle_gate::{CallLog, CallRecord};
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

/// The `Content-Type` of the text.
pub(crate) const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

/// What is asked when somebody reads the metrics.
#[async_trait]
pub trait Gauges: Send + Sync {
    /// How things are now. Asked once for each reading.
    async fn now(&self) -> State;
}

/// How things are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct State {
    /// Whether the database answers.
    pub database_up: bool,
    /// Call records that were dropped since the start.
    pub calls_dropped: u64,
    /// Provider calls between entry and answer.
    pub calls_in_flight: usize,
    /// Limits and hosts that are remembered.
    pub scopes: usize,
    /// Hosts to which nothing is sent for now.
    pub breakers_open: usize,
    /// The least remaining share of an allowance, 0 to 1, of each provider.
    pub quota_remaining: BTreeMap<String, f64>,
}

/// The counters of one server.
pub struct Metrics {
    requests: Requests,
    calls: Calls,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { requests: Requests::default(), calls: Calls::default() })
    }

    /// A call log that counts each record and hands it on.
    pub fn counted(self: &Arc<Self>, log: Arc<dyn CallLog>) -> Arc<dyn CallLog> {
        Arc::new(Counted { metrics: self.clone(), log })
    }

    /// Counts an answered request. `route` is the router's template.
    pub(crate) fn request(&self, route: Option<&str>, method: &str, status: u16, took: Duration) {
        self.requests.answered(route, method, status, took);
    }

    /// Everything as text.
    pub(crate) fn text(&self, state: &State, under_way: usize) -> String {
        let mut registry = Registry::default();
        self.requests.register(&mut registry);
        self.calls.register(&mut registry);
        register_state(&mut registry, state, under_way);
        let mut text = String::with_capacity(16 * 1024);
        let written = prometheus_text::encode(&mut text, &registry);
        debug_assert!(written.is_ok(), "text takes everything");
        text
    }
}

struct Counted {
    metrics: Arc<Metrics>,
    log: Arc<dyn CallLog>,
}

impl CallLog for Counted {
    fn record(&self, record: CallRecord) {
        self.metrics.calls.ended(&record);
        self.log.record(record);
    }
}

/// Registers a metric under a name of the table, which has its help.
fn register(registry: &mut Registry, name: &'static str, metric: impl Metric) {
    registry.register(name.strip_suffix("_total").unwrap_or(name), table::help(name), metric);
}

type Share = Gauge<f64, AtomicU64>;

fn register_state(registry: &mut Registry, state: &State, under_way: usize) {
    let whole = |value: usize| {
        let gauge: Gauge = Gauge::default();
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
        gauge
    };
    register(registry, "heddle_http_requests_in_flight", whole(under_way));
    register(registry, "heddle_provider_calls_in_flight", whole(state.calls_in_flight));
    register(registry, "heddle_gate_scopes", whole(state.scopes));
    register(registry, "heddle_breakers_open", whole(state.breakers_open));
    register(registry, "heddle_database_up", whole(usize::from(state.database_up)));
    register(registry, "heddle_call_log_dropped_total", ConstCounter::new(state.calls_dropped));
    let shares = Family::<[(&'static str, String); 1], Share>::default();
    for (provider, share) in &state.quota_remaining {
        shares.get_or_create(&[("provider", provider.clone())]).set(*share);
    }
    register(registry, "heddle_quota_remaining_ratio", shares);
    let build = Family::<[(&'static str, &'static str); 1], Gauge>::default();
    build.get_or_create(&[("version", env!("CARGO_PKG_VERSION"))]).set(1);
    register(registry, "heddle_build_info", build);
}

#[cfg(test)]
#[path = "metrics_tests.rs"]
mod tests;
