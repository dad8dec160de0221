//! Whether the clock can be trusted: token lifetimes, `updated_after` and log
//! times all come from it.

use super::super::time;
use super::Finding;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// 2026-01-01: no earlier time can be true for this program.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);

/// How far the wall clock may drift from the monotonic one while the doctor looks.
const TOLERANCE: Duration = Duration::from_millis(500);

/// Both clocks at the beginning.
#[derive(Debug)]
pub(super) struct Watch {
    steady: Instant,
    wall: SystemTime,
}

impl Watch {
    /// Reads both clocks.
    #[expect(clippy::disallowed_methods, reason = "the clocks themselves are what is looked at")]
    pub(super) fn start() -> Self {
        Self { steady: Instant::now(), wall: time::now() }
    }

    /// Compares both clocks with the beginning.
    pub(super) fn look(&self) -> Finding {
        judge(self.steady.elapsed(), self.wall, time::now())
    }
}

fn judge(steady: Duration, before: SystemTime, now: SystemTime) -> Finding {
    let since_epoch = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    if since_epoch < EARLIEST {
        return Finding::wrong("clock", format!("the time is {}: set the clock", time::text(now)));
    }
    let jump = match now.duration_since(before) {
        Ok(wall) => wall.abs_diff(steady),
        Err(back) => back.duration() + steady,
    };
    if jump > TOLERANCE {
        return Finding::wrong("clock", format!("it jumped by {} ms while it was watched", jump.as_millis()));
    }
    Finding::ok("clock", time::text(now))
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    const NOW: Duration = Duration::from_secs(1_800_000_000);

    fn at(offset_ms: i64) -> SystemTime {
        let base = UNIX_EPOCH + NOW;
        if offset_ms < 0 {
            base - Duration::from_millis(offset_ms.unsigned_abs())
        } else {
            base + Duration::from_millis(offset_ms.unsigned_abs())
        }
    }

    #[test]
    fn a_clock_that_goes_on_evenly_is_fine() {
        assert_eq!(judge(Duration::from_millis(300), at(0), at(310)).verdict, Verdict::Ok);
    }

    #[test]
    fn a_jump_in_either_direction_is_wrong() {
        for now in [at(5_000), at(-5_000)] {
            assert_eq!(judge(Duration::from_millis(300), at(0), now).verdict, Verdict::Wrong);
        }
    }

    #[test]
    fn a_time_before_this_program_is_wrong() {
        assert_eq!(judge(Duration::ZERO, UNIX_EPOCH, UNIX_EPOCH).verdict, Verdict::Wrong);
    }
}
