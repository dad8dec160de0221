//! Why a call did not succeed, in the words of this program.

use std::time::Duration;

/// The closed list of ways in which a provider call ends badly. Each stands
/// for one error code of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// Our own queue or limit refused it; nothing was sent.
    RateLimited,
    /// The provider's short-window or concurrency limit.
    ProviderRateLimited,
    /// The provider's daily allowance is used up.
    QuotaExhausted,
    /// The provider is down, or our breaker for it is open.
    Unavailable,
    /// The provider did not answer in time.
    Timeout,
    /// The caller's deadline passed before an answer.
    DeadlineExceeded,
    /// A write was sent and nobody knows whether it happened.
    OutcomeUnknown,
    /// An answer that cannot be read: cut, HTML, not what was asked.
    BadResponse,
    /// The provider refused a fresh token.
    AuthFailed,
    /// The grant is dead: the tenant must consent again.
    NeedsReauth,
    /// The connection is set up wrongly; the message says what to change.
    Misconfigured,
    /// The provider does not know the app: a wrong client id, or an app so new
    /// that not all of the provider has heard of it yet.
    AppUnknown,
    /// The login leads to another account than the connection's; a person must
    /// confirm it before anything is sent.
    AccountChanged,
    /// The connected user may not do this.
    PermissionDenied,
    /// No such record, or not visible.
    NotFound,
    /// The provider refused the values.
    ValidationFailed,
    /// The provider misses values that it needs.
    RequiredMissing,
    /// The provider holds a record like it already.
    Duplicate,
    /// The record's state does not allow it now.
    Conflict,
    /// A condition on the record's version failed.
    PreconditionFailed,
    /// The provider cannot do this at all.
    Unsupported,
    /// A field we asked for is not visible any more: describe and plan anew.
    StaleSchema,
    /// The provider does not know the page token any more.
    InvalidCursor,
    /// A fault of ours.
    Internal,
}

impl FailureKind {
    /// Its word in the call log and in metrics; stored, so it never changes.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::ProviderRateLimited => "provider_rate_limited",
            Self::QuotaExhausted => "quota_exhausted",
            Self::Unavailable => "unavailable",
            Self::Timeout => "timeout",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::OutcomeUnknown => "outcome_unknown",
            Self::BadResponse => "bad_response",
            Self::AuthFailed => "auth_failed",
            Self::NeedsReauth => "needs_reauth",
            Self::Misconfigured => "misconfigured",
            Self::AppUnknown => "app_unknown",
            Self::AccountChanged => "account_changed",
            Self::PermissionDenied => "permission_denied",
            Self::NotFound => "not_found",
            Self::ValidationFailed => "validation_failed",
            Self::RequiredMissing => "required_missing",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition_failed",
            Self::Unsupported => "unsupported",
            Self::StaleSchema => "stale_schema",
            Self::InvalidCursor => "invalid_cursor",
            Self::Internal => "internal",
        }
    }
}

/// The provider's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderError {
    /// HTTP status.
    pub status: u16,
    /// Its error code, if it gave one.
    pub code: Option<String>,
    /// Its message, cleaned and cut to 500 characters.
    pub message: String,
}

/// A provider call that did not succeed. Giving up is final: nothing above the
/// gate may send it again by itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// Which way.
    pub kind: FailureKind,
    /// One sentence for the caller: what happened and what to do.
    pub message: String,
    /// When a new try makes sense.
    pub retry_after: Option<Duration>,
    /// The provider's words, when it said any.
    pub provider: Option<ProviderError>,
    /// Provider fields that the error names.
    pub fields: Vec<String>,
    /// Ids of records that the error names: those that are there already.
    pub records: Vec<String>,
    /// Whether at least one request of this call may have reached the provider.
    pub sent: bool,
}

impl Failure {
    /// A failure without provider's words, before anything was sent.
    pub fn new(kind: FailureKind, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            retry_after: None,
            provider: None,
            fields: Vec::new(),
            records: Vec::new(),
            sent: false,
        }
    }

    /// The same, with a time after which a new try makes sense.
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}
