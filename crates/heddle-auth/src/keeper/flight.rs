//! One refresh of a grant at a time, however many wait for it and leave.

use super::refresh::{Aim, Ended};
use super::slot::{Slot, SlotState, Snapshot};
use super::{Inner, gone};
use heddle_gate::{Failure, FailureKind, GrantId};
use std::sync::Arc;
use tokio::sync::watch;

/// What those who wait for a refresh are told.
pub(super) type Outcome = Result<Arc<Snapshot>, Failure>;

/// A refresh under way.
#[derive(Clone)]
pub(super) struct Flight {
    /// Becomes `Some` at the end; closes without when the refresh panicked.
    outcome: watch::Receiver<Option<Outcome>>,
    /// Whether it asks the provider, whatever is stored.
    pub(super) asks: bool,
}

impl Flight {
    /// Waits for its end.
    pub(super) async fn land(mut self) -> Outcome {
        match self.outcome.wait_for(Option::is_some).await {
            Ok(outcome) => outcome.clone().unwrap_or_else(|| Err(broken())),
            Err(_) => Err(broken()),
        }
    }
}

fn broken() -> Failure {
    Failure::new(FailureKind::Internal, "the token could not be obtained because of a fault in the server")
}

impl Inner {
    /// Starts the refresh of a grant that has none under way. The caller may
    /// leave: the task goes on, and its token is stored. `refused` is the
    /// version that the provider refused, if that is why.
    pub(super) fn launch(
        self: &Arc<Self>,
        grant: &GrantId,
        slot: &Arc<Slot>,
        state: &mut SlotState,
        aim: Aim,
        refused: Option<u64>,
    ) -> Flight {
        let (sender, outcome) = watch::channel(None);
        let flight = Flight { outcome, asks: aim == Aim::Asked };
        state.flight = Some(flight.clone());
        let landing = Landing {
            inner: self.clone(),
            grant: grant.clone(),
            slot: slot.clone(),
            sender,
            refused,
            landed: false,
            _work: Work::begin(self),
        };
        self.spawn(async move {
            let ended = landing.inner.refresh(&landing.grant, &landing.slot, aim).await;
            landing.finish(ended);
        });
        flight
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        match &self.runtime {
            Some(runtime) => runtime.spawn(task),
            None => tokio::spawn(task),
        };
    }
}

/// Counts a task as under way while it lives.
pub(super) struct Work(watch::Sender<usize>);

impl Work {
    pub(super) fn begin(inner: &Inner) -> Self {
        inner.busy.send_modify(|n| *n += 1);
        Self(inner.busy.clone())
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.0.send_modify(|n| *n -= 1);
    }
}

/// Clears the flight on every way out of the task.
struct Landing {
    inner: Arc<Inner>,
    grant: GrantId,
    slot: Arc<Slot>,
    sender: watch::Sender<Option<Outcome>>,
    refused: Option<u64>,
    landed: bool,
    _work: Work,
}

impl Landing {
    /// Writes the end down and clears the flight under one lock: whoever comes
    /// in between would start a second refresh.
    fn finish(mut self, ended: Ended) {
        let mut bury = false;
        let outcome = {
            let mut state = self.slot.lock();
            state.flight = None;
            if !matches!(ended, Ended::Token(_)) {
                self.refused.into_iter().for_each(|version| state.refuse(version));
            }
            match ended {
                _ if state.gone => Err(gone()),
                Ended::Token(snapshot) => {
                    state.publish(snapshot.clone());
                    Ok(snapshot)
                }
                Ended::Gone => {
                    bury = true;
                    Err(gone())
                }
                Ended::Verdict { failure, stored } => {
                    state.condemn(failure.clone(), stored);
                    Err(failure)
                }
                Ended::Passing(failure) => Err(state.cool_down(failure)),
                Ended::Unchanged => Err(state.looked().unwrap_or_else(broken)),
                Ended::Local(failure) => Err(failure),
            }
        };
        if bury {
            self.inner.drop_slot(&self.grant);
        }
        self.landed = true;
        self.sender.send_replace(Some(outcome));
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        if !self.landed {
            tracing::error!(connection = %self.grant.0, "token refresh broke off");
            let mut state = self.slot.lock();
            state.flight = None;
            self.refused.into_iter().for_each(|version| state.refuse(version));
            state.cool_down(broken());
        }
    }
}
