//! Several processes on one database, and a provider whose refresh tokens
//! rotate: a second use of one ends all that came of the consent.

use crate::stage::{BASE, HOUR, LOGIN, ORG, Rows, con, keeper, wall};
use async_trait::async_trait;
use heddle_auth::{
    AppSecret, GrantRow, GrantState, Keeper, KeeperSettings, MasterKey, NewToken, RowError, SealContext, Sealed,
    TokenRows, Vault,
};
use heddle_connector::Outlet;
use heddle_gate::{Answer, Call, Failure, FailureKind, GrantId, ProviderError, Reply, Token, TokenSource};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// Places at which a process can be stopped or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    Load,
    Announce,
    Announced,
    Send,
    Answered,
    Commit,
    Committed,
}

impl At {
    pub(crate) const ALL: [Self; 7] =
        [Self::Load, Self::Announce, Self::Announced, Self::Send, Self::Answered, Self::Commit, Self::Committed];
}

type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;
/// What happens to a process at a place.
pub(crate) type Fate = Arc<dyn Fn(At) -> Pause + Send + Sync>;

/// Nothing ever happens.
pub(crate) fn unharmed() -> Fate {
    Arc::new(|_| Box::pin(std::future::ready(())))
}

/// The process ends at this place: what waits there is never heard of again.
pub(crate) fn killed(at: At) -> Fate {
    Arc::new(move |here| match here == at {
        true => Box::pin(std::future::pending()),
        false => Box::pin(std::future::ready(())),
    })
}

/// The process is stopped at this place, once, and goes on after `pause`.
pub(crate) fn stopped(at: At, pause: Duration) -> Fate {
    let done = AtomicBool::new(false);
    Arc::new(move |here| match here == at && !done.swap(true, Ordering::SeqCst) {
        true => Box::pin(tokio::time::sleep(pause)),
        false => Box::pin(std::future::ready(())),
    })
}

/// The provider.
pub(crate) struct Rotating {
    spent: Mutex<HashMap<String, bool>>,
    dead: AtomicBool,
    made: AtomicUsize,
    pub(crate) calls: AtomicUsize,
    /// Refresh tokens that came a second time.
    pub(crate) reused: AtomicUsize,
    pub(crate) under_way: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
    pub(crate) revoked: Mutex<Vec<String>>,
    /// The app's secret, as the provider knows it.
    pub(crate) secret: Mutex<String>,
    /// What comes instead of a new refresh token: nothing, or this text.
    pub(crate) gives: Mutex<Option<Option<&'static str>>>,
    pub(crate) forms: Mutex<Vec<HashMap<String, String>>>,
    pub(crate) delay: Mutex<Duration>,
    /// The address for data calls that answers name.
    pub(crate) base: Mutex<&'static str>,
}

impl Rotating {
    fn new() -> Self {
        Self {
            spent: Mutex::default(),
            dead: AtomicBool::new(false),
            made: AtomicUsize::new(0),
            calls: AtomicUsize::new(0),
            reused: AtomicUsize::new(0),
            under_way: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
            revoked: Mutex::default(),
            secret: Mutex::new("app secret".into()),
            gives: Mutex::new(None),
            forms: Mutex::default(),
            delay: Mutex::new(Duration::ZERO),
            base: Mutex::new(BASE),
        }
    }

    /// Knows this refresh token, unspent.
    pub(crate) fn grant(&self, token: &str) {
        self.spent.lock().unwrap().insert(token.to_owned(), false);
    }

    pub(crate) fn count(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }

    fn token(&self, form: &HashMap<String, String>) -> Result<String, Failure> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if form["client_secret"] != *self.secret.lock().unwrap() {
            return Err(refused(FailureKind::Misconfigured, "invalid_client", "the app's secret is wrong"));
        }
        let dead = || refused(FailureKind::NeedsReauth, "invalid_grant", "the grant was revoked");
        let mut spent = self.spent.lock().unwrap();
        match spent.get_mut(&form["refresh_token"]) {
            Some(spent) if *spent => {
                self.reused.fetch_add(1, Ordering::SeqCst);
                self.dead.store(true, Ordering::SeqCst);
                return Err(dead());
            }
            Some(_) if self.dead.load(Ordering::SeqCst) => return Err(dead()),
            Some(spent) => *spent = self.gives.lock().unwrap().is_none(),
            None => return Err(dead()),
        }
        let number = self.made.fetch_add(1, Ordering::SeqCst) + 1;
        let next = match *self.gives.lock().unwrap() {
            None => Some(format!("refresh-{number}")),
            Some(given) => given.map(str::to_owned),
        };
        if let Some(next) = &next {
            spent.insert(next.clone(), false);
        }
        let refresh = next.map(|next| format!(r#","refresh_token":"{next}""#)).unwrap_or_default();
        let base = *self.base.lock().unwrap();
        Ok(format!(r#"{{"access_token":"access-{number}","token_type":"Bearer","api_base":"{base}"{refresh}}}"#))
    }
}

fn refused(kind: FailureKind, code: &str, text: &str) -> Failure {
    let provider = Some(ProviderError { status: 400, code: Some(code.into()), message: text.into() });
    Failure { provider, sent: true, ..Failure::new(kind, text) }
}

/// A process's way to the provider.
struct Line {
    provider: Arc<Rotating>,
    fate: Fate,
}

#[async_trait]
impl Outlet for Line {
    async fn call(&self, call: Call) -> Answer {
        let body = String::from_utf8(call.request.body.unwrap().to_vec()).unwrap();
        let form: HashMap<String, String> = url::form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        if call.request.operation == "revoke" {
            self.provider.revoked.lock().unwrap().push(form["token"].clone());
            let reply = Reply {
                status: 200,
                headers: Vec::new(),
                body: Default::default(),
                received: UNIX_EPOCH,
                took: Duration::ZERO,
            };
            return Answer { result: Ok(reply), sent: 1, quota: None };
        }
        (self.fate)(At::Send).await;
        if Instant::now() >= call.deadline {
            let late = Failure::new(FailureKind::DeadlineExceeded, "too late to send");
            return Answer { result: Err(late), sent: 0, quota: None };
        }
        let now = self.provider.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.provider.most_at_once.fetch_max(now, Ordering::SeqCst);
        let delay = *self.provider.delay.lock().unwrap();
        tokio::time::sleep(delay).await;
        let result = self.provider.token(&form);
        self.provider.forms.lock().unwrap().push(form);
        self.provider.under_way.fetch_sub(1, Ordering::SeqCst);
        (self.fate)(At::Answered).await;
        let reply = |body: String| Reply {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
            received: UNIX_EPOCH,
            took: Duration::ZERO,
        };
        Answer { result: result.map(reply), sent: 1, quota: None }
    }
}

/// A process's way to the database.
struct Access {
    rows: Arc<Rows>,
    fate: Fate,
}

#[async_trait]
impl TokenRows for Access {
    async fn load(&self, id: &str) -> Result<Option<GrantRow>, RowError> {
        (self.fate)(At::Load).await;
        self.rows.load(id).await
    }

    async fn commit(&self, id: &str, spent: u64, token: &NewToken) -> Result<bool, RowError> {
        (self.fate)(At::Commit).await;
        let stored = self.rows.commit(id, spent, token).await;
        (self.fate)(At::Committed).await;
        stored
    }

    async fn set_state(&self, id: &str, version: u64, state: GrantState, why: Option<&str>) -> Result<bool, RowError> {
        self.rows.set_state(id, version, state, why).await
    }

    async fn pause(
        &self,
        id: &str,
        version: u64,
        found: &str,
        why: &str,
        refresh: Option<&Sealed>,
    ) -> Result<bool, RowError> {
        self.rows.pause(id, version, found, why, refresh).await
    }

    async fn rotate(&self, id: &str, spent: u64, refresh: &Sealed) -> Result<bool, RowError> {
        (self.fate)(At::Commit).await;
        self.rows.rotate(id, spent, refresh).await
    }

    async fn announce(&self, id: &str, version: u64, owner: &str, patience: Duration) -> Result<bool, RowError> {
        (self.fate)(At::Announce).await;
        let may = self.rows.announce(id, version, owner, patience).await;
        if matches!(may, Ok(true)) {
            (self.fate)(At::Announced).await;
        }
        may
    }

    async fn conclude(&self, id: &str, owner: &str, unknown: bool) -> Result<(), RowError> {
        self.rows.conclude(id, owner, unknown).await
    }

    async fn note_app(&self, app: &str, version: u64, trouble: Option<&str>) -> Result<bool, RowError> {
        self.rows.note_app(app, version, trouble).await
    }

    async fn idle(&self, before: SystemTime, limit: u64) -> Result<Vec<String>, RowError> {
        self.rows.idle(before, limit).await
    }
}

/// The database and the provider, without a process yet.
pub(crate) struct World {
    pub(crate) provider: Arc<Rotating>,
    pub(crate) rows: Arc<Rows>,
    pub(crate) vault: Arc<Vault>,
    pub(crate) start: Instant,
}

impl World {
    /// One consent, `con_1`, with the refresh token `refresh-0` and no access token.
    pub(crate) fn new() -> Self {
        let world = Self {
            provider: Arc::new(Rotating::new()),
            rows: Arc::new(Rows::new(Arc::default())),
            vault: Arc::new(Vault::new(&MasterKey::generate().unwrap())),
            start: Instant::now(),
        };
        world.consent("con_1", "refresh-0");
        world
    }

    /// A process to which this happens.
    pub(crate) fn process(&self, fate: Fate) -> Arc<Keeper> {
        let start = self.start;
        let settings = KeeperSettings { clock: Arc::new(move || wall(start)), ..KeeperSettings::default() };
        let rows = Arc::new(Access { rows: self.rows.clone(), fate: fate.clone() });
        keeper(rows, &self.vault, Arc::new(Line { provider: self.provider.clone(), fate }), settings)
    }

    pub(crate) fn seal(&self, tenant: &str, owner: &str, field: &str, text: &str) -> Sealed {
        self.vault.seal(&SealContext { tenant, connection: owner, field }, text.as_bytes()).unwrap()
    }

    /// The app's secret in the version `version` of the app.
    pub(crate) fn app_secret(&self, text: &str, version: u64) -> AppSecret {
        AppSecret { sealed: self.seal("", "app_1", "client_secret", text), version }
    }

    /// Stores a fresh consent, over whatever was there.
    pub(crate) fn consent(&self, id: &str, refresh: &str) {
        self.provider.grant(refresh);
        let version = self.rows.row(id).map_or(0, |row| row.version + 1);
        self.rows.put(GrantRow {
            tenant_id: "ten_1".into(),
            connection_id: id.into(),
            provider: "acme".into(),
            kind: "authorization_code".into(),
            login: LOGIN.into(),
            client_id: "the client".into(),
            client_secret: Sealed(String::new()),
            subject: None,
            app_id: Some("app_1".into()),
            app_secret: Some(self.app_secret("app secret", 1)),
            refresh_token: Some(self.seal("ten_1", id, "refresh_token", refresh)),
            announced: None,
            access_token: None,
            base_url: None,
            remote_id: Some(ORG.into()),
            version,
            obtained_at: None,
            expires_at: None,
            state: GrantState::Active,
            reason: None,
        });
    }

    pub(crate) fn row(&self) -> GrantRow {
        self.rows.row("con_1").unwrap()
    }

    /// The stored refresh token in clear.
    pub(crate) fn refresh_token(&self) -> String {
        let place = SealContext { tenant: "ten_1", connection: "con_1", field: "refresh_token" };
        let opened: SecretString = self.vault.open(&place, &self.row().refresh_token.unwrap()).unwrap();
        opened.expose_secret().to_owned()
    }
}

/// A token good for most of its life.
pub(crate) async fn get(keeper: &Arc<Keeper>) -> Result<Token, Failure> {
    keeper.get(&con(), HOUR / 10).await
}

/// The same in a task of its own.
pub(crate) fn getting(keeper: &Arc<Keeper>) -> tokio::task::JoinHandle<Result<Token, Failure>> {
    let keeper = keeper.clone();
    tokio::spawn(async move { keeper.get(&con(), HOUR / 10).await })
}

pub(crate) fn grant(id: usize) -> GrantId {
    GrantId(format!("con_{id}"))
}
