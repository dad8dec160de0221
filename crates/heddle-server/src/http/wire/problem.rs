//! Refusals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request was refused or failed (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Where the code is explained, relative to the server.
    #[schema(format = "uri-reference", examples("/docs/errors#unsupported_filter"))]
    pub r#type: String,
    /// The code in words; the same for every problem of this code.
    #[schema(examples("The provider cannot filter or sort like this."))]
    pub title: String,
    /// The HTTP status.
    #[schema(examples(400), minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The stable code.
    #[schema(examples("unsupported_filter"))]
    pub code: String,
    /// Who has to act: `client`, `heddle` or `provider`.
    #[schema(examples("client"))]
    pub origin: String,
    /// The request's id, as in the `Request-Id` header and in the server's log;
    /// of the first request where `Idempotency-Replayed` says that this is its
    /// stored answer.
    pub request_id: String,
    /// The provider, where the problem has to do with one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("salesforce"))]
    pub provider: Option<String>,
    /// The connection, once known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub connection_id: Option<String>,
    /// Whether the same request may succeed later.
    pub retryable: bool,
    /// Seconds after which a new try makes sense; may have decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub retry_after: Option<f64>,
    /// The refused parts of the request.
    pub errors: Vec<ProblemPart>,
    /// The provider's own words, when it said any.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider_error: Option<ProviderError>,
    /// Which connections would fit, for `ambiguous_connection`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub candidates: Vec<Candidate>,
    /// Ids of the provider's records that stand in the way, for
    /// `duplicate_detected`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<String>,
}

/// One refused part of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProblemPart {
    /// JSON pointer into the body, `?name` for a query parameter, `{name}` for
    /// a part of the address, a header's name, or `steps/NAME` for a step of a
    /// connection's test.
    #[schema(examples("?filter[colour]"))]
    pub pointer: String,
    /// What is wrong, as a stable word: `unknown`, `too_long`, `too_many`,
    /// `not_allowed`, `invalid`, `missing` and more in time. In a connection test it is the step's outcome.
    pub code: String,
    /// What is wrong, and what would be right.
    pub detail: String,
    /// The provider's field behind it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider_field: Option<String>,
}

/// The provider's own words about a failure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderError {
    /// The provider's HTTP status.
    pub status: u16,
    /// The provider's error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("REQUEST_LIMIT_EXCEEDED"))]
    pub code: Option<String>,
    /// The provider's message, at most 500 characters.
    pub message: String,
}

/// A connection that could have been meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// What to send as `X-Connection-Id`.
    pub connection_id: String,
    /// What to send as `X-Provider`.
    pub provider: String,
}
