//! How long to wait before a repeat: the only user of the `backoff` crate,
//! which is asked for one number and never for a decision.

use backoff::{ExponentialBackoff, backoff::Backoff};
use std::time::Duration;

/// Doublings after which any base of at least 1 ns has passed any cap in use.
const MOST_DOUBLINGS: u32 = 64;

/// `base` doubled `steps` times, at most `cap`. Saturates; a zero base stays zero.
///
/// The crate's own jitter and its limit on elapsed time are off: its jitter goes
/// beyond the cap, and its clock ignores virtual time.
pub(crate) fn ceiling(base: Duration, cap: Duration, steps: u32) -> Duration {
    if base.is_zero() || cap.is_zero() {
        return Duration::ZERO;
    }
    let mut growth = ExponentialBackoff {
        current_interval: base.min(cap),
        initial_interval: base.min(cap),
        randomization_factor: 0.0,
        multiplier: 2.0,
        max_interval: cap,
        max_elapsed_time: None,
        ..ExponentialBackoff::default()
    };
    let mut interval = base.min(cap);
    for _ in 0..=steps.min(MOST_DOUBLINGS) {
        interval = growth.next_backoff().unwrap_or(cap).min(cap);
        if interval >= cap {
            break;
        }
    }
    interval
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn the_ceiling_doubles_up_to_the_cap() {
        let seen: Vec<u128> = (0..8).map(|n| ceiling(250 * MS, 8_000 * MS, n).as_millis()).collect();
        assert_eq!(seen, [250, 500, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    }

    #[test]
    fn attempt_ten_thousand_is_the_cap() {
        assert_eq!(ceiling(250 * MS, 8_000 * MS, 10_000), 8_000 * MS);
        assert_eq!(
            ceiling(MS, Duration::from_secs(u64::from(u32::MAX)), u32::MAX),
            Duration::from_secs(u64::from(u32::MAX))
        );
    }

    #[test]
    fn a_zero_base_waits_nothing_and_a_base_above_the_cap_is_cut() {
        assert_eq!(ceiling(Duration::ZERO, 8_000 * MS, 5), Duration::ZERO);
        assert_eq!(ceiling(9_000 * MS, 8_000 * MS, 0), 8_000 * MS);
    }
}
