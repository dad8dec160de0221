//! Common fields that share one provider field: links to records of several
//! objects, of which the provider keeps one.

use super::writer::{Spot, Writer};
use super::{Purpose, Writable, WriteErrorKind};
use crate::codec::Erased;
use crate::row::{Row, Way};
use crate::tok::Tok;
use crate::wire::Wire;

/// What the body says of one common field.
pub(super) struct GivenLink {
    path: String,
    field: String,
    wire: Wire<'static>,
}

impl Writer<'_> {
    /// Notes a list of links; its neighbours may still come.
    pub(super) fn link(&mut self, spot: Spot<'_>, path: &str, codec: &Erased, tok: Tok<'_>) {
        match codec.write(tok) {
            Ok(wire) => {
                let (path, field) = (path.to_owned(), spot.field.to_owned());
                self.links.push(GivenLink { path, field, wire: wire.into_owned() });
            }
            Err(misfit) => self.invalid(spot, misfit.0, Some(path)),
        }
    }

    /// Writes each provider field of links: the one record that is named.
    ///
    /// Without one it is cleared only when every common field that shares it
    /// is given, because nobody knows which of them has the record: taking the
    /// contact away must not take a lead away.
    pub(super) fn join_links(&mut self) {
        let given = std::mem::take(&mut self.links);
        let mut done: Vec<&str> = Vec::new();
        for first in &given {
            let path = first.path.as_str();
            if done.contains(&path) {
                continue;
            }
            done.push(path);
            let same: Vec<&GivenLink> = given.iter().filter(|link| link.path == path).collect();
            let named: Vec<&&GivenLink> = same.iter().filter(|link| link.wire != Wire::Null).collect();
            match named.as_slice() {
                [] if self.spec.purpose == Purpose::Create => {}
                [] => self.unlink(path, &same),
                [one] if self.fixed_once_made(path) => {
                    self.left_alone(Spot::field(&one.field), path, Tok::Absent);
                }
                [one] => {
                    if self.may(Spot::field(&one.field), path) {
                        self.push(path, one.wire.clone());
                    }
                }
                [one, other, ..] => {
                    let detail = format!(
                        "this CRM keeps {} and {} in one field, {path}, and one record there: give one of them",
                        one.field, other.field
                    );
                    self.error(Spot::field(&other.field), WriteErrorKind::ConflictingValues, detail, Some(path));
                }
            }
        }
    }

    /// Whether the record keeps what it was made with, as a note its parent:
    /// what was read can be sent back, and changes nothing.
    fn fixed_once_made(&self, path: &str) -> bool {
        self.spec.purpose == Purpose::Update && (self.spec.writable)(path) == Writable::ReadOnly
    }

    fn unlink(&mut self, path: &str, same: &[&GivenLink]) {
        let Some(first) = same.first() else { return };
        let shares =
            |row: &&Row| matches!(row.way, Way::Both { path: own, .. } | Way::Write { path: own, .. } if own == path);
        let all: Vec<&str> = self.spec.table.rows.iter().filter(shares).map(|row| row.name).collect();
        if all.len() == same.len() {
            return self.clear(Spot::field(&first.field), path);
        }
        let detail = format!(
            "this CRM keeps {} in one field, {path}: to clear it, give an empty list for each of them",
            all.join(", ")
        );
        self.error(Spot::field(&first.field), WriteErrorKind::ConflictingValues, detail, Some(path));
    }
}
