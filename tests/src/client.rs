//! A client of a server in another process.

use crate::Answer;
use heddle_gate::{HttpTransport, TransportSettings};
use serde_json::Value;
use std::time::Duration;

/// How long an answer may be read.
const A_LONG_TIME: Duration = Duration::from_secs(3_600);

/// An answer in lines, as it comes.
pub struct Lines {
    response: reqwest::Response,
    buffer: Vec<u8>,
    /// Where the next line begins in the buffer.
    at: usize,
}

/// What comes next of an answer in lines.
#[derive(Debug)]
pub enum Line<'a> {
    /// A whole line, without its end.
    Text(&'a str),
    /// The answer is over.
    End,
    /// It broke off, perhaps in the middle of a line.
    Broken,
}

impl Lines {
    /// The next line.
    pub async fn next(&mut self) -> Line<'_> {
        let length = loop {
            if let Some(length) = self.buffer[self.at..].iter().position(|byte| *byte == b'\n') {
                break length;
            }
            self.buffer.drain(..self.at);
            self.at = 0;
            match self.response.chunk().await {
                Ok(Some(more)) => self.buffer.extend_from_slice(&more),
                Ok(None) if self.buffer.is_empty() => return Line::End,
                Ok(None) | Err(_) => return Line::Broken,
            }
        };
        let line = &self.buffer[self.at..self.at + length];
        self.at += length + 1;
        std::str::from_utf8(line).map_or(Line::Broken, Line::Text)
    }
}

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

    /// Posts without a body; `None` when no whole answer comes.
    pub async fn post_nothing(&self, url: &str, headers: &[(&'static str, String)]) -> Option<Answer> {
        let request = headers.iter().fold(self.0.post(url), |request, (name, value)| request.header(*name, value));
        Answer::tried(request).await
    }

    /// Gets an answer to be read line by line, for as long as it lasts.
    ///
    /// # Errors
    /// When none begins, or its status is not 200: with what it says.
    pub async fn lines(&self, url: &str, headers: &[(&'static str, String)]) -> Result<Lines, String> {
        let request = headers.iter().fold(self.0.get(url), |request, (name, value)| request.header(*name, value));
        let response = request.timeout(A_LONG_TIME).send().await.map_err(|error| error.to_string())?;
        if response.status() != 200 {
            return Err(format!("{}: {}", response.status(), response.text().await.unwrap_or_default()));
        }
        Ok(Lines { response, buffer: Vec::new(), at: 0 })
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
