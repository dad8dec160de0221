//! Joins the parts of the program: store, vault, transport, gate, keeper,
//! engine. The only place that makes the real transport.

use crate::background::Background;
use crate::http::{App, HttpSettings, Readiness};
use crate::http::{Observed, UnderWay};
use crate::metrics::{Gauges, Metrics, State};
use async_trait::async_trait;
use heddle_auth::{AnswerKey, Clock, CursorKey, Keeper, KeeperSettings, MasterKey, Vault};
use heddle_connector::Outlet;
use heddle_engine::{Caller, Engine, EngineSettings, Parts};
use heddle_gate::{Gate, HttpTransport, NoTransport, TransportSettings};
use heddle_store::{IdempotencyKeys, Store, Sweeper};
use std::sync::Arc;
use std::time::Duration;

/// How long one try of a waiting connection may take.
const RETRY_TIMEOUT: Duration = Duration::from_secs(60);

/// Grants looked after in one round of keeping them alive.
const KEPT_ALIVE: u64 = 100;

/// What the parts can be told.
#[derive(Debug, Clone)]
pub struct WiringSettings {
    /// Retry, limits, breaker.
    pub gate: heddle_gate::Settings,
    /// The HTTP client.
    pub transport: TransportSettings,
    /// Tokens.
    pub keeper: KeeperSettings,
    /// Use cases.
    pub engine: EngineSettings,
    /// How often background work looks whether something is due. 5 s.
    pub background_tick: Duration,
    /// How often refresh tokens are looked for that nobody uses. 10 min.
    pub idle_tick: Duration,
    /// How long a refresh token may go unused before it is used for nothing but
    /// to stay alive: a quarter of the shortest limit of a provider. 7.5 days.
    pub idle_after: Duration,
}

impl Default for WiringSettings {
    fn default() -> Self {
        Self {
            gate: heddle_gate::Settings::default(),
            transport: TransportSettings::default(),
            keeper: KeeperSettings::default(),
            engine: EngineSettings::default(),
            background_tick: Duration::from_secs(5),
            idle_tick: Duration::from_secs(600),
            idle_after: Duration::from_secs(30 * 86_400 / 4),
        }
    }
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
    /// Keys of repeatable writes.
    pub idempotency: IdempotencyKeys,
    /// Deletes what was kept long enough.
    pub sweeper: Sweeper,
    /// Counters.
    pub metrics: Arc<Metrics>,
    /// Work that nobody waits for; none runs before [`Wired::start`].
    pub background: Background,
    tick: Duration,
    idle: (Duration, Duration),
    clock: Clock,
}

/// Joins everything around an open store. Call it inside the runtime that
/// outlives all requests.
///
/// # Errors
/// When the HTTP client cannot be set up.
pub fn join(settings: &WiringSettings, key: &MasterKey, store: Store) -> Result<Wired, NoTransport> {
    let shared = Arc::new(store.clone());
    let transport = Arc::new(HttpTransport::new(&settings.transport)?);
    let metrics = Metrics::new();
    let gate = Gate::new(settings.gate.clone(), transport, metrics.counted(shared.clone()));
    let outlet: Arc<dyn Outlet> = Arc::new(gate.clone());
    let registry = heddle_connectors::registry();
    let vault = Arc::new(Vault::new(key));
    let keeper = Keeper::new(shared.clone(), vault, registry.clone(), outlet.clone(), settings.keeper.clone());
    let idempotency = IdempotencyKeys::new(&store, AnswerKey::new(key.derive("idempotency")));
    let parts = Parts {
        registry,
        outlet,
        keeper: keeper.clone(),
        tenants: shared.clone(),
        connections: shared.clone(),
        mappings: shared.clone(),
        keys: shared.clone(),
        calls: shared.clone(),
        exports: shared.clone(),
        apps: shared.clone(),
        consents: shared,
        idempotency: Arc::new(idempotency.clone()),
        cursor_key: CursorKey::new(key.derive("cursor")),
    };
    let engine = Engine::new(parts, settings.engine.clone());
    let sweeper = Sweeper::start(store.clone());
    let (background, tick) = (Background::new(), settings.background_tick);
    let (idle, clock) = ((settings.idle_tick, settings.idle_after), settings.keeper.clock.clone());
    Ok(Wired { engine, gate, store, keeper, idempotency, sweeper, metrics, background, tick, idle, clock })
}

impl Wired {
    /// Starts the background work of a server; commands need none. Call it
    /// inside the runtime that outlives all requests.
    pub fn start(&self) {
        let (engine, gate) = (self.engine.clone(), self.gate.clone());
        self.background.every(self.tick, move || {
            let (engine, gate) = (engine.clone(), gate.clone());
            async move {
                let caller = || Caller::operator("background", gate.deadline(RETRY_TIMEOUT));
                if let Err(problem) = engine.retry_waiting(&caller).await {
                    tracing::warn!(%problem, "waiting connections could not be looked at");
                }
            }
        });
        let ((every, after), clock, keeper) = (self.idle, self.clock.clone(), self.keeper.clone());
        self.background.every(every, move || {
            let (clock, keeper) = (clock.clone(), keeper.clone());
            async move {
                let before = clock().checked_sub(after).unwrap_or(std::time::UNIX_EPOCH);
                if let Err(error) = keeper.keep_alive(before, KEPT_ALIVE).await {
                    tracing::warn!(%error, "unused grants could not be looked for");
                }
            }
        });
    }

    /// The HTTP side's share.
    pub fn app(&self, settings: HttpSettings) -> App {
        let gauges = ReadNow { gate: self.gate.clone(), store: self.store.clone(), patience: settings.ready_timeout };
        let observed = Observed { metrics: self.metrics.clone(), gauges: Arc::new(gauges), served: true, token: None };
        App {
            engine: self.engine.clone(),
            readiness: Arc::new(DatabaseAnswers(self.store.clone())),
            observed: Some(observed),
            under_way: UnderWay::default(),
            settings,
        }
    }

    /// Ends in order, after the last request: background work, keyed writes,
    /// calls under way, tokens that are being stored (each for at most
    /// `settle`), the call log.
    pub async fn close(self, settle: Duration) {
        if !self.background.stop(settle).await {
            tracing::warn!("background work did not end in time");
        }
        if tokio::time::timeout(settle, self.engine.settled()).await.is_err() {
            tracing::warn!("a write without its caller did not end in time; its key will answer outcome_unknown");
        }
        self.gate.drained().await;
        if !self.keeper.settle(settle).await {
            tracing::warn!("a token refresh did not end in time");
        }
        self.idempotency.close(settle).await;
        self.sweeper.stop().await;
        self.store.flush().await;
    }
}

/// Gauges, read from the parts themselves.
struct ReadNow {
    gate: Arc<Gate>,
    store: Store,
    patience: Duration,
}

#[async_trait]
impl Gauges for ReadNow {
    async fn now(&self) -> State {
        let gate = self.gate.state();
        let answer = tokio::time::timeout(self.patience, self.store.ping()).await;
        State {
            database_up: matches!(answer, Ok(Ok(()))),
            calls_dropped: self.store.dropped_calls(),
            calls_in_flight: self.gate.in_flight(),
            scopes: gate.scopes,
            breakers_open: gate.breakers_open,
            quota_remaining: gate.quota_remaining,
        }
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
