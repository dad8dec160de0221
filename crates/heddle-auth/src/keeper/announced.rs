//! Refresh tokens that are good for one use: announced before they are spent.
//!
//! Where tokens rotate, a second use of one ends the whole grant. So a process
//! writes down that it is about to spend a version; others wait for what comes
//! of it. Only the database's clock judges the age of an announcement, and it is
//! respected for longer than a request and any pause of a process can last.

use super::Inner;
use crate::clock::{moment, pause};
use crate::{GrantRow, RowError};
use std::time::Duration;
use tokio::time::Instant;

/// Between two looks at another's announcement: first, growth, longest.
const FIRST_LOOK: Duration = Duration::from_millis(100);
const LONGEST_LOOK: Duration = Duration::from_secs(1);

/// What became of the wish to spend a refresh token.
pub(super) enum Announced {
    /// It may be spent, by this attempt alone.
    Yes(Attempt),
    /// The row has changed: look again.
    Changed,
    /// Another process is at it, and was not done in time.
    Busy,
}

/// An attempt that was announced.
pub(super) struct Attempt {
    owner: String,
    /// Whether an earlier one may have spent the token already.
    pub(super) in_doubt: bool,
}

impl Inner {
    /// Announces that the row's refresh token is about to be spent, waiting for
    /// others until `deadline`.
    pub(super) async fn announce(&self, row: &GrantRow, deadline: Instant) -> Result<Announced, RowError> {
        // A new name each time: a process that comes late must not end the
        // announcement of its own next attempt.
        let owner = uuid::Uuid::now_v7().simple().to_string();
        let (id, patience) = (row.connection_id.as_str(), self.settings.announced_life);
        let mut in_doubt = row.announced == Some(row.version);
        let mut look = FIRST_LOOK;
        loop {
            if self.rows.announce(id, row.version, &owner, patience).await? {
                return Ok(Announced::Yes(Attempt { owner, in_doubt }));
            }
            let Some(now) = self.rows.load(id).await? else { return Ok(Announced::Changed) };
            if now.version != row.version || now.state != row.state {
                return Ok(Announced::Changed);
            }
            in_doubt = now.announced == Some(now.version);
            if moment() + look >= deadline {
                return Ok(Announced::Busy);
            }
            pause(look.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
            look = look.mul_f64(1.5).min(LONGEST_LOOK);
        }
    }

    /// Ends an announcement whose attempt stored no token. `unknown`: the token
    /// may have been spent.
    pub(super) async fn conclude(&self, row: &GrantRow, attempt: Option<&Attempt>, unknown: bool) {
        let Some(attempt) = attempt else { return };
        if let Err(error) = self.rows.conclude(&row.connection_id, &attempt.owner, unknown).await {
            // It ends by its age.
            tracing::warn!(connection = %row.connection_id, %error, "an announcement could not be ended");
        }
    }
}
