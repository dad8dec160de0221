//! Points in time as whole milliseconds since 1970.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Milliseconds since 1970, rounded down; never negative.
pub(crate) fn to_ms(at: SystemTime) -> i64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The point in time of a stored number.
pub(crate) fn from_ms(ms: i64) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(ms).unwrap_or_default())
}

/// A duration in whole milliseconds.
pub(crate) fn duration_ms(took: Duration) -> i64 {
    i64::try_from(took.as_millis()).unwrap_or(i64::MAX)
}

/// A counter as stored; sealed rows never reach the limit.
pub(crate) fn to_count(n: u64) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// A counter as read; a negative one cannot have been written by us.
pub(crate) fn from_count(n: i64) -> u64 {
    u64::try_from(n).unwrap_or_default()
}
