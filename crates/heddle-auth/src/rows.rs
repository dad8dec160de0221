//! The stored side of a grant, as a port. The store implements it.

use async_trait::async_trait;
use std::time::{Duration, SystemTime};

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

/// What an app of the operator adds to the grants that it issued.
#[derive(Debug, Clone)]
pub struct AppSecret {
    /// The app's client secret, sealed for the app; see [`crate::Keeper::seal_for_app`].
    pub sealed: Sealed,
    /// Grows by one with each change of the app.
    pub version: u64,
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
    /// Kind of authorisation: `client_credentials`, `authorization_code`, `jwt_bearer`.
    pub kind: String,
    /// Login base URL (`https://acme.my.salesforce.com`); checked again at each use.
    pub login: String,
    /// The app's client id.
    pub client_id: String,
    /// The secret that the tenant gave: the app's client secret, or the private
    /// key of `jwt_bearer`. Empty for a grant of the operator's app.
    pub client_secret: Sealed,
    /// The user of `jwt_bearer`.
    pub subject: Option<String>,
    /// The operator's app that issued the grant, the only one that can renew it.
    pub app_id: Option<String>,
    /// That app's secret as it is now; `None` without an app. Not stored with
    /// the grant.
    pub app_secret: Option<AppSecret>,
    /// What the next access token is asked for with, where a person consented.
    pub refresh_token: Option<Sealed>,
    /// The version whose refresh token somebody has announced to spend and has
    /// not been heard of since. Equal to `version`: it may be spent already.
    pub announced: Option<u64>,
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
    /// The refresh token that takes the spent one's place; `None` keeps it.
    pub refresh_token: Option<Sealed>,
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
    /// `spent`. Answers whether it was. Also makes the grant active again, and
    /// ends what was announced.
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
    /// cannot store its token any more. A `refresh` token that came with the
    /// answer is stored: the old one may be spent.
    ///
    /// # Errors
    /// When the database fails.
    async fn pause(
        &self,
        connection_id: &str,
        version: u64,
        found: &str,
        reason: &str,
        refresh: Option<&Sealed>,
    ) -> Result<bool, RowError>;

    /// Stores a refresh token that came with an answer of no other use, as
    /// version `spent + 1`, if the stored version is still `spent`. Answers
    /// whether it was. Also ends what was announced.
    ///
    /// # Errors
    /// When the database fails.
    async fn rotate(&self, connection_id: &str, spent: u64, refresh: &Sealed) -> Result<bool, RowError>;

    /// Announces that the refresh token of `version` is about to be spent by
    /// `owner`, a name that is used for this one attempt. Answers whether it may
    /// be: not when the stored version is another, nor while another owner's
    /// announcement of it is younger than `patience`, by the database's clock.
    /// A committed announcement holds in every process.
    ///
    /// # Errors
    /// When the database fails.
    async fn announce(
        &self,
        connection_id: &str,
        version: u64,
        owner: &str,
        patience: Duration,
    ) -> Result<bool, RowError>;

    /// Ends the announcement of `owner`, if it is still there. `unknown`: the
    /// token may have been spent, so the next one who announces is to know.
    ///
    /// # Errors
    /// When the database fails.
    async fn conclude(&self, connection_id: &str, owner: &str, unknown: bool) -> Result<(), RowError>;

    /// Writes what is wrong with an app of the operator, or that nothing is, if
    /// its version is still `version`. Answers whether that is news.
    ///
    /// # Errors
    /// When the database fails.
    async fn note_app(&self, app_id: &str, version: u64, trouble: Option<&str>) -> Result<bool, RowError>;

    /// Active grants with a refresh token that was last used before `before`:
    /// connection ids, the longest unused first, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    async fn idle(&self, before: SystemTime, limit: u64) -> Result<Vec<String>, RowError>;
}
