//! Enums: the provider's words and ours.

use std::borrow::Cow;

use heddle_model::{CommonEnum, Enum};

use super::text::plain;
use super::{Codec, Erased, Fit, Misfit, ValueKind};
use crate::tok::{Tok, push_string};
use crate::wire::Wire;

/// An enum by its words: `(common, provider)`. The first entry with a common
/// word is the one written; several provider words may read as one common
/// word. A provider word that is not listed reads as `OTHER`; the field's
/// `_raw` twin always has the provider's word.
///
/// A common word that `E` does not have stops the build.
pub const fn words<E: CommonEnum>(pairs: &'static [(&'static str, &'static str)]) -> Codec<Enum<E>> {
    let mut i = 0;
    while i < pairs.len() {
        let mut known = false;
        let mut j = 0;
        while j < E::NAMES.len() {
            known |= same(pairs[i].0, E::NAMES[j]);
            j += 1;
        }
        if !known {
            panic!("{}", pairs[i].0);
        }
        i += 1;
    }
    Codec::with_words("words", ValueKind::Word, read, write, pairs)
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

fn read(codec: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let word = match tok {
        Tok::Num(digits) => Cow::Borrowed(digits),
        Tok::StrLone(_) => Cow::Borrowed(&[][..]),
        tok => match plain(tok) {
            Some(word) => word,
            None => return Fit::Misfit("not a word"),
        },
    };
    let common =
        codec.words.iter().find(|(_, provider)| provider.as_bytes() == &*word).map_or("OTHER", |(common, _)| common);
    push_string(common, out);
    Fit::Ok
}

fn write<'a>(codec: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    let misfit = Misfit("one of the words that this CRM has");
    let word = plain(tok).ok_or(misfit)?;
    codec
        .words
        .iter()
        .find(|(common, _)| common.as_bytes() == &*word)
        .map(|(_, provider)| Wire::Text(Cow::Borrowed(*provider)))
        .ok_or(misfit)
}
