//! Writes call records and uses of keys in the background, in batches.

use crate::calls::to_row;
use crate::entity::provider_calls::{ActiveModel, Entity};
use crate::touches::Touches;
use heddle_gate::CallRecord;
use sea_orm::{DatabaseConnection, EntityTrait};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};

/// Records that may wait for the database; as many may be with it.
const QUEUE: usize = 10_000;
/// Rows of one insert: 13 values each stay far below SQLite's 32,766.
const BATCH: usize = 500;
/// Longest time a record waits for company.
const LINGER: Duration = Duration::from_millis(500);
/// How often uses of keys are written, in units of `LINGER`.
const TOUCH_EVERY: u32 = 20;

/// The sending side.
pub(crate) struct Writer {
    inbox: Arc<Inbox>,
    orders: mpsc::Sender<Order>,
}

/// Where records wait. The writer is not woken for each: on a busy server that
/// would cost more than the record.
#[derive(Default)]
struct Inbox {
    records: Mutex<Vec<CallRecord>>,
    /// Rung when a whole batch waits.
    full: Notify,
    dropped: AtomicU64,
    /// Whether it was told that records are dropped.
    told: AtomicBool,
}

/// Answered when everything is written that was recorded before.
struct Order(oneshot::Sender<()>);

impl Writer {
    pub(crate) fn start(db: DatabaseConnection, touches: Arc<Touches>) -> Self {
        let (orders, inbound) = mpsc::channel(1);
        let inbox = Arc::new(Inbox::default());
        tokio::spawn(Worker { db, touches, inbox: inbox.clone() }.run(inbound));
        Self { inbox, orders }
    }

    /// Takes the record, or drops and counts it when the queue is full.
    pub(crate) fn record(&self, record: CallRecord) {
        let waiting = {
            let mut records = self.inbox.lock();
            if records.len() < QUEUE {
                records.push(record);
                Some(records.len())
            } else {
                None
            }
        };
        if waiting == Some(BATCH) {
            self.inbox.full.notify_one();
        } else if waiting.is_none() {
            self.inbox.dropped.fetch_add(1, Ordering::Relaxed);
            if !self.inbox.told.swap(true, Ordering::Relaxed) {
                tracing::warn!("the call log cannot keep up with the calls; records are dropped");
            }
        }
    }

    pub(crate) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.orders.send(Order(done)).await.is_ok() {
            // An error means that the writer has ended, with all written.
            let _ = written.await;
        }
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.inbox.dropped.load(Ordering::Relaxed)
    }
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, Vec<CallRecord>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The receiving side. Ends when every clone of the store is gone.
struct Worker {
    db: DatabaseConnection,
    touches: Arc<Touches>,
    inbox: Arc<Inbox>,
}

impl Worker {
    async fn run(self, mut orders: mpsc::Receiver<Order>) {
        let mut tick = interval(LINGER);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ticks = 0u32;
        loop {
            tokio::select! {
                () = self.inbox.full.notified() => self.write().await,
                order = orders.recv() => match order {
                    Some(Order(done)) => {
                        self.write_all().await;
                        // Nobody waits any more: nothing to tell.
                        let _ = done.send(());
                    }
                    None => return self.write_all().await,
                },
                _ = tick.tick() => {
                    self.write().await;
                    ticks = ticks.wrapping_add(1);
                    if ticks.is_multiple_of(TOUCH_EVERY) {
                        self.write_touches().await;
                    }
                }
            }
        }
    }

    async fn write_all(&self) {
        self.write().await;
        self.write_touches().await;
    }

    async fn write(&self) {
        let mut waiting = std::mem::take(&mut *self.inbox.lock()).into_iter();
        while waiting.len() > 0 {
            let rows: Vec<ActiveModel> = waiting.by_ref().take(BATCH).map(to_row).collect();
            let count = rows.len();
            match Entity::insert_many(rows).exec_without_returning(&self.db).await {
                Ok(_) => self.inbox.told.store(false, Ordering::Relaxed),
                Err(error) => {
                    self.inbox.dropped.fetch_add(count as u64, Ordering::Relaxed);
                    tracing::error!(%error, count, "call records could not be written");
                }
            }
        }
    }

    async fn write_touches(&self) {
        if let Err(error) = self.touches.write(&self.db).await {
            tracing::error!(%error, "uses of keys could not be written");
        }
    }
}
