//! A server on a port of the system's choosing, with an empty database and no
//! way out, and a client that shows answers as they are on the wire.

use async_trait::async_trait;
use heddle_auth::{AnswerKey, CursorKey, Keeper, KeeperSettings, MasterKey, Vault};
use heddle_connector::{Failure, FailureKind, Outlet};
use heddle_engine::{Caller, Engine, EngineSettings, NewKey, Parts, Scope};
use heddle_gate::{Answer, Call};
use heddle_server::http::UnderWay;
use heddle_server::{App, HttpSettings, Readiness};
use heddle_store::{IdempotencyKeys, Store, StoreSettings};
use secrecy::ExposeSecret;
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// No request of these tests may leave the server.
struct NoWayOut;

#[async_trait]
impl Outlet for NoWayOut {
    async fn call(&self, _: Call) -> Answer {
        Answer { result: Err(Failure::new(FailureKind::Unavailable, "no way out")), sent: 0, quota: None }
    }
}

struct Fixed(Result<(), String>);

#[async_trait]
impl Readiness for Fixed {
    async fn ready(&self) -> Result<(), String> {
        self.0.clone()
    }
}

/// A running server; stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// May do everything.
    pub(crate) key: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

pub(crate) fn start() -> Server {
    start_with(HttpSettings::default(), Ok(()))
}

pub(crate) fn start_with(settings: HttpSettings, ready: Result<(), String>) -> Server {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("test.db").display());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let (tell, told) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async move {
            let engine = engine(&url).await;
            tell.send(key(&engine).await).unwrap();
            let app = App {
                engine,
                readiness: Arc::new(Fixed(ready)),
                observed: None,
                under_way: UnderWay::default(),
                settings,
            };
            let shutdown = async move { drop(stopped.await) };
            heddle_server::run(listener, app, 1, shutdown).await.unwrap();
        });
    });
    let key = told.recv().unwrap();
    Server { address, key, stop: Some(stop), thread: Some(thread), _folder: folder }
}

async fn engine(url: &str) -> Arc<Engine> {
    let settings = StoreSettings::new(url);
    Store::migrate(&settings).await.unwrap();
    let store = Arc::new(Store::open(&settings).await.unwrap());
    let master = MasterKey::generate().unwrap();
    let registry = heddle_connectors::registry();
    let outlet: Arc<dyn Outlet> = Arc::new(NoWayOut);
    let vault = Arc::new(Vault::new(&master));
    let keeper = Keeper::new(store.clone(), vault, registry.clone(), outlet.clone(), KeeperSettings::default());
    let answers = AnswerKey::new(master.derive("idempotency"));
    let parts = Parts {
        registry,
        outlet,
        keeper,
        tenants: store.clone(),
        connections: store.clone(),
        mappings: store.clone(),
        keys: store.clone(),
        apps: store.clone(),
        consents: store.clone(),
        idempotency: Arc::new(IdempotencyKeys::new(&store, answers)),
        calls: store.clone(),
        exports: store,
        cursor_key: CursorKey::new(master.derive("cursor")),
    };
    Engine::new(parts, EngineSettings::default())
}

async fn key(engine: &Engine) -> String {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    let caller = Caller::operator("test", deadline);
    let new = NewKey { name: "all".to_owned(), scopes: Scope::ALL.to_vec(), tenants: None, expires_at: None };
    let (_, secret) = engine.create_key(&caller, new).await.unwrap();
    secret.expose_secret().to_owned()
}

impl Server {
    /// Sends a request with the key and these header lines, and reads the answer.
    pub(crate) fn send(&self, line: &str, headers: &[&str], body: &[u8]) -> Reply {
        let key = format!("Authorization: Bearer {}", self.key);
        let mut all = vec![key.as_str()];
        all.extend_from_slice(headers);
        self.send_bare(line, &all, body)
    }

    /// The same without the key.
    pub(crate) fn send_bare(&self, line: &str, headers: &[&str], body: &[u8]) -> Reply {
        let mut stream = self.connect();
        let length = format!("Content-Length: {}", body.len());
        let mut head = format!("{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
        for header in headers.iter().chain((!body.is_empty()).then_some(&length.as_str())) {
            head.push_str(header);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // A refusal may come before the body is read.
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Reply::read(&bytes)
    }

    /// A request whose body brings its own framing.
    pub(crate) fn send_chunked(&self, line: &str, headers: &[&str], body: &[u8]) -> Reply {
        let mut stream = self.connect();
        let head = format!("{line} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{}\r\n\r\n", headers.join("\r\n"));
        stream.write_all(head.as_bytes()).unwrap();
        let _ = stream.write_all(body);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Reply::read(&bytes)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream
    }

    /// Stops the server; answers how long that took.
    pub(crate) fn stop(&mut self) -> Duration {
        let begin = Instant::now();
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
        begin.elapsed()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").expect("an answer with a head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    /// A header's value; names are compared without case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (other, value) = line.split_once(':')?;
            other.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Checks that this is a whole problem document, and gives its code.
    pub(crate) fn problem(&self) -> String {
        let body = self.json();
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text());
        assert_eq!(body["status"], self.status);
        assert_eq!(body["request_id"].as_str(), self.header("request-id"));
        for member in ["type", "title", "detail", "code", "origin"] {
            assert!(body[member].as_str().is_some_and(|text| !text.is_empty()), "{member} in {body}");
        }
        body["code"].as_str().unwrap().to_owned()
    }
}
