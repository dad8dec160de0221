//! Filters, sorts and cursor values: the rows used backwards.

mod link;
mod negate;
mod resolve;
pub(crate) mod value;
mod word;

use std::fmt;

use crate::codec::{Erased, ValueKind};
use crate::plan::CustomField;
use crate::table::Table;
use crate::wire::Wire;

pub use resolve::{SortKind, sort_key};
pub(crate) use resolve::{custom_of, scalar_column};
pub use value::wire_of_common;

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal; true also where there is no value.
    Ne,
    /// Greater, later.
    Gt,
    /// Greater or equal.
    Gte,
    /// Less, earlier.
    Lt,
    /// Less or equal.
    Lte,
    /// Equal to one of several.
    In,
    /// Text that contains this text.
    Contains,
    /// Text that starts with this text.
    StartsWith,
    /// Has no value (`true`) or has one (`false`).
    IsNull,
}

impl Op {
    /// All comparisons.
    pub const ALL: &'static [Op] =
        &[Op::Eq, Op::Ne, Op::Gt, Op::Gte, Op::Lt, Op::Lte, Op::In, Op::Contains, Op::StartsWith, Op::IsNull];

    /// The name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Op::Eq => "eq",
            Op::Ne => "ne",
            Op::Gt => "gt",
            Op::Gte => "gte",
            Op::Lt => "lt",
            Op::Lte => "lte",
            Op::In => "in",
            Op::Contains => "contains",
            Op::StartsWith => "starts_with",
            Op::IsNull => "is_null",
        }
    }

    /// The comparison with this name.
    #[allow(clippy::should_implement_trait)] // a miss is no error worth a type
    pub fn from_str(name: &str) -> Option<Op> {
        Self::ALL.iter().copied().find(|op| op.as_str() == name)
    }
}

/// A comparison of one provider field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The provider's field, dotted.
    pub path: String,
    /// The comparison.
    pub op: Op,
    /// What the field's values are: some providers have no "no value" for a kind.
    pub kind: ValueKind,
    /// One value; for [`Op::In`] one or more; for [`Op::IsNull`] a bool.
    pub values: Vec<Wire<'static>>,
}

/// A filter in provider words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// One comparison.
    Is(Condition),
    /// At least one holds.
    Any(Vec<Filter>),
    /// All hold.
    All(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
}

/// Why a filter or sort is refused, before any call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The kind of refusal.
    pub kind: RefusedKind,
    /// The name that was asked for.
    pub field: String,
    /// For people: one sentence without a full stop.
    pub reason: String,
}

/// The kinds of refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusedKind {
    /// No such common field.
    UnknownField,
    /// This provider or connection does not have the field.
    Unavailable,
    /// The field cannot be used this way.
    NotSupported,
    /// The value is not one of the field's kind.
    BadValue,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.reason)
    }
}

impl std::error::Error for Refused {}

/// A common filter in provider words.
///
/// `name` is a common field (`first_name`), a part of a list or group
/// (`email_addresses.email`, `account.name`) or `custom_fields.KEY`
/// (`fields.KEY` of the provider's other objects); `value`
/// is the text of the query string. For [`Op::In`] it is split at commas;
/// `\,` is a comma and `\\` a backslash inside a value.
///
/// A part that stands in several rows asks about the list as a whole: *some*
/// item is equal, contains, and so on ([`Filter::Any`]); *no* item is equal
/// ([`Filter::All`] of `ne`); *all* items are missing ([`Filter::All`] of
/// `is_null=true`) or some item is there ([`Filter::Any`] of `is_null=false`).
/// Rows whose field the connection does not have are left out: no record can
/// show a value there, unless the row says what all of them have. A list of
/// links is asked about the same way.
///
/// # Errors
/// When the field is unknown, absent, custom or not described, when the
/// comparison does not suit its kind, or when the value is not of its kind
/// (`birthday` before `1970-02-31`).
pub fn condition(
    table: &Table,
    described: &dyn Fn(&str) -> bool,
    custom: &[CustomField],
    name: &str,
    op: Op,
    value: &str,
) -> Result<Filter, Refused> {
    if let Some((text, codec)) = resolve::fixed(table, described, name) {
        let values = value::wires(name, &codec, op, value)?;
        // Every record has an id.
        let values = vec![Wire::Bool(!value::holds(text, op, &values))];
        return Ok(Filter::Is(Condition { path: table.id.to_owned(), op: Op::IsNull, kind: ValueKind::Id, values }));
    }
    let columns = resolve::columns(table, described, custom, name)?;
    let mut filters = Vec::with_capacity(columns.len());
    for (path, codec) in columns {
        if let Some(filter) = word::condition(name, &path, &codec, op, value)? {
            filters.push(filter);
            continue;
        }
        if let Some(filter) = link::condition(name, &path, &codec, op, value)? {
            filters.push(filter);
            continue;
        }
        let values = value::wires(name, &codec, op, value)?;
        filters.push(Filter::Is(Condition { path, op, kind: codec.kind, values }));
    }
    if filters.len() == 1
        && let Some(only) = filters.pop()
    {
        return Ok(only);
    }
    let every = match op {
        Op::Ne => true,
        Op::IsNull => value == "true",
        _ => false,
    };
    Ok(if every { Filter::All(filters) } else { Filter::Any(filters) })
}

/// A provider column: its path and codec.
pub(crate) type Column = (String, Erased);

pub(crate) fn refuse<T>(kind: RefusedKind, field: &str, reason: impl Into<String>) -> Result<T, Refused> {
    Err(Refused { kind, field: field.to_owned(), reason: reason.into() })
}
