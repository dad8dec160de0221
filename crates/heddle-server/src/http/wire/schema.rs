//! The fields of an object, as one connection has them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An object of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectSchema {
    /// The object.
    pub data: ObjectFields,
}

/// An object's fields and what can be done with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectFields {
    /// The common object, as in addresses; `objects` for any other.
    #[schema(examples("contacts"))]
    pub object: String,
    /// The provider's own name of it.
    #[schema(examples("Contact"))]
    pub provider_object: String,
    /// `list`, `search`, `fetch`, `create`, `update`, `delete`, `upsert`, `batch`.
    pub operations: Vec<String>,
    /// Common fields in the order of records, then custom and mapped ones.
    pub fields: Vec<ObjectField>,
    /// Common fields, and parts of them, that this connection cannot give.
    pub missing: Vec<MissingField>,
    /// Names by which an upsert takes one call.
    pub upsert_keys: Vec<String>,
    /// Names that filters can use.
    pub filterable: Vec<String>,
    /// Names that a list can be sorted by.
    pub sortable: Vec<String>,
}

/// A field that a connection cannot give.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissingField {
    /// The field, `addresses.country_code` for a part of one.
    #[schema(examples("addresses.country_code"))]
    pub field: String,
    /// `hidden_by_permission_or_absent`, `feature_off`, `no_such_concept`,
    /// `not_built_yet`, `needs_extra_call`, `computed_elsewhere` or
    /// `only_as_custom_field`; new ones may come.
    #[schema(examples("feature_off"))]
    pub reason: String,
    /// With `feature_off`: the feature, by the name that a connection's
    /// `features` has for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("state_country_picklists"))]
    pub feature: Option<String>,
    /// The reason in words.
    pub detail: String,
    /// The provider's field, where there would be one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("MailingCountryCode"))]
    pub provider_field: Option<String>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ObjectField {
    /// The name in the API; `custom_fields.KEY` for custom ones, `fields.KEY`
    /// for those of any other object, and `mapped_fields.NAME` for those under
    /// the operator's own names.
    #[schema(examples("last_name"))]
    pub name: String,
    /// The kind of value: `text`, `reference`, `datetime`, `date`, `boolean`,
    /// `integer`, `decimal`, `number`, `enum`, `list`, `money` and more in time.
    #[schema(examples("text"))]
    pub kind: String,
    /// What it is.
    pub description: String,
    /// Whether it can be set in a new record, in part at least.
    pub createable: bool,
    /// Whether it can be changed, in part at least.
    pub updateable: bool,
    /// Whether a new record must have it.
    pub required: bool,
    /// The words of an enum of this API.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Where it stands at the provider; several places for lists and groups.
    pub slots: Vec<FieldSlot>,
    /// Why this connection cannot give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unavailable: Option<String>,
}

/// A place at the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldSlot {
    /// The `type` of the list's item that stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("WORK"))]
    pub r#type: Option<String>,
    /// The part of the item or group that stands here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("city"))]
    pub part: Option<String>,
    /// The provider's field.
    #[schema(examples("MailingCity"))]
    pub provider_field: String,
    /// The provider's name of it for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub label: Option<String>,
    /// The provider's type word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider_type: Option<String>,
    /// Whether a new record must have it.
    pub required: bool,
    /// Whether it can be set in a new record.
    pub createable: bool,
    /// Whether it can be changed.
    pub updateable: bool,
    /// Longest text, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub max_length: Option<u32>,
    /// The provider's words for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<FieldOption>,
    /// Whether the provider refuses other words.
    pub restricted: bool,
    /// Whether no two records may have the same value.
    pub unique: bool,
    /// Names in `mapped_fields` under which it stands too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mapped_to: Vec<String>,
    /// The provider's objects that it points at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// Why this connection does not have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub unavailable: Option<String>,
}

/// A word that the provider offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldOption {
    /// What is stored.
    pub value: String,
    /// What people see.
    pub label: String,
    /// Whether new records get it when nothing is said.
    pub default: bool,
}
