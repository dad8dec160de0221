//! Mapping tables, two-way codecs, and the engine that reads and writes by them.
//!
//! A [`Table`] joins common fields to provider fields, row by row. A [`Plan`]
//! is a table compiled for one connection and one selection of fields. It
//! turns a provider's page into common records in one pass over the bytes: an
//! own scanner finds where values stand, slots hold them undecoded, and the
//! plan's ops write them in model order. Nothing is decoded that can be
//! passed as sent, and no tree of values is built.
//!
//! Bodies to write, filters, sorts and cursors use the same rows backwards,
//! through [`Wire`].

mod calendar;
mod codec;
mod emit;
mod envelope;
mod filter;
mod keys;
pub mod laws;
mod ops;
mod overlay;
mod page;
mod peek;
mod plan;
mod read;
mod row;
mod scan;
mod table;
mod tok;
mod warning;
mod wire;
mod write;

pub use calendar::timestamp_text;

pub use codec::{
    BOOL, Codec, DATE, DATE_ONLY, DECIMAL, Erased, Fit, ID, INT, LIST, Link, Links, MOMENT, Misfit, NUMBER, NamedCodec,
    ReadFn, TEXT, TIMESTAMP, TIMESTAMP_OR_MS, ValueKind, WriteFn, linked, linked_rest, reference, words,
};
pub use envelope::Envelope;
pub use filter::{Condition, Filter, Op, Refused, RefusedKind, SortKind, condition, sort_key, wire_of_common};
pub use overlay::{MAPPED_PREFIX, MappedField, Overlay, mapped_condition};
pub use page::{KeySlots, PageRead, PageWriter};
pub use peek::peek;
pub use plan::{Constants, CustomField, CustomKind, Missing, Plan, PlanSpec, Unusable};
pub use read::BadPage;
pub use row::{CustomRead, Row, Way, Why, absent, both, custom, read_only, write_only};
pub use table::{Clear, Table, check};
pub use tok::Tok;
pub use warning::{Warning, WarningKind};
pub use wire::{Wire, json_object};
pub use write::{
    Changes, MAX_WRITE_ERRORS, Purpose, Writable, WriteError, WriteErrorKind, WriteRefused, WriteSpec, mapped_pointer,
    pointer_of, write, write_overlaid,
};
