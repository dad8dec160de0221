//! Every way in which the API says no: one table, from which answers, the
//! OpenAPI document and the docs are made.

use heddle_connector::{Failure, FailureKind};
use heddle_gate::{ProviderError, Quota};
use std::time::Duration;

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// The request.
    Client,
    /// This server.
    Heddle,
    /// The CRM.
    Provider,
}

impl Origin {
    /// The word in answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Heddle => "heddle",
            Self::Provider => "provider",
        }
    }
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct CodeInfo {
    /// The code.
    pub code: Code,
    /// Its stable word.
    pub name: &'static str,
    /// HTTP status.
    pub status: u16,
    /// Who has to act.
    pub origin: Origin,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// One line for people.
    pub title: &'static str,
}

macro_rules! codes {
    ($($variant:ident $name:literal $status:literal $origin:ident $retryable:literal $title:literal;)*) => {
        /// A stable error code of the API.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Code {
            $(#[doc = $title] $variant,)*
        }

        impl Code {
            /// The whole table, in the order of the docs.
            pub const TABLE: &'static [CodeInfo] = &[
                $(CodeInfo {
                    code: Code::$variant,
                    name: $name,
                    status: $status,
                    origin: Origin::$origin,
                    retryable: $retryable,
                    title: $title,
                },)*
            ];

            /// This code's row.
            pub const fn info(self) -> &'static CodeInfo {
                &Self::TABLE[self as usize]
            }
        }
    };
}

codes! {
    InvalidRequest "invalid_request" 400 Client false "The request is not well formed.";
    InvalidCursor "invalid_cursor" 400 Client false "The cursor is broken, belongs elsewhere, or the provider dropped it.";
    AmbiguousConnection "ambiguous_connection" 400 Client false "The tenant has several connections; name one.";
    UnsupportedFilter "unsupported_filter" 400 Client false "The provider cannot filter or sort like this.";
    ConsentExpired "consent_expired" 400 Client false "The consent is unknown, was used, or took too long; start again.";
    Unauthorized "unauthorized" 401 Client false "The API key is missing, unknown or expired.";
    Forbidden "forbidden" 403 Client false "The API key lacks the scope for this.";
    PermissionDenied "permission_denied" 403 Provider false "The connected user may not do this in the CRM.";
    ConsentRefused "consent_refused" 403 Provider false "The person or the provider said no to the consent.";
    NotFound "not_found" 404 Client false "There is no such thing, or this key may not see it.";
    MethodNotAllowed "method_not_allowed" 405 Client false "The address does not take this method.";
    Conflict "conflict" 409 Client false "The state of the record or resource does not allow it now.";
    DuplicateDetected "duplicate_detected" 409 Provider false "The CRM holds such a record already.";
    IdempotencyInProgress "idempotency_in_progress" 409 Client true "A request with this idempotency key is still running.";
    ConnectionNeedsReauth "connection_needs_reauth" 409 Client false "The tenant must connect the CRM again.";
    ConnectionPaused "connection_paused" 409 Client false "The login leads to another account than the connection's; confirm it, or swap the credentials.";
    ExportCancelled "export_cancelled" 409 Client false "The export was ended before its data was read.";
    ExportExpired "export_expired" 410 Client false "The export's result is kept no longer; start a new one.";
    AccountMismatch "account_mismatch" 409 Client false "The consent came from another account than the connection's.";
    PreconditionFailed "precondition_failed" 412 Client false "The record has changed since it was read.";
    PayloadTooLarge "payload_too_large" 413 Client false "The request body is too large.";
    ValidationFailed "validation_failed" 422 Client false "Values were refused.";
    RequiredFieldMissing "required_field_missing" 422 Client false "Values that the CRM needs are missing.";
    IdempotencyConflict "idempotency_conflict" 422 Client false "This idempotency key was used for another request.";
    UnsupportedOperation "unsupported_operation" 422 Client false "The provider or this server cannot do this.";
    ConnectionMisconfigured "connection_misconfigured" 422 Client false "The connection is set up wrongly; the detail says what to change.";
    RateLimited "rate_limited" 429 Heddle true "This server's own limit was reached.";
    ProviderRateLimited "provider_rate_limited" 429 Provider true "The CRM's limit was reached.";
    ProviderQuotaExhausted "provider_quota_exhausted" 429 Provider true "The CRM's daily allowance is used up.";
    Internal "internal" 500 Heddle true "Something went wrong in this server.";
    ProviderBadResponse "provider_bad_response" 502 Provider true "The CRM's answer cannot be read.";
    ProviderAuthFailed "provider_auth_failed" 502 Provider true "The CRM refused a fresh token.";
    OutcomeUnknown "outcome_unknown" 502 Provider false "It is not known whether the CRM did it; it was not repeated.";
    ExportFailed "export_failed" 502 Provider false "The CRM could not prepare the export.";
    ProviderUnavailable "provider_unavailable" 503 Provider true "The CRM is down.";
    ProviderTimeout "provider_timeout" 504 Provider true "The CRM did not answer in time.";
    DeadlineExceeded "deadline_exceeded" 504 Heddle true "The request's time was used up.";
}

impl Code {
    /// The code of a stable word.
    pub fn parse(name: &str) -> Option<Self> {
        Self::TABLE.iter().find(|row| row.name == name).map(|row| row.code)
    }

    /// The code of a provider call's failure.
    pub const fn of(kind: FailureKind) -> Self {
        match kind {
            FailureKind::RateLimited => Self::RateLimited,
            FailureKind::ProviderRateLimited => Self::ProviderRateLimited,
            FailureKind::QuotaExhausted => Self::ProviderQuotaExhausted,
            FailureKind::Unavailable => Self::ProviderUnavailable,
            FailureKind::Timeout => Self::ProviderTimeout,
            FailureKind::DeadlineExceeded => Self::DeadlineExceeded,
            FailureKind::OutcomeUnknown => Self::OutcomeUnknown,
            FailureKind::BadResponse => Self::ProviderBadResponse,
            FailureKind::AuthFailed => Self::ProviderAuthFailed,
            FailureKind::NeedsReauth => Self::ConnectionNeedsReauth,
            // A field that stays invisible after a new describe is the connection's set-up.
            FailureKind::Misconfigured | FailureKind::AppUnknown | FailureKind::StaleSchema => {
                Self::ConnectionMisconfigured
            }
            FailureKind::AccountChanged => Self::ConnectionPaused,
            FailureKind::PermissionDenied => Self::PermissionDenied,
            FailureKind::NotFound => Self::NotFound,
            FailureKind::ValidationFailed => Self::ValidationFailed,
            FailureKind::RequiredMissing => Self::RequiredFieldMissing,
            FailureKind::Duplicate => Self::DuplicateDetected,
            FailureKind::Conflict => Self::Conflict,
            FailureKind::PreconditionFailed => Self::PreconditionFailed,
            FailureKind::Unsupported => Self::UnsupportedOperation,
            FailureKind::InvalidCursor => Self::InvalidCursor,
            FailureKind::Internal => Self::Internal,
        }
    }
}

/// One part of a request that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body, `?name` for a query parameter, a header's
    /// name, or `steps/NAME` for a step of a connection test.
    pub pointer: String,
    /// A stable word: `unknown`, `too_long`, `too_many`, `out_of_range`,
    /// `not_allowed`, `invalid`, `missing`; for steps their outcome.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub detail: String,
    /// The provider's field behind it, if there is one.
    pub provider_field: Option<String>,
}

/// What an answer cost at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Data requests sent, retries included, token calls not.
    pub calls: u32,
    /// The account's allowance afterwards.
    pub quota: Option<Quota>,
}

/// A refusal, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {detail}", .code.info().name)]
pub struct Problem {
    /// Which row of the table.
    pub code: Code,
    /// What happened and what to do, for the caller.
    pub detail: String,
    /// The refused parts, all at once.
    pub errors: Vec<FieldError>,
    /// When a new try makes sense.
    pub retry_after: Option<Duration>,
    /// The provider's own words.
    pub provider_error: Option<ProviderError>,
    /// Provider id, once known.
    pub provider: Option<&'static str>,
    /// Connection id, once known.
    pub connection_id: Option<String>,
    /// Which connections would fit, for an ambiguous one: `(id, provider)`.
    pub candidates: Vec<(String, String)>,
    /// Ids of the provider's records that stand in the way, for duplicates.
    pub records: Vec<String>,
    /// The request that this answers, when it is the answer of an earlier one.
    pub replay_of: Option<String>,
    /// What was spent before the refusal.
    pub cost: Cost,
}

impl Problem {
    /// A problem of this code.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            provider_error: None,
            provider: None,
            connection_id: None,
            candidates: Vec::new(),
            records: Vec::new(),
            replay_of: None,
            cost: Cost::default(),
        }
    }

    /// A refused query parameter.
    pub fn parameter(name: &str, code: &'static str, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self::new(Code::InvalidRequest, detail.clone()).with_error(format!("?{name}"), code, detail)
    }

    /// Adds a refused part.
    pub fn with_error(mut self, pointer: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), code, detail: detail.into(), provider_field: None });
        self
    }

    /// Nothing there, or not visible to this key: the two are not told apart.
    pub fn not_found(what: &str) -> Self {
        Self::new(Code::NotFound, format!("no such {what}"))
    }

    /// Whether the same request may succeed later.
    pub fn retryable(&self) -> bool {
        self.code.info().retryable
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        let mut problem = Self::new(Code::of(failure.kind), failure.message);
        problem.retry_after = failure.retry_after;
        problem.errors = failure
            .fields
            .iter()
            .map(|field| FieldError {
                pointer: String::new(),
                code: "invalid",
                detail: format!("the provider names its field {field}"),
                provider_field: Some(field.clone()),
            })
            .collect();
        problem.records = failure.records;
        problem.provider_error = failure.provider;
        problem
    }
}

impl From<crate::StoreError> for Problem {
    fn from(error: crate::StoreError) -> Self {
        match error {
            crate::StoreError::Exists(what) => Self::new(Code::Conflict, format!("{what} exists already")),
            crate::StoreError::Failed(why) => {
                tracing::error!(error = %why, "the database failed");
                Self::new(Code::Internal, "the database did not answer as it should; see the server's log")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_stands_at_its_own_place_in_the_table() {
        for (place, row) in Code::TABLE.iter().enumerate() {
            assert_eq!(row.code as usize, place, "{}", row.name);
            assert_eq!(row.code.info().name, row.name);
            assert!(Code::TABLE.iter().filter(|other| other.name == row.name).count() == 1);
        }
    }
}
