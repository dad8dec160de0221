//! Calls to providers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One send of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderAttempt {
    /// HTTP status; null when no answer came.
    #[schema(required)]
    pub status: Option<u16>,
    /// `ok`, the provider's error code, or what happened: `not_sent`,
    /// `timeout`, `reset`, `truncated`, `too_large`, `refused`.
    #[schema(examples("ok"))]
    pub outcome: String,
    /// Duration of the send.
    pub took_ms: i64,
    /// Time in queue, cool-down, backoff and for a token before it.
    pub waited_ms: i64,
}

/// A call to a provider, with its retries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderCall {
    /// Our id.
    #[schema(examples("call_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub id: String,
    /// When it began.
    #[schema(format = DateTime)]
    pub at: String,
    /// Whose it was.
    pub tenant_id: String,
    /// The connection, or the candidate that was being tested; it may be gone.
    pub connection_id: String,
    /// Provider id.
    #[schema(examples("salesforce"))]
    pub provider: String,
    /// Id of the API request that caused it.
    pub request_id: String,
    /// What kind of call: `query`, `describe`, `token`.
    #[schema(examples("query"))]
    pub operation: String,
    /// HTTP method.
    #[schema(examples("GET"))]
    pub method: String,
    /// Path at the provider, without its query.
    pub path: String,
    /// Status that was answered in the end; null when there was none.
    #[schema(required)]
    pub status: Option<u16>,
    /// Why it failed; null when it did not.
    #[schema(required, examples("provider_rate_limited"))]
    pub failure: Option<String>,
    /// Requests that may have reached the provider, retries included.
    pub cost: u32,
    /// The whole time, waits included.
    pub took_ms: i64,
    /// Each send, in order; none when it was refused before.
    pub attempts: Vec<ProviderAttempt>,
}

/// A page of calls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderCallPage {
    /// The calls, newest first.
    pub data: Vec<ProviderCall>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
