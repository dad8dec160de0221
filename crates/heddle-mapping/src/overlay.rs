//! What one connection lays over its tables: fields under the operator's own
//! names, and what its account says once for all records.

use crate::codec::NamedCodec;
use crate::filter::{Condition, Filter, Op, Refused, RefusedKind, refuse, value};

/// A provider field under a name of the operator's own: it stands in
/// `mapped_fields` of the records. A row that is stored instead of compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MappedField {
    /// The key in `mapped_fields`.
    pub name: String,
    /// The provider's field.
    pub path: String,
    /// Reads and writes it.
    pub codec: NamedCodec,
    /// Whether records show it.
    pub reads: bool,
    /// Whether bodies can set it.
    pub writes: bool,
    /// Why this connection cannot use it now. Records then go without it, and
    /// conditions and writes are refused with this phrase.
    pub unusable: Option<String>,
}

/// What stands over the tables of one connection; nothing by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overlay<'a> {
    /// Fields under names of the operator's own, each name once.
    pub mapped: &'a [MappedField],
    /// The one currency of an account whose records name none, ISO 4217.
    pub currency: Option<&'a str>,
}

/// The prefix of mapped fields in names.
pub const MAPPED_PREFIX: &str = "mapped_fields.";

/// A filter on a mapped field: `name` is `mapped_fields.KEY`, `value` the text
/// of the query string, as in [`condition`](crate::condition).
///
/// # Errors
/// When the field is unknown, only written, or cannot be used now; when the
/// comparison does not suit its kind, or the value is not of its kind.
pub fn mapped_condition(mapped: &[MappedField], name: &str, op: Op, value: &str) -> Result<Filter, Refused> {
    let key = name.strip_prefix(MAPPED_PREFIX).unwrap_or(name);
    let Some(field) = mapped.iter().find(|field| field.name == key) else {
        return refuse(RefusedKind::UnknownField, name, "this connection has no such mapped field");
    };
    if let Some(why) = &field.unusable {
        return refuse(RefusedKind::Unavailable, name, why.clone());
    }
    if !field.reads {
        return refuse(RefusedKind::NotSupported, name, "this mapped field is only written");
    }
    let codec = field.codec.erased();
    let values = value::wires(name, &codec, op, value)?;
    Ok(Filter::Is(Condition { path: field.path.clone(), op, kind: codec.kind, values }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Wire;

    fn field(name: &str, codec: NamedCodec) -> MappedField {
        MappedField { name: name.into(), path: format!("{name}__c"), codec, reads: true, writes: true, unusable: None }
    }

    #[test]
    fn a_condition_names_the_providers_field_and_a_typed_value() {
        let fields = [field("score", NamedCodec::Decimal)];
        let Ok(Filter::Is(found)) = mapped_condition(&fields, "mapped_fields.score", Op::Gte, "4.50") else {
            panic!("one comparison");
        };
        assert_eq!((found.path.as_str(), found.op), ("score__c", Op::Gte));
        assert_eq!(found.values, [Wire::Number("4.5".into())]);
    }

    #[test]
    fn what_cannot_be_compared_is_refused_with_its_reason() {
        let gone = MappedField { unusable: Some("it is gone".into()), ..field("tier", NamedCodec::Text) };
        let silent = MappedField { reads: false, ..field("secret", NamedCodec::Text) };
        let fields = [gone, silent, field("tags", NamedCodec::List)];
        let kind = |name: &str, op| mapped_condition(&fields, name, op, "x").map_err(|refused| refused.kind);
        assert_eq!(kind("mapped_fields.other", Op::Eq), Err(RefusedKind::UnknownField));
        assert_eq!(kind("mapped_fields.tier", Op::Eq), Err(RefusedKind::Unavailable));
        assert_eq!(kind("mapped_fields.secret", Op::Eq), Err(RefusedKind::NotSupported));
        assert_eq!(kind("mapped_fields.tags", Op::Eq), Err(RefusedKind::NotSupported));
        assert!(mapped_condition(&fields, "mapped_fields.tags", Op::IsNull, "true").is_ok());
    }
}
