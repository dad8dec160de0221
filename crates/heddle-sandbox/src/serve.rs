//! The HTTP side every stand-in shares: two loopback listeners on a thread of
//! their own, faults, counting, the control API.

mod clock;
mod connection;
mod handler;

use std::io;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::{Compress, Condition};
use actix_web::web::Bytes;
use actix_web::{App, HttpServer, web};
use serde_json::Value;
use tokio::sync::oneshot;

use clock::Clock;

use crate::control::{CallKind, Counters, Faults, LogEntry};

pub(crate) use crate::control::RowCounts;

/// How long an idle connection stays open: longer than clients keep theirs.
const KEEP_ALIVE: Duration = Duration::from_secs(120);

/// One request as a stand-in sees it.
pub(crate) struct Call<'a> {
    /// The listener it came in by: 0 the first host, 1 the alternate one.
    pub(crate) listener: usize,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
}

impl Call<'_> {
    /// A request header as text; absent when it is not plain text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What a stand-in answers.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
    pub(crate) delay: Duration,
    pub(crate) token_issued: bool,
    /// The query text, kept in the log.
    pub(crate) soql: Option<String>,
    /// The rows that the call wrote.
    pub(crate) rows: RowCounts,
}

impl Answer {
    pub(crate) fn new(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Answer {
            status,
            content_type,
            headers: Vec::new(),
            body: body.into(),
            delay: Duration::ZERO,
            token_issued: false,
            soql: None,
            rows: RowCounts::default(),
        }
    }

    pub(crate) fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A stand-in for one provider.
pub(crate) trait Provider: Send + Sync + 'static {
    /// Names a request; faults and counters go by it.
    fn kind(&self, method: &str, path: &str) -> CallKind;
    /// All kinds, for the counters.
    fn kinds(&self) -> &'static [CallKind];
    /// Answers a request.
    fn answer(&self, kind: CallKind, call: &Call<'_>) -> Answer;
    /// What the provider says with a bare error status: content type and body.
    fn error_body(&self, status: u16) -> (&'static str, String);
    /// What it answers to a write when another writer holds the row.
    fn locked(&self, kind: CallKind, call: &Call<'_>) -> Answer;
    /// The provider's own control requests; the parameters of a GET come as
    /// members of `body`; `Err` is a message to the caller.
    fn control(&self, method: &str, path: &str, body: Value) -> Result<Value, String>;
}

/// A stand-in with its faults, counters and clock.
pub(crate) struct Stage {
    pub(crate) provider: Arc<dyn Provider>,
    pub(crate) counters: Counters,
    faults: Faults,
    clock: Clock,
    alternate_port: OnceLock<u16>,
}

impl Stage {
    pub(crate) fn new(provider: Arc<dyn Provider>) -> Self {
        Stage {
            provider,
            counters: Counters::default(),
            faults: Faults::default(),
            clock: Clock::start(),
            alternate_port: OnceLock::new(),
        }
    }

    fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    pub(crate) fn counters_json(&self) -> Value {
        self.counters.to_json(self.provider.kinds(), self.now_ms())
    }

    /// Counts a call that arrived at `arrived_ms`.
    fn record(&self, arrived_ms: u64, kind: CallKind, status: u16, answer: Option<&Answer>) {
        self.counters.record(
            kind,
            answer.is_some_and(|answer| answer.token_issued),
            answer.map(|answer| answer.rows).unwrap_or_default(),
            LogEntry { t_ms: arrived_ms, kind: kind.name, status, soql: answer.and_then(|answer| answer.soql.clone()) },
        );
    }

    /// One control request; `path` with or without the `/_sandbox` prefix.
    pub(crate) fn control(&self, method: &str, path: &str, body: Value) -> Result<Value, String> {
        let path = path.strip_prefix("/_sandbox").unwrap_or(path);
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let body = if query.is_empty() { body } else { parameters(query) };
        let path = path.trim_matches('/');
        match (method, path) {
            ("GET", "counters") => Ok(self.counters_json()),
            ("POST", "counters/reset") => {
                self.counters.reset();
                Ok(serde_json::json!({ "ok": true }))
            }
            ("POST", "faults") => {
                let body = if body.is_array() { body } else { vec![body].into() };
                let faults = serde_json::from_value(body).map_err(|error| error.to_string())?;
                let now_ms = self.now_ms();
                self.faults.add(faults, now_ms);
                Ok(serde_json::json!({ "now_ms": now_ms }))
            }
            ("DELETE", "faults") => {
                self.faults.clear();
                Ok(serde_json::json!({ "ok": true }))
            }
            ("POST", "reset") => {
                self.faults.clear();
                self.counters.reset();
                self.provider.control(method, path, body)
            }
            _ => self.provider.control(method, path, body),
        }
    }
}

/// The parameters of a control request as an object; one that is given twice
/// is an array.
fn parameters(query: &str) -> Value {
    let mut members = serde_json::Map::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = Value::from(percent_encoding::percent_decode_str(value).decode_utf8_lossy());
        match members.get_mut(name) {
            None => {
                members.insert(name.to_owned(), value);
            }
            Some(Value::Array(values)) => values.push(value),
            Some(first) => *first = vec![first.take(), value].into(),
        }
    }
    members.into()
}

/// A running pair of listeners.
pub(crate) struct Listening {
    handle: ServerHandle,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// Ports to listen on; 0 lets the system choose.
#[derive(Clone, Copy)]
pub(crate) struct Ports {
    pub(crate) main: u16,
    pub(crate) alternate: u16,
}

/// Binds both listeners on 127.0.0.1 and serves `stage` on its own thread.
/// Works inside any runtime. Returns the ports that were bound.
pub(crate) async fn listen(stage: Arc<Stage>, ports: Ports, gzip: bool) -> io::Result<(Listening, Ports)> {
    let (tell, told) = oneshot::channel();
    let thread = std::thread::Builder::new().name("sandbox".to_owned()).spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            match server(stage, ports, gzip) {
                Ok((server, bound)) => {
                    if tell.send(Ok((server.handle(), bound))).is_ok() {
                        // The error of a server that ends is the end itself.
                        let _ended = server.await;
                    }
                }
                Err(error) => {
                    let _nobody_listens = tell.send(Err(error));
                }
            }
        });
    })?;
    let (handle, bound) = told.await.map_err(|_| io::Error::other("the sandbox thread ended before it listened"))??;
    let listening = Listening { handle, thread: Some(thread) };
    Ok((listening, bound))
}

fn server(stage: Arc<Stage>, ports: Ports, gzip: bool) -> io::Result<(actix_web::dev::Server, Ports)> {
    let noted = Arc::clone(&stage);
    let stage = web::Data::from(stage);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(stage.clone())
            .app_data(web::PayloadConfig::new(8 * 1024 * 1024))
            .wrap(Condition::new(gzip, Compress::default()))
            .default_service(web::to(handler::handle))
    })
    .workers(2)
    .keep_alive(KEEP_ALIVE)
    .tcp_nodelay(true)
    .backlog(2_048)
    .disable_signals()
    .shutdown_timeout(1)
    .on_connect(connection::remember)
    .bind(("127.0.0.1", ports.main))?;
    let server = server.bind(("127.0.0.1", ports.alternate))?;
    let bound: Vec<u16> = server.addrs().iter().map(std::net::SocketAddr::port).collect();
    let [main, alternate] = bound[..] else {
        return Err(io::Error::other("two listeners expected"));
    };
    noted.alternate_port.get_or_init(|| alternate);
    Ok((server.run(), Ports { main, alternate }))
}

impl Listening {
    /// Stops serving and waits for the thread.
    pub(crate) async fn stop(mut self) {
        self.handle.stop(false).await;
        if let Some(thread) = self.thread.take() {
            let _joined = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Asks only; a handle that is dropped does not wait.
        drop(self.handle.stop(false));
    }
}
