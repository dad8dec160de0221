//! Text, ids and references.

use std::borrow::Cow;

use heddle_model::{Id, Ref, Text};

use super::{Codec, Erased, Fit, Misfit, ValueKind};
use crate::tok::{Tok, copy_repaired};
use crate::wire::Wire;

/// Text, passed as sent: a valid JSON string needs no decoding. A number is
/// taken as its digits.
pub const TEXT: Codec<Text> = Codec::as_sent("text", ValueKind::Text, read, write);

/// The record's own id.
pub const ID: Codec<Id> = Codec::as_sent("id", ValueKind::Id, read, write);

/// The id of a record of `O`; numeric ids read as text.
pub const fn reference<O>() -> Codec<Ref<O>> {
    Codec::as_sent("reference", ValueKind::Id, read, write)
}

pub(super) const CUT_PAIR: &str = "half of a surrogate pair was replaced";

fn read(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    push_text(tok, out)
}

/// Writes a token as a JSON string.
pub(crate) fn push_text(tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match tok {
        Tok::Str(inner) | Tok::StrEsc(inner) | Tok::Num(inner) => {
            push_quoted(inner, out);
            Fit::Ok
        }
        Tok::StrLone(inner) => {
            out.push(b'"');
            copy_repaired(inner, out);
            out.push(b'"');
            Fit::Repaired(CUT_PAIR)
        }
        _ => Fit::Misfit("not text"),
    }
}

/// Writes the inside of a JSON string with its quotes.
#[inline]
pub(crate) fn push_quoted(inner: &[u8], out: &mut Vec<u8>) {
    out.reserve(inner.len() + 2);
    out.push(b'"');
    out.extend_from_slice(inner);
    out.push(b'"');
}

fn write<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    tok.text().map(Wire::Text).ok_or(Misfit("text"))
}

/// The text of a string token when it is plain, otherwise decoded.
pub(super) fn plain(tok: Tok<'_>) -> Option<Cow<'_, [u8]>> {
    match tok {
        Tok::Str(b) => Some(Cow::Borrowed(b)),
        Tok::StrEsc(_) => match tok.text()? {
            Cow::Borrowed(s) => Some(Cow::Borrowed(s.as_bytes())),
            Cow::Owned(s) => Some(Cow::Owned(s.into_bytes())),
        },
        _ => None,
    }
}
