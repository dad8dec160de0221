//! Rows: one common field joined to the provider's.

use std::fmt;

use heddle_model::{Field, Place};

use crate::codec::{Codec, Erased, Fit, ValueKind};
use crate::tok::Tok;

/// One row of a table. Made by [`both`], [`read_only`], [`write_only`],
/// [`custom`] and [`absent`], which check that codec and field are of one kind.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Where the common value stands.
    pub place: Place,
    /// The common field's name; for parts the list's or group's.
    pub name: &'static str,
    /// How it is joined.
    pub way: Way,
    /// Where the provider field is documented, when no recording shows it.
    pub unseen: Option<&'static str>,
    /// What every record has where the connection does not have the provider
    /// field at all.
    pub otherwise: Option<&'static str>,
}

/// How a row joins its field.
#[derive(Debug, Clone, Copy)]
pub enum Way {
    /// Read and written.
    Both {
        /// The provider's field, dotted below other objects.
        path: &'static str,
        /// Reads and writes it.
        codec: Erased,
    },
    /// Read; the provider computes it.
    Read {
        /// The provider's field, dotted below other objects.
        path: &'static str,
        /// Reads it.
        codec: Erased,
    },
    /// Written; the provider does not give it back.
    Write {
        /// The provider's field.
        path: &'static str,
        /// Writes it.
        codec: Erased,
    },
    /// Read from several provider fields by a function.
    Custom {
        /// The provider fields, in the order the function gets them.
        uses: &'static [&'static str],
        /// The function.
        read: CustomRead,
    },
    /// Not available from this provider.
    Absent(Why),
}

/// Writes one common JSON value from the values of a custom row's provider
/// fields, in their order. Called also when all of them are absent; writing
/// nothing stands for `null`.
pub type CustomRead = fn(&[Tok<'_>], &mut Vec<u8>) -> Fit;

/// Why a provider does not have a common field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The provider has no such concept.
    NoSuchConcept,
    /// The provider has it; this connector does not read it yet.
    NotBuiltYet,
    /// It takes a second call for every record.
    NeedsExtraCall,
    /// Another field of the same record says it already.
    ComputedElsewhere,
    /// It is a list without end, which is read as one: the other records can be
    /// filtered by this one.
    OtherAddress,
    /// Accounts keep it in custom fields of their own, under names we cannot
    /// know.
    OnlyAsCustomField,
}

impl Why {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Why::NoSuchConcept => "no_such_concept",
            Why::NotBuiltYet => "not_built_yet",
            Why::NeedsExtraCall => "needs_extra_call",
            Why::ComputedElsewhere => "computed_elsewhere",
            Why::OtherAddress => "other_address",
            Why::OnlyAsCustomField => "only_as_custom_field",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Why::NoSuchConcept => "this CRM has no such field",
            Why::NotBuiltYet => "this CRM has such a field, but it is not connected yet",
            Why::NeedsExtraCall => "this CRM gives it only with one more call for every record",
            Why::OtherAddress => {
                "it can be very long and would make pages short: list the other records with a filter on this one, or \
                 its associations"
            }
            Why::ComputedElsewhere => "another field of the record already says it",
            Why::OnlyAsCustomField => "this CRM has it only as a custom field of the account",
        })
    }
}

const fn row<T>(field: Field<T>, way: Way) -> Row {
    Row { place: field.place(), name: field.field_name(), way, unseen: None, otherwise: None }
}

/// A field that is read and written.
pub const fn both<T>(field: Field<T>, path: &'static str, codec: Codec<T>) -> Row {
    let codec = codec.erased;
    row(field, Way::Both { path, codec })
}

/// A field that is only read.
pub const fn read_only<T>(field: Field<T>, path: &'static str, codec: Codec<T>) -> Row {
    let codec = codec.erased;
    row(field, Way::Read { path, codec })
}

/// A field that is only written.
pub const fn write_only<T>(field: Field<T>, path: &'static str, codec: Codec<T>) -> Row {
    let codec = codec.erased;
    row(field, Way::Write { path, codec })
}

/// A field that a function reads from several provider fields. Such fields
/// cannot be filtered or sorted on; fewer than one row in ten should need it.
pub const fn custom<T>(field: Field<T>, uses: &'static [&'static str], read: CustomRead) -> Row {
    row(field, Way::Custom { uses, read })
}

/// A field that the provider does not have. Reads as `null`; the reason is
/// told where somebody filters on it or writes it.
pub const fn absent<T>(field: Field<T>, why: Why) -> Row {
    row(field, Way::Absent(why))
}

impl Row {
    /// Marks a provider field that no recorded answer shows, with the source
    /// that documents it.
    pub const fn unseen(mut self, source: &'static str) -> Row {
        self.unseen = Some(source);
        self
    }

    /// Gives every record this text where the connection does not have the
    /// provider field: accounts with one pipeline have no field for it. For
    /// scalars that hold text.
    pub const fn otherwise(mut self, text: &'static str) -> Row {
        self.otherwise = Some(text);
        self
    }

    /// Whether the provider keeps it in a list of records of their own, which
    /// conditions cannot name.
    pub fn is_list(&self) -> bool {
        match &self.way {
            Way::Both { codec, .. } | Way::Read { codec, .. } | Way::Write { codec, .. } => {
                codec.kind == ValueKind::Records
            }
            Way::Custom { .. } | Way::Absent(_) => false,
        }
    }

    /// The provider fields that this row reads, in order.
    pub fn reads(&self) -> &[&'static str] {
        match &self.way {
            Way::Both { path, .. } | Way::Read { path, .. } => std::slice::from_ref(path),
            Way::Custom { uses, .. } => uses,
            Way::Write { .. } | Way::Absent(_) => &[],
        }
    }
}
