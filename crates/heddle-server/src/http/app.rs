//! What the routes share.

use super::under_way::UnderWay;
use crate::metrics::{Gauges, Metrics};
use async_trait::async_trait;
use heddle_engine::Engine;
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// Everything a request needs; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub engine: Arc<Engine>,
    /// What `/readyz` asks.
    pub readiness: Arc<dyn Readiness>,
    /// Counters and where to read gauges; `None` where nobody counts, and then
    /// there is no `/metrics`.
    pub observed: Option<Observed>,
    /// Counts requests without an answer.
    pub under_way: UnderWay,
    /// Bounds and switches.
    pub settings: HttpSettings,
}

/// What `/metrics` shows, and to whom.
#[derive(Clone)]
pub struct Observed {
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// What is asked when somebody reads them.
    pub gauges: Arc<dyn Gauges>,
    /// Whether `/metrics` is served.
    pub served: bool,
    /// What a reader has to send as `Authorization: Bearer ...`; `None` lets
    /// anybody read.
    pub token: Option<SecretString>,
}

/// Whether the server can do its work, as far as it depends on others.
#[async_trait]
pub trait Readiness: Send + Sync {
    /// Looks at what the server needs; called for each `/readyz`.
    ///
    /// # Errors
    /// A sentence that says what is missing, without secrets: it is shown to
    /// anybody who asks.
    async fn ready(&self) -> Result<(), String>;
}

/// Bounds on every request, and switches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HttpSettings {
    /// How long a request may take, provider calls included. Default 30 s.
    pub request_timeout: Duration,
    /// How long an idle connection is kept. Default 75 s.
    pub keep_alive: Duration,
    /// How long a client may take to send a request's headers. Default 10 s.
    pub header_timeout: Duration,
    /// How long running requests may go on when the server stops; whole
    /// seconds count. Default 30 s.
    pub stop_timeout: Duration,
    /// How long `/readyz` waits for what it asks. Default 2 s.
    pub ready_timeout: Duration,
    /// Largest request body in bytes. Default 1 MiB.
    pub max_body: usize,
    /// Longest request address (path and query) in bytes. Default 32 KiB.
    pub max_uri: usize,
    /// Names and values of all request headers together in bytes. Default 16 KiB.
    pub max_headers: usize,
    /// Whether `/docs` is served. Default true.
    pub docs: bool,
    /// Whether each request leaves a line in the log. Default true.
    pub access_log: bool,
    /// Whether answers are compressed for clients that ask for it. Default true.
    pub compress: bool,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(30),
            keep_alive: Duration::from_secs(75),
            header_timeout: Duration::from_secs(10),
            stop_timeout: Duration::from_secs(30),
            ready_timeout: Duration::from_secs(2),
            max_body: 1024 * 1024,
            max_uri: 32 * 1024,
            max_headers: 16 * 1024,
            docs: true,
            access_log: true,
            compress: true,
        }
    }
}
