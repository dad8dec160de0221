//! Writes as a connector gets them, and what it answers.

use heddle_gate::Failure;
use heddle_mapping::{Table, Wire};

/// Provider paths and the values to set, in the order of the table's rows. A
/// path that is not there keeps its value; [`Wire::Null`] clears.
pub type Values = [(String, Wire<'static>)];

/// A record to make.
#[derive(Debug)]
pub struct CreateQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// Its values.
    pub values: &'a Values,
    /// Whether a rule of the account that only warns of duplicates is passed over.
    pub allow_duplicates: bool,
}

/// A record to change.
#[derive(Debug)]
pub struct UpdateQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// The provider's id, as [`Connector::id`](crate::Connector::id) made it.
    pub id: &'a str,
    /// The values to change.
    pub values: &'a Values,
    /// Only if the record still has this version: a value of the manifest's
    /// [`Writes::version`](crate::Writes::version) field, as the provider sent it.
    pub version: Option<&'a str>,
    /// Whether a rule of the account that only warns of duplicates is passed over.
    pub allow_duplicates: bool,
}

/// A record to change where one has this key, and to make where none has.
#[derive(Debug)]
pub struct UpsertQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// The provider's field that is the key.
    pub key: &'a str,
    /// Its value.
    pub value: &'a Wire<'static>,
    /// The other values.
    pub values: &'a Values,
    /// Whether a rule of the account that only warns of duplicates is passed over.
    pub allow_duplicates: bool,
}

/// What a batch does with its items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BatchKind<'a> {
    /// Makes them.
    Create,
    /// Changes those with these ids.
    Update,
    /// Removes those with these ids.
    Delete,
    /// Changes or makes them by this provider field.
    Upsert {
        /// The provider's field that is the key.
        key: &'a str,
    },
}

/// One record of a batch.
#[derive(Debug, Clone)]
pub struct BatchItem {
    /// The provider's id, for updates and deletes.
    pub id: Option<String>,
    /// The key's value, for upserts.
    pub key: Option<Wire<'static>>,
    /// The values to set; empty for deletes.
    pub values: Vec<(String, Wire<'static>)>,
}

/// Records to write in one call.
#[derive(Debug)]
pub struct BatchQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// What is done.
    pub kind: BatchKind<'a>,
    /// At most the manifest's [`Writes::batch`](crate::Writes::batch).
    pub items: &'a [BatchItem],
    /// Whether a rule of the account that only warns of duplicates is passed over.
    pub allow_duplicates: bool,
}

/// A record that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The provider's id.
    pub id: String,
    /// Whether it is new.
    pub created: bool,
}

/// How each item of a batch ended, in the order of the items.
pub type Outcomes = Vec<Result<Written, Failure>>;
