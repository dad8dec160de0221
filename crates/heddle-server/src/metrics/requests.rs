//! Requests to this server's API.

use super::register;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;

/// Upper bounds in seconds: from an answer out of memory to one that waited
/// for a provider's limit.
const SECONDS: [f64; 13] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Methods by name; whatever else a client writes is one label.
const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS", "OTHER"];

/// Classes of status.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

type Labels<const N: usize> = [(&'static str, String); N];

/// Counters of all routes.
pub(super) struct Requests {
    answered: Family<Labels<3>, Counter>,
    seconds: Family<Labels<1>, Histogram, fn() -> Histogram>,
    /// The routes that were asked: a look-up here neither allocates nor builds labels.
    routes: RwLock<HashMap<String, Arc<Route>>>,
}

/// Handles of one route's counters, each made at its first use.
struct Route {
    answered: [[OnceLock<Counter>; CLASSES.len()]; METHODS.len()],
    seconds: Histogram,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            answered: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            routes: RwLock::default(),
        }
    }
}

impl Requests {
    /// Counts an answer. Requests that no route takes share one label.
    pub(super) fn answered(&self, route: Option<&str>, method: &str, status: u16, took: Duration) {
        let name = route.unwrap_or("none");
        let route = self.route(name);
        let method = METHODS.iter().position(|known| *known == method).unwrap_or(METHODS.len() - 1);
        let class = usize::from(status / 100).clamp(1, CLASSES.len()) - 1;
        route.answered[method][class]
            .get_or_init(|| {
                let labels = [("route", name), ("method", METHODS[method]), ("status", CLASSES[class])];
                self.answered.get_or_create_owned(&labels.map(|(label, value)| (label, value.to_owned())))
            })
            .inc();
        route.seconds.observe(took.as_secs_f64());
    }

    fn route(&self, name: &str) -> Arc<Route> {
        if let Some(route) = self.routes.read().unwrap_or_else(PoisonError::into_inner).get(name) {
            return route.clone();
        }
        let mut routes = self.routes.write().unwrap_or_else(PoisonError::into_inner);
        let made = || {
            let seconds = self.seconds.get_or_create_owned(&[("route", name.to_owned())]);
            Arc::new(Route { answered: Default::default(), seconds })
        };
        routes.entry(name.to_owned()).or_insert_with(made).clone()
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        register(registry, "heddle_http_requests_total", self.answered.clone());
        register(registry, "heddle_http_request_duration_seconds", self.seconds.clone());
    }
}
