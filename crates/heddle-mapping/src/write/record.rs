//! The record's fields: scalars, money and custom fields.

use std::borrow::Cow;

use heddle_model::{FieldInfo, Kind, Model, PartInfo, Role};

use super::members::{Met, members, of_object};
use super::writer::{Spot, Writer};
use super::{Changes, Writable, WriteErrorKind, WriteRefused, WriteSpec};
use crate::codec::Erased;
use crate::overlay::Overlay;
use crate::row::{Row, Way};
use crate::scan::{Bad, Scan};
use crate::tok::Tok;
use crate::wire::Wire;

pub(super) fn write(spec: &WriteSpec<'_>, overlay: &Overlay<'_>, body: &[u8]) -> Result<Changes, WriteRefused> {
    if let Err(error) = std::str::from_utf8(body) {
        return Err(WriteRefused::Body { reason: "not UTF-8", offset: error.valid_up_to() });
    }
    let fields = Model::of(spec.table.object).map_or(&[][..], Model::fields);
    let mut writer = Writer::new(spec, overlay);
    let given = match writer.top(body, fields) {
        Ok(given) => given,
        Err(bad) => return Err(WriteRefused::Body { reason: bad.reason, offset: bad.at }),
    };
    for (index, field) in fields.iter().enumerate() {
        if writer.full() {
            break;
        }
        let tok = at(&given, index);
        let raw = match (field.kind, fields.get(index + 1)) {
            (Kind::Enum(_), Some(next)) if next.role == Role::RawWord => at(&given, index + 1),
            _ => Tok::Absent,
        };
        if tok != Tok::Absent || raw != Tok::Absent {
            writer.field(index, field, tok, raw);
        }
    }
    writer.join_links();
    writer.join_mapped();
    if !writer.errors.is_empty() {
        return Err(WriteRefused::Fields(writer.errors));
    }
    let (warnings, warnings_dropped) = (writer.warnings.list, writer.warnings.dropped);
    Ok(Changes { values: writer.values, warnings, warnings_dropped })
}

fn at<'a>(given: &[Tok<'a>], index: usize) -> Tok<'a> {
    given.get(index).copied().unwrap_or(Tok::Absent)
}

impl Writer<'_> {
    /// The body's members by the model's index.
    fn top<'a>(&mut self, body: &'a [u8], fields: &[FieldInfo]) -> Result<Vec<Tok<'a>>, Bad> {
        let mut given = vec![Tok::Absent; fields.len()];
        let mut scan = Scan::new(body);
        scan.blanks();
        if scan.peek() != Some(b'{') {
            return scan.bad("not an object");
        }
        members(&mut scan, |key, tok, lone| {
            let index = fields.iter().position(|f| f.name == key);
            match index.and_then(|index| given.get_mut(index)) {
                None => self.unknown(Spot::field(key)),
                Some(Tok::Absent) if lone => {
                    self.invalid(Spot::field(key), "text without half of a surrogate pair", None);
                }
                Some(place @ Tok::Absent) => *place = tok,
                Some(_) => self.twice(Spot::field(key)),
            }
            !self.full()
        })?;
        if !self.full() {
            scan.end()?;
        }
        Ok(given)
    }

    fn rows(&self, index: usize) -> impl Iterator<Item = &'static Row> + use<> {
        let rows = self.spec.table.rows;
        rows.iter().filter(move |row| usize::from(row.place.field) == index)
    }

    fn field(&mut self, index: usize, field: &'static FieldInfo, tok: Tok<'_>, raw: Tok<'_>) {
        let spot = Spot::field(field.name);
        match field.role {
            Role::Custom => self.custom_fields(field.name, tok),
            Role::Write => {
                let rows: Vec<&'static Row> = self.rows(index).collect();
                match (field.kind, rows.as_slice()) {
                    (_, []) => self.no_row(spot, tok),
                    (Kind::Enum(words), [row, ..]) => self.word(field, words, row, tok, raw),
                    (_, [row]) if row.place.part == 0 => self.row(spot, row, tok),
                    (Kind::List(list), rows) => self.list(spot, list, rows, tok),
                    (Kind::Money(parts), rows) => self.money(spot, parts, rows, tok),
                    (_, [row, ..]) => self.row(spot, row, tok),
                }
            }
            Role::Mapped if self.overlay.mapped.is_empty() && tok == Tok::Null => {}
            Role::Mapped => self.mapped_fields(tok),
            Role::Read | Role::Expand => self.only_read(index, field, tok),
            // Handled with the enum before it.
            Role::RawWord => {}
            // The envelope.
            _ => {}
        }
    }

    /// A field that no client ever writes.
    fn only_read(&mut self, index: usize, field: &FieldInfo, tok: Tok<'_>) {
        let spot = Spot::field(field.name);
        let path = self.rows(index).find_map(|row| match row.way {
            Way::Both { path, .. } | Way::Read { path, .. } | Way::Write { path, .. } => Some(path),
            Way::Custom { uses, .. } => uses.first().copied(),
            Way::Absent(_) => None,
        });
        let why = self.rows(index).find_map(|row| match row.way {
            Way::Absent(why) => Some(why),
            _ => None,
        });
        match (path, why) {
            (None, Some(why)) => self.absent(spot, why, tok),
            (None, None) => self.no_row(spot, tok),
            (Some(_), _) if field.of_envelope() => {}
            (Some(path), _) => self.left_alone(spot, path, tok),
        }
    }

    /// `{amount, currency}`, which merges like any object.
    fn money(&mut self, spot: Spot<'_>, parts: &'static [PartInfo], rows: &[&'static Row], tok: Tok<'_>) {
        let row = |part: usize| rows.iter().find(|row| usize::from(row.place.part) == part + 1);
        let mut given = [Tok::Absent; 2];
        if tok == Tok::Null {
            given[0] = Tok::Null;
        } else {
            let mut met = Met::new(parts.len());
            let object = of_object(tok, |key, value| {
                match parts.iter().position(|part| part.name == key) {
                    None => self.unknown(spot.part(key)),
                    Some(index) if !met.first(index) => self.twice(spot.part(key)),
                    Some(index) => {
                        if let Some(place) = given.get_mut(index) {
                            *place = value;
                        }
                    }
                }
                !self.full()
            });
            if !object {
                return self.invalid(spot, "an object with amount and currency, or null", None);
            }
        }
        for ((index, part), tok) in parts.iter().enumerate().zip(given) {
            let spot = spot.part(part.name);
            let is_currency = index == 1;
            match row(index) {
                _ if tok == Tok::Absent || (is_currency && tok == Tok::Null) => {}
                // It is so already, and cannot be otherwise.
                Some(row) if is_currency && self.is_only_currency(row, tok) => {}
                Some(row) => self.row(spot, row, tok),
                None => self.no_row(spot, tok),
            }
        }
    }

    /// Whether a currency is the one of an account whose records name none.
    fn is_only_currency(&self, row: &Row, tok: Tok<'_>) -> bool {
        let here = |path: &&str| (self.spec.writable)(path) != Writable::Unknown;
        let only = self.overlay.currency.filter(|_| !row.reads().iter().any(here));
        only.is_some() && tok.text().as_deref() == only
    }

    fn custom_fields(&mut self, name: &str, tok: Tok<'_>) {
        let spot = Spot::field(name);
        let (custom, wrap) = (self.spec.custom, self.spec.table.wrap);
        let mut met = Met::new(custom.len());
        let object = of_object(tok, |key, value| {
            let spot = spot.part(key);
            match custom.iter().enumerate().find(|(_, field)| field.key == key) {
                None => {
                    let detail = "this connection has no such custom field".to_owned();
                    self.error(spot, WriteErrorKind::UnknownField, detail, None);
                }
                Some((index, _)) if !met.first(index) => self.twice(spot),
                Some((_, field)) => {
                    let path = match wrap {
                        Some(wrap) => Cow::Owned(format!("{wrap}.{key}")),
                        None => Cow::Borrowed(key),
                    };
                    self.custom_field(spot, &path, field.kind.codec(), value);
                }
            }
            !self.full()
        });
        if !object {
            self.invalid(spot, "an object; null clears one key at a time", None);
        }
    }

    /// One custom field. What this connection computes itself is only read,
    /// as a row of the table would say of a standard field.
    fn custom_field(&mut self, spot: Spot<'_>, path: &str, codec: Option<Erased>, tok: Tok<'_>) {
        if (self.spec.writable)(path) == Writable::ReadOnly {
            return self.left_alone(spot, path, tok);
        }
        if tok == Tok::Null {
            return self.clear(spot, path);
        }
        match codec {
            Some(codec) => self.send(spot, path, &codec, tok),
            None if self.may(spot, path) => self.push(path, as_given(tok)),
            None => {}
        }
    }
}

/// A value of no known kind, as it was given.
fn as_given(tok: Tok<'_>) -> Wire<'static> {
    let own = |bytes: &[u8]| Cow::Owned(String::from_utf8_lossy(bytes).into_owned());
    match tok {
        Tok::Absent | Tok::Null => Wire::Null,
        Tok::True => Wire::Bool(true),
        Tok::False => Wire::Bool(false),
        Tok::Num(digits) => Wire::Number(own(digits)),
        Tok::Json(json) => Wire::Json(own(json)),
        Tok::Str(_) | Tok::StrEsc(_) | Tok::StrLone(_) => {
            Wire::Text(Cow::Owned(tok.text().unwrap_or_default().into_owned()))
        }
    }
}
