//! Mappings against the fields of an account as last described.

use super::{Direction, FieldMapping, MappingOwner};
use heddle_connector::mapping::MappedField;
use heddle_connector::model::Object;
use heddle_connector::{Manifest, ObjectSchema, SchemaField};
use std::time::SystemTime;

macro_rules! kinds {
    ($($(#[doc = $about:literal])+ $variant:ident $word:literal;)*) => {
        /// In which way a mapping does not fit its account. This is the whole list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum DriftKind {
            $($(#[doc = $about])+ $variant,)*
        }

        impl DriftKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The stable word.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// The kind of a word.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.as_str() == word)
            }
        }
    };
}

kinds! {
    /// The account does not have the field, or hides it from the connected
    /// user: the two cannot be told apart.
    Gone "gone_or_hidden";
    /// The field holds another type of value, which the codec does not read.
    TypeChanged "type_changed";
    /// The connected user may not write the field any more, and the mapping
    /// says that it is written. It is still read.
    NotWritable "not_writable";
}

impl DriftKind {
    /// What it means for the mapped field, as a phrase.
    pub(crate) fn phrase(self, mapping: &FieldMapping) -> String {
        let field = &mapping.provider_field;
        match self {
            Self::Gone => format!("the account does not have {field} any more, or hides it from the connected user"),
            Self::TypeChanged => {
                format!(
                    "{field} holds another type of value now, which the codec {} does not read",
                    mapping.codec.as_str()
                )
            }
            Self::NotWritable => format!("the connected user may not write {field} any more"),
        }
    }

    /// Whether the field is of no use at all.
    pub(crate) const fn unusable(self) -> bool {
        matches!(self, Self::Gone | Self::TypeChanged)
    }
}

/// A mapping that does not fit the account of a connection any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The common object.
    pub object: Object,
    /// The key in `mapped_fields`.
    pub name: String,
    /// The provider's field.
    pub provider_field: String,
    /// What is wrong.
    pub kind: DriftKind,
    /// When it was first seen.
    pub since: SystemTime,
}

/// The mappings that count for one connection: its own before its tenant's.
pub(crate) fn effective(mut all: Vec<FieldMapping>) -> Vec<FieldMapping> {
    let rank = |mapping: &FieldMapping| mapping.owner == MappingOwner::Tenant;
    all.sort_by(|a, b| {
        let key = |m: &FieldMapping| (m.object, m.name.clone(), rank(m));
        key(a).cmp(&key(b))
    });
    all.dedup_by(|later, first| later.object == first.object && later.name == first.name);
    all
}

/// What is wrong with a mapping's field, if anything.
pub(crate) fn compared(mapping: &FieldMapping, field: Option<&SchemaField>) -> Option<DriftKind> {
    let Some(field) = field else { return Some(DriftKind::Gone) };
    if !field.takes(mapping.codec) {
        return Some(DriftKind::TypeChanged);
    }
    let barred = mapping.direction != Direction::Read && !field.createable && !field.updateable;
    barred.then_some(DriftKind::NotWritable)
}

impl FieldMapping {
    /// The provider's object that its common one is in, in the form that an
    /// account has; of one that has none of the forms the first.
    pub(crate) fn provider_object(&self, manifest: &Manifest, schemas: &[ObjectSchema]) -> Option<&'static str> {
        let spec = manifest.object(self.object)?;
        let described = |name: &str| schemas.iter().any(|schema| schema.object == name);
        let form = spec.forms().find(|form| described(form.table.provider_object));
        Some(form.unwrap_or(spec).table.provider_object)
    }

    /// The field of an account that it names, exactly as it names it.
    pub(crate) fn field<'s>(&self, schema: &'s ObjectSchema) -> Option<&'s SchemaField> {
        // A path leads to a field of another record, which has rules of its own.
        schema.field(&self.provider_field).filter(|field| field.name == self.provider_field)
    }

    /// The mapping as plans use it.
    pub(crate) fn mapped(&self, kind: Option<DriftKind>) -> MappedField {
        MappedField {
            name: self.name.clone(),
            path: self.provider_field.clone(),
            codec: self.codec,
            reads: self.direction.reads(),
            writes: self.direction.writes(),
            unusable: kind.filter(|kind| kind.unusable()).map(|kind| kind.phrase(self)),
        }
    }
}
