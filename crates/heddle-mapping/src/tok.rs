//! One JSON value as it stands in the provider's bytes: the whole interface
//! between the scanner and everything behind it.

use std::borrow::Cow;

/// A value, undecoded. Strings are the bytes between the quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tok<'a> {
    /// The record has no such key.
    Absent,
    /// `null`.
    Null,
    /// `true`.
    True,
    /// `false`.
    False,
    /// A number, digits as sent.
    Num(&'a [u8]),
    /// A string without escapes.
    Str(&'a [u8]),
    /// A string with escapes, all of them sound.
    StrEsc(&'a [u8]),
    /// A string that holds half of a surrogate pair (`\ud83d` alone), as an
    /// emoji cut by a length limit leaves it. Valid JSON text to some readers,
    /// refused by others: it is repaired before it is passed on.
    StrLone(&'a [u8]),
    /// An object or an array, whole.
    Json(&'a [u8]),
}

impl<'a> Tok<'a> {
    /// Whether there is no value: absent or null.
    pub const fn is_nothing(self) -> bool {
        matches!(self, Tok::Absent | Tok::Null)
    }

    /// The decoded text of a string; a lone surrogate becomes U+FFFD.
    /// `None` for everything that is not a string.
    pub fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Tok::Str(b) => Some(String::from_utf8_lossy(b)),
            Tok::StrEsc(b) | Tok::StrLone(b) => Some(Cow::Owned(decode(b))),
            _ => None,
        }
    }

    /// The value for people: strings decoded, the rest as it stands; at most
    /// `limit` bytes, cut between characters.
    pub fn shown(self, limit: usize) -> Option<String> {
        let text = match self {
            Tok::Absent => return None,
            Tok::Null => Cow::Borrowed("null"),
            Tok::True => Cow::Borrowed("true"),
            Tok::False => Cow::Borrowed("false"),
            Tok::Num(b) | Tok::Json(b) | Tok::Str(b) => {
                // A piece is enough: the values can be megabytes.
                String::from_utf8_lossy(b.get(..limit + 4).unwrap_or(b))
            }
            Tok::StrEsc(b) | Tok::StrLone(b) => {
                let end = b.len().min(limit * 12 + 12);
                Cow::Owned(decode(b.get(..end).unwrap_or(b)))
            }
        };
        let mut end = text.len().min(limit);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        Some(text.get(..end).unwrap_or_default().to_owned())
    }
}

/// Decodes the inside of a JSON string that the scanner has accepted. A half
/// of a surrogate pair becomes U+FFFD.
pub(crate) fn decode(inner: &[u8]) -> String {
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.iter().position(|&b| b == b'\\') {
        out.extend_from_slice(rest.get(..at).unwrap_or_default());
        let (taken, c) = escape(rest.get(at..).unwrap_or_default());
        out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        rest = rest.get(at + taken..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    String::from_utf8_lossy(&out).into_owned()
}

/// The length and the character of the escape at the start of `b`.
fn escape(b: &[u8]) -> (usize, char) {
    let simple = match b.get(1) {
        Some(b'u') => {
            let high = hex4(b.get(2..6));
            return match high {
                Some(high @ 0xd800..=0xdbff) => match low(b.get(6..12)) {
                    Some(low) => {
                        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                        (12, char::from_u32(code).unwrap_or('\u{fffd}'))
                    }
                    None => (6, '\u{fffd}'),
                },
                Some(code) => (6, char::from_u32(code).unwrap_or('\u{fffd}')),
                None => (b.len(), '\u{fffd}'),
            };
        }
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'n') => '\n',
        Some(b'r') => '\r',
        Some(b't') => '\t',
        Some(&c) => char::from(c),
        // A piece that was cut for display.
        None => '\u{fffd}',
    };
    (2.min(b.len()), simple)
}

/// The low half of a surrogate pair written as `\uDC00`.
pub(crate) fn low(b: Option<&[u8]>) -> Option<u32> {
    match b {
        Some([b'\\', b'u', digits @ ..]) => hex4(Some(digits)).filter(|c| (0xdc00..=0xdfff).contains(c)),
        _ => None,
    }
}

/// Four hexadecimal digits.
pub(crate) fn hex4(b: Option<&[u8]>) -> Option<u32> {
    let b = b?;
    if b.len() != 4 {
        return None;
    }
    b.iter().try_fold(0, |n, &c| char::from(c).to_digit(16).map(|d| n * 16 + d))
}

/// Copies JSON text, with `\ufffd` in place of every half surrogate pair.
/// Nothing else changes.
pub(crate) fn copy_repaired(json: &[u8], out: &mut Vec<u8>) {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|&b| b == b'\\') {
        let (before, tail) = rest.split_at(at);
        out.extend_from_slice(before);
        let (taken, _) = escape(tail);
        let sound = match hex4(tail.get(2..6)) {
            Some(0xd800..=0xdfff) if tail.get(1) == Some(&b'u') => taken == 12,
            _ => true,
        };
        if sound {
            out.extend_from_slice(tail.get(..taken).unwrap_or(tail));
        } else {
            out.extend_from_slice(b"\\ufffd");
        }
        rest = tail.get(taken..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}

/// Writes text as a JSON string with its quotes.
pub(crate) fn push_string(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    push_escaped(text, out);
    out.push(b'"');
}

/// Writes text as the inside of a JSON string.
pub(crate) fn push_escaped(text: &str, out: &mut Vec<u8>) {
    for &b in text.as_bytes() {
        match b {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', b]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..0x20 => {
                let hex = |n: u8| if n < 10 { b'0' + n } else { b'a' + n - 10 };
                out.extend_from_slice(b"\\u00");
                out.extend_from_slice(&[hex(b >> 4), hex(b & 15)]);
            }
            _ => out.push(b),
        }
    }
}
