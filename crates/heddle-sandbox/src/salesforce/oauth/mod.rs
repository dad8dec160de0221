//! The flows in which a person, or a key, stands behind a token: consent page,
//! codes, refresh tokens, signed assertions.

mod assertion;
mod authorize;
mod exchange;
mod grants;
mod page;

pub(super) use assertion::by_assertion;
pub(super) use authorize::authorize;
pub(super) use exchange::{by_code, by_refresh_token};
pub(super) use grants::Grants;

use super::errors::oauth_error;
use crate::serve::Answer;

/// The one error that most refusals of a grant have.
fn invalid_grant(description: &str) -> Answer {
    oauth_error(400, "invalid_grant", description)
}

/// Milliseconds since 1970.
fn now_ms() -> i64 {
    chrono::Utc::now().timestamp_millis()
}
