//! Brings the database to the newest schema.

use crate::connect::{own_file, pool, prepare};
use crate::errors::failed;
use crate::settings::{Place, StoreSettings};
use crate::store::{Store, write_txn};
use heddle_engine::StoreError;
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, DbErr};
use sea_orm_migration::{MigrationStatus, MigratorTrait};
use std::fs::File;
use std::time::Duration;

/// Any number of our own: it names the lock.
const LOCK: i64 = 0x0068_6564_646c_6501;

impl Store {
    /// Applies the missing steps: all of them or none. Several processes may do
    /// it at once; each but one waits, for at most
    /// [`StoreSettings::migration_wait`], and finds nothing to do.
    ///
    /// It has a connection of its own, closed before it returns: a pooled one
    /// could have read the schema half-way and would go on with that.
    ///
    /// # Errors
    /// When the database cannot be reached or a step fails.
    pub async fn migrate(settings: &StoreSettings) -> Result<(), StoreError> {
        let _turn = turn(settings).await?;
        let db = pool(settings, 1, settings.migration_wait).await?;
        let done = up(&db, settings.migration_wait).await.map_err(failed);
        db.close().await.map_err(failed)?;
        done
    }

    /// Whether every known step was applied. Changes nothing.
    ///
    /// # Errors
    /// When the database fails, or a newer program migrated it.
    pub async fn schema_is_current(&self) -> Result<bool, StoreError> {
        let steps = Migrator::get_migration_with_status_read_only(self.db()).await.map_err(failed)?;
        Ok(steps.iter().all(|step| step.status() == MigrationStatus::Applied))
    }
}

/// Processes take turns at a SQLite file: of two that switch a new one to WAL
/// at the same moment one fails at once, whatever the busy timeout. The lock
/// ends with the file that holds it.
async fn turn(settings: &StoreSettings) -> Result<Option<File>, StoreError> {
    let Place::Sqlite(path) = settings.place()? else { return Ok(None) };
    let locked = tokio::task::spawn_blocking(move || {
        prepare(&path)?;
        let mut beside = path.into_os_string();
        beside.push(".migrating");
        let file = own_file().create(true).open(beside)?;
        file.lock()?;
        std::io::Result::Ok(file)
    });
    match tokio::time::timeout(settings.migration_wait, locked).await {
        Ok(file) => file.map_err(failed)?.map(Some).map_err(failed),
        Err(_) => Err(failed("another process has been migrating the database for too long")),
    }
}

/// One transaction around all steps: on SQLite it takes the write lock first,
/// on Postgres a lock that ends with it.
async fn up(db: &DatabaseConnection, wait: Duration) -> Result<(), DbErr> {
    let txn = write_txn(db).await?;
    if txn.get_database_backend() == DatabaseBackend::Postgres {
        // No lock is waited for without an end: 0 would mean that.
        txn.execute_unprepared(&format!("SET LOCAL lock_timeout = {}", wait.as_millis().max(1))).await?;
        txn.execute_unprepared(&format!("SELECT pg_advisory_xact_lock({LOCK})")).await?;
    }
    Migrator::up(&txn, None).await?;
    txn.commit().await
}
