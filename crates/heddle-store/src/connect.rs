//! Opens pools with the settings that every connection needs.

use crate::errors::failed;
use crate::settings::{Place, StoreSettings};
use heddle_engine::StoreError;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::path::Path;
use std::time::Duration;

/// A pool of at most `connections`; `wait` bounds the wait for one of them and
/// for SQLite's write lock.
pub(crate) async fn pool(
    settings: &StoreSettings,
    connections: u32,
    wait: Duration,
) -> Result<DatabaseConnection, StoreError> {
    let mut options = match settings.place()? {
        Place::Sqlite(path) => {
            prepare(&path).map_err(|e| failed(format!("the database file {}: {e}", path.display())))?;
            // The path goes past the address: it may hold any character.
            let mut options = ConnectOptions::new("sqlite://file");
            options.map_sqlx_sqlite_opts(move |o| {
                o.filename(&path)
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    // A token or a key must survive a power cut.
                    .synchronous(SqliteSynchronous::Full)
                    .busy_timeout(wait)
                    .foreign_keys(true)
            });
            options
        }
        Place::Postgres(url) => {
            let mut options = ConnectOptions::new(url.replacen("postgresql://", "postgres://", 1));
            options.set_application_name("heddle");
            options
        }
    };
    options
        .max_connections(connections.max(1))
        .connect_timeout(wait)
        .acquire_timeout(wait)
        // Statements carry customers' ids and sealed secrets.
        .sqlx_logging(false);
    Database::connect(options).await.map_err(failed)
}

/// Makes the folder and the file, readable by their owner only. What exists
/// already is left as it is.
fn prepare(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
