//! Tenants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One of the operator's customers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Tenant {
    /// Our id.
    #[schema(examples("ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub id: String,
    /// Name for people.
    pub name: String,
    /// The operator's own id of this customer.
    #[schema(required)]
    pub external_id: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
}

/// A tenant to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantCreate {
    /// Name for people.
    #[schema(min_length = 1, max_length = 255, examples("Acme Ltd"))]
    pub name: String,
    /// The operator's own id of this customer; no two tenants have the same.
    /// It can be used wherever a tenant's id is asked for in a header or an
    /// address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 255, examples("acme"))]
    pub external_id: Option<String>,
}

/// A page of tenants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TenantPage {
    /// The tenants, oldest first.
    pub data: Vec<Tenant>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
