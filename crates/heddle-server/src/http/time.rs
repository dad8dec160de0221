//! RFC 3339 for the server's own times.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY: u64 = 86_400;

/// A time as `2026-05-18T06:17:35.000Z`. Times before 1970 are shown as its
/// beginning: the server has none.
pub(crate) fn rfc3339(time: SystemTime) -> String {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (days, of_day) = (since.as_secs() / DAY, since.as_secs() % DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let millis = since.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
}

/// Reads RFC 3339 with any offset, from 1970 to 9999; fractions beyond
/// nanoseconds are cut.
pub(crate) fn parse(text: &str) -> Option<SystemTime> {
    let b = text.as_bytes();
    if b.len() < 20 || !text.is_ascii() {
        return None;
    }
    let marks = b[4] == b'-' && b[7] == b'-' && matches!(b[10], b'T' | b't') && b[13] == b':' && b[16] == b':';
    let year = number(&text[0..4])?;
    let (month, day) = (number(&text[5..7])?, number(&text[8..10])?);
    let (hour, minute, second) = (number(&text[11..13])?, number(&text[14..16])?, number(&text[17..19])?);
    let real = marks
        && year >= 1970
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !real {
        return None;
    }
    let zone_at = text[19..].find(['Z', 'z', '+', '-'])? + 19;
    let nanos = fraction(&text[19..zone_at])?;
    let offset = zone(&text[zone_at..])?;
    let days = days_before(year) + (1..month).map(|m| days_in(year, m)).sum::<u64>() + day - 1;
    let local = i64::try_from(days * DAY + hour * 3_600 + minute * 60 + second).ok()?;
    let utc = u64::try_from(local - offset).ok()?;
    UNIX_EPOCH.checked_add(Duration::new(utc, nanos))
}

fn number(digits: &str) -> Option<u64> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())?
}

/// Nanoseconds of nothing or of `.` and digits.
fn fraction(text: &str) -> Option<u32> {
    if text.is_empty() {
        return Some(0);
    }
    let digits = text.strip_prefix('.')?;
    let sound = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    let cut = &digits[..digits.len().min(9)];
    sound.then(|| format!("{cut:0<9}").parse().ok())?
}

/// Seconds of an offset such as `Z` or `+02:00`.
fn zone(text: &str) -> Option<i64> {
    let sign = match text.as_bytes() {
        [b'Z' | b'z'] => return Some(0),
        [b'+', _, _, b':', _, _] => 1,
        [b'-', _, _, b':', _, _] => -1,
        _ => return None,
    };
    let (hour, minute) = (number(&text[1..3])?, number(&text[4..6])?);
    let seconds = i64::try_from(hour * 3_600 + minute * 60).ok()?;
    (hour < 24 && minute < 60).then_some(sign * seconds)
}

fn leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 => 28 + u64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 to the first day of a year.
fn days_before(year: u64) -> u64 {
    let leaps = |year: u64| year / 4 - year / 100 + year / 400;
    (year - 1970) * 365 + leaps(year - 1) - leaps(1969)
}

/// Year, month and day of a day counted from 1970-01-01.
fn civil(days: u64) -> (u64, u64, u64) {
    // 365.2425 days a year on average: the guess is right or one too late.
    let mut year = 1970 + days * 10_000 / 3_652_425;
    if days_before(year) > days {
        year -= 1;
    }
    let mut rest = days - days_before(year);
    if rest >= 365 + u64::from(leap(year)) {
        rest -= 365 + u64::from(leap(year));
        year += 1;
    }
    let mut month = 1;
    while rest >= days_in(year, month) {
        rest -= days_in(year, month);
        month += 1;
    }
    (year, month, rest + 1)
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
            let time = at(day * DAY * 1_000 + 86_399_999);
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
