//! The JSON object of a write.

use serde_json::{Map, Value as Json};

use super::refusal::Refusal;
use crate::salesforce::errors::error;
use crate::serve::{Answer, Call};

/// The members of the body, or the answer to a body that is none.
pub(super) fn members(call: &Call<'_>) -> Result<Map<String, Json>, Answer> {
    let is_json = call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if !is_json {
        return Err(error(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json"));
    }
    serde_json::from_slice(call.body).map_err(|problem| Refusal::new("JSON_PARSER_ERROR", problem.to_string()).answer())
}

/// Whether a flag of the query string or of a header's `name=value` is set.
pub(super) fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.trim().eq_ignore_ascii_case("true"))
}
