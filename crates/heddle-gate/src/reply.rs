//! What came back from a provider.

use bytes::Bytes;
use std::time::{Duration, SystemTime};

/// A complete answer: status, headers, whole body.
#[derive(Clone)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case, values as sent (non-ASCII values dropped).
    pub headers: Vec<(String, String)>,
    /// The whole decoded body, bounded by the transport.
    pub body: Bytes,
    /// Our wall clock when the answer's head arrived.
    pub received: SystemTime,
    /// From sending the request to the end of the body.
    pub took: Duration,
}

impl Reply {
    /// First value of a header; `name` in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The provider's clock: its `Date` header, or ours when it sent none.
    pub fn provider_clock(&self) -> SystemTime {
        self.header("date").and_then(|v| httpdate::parse_http_date(v).ok()).unwrap_or(self.received)
    }

    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl std::fmt::Debug for Reply {
    /// Leaves out headers and body: they carry customers' data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} with {} bytes in {:?}", self.status, self.body.len(), self.took)
    }
}
