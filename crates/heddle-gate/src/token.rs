//! The port through which the gate obtains tokens.

use crate::{BaseUrl, Failure};
use async_trait::async_trait;
use secrecy::SecretString;
use std::time::Duration;

/// Names an authorisation: a stored connection (`con_...`), or a candidate that
/// is being tested before it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GrantId(pub String);

/// A bearer token with the host it is good for.
#[derive(Debug, Clone)]
pub struct Token {
    /// The secret itself.
    pub bearer: SecretString,
    /// Grows by one with each token of the grant.
    pub version: u64,
    /// Where calls go, already checked against the provider's host rule.
    pub base: BaseUrl,
}

/// Gives tokens and hears of refused ones.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// A token with at least `min_ttl` of assumed life. Cached ones answer at once.
    ///
    /// # Errors
    /// `NeedsReauth`, `Misconfigured`, or a passing failure of the token endpoint.
    async fn get(&self, grant: &GrantId, min_ttl: Duration) -> Result<Token, Failure>;

    /// Tells that the provider refused `version`. Answers whether a send with
    /// another token makes sense: a newer one is there or was just obtained.
    async fn rejected(&self, grant: &GrantId, version: u64) -> bool;

    /// A token at hand, without waiting: the common case.
    fn peek(&self, grant: &GrantId, min_ttl: Duration) -> Option<Token>;
}
