//! API keys.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An API key of this server; the secret is shown once, when it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKey {
    /// Our id.
    #[schema(examples("key_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The first characters of the secret, to recognise it by.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The only tenants that it may see; null = all.
    #[schema(required)]
    pub tenants: Option<Vec<String>>,
    /// When it ends; null = never.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// When it was last used, to the minute.
    #[schema(required, format = DateTime)]
    pub last_used_at: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// A key to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyCreate {
    /// Name for people.
    #[schema(min_length = 1, max_length = 255, examples("nightly export"))]
    pub name: String,
    /// What it may do, at least one of: `crm:read`, `crm:write`,
    /// `passthrough`, `tenants`, `connections`, `keys`, `calls`.
    #[schema(min_items = 1, max_items = 64, examples(json!(["crm:read"])))]
    pub scopes: Vec<String>,
    /// The only tenants that it may see, by `ten_` id; all when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub tenants: Option<Vec<String>>,
    /// When it ends (RFC 3339); never when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
}

/// A key just made: the only answer that holds the secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyCreated {
    /// The key.
    pub key: ApiKey,
    /// What to send as `Authorization: Bearer ...`. Keep it: it cannot be
    /// shown again.
    pub secret: String,
}

/// A page of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApiKeyPage {
    /// The keys, oldest first.
    pub data: Vec<ApiKey>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
