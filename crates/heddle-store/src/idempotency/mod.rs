//! Keys of repeatable writes: what runs, what was answered, what nobody knows.
//!
//! A key's row goes `started` -> `sent` -> `finished`, each by a statement that
//! compares owner and attempt with those of the ticket. The owner is a process,
//! and it lives while its row in `processes` is young by the database's clock.
//! A dead owner's `started` row is taken over by whoever changes it first; its
//! `sent` row becomes `unknown`.
//!
//! Answers hold personal data. They are kept sealed until the key expires, and
//! deleted by the next sweep after that.

mod records;
mod way;

use crate::Store;
use crate::errors::{failed, unreadable};
use async_trait::async_trait;
use heddle_auth::AnswerKey;
use heddle_engine::{Begun, Idempotency, IdempotencyScope, MAX_KEPT_ANSWER, StoreError, Ticket};
use records::{Operation, Outcome, Records};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OnceCell, watch};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};
use way::Way;

/// An answer above this, in bytes, is worth a line in the log.
const LARGE_ANSWER: usize = 1 << 20;

/// The stored half of idempotency keys. Cheap to clone; the clones are one
/// process to the database. It gives signs of life from its first key on until
/// [`IdempotencyKeys::close`], or until the last clone is gone: then it counts
/// as dead after a while, as if the process had been killed.
#[derive(Clone)]
pub struct IdempotencyKeys(Arc<Shared>);

struct Shared {
    way: Way,
    seal: AnswerKey,
    beat: Duration,
    beating: OnceCell<Mutex<Option<JoinHandle<()>>>>,
    stop: watch::Sender<bool>,
    /// Runs that were neither finished nor released.
    open: watch::Sender<HashSet<Ticket>>,
}

impl IdempotencyKeys {
    /// Keys in this database, as the store's settings say. `seal` seals the
    /// answers; all processes of a database need the same. Nothing is written
    /// before the first key. Call it inside the runtime that outlives all
    /// requests.
    pub fn new(store: &Store, seal: AnswerKey) -> Self {
        let settings = store.idempotency();
        let process = format!("srv_{}", uuid::Uuid::now_v7().simple());
        let way = Way::new(store.db(), Records::new(process, settings));
        Self(Arc::new(Shared {
            way,
            seal,
            beat: settings.beat,
            beating: OnceCell::new(),
            stop: watch::Sender::new(false),
            open: watch::Sender::default(),
        }))
    }

    /// Waits for runs under way, for at most `settle`, and signs off: keys that
    /// are left `started` can be taken over at once. With runs still under way
    /// it only falls silent. No key is taken afterwards.
    pub async fn close(&self, settle: Duration) {
        let Some(beating) = self.0.beating.get() else { return };
        let mut open = self.0.open.subscribe();
        let idle = timeout(settle, open.wait_for(HashSet::is_empty)).await.is_ok();
        self.0.stop.send_replace(true);
        let task = beating.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            // Ended, or it panicked: no sign follows in either case.
            let _ = task.await;
        }
        if !idle {
            tracing::warn!("writes with an idempotency key did not end in time; they count as abandoned soon");
        } else if let Err(error) = self.0.way.run(Operation::SignOff).await {
            tracing::warn!(%error, "this process could not sign off; its keys are free a little later");
        }
    }

    /// Makes sure that this process gives signs of life.
    async fn alive(&self) -> Result<(), StoreError> {
        let shared = &self.0;
        let start = || async {
            shared.way.run(Operation::Beat).await?;
            let task = tokio::spawn(beat(shared.way.clone(), shared.beat, shared.stop.subscribe()));
            Ok(Mutex::new(Some(task)))
        };
        shared.beating.get_or_try_init(start).await.map(drop)
    }

    fn ended(&self, ticket: &Ticket) {
        self.0.open.send_if_modified(|open| open.remove(ticket));
    }
}

/// Ends when told to, and when nobody is left who could.
async fn beat(way: Way, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut tick = interval(every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first is at once, and whoever started this has just given a sign.
    tick.tick().await;
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => return,
            _ = tick.tick() => {
                if let Err(error) = way.run(Operation::Beat).await {
                    tracing::warn!(%error, "this process could not give a sign of life");
                }
            }
        }
    }
}

#[async_trait]
impl Idempotency for IdempotencyKeys {
    async fn begin(
        &self,
        scope: &IdempotencyScope,
        fingerprint: &[u8; 32],
        request_id: &str,
    ) -> Result<Begun, StoreError> {
        if *self.0.stop.borrow() {
            return Err(failed("the server is stopping; no key is taken any more"));
        }
        self.alive().await?;
        let begin =
            Operation::Begin { scope: scope.clone(), fingerprint: *fingerprint, request_id: request_id.to_owned() };
        match self.0.way.run(begin).await? {
            Outcome::Begun(Begun::Finished(sealed)) => {
                let answer = self.0.seal.open(&place(scope), &sealed);
                answer.map(Begun::Finished).ok_or_else(|| unreadable("answer", &scope.key))
            }
            Outcome::Begun(begun) => {
                if let Begun::Run(ticket) = &begun {
                    self.0.open.send_if_modified(|open| open.insert(ticket.clone()));
                }
                Ok(begun)
            }
            Outcome::Changed(_) => Err(failed("a key was changed where it was to be taken")),
        }
    }

    async fn sent(&self, ticket: &Ticket) -> Result<bool, StoreError> {
        let ours = self.0.way.run(Operation::Sent(ticket.clone())).await?.changed();
        if !ours {
            self.ended(ticket);
        }
        Ok(ours)
    }

    async fn finish(&self, ticket: &Ticket, answer: &[u8]) -> Result<(), StoreError> {
        if answer.len() > MAX_KEPT_ANSWER {
            return Err(failed(format!("an answer of {} bytes is too large to be kept", answer.len())));
        }
        if answer.len() > LARGE_ANSWER {
            tracing::warn!(bytes = answer.len(), route = ticket.scope().route, "a large answer is kept for repeats");
        }
        let sealed = self.0.seal.seal(&place(ticket.scope()), answer);
        let sealed = sealed.ok_or_else(|| failed("an answer could not be sealed"))?;
        self.0.way.run(Operation::Finish(ticket.clone(), sealed)).await?;
        self.ended(ticket);
        Ok(())
    }

    async fn release(&self, ticket: &Ticket) -> Result<(), StoreError> {
        self.0.way.run(Operation::Release(ticket.clone())).await?;
        self.ended(ticket);
        Ok(())
    }
}

fn place(scope: &IdempotencyScope) -> [&str; 3] {
    [scope.tenant.as_str(), &scope.route, &scope.key]
}
