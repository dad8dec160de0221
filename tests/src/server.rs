//! A server with its database, its sandbox and one connected tenant.

use crate::{Answer, CLIENT_ID, CLIENT_SECRET};
use heddle_auth::{KeeperSettings, MasterKey};
use heddle_engine::{Caller, NewAuth, NewConnection, NewKey, NewTenant, Scope, TenantId};
use heddle_sandbox::{Salesforce, SalesforceOptions};
use heddle_server::http::{self, HttpSettings};
use heddle_server::wiring::{self, Wired, WiringSettings};
use heddle_store::{Store, StoreSettings};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// How a server differs from the default.
pub struct ServerOptions {
    /// Contacts in the sandbox.
    pub contacts: usize,
    /// Accounts in the sandbox.
    pub accounts: usize,
    /// The sandbox's daily allowance.
    pub daily_limit: u64,
    /// Changes the parts before they are joined.
    pub tune: fn(&mut WiringSettings),
    /// Changes the HTTP side.
    pub http: HttpSettings,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self { contacts: 300, accounts: 40, daily_limit: 1_000_000, tune: |_| {}, http: HttpSettings::default() }
    }
}

/// A running server.
pub struct Server {
    /// `http://127.0.0.1:PORT`.
    pub url: String,
    /// A key with all scopes.
    pub key: String,
    /// The tenant's id.
    pub tenant: String,
    /// The connection's id.
    pub connection: String,
    /// The stand-in of Salesforce.
    pub sandbox: Arc<Salesforce>,
    /// The joined parts.
    pub wired: Arc<Wired>,
    client: reqwest::Client,
    folder: Arc<tempfile::TempDir>,
    master: String,
    options: ServerOptions,
    stop: Option<oneshot::Sender<()>>,
    done: Option<std::thread::JoinHandle<()>>,
}

impl Server {
    /// A server with defaults.
    pub async fn start() -> Self {
        Self::with(ServerOptions::default()).await
    }

    /// A server with these options: database, sandbox, tenant, connection, key.
    pub async fn with(options: ServerOptions) -> Self {
        let sandbox = sandbox(SalesforceOptions {
            contacts: options.contacts,
            accounts: options.accounts,
            daily_limit: options.daily_limit,
            ..SalesforceOptions::default()
        })
        .await;
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let master = MasterKey::generate().unwrap().encode();
        Store::migrate(&store_settings(&folder)).await.unwrap();
        let wired = joined(&options, &master, &folder).await;
        let caller = operator();
        let tenant = wired
            .engine
            .create_tenant(&caller, NewTenant { name: "Acme".into(), external_id: Some("acme".into()) })
            .await
            .unwrap();
        let connection = connect(&wired, &tenant.id, &sandbox.url()).await;
        let new = NewKey { name: "all".into(), scopes: Scope::ALL.to_vec(), tenants: None, expires_at: None };
        let (_, key) = wired.engine.create_key(&caller, new).await.unwrap();
        let mut server = Self {
            url: String::new(),
            key: key.expose_secret().to_owned(),
            tenant: tenant.id.to_string(),
            connection,
            sandbox: Arc::new(sandbox),
            wired,
            client: reqwest_client(),
            folder,
            master,
            options,
            stop: None,
            done: None,
        };
        server.listen();
        // What the set-up cost is not what a test measures.
        server.control("POST", "counters/reset", Value::Null).await;
        server
    }

    /// Connects the tenant to a second org; its connection's id, and the org.
    pub async fn second_org(&self) -> (String, Salesforce) {
        let org =
            sandbox(SalesforceOptions { seed: 2, contacts: 50, accounts: 10, ..SalesforceOptions::default() }).await;
        let made = self.send("POST", "/v1/connections", connection_body(&self.tenant, &org.url())).await.expect(201);
        (made.json["connection"]["id"].as_str().unwrap().to_owned(), org)
    }

    fn listen(&mut self) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        self.url = format!("http://{}", listener.local_addr().unwrap());
        let app = self.wired.app(self.options.http);
        let (stop, stopped) = oneshot::channel::<()>();
        self.stop = Some(stop);
        self.done = Some(std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let shutdown = async move {
                let _ = stopped.await;
            };
            runtime.block_on(http::run(listener, app, 2, shutdown)).unwrap();
        }));
    }

    /// Ends this server and starts another process's worth on the same
    /// database, as after a restart.
    pub async fn restart(&mut self) {
        self.halt();
        self.wired.store.flush().await;
        self.wired = joined(&self.options, &self.master, &self.folder).await;
        self.listen();
    }

    fn halt(&mut self) {
        drop(self.stop.take());
        if let Some(done) = self.done.take() {
            done.join().unwrap();
        }
    }

    /// The folder that holds the database.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_path_buf()
    }

    /// A request with the server's key and connection.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path)
            .header("authorization", format!("Bearer {}", self.key))
            .header("x-connection-id", &self.connection)
    }

    /// A request with nothing added.
    pub fn bare(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A `GET` with the server's key and connection.
    pub async fn get(&self, path: &str) -> Answer {
        Answer::read(self.request("GET", path).send().await.unwrap()).await
    }

    /// A request with the server's key and a JSON body; none for `Null`.
    pub async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        let request = self.bare(method, path).header("authorization", format!("Bearer {}", self.key));
        let request = match body {
            Value::Null => request,
            body => request.header("content-type", "application/json").body(body.to_string()),
        };
        Answer::read(request.send().await.unwrap()).await
    }

    /// Sends a prepared request.
    pub async fn sent(&self, request: reqwest::RequestBuilder) -> Answer {
        Answer::read(request.send().await.unwrap()).await
    }

    /// Sends a prepared request; `None` when no whole answer comes.
    pub async fn tried(&self, request: reqwest::RequestBuilder) -> Option<Answer> {
        Answer::tried(request).await
    }

    /// A list with raw query parameters, percent-encoded here.
    pub async fn list(&self, parameters: &[(&str, &str)]) -> Answer {
        self.get(&list_path(parameters)).await
    }

    /// A key with these scopes, for these tenants.
    pub async fn key(&self, scopes: &[Scope], tenants: Option<&[&str]>) -> String {
        let tenants = tenants.map(|list| list.iter().map(|t| TenantId::parse(t).unwrap()).collect());
        let new = NewKey { name: "narrow".into(), scopes: scopes.to_vec(), tenants, expires_at: None };
        let (_, key) = self.wired.engine.create_key(&operator(), new).await.unwrap();
        key.expose_secret().to_owned()
    }

    /// One control request to the sandbox.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        self.sandbox.control(method, &format!("/_sandbox/{path}"), body).await
    }

    /// Sets sandbox settings.
    pub async fn settings(&self, settings: Value) {
        let answer = self.control("POST", "settings", settings).await;
        assert!(answer.get("error").is_none(), "{answer}");
    }

    /// Adds faults to the sandbox.
    pub async fn faults(&self, faults: Value) -> Value {
        let answer = self.control("POST", "faults", faults).await;
        assert!(answer.get("error").is_none(), "{answer}");
        answer
    }

    /// Makes the login of the server's connection lead to another org, and ends
    /// the sessions of its own.
    pub async fn login_leads_to(&self, other: &Salesforce) {
        let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
        let asked = self
            .client
            .post(format!("{}/services/oauth2/token", other.url()))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form);
        let token = asked.send().await.unwrap().text().await.unwrap();
        let fault = json!({"match": "token", "kind": "status", "status": 200, "body": token, "content_type": "application/json"});
        self.faults(json!([fault])).await;
        self.control("POST", "expire_sessions", json!({})).await;
    }

    /// Data calls the sandbox has seen since the set-up.
    pub fn data_calls(&self) -> u64 {
        self.sandbox.counters()["data_calls"].as_u64().unwrap()
    }

    /// Token calls the sandbox has seen since the set-up.
    pub fn token_calls(&self) -> u64 {
        self.sandbox.calls("token")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

/// The path of a list with these query parameters.
pub fn list_path(parameters: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = parameters.iter().map(|(n, v)| format!("{}={}", encode(n), encode(v))).collect();
    format!("/v1/crm/contacts?{}", pairs.join("&"))
}

async fn sandbox(options: SalesforceOptions) -> Salesforce {
    let (client_id, client_secret) = (CLIENT_ID.into(), CLIENT_SECRET.into());
    Salesforce::start(SalesforceOptions { client_id, client_secret, ..options }).await.unwrap()
}

fn operator() -> Caller {
    Caller::operator("test", Instant::now() + Duration::from_secs(60))
}

fn store_settings(folder: &tempfile::TempDir) -> StoreSettings {
    StoreSettings::new(format!("sqlite://{}", folder.path().join("heddle.sqlite").display()))
}

async fn joined(options: &ServerOptions, master: &str, folder: &tempfile::TempDir) -> Arc<Wired> {
    let store = Store::open(&store_settings(folder)).await.unwrap();
    let keeper = KeeperSettings { allow_loopback: true, ..KeeperSettings::default() };
    let mut settings = WiringSettings { keeper, ..WiringSettings::default() };
    (options.tune)(&mut settings);
    let key = MasterKey::parse(master).unwrap();
    let wired = wiring::join(&settings, &key, store).unwrap();
    wired.start();
    Arc::new(wired)
}

async fn connect(wired: &Wired, tenant: &TenantId, login: &str) -> String {
    let new = NewConnection {
        tenant_id: tenant.clone(),
        provider: "salesforce".into(),
        auth: NewAuth::ClientCredentials {
            login: login.to_owned(),
            client_id: CLIENT_ID.into(),
            client_secret: SecretString::from(CLIENT_SECRET),
        },
    };
    wired.engine.create_connection(&operator(), new).await.unwrap().connection.id.to_string()
}

fn reqwest_client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(60)).build().unwrap()
}

/// The body that connects a tenant to an org.
pub fn connection_body(tenant: &str, login: &str) -> Value {
    json!({
        "tenant_id": tenant,
        "provider": "salesforce",
        "auth": {
            "kind": "client_credentials",
            "my_domain": login,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
        },
    })
}
