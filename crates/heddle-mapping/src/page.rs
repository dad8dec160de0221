//! The records of one page as they are written, and what is told about them.

use crate::emit;
use crate::plan::Plan;
use crate::tok::Tok;
use crate::warning::{VALUE_BYTES, Warning, WarningKind, Warnings};

/// What one page held, beside its records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageRead {
    /// How many records were written.
    pub written: usize,
    /// Whether the page had more records than were taken.
    pub extra: bool,
    /// The end mark, where the envelope has one and the answer too.
    pub done: Option<bool>,
    /// The next token, where the envelope has one and the answer too.
    pub next: Option<String>,
    /// The key of the last record written.
    pub last: Option<KeySlots>,
    /// The newest modified stamp among the records written, RFC 3339 with `Z`.
    pub newest_modified: Option<String>,
    /// What did not fit; at most 200.
    pub warnings: Vec<Warning>,
    /// How many more warnings there were.
    pub warnings_dropped: usize,
}

/// What a keyset cursor needs of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeySlots {
    /// The record's id; empty when it had none.
    pub id: String,
    /// When it was last modified, RFC 3339 with `Z`.
    pub modified: Option<String>,
    /// The value it is sorted by, as common JSON; `null` when it has none.
    /// `None` when the plan has no sort.
    pub sort: Option<String>,
}

/// Writes the records of one page.
#[derive(Debug)]
pub struct PageWriter<'p, 'o> {
    pub(crate) plan: &'p Plan,
    pub(crate) out: &'o mut Vec<u8>,
    pub(crate) warnings: Warnings,
    /// By label: whether the absence of the field was told.
    pub(crate) told: Vec<bool>,
    start: usize,
    take: usize,
    page: PageRead,
    newest: Vec<u8>,
    /// The same as the provider sent it, to pass over older ones unparsed.
    newest_sent: Vec<u8>,
    scratch: Vec<u8>,
}

impl<'p, 'o> PageWriter<'p, 'o> {
    pub(crate) fn new(plan: &'p Plan, take: usize, out: &'o mut Vec<u8>) -> PageWriter<'p, 'o> {
        PageWriter {
            start: out.len(),
            told: vec![false; plan.labels.len()],
            newest: Vec::with_capacity(64),
            newest_sent: Vec::with_capacity(64),
            scratch: Vec::with_capacity(64),
            warnings: Warnings::default(),
            page: PageRead::default(),
            plan,
            out,
            take,
        }
    }

    /// Whether all records asked for are written.
    pub fn full(&self) -> bool {
        self.page.written == self.take
    }

    /// Notes a record beyond those asked for.
    pub fn extra(&mut self) {
        self.page.extra = true;
    }

    /// Forgets everything written: a second array of records replaces the
    /// first, as with any duplicate key.
    pub fn restart(&mut self) {
        self.out.truncate(self.start);
        self.page = PageRead::default();
        self.warnings = Warnings::default();
        self.newest.clear();
        self.newest_sent.clear();
        self.told.fill(false);
    }

    /// Notes something among the records that is not an object.
    pub fn not_a_record(&mut self, tok: Tok<'_>) {
        self.warnings.add(|| Warning {
            kind: WarningKind::RecordMisfit,
            record: None,
            field: String::new(),
            provider_field: String::new(),
            reason: "not an object",
            value: tok.shown(VALUE_BYTES),
        });
    }

    /// Writes one record. `slots` has a value for every path of
    /// [`Plan::asked`], `raw` is the whole record, and `lone` tells whether
    /// half a surrogate pair may stand in it.
    pub fn record(&mut self, slots: &[Tok<'_>], raw: &[u8], lone: bool) {
        if self.page.written > 0 {
            self.out.push(b',');
        }
        emit::record(self, slots, raw, lone);
        self.page.written += 1;
        self.stamp(slots);
        if self.full() {
            self.remember(slots);
        }
    }

    /// Remembers the newest modified stamp.
    fn stamp(&mut self, slots: &[Tok<'_>]) {
        let Some(slot) = self.plan.modified else {
            return;
        };
        let tok = at(slots, slot);
        if let Tok::Str(text) = tok
            && not_later(text, &self.newest_sent)
        {
            return;
        }
        self.scratch.clear();
        if emit::timestamp(tok, &mut self.scratch) && later(&self.scratch, &self.newest) {
            std::mem::swap(&mut self.scratch, &mut self.newest);
            self.newest_sent.clear();
            if let Tok::Str(text) = tok {
                self.newest_sent.extend_from_slice(text);
            }
        }
    }

    /// Remembers the keys of what may be the last record.
    pub(crate) fn remember(&mut self, slots: &[Tok<'_>]) {
        let plan = self.plan;
        let modified = plan.modified.and_then(|slot| {
            self.scratch.clear();
            emit::timestamp(at(slots, slot), &mut self.scratch)
                .then(|| String::from_utf8_lossy(&self.scratch).into_owned())
        });
        let sort = plan.sort.as_ref().map(|(slot, codec)| {
            self.scratch.clear();
            emit::scalar(codec, at(slots, *slot), &mut self.scratch);
            String::from_utf8_lossy(&self.scratch).into_owned()
        });
        let id = match at(slots, plan.id) {
            Tok::Num(digits) => String::from_utf8_lossy(digits).into_owned(),
            tok => tok.text().unwrap_or_default().into_owned(),
        };
        self.page.last = Some(KeySlots { id, modified, sort });
    }

    /// Cuts the output back to where the page began.
    pub(crate) fn abandon(self) {
        self.out.truncate(self.start);
    }

    /// Ends the page. `last` has the slots of the last record written, if any.
    pub fn finish(mut self, last: &[Tok<'_>]) -> PageRead {
        if self.page.written > 0 && self.page.last.is_none() {
            self.remember(last);
        }
        if !self.newest.is_empty() {
            self.page.newest_modified = Some(String::from_utf8_lossy(&self.newest).into_owned());
        }
        self.page.warnings = self.warnings.list;
        self.page.warnings_dropped = self.warnings.dropped;
        self.page
    }
}

pub(crate) fn at<'b>(slots: &[Tok<'b>], slot: usize) -> Tok<'b> {
    slots.get(slot).copied().unwrap_or(Tok::Absent)
}

/// Whether `text` is surely no later stamp than `newest`: both of one length
/// and with one ending, so that the order of bytes is the order of time. What
/// is no stamp at all may pass as older: it could not become the newest.
fn not_later(text: &[u8], newest: &[u8]) -> bool {
    text.len() == newest.len() && text.len() > 19 && text.get(19..) == newest.get(19..) && text <= newest
}

/// Whether stamp `a` is later than `b`, or `b` is empty. Both are
/// `YYYY-MM-DDTHH:MM:SS[.fraction]Z`, the fractions of any length.
fn later(a: &[u8], b: &[u8]) -> bool {
    let split = |s: &'_ [u8]| -> usize { s.len().min(19) };
    let (a, a_rest) = a.split_at(split(a));
    let (b, b_rest) = b.split_at(split(b));
    match a.cmp(b) {
        std::cmp::Ordering::Equal => fraction(a_rest) > fraction(b_rest),
        order => order.is_gt(),
    }
}

/// The fraction without its trailing zeros, so that plain comparison orders it.
fn fraction(rest: &[u8]) -> &[u8] {
    let end = rest.iter().rposition(|b| (b'1'..=b'9').contains(b));
    end.and_then(|end| rest.get(..=end)).unwrap_or_default()
}
