//! Codecs: how one provider value reads as a common one, and back.

mod link;
mod list;
mod named;
mod number;
mod text;
mod time;
mod words;

use std::fmt;
use std::marker::PhantomData;

pub use link::{Link, Links, linked, linked_rest};
pub use list::LIST;
pub use named::NamedCodec;
pub use number::{BOOL, DECIMAL, INT, NUMBER};
pub use text::{ID, TEXT, reference};
pub use time::{DATE, DATE_ONLY, MOMENT, TIMESTAMP, TIMESTAMP_OR_MS};
pub use words::words;

pub(crate) use number::plain_decimal;
pub(crate) use text::{push_quoted, push_text};

use crate::tok::Tok;
use crate::wire::Wire;

/// A codec for common values of kind `T`, joined to a field of the same kind
/// by the row constructors.
pub struct Codec<T> {
    pub(crate) erased: Erased,
    marker: PhantomData<fn() -> T>,
}

// By hand, because derives would ask the marker to be `Copy` too.
impl<T> Clone for Codec<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Codec<T> {}

impl<T> fmt::Debug for Codec<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.erased.name)
    }
}

/// A codec with its kind forgotten, so that rows of all kinds stand in one
/// table.
#[derive(Clone, Copy)]
pub struct Erased {
    /// The codec's name, for documents and messages.
    pub name: &'static str,
    /// What filters and sorts may do with the value.
    pub kind: ValueKind,
    pub(crate) read: ReadFn,
    pub(crate) write: WriteFn,
    /// Whether strings pass as they were sent.
    pub(crate) as_sent: bool,
    /// Common word and provider word, for enum codecs.
    pub words: &'static [(&'static str, &'static str)],
    /// Provider values as JSON that the laws try beside those of every kind.
    pub(crate) samples: &'static [&'static str],
    /// For a provider field that points at records of several objects, which
    /// of them this is for.
    pub link: Option<Link>,
}

impl fmt::Debug for Erased {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

/// Provider value to common JSON, appended to the output. Never called with
/// [`Tok::Absent`] or [`Tok::Null`]: the engine writes `null` for both. On a
/// misfit the output is cut back by the engine.
pub type ReadFn = fn(&Erased, Tok<'_>, &mut Vec<u8>) -> Fit;

/// Common JSON value to provider value. Never called with [`Tok::Absent`] or
/// [`Tok::Null`].
pub type WriteFn = for<'a> fn(&Erased, Tok<'a>) -> Result<Wire<'a>, Misfit>;

/// How a provider value fitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fit {
    /// As it should be.
    Ok,
    /// Written, but changed on the way; the reason goes into a warning.
    Repaired(&'static str),
    /// Not a value of this kind; `null` is written and a warning given.
    Misfit(&'static str),
    /// Not in this answer, though the record has it; `null` is written, and the
    /// reason is told once a page.
    Elsewhere(&'static str),
}

/// Why a common value does not fit, as the end of "must be …".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Misfit(pub &'static str);

/// What filters and sorts may do with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueKind {
    /// Free text.
    Text,
    /// An id.
    Id,
    /// A point in time.
    Timestamp,
    /// A day.
    Date,
    /// `true` or `false`.
    Bool,
    /// A JSON number on both sides.
    Number,
    /// A decimal string here, a number at the provider.
    Decimal,
    /// A word of an enum.
    Word,
    /// Several words in one value, which no provider compares like one.
    List,
    /// Records inside the record, which nothing compares.
    Records,
}

impl<T> Codec<T> {
    /// A codec of a connector's own. `read` and `write` must undo each other:
    /// the round-trip law checks it for every table.
    pub const fn new(name: &'static str, kind: ValueKind, read: ReadFn, write: WriteFn) -> Codec<T> {
        Codec::with_words(name, kind, read, write, &[])
    }

    /// A codec whose `read` writes strings as they were sent, so that the
    /// engine may do it alone.
    pub(crate) const fn as_sent(name: &'static str, kind: ValueKind, read: ReadFn, write: WriteFn) -> Codec<T> {
        let mut codec = Codec::new(name, kind, read, write);
        codec.erased.as_sent = true;
        codec
    }

    /// A codec of a connector's own for records inside the record. `samples`
    /// are such lists in the provider's JSON, for the laws.
    pub const fn list(name: &'static str, read: ReadFn, write: WriteFn, samples: &'static [&'static str]) -> Codec<T> {
        let mut codec = Codec::new(name, ValueKind::Records, read, write);
        codec.erased.samples = samples;
        codec
    }

    /// The codec without its kind.
    pub const fn erased(&self) -> Erased {
        self.erased
    }

    pub(crate) const fn with_words(
        name: &'static str,
        kind: ValueKind,
        read: ReadFn,
        write: WriteFn,
        words: &'static [(&'static str, &'static str)],
    ) -> Codec<T> {
        Codec {
            erased: Erased { name, kind, read, write, as_sent: false, words, samples: &[], link: None },
            marker: PhantomData,
        }
    }
}

impl Erased {
    /// Reads one value; `null` and absence are the caller's.
    pub fn read(&self, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
        (self.read)(self, tok, out)
    }

    /// Writes one common value; null is [`Wire::Null`].
    ///
    /// # Errors
    /// When the value is not one of this kind.
    pub fn write<'a>(&self, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
        match tok {
            Tok::Absent | Tok::Null => Ok(Wire::Null),
            tok => (self.write)(self, tok),
        }
    }
}
