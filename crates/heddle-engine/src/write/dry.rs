//! Dry runs: a way out that lets reads through and writes down the rest.

use async_trait::async_trait;
use heddle_connector::{Failure, FailureKind, Outlet, Replay, Session};
use heddle_gate::{Answer, Call};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};

/// A request that would have been sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DryRequest {
    /// HTTP method.
    pub method: String,
    /// Path and query, below the account's API host.
    pub path: String,
    /// Headers besides those of every call, authorisation among them.
    pub headers: Vec<(String, String)>,
    /// The body, if any: JSON, or XML; one that carries the token has it left out.
    pub body: Option<String>,
}

/// Stands before a session's real way out.
pub(super) struct Recorder {
    through: Arc<dyn Outlet>,
    requests: Mutex<Vec<DryRequest>>,
}

impl Recorder {
    /// Puts a recorder before a session's way out.
    pub(super) fn before(session: &mut Session) -> Arc<Self> {
        let recorder = Arc::new(Self { through: session.outlet.clone(), requests: Mutex::default() });
        session.outlet = recorder.clone();
        recorder
    }

    /// What has been written down.
    pub(super) fn taken(&self) -> Vec<DryRequest> {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[async_trait]
impl Outlet for Recorder {
    async fn call(&self, call: Call) -> Answer {
        if call.classify.plan(&call.request).replay == Replay::Safe {
            return self.through.call(call).await;
        }
        let request = call.request;
        let text = |(name, value): &(&str, String)| ((*name).to_owned(), value.clone());
        let noted = DryRequest {
            method: request.method.as_str().to_owned(),
            headers: request.headers.iter().map(text).collect(),
            body: request.body.map(|body| String::from_utf8_lossy(&body).into_owned()),
            path: request.path,
        };
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).push(noted);
        let nothing = Failure::new(FailureKind::Unsupported, "a dry run sends no writes");
        Answer { result: Err(nothing), sent: 0, quota: None }
    }
}
