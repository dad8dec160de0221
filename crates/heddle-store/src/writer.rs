//! Writes call records and uses of keys in the background, in batches.

use crate::calls::to_row;
use crate::entity::provider_calls::{ActiveModel, Entity};
use crate::touches::Touches;
use heddle_gate::CallRecord;
use sea_orm::{DatabaseConnection, EntityTrait};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{MissedTickBehavior, interval};

/// Records that may wait for the database.
const QUEUE: usize = 10_000;
/// Rows of one insert: 13 values each stay far below SQLite's 32,766.
const BATCH: usize = 500;
/// Longest time a record waits for company.
const LINGER: Duration = Duration::from_millis(500);
/// How often uses of keys are written, in units of `LINGER`.
const TOUCH_EVERY: u32 = 20;

enum Message {
    Record(Box<CallRecord>),
    Flush(oneshot::Sender<()>),
}

/// The sending side.
pub(crate) struct Writer {
    queue: mpsc::Sender<Message>,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    dropped: AtomicU64,
    full: AtomicBool,
}

impl Writer {
    pub(crate) fn start(db: DatabaseConnection, touches: Arc<Touches>) -> Self {
        let (queue, inbox) = mpsc::channel(QUEUE);
        let counts = Arc::new(Counts::default());
        tokio::spawn(Worker { db, touches, counts: counts.clone(), batch: Vec::new() }.run(inbox));
        Self { queue, counts }
    }

    /// Takes the record, or drops and counts it when the queue is full.
    pub(crate) fn record(&self, record: CallRecord) {
        if self.queue.try_send(Message::Record(Box::new(record))).is_err() {
            self.counts.dropped.fetch_add(1, Ordering::Relaxed);
            if !self.counts.full.swap(true, Ordering::Relaxed) {
                tracing::warn!("the call log cannot keep up with the calls; records are dropped");
            }
        }
    }

    pub(crate) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.queue.send(Message::Flush(done)).await.is_ok() {
            // An error means that the writer has ended, with all written.
            let _ = written.await;
        }
    }

    pub(crate) fn dropped(&self) -> u64 {
        self.counts.dropped.load(Ordering::Relaxed)
    }
}

/// The receiving side. Ends when every clone of the store is gone.
struct Worker {
    db: DatabaseConnection,
    touches: Arc<Touches>,
    counts: Arc<Counts>,
    batch: Vec<CallRecord>,
}

impl Worker {
    async fn run(mut self, mut inbox: mpsc::Receiver<Message>) {
        let mut tick = interval(LINGER);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut ticks = 0u32;
        loop {
            tokio::select! {
                message = inbox.recv() => match message {
                    Some(Message::Record(record)) => {
                        self.batch.push(*record);
                        if self.batch.len() >= BATCH {
                            self.write().await;
                        }
                    }
                    Some(Message::Flush(done)) => {
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

    async fn write_all(&mut self) {
        self.write().await;
        self.write_touches().await;
    }

    async fn write(&mut self) {
        let rows: Vec<ActiveModel> = self.batch.drain(..).map(to_row).collect();
        if rows.is_empty() {
            return;
        }
        let count = rows.len();
        match Entity::insert_many(rows).exec_without_returning(&self.db).await {
            Ok(_) => self.counts.full.store(false, Ordering::Relaxed),
            Err(error) => {
                self.counts.dropped.fetch_add(count as u64, Ordering::Relaxed);
                tracing::error!(%error, count, "call records could not be written");
            }
        }
    }

    async fn write_touches(&self) {
        if let Err(error) = self.touches.write(&self.db).await {
            tracing::error!(%error, "uses of keys could not be written");
        }
    }
}
