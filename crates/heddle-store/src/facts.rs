//! What the database says of itself, for `heddle doctor`.

use crate::Store;
use crate::errors::failed;
use crate::times::from_ms;
use heddle_engine::StoreError;
use migrations::Migrator;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};
use sea_orm_migration::{MigrationStatus, MigratorTrait};
use std::time::SystemTime;

/// A database's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseFacts {
    /// `SQLite 3.51.3`, `PostgreSQL 17.2`.
    pub version: String,
    /// Its clock; `None` for SQLite, which has none of its own.
    pub clock: Option<SystemTime>,
}

impl Store {
    /// Asks for version and clock.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn facts(&self) -> Result<DatabaseFacts, StoreError> {
        let backend = self.db().get_database_backend();
        let (name, ask) = match backend {
            DatabaseBackend::Postgres => (
                "PostgreSQL",
                "SELECT current_setting('server_version') AS version, \
                 CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) AS clock",
            ),
            _ => ("SQLite", "SELECT sqlite_version() AS version"),
        };
        let row = self.db().query_one_raw(Statement::from_string(backend, ask)).await.map_err(failed)?;
        let row = row.ok_or_else(|| failed("it does not say its version"))?;
        let version: String = row.try_get("", "version").map_err(failed)?;
        let clock = match backend {
            DatabaseBackend::Postgres => Some(from_ms(row.try_get("", "clock").map_err(failed)?)),
            _ => None,
        };
        Ok(DatabaseFacts { version: format!("{name} {version}"), clock })
    }

    /// Schema steps that were not applied yet, oldest first. Changes nothing.
    ///
    /// # Errors
    /// When the database fails, or a newer program migrated it.
    pub async fn pending_steps(&self) -> Result<Vec<String>, StoreError> {
        let steps = Migrator::get_migration_with_status_read_only(self.db()).await.map_err(failed)?;
        let pending = steps.iter().filter(|step| step.status() != MigrationStatus::Applied);
        Ok(pending.map(|step| step.name().to_owned()).collect())
    }
}
