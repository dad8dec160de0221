//! The command line's clock, and times as people and programs read them.

use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// The present time. A command runs once, so nothing could turn its clock.
#[expect(clippy::disallowed_methods, reason = "the outermost layer: here time enters the program")]
pub(super) fn now() -> SystemTime {
    SystemTime::now()
}

/// This long from now.
#[expect(clippy::disallowed_methods, reason = "the outermost layer: here time enters the program")]
pub(super) fn deadline(after: Duration) -> Instant {
    Instant::now() + after
}

/// RFC 3339 in UTC, to the second.
pub(super) fn text(at: SystemTime) -> String {
    match jiff::Timestamp::try_from(at) {
        Ok(at) => at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        // Beyond the year 9999, which no clock of ours has set.
        Err(_) => "unknown".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn a_time_is_written_in_utc_to_the_second() {
        assert_eq!(text(UNIX_EPOCH + Duration::from_millis(1_700_000_000_999)), "2023-11-14T22:13:20Z");
    }
}
