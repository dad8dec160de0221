//! The real transport: the only place that names an HTTP client.

mod body;
mod fault;
mod resolve;
mod tls;
mod token;

use crate::{BaseUrl, Method, Reply, Request, SendFault, Transport, TransportSettings, clock, resident};
use async_trait::async_trait;
use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderValue};
use secrecy::SecretString;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Why the transport could not be set up: in practice, no randomness on this
/// machine.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct NoTransport(String);

/// Sends over TCP and TLS. Follows no redirect, repeats nothing, asks no system
/// proxy, and resolves host names to public addresses only.
pub struct HttpTransport {
    /// For threads that share a runtime.
    shared: reqwest::Client,
    tls: rustls::ClientConfig,
    settings: TransportSettings,
    number: u64,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    /// The client of a resident thread, with the number of its transport. Its
    /// connections are driven by this thread's runtime and by no other.
    static OWN: RefCell<Option<(u64, reqwest::Client)>> = const { RefCell::new(None) };
}

impl HttpTransport {
    /// Sets up the client and, once per process, its TLS provider.
    ///
    /// On a machine without root certificates it trusts nobody, and says so:
    /// sandboxes can be called, a provider cannot.
    ///
    /// # Errors
    /// When the set-up fails for any other reason.
    pub fn new(settings: &TransportSettings) -> Result<Self, NoTransport> {
        let tls = tls::config()?;
        let shared = client(settings, &tls).map_err(|error| NoTransport(fault::chain(&error)))?;
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Ok(Self { shared, tls, settings: settings.clone(), number })
    }

    /// The client whose connections this thread may use.
    fn client(&self) -> Result<reqwest::Client, SendFault> {
        if !resident::here() {
            return Ok(self.shared.clone());
        }
        OWN.with_borrow_mut(|own| match own {
            Some((number, client)) if *number == self.number => Ok(client.clone()),
            _ => {
                let made = client(&self.settings, &self.tls)
                    .map_err(|error| SendFault::NotSent { why: fault::chain(&error) })?;
                *own = Some((self.number, made.clone()));
                Ok(made)
            }
        })
    }

    fn build(
        client: &reqwest::Client,
        base: &BaseUrl,
        request: &Request,
        bearer: Option<&SecretString>,
    ) -> Result<reqwest::Request, SendFault> {
        let not_sent = |why: &str| SendFault::NotSent { why: why.to_owned() };
        if !request.path.starts_with('/') || request.path.starts_with("//") {
            return Err(not_sent("the path must begin with one slash"));
        }
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
            Method::Put => reqwest::Method::PUT,
            Method::Delete => reqwest::Method::DELETE,
        };
        let mut building = client.request(method, format!("{}{}", base.as_str(), request.path));
        for (name, value) in &request.headers {
            building = building.header(*name, value);
        }
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("accept")) {
            building = building.header(ACCEPT, HeaderValue::from_static("application/json"));
        }
        building = building.header(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        let placed = token::place(request, bearer).map_err(not_sent)?;
        if let Some(value) = placed.authorization {
            building = building.header(AUTHORIZATION, value);
        }
        if let Some(body) = placed.body {
            building = building.body(body);
        }
        building.build().map_err(|_| not_sent("the request could not be built"))
    }
}

#[allow(clippy::disallowed_methods)] // the only place where clients are made
fn client(settings: &TransportSettings, tls: &rustls::ClientConfig) -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls.clone())
        .user_agent(concat!("heddle/", env!("CARGO_PKG_VERSION")))
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .read_timeout(settings.read_timeout)
        .pool_max_idle_per_host(settings.idle_connections_per_host)
        .pool_idle_timeout(settings.idle_timeout)
        .tcp_nodelay(true)
        .tcp_keepalive(Duration::from_secs(30))
        .dns_resolver(Arc::new(resolve::PublicOnly))
        .build()
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(
        &self,
        base: &BaseUrl,
        request: &Request,
        bearer: Option<&SecretString>,
        timeout: Duration,
    ) -> Result<Reply, SendFault> {
        let started = clock::instant();
        let client = self.client()?;
        let mut built = Self::build(&client, base, request, bearer)?;
        *built.timeout_mut() = Some(timeout);
        let response = client.execute(built).await.map_err(|error| fault::before_answer(&error))?;
        let received = clock::wall();
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
            .collect();
        let body = body::read(response, &self.settings).await?;
        Ok(Reply { status, headers, body, received, took: started.elapsed() })
    }
}
