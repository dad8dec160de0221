//! The engine: its parts, its caches, and how a connection is found.

use crate::describe::Describing;
use crate::provider_objects::{Remembered, remembered};
use crate::snapshot::{Objects, Snapshot};
use crate::{
    ApiKey, Caller, Calls, Code, ConnectionId, Connections, ConsentSettings, Consents, Cost, Exports, FieldMappings,
    Idempotency, Keys, OAuthApps, Problem, Running, Slice, Target, TenantId, Tenants, WaitSettings,
};
use heddle_auth::{CursorKey, Keeper};
use heddle_connector::{Account, Connector, Outlet, Reader, Registry, Session, Tally};
use heddle_gate::{GrantId, Priority};
use moka::future::Cache;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// What an engine is made of.
pub struct Parts {
    /// All providers.
    pub registry: Registry,
    /// The way out.
    pub outlet: Arc<dyn Outlet>,
    /// Tokens.
    pub keeper: Arc<Keeper>,
    /// Tenants.
    pub tenants: Arc<dyn Tenants>,
    /// Connections.
    pub connections: Arc<dyn Connections>,
    /// Fields under the operator's own names.
    pub mappings: Arc<dyn FieldMappings>,
    /// API keys.
    pub keys: Arc<dyn Keys>,
    /// The operator's apps.
    pub apps: Arc<dyn OAuthApps>,
    /// Consents under way.
    pub consents: Arc<dyn Consents>,
    /// Idempotency keys and their answers.
    pub idempotency: Arc<dyn Idempotency>,
    /// The call log.
    pub calls: Arc<dyn Calls>,
    /// Large reads.
    pub exports: Arc<dyn Exports>,
    /// Seals cursors.
    pub cursor_key: CursorKey,
}

/// What can be set.
#[derive(Debug, Clone)]
pub struct EngineSettings {
    /// How long a connection or key that was read from the database is used
    /// before it is read again. Commands beside a running server are seen
    /// after this time.
    pub snapshot_ttl: Duration,
    /// How an app is waited for that the provider does not know yet.
    pub waiting: WaitSettings,
    /// How consents are asked for.
    pub consent: ConsentSettings,
    /// The wall clock: for ends of keys and times of records.
    pub clock: fn() -> SystemTime,
}

impl Default for EngineSettings {
    #[expect(clippy::disallowed_methods, reason = "the one place where the engine's clock comes from")]
    fn default() -> Self {
        Self {
            snapshot_ttl: Duration::from_secs(1),
            waiting: WaitSettings::default(),
            consent: ConsentSettings::default(),
            clock: SystemTime::now,
        }
    }
}

/// The use cases. One value for the whole server.
pub struct Engine {
    pub(crate) registry: Registry,
    pub(crate) outlet: Arc<dyn Outlet>,
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) tenants: Arc<dyn Tenants>,
    pub(crate) connections: Arc<dyn Connections>,
    pub(crate) mappings: Arc<dyn FieldMappings>,
    pub(crate) keys: Arc<dyn Keys>,
    pub(crate) apps: Arc<dyn OAuthApps>,
    pub(crate) consents: Arc<dyn Consents>,
    pub(crate) idempotency: Arc<dyn Idempotency>,
    pub(crate) running: Running,
    /// Where writes run that must not end with their callers.
    pub(crate) runtime: Option<tokio::runtime::Handle>,
    pub(crate) calls: Arc<dyn Calls>,
    pub(crate) exports: Arc<dyn Exports>,
    pub(crate) cursor_key: CursorKey,
    pub(crate) key_cache: Cache<String, Arc<ApiKey>>,
    pub(crate) describing: Mutex<HashMap<ConnectionId, Arc<Describing>>>,
    pub(crate) waiting: WaitSettings,
    pub(crate) consent: ConsentSettings,
    pub(crate) snapshots: Cache<ConnectionId, Arc<Snapshot>>,
    /// Parsed fields and plans, used again while the connection's row says that
    /// they are still its own. Without an end of their own.
    pub(crate) objects: Cache<ConnectionId, Arc<Objects>>,
    /// The provider's other objects, as far as somebody asked for them.
    pub(crate) provider_objects: Remembered,
    clock: fn() -> SystemTime,
    targets: Cache<(String, Option<String>), ConnectionId>,
}

/// Entries of each cache; a connection with its schemas takes some 50 kB.
const CACHED: u64 = 10_000;

impl Engine {
    /// An engine of these parts. Call it inside the runtime that outlives all
    /// requests: writes that must not end with their callers run there.
    pub fn new(parts: Parts, settings: EngineSettings) -> Arc<Self> {
        fn cache<K, V>(ttl: Duration) -> Cache<K, V>
        where
            K: std::hash::Hash + Eq + Send + Sync + 'static,
            V: Clone + Send + Sync + 'static,
        {
            Cache::builder().max_capacity(CACHED).time_to_live(ttl).build()
        }
        Arc::new(Self {
            registry: parts.registry,
            outlet: parts.outlet,
            keeper: parts.keeper,
            tenants: parts.tenants,
            connections: parts.connections,
            mappings: parts.mappings,
            keys: parts.keys,
            apps: parts.apps,
            consents: parts.consents,
            idempotency: parts.idempotency,
            running: Running::default(),
            runtime: tokio::runtime::Handle::try_current().ok(),
            calls: parts.calls,
            exports: parts.exports,
            cursor_key: parts.cursor_key,
            key_cache: cache(settings.snapshot_ttl),
            describing: Mutex::default(),
            waiting: settings.waiting,
            consent: settings.consent,
            clock: settings.clock,
            objects: Cache::builder().max_capacity(CACHED).build(),
            provider_objects: remembered(),
            snapshots: cache(settings.snapshot_ttl),
            targets: cache(settings.snapshot_ttl),
        })
    }

    /// Waits until no write runs that goes on without its caller: for a
    /// graceful stop.
    pub async fn settled(&self) {
        self.running.settled().await;
    }

    /// All providers.
    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    pub(crate) fn wall(&self) -> SystemTime {
        (self.clock)()
    }

    /// The connection a request is for, ready to be used.
    pub(crate) async fn usable(&self, caller: &Caller, target: &Target) -> Result<Arc<Snapshot>, Problem> {
        let snapshot = self.resolve(caller, target).await?;
        snapshot.usable(self.wall())?;
        Ok(snapshot)
    }

    pub(crate) async fn resolve(&self, caller: &Caller, target: &Target) -> Result<Arc<Snapshot>, Problem> {
        match target {
            Target::Connection(id) => {
                let id = ConnectionId::parse(id).ok_or_else(|| Problem::not_found("connection"))?;
                self.snapshot(&caller.owner, &id).await
            }
            Target::Tenant { tenant, provider } => {
                let key = (tenant.clone(), provider.clone());
                if let Some(id) = self.targets.get(&key).await {
                    return self.snapshot(&caller.owner, &id).await;
                }
                let id = self.only_connection(caller, tenant, provider.as_deref()).await?;
                self.targets.insert(key, id.clone()).await;
                self.snapshot(&caller.owner, &id).await
            }
        }
    }

    async fn only_connection(
        &self,
        caller: &Caller,
        tenant: &str,
        provider: Option<&str>,
    ) -> Result<ConnectionId, Problem> {
        const SHOWN: u64 = 20;
        let tenant = self.find_tenant(caller, tenant).await?;
        let slice = Slice { after: None, limit: SHOWN };
        let found = self.connections.list(&caller.owner, Some(&tenant.id), provider, slice).await?;
        match found.as_slice() {
            [] => Err(Problem::not_found(if provider.is_some() {
                "connection of this tenant and provider"
            } else {
                "connection of this tenant"
            })),
            [only] => Ok(only.id.clone()),
            several => {
                let one_provider = several.iter().all(|c| c.provider == several[0].provider);
                let detail = if one_provider {
                    "the tenant has several connections to this provider: send X-Connection-Id with one of them"
                } else {
                    "the tenant has several connections: send X-Provider, or X-Connection-Id with one of them"
                };
                let mut problem = Problem::new(Code::AmbiguousConnection, detail);
                problem.candidates = several.iter().map(|c| (c.id.to_string(), c.provider.clone())).collect();
                Err(problem)
            }
        }
    }

    /// Forgets what is known of a connection after a change of it.
    pub(crate) async fn changed(&self, id: &ConnectionId) {
        self.snapshots.invalidate(id).await;
    }

    /// The same after a connection was made or ended: which one a tenant has
    /// may be another now.
    pub(crate) async fn came_or_went(&self, id: &ConnectionId) {
        self.changed(id).await;
        self.objects.invalidate(id).await;
        self.targets.invalidate_all();
    }

    /// A problem with what it cost and whom it concerns. A verdict on the
    /// connection itself is read anew by the next request.
    pub(crate) async fn problem_of(&self, snapshot: &Snapshot, session: &Session, problem: Problem) -> Problem {
        let verdicts = [Code::ConnectionNeedsReauth, Code::ConnectionMisconfigured, Code::ConnectionPaused];
        if verdicts.contains(&problem.code) {
            self.changed(&snapshot.connection.id).await;
        }
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        snapshot.of(Problem { cost, ..problem })
    }

    /// A session for one API request on a stored connection.
    pub(crate) fn session(&self, caller: &Caller, snapshot: &Snapshot) -> Session {
        let grant = GrantId(snapshot.connection.id.to_string());
        let tenant = &snapshot.connection.tenant_id;
        let (account, reader) = (snapshot.account.clone(), snapshot.reader.clone());
        self.session_with(caller, &snapshot.connector, account, reader, tenant, grant)
    }

    /// A session for a grant, stored or being tested.
    pub(crate) fn session_with(
        &self,
        caller: &Caller,
        connector: &Arc<dyn Connector>,
        account: Arc<Account>,
        reader: Arc<Reader>,
        tenant: &TenantId,
        grant: GrantId,
    ) -> Session {
        Session {
            outlet: self.outlet.clone(),
            tokens: self.keeper.clone(),
            caller: heddle_gate::Caller {
                provider: connector.manifest().id,
                tenant: tenant.to_string(),
                connection: grant.0.clone(),
                request_id: caller.request_id.clone(),
            },
            grant,
            account,
            reader,
            priority: Priority::Interactive,
            deadline: caller.deadline,
            tally: Arc::new(Tally::default()),
            before_write: None,
        }
    }
}

/// Cuts the extra item off that was asked for to see whether there are more;
/// the last one kept begins the next page.
pub(crate) fn cut<T>(mut items: Vec<T>, limit: u64, id: impl Fn(&T) -> String) -> (Vec<T>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(id) } else { None };
    (items, next)
}
