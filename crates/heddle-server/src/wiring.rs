//! Joins the parts of the program: store, vault, transport, gate, keeper,
//! engine. The only place that makes the real transport.

use crate::http::{App, HttpSettings, Readiness};
use async_trait::async_trait;
use heddle_auth::{CursorKey, Keeper, KeeperSettings, MasterKey, Vault};
use heddle_connector::Outlet;
use heddle_engine::{Engine, EngineSettings, Parts};
use heddle_gate::{Gate, HttpTransport, NoTransport, TransportSettings};
use heddle_store::Store;
use std::sync::Arc;
use std::time::Duration;

/// What the parts can be told.
#[derive(Debug, Clone, Default)]
pub struct WiringSettings {
    /// Retry, limits, breaker.
    pub gate: heddle_gate::Settings,
    /// The HTTP client.
    pub transport: TransportSettings,
    /// Tokens.
    pub keeper: KeeperSettings,
    /// Use cases.
    pub engine: EngineSettings,
}

/// The joined parts.
pub struct Wired {
    /// The use cases.
    pub engine: Arc<Engine>,
    /// The way out.
    pub gate: Arc<Gate>,
    /// The database.
    pub store: Store,
    /// Tokens.
    pub keeper: Arc<Keeper>,
}

/// Joins everything around an open store. Call it inside the runtime that
/// outlives all requests.
///
/// # Errors
/// When the HTTP client cannot be set up.
pub fn join(settings: &WiringSettings, key: &MasterKey, store: Store) -> Result<Wired, NoTransport> {
    let shared = Arc::new(store.clone());
    let transport = Arc::new(HttpTransport::new(&settings.transport)?);
    let gate = Gate::new(settings.gate.clone(), transport, shared.clone());
    let outlet: Arc<dyn Outlet> = Arc::new(gate.clone());
    let registry = heddle_connectors::registry();
    let vault = Arc::new(Vault::new(key));
    let keeper = Keeper::new(shared.clone(), vault, registry.clone(), outlet.clone(), settings.keeper.clone());
    let parts = Parts {
        registry,
        outlet,
        keeper: keeper.clone(),
        tenants: shared.clone(),
        connections: shared.clone(),
        keys: shared,
        cursor_key: CursorKey::new(key.derive("cursor")),
    };
    let engine = Engine::new(parts, settings.engine);
    Ok(Wired { engine, gate, store, keeper })
}

impl Wired {
    /// The HTTP side's share.
    pub fn app(&self, settings: HttpSettings) -> App {
        App { engine: self.engine.clone(), readiness: Arc::new(DatabaseAnswers(self.store.clone())), settings }
    }

    /// Ends in order, after the last request: calls under way, tokens that are
    /// being stored (for at most `settle`), the call log.
    pub async fn close(self, settle: Duration) {
        self.gate.drained().await;
        if !self.keeper.settle(settle).await {
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
