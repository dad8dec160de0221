//! How an operation reaches the database: by itself on Postgres, in company on
//! SQLite.
//!
//! SQLite has one writer, and each commit waits for the disk. Alone, the three
//! commits of a keyed write let few of them through; together they share one.

use super::records::{Operation, Outcome, Records};
use crate::errors::failed;
use crate::store::write_txn;
use heddle_engine::StoreError;
use sea_orm::{DatabaseBackend, DatabaseConnection, DbErr};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Operations that wait in line; further ones wait to be let in.
const QUEUE: usize = 1_024;
/// Most operations of one transaction: others want to write too.
const GROUP: usize = 128;

/// One for all clones.
#[derive(Clone)]
pub(super) enum Way {
    Alone(DatabaseConnection, Arc<Records>),
    Grouped(mpsc::Sender<Waiting>),
}

pub(super) struct Waiting {
    operation: Operation,
    answer: oneshot::Sender<Result<Outcome, StoreError>>,
}

impl Way {
    pub(super) fn new(db: &DatabaseConnection, records: Records) -> Self {
        if db.get_database_backend() != DatabaseBackend::Sqlite {
            return Self::Alone(db.clone(), Arc::new(records));
        }
        let (line, waiting) = mpsc::channel(QUEUE);
        tokio::spawn(write(db.clone(), records, waiting));
        Self::Grouped(line)
    }

    /// Returns when it is committed.
    pub(super) async fn run(&self, operation: Operation) -> Result<Outcome, StoreError> {
        match self {
            Self::Alone(db, records) => records.run(db, &operation).await.map_err(failed),
            Self::Grouped(line) => {
                let ended = || failed("the writer of idempotency keys has ended");
                let (answer, done) = oneshot::channel();
                line.send(Waiting { operation, answer }).await.map_err(|_| ended())?;
                done.await.map_err(|_| ended())?
            }
        }
    }
}

/// Ends when every clone of the way is gone.
async fn write(db: DatabaseConnection, records: Records, mut line: mpsc::Receiver<Waiting>) {
    let mut group = Vec::with_capacity(GROUP);
    while line.recv_many(&mut group, GROUP).await > 0 {
        let (operations, askers): (Vec<_>, Vec<_>) = group.drain(..).map(|w| (w.operation, w.answer)).unzip();
        let outcomes = commit(&db, &records, &operations).await;
        match outcomes {
            Ok(outcomes) => askers.into_iter().zip(outcomes).for_each(|(asker, outcome)| tell(asker, Ok(outcome))),
            Err(error) => askers.into_iter().for_each(|asker| tell(asker, Err(failed(&error)))),
        }
    }
}

fn tell(asker: oneshot::Sender<Result<Outcome, StoreError>>, outcome: Result<Outcome, StoreError>) {
    // An error means that nobody waits any more: the step is done all the same.
    let _ = asker.send(outcome);
}

/// All or none: an operation fails only when the database does.
async fn commit(db: &DatabaseConnection, records: &Records, group: &[Operation]) -> Result<Vec<Outcome>, DbErr> {
    let txn = write_txn(db).await?;
    let mut outcomes = Vec::with_capacity(group.len());
    for operation in group {
        outcomes.push(records.run(&txn, operation).await?);
    }
    txn.commit().await?;
    Ok(outcomes)
}
