//! A provider that is listed but not built yet.

use crate::{Account, Checkup, Connector, FetchQuery, ListQuery, Manifest, ObjectSchema, ObjectSpec, Page, Session};
use async_trait::async_trait;
use heddle_gate::{CallPlan, Failure, FailureKind, Replay, Reply, Request, Signals};

/// Serves every planned provider: shown in the catalogue, every use refused.
pub struct Planned(pub &'static Manifest);

impl Planned {
    fn refusal(&self) -> Failure {
        Failure::new(FailureKind::Unsupported, format!("{} is planned and cannot be connected yet", self.0.title))
    }
}

#[async_trait]
impl Connector for Planned {
    fn manifest(&self) -> &'static Manifest {
        self.0
    }

    fn id(&self, _spec: &ObjectSpec, _text: &str) -> Option<String> {
        None
    }

    async fn list(&self, _session: &Session, _query: &ListQuery<'_>) -> Result<Page, Failure> {
        Err(self.refusal())
    }

    async fn fetch(&self, _session: &Session, _query: &FetchQuery<'_>) -> Result<Page, Failure> {
        Err(self.refusal())
    }

    async fn describe(&self, _session: &Session, _spec: &ObjectSpec) -> Result<ObjectSchema, Failure> {
        Err(self.refusal())
    }

    async fn check(&self, _session: &Session) -> Checkup {
        Checkup { failure: Some(self.refusal()), ..Checkup::default() }
    }

    fn record_url(&self, _spec: &ObjectSpec, _base: &str) -> (String, String) {
        (String::new(), String::new())
    }

    fn plan(&self, _account: &Account, _request: &Request) -> CallPlan {
        CallPlan { scopes: Vec::new(), replay: Replay::NotIdempotent }
    }

    fn signals(&self, _request: &Request, _reply: &Reply) -> Signals {
        Signals::failed(FailureKind::Unsupported, heddle_gate::Repeat::Never, self.refusal().message)
    }
}
