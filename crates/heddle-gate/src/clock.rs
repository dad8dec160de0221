//! The only place that reads a clock, draws a random number or sleeps, so that
//! everything else can run in virtual time and from a seed.

#![allow(clippy::disallowed_methods)]

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Time since the gate was made. All state machines count in it: it cannot jump
/// with the wall clock and starts at zero.
pub(crate) type Moment = Duration;

/// The clock and the dice of one gate.
#[derive(Debug)]
pub(crate) struct Clock {
    start: Instant,
    dice: Mutex<fastrand::Rng>,
}

impl Clock {
    /// A clock that starts now; the same seed gives the same draws.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        let dice = seed.map_or_else(fastrand::Rng::new, fastrand::Rng::with_seed);
        Self { start: Instant::now(), dice: Mutex::new(dice) }
    }

    /// Time since the start.
    pub(crate) fn now(&self) -> Moment {
        self.start.elapsed()
    }

    /// An instant as time since the start; one before the start is zero.
    pub(crate) fn moment(&self, at: Instant) -> Moment {
        at.saturating_duration_since(self.start)
    }

    /// A number from 0 up to, not including, 1.
    pub(crate) fn fraction(&self) -> f64 {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).f64()
    }

    /// A time drawn evenly between two.
    pub(crate) fn between(&self, low: Duration, high: Duration) -> Duration {
        low + high.saturating_sub(low).mul_f64(self.fraction())
    }

    /// Sleeps until `at`; returns at once when it has passed.
    pub(crate) async fn sleep_until(&self, at: Moment) {
        if let Some(at) = self.start.checked_add(at) {
            tokio::time::sleep_until(at).await;
        } else {
            std::future::pending::<()>().await;
        }
    }

    /// The result of `work`, or `None` when `at` comes first.
    pub(crate) async fn until<F: Future>(&self, at: Moment, work: F) -> Option<F::Output> {
        match self.start.checked_add(at) {
            Some(at) => tokio::time::timeout_at(at, work).await.ok(),
            None => Some(work.await),
        }
    }
}

/// Now, for spans inside the transport.
pub(crate) fn instant() -> Instant {
    Instant::now()
}

/// The wall clock, for records and for judging dates in answers.
pub(crate) fn wall() -> SystemTime {
    SystemTime::now()
}
