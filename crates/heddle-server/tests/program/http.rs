//! A blocking HTTP/1.1 client for the loopback: one request a connection.

use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longer than any answer of these tests takes.
const TIMEOUT: Duration = Duration::from_secs(60);

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Reply {
    /// A header's value; names are compared without case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (other, value) = line.split_once(':')?;
            other.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|why| panic!("{why}: {} {}", self.head, self.body))
    }

    /// Panics with the whole answer unless it has this status.
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        self
    }
}

/// Sends a request to `base` (`http://127.0.0.1:PORT`). An answer that ends
/// before its announced length is an error.
pub(crate) fn send(base: &str, line: &str, headers: &[String], body: &str) -> io::Result<Reply> {
    let host = base.strip_prefix("http://").expect("a plain address");
    let mut stream = TcpStream::connect(host)?;
    stream.set_read_timeout(Some(TIMEOUT))?;
    let mut head = format!("{line} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n");
    for header in headers {
        head.push_str(header);
        head.push_str("\r\n");
    }
    if !body.is_empty() {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    let text = String::from_utf8(bytes).map_err(io::Error::other)?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
    let reply = Reply { status, head: head.to_owned(), body: body.to_owned() };
    match reply.header("content-length").map(str::parse::<usize>) {
        Some(Ok(length)) if length == body.len() => Ok(reply),
        other => Err(io::Error::other(format!("{other:?} announced, {} bytes came", body.len()))),
    }
}

/// A client with a key and a connection.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    pub(crate) base: String,
    pub(crate) key: String,
    pub(crate) connection: String,
}

impl Api {
    pub(crate) fn try_get(&self, path: &str) -> io::Result<Reply> {
        send(&self.base, &format!("GET {path}"), &self.headers(), "")
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.try_get(path).unwrap_or_else(|why| panic!("{path}: {why}"))
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        let mut headers = self.headers();
        headers.push("Content-Type: application/json".to_owned());
        send(&self.base, &format!("POST {path}"), &headers, &body.to_string()).unwrap()
    }

    fn headers(&self) -> Vec<String> {
        let mut headers = vec![format!("Authorization: Bearer {}", self.key)];
        if !self.connection.is_empty() {
            headers.push(format!("X-Connection-Id: {}", self.connection));
        }
        headers
    }
}
