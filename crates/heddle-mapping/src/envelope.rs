//! Where records, end mark and next token stand in a provider's answer.

/// The shape of an answer, as data. Paths are dotted, with array indexes:
/// `compositeResponse.0.body.records`.
#[derive(Debug, Clone, Copy)]
pub struct Envelope {
    /// The array of records; empty when the whole answer is one record. An
    /// object instead of an array is taken as the only record.
    pub records: &'static str,
    /// A truth value that says that this was the last page.
    pub done: Option<&'static str>,
    /// The token or address of the next page.
    pub next: Option<&'static str>,
}

impl Envelope {
    /// An answer that is one record.
    pub const ONE: Envelope = Envelope { records: "", done: None, next: None };
}
