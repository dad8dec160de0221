//! The store itself: a pool and a background writer.

use crate::connect::pool;
use crate::errors::failed;
use crate::settings::{IdempotencySettings, Retention, StoreSettings};
use crate::touches::Touches;
use crate::writer::Writer;
use heddle_auth::Clock;
use heddle_engine::StoreError;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use std::sync::Arc;
use std::time::SystemTime;

/// The database. Cheap to clone; all clones share one pool and one writer.
#[derive(Clone)]
pub struct Store(Arc<Shared>);

struct Shared {
    db: DatabaseConnection,
    touches: Arc<Touches>,
    clock: Clock,
    writer: Writer,
    idempotency: IdempotencySettings,
    retention: Retention,
}

impl Store {
    /// Opens a database that [`Store::migrate`] has brought up to date. Call it
    /// inside the runtime that outlives all requests: the writer runs there.
    ///
    /// # Errors
    /// When the address is not one or the database cannot be reached.
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        let db = pool(settings, settings.max_connections, settings.wait).await?;
        let touches = Arc::new(Touches::default());
        let writer = Writer::start(db.clone(), touches.clone());
        let (clock, idempotency, retention) = (settings.clock.clone(), settings.idempotency, settings.retention);
        Ok(Self(Arc::new(Shared { db, touches, clock, writer, idempotency, retention })))
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// When it gives none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.db().ping().await.map_err(failed)
    }

    /// Writes what is still in memory: call records and uses of keys. For a
    /// graceful stop.
    pub async fn flush(&self) {
        self.0.writer.flush().await;
    }

    /// Call records that were dropped since the start because the database was
    /// too slow or failed.
    pub fn dropped_calls(&self) -> u64 {
        self.0.writer.dropped()
    }

    pub(crate) fn db(&self) -> &DatabaseConnection {
        &self.0.db
    }

    pub(crate) fn touches(&self) -> &Touches {
        &self.0.touches
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.0.clock)()
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.0.writer
    }

    pub(crate) fn idempotency(&self) -> &IdempotencySettings {
        &self.0.idempotency
    }

    pub(crate) fn retention(&self) -> &Retention {
        &self.0.retention
    }

    /// The only way to begin a transaction here.
    pub(crate) async fn write_txn(&self) -> Result<DatabaseTransaction, DbErr> {
        write_txn(self.db()).await
    }
}

/// A transaction that has SQLite's write lock from its first statement on: one
/// that reads first and writes later fails at once when another wrote between.
pub(crate) async fn write_txn(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    db.begin_with_options(TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    })
    .await
}
