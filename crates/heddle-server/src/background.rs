//! Work that nobody waits for: done now and then, and ended at a stop.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// The server's background tasks. They end when it is stopped or dropped; a
/// piece of work under way is then finished first.
pub struct Background {
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Background {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self { stop: watch::Sender::new(false), tasks: Mutex::default() }
    }

    /// Does `work` each `period`, the first time after one. Call it inside the
    /// runtime that outlives all requests.
    pub fn every<W, F>(&self, period: Duration, work: W)
    where
        W: Fn() -> F + Send + 'static,
        F: Future<Output = ()> + Send,
    {
        let mut stopped = self.stop.subscribe();
        let task = tokio::spawn(async move {
            // Ends too when the sender is gone.
            while tokio::time::timeout(period, stopped.wait_for(|stop| *stop)).await.is_err() {
                work().await;
            }
        });
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Begins nothing new and waits for what is under way, at most `within`.
    /// Answers whether all of it ended.
    pub async fn stop(&self, within: Duration) -> bool {
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        let all = async {
            for task in tasks {
                if let Err(error) = task.await {
                    tracing::error!(%error, "a background task broke off");
                }
            }
        };
        tokio::time::timeout(within, all).await.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test(start_paused = true)]
    async fn work_is_done_each_period_and_not_after_a_stop() {
        let (background, done) = (Background::new(), Arc::new(AtomicUsize::new(0)));
        let (count, (told, mut tell)) = (done.clone(), watch::channel(0));
        background.every(Duration::from_secs(60), move || {
            told.send_replace(count.fetch_add(1, Ordering::SeqCst) + 1);
            async {}
        });
        tell.wait_for(|n| *n == 3).await.unwrap();
        assert!(background.stop(Duration::from_secs(1)).await);
        let before = done.load(Ordering::SeqCst);
        assert!(
            tokio::time::timeout(Duration::from_secs(600), tell.changed()).await.unwrap().is_err(),
            "the task ended"
        );
        assert_eq!(done.load(Ordering::SeqCst), before);
    }

    #[tokio::test(start_paused = true)]
    async fn a_stop_waits_for_work_under_way_and_no_longer_than_it_may() {
        let background = Background::new();
        let (begun, mut begins) = watch::channel(false);
        background.every(Duration::from_secs(1), move || {
            begun.send_replace(true);
            std::future::pending()
        });
        begins.wait_for(|b| *b).await.unwrap();
        assert!(!background.stop(Duration::from_secs(5)).await);
    }
}
