//! Queries as a connector gets them, and the page it gives back.

use bytes::Bytes;
use heddle_mapping::{Envelope, Filter, Table, Wire};
use std::borrow::Cow;
use std::time::SystemTime;

/// The order of a list. Every order ends with the id, so that it is total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// By id, ascending.
    Id,
    /// By a provider path, nulls last; then by id, ascending.
    By {
        /// The provider's field.
        path: Cow<'static, str>,
        /// Greatest first.
        descending: bool,
        /// Whether the field can be null: then the null group ends the list.
        nullable: bool,
    },
}

/// A position in an order: the last record that was given out.
#[derive(Debug, Clone, PartialEq)]
pub struct Keyset {
    /// Its id.
    pub id: String,
    /// Its value in the order's field; `None` for the order by id.
    pub value: Option<Wire<'static>>,
}

/// A list, in the provider's words.
#[derive(Debug)]
pub struct ListQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// Provider paths to ask for.
    pub asked: &'a [String],
    /// Conditions; all must hold.
    pub filter: &'a [Filter],
    /// Whether deleted records are wanted too.
    pub deleted: bool,
    /// Order of the records.
    pub order: Order,
    /// Where the last page ended.
    pub after: Option<&'a Keyset>,
    /// How many records to ask for.
    pub limit: usize,
}

/// One record, in the provider's words.
#[derive(Debug)]
pub struct FetchQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// Provider paths to ask for.
    pub asked: &'a [String],
    /// One more path to ask for, which no row reads: the record's version.
    pub version: Option<&'static str>,
    /// Conditions that make it a record of the object; all must hold.
    pub filter: &'a [Filter],
    /// Whether a deleted record is wanted too.
    pub deleted: bool,
    /// The provider's id, as [`Connector::id`](crate::Connector::id) made it.
    pub id: &'a str,
}

/// An answer that holds records, not yet read.
#[derive(Debug)]
pub struct Page {
    /// The provider's body as it came.
    pub body: Bytes,
    /// Where in it the records, the end mark and the next token stand.
    pub envelope: &'static Envelope,
    /// The provider's clock when it answered.
    pub clock: SystemTime,
}
