//! RFC 3339 for the server's own times.

use heddle_mapping::timestamp_text;
use jiff::SignedDuration;
use jiff::civil::{DateTime, date};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A time as `2026-05-18T06:17:35.000Z`. Times before 1970 are shown as its
/// beginning: the server has none.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    timestamp_text(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Reads RFC 3339 with any offset, from 1970 to 9999; fractions beyond
/// nanoseconds are cut.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let (local, rest) = text.split_at_checked(19)?;
    let (fraction, zone) = rest.split_at(rest.find(['Z', 'z', '+', '-'])?);
    // The calendar reads more forms than RFC 3339 has.
    if !shaped(local, "0000-00-00T00:00:00") {
        return None;
    }
    let time: DateTime = local.parse().ok()?;
    let since = time.duration_since(date(1970, 1, 1).at(0, 0, 0, 0)) - offset(zone)?;
    // Negative before 1970.
    let since = Duration::try_from(since).ok()?;
    UNIX_EPOCH.checked_add(since + Duration::from_nanos(nanoseconds(fraction)?))
}

/// Whether `text` has a digit for each `0`, `T` or `t` for the `T`, and the
/// rest as it is.
fn shaped(text: &str, form: &str) -> bool {
    let same = |(byte, form): (u8, u8)| match form {
        b'0' => byte.is_ascii_digit(),
        b'T' => byte.eq_ignore_ascii_case(&b'T'),
        _ => byte == form,
    };
    text.len() == form.len() && text.bytes().zip(form.bytes()).all(same)
}

/// Nanoseconds of nothing or of `.` and digits.
fn nanoseconds(fraction: &str) -> Option<u64> {
    if fraction.is_empty() {
        return Some(0);
    }
    let digits = fraction.strip_prefix('.').filter(|digits| !digits.is_empty())?;
    let cut = digits.bytes().all(|b| b.is_ascii_digit()).then(|| &digits[..digits.len().min(9)])?;
    format!("{cut:0<9}").parse().ok()
}

/// An offset such as `Z` or `+02:00`.
fn offset(zone: &str) -> Option<SignedDuration> {
    if matches!(zone, "Z" | "z") {
        return Some(SignedDuration::ZERO);
    }
    let (sign, clock) = zone.split_at_checked(1)?;
    let (hours, minutes) = clock.split_once(':').filter(|_| shaped(clock, "00:00"))?;
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let east = if sign == "-" { -1 } else { 1 };
    (hours < 24 && minutes < 60).then(|| SignedDuration::from_mins(east * (hours * 60 + minutes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_millis(millis)
    }

    #[test]
    fn known_times_read_and_write() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_779_085_055_123, "2026-05-18T06:17:35.123Z"),
            (4_107_542_399_999, "2100-02-28T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59.000Z"),
        ];
        for (millis, text) in table {
            assert_eq!(rfc3339(at(millis)), text);
            assert_eq!(parse(text), Some(at(millis)), "{text}");
        }
    }

    #[test]
    fn every_day_of_five_hundred_years_comes_back() {
        for day in 0..183_000 {
            let time = at(day * 86_400_000 + 86_399_999);
            assert_eq!(parse(&rfc3339(time)), Some(time));
        }
    }

    #[test]
    fn offsets_and_fractions_are_read() {
        let noon = parse("2026-01-01T12:00:00Z");
        assert_eq!(parse("2026-01-01T14:00:00+02:00"), noon);
        assert_eq!(parse("2026-01-01t06:30:00-05:30"), noon);
        assert_eq!(parse("2026-01-01T12:00:00.5Z"), noon.map(|t| t + Duration::from_millis(500)));
        assert_eq!(parse("2026-01-01T12:00:00.0000000019z"), noon.map(|t| t + Duration::from_nanos(1)));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        let bad = [
            "",
            "2026-01-01",
            "2026-01-01T12:00:00",
            "2026-02-29T12:00:00Z",
            "2026-13-01T12:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T12:60:00Z",
            "2026-01-01 12:00:00Z",
            "2026-01-01T12:00:00.Z",
            "2026-01-01T12:00:00+0200",
            "2026-01-01T12:00:00+24:00",
            "1969-12-31T23:59:59Z",
            "1970-01-01T00:00:00+01:00",
            "2026-01-01T12:00:00Zx",
            "+026-01-01T12:00:00Z",
            "2026-01-01T12:00:00é",
        ];
        for text in bad {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
