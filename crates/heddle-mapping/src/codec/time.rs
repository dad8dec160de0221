//! Timestamps and dates.

use std::borrow::Cow;

use heddle_model::{Date, DateOrTime, Timestamp};

use super::text::plain;
use super::{Codec, Erased, Fit, Misfit, ValueKind};
use crate::calendar::{MAX_LEN, push_millis, push_utc, valid_date};
use crate::tok::Tok;
use crate::wire::Wire;

/// RFC 3339 or ISO 8601 with any offset (`Z`, `+0000`, `+01:00`), in UTC with
/// `Z` here; the fraction stays as sent. Without a zone it is a misfit.
pub const TIMESTAMP: Codec<Timestamp> = Codec::new("timestamp", ValueKind::Timestamp, read_utc, write_utc);

/// The same, or milliseconds since 1970 as 9 to 14 digits, number or text.
pub const TIMESTAMP_OR_MS: Codec<Timestamp> =
    Codec::new("timestamp or milliseconds", ValueKind::Timestamp, read_utc_or_ms, write_utc);

/// A day that exists, `YYYY-MM-DD` on both sides.
pub const DATE: Codec<Date> = Codec::new("date", ValueKind::Date, read_date, write_date);

/// A moment that the provider keeps to the second.
pub const MOMENT: Codec<DateOrTime> = Codec::new("moment", ValueKind::Timestamp, read_utc, write_utc);

/// A moment of which the provider keeps only the day.
pub const DATE_ONLY: Codec<DateOrTime> = Codec::new("date only", ValueKind::Date, read_date, write_date);

fn read_utc(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let Some(text) = plain(tok) else {
        return Fit::Misfit("not a timestamp");
    };
    out.push(b'"');
    if push_utc(&text, out).is_none() {
        return Fit::Misfit("not a timestamp with a zone");
    }
    out.push(b'"');
    Fit::Ok
}

fn read_utc_or_ms(codec: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let digits = match tok {
        Tok::Num(b) | Tok::Str(b) if (9..=14).contains(&b.len()) => b,
        tok => return read_utc(codec, tok, out),
    };
    out.push(b'"');
    if push_millis(digits, out).is_none() {
        return Fit::Misfit("not a timestamp");
    }
    out.push(b'"');
    Fit::Ok
}

fn write_utc<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    let misfit = Misfit("a timestamp such as 2026-05-18T06:17:35Z");
    let text = plain(tok).ok_or(misfit)?;
    let mut out = Vec::with_capacity(MAX_LEN);
    push_utc(&text, &mut out).ok_or(misfit)?;
    let text = String::from_utf8(out).map_err(|_| misfit)?;
    Ok(Wire::Timestamp(Cow::Owned(text)))
}

fn read_date(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match plain(tok).filter(|t| valid_date(t)) {
        Some(text) => {
            out.push(b'"');
            out.extend_from_slice(&text);
            out.push(b'"');
            Fit::Ok
        }
        None => Fit::Misfit("not a date"),
    }
}

fn write_date<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    let misfit = Misfit("a day that exists, such as 2026-05-18");
    let text = plain(tok).filter(|t| valid_date(t)).ok_or(misfit)?;
    let text = String::from_utf8(text.into_owned()).map_err(|_| misfit)?;
    Ok(Wire::Date(Cow::Owned(text)))
}
