//! The parts of the program, joined as the configuration says.

use super::stored_secret::{self, Stored};
use super::{CliError, private_file};
use crate::config::Config;
use heddle_auth::{KeeperSettings, MasterKey, VaultError};
use heddle_engine::{Caller, ConsentSettings, EngineSettings, StoreError};
use heddle_gate::HttpTransport;
use heddle_server::http::{App, HttpSettings};
use heddle_server::wiring::{self, Wired, WiringSettings};
use heddle_store::{IdempotencySettings, Store, StoreSettings};
use secrecy::SecretString;
use std::sync::Arc;
use std::time::Duration;

/// How long a command waits for providers and the database.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(120);

/// How long a stop waits for tokens that are being asked for.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(20);

/// How to reach the database that is configured.
pub(super) fn store_settings(config: &Config) -> StoreSettings {
    let mut settings = StoreSettings::new(config.database_url().expose());
    settings.max_connections = config.database.max_connections;
    settings.idempotency = IdempotencySettings {
        beat: Duration::from_secs(config.idempotency.beat_seconds),
        dead_after: Duration::from_secs(config.idempotency.dead_after_seconds),
        life: Duration::from_secs(config.retention.idempotency_hours * 3_600),
    };
    settings.retention.calls_life = Duration::from_secs(config.retention.calls_days * 86_400);
    settings.retention.calls_rows = config.retention.calls_rows;
    settings
}

/// Opens the database that is configured, and brings its schema up to date
/// first. Makes the data directory if the database lives there.
///
/// # Errors
/// When it cannot be reached or made.
pub(super) async fn open_store(config: &Config) -> Result<Store, CliError> {
    if config.database.url.is_empty() {
        let dir = &config.data.dir;
        private_file::make_dir(dir)
            .map_err(|why| CliError::new(format!("cannot make the data directory {}: {why}", dir.display())))?;
    }
    Store::migrate(&store_settings(config)).await.map_err(|why| no_database(config, &why))?;
    open_store_as_it_is(config).await
}

/// Opens the database without touching its schema.
///
/// # Errors
/// When it cannot be reached.
pub(super) async fn open_store_as_it_is(config: &Config) -> Result<Store, CliError> {
    Store::open(&store_settings(config)).await.map_err(|why| no_database(config, &why))
}

fn no_database(config: &Config, why: &StoreError) -> CliError {
    CliError::new(format!("cannot open the database {}: {why}", config.database_url().masked()))
}

/// The transport that sends over the network.
///
/// # Errors
/// When the HTTP client cannot be set up.
pub(super) fn transport(config: &Config) -> Result<Arc<HttpTransport>, CliError> {
    HttpTransport::new(&config.transport).map(Arc::new).map_err(|why| CliError::new(why.to_string()))
}

/// Joins everything around an open store, as configured.
///
/// # Errors
/// When the HTTP client cannot be set up, or the stored credentials were
/// sealed with another key: every call would fail, and what is stored from
/// now on would need this one.
pub(super) async fn join(config: &Config, key: &MasterKey, store: Store) -> Result<Wired, CliError> {
    if let Stored::Closed { connection, why: why @ VaultError::WrongKey { .. } } =
        stored_secret::look(&store, key).await?
    {
        return Err(CliError::new(format!(
            "this is not the secret key of this database: {why} ({connection}); start with the key that was used before"
        )));
    }
    let settings = WiringSettings {
        gate: config.gate.clone(),
        transport: config.transport.clone(),
        engine: EngineSettings {
            consent: ConsentSettings {
                public_url: config.server.public_url.clone(),
                return_origins: config.consent.return_origins.clone(),
                ..ConsentSettings::default()
            },
            ..EngineSettings::default()
        },
        keeper: KeeperSettings { allow_loopback: config.providers.allow_loopback, ..KeeperSettings::default() },
        ..WiringSettings::default()
    };
    wiring::join(&settings, key, store).map_err(|why| CliError::new(why.to_string()))
}

/// The operator at the command line: may do everything.
pub(super) fn operator(wired: &Wired) -> Caller {
    Caller::operator("command-line".to_owned(), wired.gate.deadline(COMMAND_TIMEOUT))
}

/// The HTTP side, as configured.
pub(super) fn app(config: &Config, wired: &Wired, metrics_token: Option<SecretString>) -> App {
    let mut app = wired.app(HttpSettings {
        request_timeout: Duration::from_secs(config.server.request_seconds),
        stop_timeout: Duration::from_secs(config.server.stop_seconds),
        docs: config.server.docs,
        access_log: config.log.access,
        ..HttpSettings::default()
    });
    if let Some(observed) = &mut app.observed {
        (observed.served, observed.token) = (config.metrics.enabled, metrics_token);
    }
    app
}

/// Ends in order, after the last request.
pub(super) async fn close(wired: Wired) {
    wired.close(SETTLE_TIMEOUT).await;
}
