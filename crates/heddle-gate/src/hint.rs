//! "Come back later" in all the forms that providers use.

use std::time::{Duration, SystemTime};

/// A date in the past means: now, but not in a tight loop.
const PAST: Duration = Duration::from_secs(1);
/// Longest wait that is believed.
const CAP: Duration = Duration::from_secs(24 * 3600);
/// Numbers from here on are epoch seconds (2001-09-09), not a span (31 years).
const EPOCH_SECONDS: f64 = 1e9;
/// Numbers from here on are epoch milliseconds.
const EPOCH_MILLIS: f64 = 1e11;

/// The longest wait among the values of wait headers (`Retry-After`, a rate
/// limit's reset).
///
/// Understood: seconds, whole or decimal; the three HTTP dates; epoch seconds
/// and milliseconds; ISO 8601 instants with an offset; `reset=N` or
/// `retry-after=N` inside a combined header. What is none of these, negative
/// or not a number is ignored. A date in the past is one second. At most 24 h.
///
/// `reply_clock` is the answer's own `Date`: their dates are judged by their
/// clock. `received` is our clock at that moment, which stands in when theirs
/// was never set (before 2001).
pub fn parse_wait(values: &[&str], reply_clock: SystemTime, received: SystemTime) -> Option<Duration> {
    let unset = SystemTime::UNIX_EPOCH + Duration::from_secs(EPOCH_SECONDS as u64) > reply_clock;
    let clock = if unset { received } else { reply_clock };
    values.iter().filter_map(|value| parse(value, clock)).max()
}

fn parse(value: &str, clock: SystemTime) -> Option<Duration> {
    if !value.is_ascii() || value.len() > 256 {
        return None;
    }
    let value = value.trim().trim_matches('"').trim();
    structured(value, clock)
        .or_else(|| number(value, clock))
        .or_else(|| httpdate::parse_http_date(value).ok().map(|date| from_date(date, clock)))
        .or_else(|| iso8601(value).map(|date| from_date(date, clock)))
}

/// `limit=240; remaining=239; reset=8`, also with commas and spaces. The
/// window's length (`w=`) and the other parts say nothing about waiting.
fn structured(value: &str, clock: SystemTime) -> Option<Duration> {
    value
        .split([';', ','])
        .filter_map(|part| part.split_once('='))
        .filter(|(name, _)| {
            let name = name.trim();
            ["reset", "retry-after", "t"].iter().any(|known| name.eq_ignore_ascii_case(known))
        })
        .filter_map(|(_, wait)| number(wait.trim().trim_matches('"'), clock))
        .max()
}

fn number(value: &str, clock: SystemTime) -> Option<Duration> {
    let value = value.strip_suffix('s').unwrap_or(value).trim_end();
    // Keeps out "inf", "nan" and "+5", which the float parser would take.
    if !value.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let number: f64 = value.parse().ok().filter(|n: &f64| n.is_finite() && *n >= 0.0)?;
    if number >= EPOCH_SECONDS {
        let seconds = if number >= EPOCH_MILLIS { number / 1e3 } else { number };
        let since = Duration::try_from_secs_f64(seconds).ok();
        let date = since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since));
        return Some(date.map_or(CAP, |date| from_date(date, clock)));
    }
    Some(Duration::try_from_secs_f64(number).map_or(CAP, |wait| wait.min(CAP)))
}

fn from_date(date: SystemTime, clock: SystemTime) -> Duration {
    match date.duration_since(clock) {
        Ok(wait) if !wait.is_zero() => wait.min(CAP),
        _ => PAST,
    }
}

/// `2026-11-24T12:00:00Z`, with an optional fraction and `Z`, `+hh:mm` or
/// `+hhmm`. A time without an offset names no instant and is ignored.
fn iso8601(value: &str) -> Option<SystemTime> {
    let bytes = value.as_bytes();
    let separators = bytes.get(4) == Some(&b'-')
        && bytes.get(7) == Some(&b'-')
        && matches!(bytes.get(10), Some(b'T' | b't' | b' '))
        && bytes.get(13) == Some(&b':')
        && bytes.get(16) == Some(&b':');
    if !separators {
        return None;
    }
    let digits = |from: usize, to: usize| -> Option<i64> {
        let text = value.get(from..to)?;
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
    };
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let (nanos, zone) = match value.get(19..)?.strip_prefix('.') {
        Some(rest) => {
            let end = rest.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(rest.len());
            let fraction: f64 = format!("0.{}", rest.get(..end).filter(|f| !f.is_empty())?).parse().ok()?;
            (Duration::try_from_secs_f64(fraction).ok()?, rest.get(end..)?)
        }
        None => (Duration::ZERO, value.get(19..)?),
    };
    let offset = offset_seconds(zone)?;
    let seconds = days_since_epoch(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset;
    let seconds = u64::try_from(seconds).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds) + nanos)
}

fn offset_seconds(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone.get(1..)?.chars().filter(|c| *c != ':').collect();
    if digits.len() != 4 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (digits.get(..2)?.parse().ok()?, digits.get(2..)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
}

/// Days from 1970-01-01 in the Gregorian calendar, counted from March so that
/// the leap day comes last in its year.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, in_era) = (year.div_euclid(400), year.rem_euclid(400));
    era * 146_097 + in_era * 365 + in_era / 4 - in_era / 100 + (month * 153 + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
#[path = "hint_tests.rs"]
mod tests;
