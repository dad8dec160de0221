//! Answer headers that tell what an answer cost.

use actix_web::HttpResponseBuilder;
use actix_web::http::header::{HeaderName, HeaderValue};
use heddle_engine::Cost;

/// Requests sent to the provider for this answer.
pub(crate) const CALLS: &str = "x-provider-calls";
/// The account's allowance in the period.
pub(crate) const LIMIT: &str = "x-provider-ratelimit-limit";
/// What is left of it.
pub(crate) const REMAINING: &str = "x-provider-ratelimit-remaining";

/// Says that the answer is the stored one of an earlier request.
const REPLAYED: &str = "idempotency-replayed";

/// The version of the record in the answer.
pub(crate) fn etag(version: &str) -> Option<HeaderValue> {
    HeaderValue::try_from(format!("\"{version}\"")).ok()
}

/// Marks an answer that was not made now.
pub(crate) fn replayed(answer: &mut HttpResponseBuilder) {
    answer.insert_header((HeaderName::from_static(REPLAYED), "true"));
}

/// Writes the cost headers; the allowance only where the provider told it.
pub(crate) fn cost(answer: &mut HttpResponseBuilder, cost: &Cost) {
    answer.insert_header((HeaderName::from_static(CALLS), cost.calls.to_string()));
    if let Some(quota) = &cost.quota {
        answer.insert_header((HeaderName::from_static(LIMIT), quota.limit.to_string()));
        answer.insert_header((HeaderName::from_static(REMAINING), quota.remaining().to_string()));
    }
}
