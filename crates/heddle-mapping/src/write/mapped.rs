//! `mapped_fields`: fields under the operator's own names.

use super::WriteErrorKind;
use super::members::{Met, of_object};
use super::writer::{Spot, Writer};
use crate::overlay::MappedField;
use crate::tok::Tok;
use crate::wire::Wire;

const FIELD: &str = "mapped_fields";

/// A value given for a mapped field.
pub(super) struct GivenMapped {
    name: String,
    path: String,
    wire: Wire<'static>,
}

impl Writer<'_> {
    pub(super) fn mapped_fields(&mut self, tok: Tok<'_>) {
        let spot = Spot::field(FIELD);
        let mapped = self.overlay.mapped;
        let mut met = Met::new(mapped.len());
        let object = of_object(tok, |key, value| {
            let spot = spot.part(key);
            match mapped.iter().enumerate().find(|(_, field)| field.name == key) {
                None => {
                    let detail = "this connection has no such mapped field".to_owned();
                    self.error(spot, WriteErrorKind::UnknownField, detail, None);
                }
                Some((index, _)) if !met.first(index) => self.twice(spot),
                Some((_, field)) => self.mapped_field(spot, field, value),
            }
            !self.full()
        });
        if !object {
            self.invalid(spot, "an object; null clears one key at a time", None);
        }
    }

    fn mapped_field(&mut self, spot: Spot<'_>, field: &MappedField, tok: Tok<'_>) {
        if let Some(why) = &field.unusable {
            return self.error(spot, WriteErrorKind::Unavailable, why.clone(), Some(&field.path));
        }
        if !field.writes {
            return self.left_alone(spot, &field.path, tok);
        }
        // Kept apart: another name of the same provider field may come in the same body.
        let before = std::mem::take(&mut self.values);
        if tok == Tok::Null {
            self.clear(spot, &field.path);
        } else {
            self.send(spot, &field.path, &field.codec.erased(), tok);
        }
        let given = std::mem::replace(&mut self.values, before);
        let name = field.name.clone();
        self.mapped.extend(given.into_iter().map(|(path, wire)| GivenMapped { name: name.clone(), path, wire }));
    }

    /// Puts the mapped values among the others. One provider field can be named
    /// twice in a body, by its own name and by the operator's; then both must
    /// say the same.
    pub(super) fn join_mapped(&mut self) {
        for GivenMapped { name, path, wire } in std::mem::take(&mut self.mapped) {
            match self.values.iter().find(|(known, _)| *known == path) {
                None => self.values.push((path, wire)),
                Some((_, known)) if same(known, &wire) => {}
                Some(_) => {
                    let detail = format!("another field of the record gives {path} another value");
                    let spot = Spot::field(FIELD).part(&name);
                    self.error(spot, WriteErrorKind::ConflictingValues, detail, Some(&path));
                }
            }
        }
    }
}

/// Whether two values are the same to the provider: `5.0` and `5` are.
fn same(one: &Wire<'_>, other: &Wire<'_>) -> bool {
    match (one, other) {
        (Wire::Number(one), Wire::Number(other)) => {
            let digits = |number: &str| crate::codec::plain_decimal(number.as_bytes());
            one == other || digits(one).is_some_and(|one| Some(one) == digits(other))
        }
        (one, other) => one == other,
    }
}
