//! The org's clock: the machine's, until a control request moves or stops it.
//!
//! Stamps, the `Date` of answers, the age of what is in the bin and the end of
//! open transactions go by it; sessions and codes go by the machine's.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The time of the org.
#[derive(Debug, Default)]
pub(super) struct OrgClock(Mutex<Time>);

#[derive(Clone, Copy, Debug)]
enum Time {
    /// Ahead of the machine's by so many milliseconds.
    Ahead(i64),
    /// Standing at this moment, in milliseconds since 1970.
    Still(i64),
}

impl Default for Time {
    fn default() -> Time {
        Time::Ahead(0)
    }
}

impl OrgClock {
    /// Milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        shown(*self.time())
    }

    /// The time, if it is not the machine's.
    pub(super) fn moved(&self) -> Option<i64> {
        match *self.time() {
            Time::Ahead(0) => None,
            time => Some(shown(time)),
        }
    }

    /// Sets the clock to `at`, in milliseconds; it stands there or goes on.
    pub(super) fn set(&self, at: i64, still: bool) {
        *self.time() = if still { Time::Still(at) } else { Time::Ahead(at - machine()) };
    }

    /// Whether it stands.
    pub(super) fn is_still(&self) -> bool {
        matches!(*self.time(), Time::Still(_))
    }

    /// Shows the machine's time again.
    pub(super) fn reset(&self) {
        *self.time() = Time::default();
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn machine() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

fn shown(time: Time) -> i64 {
    match time {
        Time::Ahead(by) => machine() + by,
        Time::Still(at) => at,
    }
}
