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
    /// The provider did not know the app yet when the connection was made; a
    /// background task tries again, calls do not.
    WaitingForApp,
    /// The grant is dead; only a new consent helps.
    NeedsReauth,
    /// The provider refuses the app or its set-up; the reason says what to
    /// change. For people to see: calls ask for a token now and then all the
    /// same, and a success makes the grant active again.
    Misconfigured,
    /// The login leads to another account than the connection's. No token is
    /// given out until a person confirms the new account.
    OrgChanged,
}

impl GrantState {
    /// All states.
    pub const ALL: [Self; 5] =
        [Self::Active, Self::WaitingForApp, Self::NeedsReauth, Self::Misconfigured, Self::OrgChanged];

    /// The stored word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::WaitingForApp => "waiting_for_app",
            Self::NeedsReauth => "needs_reauth",
            Self::Misconfigured => "misconfigured",
            Self::OrgChanged => "org_changed",
        }
    }

    /// The state of a stored word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
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
    /// The provider's id of the account that the connection is for; `None`
    /// until it was identified. The connection's, not the grant's.
    pub remote_id: Option<String>,
    /// Grows by one with each stored token, with each swap of credentials, and
    /// with each change of account that is found.
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

    /// Writes that the login leads to the account `found` now, if the stored
    /// version is still `version`: state `OrgChanged`, the token forgotten, and
    /// the version moved on, so that a refresh under way for the old account
    /// cannot store its token any more.
    ///
    /// # Errors
    /// When the database fails.
    async fn pause(&self, connection_id: &str, version: u64, found: &str, reason: &str) -> Result<bool, RowError>;
}
