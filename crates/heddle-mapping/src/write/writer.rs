//! What is gathered while a body is read: provider values, warnings, errors.

use std::borrow::Cow;

use super::link::GivenLink;
use super::mapped::GivenMapped;
use super::{MAX_WRITE_ERRORS, Purpose, Writable, WriteError, WriteErrorKind, WriteSpec, escaped};
use crate::codec::Erased;
use crate::overlay::Overlay;
use crate::row::{Row, Way, Why};
use crate::table::Clear;
use crate::tok::Tok;
use crate::warning::{VALUE_BYTES, Warning, WarningKind, Warnings};
use crate::wire::Wire;

/// Where a value stands in the body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot<'a> {
    pub(super) field: &'a str,
    pub(super) item: Option<usize>,
    pub(super) part: Option<&'a str>,
}

impl<'a> Spot<'a> {
    pub(super) fn field(field: &'a str) -> Spot<'a> {
        Spot { field, item: None, part: None }
    }

    pub(super) fn part(self, part: &'a str) -> Spot<'a> {
        Spot { part: Some(part), ..self }
    }

    fn pointer(self) -> String {
        let mut pointer = format!("/{}", escaped(self.field));
        if let Some(item) = self.item {
            pointer.push_str(&format!("/{item}"));
        }
        if let Some(part) = self.part {
            pointer.push('/');
            pointer.push_str(&escaped(part));
        }
        pointer
    }

    /// The name in warnings: `addresses.city`.
    fn name(self) -> String {
        match self.part {
            Some(part) => format!("{}.{part}", self.field),
            None => self.field.to_owned(),
        }
    }
}

const READ_ONLY: &str = "this field is only read; it was left as it is";
const NOTHING_TO_CLEAR: &str = "this connection does not have the CRM's field, so there was nothing to clear";
const NOT_CLEARED: &str = "the connection's user may not write the CRM's field; it was left as it is";

pub(super) struct Writer<'s> {
    pub(super) spec: &'s WriteSpec<'s>,
    pub(super) overlay: &'s Overlay<'s>,
    pub(super) values: Vec<(String, Wire<'static>)>,
    /// Links given, each for a provider field that other fields share.
    pub(super) links: Vec<GivenLink>,
    /// Values given for mapped fields.
    pub(super) mapped: Vec<GivenMapped>,
    pub(super) warnings: Warnings,
    pub(super) errors: Vec<WriteError>,
}

impl<'s> Writer<'s> {
    pub(super) fn new(spec: &'s WriteSpec<'s>, overlay: &'s Overlay<'s>) -> Writer<'s> {
        Writer {
            spec,
            overlay,
            values: Vec::new(),
            links: Vec::new(),
            mapped: Vec::new(),
            warnings: Warnings::default(),
            errors: Vec::new(),
        }
    }

    /// Whether there are as many errors as anybody reads.
    pub(super) fn full(&self) -> bool {
        self.errors.len() >= MAX_WRITE_ERRORS
    }

    /// One value for one row.
    pub(super) fn row(&mut self, spot: Spot<'_>, row: &Row, tok: Tok<'_>) {
        match &row.way {
            // It is so already, and cannot be otherwise.
            Way::Both { path, .. }
                if row.otherwise.is_some()
                    && (self.spec.writable)(path) == Writable::Unknown
                    && (tok.is_nothing() || tok.text().as_deref() == row.otherwise) => {}
            Way::Both { path, codec } | Way::Write { path, codec } if codec.link.is_some() => {
                self.link(spot, path, codec, tok);
            }
            Way::Both { path, .. } | Way::Write { path, .. } if tok.is_nothing() => self.clear(spot, path),
            Way::Both { path, codec } | Way::Write { path, codec } => self.send(spot, path, codec, tok),
            Way::Read { path, .. } => self.left_alone(spot, path, tok),
            Way::Custom { uses, .. } => self.left_alone(spot, uses.first().copied().unwrap_or_default(), tok),
            Way::Absent(why) => self.absent(spot, *why, tok),
        }
    }

    /// Sends a value, unless this connection cannot take it.
    pub(super) fn send(&mut self, spot: Spot<'_>, path: &str, codec: &Erased, tok: Tok<'_>) {
        let wire = match codec.write(tok) {
            Ok(wire) => wire.into_owned(),
            Err(misfit) => return self.invalid(spot, misfit.0, Some(path)),
        };
        if self.may(spot, path) {
            self.values.push((path.to_owned(), wire));
        }
    }

    /// Whether a field can take a value; otherwise it is an error.
    pub(super) fn may(&mut self, spot: Spot<'_>, path: &str) -> bool {
        match (self.spec.writable)(path) {
            Writable::Yes => return true,
            Writable::Unknown => {
                let detail = format!("this connection does not have {path}: it may be hidden from its user");
                self.error(spot, WriteErrorKind::Unavailable, detail, Some(path));
            }
            Writable::ReadOnly => {
                let detail = format!("the connection's user may not write {path}");
                self.error(spot, WriteErrorKind::ReadOnly, detail, Some(path));
            }
        }
        false
    }

    pub(super) fn push(&mut self, path: &str, wire: Wire<'static>) {
        self.values.push((path.to_owned(), wire));
    }

    /// Clears a provider field. A field that this connection cannot write is
    /// left alone, with a warning.
    pub(super) fn clear(&mut self, spot: Spot<'_>, path: &str) {
        if self.spec.purpose == Purpose::Create {
            return;
        }
        match (self.spec.writable)(path) {
            Writable::Yes => {
                let wire = match self.spec.table.clear {
                    Clear::Null => Wire::Null,
                    Clear::EmptyText => Wire::Text(Cow::Borrowed("")),
                };
                self.push(path, wire);
            }
            Writable::Unknown => self.warn(spot, path, NOTHING_TO_CLEAR, Tok::Absent),
            Writable::ReadOnly => self.warn(spot, path, NOT_CLEARED, Tok::Absent),
        }
    }

    /// A value for something that is only read.
    pub(super) fn left_alone(&mut self, spot: Spot<'_>, path: &str, tok: Tok<'_>) {
        self.warn(spot, path, READ_ONLY, tok);
    }

    /// A value for something that the provider does not have. An empty list
    /// says no more than null.
    pub(super) fn absent(&mut self, spot: Spot<'_>, why: Why, tok: Tok<'_>) {
        if !empty(tok) {
            self.error(spot, WriteErrorKind::Unavailable, why.to_string(), None);
        }
    }

    pub(super) fn no_row(&mut self, spot: Spot<'_>, tok: Tok<'_>) {
        if !empty(tok) {
            let detail = "this CRM has no field for it".to_owned();
            self.error(spot, WriteErrorKind::Unavailable, detail, None);
        }
    }

    pub(super) fn unknown(&mut self, spot: Spot<'_>) {
        self.error(spot, WriteErrorKind::UnknownField, "there is no such field".to_owned(), None);
    }

    pub(super) fn twice(&mut self, spot: Spot<'_>) {
        self.error(spot, WriteErrorKind::DuplicateKey, "the key stands twice in one object".to_owned(), None);
    }

    pub(super) fn invalid(&mut self, spot: Spot<'_>, must_be: &str, path: Option<&str>) {
        self.error(spot, WriteErrorKind::InvalidValue, format!("must be {must_be}"), path);
    }

    #[cold]
    pub(super) fn error(&mut self, spot: Spot<'_>, kind: WriteErrorKind, detail: String, path: Option<&str>) {
        if !self.full() {
            let provider_field = path.map(str::to_owned);
            self.errors.push(WriteError { pointer: spot.pointer(), kind, detail, provider_field });
        }
    }

    /// Warns once a field and reason; further provider fields join the first.
    #[cold]
    fn warn(&mut self, spot: Spot<'_>, path: &str, reason: &'static str, tok: Tok<'_>) {
        let field = spot.name();
        if let Some(told) = self.warnings.list.iter_mut().find(|w| w.field == field && w.reason == reason) {
            told.provider_field = format!("{}, {path}", told.provider_field);
            return;
        }
        self.warnings.add(|| Warning {
            kind: WarningKind::Ignored,
            record: None,
            field,
            provider_field: path.to_owned(),
            reason,
            value: tok.shown(VALUE_BYTES),
        });
    }
}

/// Null, or a list without items.
fn empty(tok: Tok<'_>) -> bool {
    match tok {
        Tok::Json([b'[', inner @ .., b']']) => inner.iter().all(u8::is_ascii_whitespace),
        tok => tok.is_nothing(),
    }
}
