//! Connections and their tests.

use super::MappingDrift;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A tenant's authorised account at a provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Connection {
    /// Our id.
    #[schema(examples("con_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub id: String,
    /// Whose it is.
    pub tenant_id: String,
    /// The provider's id.
    #[schema(examples("salesforce"))]
    pub provider: String,
    /// How it is authorised.
    #[schema(examples("client_credentials"))]
    pub auth_kind: String,
    /// The login host, as given.
    pub login: String,
    /// Whether it can be used: `active`, `waiting_for_app`, `needs_reauth`,
    /// `misconfigured`, `quota_exhausted` or `org_changed`. What each means and
    /// what to do is in the docs under connections; new ones may come.
    #[schema(examples("active"))]
    pub state: String,
    /// Why it cannot be used.
    #[schema(required)]
    pub reason: Option<String>,
    /// Since when it is in this state; null where that was not noted.
    #[schema(required, format = DateTime)]
    pub since: Option<String>,
    /// When something is tried again by itself.
    #[schema(required, format = DateTime)]
    pub retry_at: Option<String>,
    /// When the state ends by itself.
    #[schema(required, format = DateTime)]
    pub until: Option<String>,
    /// Whether `until` is an estimate.
    pub until_estimated: bool,
    /// With `org_changed`: the account that the login leads to now.
    #[schema(required)]
    pub found_id: Option<String>,
    /// The provider's own id of the account.
    #[schema(required)]
    pub remote_id: Option<String>,
    /// The account's name.
    #[schema(required)]
    pub remote_account: Option<String>,
    /// The user that calls run as.
    #[schema(required)]
    pub remote_user: Option<String>,
    /// Where data calls go, as last known.
    #[schema(required)]
    pub base_url: Option<String>,
    /// The provider's API version in use.
    #[schema(required)]
    pub api_version: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last tested.
    #[schema(required, format = DateTime)]
    pub checked_at: Option<String>,
    /// The account's own currency, in which amounts are where records name
    /// none; null where each record names its own, or where it is not known.
    #[schema(required)]
    pub currency: Option<String>,
    /// What the account uses of the provider, as last described: `multi_currency`,
    /// `person_accounts`, `state_country_picklists`, `enhanced_email`,
    /// `enhanced_notes`, `record_types`, each `on`, `off` or `unknown`. What the
    /// connected user cannot see counts as off. Only where one connection is
    /// asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub features: Option<BTreeMap<String, String>>,
    /// Mapped fields that do not fit the account any more, as last described;
    /// only where one connection is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub drift: Option<Vec<MappingDrift>>,
}

/// A connection to make. It is tested first and stored only if it works.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionCreate {
    /// Whose it is: a tenant's `ten_` id.
    #[schema(max_length = 255, examples("ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub tenant_id: String,
    /// The provider's id.
    #[schema(max_length = 255, examples("salesforce"))]
    pub provider: String,
    /// How to authorise.
    #[serde(deserialize_with = "crate::http::object::only")]
    pub auth: ConnectionAuth,
}

/// Other credentials for a connection. They are tested first, and take the
/// place of the old ones only if they work.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionUpdate {
    /// How to authorise from now on.
    #[serde(deserialize_with = "crate::http::object::only")]
    pub auth: ConnectionAuth,
}

/// The account that a connection is for from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionConfirm {
    /// The provider's id of the account: the connection's `found_id`.
    #[schema(min_length = 1, max_length = 255, examples("00D5g00000AbCdEEAV"))]
    pub remote_id: String,
}

/// A connection that was deleted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionDeleted {
    /// Whether the provider says that the connection's token has ended. The
    /// connection is gone either way.
    pub revoked: bool,
    /// What became of the token.
    pub detail: String,
}

/// Credentials of a connection to make; `kind` says which fields are asked
/// for. They are sealed before they are stored and never shown again.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectionAuth {
    /// The kind of authorisation; the catalogue of providers says which ones
    /// a provider takes.
    pub kind: AuthMethod,
    /// For every kind: the login base URL of the tenant's account, at Salesforce
    /// the org's My Domain; for `jwt_bearer` also `https://login.salesforce.com`
    /// and, for sandboxes, `https://test.salesforce.com`.
    #[serde(default)]
    #[schema(max_length = 255, format = "uri", examples("https://acme.my.salesforce.com"))]
    pub my_domain: Option<String>,
    /// For every kind: the app's client id.
    #[serde(default)]
    #[schema(max_length = 1024)]
    pub client_id: Option<String>,
    /// For `client_credentials`: the app's client secret.
    #[serde(default, deserialize_with = "secret")]
    #[schema(value_type = Option<String>, max_length = 1024, format = Password, write_only)]
    pub client_secret: Option<SecretString>,
    /// For `jwt_bearer`: the user that calls run as, by username.
    #[serde(default)]
    #[schema(max_length = 255)]
    pub username: Option<String>,
    /// For `jwt_bearer`: the RSA private key in PEM, without a password, whose
    /// certificate the app has.
    #[serde(default, deserialize_with = "secret")]
    #[schema(value_type = Option<String>, max_length = 4096, format = Password, write_only)]
    pub private_key: Option<SecretString>,
}

/// A kind of authorisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthMethod {
    /// OAuth client id and secret of an app in the tenant's account.
    ClientCredentials,
    /// Assertions signed with the key whose certificate an app in the tenant's
    /// account has.
    JwtBearer,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
}

/// A page of connections.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionPage {
    /// The connections, oldest first.
    pub data: Vec<Connection>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// What a connection's test found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionTest {
    /// Whether the connection can be used.
    pub passed: bool,
    /// The connection as it stands after the test.
    pub connection: Connection,
    /// Each step, in the order taken; the first failed one is the last.
    pub steps: Vec<ConnectionStep>,
}

/// One step of a connection's test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConnectionStep {
    /// What was looked at.
    pub name: String,
    /// How it went: `ok`, `note`, `warning` or `failed`.
    #[schema(examples("ok"))]
    pub outcome: String,
    /// What was found, and what to do about it.
    pub detail: String,
}
