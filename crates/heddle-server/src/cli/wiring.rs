//! Joins the parts of the program: store, vault, transport, gate, keeper,
//! engine. The only place that makes the real transport.

use super::{CliError, private_file};
use crate::config::Config;
use async_trait::async_trait;
use heddle_auth::{CursorKey, Keeper, KeeperSettings, MasterKey, Vault};
use heddle_connector::Outlet;
use heddle_engine::{Caller, Engine, EngineSettings, Parts, StoreError};
use heddle_gate::{Gate, HttpTransport};
use heddle_server::http::{App, HttpSettings, Readiness};
use heddle_store::{Store, StoreSettings};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// How long a command waits for providers and the database.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(120);

/// How long a stop waits for tokens that are being asked for.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(20);

/// The joined parts.
pub(super) struct Wired {
    pub(super) engine: Arc<Engine>,
    gate: Arc<Gate>,
    store: Store,
    keeper: Arc<Keeper>,
}

/// How to reach the database that is configured.
pub(super) fn store_settings(config: &Config) -> StoreSettings {
    let mut settings = StoreSettings::new(config.database_url().expose());
    settings.max_connections = config.database.max_connections;
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

/// Joins everything around an open store.
///
/// # Errors
/// When the HTTP client cannot be set up.
pub(super) fn join(config: &Config, key: &MasterKey, store: Store) -> Result<Wired, CliError> {
    let shared = Arc::new(store.clone());
    let gate = Gate::new(config.gate.clone(), transport(config)?, shared.clone());
    let outlet: Arc<dyn Outlet> = Arc::new(gate.clone());
    let registry = heddle_connectors::registry();
    let settings = KeeperSettings { allow_loopback: config.providers.allow_loopback, ..KeeperSettings::default() };
    let keeper = Keeper::new(shared.clone(), Arc::new(Vault::new(key)), registry.clone(), outlet.clone(), settings);
    let parts = Parts {
        registry,
        outlet,
        keeper: keeper.clone(),
        tenants: shared.clone(),
        connections: shared.clone(),
        keys: shared,
        cursor_key: CursorKey::new(key.derive("cursor")),
    };
    let engine = Engine::new(parts, EngineSettings::default());
    Ok(Wired { engine, gate, store, keeper })
}

impl Wired {
    /// The operator at the command line: may do everything.
    pub(super) fn operator(&self) -> Caller {
        Caller::operator("command-line".to_owned(), Instant::now() + COMMAND_TIMEOUT)
    }

    /// The HTTP side's share.
    pub(super) fn app(&self, config: &Config) -> App {
        let settings = HttpSettings {
            request_timeout: Duration::from_secs(config.server.request_seconds),
            stop_timeout: Duration::from_secs(config.server.stop_seconds),
            docs: config.server.docs,
            ..HttpSettings::default()
        };
        App { engine: self.engine.clone(), readiness: Arc::new(DatabaseAnswers(self.store.clone())), settings }
    }

    /// Ends in order, after the last request: calls under way, tokens that are
    /// being stored, the call log.
    pub(super) async fn close(self) {
        self.gate.drained().await;
        if !self.keeper.settle(SETTLE_TIMEOUT).await {
            tracing::warn!("a token refresh did not end in time");
        }
        self.store.flush().await;
    }
}

/// Ready means: the database answers.
struct DatabaseAnswers(Store);

#[async_trait]
impl Readiness for DatabaseAnswers {
    async fn ready(&self) -> Result<(), String> {
        self.0.ping().await.map_err(|error| {
            tracing::warn!(%error, "the database did not answer a readiness check");
            "the database does not answer".to_owned()
        })
    }
}
