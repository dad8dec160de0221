//! Writes by the API: one record, by its id or by an external id, or a
//! collection of up to 200.
//!
//! Objects about users, stages and record types are read-only to this user, as
//! their describes say.

mod activities;
mod body;
mod check;
mod collection;
mod convert;
mod duplicates;
mod external;
mod places;
mod record;
mod refusal;
mod relate;
mod value;

pub(super) use collection::answer as collection;
pub(super) use convert::{Conversion, Converted, convert};
pub(super) use external::answer as by_external_id;
pub(super) use record::{Step, create, delete, step, update};
pub(super) use refusal::{Refusal, locked};

use super::schema::{Schema, WRITABLE};

/// The place of an object that can be written.
enum Writable {
    Yes(usize),
    No,
    Unknown,
}

fn writable(schema: &Schema, name: &str) -> Writable {
    match schema.object(name) {
        Some(object) if WRITABLE.contains(&object) => Writable::Yes(object),
        Some(_) => Writable::No,
        None => Writable::Unknown,
    }
}
