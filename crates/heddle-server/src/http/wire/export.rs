//! Large reads.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A large read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Export {
    /// Our id.
    #[schema(examples("exp_0193f0a2b1c47d3e8f5a6b7c8d9e0f10"))]
    pub id: String,
    /// Whose connection is read.
    pub tenant_id: String,
    /// Whose account is read.
    pub connection_id: String,
    /// Plural name of the object.
    #[schema(examples("contacts"))]
    pub object: String,
    /// `preparing` by the CRM, `ready` to be read, `failed`, `cancelled`, or
    /// `expired`: the CRM keeps the result for seven days.
    #[schema(examples("preparing"))]
    pub state: String,
    /// Why it failed or ended; null otherwise.
    #[schema(required)]
    pub reason: Option<String>,
    /// How the records are read: `bulk` by a job that the CRM prepares, `rest`
    /// page by page.
    #[schema(examples("bulk"))]
    pub method: String,
    /// Why so.
    pub method_reason: String,
    /// Records: counted at the start, then as the CRM says; null when unknown.
    #[schema(required)]
    pub rows: Option<u64>,
    /// Provider calls made for it so far, its data included.
    pub calls: u64,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When its result is kept no longer.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// An export as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ExportAnswer {
    /// The export.
    pub data: Export,
}
