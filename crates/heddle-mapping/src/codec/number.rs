//! Numbers and truth values.

use std::borrow::Cow;

use heddle_model::{Bool, Decimal, Int, Number};

use super::text::plain;
use super::{Codec, Erased, Fit, Misfit, ValueKind};
use crate::scan::is_number;
use crate::tok::Tok;
use crate::wire::Wire;

/// `true` or `false`, also as text.
pub const BOOL: Codec<Bool> = Codec::new("bool", ValueKind::Bool, read_bool, write_bool);

/// A whole number, also as text and also as `5.0`.
pub const INT: Codec<Int> = Codec::new("int", ValueKind::Number, read_int, write_int);

/// A JSON number with its digits as sent, also from text.
pub const NUMBER: Codec<Number> = Codec::new("number", ValueKind::Number, read_number, write_number);

/// An exact decimal: a number or text at the provider, a decimal string here.
/// Never through a float. Trailing zeros after the point are cut (`1.50`
/// reads as `1.5`), exponents are moved into the digits, and an exponent
/// beyond 30 is a misfit.
pub const DECIMAL: Codec<Decimal> = Codec::new("decimal", ValueKind::Decimal, read_decimal, write_decimal);

/// The largest exponent that is moved into the digits.
const MAX_EXPONENT: i32 = 30;

/// The digits of a number token or of a string that is one.
fn digits(tok: Tok<'_>) -> Option<Cow<'_, [u8]>> {
    match tok {
        Tok::Num(b) => Some(Cow::Borrowed(b)),
        tok => plain(tok).filter(|b| is_number(b)),
    }
}

fn ascii(digits: Cow<'_, [u8]>) -> Cow<'_, str> {
    match digits {
        Cow::Borrowed(b) => String::from_utf8_lossy(b),
        Cow::Owned(b) => Cow::Owned(String::from_utf8_lossy(&b).into_owned()),
    }
}

fn read_bool(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let value = match tok {
        Tok::True | Tok::Str(b"true") => "true",
        Tok::False | Tok::Str(b"false") => "false",
        _ => return Fit::Misfit("not true or false"),
    };
    out.extend_from_slice(value.as_bytes());
    Fit::Ok
}

fn write_bool<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    match tok {
        Tok::True => Ok(Wire::Bool(true)),
        Tok::False => Ok(Wire::Bool(false)),
        _ => Err(Misfit("true or false")),
    }
}

fn whole(tok: Tok<'_>) -> Option<String> {
    plain_decimal(&digits(tok)?).filter(|d| !d.contains('.'))
}

fn read_int(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match whole(tok) {
        Some(text) => {
            out.extend_from_slice(text.as_bytes());
            Fit::Ok
        }
        None => Fit::Misfit("not a whole number"),
    }
}

fn write_int<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    match tok {
        Tok::Num(_) => whole(tok).map(|d| Wire::Number(Cow::Owned(d))),
        _ => None,
    }
    .ok_or(Misfit("a whole number"))
}

fn read_number(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match digits(tok) {
        Some(text) => {
            out.extend_from_slice(&text);
            Fit::Ok
        }
        None => Fit::Misfit("not a number"),
    }
}

fn write_number<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    match tok {
        Tok::Num(b) => Ok(Wire::Number(ascii(Cow::Borrowed(b)))),
        _ => Err(Misfit("a number")),
    }
}

fn read_decimal(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let Some(digits) = digits(tok) else {
        return Fit::Misfit("not a number");
    };
    let Some(text) = plain_decimal(&digits) else {
        return Fit::Misfit("a number with an exponent beyond 30");
    };
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Fit::Ok
}

fn write_decimal<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    plain(tok)
        .filter(|b| is_number(b))
        .and_then(|b| plain_decimal(&b))
        .map(|d| Wire::Number(Cow::Owned(d)))
        .ok_or(Misfit("a decimal number in a string"))
}

/// A JSON number as plain digits: no exponent, no trailing zeros after the
/// point, no `-0`. `None` when the exponent is beyond [`MAX_EXPONENT`].
pub(crate) fn plain_decimal(number: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(number).ok()?;
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((m, e)) => (m, e.parse::<i32>().ok()?),
        None => (text, 0),
    };
    if exponent.abs() > MAX_EXPONENT {
        return None;
    }
    let (int, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut digits = format!("{int}{fraction}");
    let mut point = i32::try_from(int.len()).ok()? + exponent;
    while point < 1 {
        digits.insert(0, '0');
        point += 1;
    }
    let point = usize::try_from(point).ok()?;
    while digits.len() < point {
        digits.push('0');
    }
    let (int, fraction) = digits.split_at(point);
    let int = int.trim_start_matches('0');
    let int = if int.is_empty() { "0" } else { int };
    let fraction = fraction.trim_end_matches('0');
    let sign = if negative && (int != "0" || !fraction.is_empty()) { "-" } else { "" };
    Some(match fraction {
        "" => format!("{sign}{int}"),
        _ => format!("{sign}{int}.{fraction}"),
    })
}
