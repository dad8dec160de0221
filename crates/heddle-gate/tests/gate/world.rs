//! A provider, a token source and a call log, all scripted, around a real gate.

use async_trait::async_trait;
use heddle_gate::*;
use secrecy::{ExposeSecret, SecretString};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

pub(crate) const MS: Duration = Duration::from_millis(1);
pub(crate) const S: Duration = Duration::from_secs(1);
pub(crate) const RULE: HostRule = HostRule { suffixes: &[".crm.example"], exact: &[], refused: &[] };

/// What the provider saw of one request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// Since the world began.
    pub(crate) at: Duration,
    pub(crate) host: String,
    pub(crate) bearer: Option<String>,
    pub(crate) timeout: Duration,
    /// Counted from zero.
    pub(crate) number: usize,
}

/// How the provider reacts.
pub(crate) struct Act {
    pub(crate) after: Duration,
    pub(crate) end: Result<Reply, SendFault>,
}

type Script = Box<dyn FnMut(&Seen) -> Act + Send>;

pub(crate) struct Provider {
    start: Instant,
    script: Mutex<Script>,
    pub(crate) seen: Mutex<Vec<Seen>>,
    at_once: AtomicUsize,
    pub(crate) most_at_once: AtomicUsize,
}

pub(crate) fn reply(status: u16, headers: &[(&str, &str)]) -> Reply {
    Reply {
        status,
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: bytes::Bytes::new(),
        received: SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_521_600),
        took: Duration::ZERO,
    }
}

pub(crate) fn status(status: u16) -> Act {
    Act { after: 20 * MS, end: Ok(reply(status, &[])) }
}

pub(crate) fn with(status: u16, headers: &[(&str, &str)]) -> Act {
    Act { after: 20 * MS, end: Ok(reply(status, headers)) }
}

pub(crate) fn fault(fault: SendFault) -> Act {
    Act { after: 20 * MS, end: Err(fault) }
}

#[async_trait]
impl Transport for Provider {
    async fn send(
        &self,
        base: &BaseUrl,
        _request: &Request,
        bearer: Option<&SecretString>,
        timeout: Duration,
    ) -> Result<Reply, SendFault> {
        struct Out<'a>(&'a AtomicUsize);
        impl Drop for Out<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::SeqCst);
            }
        }
        let now = self.at_once.fetch_add(1, Ordering::SeqCst) + 1;
        let _out = Out(&self.at_once);
        self.most_at_once.fetch_max(now, Ordering::SeqCst);
        let act = {
            let mut seen = self.seen.lock().unwrap();
            let one = Seen {
                at: self.start.elapsed(),
                host: base.host().to_owned(),
                bearer: bearer.map(|b| b.expose_secret().to_owned()),
                timeout,
                number: seen.len(),
            };
            seen.push(one.clone());
            (self.script.lock().unwrap())(&one)
        };
        match tokio::time::timeout(timeout, tokio::time::sleep(act.after)).await {
            Ok(()) => act.end,
            Err(_) => Err(SendFault::Timeout),
        }
    }
}

/// A token source with one grant.
pub(crate) struct Tokens {
    version: AtomicU64,
    base: Mutex<BaseUrl>,
    /// Next base after a rejection, if it changes.
    pub(crate) moves_to: Mutex<Option<BaseUrl>>,
    pub(crate) refreshes: AtomicUsize,
    pub(crate) gets: AtomicUsize,
    pub(crate) peeks: AtomicUsize,
    /// Whether `peek` answers.
    pub(crate) cached: std::sync::atomic::AtomicBool,
    pub(crate) helps: std::sync::atomic::AtomicBool,
    pub(crate) takes: Mutex<Duration>,
    pub(crate) failing: Mutex<Option<Failure>>,
    single: tokio::sync::Mutex<()>,
}

impl Tokens {
    fn token(&self) -> Token {
        let version = self.version.load(Ordering::SeqCst);
        Token {
            bearer: SecretString::from(format!("token-{version}")),
            version,
            base: self.base.lock().unwrap().clone(),
        }
    }
}

#[async_trait]
impl TokenSource for Tokens {
    async fn get(&self, _grant: &GrantId, _min_ttl: Duration) -> Result<Token, Failure> {
        self.gets.fetch_add(1, Ordering::SeqCst);
        let takes = *self.takes.lock().unwrap();
        tokio::time::sleep(takes).await;
        match self.failing.lock().unwrap().clone() {
            Some(failure) => Err(failure),
            None => Ok(self.token()),
        }
    }

    async fn rejected(&self, _grant: &GrantId, version: u64) -> bool {
        let _one = self.single.lock().await;
        if self.version.load(Ordering::SeqCst) == version {
            if !self.helps.load(Ordering::SeqCst) {
                return false;
            }
            let takes = *self.takes.lock().unwrap();
            tokio::time::sleep(takes).await;
            self.refreshes.fetch_add(1, Ordering::SeqCst);
            self.version.fetch_add(1, Ordering::SeqCst);
            if let Some(base) = self.moves_to.lock().unwrap().take() {
                *self.base.lock().unwrap() = base;
            }
        }
        true
    }

    fn peek(&self, _grant: &GrantId, _min_ttl: Duration) -> Option<Token> {
        self.peeks.fetch_add(1, Ordering::SeqCst);
        self.cached.load(Ordering::SeqCst).then(|| self.token())
    }
}

#[derive(Default)]
pub(crate) struct Log(pub(crate) Mutex<Vec<CallRecord>>);

impl CallLog for Log {
    fn record(&self, record: CallRecord) {
        self.0.lock().unwrap().push(record);
    }
}

/// Reads statuses as most providers mean them.
#[derive(Clone)]
pub(crate) struct Reading(pub(crate) CallPlan);

impl Classify for Reading {
    fn plan(&self, _request: &Request) -> CallPlan {
        self.0.clone()
    }

    fn signals(&self, _request: &Request, reply: &Reply) -> Signals {
        use FailureKind as K;
        let wait = reply.header("retry-after").and_then(|v| hint::parse_wait(&[v], reply.received, reply.received));
        let throttle = |kind| Some(Throttle { kind, scope: ScopeKind::Org });
        let mut signals = match (reply.status, reply.header("x-case")) {
            (_, Some("html")) => Signals::failed(K::BadResponse, Repeat::ByReplay, "an HTML page"),
            (_, Some("daily")) => Signals {
                throttle: throttle(ThrottleKind::Daily),
                ..Signals::failed(K::QuotaExhausted, Repeat::Never, "daily limit")
            },
            (_, Some("too many at once")) => Signals {
                throttle: throttle(ThrottleKind::Concurrency),
                ..Signals::failed(K::ProviderRateLimited, Repeat::Always, "too many at once")
            },
            (_, Some("moved")) => Signals { moved: true, ..Signals::failed(K::Unavailable, Repeat::Never, "moved") },
            (_, Some("hopeless")) => Signals {
                auth: Some(AuthProblem::Hopeless),
                ..Signals::failed(K::AuthFailed, Repeat::Never, "this user is frozen")
            },
            (200..=299, _) => Signals::success(),
            (401, _) => Signals {
                auth: Some(AuthProblem::SessionExpired),
                ..Signals::failed(K::AuthFailed, Repeat::Never, "session expired")
            },
            (403, _) => Signals::failed(K::PermissionDenied, Repeat::Never, "no access"),
            (404, _) => Signals::failed(K::NotFound, Repeat::Never, "no such record"),
            (408 | 425, _) => Signals::failed(K::Timeout, Repeat::ByReplay, "too early or too late"),
            (429, _) => Signals {
                throttle: throttle(ThrottleKind::Rate),
                ..Signals::failed(K::ProviderRateLimited, Repeat::Always, "slow down")
            },
            (500.., _) => Signals::failed(K::Unavailable, Repeat::ByReplay, "down"),
            (300..=399, _) => Signals::failed(K::BadResponse, Repeat::Never, "a redirect"),
            _ => Signals::failed(K::ValidationFailed, Repeat::Never, "bad value"),
        };
        signals.wait = wait;
        if let Some((used, limit)) = reply.header("x-usage").and_then(|v| v.split_once('/')) {
            let (used, limit) = (used.parse().unwrap(), limit.parse().unwrap());
            signals.quota.push(QuotaSample { scope: ScopeKind::Org, used, limit });
        }
        signals
    }
}

pub(crate) struct World {
    pub(crate) gate: Arc<Gate>,
    pub(crate) provider: Arc<Provider>,
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) log: Arc<Log>,
    pub(crate) start: Instant,
}

pub(crate) fn org() -> ScopeKey {
    ScopeKey { kind: ScopeKind::Org, name: "acme:org".to_owned() }
}

pub(crate) fn base(host: &str) -> BaseUrl {
    BaseUrl::checked(&format!("https://{host}.crm.example"), &RULE, false).unwrap()
}

pub(crate) fn plan(replay: Replay, rates: &'static [Rate], concurrency: Option<Concurrency>) -> CallPlan {
    CallPlan { scopes: vec![ScopeUse { key: org(), cost: 1, rates, concurrency }], replay }
}

impl World {
    pub(crate) fn new(script: impl FnMut(&Seen) -> Act + Send + 'static) -> Self {
        Self::set(Settings { seed: Some(7), ..Settings::default() }, script)
    }

    pub(crate) fn set(settings: Settings, script: impl FnMut(&Seen) -> Act + Send + 'static) -> Self {
        let start = Instant::now();
        let provider = Arc::new(Provider {
            start,
            script: Mutex::new(Box::new(script)),
            seen: Mutex::default(),
            at_once: AtomicUsize::new(0),
            most_at_once: AtomicUsize::new(0),
        });
        let tokens = Arc::new(Tokens {
            version: AtomicU64::new(1),
            base: Mutex::new(base("one")),
            moves_to: Mutex::default(),
            refreshes: AtomicUsize::new(0),
            gets: AtomicUsize::new(0),
            peeks: AtomicUsize::new(0),
            cached: true.into(),
            helps: true.into(),
            takes: Mutex::new(100 * MS),
            failing: Mutex::default(),
            single: tokio::sync::Mutex::new(()),
        });
        let log = Arc::new(Log::default());
        let gate =
            Gate::new(settings, Arc::clone(&provider) as Arc<dyn Transport>, Arc::clone(&log) as Arc<dyn CallLog>);
        Self { gate, provider, tokens, log, start }
    }

    /// An interactive, safe read with 30 s.
    pub(crate) fn call(&self) -> Call {
        self.call_with(plan(Replay::Safe, &[], None))
    }

    pub(crate) fn call_with(&self, plan: CallPlan) -> Call {
        Call {
            request: Request::get("query", "/records?secret=1"),
            caller: Caller {
                provider: "acme",
                tenant: "ten_1".to_owned(),
                connection: "con_1".to_owned(),
                request_id: "req_1".to_owned(),
            },
            grant: Some((Arc::clone(&self.tokens) as Arc<dyn TokenSource>, GrantId("con_1".to_owned()))),
            base: None,
            classify: Arc::new(Reading(plan)),
            priority: Priority::Interactive,
            before_send: None,
            deadline: Instant::now() + 30 * S,
        }
    }

    pub(crate) async fn make(&self, call: Call) -> Answer {
        self.gate.call(call).await
    }

    /// Starts a call and goes on.
    pub(crate) fn start(&self, call: Call) -> tokio::task::JoinHandle<Answer> {
        let gate = Arc::clone(&self.gate);
        tokio::spawn(async move { gate.call(call).await })
    }

    pub(crate) fn sent(&self) -> usize {
        self.provider.seen.lock().unwrap().len()
    }

    pub(crate) fn sent_at(&self) -> Vec<Duration> {
        self.provider.seen.lock().unwrap().iter().map(|seen| seen.at).collect()
    }

    /// Lets virtual time pass.
    pub(crate) async fn pass(&self, time: Duration) {
        self.settle().await;
        tokio::time::advance(time).await;
        self.settle().await;
    }

    /// Lets tasks that are ready run.
    pub(crate) async fn settle(&self) {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }
}

pub(crate) fn kind(answer: &Answer) -> Option<FailureKind> {
    answer.result.as_ref().err().map(|failure| failure.kind)
}

pub(crate) fn failure(answer: Answer) -> Failure {
    answer.result.expect_err("a failure")
}
