//! Searches.

use crate::http::object;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// A search: a tree of conditions and what a list takes besides.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchRequest {
    /// What the records must fulfil; all records where it is left out.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "optional")]
    pub filter: Option<SearchFilter>,
    /// A field of id, date, time or number kind, with `-` before it for
    /// descending. Records without a value come last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("-updated_at"), max_length = 1024)]
    pub sort: Option<String>,
    /// Records a page: 1 to 200 with every provider, and up to the provider's
    /// own page where that is larger. 50 when it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 2000)]
    pub limit: Option<u32>,
    /// `next_cursor` of the page before. It is enough by itself unless the
    /// search is too long for it: then the filter must be sent again with it,
    /// and a cursor without it is refused as `invalid_cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 1024)]
    pub cursor: Option<String>,
    /// Common fields to answer; all when it is left out. Custom fields are
    /// `custom_fields.<key>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    pub fields: Option<Vec<String>>,
    /// Related records to join: `account`, `owner`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 100)]
    pub expand: Option<Vec<String>>,
    /// Whether each record carries the provider's own record as `raw`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub include_raw: Option<bool>,
    /// Only records changed after this time, oldest change first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub updated_after: Option<String>,
    /// Only records changed before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub updated_before: Option<String>,
    /// Only records made after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub created_after: Option<String>,
    /// Only records made before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub created_before: Option<String>,
}

/// One comparison (`field`, `op`, `value`) or one group (`and`, `or`, `not`) of
/// a search.
///
/// Each record either fulfils it or does not. A record without a value in a
/// field fulfils no comparison of it but `ne`, and `is_null` with `true`; and
/// `not` is the exact opposite: what is not greater than 5 is 5, less, or has no
/// value.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchFilter {
    /// All of these hold.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "group")]
    #[schema(no_recursion, min_items = 1, max_items = 20)]
    pub and: Option<Vec<SearchFilter>>,
    /// At least one of these holds.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "group")]
    #[schema(no_recursion, min_items = 1, max_items = 20)]
    pub or: Option<Vec<SearchFilter>>,
    /// None of these holds.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "group")]
    #[schema(no_recursion, min_items = 1, max_items = 20)]
    pub not: Option<Vec<SearchFilter>>,
    /// A common field, a part of a list or group (`email_addresses.email`), or
    /// `custom_fields.<key>`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("email_addresses.email"), max_length = 255)]
    pub field: Option<String>,
    /// `eq` (when it is left out), `ne`, `gt`, `gte`, `lt`, `lte`, `in`,
    /// `contains`, `starts_with` or `is_null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(examples("contains"))]
    pub op: Option<String>,
    /// What the field is compared with: a text, a number, a truth value, null
    /// with `eq` and `ne`, or with `in` a list of 1 to 500 of them. A number of
    /// more than 15 digits is sent as text.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    pub value: Option<Value>,
}

/// An object and nothing else: a derived reader also takes a list.
struct Only(SearchFilter);

impl<'de> Deserialize<'de> for Only {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        object::only(from).map(Self)
    }
}

fn optional<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SearchFilter>, D::Error> {
    Ok(Option::<Only>::deserialize(from)?.map(|only| only.0))
}

fn group<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<SearchFilter>>, D::Error> {
    Ok(Some(Vec::<Only>::deserialize(from)?.into_iter().map(|only| only.0).collect()))
}

/// A value that is there, null too.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(from).map(Some)
}
