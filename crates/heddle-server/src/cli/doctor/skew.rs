//! How far somebody else's clock is from ours.

use super::Finding;
use std::time::{Duration, SystemTime};

/// Further apart, times of rows, tokens and leases cannot be compared.
const TOLERANCE: Duration = Duration::from_secs(5);

/// Judges a clock that was read between `asked` and `heard` of ours.
pub(super) fn judge(name: &'static str, asked: SystemTime, theirs: SystemTime, heard: SystemTime) -> Finding {
    let (behind, ahead) =
        (asked.duration_since(theirs).unwrap_or_default(), theirs.duration_since(heard).unwrap_or_default());
    let apart = behind.max(ahead);
    let way = if ahead > behind { "ahead of" } else { "behind" };
    if apart > TOLERANCE {
        let detail = format!("it is {} s {way} this machine's: set both by NTP", apart.as_secs());
        return Finding::wrong(name, detail);
    }
    Finding::ok(name, format!("agrees with this machine's within {} s", apart.as_secs() + 1))
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;
    use std::time::UNIX_EPOCH;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn a_clock_within_the_exchange_or_a_few_seconds_off_agrees() {
        for theirs in [95, 100, 101, 102, 107] {
            assert_eq!(judge("x", at(100), at(theirs), at(102)).verdict, Verdict::Ok, "{theirs}");
        }
    }

    #[test]
    fn a_clock_further_off_is_wrong_and_the_direction_is_said() {
        let behind = judge("x", at(100), at(94), at(102));
        let ahead = judge("x", at(100), at(108), at(102));
        assert_eq!((behind.verdict, ahead.verdict), (Verdict::Wrong, Verdict::Wrong));
        assert!(behind.detail.contains("6 s behind"), "{}", behind.detail);
        assert!(ahead.detail.contains("6 s ahead of"), "{}", ahead.detail);
    }
}
