//! An HTTP answer, read whole.

use serde_json::Value;

/// Status, headers and JSON body.
#[derive(Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Header names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; null when it is not JSON.
    pub json: Value,
    /// The body as it came.
    pub text: String,
}

impl Answer {
    pub(crate) async fn read(response: reqwest::Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_owned())).collect();
        let text = response.text().await.unwrap_or_default();
        Self { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// The answer to a request; `None` when no whole one comes.
    pub(crate) async fn tried(request: reqwest::RequestBuilder) -> Option<Self> {
        let response = request.send().await.ok()?;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(n, v)| (n.to_string(), v.to_str().unwrap_or_default().to_owned())).collect();
        let text = response.text().await.ok()?;
        Some(Self { status, headers, json: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }

    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// `X-Provider-Calls`.
    pub fn provider_calls(&self) -> u32 {
        self.header("x-provider-calls").unwrap_or("0").parse().unwrap()
    }

    /// The records of a list.
    pub fn data(&self) -> &Vec<Value> {
        self.json["data"].as_array().unwrap_or_else(|| panic!("{} {}", self.status, self.text))
    }

    /// The ids of a list.
    pub fn ids(&self) -> Vec<String> {
        self.data().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The error code of a problem.
    pub fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    /// The detail of a problem.
    pub fn detail(&self) -> &str {
        self.json["detail"].as_str().unwrap_or_default()
    }

    /// The codes among the warnings.
    pub fn warnings(&self) -> Vec<&str> {
        self.json["warnings"].as_array().into_iter().flatten().filter_map(|w| w["code"].as_str()).collect()
    }

    /// Panics with the whole answer unless it has this status.
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Panics with the whole answer unless it is this problem.
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!((self.status, self.code()), (status, code), "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        assert!(!self.detail().is_empty());
        self
    }
}
