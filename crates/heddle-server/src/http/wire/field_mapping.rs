//! Field mappings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a field mapping is to say; its names stand in the address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldMappingSet {
    /// The provider's field, a custom one or any other of the object.
    #[schema(min_length = 1, max_length = 255, examples("Loyalty_Tier__c"))]
    pub provider_field: String,
    /// How values are read and written: `text`, `id`, `integer`, `number`,
    /// `decimal`, `boolean`, `date`, `datetime` or `list`. It must fit the
    /// field's type.
    #[schema(examples("text"))]
    pub codec: String,
    /// `both`, `read` or `write`; `both` when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("both"))]
    pub direction: Option<String>,
}

/// A provider's field under a name of the operator's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldMapping {
    /// The common object, as in addresses.
    #[schema(examples("contacts"))]
    pub object: String,
    /// The key in the records' `mapped_fields`.
    #[schema(examples("loyalty_tier"))]
    pub name: String,
    /// The provider.
    #[schema(examples("salesforce"))]
    pub provider: String,
    /// The provider's field.
    #[schema(examples("Loyalty_Tier__c"))]
    pub provider_field: String,
    /// How values are read and written.
    #[schema(examples("text"))]
    pub codec: String,
    /// `both`, `read` or `write`.
    #[schema(examples("both"))]
    pub direction: String,
    /// Whose it is: `connection`, or `tenant` for all of the tenant's
    /// connections to the provider.
    #[schema(examples("connection"))]
    pub level: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// All field mappings of a tenant, or those that count for a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldMappingList {
    /// The mappings, by object and name. At most 100 an object count for one
    /// connection, so there are no pages.
    pub data: Vec<FieldMapping>,
}

/// A mapped field that does not fit the connection's account any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MappingDrift {
    /// The common object.
    #[schema(examples("contacts"))]
    pub object: String,
    /// The key in `mapped_fields`.
    #[schema(examples("loyalty_tier"))]
    pub name: String,
    /// The provider's field.
    #[schema(examples("Loyalty_Tier__c"))]
    pub provider_field: String,
    /// `gone_or_hidden`: the account does not have the field, or hides it from
    /// the connected user. `type_changed`: the codec does not read it any more.
    /// `not_writable`: it can only be read now.
    #[schema(examples("gone_or_hidden"))]
    pub kind: String,
    /// When it was first seen.
    #[schema(format = DateTime)]
    pub since: String,
}
