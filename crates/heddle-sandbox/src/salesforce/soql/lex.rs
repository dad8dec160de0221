//! Statement text to tokens.

use super::error::SoqlError;

/// A token with the byte where it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind,
    /// The text; of a string, what stands between the quotes, not yet decoded.
    pub(super) text: &'a str,
    pub(super) position: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name, a dotted path or a keyword.
    Word,
    String,
    /// A number, date or date-time.
    Literal,
    /// An operator, bracket or comma.
    Sign,
    End,
}

/// Splits a statement; the last token is [`TokenKind::End`].
pub(super) fn tokens(statement: &str) -> Result<Vec<Token<'_>>, SoqlError> {
    let mut tokens = Vec::new();
    let bytes = statement.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let kind = match bytes[at] {
            b' ' | b'\t' | b'\n' | b'\r' => {
                at += 1;
                continue;
            }
            b'\'' => {
                at = string_end(statement, start)?;
                TokenKind::String
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'_' => {
                at = end_of(bytes, at, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
                TokenKind::Word
            }
            b'0'..=b'9' | b'-' | b'+' | b'.' => {
                at = end_of(bytes, at + 1, |byte| {
                    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b':' | b'.')
                });
                TokenKind::Literal
            }
            b'!' | b'<' | b'>' => {
                let pair = bytes.get(at + 1).copied();
                at += match (bytes[at], pair) {
                    (_, Some(b'=')) | (b'<', Some(b'>')) => 2,
                    _ => 1,
                };
                TokenKind::Sign
            }
            b'=' | b'(' | b')' | b',' => {
                at += 1;
                TokenKind::Sign
            }
            _ => {
                let token: String = statement[at..].chars().take(1).collect();
                return Err(SoqlError::unexpected(statement, at, &token));
            }
        };
        let text = match kind {
            TokenKind::String => &statement[start + 1..at - 1],
            _ => &statement[start..at],
        };
        tokens.push(Token { kind, text, position: start });
    }
    tokens.push(Token { kind: TokenKind::End, text: "<EOF>", position: bytes.len() });
    Ok(tokens)
}

fn end_of(bytes: &[u8], from: usize, inside: impl Fn(u8) -> bool) -> usize {
    bytes[from..].iter().position(|byte| !inside(*byte)).map_or(bytes.len(), |length| from + length)
}

/// The byte after the closing quote.
fn string_end(statement: &str, start: usize) -> Result<usize, SoqlError> {
    let bytes = statement.as_bytes();
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => return Ok(at + 1),
            b'\\' => at += 2,
            b'\n' | b'\r' => {
                return Err(SoqlError::at(
                    statement,
                    at,
                    "MALFORMED_QUERY",
                    "Line breaks not allowed in string literals",
                ));
            }
            _ => at += 1,
        }
    }
    Err(SoqlError::at(statement, start, "MALFORMED_QUERY", "unterminated string literal"))
}
