//! Where the database is.

use crate::errors::failed;
use heddle_auth::{Clock, system_clock};
use heddle_engine::StoreError;
use std::path::PathBuf;
use std::time::Duration;

/// How to reach the database.
#[derive(Clone)]
pub struct StoreSettings {
    /// `sqlite://PATH` (relative, or absolute with a third slash) or
    /// `postgres://user:password@host/database`.
    pub url: String,
    /// Most connections of the pool, at least 1. Default 8.
    pub max_connections: u32,
    /// Longest wait for a connection, and for SQLite's write lock. Default 5 s.
    pub wait: Duration,
    /// Longest wait for another process that is migrating. Default 60 s.
    pub migration_wait: Duration,
    /// Says when a key is used. Default: the machine's clock.
    pub clock: Clock,
    /// Keys of repeatable writes.
    pub idempotency: IdempotencySettings,
    /// What is deleted when.
    pub retention: Retention,
}

/// How processes know of each other's end. All that share a database must have
/// the same values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencySettings {
    /// Time between two signs of life of this process. Default 5 s.
    pub beat: Duration,
    /// A process whose last sign is older, by the database's clock, counts as
    /// dead. Several times `beat`. Default 30 s.
    pub dead_after: Duration,
    /// How long a key is remembered, with its answer. Default 24 h.
    pub life: Duration,
}

impl Default for IdempotencySettings {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { beat: seconds(5), dead_after: seconds(30), life: seconds(24 * 3600) }
    }
}

/// What [`Store::sweep`](crate::Store::sweep) deletes, and when it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Age at which call records go. Default 7 days.
    pub calls_life: Duration,
    /// Most call records that stay, the newest. Default 1,000,000.
    pub calls_rows: u64,
    /// Rows of one transaction, so that writers wait for a moment only. Default
    /// 1,000.
    pub batch: u64,
    /// First sweep after the start; commands that end sooner never sweep.
    /// Default 60 s.
    pub first: Duration,
    /// From the end of one sweep to the next. Default 1 h.
    pub every: Duration,
}

impl Default for Retention {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            calls_life: seconds(7 * 86_400),
            calls_rows: 1_000_000,
            batch: 1_000,
            first: seconds(60),
            every: seconds(3_600),
        }
    }
}

impl StoreSettings {
    /// The defaults with this address.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            max_connections: 8,
            wait: Duration::from_secs(5),
            migration_wait: Duration::from_secs(60),
            clock: system_clock(),
            idempotency: IdempotencySettings::default(),
            retention: Retention::default(),
        }
    }

    /// Whether the address can be one, without going there.
    ///
    /// # Errors
    /// Says what is expected of an address.
    pub fn check(&self) -> Result<(), StoreError> {
        self.place().map(drop)
    }

    pub(crate) fn place(&self) -> Result<Place, StoreError> {
        if let Some(path) = self.url.strip_prefix("sqlite://") {
            if path.is_empty() || path.contains(['?', '\0']) || path.starts_with(':') {
                return Err(failed("a SQLite address is sqlite:// and the path of a file, without parameters"));
            }
            return Ok(Place::Sqlite(PathBuf::from(path)));
        }
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            return Ok(Place::Postgres(self.url.clone()));
        }
        Err(failed("the database address must begin with sqlite:// or postgres://"))
    }
}

impl std::fmt::Debug for StoreSettings {
    /// Shows no password: only what kind of database it is, and a file's path.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = match self.place() {
            Ok(Place::Sqlite(path)) => format!("sqlite://{}", path.display()),
            Ok(Place::Postgres(_)) => "postgres://..".to_owned(),
            Err(_) => "..".to_owned(),
        };
        f.debug_struct("StoreSettings")
            .field("url", &shown)
            .field("max_connections", &self.max_connections)
            .field("wait", &self.wait)
            .field("migration_wait", &self.migration_wait)
            .field("idempotency", &self.idempotency)
            .field("retention", &self.retention)
            .finish_non_exhaustive()
    }
}

/// A parsed address.
#[derive(Clone)]
pub(crate) enum Place {
    Sqlite(PathBuf),
    Postgres(String),
}
