//! A keeper between a scripted provider and rows in memory. Wall clock and
//! timers follow the runtime's paused time.

use async_trait::async_trait;
use heddle_auth::{
    GrantRow, GrantState, Keeper, KeeperSettings, MasterKey, NewToken, RowError, SealContext, Sealed, TokenRows, Vault,
};
use heddle_connector::{
    AccountIdAt, AuthKind, AuthorizationCode, JwtBearer, Manifest, Outlet, Planned, Registry, Status, TokenEndpoint,
};
use heddle_gate::{Answer, Call, Failure, GrantId, HostRule, Reply, Token, TokenSource};
use secrecy::ExposeSecret;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub(crate) const MINUTE: Duration = Duration::from_secs(60);
pub(crate) const HOUR: Duration = Duration::from_secs(3600);
pub(crate) const LOGIN: &str = "https://tenant.login.acme.example";
/// The account that `con_1` is for.
pub(crate) const ORG: &str = "ORG01";
pub(crate) const BASE: &str = "https://tenant.api.acme.example";

const METHOD: TokenEndpoint = TokenEndpoint {
    token_path: "/oauth/token",
    login_hosts: HostRule {
        suffixes: &[".login.acme.example"],
        exact: &[],
        refused: &[("www.login.acme.example", "use your own login host, not www")],
    },
    base_url_field: "api_base",
    default_ttl: HOUR,
    account: Some(AccountIdAt { field: "who", segment: 1, length: 5 }),
    revoke_path: Some("/oauth/revoke"),
};

static ACME: Manifest = Manifest {
    id: "acme",
    title: "Acme",
    status: Status::Ready,
    auth: &[
        AuthKind::ClientCredentials(METHOD),
        AuthKind::AuthorizationCode(AuthorizationCode {
            endpoint: METHOD,
            authorize_path: "/oauth/authorize",
            environments: &[("https://tenant.login.acme.example", "everybody")],
            scopes: &["data", "offline"],
            needs: &["data"],
            offline: &["offline"],
            idle_limit: HOUR,
        }),
        AuthKind::JwtBearer(JwtBearer {
            endpoint: METHOD,
            audiences: &[("tenant.login.acme.example", "https://audience.acme.example")],
            life: MINUTE,
        }),
    ],
    hosts: HostRule { suffixes: &[".api.acme.example"], exact: &[], refused: &[] },
    objects: &[],
    junctions: &[],
    records: None,
    safety_lag: Duration::ZERO,
    guide: "",
};
static LATER: Manifest = Manifest { id: "later", title: "Later", status: Status::Planned, auth: &[], ..ACME };

/// What the provider does with one token call.
pub(crate) enum Act {
    Body(String),
    Fail(Failure),
    Panic,
}

pub(crate) fn token(bearer: &str) -> Act {
    Act::Body(format!(r#"{{"access_token":"{bearer}","token_type":"Bearer","api_base":"{BASE}"}}"#))
}

/// A token whose answer names an account.
pub(crate) fn token_of(bearer: &str, org: &str) -> Act {
    let who = format!("https://login.acme.example/id/{org}/USER1");
    Act::Body(format!(r#"{{"access_token":"{bearer}","token_type":"Bearer","api_base":"{BASE}","who":"{who}"}}"#))
}

/// A token request as it was sent.
pub(crate) struct Sent {
    pub(crate) operation: &'static str,
    pub(crate) url: String,
    pub(crate) body: String,
}

/// The provider: answers by script, then with `token-N`.
pub(crate) struct Provider {
    script: Mutex<VecDeque<Act>>,
    pub(crate) sent: Mutex<Vec<Sent>>,
    /// Each answer takes one; with none left the provider is silent.
    pub(crate) open: Semaphore,
    pub(crate) events: Arc<Mutex<Vec<&'static str>>>,
}

impl Provider {
    pub(crate) fn next(&self, act: Act) {
        self.script.lock().unwrap().push_back(act);
    }

    /// Token requests; those that end a token not counted.
    pub(crate) fn calls(&self) -> usize {
        self.sent.lock().unwrap().iter().filter(|sent| sent.operation == "token").count()
    }

    /// Answers nothing until [`Provider::release`].
    pub(crate) fn hold(&self) {
        self.open.forget_permits(usize::MAX);
    }

    pub(crate) fn release(&self) {
        self.open.add_permits(10_000);
    }
}

#[async_trait]
impl Outlet for Provider {
    async fn call(&self, call: Call) -> Answer {
        assert!(call.grant.is_none(), "a token call must not need a token");
        let number = {
            let mut sent = self.sent.lock().unwrap();
            sent.push(Sent {
                operation: call.request.operation,
                url: format!("{}{}", call.base.unwrap().as_str(), call.request.path),
                body: String::from_utf8(call.request.body.unwrap().to_vec()).unwrap(),
            });
            sent.len()
        };
        self.open.acquire().await.unwrap().forget();
        self.events.lock().unwrap().push("answer");
        let act = self.script.lock().unwrap().pop_front();
        let result = match act.unwrap_or_else(|| token(&format!("token-{number}"))) {
            Act::Body(body) => Ok(Reply {
                status: 200,
                headers: Vec::new(),
                body: body.into(),
                received: UNIX_EPOCH,
                took: Duration::ZERO,
            }),
            Act::Fail(failure) => Err(failure),
            Act::Panic => panic!("a fault in the classification"),
        };
        Answer { result, sent: 1, quota: None }
    }
}

/// Grants in memory, with a database's failures.
pub(crate) struct Rows {
    pub(crate) rows: Mutex<HashMap<String, GrantRow>>,
    pub(crate) down: AtomicBool,
    pub(crate) loads: AtomicUsize,
    /// Each commit takes one.
    pub(crate) commits: Semaphore,
    /// Who has announced, and when.
    owners: Mutex<HashMap<String, (String, Instant)>>,
    apps: Mutex<HashMap<(String, u64), Option<String>>>,
    /// News that an app is in trouble.
    pub(crate) alerts: AtomicUsize,
    events: Arc<Mutex<Vec<&'static str>>>,
}

impl Rows {
    pub(crate) fn new(events: Arc<Mutex<Vec<&'static str>>>) -> Self {
        Self {
            rows: Mutex::default(),
            down: AtomicBool::new(false),
            loads: AtomicUsize::new(0),
            commits: Semaphore::new(1_000_000),
            owners: Mutex::default(),
            apps: Mutex::default(),
            alerts: AtomicUsize::new(0),
            events,
        }
    }

    pub(crate) fn row(&self, id: &str) -> Option<GrantRow> {
        self.rows.lock().unwrap().get(id).cloned()
    }

    pub(crate) fn put(&self, row: GrantRow) {
        self.rows.lock().unwrap().insert(row.connection_id.clone(), row);
    }

    pub(crate) fn delete(&self, id: &str) {
        self.rows.lock().unwrap().remove(id);
    }

    fn up(&self) -> Result<(), RowError> {
        match self.down.load(Ordering::SeqCst) {
            true => Err(RowError("connection refused".into())),
            false => Ok(()),
        }
    }
}

#[async_trait]
impl TokenRows for Rows {
    async fn load(&self, id: &str) -> Result<Option<GrantRow>, RowError> {
        self.loads.fetch_add(1, Ordering::SeqCst);
        self.up()?;
        Ok(self.row(id))
    }

    async fn commit(&self, id: &str, spent: u64, token: &NewToken) -> Result<bool, RowError> {
        self.commits.acquire().await.unwrap().forget();
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(id).filter(|r| r.version == spent) else { return Ok(false) };
        row.access_token = Some(token.access_token.clone());
        row.base_url = Some(token.base_url.clone());
        row.obtained_at = Some(token.obtained_at);
        row.expires_at = Some(token.expires_at);
        row.version += 1;
        row.refresh_token = token.refresh_token.clone().or(row.refresh_token.take());
        row.announced = None;
        self.owners.lock().unwrap().remove(id);
        row.state = GrantState::Active;
        row.reason = None;
        self.events.lock().unwrap().push("stored");
        Ok(true)
    }

    async fn set_state(&self, id: &str, version: u64, state: GrantState, why: Option<&str>) -> Result<bool, RowError> {
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(id).filter(|r| r.version == version) else { return Ok(false) };
        row.state = state;
        row.reason = why.map(str::to_owned);
        Ok(true)
    }

    async fn pause(
        &self,
        id: &str,
        version: u64,
        _found: &str,
        why: &str,
        refresh: Option<&Sealed>,
    ) -> Result<bool, RowError> {
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(id).filter(|r| r.version == version) else { return Ok(false) };
        row.state = GrantState::OrgChanged;
        row.reason = Some(why.to_owned());
        row.access_token = None;
        row.version += 1;
        row.refresh_token = refresh.cloned().or(row.refresh_token.take());
        Ok(true)
    }

    async fn rotate(&self, id: &str, spent: u64, refresh: &Sealed) -> Result<bool, RowError> {
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(id).filter(|r| r.version == spent) else { return Ok(false) };
        row.refresh_token = Some(refresh.clone());
        row.version += 1;
        row.announced = None;
        self.owners.lock().unwrap().remove(id);
        Ok(true)
    }

    async fn announce(&self, id: &str, version: u64, owner: &str, patience: Duration) -> Result<bool, RowError> {
        self.up()?;
        let mut rows = self.rows.lock().unwrap();
        let Some(row) = rows.get_mut(id).filter(|r| r.version == version) else { return Ok(false) };
        let mut owners = self.owners.lock().unwrap();
        let now = Instant::now();
        let held = owners.get(id).is_some_and(|(_, at)| now < *at + patience);
        if row.announced == Some(version) && held {
            return Ok(false);
        }
        row.announced = Some(version);
        owners.insert(id.to_owned(), (owner.to_owned(), now));
        self.events.lock().unwrap().push("announced");
        Ok(true)
    }

    async fn conclude(&self, id: &str, owner: &str, unknown: bool) -> Result<(), RowError> {
        self.up()?;
        let mut owners = self.owners.lock().unwrap();
        if owners.get(id).is_none_or(|(known, _)| known != owner) {
            return Ok(());
        }
        owners.remove(id);
        if !unknown && let Some(row) = self.rows.lock().unwrap().get_mut(id) {
            row.announced = None;
        }
        Ok(())
    }

    async fn note_app(&self, app: &str, version: u64, trouble: Option<&str>) -> Result<bool, RowError> {
        self.up()?;
        let mut apps = self.apps.lock().unwrap();
        let before = apps.insert((app.to_owned(), version), trouble.map(str::to_owned)).flatten();
        let news = before.as_deref() != trouble;
        if news && trouble.is_some() {
            self.alerts.fetch_add(1, Ordering::SeqCst);
        }
        Ok(news)
    }

    async fn idle(&self, before: SystemTime, limit: u64) -> Result<Vec<String>, RowError> {
        self.up()?;
        let rows = self.rows.lock().unwrap();
        let mut idle: Vec<_> = rows
            .values()
            .filter(|row| row.refresh_token.is_some() && row.state == GrantState::Active)
            .filter_map(|row| Some((row.obtained_at.filter(|at| *at < before)?, row.connection_id.clone())))
            .collect();
        idle.sort();
        Ok(idle.into_iter().map(|(_, id)| id).take(usize::try_from(limit).unwrap()).collect())
    }
}

/// Everything around one keeper.
pub(crate) struct Stage {
    pub(crate) keeper: Arc<Keeper>,
    pub(crate) provider: Arc<Provider>,
    pub(crate) rows: Arc<Rows>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) events: Arc<Mutex<Vec<&'static str>>>,
    start: Instant,
}

pub(crate) fn con() -> GrantId {
    GrantId("con_1".into())
}

impl Stage {
    /// One stored connection, `con_1`, without a token.
    pub(crate) fn new() -> Self {
        Self::with(KeeperSettings::default())
    }

    pub(crate) fn with(settings: KeeperSettings) -> Self {
        let events = Arc::<Mutex<Vec<&'static str>>>::default();
        let provider = Arc::new(Provider {
            script: Mutex::default(),
            sent: Mutex::default(),
            open: Semaphore::new(10_000),
            events: events.clone(),
        });
        let rows = Arc::new(Rows::new(events.clone()));
        let vault = Arc::new(Vault::new(&MasterKey::generate().unwrap()));
        let start = Instant::now();
        let keeper = build(&rows, &vault, &provider, settings, start);
        let stage = Self { keeper, provider, rows, vault, events, start };
        stage.rows.put(stage.grant("con_1", "the secret"));
        stage
    }

    /// A keeper with empty memory over the same rows, as after a restart.
    pub(crate) fn restarted(&self) -> Arc<Keeper> {
        build(&self.rows, &self.vault, &self.provider, KeeperSettings::default(), self.start)
    }

    pub(crate) fn grant(&self, id: &str, secret: &str) -> GrantRow {
        let place = SealContext { tenant: "ten_1", connection: id, field: "client_secret" };
        GrantRow {
            tenant_id: "ten_1".into(),
            connection_id: id.into(),
            provider: "acme".into(),
            kind: "client_credentials".into(),
            login: LOGIN.into(),
            client_id: "the client".into(),
            client_secret: self.vault.seal(&place, secret.as_bytes()).unwrap(),
            subject: None,
            app_id: None,
            app_secret: None,
            refresh_token: None,
            announced: None,
            access_token: None,
            base_url: None,
            remote_id: Some(ORG.into()),
            version: 0,
            obtained_at: None,
            expires_at: None,
            state: GrantState::Active,
            reason: None,
        }
    }

    /// Another process stores a newer token, good for `ttl`.
    pub(crate) fn store_elsewhere(&self, bearer: &str, ttl: Duration) {
        let mut row = self.rows.row("con_1").unwrap();
        let place = SealContext { tenant: "ten_1", connection: "con_1", field: "access_token" };
        row.access_token = Some(self.vault.seal(&place, bearer.as_bytes()).unwrap());
        row.base_url = Some(BASE.into());
        row.version += 1;
        row.obtained_at = Some(self.now());
        row.expires_at = Some(self.now() + ttl);
        row.state = GrantState::Active;
        row.reason = None;
        self.rows.put(row);
    }

    pub(crate) fn now(&self) -> SystemTime {
        wall(self.start)
    }

    pub(crate) async fn get(&self) -> Result<Token, Failure> {
        self.keeper.get(&con(), MINUTE).await
    }

    /// Lets everything run until nothing moves any more, without moving time.
    pub(crate) async fn quiet(&self) {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) fn bearer(token: &Token) -> &str {
    token.bearer.expose_secret()
}

pub(crate) fn wall(start: Instant) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_800_000_000) + start.elapsed()
}

fn build(
    rows: &Arc<Rows>,
    vault: &Arc<Vault>,
    provider: &Arc<Provider>,
    settings: KeeperSettings,
    start: Instant,
) -> Arc<Keeper> {
    keeper(rows.clone(), vault, provider.clone(), KeeperSettings { clock: Arc::new(move || wall(start)), ..settings })
}

/// A keeper of the two providers.
pub(crate) fn keeper(
    rows: Arc<dyn TokenRows>,
    vault: &Arc<Vault>,
    outlet: Arc<dyn Outlet>,
    settings: KeeperSettings,
) -> Arc<Keeper> {
    let registry = Registry::new(vec![Arc::new(Planned(&ACME)), Arc::new(Planned(&LATER))]);
    Keeper::new(rows, vault.clone(), registry, outlet, settings)
}
