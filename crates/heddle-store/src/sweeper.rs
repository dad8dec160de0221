//! Sweeps in the background.

use crate::Store;
use crate::sweep::Swept;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A task that sweeps soon after the start and then by the hour, as the store's
/// settings say. Ends when it is dropped or stopped.
pub struct Sweeper {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Sweeper {
    /// Starts it. Call it inside the runtime that outlives all requests.
    pub fn start(store: Store) -> Self {
        let (stop, stopped) = watch::channel(false);
        Self { stop, task: tokio::spawn(run(store, stopped)) }
    }

    /// Waits for the batch under way, if any.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        // Ended, or it panicked: it sweeps no more in either case.
        let _ = self.task.await;
    }
}

async fn run(store: Store, mut stopped: watch::Receiver<bool>) {
    let mut wait = store.retention().first;
    // Told to stop, or dropped: both end the wait before its time.
    while timeout(wait, stopped.changed()).await.is_err() {
        let over = stopped.clone();
        match store.sweep_until(move || over.has_changed().unwrap_or(true)).await {
            Ok(swept) if swept == Swept::default() => {}
            Ok(Swept { keys, processes, calls, exports }) => {
                tracing::info!(keys, processes, calls, exports, "deleted what was kept long enough");
            }
            Err(error) => tracing::error!(%error, "what was kept long enough could not be deleted"),
        }
        wait = store.retention().every;
    }
}
