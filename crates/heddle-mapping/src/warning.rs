//! What did not fit: nothing is dropped silently.

/// One thing that the caller should know about a page or a body to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// What kind of trouble.
    pub kind: WarningKind,
    /// The record's id; `None` when it concerns the page or the record has none.
    pub record: Option<String>,
    /// The common field, `addresses.city` for parts; empty for whole records.
    pub field: String,
    /// The provider's field.
    pub provider_field: String,
    /// What was wrong, as a sentence without a full stop.
    pub reason: &'static str,
    /// The value, cut to 256 bytes.
    pub value: Option<String>,
}

/// The kinds of trouble; [`as_str`](Self::as_str) is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningKind {
    /// A value of another kind than the field; the field is null, a custom
    /// field keeps the value as sent.
    ValueMisfit,
    /// A value was changed so that every client can read it.
    ValueRepaired,
    /// A field that was asked for is not in the answer: usually hidden from
    /// the user. Once a page and field.
    FieldNotSent,
    /// Something that is not an object stood among the records, and was left
    /// out.
    RecordMisfit,
    /// Something in a body to write was accepted and left alone.
    Ignored,
}

impl WarningKind {
    /// The stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            WarningKind::ValueMisfit => "value_misfit",
            WarningKind::ValueRepaired => "value_repaired",
            WarningKind::FieldNotSent => "field_not_sent",
            WarningKind::RecordMisfit => "record_misfit",
            WarningKind::Ignored => "ignored",
        }
    }
}

/// How many warnings a page keeps.
pub(crate) const MAX_WARNINGS: usize = 200;
/// How many bytes of a value a warning keeps.
pub(crate) const VALUE_BYTES: usize = 256;

/// The warnings of one page: the first ones, and how many more there were.
#[derive(Debug, Default)]
pub(crate) struct Warnings {
    pub(crate) list: Vec<Warning>,
    pub(crate) dropped: usize,
}

impl Warnings {
    /// Adds a warning, or counts it when there are too many. The closure keeps
    /// the cost of making one away from pages without trouble.
    pub(crate) fn add(&mut self, make: impl FnOnce() -> Warning) {
        if self.list.len() < MAX_WARNINGS {
            self.list.push(make());
        } else {
            self.dropped += 1;
        }
    }
}
