//! The provider's own objects.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The objects of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderObjectList {
    /// Every object that the connected user sees, in the provider's order.
    pub data: Vec<AccountObject>,
}

/// An object of an account, and what the connected user can do with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountObject {
    /// The provider's name of it, as addresses have it.
    #[schema(examples("Project__c"))]
    pub name: String,
    /// Its name for people.
    #[schema(examples("Project"))]
    pub label: String,
    /// Its name for people, of several.
    #[schema(examples("Projects"))]
    pub label_plural: String,
    /// Whether the account made it, and not the provider.
    pub is_custom: bool,
    /// The common object that stands for it; null where there is none.
    #[schema(required, examples("contacts"))]
    pub common_object: Option<String>,
    /// Whether records can be listed, searched and read.
    pub queryable: bool,
    /// Whether records can be made.
    pub createable: bool,
    /// Whether records can be changed.
    pub updateable: bool,
    /// Whether records can be removed.
    pub deletable: bool,
}
