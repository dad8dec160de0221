//! A client of a server in another process.

use crate::Answer;
use heddle_gate::{HttpTransport, TransportSettings};
use serde_json::Value;
use std::time::Duration;

/// Connections to servers that may end at any moment.
#[derive(Clone)]
pub struct Client(reqwest::Client);

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client that waits a minute for an answer.
    pub fn new() -> Self {
        // Making a transport sets the process up for TLS, without which no client can be made.
        HttpTransport::new(&TransportSettings::default()).unwrap();
        Self(reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap())
    }

    /// Posts JSON; `None` when no whole answer comes. Nothing is sent before
    /// the answer is waited for.
    pub fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: &Value,
    ) -> impl Future<Output = Option<Answer>> + Send + use<> {
        let mut request = self.0.post(url).header("content-type", "application/json").body(body.to_string());
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        async move { Answer::tried(request).await }
    }
}
