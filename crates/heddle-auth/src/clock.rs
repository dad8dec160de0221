//! The only place of this crate that reads a clock or waits.

#![allow(clippy::disallowed_methods)]

use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// Gives the wall clock's time; tests give their own.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The machine's wall clock.
pub fn system_clock() -> Clock {
    Arc::new(SystemTime::now)
}

/// Now, on the clock that cannot be set. Tests pause and move the runtime's.
pub(crate) fn moment() -> Instant {
    Instant::now()
}

/// Waits for the database, never for a provider: that is the gate's to do.
pub(crate) async fn pause(wait: Duration) {
    tokio::time::sleep(wait).await;
}
