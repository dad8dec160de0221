//! Common to provider: the body of a create or update in provider values.
//!
//! A body is a JSON merge patch (RFC 7396) over the common record: what it
//! does not name stays, `null` clears, a list replaces the whole list, and
//! `custom_fields` merges by key. What was read can be sent back: fields that
//! nobody writes are accepted and left alone, with a warning where somebody
//! could believe that they were written.

mod link;
mod list;
mod mapped;
mod members;
mod record;
mod words;
mod writer;

use std::fmt;

use heddle_model::{Kind, Model, Object};

use crate::overlay::{MappedField, Overlay};
use crate::plan::CustomField;
use crate::row::Way;
use crate::table::Table;
use crate::warning::Warning;
use crate::wire::Wire;

pub(crate) use list::same_slot;
pub(crate) use members::of_array as elements;

/// How many errors are told; nothing is read behind the last of them.
pub const MAX_WRITE_ERRORS: usize = 100;

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new record: nothing needs clearing, so `null` says as much as absence.
    Create,
    /// A change of a record that exists.
    Update,
}

/// Whether a connection can write a provider field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writable {
    /// The connection does not have the field: not in this account, or hidden
    /// from its user.
    Unknown,
    /// It has the field and may not write it, for this purpose.
    ReadOnly,
    /// It may.
    Yes,
}

/// What a body is written by.
pub struct WriteSpec<'a> {
    /// The table.
    pub table: &'a Table,
    /// Create or update.
    pub purpose: Purpose,
    /// Whether this connection can write a provider field, by its path.
    pub writable: &'a dyn Fn(&str) -> Writable,
    /// Whether a provider field, by its path, offers a word. Decides only
    /// between several provider words for one common word; where it is not
    /// known, say `true`.
    pub offers: &'a dyn Fn(&str, &str) -> bool,
    /// The connection's custom fields.
    pub custom: &'a [CustomField],
}

impl fmt::Debug for WriteSpec<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteSpec")
            .field("table", &self.table.provider_object)
            .field("purpose", &self.purpose)
            .finish_non_exhaustive()
    }
}

/// A body in provider values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Provider paths and their values, each path once, in the order of the
    /// model and of the table's rows. [`json_object`](crate::json_object)
    /// spells them.
    pub values: Vec<(String, Wire<'static>)>,
    /// What was accepted and left alone.
    pub warnings: Vec<Warning>,
    /// How many more warnings there were.
    pub warnings_dropped: usize,
}

/// Why a body is refused, before any call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WriteRefused {
    /// It is not one JSON object in UTF-8, or nested deeper than 64.
    Body {
        /// What was wrong, as a phrase.
        reason: &'static str,
        /// The byte where it was found.
        offset: usize,
    },
    /// Fields of it: all that is wrong, up to [`MAX_WRITE_ERRORS`].
    Fields(Vec<WriteError>),
}

impl fmt::Display for WriteRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WriteRefused::Body { reason, offset } => write!(f, "{reason} at byte {offset}"),
            WriteRefused::Fields(errors) => {
                let texts: Vec<String> = errors.iter().map(|e| format!("{}: {}", e.pointer, e.detail)).collect();
                f.write_str(&texts.join("; "))
            }
        }
    }
}

impl std::error::Error for WriteRefused {}

/// One thing wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteError {
    /// Where, as a JSON pointer (RFC 6901): `/email_addresses/1/email`.
    pub pointer: String,
    /// What kind of trouble.
    pub kind: WriteErrorKind,
    /// For people: one sentence without a full stop.
    pub detail: String,
    /// The provider's field, where there is one.
    pub provider_field: Option<String>,
}

/// The kinds of trouble; [`as_str`](Self::as_str) is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteErrorKind {
    /// No such field, part or custom field.
    UnknownField,
    /// A key stands twice in one object.
    DuplicateKey,
    /// Not a value of the field's kind.
    InvalidValue,
    /// This provider or connection does not have the field.
    Unavailable,
    /// The connection's user may not write the field.
    ReadOnly,
    /// The provider has no place for such an item, or none left.
    NoPlace,
    /// Two items for one place.
    DuplicateItem,
    /// An enum and its `_raw` twin say different things.
    ConflictingValues,
    /// `OTHER` without the provider's own word.
    RawWordNeeded,
}

impl WriteErrorKind {
    /// The stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            WriteErrorKind::UnknownField => "unknown_field",
            WriteErrorKind::DuplicateKey => "duplicate_key",
            WriteErrorKind::InvalidValue => "invalid_value",
            WriteErrorKind::Unavailable => "unavailable",
            WriteErrorKind::ReadOnly => "read_only",
            WriteErrorKind::NoPlace => "no_place",
            WriteErrorKind::DuplicateItem => "duplicate_item",
            WriteErrorKind::ConflictingValues => "conflicting_values",
            WriteErrorKind::RawWordNeeded => "raw_word_needed",
        }
    }
}

/// Puts a body into provider values.
///
/// - Scalars go through their row's codec; `null` becomes the table's `clear`.
/// - A list is replaced: the places (rows of one `type`) that it does not name
///   are cleared. An item without `type` takes the first place in the table's
///   order that is free and can hold all of its values.
/// - Text and code of a state or country are one value, which the provider
///   keeps in step: one of them is sent, the code where both are given and the
///   connection has it. Where neither is given the text is cleared.
/// - An enum is written as the provider's word: `x_raw` where it is given,
///   otherwise the first word that the connection offers.
/// - Of money the currency is written where the connection can; its `null`
///   says nothing.
/// - Fields that are only read are left alone with a warning, the envelope and
///   derived parts without; a value for a field that the provider does not
///   have is an error with the reason, its `null` is not.
///
/// # Errors
/// All that is wrong with the body, not only the first.
pub fn write(spec: &WriteSpec<'_>, body: &[u8]) -> Result<Changes, WriteRefused> {
    write_overlaid(spec, &Overlay::default(), body)
}

/// Puts a body into provider values, with what a connection lays over its
/// table: `mapped_fields` merges by key like `custom_fields`.
///
/// # Errors
/// All that is wrong with the body, not only the first.
pub fn write_overlaid(spec: &WriteSpec<'_>, overlay: &Overlay<'_>, body: &[u8]) -> Result<Changes, WriteRefused> {
    record::write(spec, overlay, body)
}

/// The mapped field that a provider's error is about, as a JSON pointer.
pub fn mapped_pointer(mapped: &[MappedField], provider_field: &str) -> Option<String> {
    let field = mapped.iter().find(|field| field.path == provider_field)?;
    Some(format!("/mapped_fields/{}", escaped(&field.name)))
}

/// The common field that a provider's error is about, as a JSON pointer:
/// `LastName` is `/last_name`, `Email` is `/email_addresses`, a custom field
/// stands below `/custom_fields`. With a wrapped table (`properties`) the name
/// may come with the wrapper or without. `None` when no row names the field.
pub fn pointer_of(table: &Table, custom: &[CustomField], provider_field: &str) -> Option<String> {
    let bare = |path: &str| {
        let inner = table.wrap.and_then(|wrap| path.strip_prefix(wrap)?.strip_prefix('.').map(str::to_owned));
        path == provider_field || inner.as_deref() == Some(provider_field)
    };
    let model = Model::of(table.object)?;
    let fits = |written: bool| {
        table.rows.iter().find(|row| match &row.way {
            Way::Both { path, .. } | Way::Write { path, .. } => bare(path),
            Way::Read { path, .. } => !written && bare(path),
            Way::Custom { uses, .. } => !written && uses.iter().any(|path| bare(path)),
            Way::Absent(_) => false,
        })
    };
    // Where all fields are the account's own, rows only show some of them again.
    let own = table.object == Object::Record;
    if let Some(row) = fits(true).or_else(|| fits(false)).filter(|_| !own) {
        let field = model.fields().get(usize::from(row.place.field))?;
        let part = field.parts().get(usize::from(row.place.part).wrapping_sub(1));
        return Some(match (field.kind, part) {
            // Which item of a list it was depends on the body.
            (Kind::Money(_) | Kind::Named(..), Some(part)) => format!("/{}/{}", field.name, part.name),
            _ => format!("/{}", field.name),
        });
    }
    if let Some(field) = custom.iter().find(|f| f.key == provider_field || bare(&f.key)) {
        return Some(format!("/{}/{}", model.custom(), escaped(&field.key)));
    }
    let own = [
        (Some(table.id), "/id"),
        (Some(table.modified), "/updated_at"),
        (table.created, "/created_at"),
        (table.deleted, "/is_deleted"),
    ];
    own.into_iter().find(|(path, _)| path.is_some_and(bare)).map(|(_, pointer)| pointer.to_owned())
}

/// A key as a step of a JSON pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
