//! Opens pools with the settings that every connection needs.

use crate::errors::failed;
use crate::settings::{Place, StoreSettings};
use heddle_engine::StoreError;
use sea_orm::sqlx::ConnectOptions as _;
use sea_orm::sqlx::postgres::PgConnectOptions;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

/// Longest wait for the reason why a database cannot be reached.
const REASON: Duration = Duration::from_secs(1);

/// A pool of at most `connections`; `lock` bounds the wait for SQLite's write
/// lock.
pub(crate) async fn pool(
    settings: &StoreSettings,
    connections: u32,
    lock: Duration,
) -> Result<DatabaseConnection, StoreError> {
    let place = settings.place()?;
    let wait = settings.wait;
    let mut options = match place.clone() {
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
                    .busy_timeout(lock)
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
    match (Database::connect(options).await, place) {
        (Ok(db), _) => Ok(db),
        (Err(error), Place::Postgres(url)) => Err(failed(reason(&url).await.unwrap_or_else(|| error.to_string()))),
        (Err(error), Place::Sqlite(_)) => Err(failed(error)),
    }
}

/// What the driver says of this address. A pool knocks at a closed door until
/// its time is over, and then knows only that.
async fn reason(url: &str) -> Option<String> {
    let options = PgConnectOptions::from_str(url).ok()?;
    let asked = tokio::time::timeout(REASON, options.connect()).await.ok()?;
    asked.err().map(|error| error.to_string())
}

/// Makes the folder and the file, readable by their owner only. A file that
/// exists already is not even opened: closing it again would drop the locks that
/// this process holds on it through SQLite.
pub(crate) fn prepare(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    match own_file().create_new(true).open(path) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Options for a file that only its owner may read.
pub(crate) fn own_file() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
