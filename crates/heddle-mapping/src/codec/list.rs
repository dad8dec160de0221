//! Several words in one text.

use std::borrow::Cow;

use heddle_model::{List, Text};

use super::{Codec, Erased, Fit, Misfit, ValueKind};
use crate::tok::{Tok, push_string};
use crate::wire::Wire;
use crate::write::elements;

/// A list of words that the provider keeps in one text with semicolons
/// between: `a;b`. An empty list is no value.
pub const LIST: Codec<List<Text>> = Codec::new("list", ValueKind::List, read, write);

fn read(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let Some(text) = tok.text().filter(|_| !matches!(tok, Tok::Num(_))) else {
        return Fit::Misfit("not words with semicolons between");
    };
    let start = out.len();
    for word in text.split(';').filter(|word| !word.is_empty()) {
        out.push(if out.len() == start { b'[' } else { b',' });
        push_string(word, out);
    }
    out.extend_from_slice(if out.len() == start { b"[]" } else { b"]" });
    Fit::Ok
}

fn write<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    let mut text = String::new();
    let mut sound = true;
    let list = elements(tok, |index, tok| {
        let word = match tok {
            Tok::Str(_) | Tok::StrEsc(_) => tok.text(),
            _ => None,
        };
        match word.filter(|word| !word.is_empty() && !word.contains(';')) {
            Some(word) => {
                if index > 0 {
                    text.push(';');
                }
                text.push_str(&word);
            }
            None => sound = false,
        }
        sound
    });
    match (list && sound, text.is_empty()) {
        (false, _) => Err(Misfit("a list of words without semicolons")),
        (true, true) => Ok(Wire::Null),
        (true, false) => Ok(Wire::Text(Cow::Owned(text))),
    }
}
