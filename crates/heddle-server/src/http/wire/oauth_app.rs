//! The operator's apps at providers, and consents to them.

use super::ConnectionStep;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

/// An app that the operator registered at a provider. Its secret is never shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OAuthApp {
    /// Our id.
    #[schema(examples("app_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub id: String,
    /// The provider's id.
    #[schema(examples("salesforce"))]
    pub provider: String,
    /// Name for people.
    pub name: String,
    /// Where people log in when a consent names no other host.
    #[schema(format = "uri", examples("https://login.salesforce.com"))]
    pub login: String,
    /// The provider's id of the app.
    pub client_id: String,
    /// What consents ask for.
    pub scopes: Vec<String>,
    /// The callback address to register at the provider, character by
    /// character; null while this server has no public address.
    #[schema(required, format = "uri")]
    pub redirect_uri: Option<String>,
    /// What the provider refused the app with when it was last used; every
    /// connection that was made with it waits for a change.
    #[schema(required)]
    pub trouble: Option<String>,
    /// Since when.
    #[schema(required, format = DateTime)]
    pub trouble_since: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// An app to register.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuthAppCreate {
    /// The provider's id.
    #[schema(max_length = 255, examples("salesforce"))]
    pub provider: String,
    /// Name for people.
    #[schema(min_length = 1, max_length = 255)]
    pub name: String,
    /// Where people log in: at Salesforce `https://login.salesforce.com` (the
    /// default), `https://test.salesforce.com` for sandboxes, or a My Domain.
    #[serde(default)]
    #[schema(max_length = 255, format = "uri")]
    pub login: Option<String>,
    /// The provider's id of the app: at Salesforce the consumer key.
    #[schema(max_length = 1024)]
    pub client_id: String,
    /// Its secret; sealed before it is stored and never shown again.
    #[serde(deserialize_with = "secret")]
    #[schema(value_type = String, max_length = 1024, format = Password, write_only)]
    pub client_secret: SecretString,
    /// What consents ask for; left out: what this server needs.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// The callback address as registered at the provider; left out:
    /// `/oauth/callback/{provider}` under this server's public address.
    #[serde(default)]
    #[schema(max_length = 1024, format = "uri")]
    pub redirect_uri: Option<String>,
}

/// What to change of an app; what is left out stays. Provider and client id
/// cannot change: tokens belong to the app that issued them.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OAuthAppUpdate {
    /// Name for people.
    #[serde(default)]
    #[schema(min_length = 1, max_length = 255)]
    pub name: Option<String>,
    /// Where people log in.
    #[serde(default)]
    #[schema(max_length = 255, format = "uri")]
    pub login: Option<String>,
    /// A new secret, in use at once for every connection of the app.
    #[serde(default, deserialize_with = "maybe_secret")]
    #[schema(value_type = Option<String>, max_length = 1024, format = Password, write_only)]
    pub client_secret: Option<SecretString>,
    /// What consents ask for from now on.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
    /// The callback address; null for this server's own.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>, max_length = 1024, format = "uri")]
    pub redirect_uri: Option<Option<String>>,
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<SecretString, D::Error> {
    String::deserialize(from).map(SecretString::from)
}

fn maybe_secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretString>, D::Error> {
    Ok(Option::<String>::deserialize(from)?.map(SecretString::from))
}

/// Tells null from absent.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(from).map(Some)
}

/// A page of apps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OAuthAppPage {
    /// The apps, oldest first.
    pub data: Vec<OAuthApp>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// What a check of an app found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OAuthAppCheck {
    /// Whether consents can be asked for with it.
    pub passed: bool,
    /// The app as it stands after the check.
    pub app: OAuthApp,
    /// Each step, in the order taken.
    pub steps: Vec<ConnectionStep>,
}

/// A consent to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsentCreate {
    /// Whose connection it is going to be: a tenant's `ten_` id.
    #[schema(max_length = 255, examples("ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub tenant_id: String,
    /// The provider's id.
    #[schema(max_length = 255, examples("salesforce"))]
    pub provider: String,
    /// The operator's app to ask with; may be left out where there is one.
    #[serde(default)]
    #[schema(max_length = 255)]
    pub app_id: Option<String>,
    /// The connection to consent to anew. Its account must come back; what it
    /// has stays until then. Left out: a new connection.
    #[serde(default)]
    #[schema(max_length = 255)]
    pub connection_id: Option<String>,
    /// Another login host than the app's, such as the org's My Domain.
    #[serde(default)]
    #[schema(max_length = 255, format = "uri")]
    pub login: Option<String>,
    /// Where the browser goes in the end, on one of the origins that the server
    /// allows. It gets `result=connected` with `connection_id`, or
    /// `result=failed` with a `code`. Left out: a plain page of this server.
    #[serde(default)]
    #[schema(max_length = 1024, format = "uri")]
    pub return_url: Option<String>,
    /// Whether the provider is to ask for the login although there is one, so
    /// that another user can be chosen.
    #[serde(default)]
    pub login_again: bool,
}

/// Where to send a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ConsentStarted {
    /// The provider's page, for the person's browser. Good for one consent.
    #[schema(format = "uri")]
    pub authorize_url: String,
    /// Until when the person must have come back.
    #[schema(format = DateTime)]
    pub expires_at: String,
}
