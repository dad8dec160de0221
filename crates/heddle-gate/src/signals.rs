//! What a connector reads out of an answer. Pure data: the gate decides.

use crate::{FailureKind, ScopeKind};
use std::time::Duration;

/// What kind of limit was hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThrottleKind {
    /// Too many calls in a short window.
    Rate,
    /// The day's allowance is used up.
    Daily,
    /// Too many calls at once.
    Concurrency,
}

/// A refusal because of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Throttle {
    /// Which kind.
    pub kind: ThrottleKind,
    /// The scope that the provider named, or the one that owns such limits.
    pub scope: ScopeKind,
}

/// A refusal because of the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthProblem {
    /// The session ended: a new token cures it.
    SessionExpired,
    /// A new token will not help.
    Hopeless,
}

/// A figure that the provider gave about an allowance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaSample {
    /// Whose allowance.
    pub scope: ScopeKind,
    /// Calls used in the period; may exceed `limit` where overflow is soft.
    pub used: u64,
    /// Calls allowed in the period.
    pub limit: u64,
}

/// Whether a failed call may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Sending again would fail again.
    Never,
    /// A passing fault with unknown effect: by the request's replay class.
    ByReplay,
    /// Surely not processed: any request may be sent again.
    Always,
}

/// Everything the gate needs to know about one answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signals {
    /// `None` = the call did what was asked.
    pub failure: Option<FailureKind>,
    /// May it be sent again?
    pub repeat: Repeat,
    /// A limit was hit.
    pub throttle: Option<Throttle>,
    /// How long the provider asks us to wait.
    pub wait: Option<Duration>,
    /// The token was refused.
    pub auth: Option<AuthProblem>,
    /// The account lives on another host: a new token answer names it.
    pub moved: bool,
    /// Allowances that the answer reports, success or not.
    pub quota: Vec<QuotaSample>,
    /// The provider's own error code, as sent.
    pub code: Option<String>,
    /// One sentence, safe to show to the caller: no secrets, no mark-up, at most 500 characters.
    pub message: String,
    /// Provider fields that the error names.
    pub fields: Vec<String>,
    /// Ids of records that the error names: those that are there already.
    pub records: Vec<String>,
}

impl Signals {
    /// The call worked.
    pub fn success() -> Self {
        Self {
            failure: None,
            repeat: Repeat::Never,
            throttle: None,
            wait: None,
            auth: None,
            moved: false,
            quota: Vec::new(),
            code: None,
            message: String::new(),
            fields: Vec::new(),
            records: Vec::new(),
        }
    }

    /// The call failed in this way, with a sentence for the caller.
    pub fn failed(kind: FailureKind, repeat: Repeat, message: impl Into<String>) -> Self {
        Self { failure: Some(kind), repeat, message: message.into(), ..Self::success() }
    }
}
