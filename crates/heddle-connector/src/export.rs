//! Large reads: a job that the provider prepares, and whose result it keeps.

use crate::{ObjectSchema, Order};
use bytes::Bytes;
use heddle_gate::{Failure, FailureKind};
use heddle_mapping::{Filter, Table};
use std::time::SystemTime;

/// Records to be counted or exported, in the provider's words.
#[derive(Debug)]
pub struct ExportQuery<'a> {
    /// The object's table.
    pub table: &'static Table,
    /// The account's fields of the object.
    pub schema: &'a ObjectSchema,
    /// Provider paths to ask for.
    pub asked: &'a [String],
    /// Conditions; all must hold.
    pub filter: &'a [Filter],
    /// Whether deleted records are wanted too.
    pub deleted: bool,
    /// Order of the records, if any is wanted.
    pub order: Option<Order>,
}

/// How many records a query finds.
#[derive(Debug, Clone, Copy)]
pub struct Counted {
    /// Records.
    pub rows: u64,
    /// The provider's clock when it counted.
    pub clock: SystemTime,
}

/// How a job stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobState {
    /// The provider is preparing the result.
    Running {
        /// Records so far, where it says.
        rows: Option<u64>,
    },
    /// The result can be read.
    Done {
        /// All records.
        rows: Option<u64>,
    },
    /// It will never be ready.
    Failed {
        /// The provider's own words.
        why: String,
    },
    /// Somebody ended it.
    Aborted,
}

/// A part of a job's result, not yet read.
#[derive(Debug, Clone)]
pub struct JobPage {
    /// The provider's body as it came.
    pub body: Bytes,
    /// Where the next part begins; `None` after the last.
    pub next: Option<String>,
    /// How many records it says there are.
    pub rows: Option<u64>,
}

/// Records of a part, as the provider's own record pages have them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobRecords {
    /// How many were written.
    pub rows: usize,
    /// Where in the body to go on.
    pub at: usize,
}

/// A part that cannot be read.
pub fn unreadable_part(why: &str) -> Failure {
    Failure::new(FailureKind::BadResponse, format!("the provider's result cannot be read: {why}"))
}
