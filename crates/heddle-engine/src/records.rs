//! Tenants, connections and keys as the engine knows them.

use crate::{AppId, ConnectionId, ConnectionState, KeyId, TenantId};
use heddle_auth::Sealed;
use heddle_connector::ObjectSchema;
use std::sync::Arc;
use std::time::SystemTime;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Read CRM records.
    CrmRead,
    /// Write CRM records.
    CrmWrite,
    /// Raw provider calls.
    Passthrough,
    /// Manage tenants.
    Tenants,
    /// Manage connections.
    Connections,
    /// Manage API keys.
    Keys,
    /// Read the call log.
    Calls,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 7] =
        [Self::CrmRead, Self::CrmWrite, Self::Passthrough, Self::Tenants, Self::Connections, Self::Keys, Self::Calls];

    /// The word in requests and answers.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CrmRead => "crm:read",
            Self::CrmWrite => "crm:write",
            Self::Passthrough => "passthrough",
            Self::Tenants => "tenants",
            Self::Connections => "connections",
            Self::Keys => "keys",
            Self::Calls => "calls",
        }
    }

    /// The scope of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == word)
    }
}

/// Whose data a finder may see: every finder starts with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// The operator itself.
    Operator,
    /// Only these tenants.
    Tenants(Arc<[TenantId]>),
}

impl Owner {
    /// Whether it may see this tenant.
    pub fn sees(&self, tenant: &TenantId) -> bool {
        match self {
            Self::Operator => true,
            Self::Tenants(list) => list.contains(tenant),
        }
    }
}

/// One of the operator's customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    /// Our id.
    pub id: TenantId,
    /// Name for people, 1 to 255 characters.
    pub name: String,
    /// The operator's own id of this customer, unique if given.
    pub external_id: Option<String>,
    /// When it was made.
    pub created_at: SystemTime,
}

/// A tenant's authorised account at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    /// Our id.
    pub id: ConnectionId,
    /// Whose it is.
    pub tenant_id: TenantId,
    /// Provider id.
    pub provider: String,
    /// Kind of authorisation.
    pub auth_kind: String,
    /// Login host as given, for people.
    pub login: String,
    /// Usable or not. In storage it is the grant's state: see `TokenRows`.
    pub state: ConnectionState,
    /// Why not, in a sentence.
    pub reason: Option<String>,
    /// Since when it is in this state; `None` where that was before it was noted.
    pub since: Option<SystemTime>,
    /// When something is tried again by itself.
    pub retry_at: Option<SystemTime>,
    /// When the state ends by itself; see [`crate::StateInfo::until_estimated`].
    pub until: Option<SystemTime>,
    /// The account that was found in place of `remote_id`, in the state
    /// `org_changed`.
    pub found_id: Option<String>,
    /// The provider's own id of the account.
    pub remote_id: Option<String>,
    /// The account's name.
    pub remote_account: Option<String>,
    /// The user that calls run as.
    pub remote_user: Option<String>,
    /// Base URL of data calls as last known, for record links.
    pub base_url: Option<String>,
    /// API version in use.
    pub api_version: Option<String>,
    /// Moves on with each change of a schema.
    pub schema_version: u64,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it was last tested.
    pub checked_at: Option<SystemTime>,
    /// How often it got another account: cursors of an earlier one are refused.
    pub generation: u64,
    /// The account's own currency, where its records name none.
    pub currency: Option<String>,
}

/// The fields of a connection's account.
#[derive(Debug, Clone)]
pub struct StoredSchemas {
    /// The connection's `schema_version` that they are of.
    pub version: u64,
    /// One schema an object; already indexed.
    pub schemas: Vec<ObjectSchema>,
}

/// An API key; the secret itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Our id.
    pub id: KeyId,
    /// Name for people.
    pub name: String,
    /// First characters of the secret, to recognise it by.
    pub prefix: String,
    /// SHA-256 of the secret, hex.
    pub hash: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Only these tenants; `None` = all.
    pub tenants: Option<Vec<TenantId>>,
    /// When it ends.
    pub expires_at: Option<SystemTime>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<SystemTime>,
    /// When it was made.
    pub created_at: SystemTime,
}

/// An app that the operator registered at a provider, for consents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OAuthApp {
    /// Our id.
    pub id: AppId,
    /// Provider id.
    pub provider: String,
    /// Name for people, 1 to 255 characters.
    pub name: String,
    /// Login base URL that people are sent to when a consent names none.
    pub login: String,
    /// The provider's id of the app.
    pub client_id: String,
    /// Its secret, sealed; never shown.
    pub client_secret: Sealed,
    /// What consents ask for.
    pub scopes: Vec<String>,
    /// The callback address that is registered at the provider; `None` for the
    /// one of this server's public address.
    pub redirect_uri: Option<String>,
    /// Grows by one with each change.
    pub version: u64,
    /// What the provider refused the app with when it was last used.
    pub trouble: Option<String>,
    /// Since when.
    pub trouble_since: Option<SystemTime>,
    /// When it was made.
    pub created_at: SystemTime,
    /// When it was last changed.
    pub updated_at: SystemTime,
}

/// A consent under way: a person was sent to the provider with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    /// Digest of the state that the browser brings back; the state itself is
    /// stored nowhere.
    pub state: String,
    /// Whose connection it is going to be.
    pub tenant_id: TenantId,
    /// Provider id.
    pub provider: String,
    /// The app that is consented to.
    pub app_id: AppId,
    /// The connection that is consented to anew; `None` for a new one.
    pub connection_id: Option<ConnectionId>,
    /// Login base URL that the person was sent to.
    pub login: String,
    /// The callback address, which the exchange of the code repeats.
    pub redirect_uri: String,
    /// The verifier of the challenge, sealed.
    pub verifier: Sealed,
    /// Where the browser goes in the end.
    pub return_url: Option<String>,
    /// After this it is refused.
    pub expires_at: SystemTime,
}
