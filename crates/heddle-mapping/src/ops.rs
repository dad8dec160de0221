//! What a plan does to write one record: constant bytes joined beforehand,
//! and values from slots between them.

use crate::codec::Erased;
use crate::plan::CustomKind;
use crate::row::CustomRead;

/// Constant bytes, padded so that short ones are copied in one piece of a
/// fixed length and cut: a third of the writing time goes into small copies.
#[derive(Debug)]
pub(crate) struct Pre {
    padded: Vec<u8>,
    len: usize,
}

impl Pre {
    /// The fixed length.
    const PIECE: usize = 32;

    pub(crate) fn new(mut bytes: Vec<u8>) -> Pre {
        let len = bytes.len();
        if len < Pre::PIECE {
            bytes.resize(Pre::PIECE, 0);
        }
        Pre { padded: bytes, len }
    }

    #[inline]
    pub(crate) fn push(&self, out: &mut Vec<u8>) {
        match self.padded.first_chunk::<{ Pre::PIECE }>() {
            Some(piece) if self.len <= Pre::PIECE => {
                let end = out.len() + self.len;
                out.extend_from_slice(piece);
                out.truncate(end);
            }
            _ => out.extend_from_slice(&self.padded),
        }
    }
}

/// One step. `pre` is everything constant that stands before the value.
#[derive(Debug)]
pub(crate) enum Op {
    /// A value.
    Value { pre: Pre, value: Value },
    /// The link to the record: prefix, id, suffix; the texts escaped.
    Url { pre: Pre, id: usize, prefix: Vec<u8>, suffix: Vec<u8> },
    /// A list gathered from items.
    List { pre: Pre, items: Vec<Item> },
    /// `{id, name}` or `{amount, currency}`, or null when there is nothing.
    Group { pre: Pre, item: Item },
    /// A custom row.
    Custom { pre: Pre, slots: Vec<usize>, read: CustomRead, label: usize },
    /// The object of custom fields.
    CustomFields { pre: Pre, fields: Vec<CustomOp> },
    /// The record as sent.
    Raw { pre: Pre },
    /// The end of the record.
    End { pre: Pre },
}

/// A slot and how to read it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Value {
    pub(crate) slot: usize,
    pub(crate) codec: Erased,
    /// The names for warnings; `None` for a second reading of a slot, which
    /// would only repeat them.
    pub(crate) label: Option<usize>,
    /// Whether it is a list: without a value that is an empty one.
    pub(crate) list: bool,
}

/// One item of a list, or the parts of a group.
#[derive(Debug)]
pub(crate) struct Item {
    /// The slots of its values: when all are null there is nothing to write.
    pub(crate) slots: Vec<usize>,
    /// Whether the first value alone decides: a currency without an amount
    /// says nothing.
    pub(crate) first_decides: bool,
    pub(crate) parts: Vec<Part>,
    /// What closes it, with constant parts before.
    pub(crate) end: Pre,
}

/// One part of an item.
#[derive(Debug)]
pub(crate) enum Part {
    /// A value; `e164` is what stands before the number computed from it.
    Value { pre: Pre, value: Value, e164: Option<Pre> },
    /// Whether this is the first item that is present.
    Primary { pre: Pre },
}

/// One custom field.
#[derive(Debug)]
pub(crate) struct CustomOp {
    pub(crate) pre: Pre,
    pub(crate) slot: usize,
    pub(crate) kind: CustomKind,
    pub(crate) label: usize,
}

/// The names of a value, for warnings.
#[derive(Debug)]
pub(crate) struct Label {
    pub(crate) field: String,
    pub(crate) provider_field: String,
}
