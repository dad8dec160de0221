//! Enums with their `_raw` twins.

use std::borrow::Cow;

use heddle_model::FieldInfo;

use super::WriteErrorKind;
use super::writer::{Spot, Writer};
use crate::codec::{Erased, Fit, TEXT, ValueKind};
use crate::row::{Row, Way};
use crate::scan::Scan;
use crate::tok::Tok;
use crate::wire::Wire;

impl Writer<'_> {
    /// An enum field (`word`) and its twin (`raw`), of which at least one is
    /// given. The provider's own word wins when it reads as the common one,
    /// or the common one is `OTHER` or not given.
    pub(super) fn word(&mut self, field: &FieldInfo, words: &[&str], row: &Row, word: Tok<'_>, raw: Tok<'_>) {
        let twin = format!("{}_raw", field.name);
        let (spot, raw_spot) = (Spot::field(field.name), Spot::field(&twin));
        let (Way::Both { path, codec } | Way::Write { path, codec }) = &row.way else {
            // Read or absent: one message for both.
            let (spot, tok) = if word.is_nothing() { (raw_spot, raw) } else { (spot, word) };
            return self.row(spot, row, tok);
        };
        let common = match word {
            Tok::Absent | Tok::Null => None,
            word => match word.text().filter(|text| words.contains(&&**text)) {
                Some(text) => Some(text),
                None => return self.invalid(spot, &format!("one of {}", words.join(", ")), Some(path)),
            },
        };
        if !raw.is_nothing() {
            let reads = reads_as(codec, raw);
            return match (&common, word) {
                (Some(given), _) if given != "OTHER" && Some(&**given) != reads.as_deref() => {
                    let detail = format!("{} reads as {}, not as {given}", shown(raw), reads.unwrap_or_default());
                    self.error(raw_spot, WriteErrorKind::ConflictingValues, detail, Some(path));
                }
                (None, Tok::Null) => {
                    let detail = format!("{} is null and {twin} is not", field.name);
                    self.error(raw_spot, WriteErrorKind::ConflictingValues, detail, Some(path));
                }
                _ => self.send(raw_spot, path, &TEXT.erased, raw),
            };
        }
        match common.as_deref() {
            None => self.clear(spot, path),
            Some(common) => self.common_word(spot, &twin, path, codec, common, word),
        }
    }

    /// A common word alone.
    fn common_word(&mut self, spot: Spot<'_>, twin: &str, path: &str, codec: &Erased, common: &str, tok: Tok<'_>) {
        if codec.kind != ValueKind::Word {
            // A codec of the connector's own, without a list of words.
            return self.send(spot, path, codec, tok);
        }
        let mut fitting = codec.words.iter().filter(|(word, _)| *word == common).map(|(_, provider)| *provider);
        let first = fitting.clone().next();
        match fitting.find(|provider| (self.spec.offers)(path, provider)).or(first) {
            Some(provider) => {
                if self.may(spot, path) {
                    self.push(path, Wire::Text(Cow::Borrowed(provider)));
                }
            }
            None if common == "OTHER" => {
                let detail = format!("OTHER stands for many words of the CRM: give the one that is meant in {twin}");
                self.error(spot, WriteErrorKind::RawWordNeeded, detail, Some(path));
            }
            None => {
                let mut known: Vec<&str> = Vec::new();
                for (word, _) in codec.words {
                    if !known.contains(word) {
                        known.push(word);
                    }
                }
                let must_be = format!("one of {}, or the CRM's own word in {twin}", known.join(", "));
                self.invalid(spot, &must_be, Some(path));
            }
        }
    }
}

/// The common word that a provider's word reads as.
fn reads_as(codec: &Erased, raw: Tok<'_>) -> Option<String> {
    let mut out = Vec::new();
    if codec.read(raw, &mut out) != Fit::Ok {
        return None;
    }
    Scan::new(&out).value().ok()?.text().map(Cow::into_owned)
}

fn shown(tok: Tok<'_>) -> String {
    tok.shown(80).unwrap_or_default()
}
