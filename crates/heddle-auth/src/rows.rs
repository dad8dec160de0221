//! The stored side of a grant, as a port. The store implements it.

use async_trait::async_trait;
use std::time::SystemTime;

/// A secret as it is stored: sealed by the vault, with the key's id in front.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(pub String);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sealed(..)")
    }
}

/// Whether a grant can give tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// Tokens can be obtained.
    Active,
    /// The grant is dead; only a new consent helps.
    NeedsReauth,
    /// The provider refuses the app or its set-up; the reason says what to
    /// change. For people to see: calls ask for a token now and then all the
    /// same, and a success makes the grant active again.
    Misconfigured,
}

impl GrantState {
    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NeedsReauth => "needs_reauth",
            Self::Misconfigured => "misconfigured",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Active, Self::NeedsReauth, Self::Misconfigured].into_iter().find(|s| s.as_str() == word)
    }
}

/// A grant as stored.
#[derive(Debug, Clone)]
pub struct GrantRow {
    /// The tenant that owns the connection; part of what seals the secrets.
    pub tenant_id: String,
    /// The connection it belongs to.
    pub connection_id: String,
    /// Provider id.
    pub provider: String,
    /// Kind of authorisation: `client_credentials`.
    pub kind: String,
    /// Login base URL (`https://acme.my.salesforce.com`); checked again at each use.
    pub login: String,
    /// The app's client id.
    pub client_id: String,
    /// The app's client secret.
    pub client_secret: Sealed,
    /// The newest access token.
    pub access_token: Option<Sealed>,
    /// Base URL of data calls, from the newest token answer.
    pub base_url: Option<String>,
    /// Grows by one with each stored token.
    pub version: u64,
    /// When the newest token was asked for.
    pub obtained_at: Option<SystemTime>,
    /// When it is assumed to end.
    pub expires_at: Option<SystemTime>,
    /// Whether tokens can be had.
    pub state: GrantState,
    /// Why not, in a sentence.
    pub reason: Option<String>,
}

/// A token to store.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// The access token.
    pub access_token: Sealed,
    /// Base URL that came with it.
    pub base_url: String,
    /// When it was asked for.
    pub obtained_at: SystemTime,
    /// When it is assumed to end.
    pub expires_at: SystemTime,
}

/// The database could not do it. The text is for the log, not for callers.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct RowError(pub String);

/// Reads and writes grants.
#[async_trait]
pub trait TokenRows: Send + Sync {
    /// The grant of a connection; `None` when the connection is gone.
    ///
    /// # Errors
    /// When the database fails.
    async fn load(&self, connection_id: &str) -> Result<Option<GrantRow>, RowError>;

    /// Stores a token as version `spent + 1`, if the stored version is still
    /// `spent`. Answers whether it was. Also makes the grant active again.
    ///
    /// # Errors
    /// When the database fails.
    async fn commit(&self, connection_id: &str, spent: u64, token: &NewToken) -> Result<bool, RowError>;

    /// Writes the verdict on a grant, if its version is still `version`.
    ///
    /// # Errors
    /// When the database fails.
    async fn set_state(
        &self,
        connection_id: &str,
        version: u64,
        state: GrantState,
        reason: Option<&str>,
    ) -> Result<bool, RowError>;
}
