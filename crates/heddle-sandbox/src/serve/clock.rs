//! The sandbox's own clock: a provider does not share the time of its callers.

// The rule keeps waiting and the time of day inside the gate; a stand-in
// provider is on the far side of the wire, where a client's clock has no say.
#![allow(clippy::disallowed_methods)]

use std::time::{Duration, Instant};

/// Counts from the start of the sandbox.
pub(crate) struct Clock(Instant);

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock(Instant::now())
    }

    /// Milliseconds since the start.
    pub(crate) fn now_ms(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Lets `delay` pass.
pub(crate) async fn wait(delay: Duration) {
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
}
