//! What a connector asks the gate to send.

use bytes::Bytes;

/// HTTP method of a provider call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Read.
    Get,
    /// Create, search, or any action.
    Post,
    /// Partial update.
    Patch,
    /// Full replacement.
    Put,
    /// Removal.
    Delete,
}

impl Method {
    /// The method as it stands in a request line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// One request, relative to the base URL of the grant it is sent for.
///
/// Only the path is kept, never a host: when a provider moves an account to
/// another host, a repeat must go to the new one.
#[derive(Clone)]
pub struct Request {
    /// HTTP method.
    pub method: Method,
    /// Path and query, already percent-encoded, beginning with `/`.
    pub path: String,
    /// Headers besides `Authorization`, `User-Agent`, `Accept-Encoding`. Without
    /// an `accept` among them JSON is asked for.
    pub headers: Vec<(&'static str, String)>,
    /// Body, if any. Its content type is among `headers`.
    pub body: Option<Bytes>,
    /// What the request is, in a word, for logs and plans: `query`, `describe`.
    pub operation: &'static str,
    /// Where the token stands.
    pub token: TokenPlace,
}

/// Where a request carries the grant's token. Only the transport ever puts it
/// there, as the request leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TokenPlace {
    /// In the `Authorization` header, as a bearer token.
    #[default]
    Header,
    /// At this byte of the body, escaped as the text of an XML element; no
    /// `Authorization` header is sent. A place and not a mark that is looked
    /// for: a mark could also stand in what a client wrote.
    Body(usize),
}

impl Request {
    /// A `GET` of `path`, called `operation` in logs.
    pub fn get(operation: &'static str, path: impl Into<String>) -> Self {
        Self {
            method: Method::Get,
            path: path.into(),
            headers: Vec::new(),
            body: None,
            operation,
            token: TokenPlace::Header,
        }
    }

    /// A `POST` of `body` with the given content type.
    pub fn post(
        operation: &'static str,
        path: impl Into<String>,
        content_type: &'static str,
        body: impl Into<Bytes>,
    ) -> Self {
        Self {
            method: Method::Post,
            path: path.into(),
            headers: vec![("content-type", content_type.to_owned())],
            body: Some(body.into()),
            operation,
            token: TokenPlace::Header,
        }
    }

    /// The path without its query: the only part fit for a log.
    pub fn path_only(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }
}

impl std::fmt::Debug for Request {
    /// Leaves out query, headers and body: they carry customers' data and secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} ({})", self.method.as_str(), self.path_only(), self.operation)
    }
}
