//! The trait that every provider's adapter implements.

use crate::{Account, Checkup, FetchQuery, ListQuery, Manifest, ObjectSchema, ObjectSpec, Page, Session};
use async_trait::async_trait;
use heddle_gate::{CallPlan, Classify, Failure, Reply, Request, Signals};
use std::sync::Arc;

/// A provider's adapter. Stateless: one value serves all connections.
///
/// The engine calls an operation only when the manifest declares it.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What the provider is and can do.
    fn manifest(&self) -> &'static Manifest;

    /// Brings an id from outside into the provider's one form. `None`: no
    /// record can have such an id, so none is looked for.
    fn id(&self, spec: &ObjectSpec, text: &str) -> Option<String>;

    /// One page of records. Sends exactly one request where the provider can
    /// answer with one.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn list(&self, session: &Session, query: &ListQuery<'_>) -> Result<Page, Failure>;

    /// One record by id, as a page of at most one.
    ///
    /// # Errors
    /// `NotFound` or what the gate made of the answer. An empty page also
    /// means that there is no such record.
    async fn fetch(&self, session: &Session, query: &FetchQuery<'_>) -> Result<Page, Failure>;

    /// The fields that the connected user sees.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn describe(&self, session: &Session, spec: &ObjectSpec) -> Result<ObjectSchema, Failure>;

    /// Walks from the token to the data, noting each step: version, identity,
    /// limits, fields, rights.
    async fn check(&self, session: &Session) -> Checkup;

    /// Address of a record in the provider's own pages, around its id:
    /// `(before, after)`.
    fn record_url(&self, spec: &ObjectSpec, base: &str) -> (String, String);

    /// Scopes, cost and replay class of a request; token requests too.
    fn plan(&self, account: &Account, request: &Request) -> CallPlan;

    /// What an answer says; sees every answer, 200 and the token endpoint's too.
    fn signals(&self, request: &Request, reply: &Reply) -> Signals;
}

/// A connector and an account, as the gate's pure reader of requests and answers.
pub struct Reader {
    connector: Arc<dyn Connector>,
    account: Arc<Account>,
}

impl Reader {
    /// Reads for this account.
    pub fn new(connector: Arc<dyn Connector>, account: Arc<Account>) -> Self {
        Self { connector, account }
    }

    /// The same connector, for what is now known of the account.
    pub fn of(&self, account: Arc<Account>) -> Self {
        Self { connector: self.connector.clone(), account }
    }
}

impl Classify for Reader {
    fn plan(&self, request: &Request) -> CallPlan {
        self.connector.plan(&self.account, request)
    }

    fn signals(&self, request: &Request, reply: &Reply) -> Signals {
        self.connector.signals(request, reply)
    }
}
