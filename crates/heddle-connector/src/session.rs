//! The one thing through which a connector can send.

use crate::{Account, Connector, Reader};
use async_trait::async_trait;
use heddle_gate::{
    Answer, BeforeSend, Call, Caller, Classify, Exhausted, Failure, Gate, GrantId, Priority, Quota, Replay, Reply,
    Request, ScopeKey, TokenSource,
};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// The gate as sessions see it; tests put scripted answers in its place.
#[async_trait]
pub trait Outlet: Send + Sync {
    /// Makes the call.
    async fn call(&self, call: Call) -> Answer;

    /// Whether a scope's daily allowance is held to be used up.
    fn exhausted(&self, _scope: &ScopeKey) -> Option<Exhausted> {
        None
    }
}

#[async_trait]
impl Outlet for Arc<Gate> {
    async fn call(&self, call: Call) -> Answer {
        Gate::call(self, call).await
    }

    fn exhausted(&self, scope: &ScopeKey) -> Option<Exhausted> {
        Gate::exhausted(self, scope)
    }
}

/// What one API request cost so far.
#[derive(Debug, Default)]
pub struct Tally {
    sent: AtomicU32,
    quota: Mutex<Option<Quota>>,
}

impl Tally {
    /// Data requests sent, retries included, token calls not.
    pub fn sent(&self) -> u32 {
        self.sent.load(Ordering::Relaxed)
    }

    /// The account's allowance as last known.
    pub fn quota(&self) -> Option<Quota> {
        *self.quota.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, answer: &Answer) {
        self.sent.fetch_add(answer.sent, Ordering::Relaxed);
        if answer.quota.is_some() {
            *self.quota.lock().unwrap_or_else(PoisonError::into_inner) = answer.quota;
        }
    }
}

/// One API request's way to its provider: account, grant, deadline, and a tally.
#[derive(Clone)]
pub struct Session {
    /// The way out.
    pub outlet: Arc<dyn Outlet>,
    /// Gives tokens for `grant`.
    pub tokens: Arc<dyn TokenSource>,
    /// Whose tokens.
    pub grant: GrantId,
    /// Whose call, for logs and fairness.
    pub caller: Caller,
    /// The connected account.
    pub account: Arc<Account>,
    /// Reads requests and answers for the gate.
    pub reader: Arc<Reader>,
    /// Who waits.
    pub priority: Priority,
    /// When the caller stops waiting.
    pub deadline: Instant,
    /// Counts what is sent.
    pub tally: Arc<Tally>,
    /// Told before a request leaves that changes something.
    pub before_write: Option<Arc<dyn BeforeSend>>,
}

impl Session {
    /// Sends a request through the gate.
    ///
    /// # Errors
    /// Final: the gate has already repeated what may be repeated.
    pub async fn send(&self, request: Request) -> Result<Reply, Failure> {
        self.send_as(request, self.reader.clone()).await
    }

    /// The same with another reader of plan and answer.
    pub(crate) async fn send_as(&self, request: Request, classify: Arc<dyn Classify>) -> Result<Reply, Failure> {
        let writes = || classify.plan(&request).replay != Replay::Safe;
        let before_send = self.before_write.clone().filter(|_| writes());
        let answer = self
            .outlet
            .call(Call {
                request,
                caller: self.caller.clone(),
                grant: Some((self.tokens.clone(), self.grant.clone())),
                base: None,
                classify,
                priority: self.priority,
                deadline: self.deadline,
                before_send,
            })
            .await;
        self.tally.add(&answer);
        answer.result
    }

    /// The same session, for what is now known of the account: its calls count
    /// against the account's own scope.
    pub fn of(&self, account: Account) -> Self {
        let account = Arc::new(account);
        Self { reader: Arc::new(self.reader.of(account.clone())), account, ..self.clone() }
    }

    /// The reader for a connector and an account.
    pub fn reader(connector: &Arc<dyn Connector>, account: &Arc<Account>) -> Arc<Reader> {
        Arc::new(Reader::new(connector.clone(), account.clone()))
    }
}
