//! Tokens that the database could not take: used from memory, written later.

use super::Inner;
use super::flight::Work;
use super::slot::Slot;
use crate::clock::pause;
use crate::{NewToken, RowError};
use heddle_gate::GrantId;
use std::sync::Arc;
use std::time::Duration;

const FIRST_WAIT: Duration = Duration::from_millis(200);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// A token and the version that was spent for it.
pub(super) struct Unpersisted {
    spent: u64,
    token: NewToken,
}

impl Inner {
    /// Keeps the token for a later write, and tries until it is stored,
    /// overtaken, or its connection is gone.
    pub(super) fn persist_later(
        self: &Arc<Self>,
        grant: &GrantId,
        slot: &Arc<Slot>,
        spent: u64,
        token: NewToken,
        error: &RowError,
    ) {
        tracing::error!(connection = %grant.0, %error, "token_unpersisted");
        slot.lock().unpersisted = Some(Arc::new(Unpersisted { spent, token }));
        let (inner, grant, slot, work) = (self.clone(), grant.clone(), slot.clone(), Work::begin(self));
        self.spawn(async move {
            let _work = work;
            let mut wait = FIRST_WAIT;
            loop {
                pause(wait).await;
                if inner.write_unpersisted(&grant, &slot).await.is_ok() {
                    return;
                }
                wait = (wait * 2).min(LONGEST_WAIT);
            }
        });
    }

    /// Writes the token that waits, if one does.
    pub(super) async fn write_unpersisted(&self, grant: &GrantId, slot: &Slot) -> Result<(), RowError> {
        let Some(waiting) = slot.lock().unpersisted.clone() else { return Ok(()) };
        let stored = self.rows.commit(&grant.0, waiting.spent, &waiting.token).await?;
        if !stored {
            // Overtaken, deleted, or our own write arrived although it was
            // reported as failed: the row decides.
            match self.rows.load(&grant.0).await? {
                None => self.drop_slot(grant),
                Some(row) => {
                    if let Some(snapshot) = self.stored(&row) {
                        slot.lock().snapshot = Some(Arc::new(snapshot));
                    }
                }
            }
        }
        let mut state = slot.lock();
        if state.unpersisted.as_ref().is_some_and(|now| Arc::ptr_eq(now, &waiting)) {
            state.unpersisted = None;
            tracing::info!(connection = %grant.0, stored, "token written after the database came back");
        }
        Ok(())
    }
}
