//! Associations.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of the records that belong to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssociationPage {
    /// The records.
    pub data: Vec<Association>,
    /// What to send as `cursor` for the next page; null on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

/// A record that belongs to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Association {
    /// The provider's id of the record.
    #[schema(examples("003Ws000004FqyTIAS"))]
    pub id: String,
    /// Its object.
    #[schema(examples("contact"))]
    pub object: String,
    /// The part that it plays, in the provider's words, where the provider keeps
    /// one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("Decision Maker"))]
    pub role: Option<String>,
    /// Whether it is the first among several, where the provider keeps that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub is_primary: Option<bool>,
}
