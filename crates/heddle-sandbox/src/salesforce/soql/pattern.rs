//! String literals: escapes, and LIKE patterns.

use super::error::SoqlError;

/// A piece of a LIKE pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Char(char),
    /// `_`
    One,
    /// `%`
    Many,
}

/// The text of a literal. Every backslash sequence outside the list of the
/// SOQL reference is refused; `\%` and `\_` belong to LIKE alone.
pub(super) fn decode(raw: &str) -> Result<String, SoqlError> {
    let pieces = pieces(raw, false)?;
    Ok(pieces
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Char(c) => Some(c),
            Piece::One | Piece::Many => None,
        })
        .collect())
}

/// The pattern of a LIKE literal, folded for comparing without case.
pub(super) fn pattern(raw: &str) -> Result<Vec<Piece>, SoqlError> {
    let mut folded = Vec::new();
    for piece in pieces(raw, true)? {
        match piece {
            Piece::Char(c) => folded.extend(c.to_lowercase().map(Piece::Char)),
            other => folded.push(other),
        }
    }
    Ok(folded)
}

fn pieces(raw: &str, like: bool) -> Result<Vec<Piece>, SoqlError> {
    let mut pieces = Vec::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let piece = match c {
            '%' if like => Piece::Many,
            '_' if like => Piece::One,
            '\\' => {
                let escaped = chars.next().unwrap_or(' ');
                Piece::Char(match escaped {
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    '"' | '\'' | '\\' => escaped,
                    '%' | '_' if like => escaped,
                    'u' => {
                        let digits: String = chars.by_ref().take(4).collect();
                        u32::from_str_radix(&digits, 16)
                            .ok()
                            .filter(|_| digits.len() == 4)
                            .and_then(char::from_u32)
                            .ok_or_else(|| illegal(raw, &format!("\\u{digits}")))?
                    }
                    other => return Err(illegal(raw, &format!("\\{other}"))),
                })
            }
            other => Piece::Char(other),
        };
        pieces.push(piece);
    }
    Ok(pieces)
}

fn illegal(raw: &str, sequence: &str) -> SoqlError {
    SoqlError::new(
        "MALFORMED_QUERY",
        format!(
            "Invalid string literal '{raw}'. Illegal character sequence '{sequence}' in string \
             literal."
        ),
    )
}

/// Whether folded text fits a folded pattern.
pub(super) fn fits(pattern: &[Piece], text: &str) -> bool {
    let mut rest = text.chars();
    let mut next = 0;
    // Where to take up again when a guess about `%` was too short.
    let mut retry: Option<(usize, std::str::Chars<'_>)> = None;
    loop {
        match pattern.get(next) {
            Some(Piece::Many) => {
                retry = Some((next + 1, rest.clone()));
                next += 1;
                continue;
            }
            Some(Piece::One) if rest.next().is_some() => {
                next += 1;
                continue;
            }
            Some(Piece::Char(wanted)) if rest.clone().next() == Some(*wanted) => {
                rest.next();
                next += 1;
                continue;
            }
            None if rest.as_str().is_empty() => return true,
            _ => {}
        }
        let Some((after, from)) = &mut retry else {
            return false;
        };
        if from.next().is_none() {
            return false;
        }
        next = *after;
        rest = from.clone();
    }
}
