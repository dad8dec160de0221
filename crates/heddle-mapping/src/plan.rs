//! A table compiled for one connection and one selection of fields.

mod build;

use std::fmt;

use crate::codec::{BOOL, DATE, Erased, NUMBER, TEXT, TIMESTAMP_OR_MS};
use crate::envelope::Envelope;
use crate::keys::Tree;
use crate::ops::{Label, Op};
use crate::overlay::Overlay;
use crate::page::{PageRead, PageWriter};
use crate::read::{self, BadPage};
use crate::row::Why;
use crate::table::Table;

/// What a plan is built from. Building takes microseconds; keep the plan by
/// table, schema version and selection.
pub struct PlanSpec<'a> {
    /// The table.
    pub table: &'static Table,
    /// Whether this connection has a provider field, by its path
    /// (`Account.Name`). Rows whose field it does not have read as null.
    pub described: &'a dyn Fn(&str) -> bool,
    /// The common fields to write, by name; `custom_fields.KEY` picks one
    /// custom field. `None` for all. Unknown names are the caller's to refuse.
    pub fields: Option<&'a [String]>,
    /// The fields to expand: `account`, `owner`. They are written even when
    /// `fields` leaves them out.
    pub expand: &'a [String],
    /// The connection's custom fields.
    pub custom: &'a [CustomField],
    /// Whether to add the record as sent.
    pub raw: bool,
    /// The common field that the list is sorted by, for the cursor.
    pub sort: Option<&'a str>,
    /// What is the same in every record.
    pub constants: Constants<'a>,
}

impl fmt::Debug for PlanSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlanSpec")
            .field("table", &self.table.provider_object)
            .field("fields", &self.fields)
            .field("expand", &self.expand)
            .field("raw", &self.raw)
            .field("sort", &self.sort)
            .finish_non_exhaustive()
    }
}

/// What is the same in every record of a connection.
#[derive(Debug, Clone, Copy, Default)]
pub struct Constants<'a> {
    /// The connection's id.
    pub connection_id: &'a str,
    /// The provider's id.
    pub provider: &'a str,
    /// What stands before the record's id in its link; with an empty prefix
    /// `url` is null.
    pub url_prefix: &'a str,
    /// What stands behind it.
    pub url_suffix: &'a str,
}

/// One custom field of a connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// The provider's key, which is also the key in `custom_fields`.
    pub key: String,
    /// How its values are passed on.
    pub kind: CustomKind,
}

/// How the values of a custom field are passed on. A value that does not fit
/// its kind is passed as sent, with a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CustomKind {
    /// Text, also picklists; as sent.
    Text,
    /// The id of another record; as text.
    Id,
    /// `true` or `false`, also from text.
    Bool,
    /// A JSON number, digits as sent, also from text: clients that read
    /// numbers as floats lose digits beyond 15.
    Number,
    /// A point in time, as RFC 3339 in UTC.
    Timestamp,
    /// A day.
    Date,
    /// Several words, which the provider keeps in one text with semicolons
    /// between; as a list of texts.
    List,
    /// Anything, objects and arrays too; as sent.
    Any,
}

impl CustomKind {
    /// The codec; `None` passes as sent.
    pub(crate) const fn codec(self) -> Option<Erased> {
        match self {
            CustomKind::Text => Some(TEXT.erased),
            CustomKind::Id => Some(crate::codec::ID.erased),
            CustomKind::Bool => Some(BOOL.erased),
            CustomKind::Number => Some(NUMBER.erased),
            CustomKind::Timestamp => Some(TIMESTAMP_OR_MS.erased),
            CustomKind::Date => Some(DATE.erased),
            CustomKind::List => Some(crate::codec::LIST.erased),
            CustomKind::Any => None,
        }
    }
}

/// A row that reads as null because the connection does not have its
/// provider field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The common field, `addresses.city` for parts.
    pub field: String,
    /// The provider's field.
    pub provider_field: &'static str,
}

/// A mapped field that is selected and that this connection cannot use now:
/// records go without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// `mapped_fields.KEY`.
    pub field: String,
    /// The provider's field.
    pub provider_field: String,
    /// Why, as a phrase.
    pub reason: String,
}

/// A compiled plan. Cheap to use from many threads at once.
#[derive(Debug)]
pub struct Plan {
    pub(crate) tree: Tree,
    pub(crate) ops: Vec<Op>,
    pub(crate) labels: Vec<Label>,
    missing: Vec<Missing>,
    unusable: Vec<Unusable>,
    absent: Vec<(&'static str, Why)>,
    pub(crate) id: usize,
    pub(crate) modified: Option<usize>,
    pub(crate) sort: Option<(usize, Erased)>,
    /// Whether an empty string is no value.
    pub(crate) empty_is_null: bool,
}

impl Plan {
    /// Compiles a table.
    pub fn build(spec: &PlanSpec<'_>) -> Plan {
        Plan::overlaid(spec, &Overlay::default())
    }

    /// Compiles a table with what a connection lays over it.
    pub fn overlaid(spec: &PlanSpec<'_>, overlay: &Overlay<'_>) -> Plan {
        build::build(spec, overlay)
    }

    /// The provider fields to ask for, each once: the id, what the selection
    /// needs, and the modified and sort fields that cursors need.
    pub fn asked(&self) -> &[String] {
        &self.tree.paths
    }

    /// The selected rows that this connection cannot fill.
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    /// The selected mapped fields that this connection cannot use now.
    pub fn unusable(&self) -> &[Unusable] {
        &self.unusable
    }

    /// The fields that were asked for by name and that this provider does not
    /// have.
    pub fn absent(&self) -> &[(&'static str, Why)] {
        &self.absent
    }

    /// Reads one answer and appends its first `take` records to `out`, with
    /// commas between and no brackets. The rest is checked and not written.
    ///
    /// # Errors
    /// When the body is not JSON in UTF-8 or has no records where the
    /// envelope says; `out` is then as it was. A single value or record that
    /// does not fit never fails the page: it becomes a warning.
    pub fn read(&self, body: &[u8], envelope: &Envelope, take: usize, out: &mut Vec<u8>) -> Result<PageRead, BadPage> {
        read::read(self, body, envelope, take, out)
    }

    /// A writer of records whose values another reader has found, slot by
    /// slot in the order of [`asked`](Self::asked). The tests compare such a
    /// reader with the scanner.
    pub fn writer<'p, 'o>(&'p self, take: usize, out: &'o mut Vec<u8>) -> PageWriter<'p, 'o> {
        PageWriter::new(self, take, out)
    }
}
