//! The connector behind a session whose other end is a recording.

use async_trait::async_trait;
use heddle_connector::model::Object;
use heddle_connector::{
    Account, Connector, Failure, ObjectSpec, Outlet, ProviderError, Reply, Request, Session, Tally,
};
use heddle_gate::{Answer, Call, Caller, GrantId, Priority, Token, TokenSource};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// The Salesforce connector as the program knows it.
pub(super) fn salesforce() -> Arc<dyn Connector> {
    heddle_connectors::registry().get("salesforce").unwrap().clone()
}

/// Its declarations of objects.
pub(super) fn objects() -> &'static [ObjectSpec] {
    salesforce().manifest().objects
}

/// Its declaration of contacts.
pub(super) fn contacts() -> &'static ObjectSpec {
    salesforce().manifest().object(Object::Contact).unwrap()
}

type Script = dyn Fn(&Request) -> Reply + Send + Sync;

/// Answers each request by a script, and has answers judged as the gate does,
/// without repeating anything.
pub(super) struct Scripted {
    script: Box<Script>,
    sent: Mutex<Vec<Request>>,
}

impl Scripted {
    pub(super) fn new(script: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Arc<Self> {
        Arc::new(Self { script: Box::new(script), sent: Mutex::default() })
    }

    /// The last request that was sent.
    pub(super) fn last(&self) -> Request {
        self.sent.lock().unwrap().last().unwrap().clone()
    }

    /// The requests that were sent.
    pub(super) fn operations(&self) -> Vec<&'static str> {
        self.sent.lock().unwrap().iter().map(|request| request.operation).collect()
    }
}

/// So that the keeper and a session can share one.
pub(super) struct Shared(pub(super) Arc<Scripted>);

#[async_trait]
impl Outlet for Shared {
    async fn call(&self, call: Call) -> Answer {
        let reply = (self.0.script)(&call.request);
        let signals = call.classify.signals(&call.request, &reply);
        self.0.sent.lock().unwrap().push(call.request);
        let result = match signals.failure {
            None => Ok(reply),
            Some(kind) => Err(Failure {
                retry_after: signals.wait,
                provider: Some(ProviderError {
                    status: reply.status,
                    code: signals.code,
                    message: signals.message.clone(),
                }),
                fields: signals.fields,
                records: signals.records,
                sent: true,
                ..Failure::new(kind, signals.message)
            }),
        };
        Answer { result, sent: 1, quota: None }
    }
}

/// Nothing here needs a token: the script answers without one.
struct NoTokens;

#[async_trait]
impl TokenSource for NoTokens {
    async fn get(&self, _grant: &GrantId, _min_ttl: Duration) -> Result<Token, Failure> {
        panic!("a scripted call asked for a token")
    }

    async fn rejected(&self, _grant: &GrantId, _version: u64) -> bool {
        false
    }

    fn peek(&self, _grant: &GrantId, _min_ttl: Duration) -> Option<Token> {
        None
    }
}

/// A session that ends in the script. Its deadline plays no part there.
#[allow(clippy::disallowed_methods)]
pub(super) fn session(connector: &Arc<dyn Connector>, scripted: &Arc<Scripted>) -> Session {
    let account = Arc::new(Account { connection: "con_1".into(), ..Account::default() });
    Session {
        outlet: Arc::new(Shared(scripted.clone())),
        tokens: Arc::new(NoTokens),
        grant: GrantId("con_1".into()),
        caller: Caller {
            provider: connector.manifest().id,
            tenant: "ten_1".into(),
            connection: "con_1".into(),
            request_id: "req_1".into(),
        },
        reader: Session::reader(connector, &account),
        account,
        priority: Priority::Interactive,
        deadline: Instant::now() + Duration::from_secs(60),
        tally: Arc::new(Tally::default()),
        before_write: None,
    }
}

/// What a list of the object makes of one recorded reply: the page with its envelope.
pub(super) async fn page(spec: &ObjectSpec, reply: Reply) -> Result<heddle_connector::Page, Failure> {
    let connector = salesforce();
    let scripted = Scripted::new(move |_| reply.clone());
    let asked = ["Id".to_owned()];
    let query = heddle_connector::ListQuery {
        table: spec.table,
        asked: &asked,
        filter: &[],
        deleted: false,
        order: heddle_connector::Order::Id,
        after: None,
        limit: 50,
    };
    connector.list(&session(&connector, &scripted), &query).await
}

/// A data request as the connector sends it.
pub(super) async fn query_request() -> Request {
    let connector = salesforce();
    let scripted = Scripted::new(|_| super::exchange::reply(200, Vec::new(), b"{}".to_vec()));
    let asked = ["Id".to_owned()];
    let query = heddle_connector::FetchQuery {
        table: contacts().table,
        asked: &asked,
        version: None,
        filter: &[],
        deleted: false,
        id: "003",
    };
    let _ = connector.fetch(&session(&connector, &scripted), &query).await;
    scripted.last()
}
