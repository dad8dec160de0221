//! The provider that all contenders stand in front of: the sandbox's own
//! answers, taken once and replayed as bytes, because the sandbox itself works
//! longer on a query than the proxies that are compared.

use super::http::{self, field, head_end};
use heddle_sandbox::salesforce::{Salesforce, SalesforceOptions};
use std::collections::HashMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Where the bench asks for the address of the last answer that was taken.
pub(super) const LAST: &str = "/_bench/last";

/// An allowance that no run uses up.
const DAILY_LIMIT: u64 = 1_000_000_000;

/// As many as the other contenders have.
const THREADS: usize = 2;

struct Upstream {
    /// Whole answers by request target.
    taken: RwLock<HashMap<String, Arc<[u8]>>>,
    last: Mutex<String>,
    sandbox: String,
    own: String,
}

/// Serves until the process is ended; the first line on the standard output is
/// the address, `HOST:PORT`.
pub(crate) fn serve() -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    runtime.map_err(|why| why.to_string())?.block_on(listen())
}

async fn listen() -> Result<(), String> {
    let failed = |why: std::io::Error| format!("the bench upstream: {why}");
    let options = SalesforceOptions { daily_limit: DAILY_LIMIT, ..SalesforceOptions::default() };
    let sandbox = Salesforce::start(options).await.map_err(failed)?;
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(failed)?;
    let own = listener.local_addr().map_err(failed)?.to_string();
    println!("{own}");
    std::io::stdout().flush().map_err(failed)?;
    let upstream = Arc::new(Upstream {
        taken: RwLock::default(),
        last: Mutex::default(),
        sandbox: sandbox.url().trim_start_matches("http://").to_owned(),
        own,
    });
    loop {
        let (stream, _) = listener.accept().await.map_err(failed)?;
        let upstream = Arc::clone(&upstream);
        tokio::spawn(async move {
            // A client that leaves in the middle is no concern of the others.
            let _ = upstream.talk(stream).await;
        });
    }
}

impl Upstream {
    /// Answers one connection's requests in order, until the client closes it
    /// or has spoken HTTP/1.0, which ends with its answer.
    async fn talk(self: Arc<Self>, mut stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut buffer = Vec::with_capacity(16 * 1024);
        loop {
            let end = loop {
                if let Some(end) = head_end(&buffer) {
                    break end;
                }
                if stream.read_buf(&mut buffer).await? == 0 {
                    return Ok(());
                }
            };
            let target = get_target(&buffer[..end]).and_then(|target| self.known(target));
            let (answer, used) = match target {
                Some(answer) => (answer, end),
                None => {
                    let head = String::from_utf8_lossy(&buffer[..end]).into_owned();
                    let length = field(&head, "content-length").and_then(|n| n.parse().ok()).unwrap_or(0_usize);
                    while buffer.len() < end + length {
                        if stream.read_buf(&mut buffer).await? == 0 {
                            return Ok(());
                        }
                    }
                    let (body, upstream) = (buffer[end..end + length].to_vec(), Arc::clone(&self));
                    let answer = tokio::task::spawn_blocking(move || upstream.take(&head, &body)).await?;
                    (answer, end + length)
                }
            };
            stream.write_all(&answer).await?;
            if buffer[..end].split(|byte| *byte == b'\r').next().is_some_and(|line| line.ends_with(b"HTTP/1.0")) {
                return Ok(());
            }
            buffer.drain(..used);
        }
    }

    fn known(&self, target: &str) -> Option<Arc<[u8]>> {
        self.taken.read().unwrap_or_else(PoisonError::into_inner).get(target).cloned()
    }

    /// Asks the sandbox, with its address in the answer replaced by ours, and
    /// keeps the answer of a `GET` that worked.
    fn take(&self, head: &str, body: &[u8]) -> Arc<[u8]> {
        let mut words = head.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        if target == LAST {
            return whole(200, "", self.last.lock().unwrap_or_else(PoisonError::into_inner).as_bytes());
        }
        let headers: Vec<(&str, &str)> = ["authorization", "content-type", "accept"]
            .into_iter()
            .filter_map(|name| Some((name, field(head, name)?)))
            .collect();
        let answer = match http::send(&self.sandbox, method, target, &headers, body) {
            Ok(answer) => answer,
            Err(why) => return whole(502, "", why.as_bytes()),
        };
        let kept: String = answer
            .head
            .lines()
            .skip(1)
            .filter(|line| {
                let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
                !matches!(name.as_str(), "date" | "connection" | "content-length" | "transfer-encoding")
            })
            .map(|line| format!("{line}\r\n"))
            .collect();
        let text = String::from_utf8_lossy(&answer.body).replace(&self.sandbox, &self.own);
        let bytes = whole(answer.status, &kept, text.as_bytes());
        if method == "GET" && answer.status == 200 {
            let mut taken = self.taken.write().unwrap_or_else(PoisonError::into_inner);
            taken.insert(target.to_owned(), Arc::clone(&bytes));
            target.clone_into(&mut self.last.lock().unwrap_or_else(PoisonError::into_inner));
        }
        bytes
    }
}

/// The target of a `GET`.
fn get_target(head: &[u8]) -> Option<&str> {
    let rest = head.strip_prefix(b"GET ")?;
    let end = rest.iter().position(|byte| *byte == b' ')?;
    std::str::from_utf8(&rest[..end]).ok()
}

fn whole(status: u16, headers: &str, body: &[u8]) -> Arc<[u8]> {
    let mut bytes = format!("HTTP/1.1 {status} -\r\n{headers}content-length: {}\r\n\r\n", body.len()).into_bytes();
    bytes.extend_from_slice(body);
    bytes.into()
}
