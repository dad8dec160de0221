//! What the keeper can be told.

use crate::{Clock, system_clock};
use std::time::Duration;

/// How the keeper behaves. The defaults are those of production.
#[derive(Clone)]
pub struct KeeperSettings {
    /// Whether `http://127.0.0.1:PORT` may be a login host or a base URL. Off.
    pub allow_loopback: bool,
    /// Refreshes forced by refused tokens: at most one of a grant in this time. 60 s.
    pub forced_interval: Duration,
    /// Longest time for one token request, retries included. 15 s.
    pub call_timeout: Duration,
    /// Longest time for the end of a token at the provider, retries included. 5 s.
    pub revoke_timeout: Duration,
    /// How long a candidate is kept. 10 min.
    pub candidate_life: Duration,
    /// How long the announcement of another process to spend a refresh token is
    /// respected, by the database's clock. 120 s: longer than a token request
    /// and any pause of a process that still ends well.
    pub announced_life: Duration,
    /// Token requests of one app of the operator at a time, once it is known to
    /// work. 4.
    pub at_once: usize,
    /// The wall clock.
    pub clock: Clock,
}

impl Default for KeeperSettings {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            forced_interval: Duration::from_secs(60),
            call_timeout: Duration::from_secs(15),
            revoke_timeout: Duration::from_secs(5),
            candidate_life: Duration::from_secs(600),
            announced_life: Duration::from_secs(120),
            at_once: 4,
            clock: system_clock(),
        }
    }
}

impl std::fmt::Debug for KeeperSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeeperSettings")
            .field("allow_loopback", &self.allow_loopback)
            .field("forced_interval", &self.forced_interval)
            .field("call_timeout", &self.call_timeout)
            .field("revoke_timeout", &self.revoke_timeout)
            .field("candidate_life", &self.candidate_life)
            .field("announced_life", &self.announced_life)
            .field("at_once", &self.at_once)
            .finish_non_exhaustive()
    }
}
