//! One call through the gate: its input, its answer, its record.

use crate::{BaseUrl, CallPlan, Failure, GrantId, Priority, Reply, Request, ScopeKind, Signals, TokenSource};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// The connector's two pure readings: what a request counts against, and what
/// an answer says.
pub trait Classify: Send + Sync {
    /// Scopes, cost and replay class of a request.
    fn plan(&self, request: &Request) -> CallPlan;
    /// What the answer says; sees every answer, 200 too.
    fn signals(&self, request: &Request, reply: &Reply) -> Signals;
}

/// Whose call it is, for logs and fairness.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Provider id (`salesforce`).
    pub provider: &'static str,
    /// Tenant id.
    pub tenant: String,
    /// Connection id, or the candidate's.
    pub connection: String,
    /// Id of the API request that caused it.
    pub request_id: String,
}

/// Told once, just before the first request of a call leaves: after every
/// wait, with leave to send and a token at hand. What it must keep is then kept
/// before anybody can know whether the provider acted.
#[async_trait]
pub trait BeforeSend: Send + Sync {
    /// Returns when the note is stored.
    ///
    /// # Errors
    /// Stops the call; nothing is sent.
    async fn before_send(&self) -> Result<(), Failure>;
}

/// A call to make.
#[derive(Clone)]
pub struct Call {
    /// What to send.
    pub request: Request,
    /// Who asks.
    pub caller: Caller,
    /// Where the token and the base URL come from; `None` sends without a
    /// token, to `base`.
    pub grant: Option<(Arc<dyn TokenSource>, GrantId)>,
    /// Base URL of a call without a grant (a token endpoint).
    pub base: Option<BaseUrl>,
    /// Reads requests and answers.
    pub classify: Arc<dyn Classify>,
    /// Who waits.
    pub priority: Priority,
    /// When the caller stops waiting: covers queue, token, all attempts.
    pub deadline: Instant,
    /// Told before the first request leaves.
    pub before_send: Option<Arc<dyn BeforeSend>>,
}

/// An allowance as last reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Whose.
    pub scope: ScopeKind,
    /// Calls allowed in the period.
    pub limit: u64,
    /// Calls used, ours since the last figure included.
    pub used: u64,
}

impl Quota {
    /// What is left, never below zero.
    pub fn remaining(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }
}

/// How a gate stands, for metrics.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GateState {
    /// Scopes that are kept: what the gate's memory grows with.
    pub scopes: usize,
    /// Hosts whose breaker lets nothing through now.
    pub breakers_open: usize,
    /// The least remaining share (0 to 1) of the reported allowances of each
    /// provider.
    pub quota_remaining: std::collections::BTreeMap<String, f64>,
}

/// A daily allowance that is used up, as this server sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exhausted {
    /// How long it has been so.
    pub lasting: Duration,
    /// How long until one call may look whether it is back. An estimate where
    /// the provider gave no time; zero when that call is due or under way.
    pub left: Duration,
}

/// How a call ended.
#[derive(Debug)]
pub struct Answer {
    /// The provider's answer, or why there is none.
    pub result: Result<Reply, Failure>,
    /// Requests that were sent for it, retries included, token calls not.
    pub sent: u32,
    /// The account's allowance as known afterwards.
    pub quota: Option<Quota>,
}

/// One attempt, as it is logged.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// From the send to the end of the body or the failure.
    pub took: Duration,
    /// Time in queue, cool-down and backoff before this attempt.
    pub waited: Duration,
    /// The provider's error code or the transport's word for what happened.
    pub outcome: String,
    /// Which limit the provider refused by, if it did.
    pub throttled: Option<crate::ThrottleKind>,
}

/// What the call log keeps of a call. Never bodies, queries or headers.
#[derive(Debug, Clone)]
pub struct CallRecord {
    /// Who asked.
    pub caller: Caller,
    /// `query`, `describe`, `token`.
    pub operation: &'static str,
    /// HTTP method.
    pub method: &'static str,
    /// Path without query.
    pub path: String,
    /// When the call entered the gate.
    pub at: SystemTime,
    /// Each send.
    pub attempts: Vec<Attempt>,
    /// Status that was answered in the end, if any.
    pub status: Option<u16>,
    /// Failure kind in the end, if any.
    pub failure: Option<crate::FailureKind>,
    /// Whole time in the gate.
    pub took: Duration,
}

/// Takes records of calls; must return at once.
pub trait CallLog: Send + Sync {
    /// Keeps or drops the record without waiting.
    fn record(&self, record: CallRecord);
}
