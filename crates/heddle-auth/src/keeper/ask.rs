//! The request to the token endpoint.

use super::Inner;
use super::answer;
use super::slot::Snapshot;
use crate::clock::moment;
use heddle_connector::{Account, AuthKind, ClientCredentials, Connector, Reader};
use heddle_gate::{BaseUrl, Call, Caller, Failure, FailureKind, Priority, Request, Token};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::SystemTime;

/// Everything that is needed to ask for a token.
pub(super) struct Source {
    pub(super) tenant: String,
    pub(super) connection: String,
    pub(super) provider: String,
    pub(super) kind: String,
    pub(super) login: String,
    pub(super) client_id: String,
    pub(super) client_secret: SecretString,
}

/// A token as it came.
pub(super) struct Fresh {
    pub(super) bearer: SecretString,
    pub(super) base: BaseUrl,
    /// The account that it is for, where the answer names one.
    pub(super) account: Option<String>,
    /// When it was asked for: its life is counted from the send.
    pub(super) obtained_at: SystemTime,
    pub(super) expires_at: SystemTime,
}

impl Fresh {
    pub(super) fn snapshot(self, version: u64) -> Snapshot {
        Snapshot {
            token: Token { bearer: self.bearer, version, base: self.base },
            obtained_at: self.obtained_at,
            expires_at: self.expires_at,
        }
    }
}

/// Why there is no token.
pub(super) enum Refusal {
    /// The provider's verdict on the grant (`NeedsReauth`) or its set-up
    /// (`Misconfigured`); to be stored.
    Definite(Failure),
    /// Asking again later may help.
    Passing(Failure),
    /// Nothing was sent: this server or its configuration stands in the way.
    Local(Failure),
}

impl Inner {
    /// The connector and the way of authorising, as its manifest declares it.
    pub(super) fn method(
        &self,
        provider: &str,
        kind: &str,
    ) -> Result<(&Arc<dyn Connector>, &'static ClientCredentials), Failure> {
        let connector = self
            .registry
            .get(provider)
            .ok_or_else(|| Failure::new(FailureKind::Unsupported, "this server does not know the provider"))?;
        let manifest = connector.manifest();
        match manifest.auth(kind) {
            Some(AuthKind::ClientCredentials(method)) => Ok((connector, method)),
            None => {
                let known: Vec<_> = manifest.auth.iter().map(AuthKind::as_str).collect();
                let known = if known.is_empty() { "nothing yet".to_owned() } else { known.join(", ") };
                Err(Failure::new(
                    FailureKind::Misconfigured,
                    format!("{} cannot be connected in this way; it takes {known}", manifest.title),
                ))
            }
        }
    }

    pub(super) fn login_host(&self, method: &ClientCredentials, login: &str) -> Result<BaseUrl, Failure> {
        BaseUrl::checked(login, &method.login_hosts, self.settings.allow_loopback)
            .map_err(|why| Failure::new(FailureKind::Misconfigured, format!("the login address cannot be used: {why}")))
    }

    /// Asks once, through the gate, which repeats what may be repeated.
    pub(super) async fn ask(&self, source: &Source) -> Result<Fresh, Refusal> {
        let (connector, method) = self.method(&source.provider, &source.kind).map_err(Refusal::Local)?;
        let base = self.login_host(method, &source.login).map_err(Refusal::Local)?;
        let account = Account { connection: source.connection.clone(), ..Account::default() };
        let obtained_at = self.now();
        let call = Call {
            request: Request::post("token", method.token_path, "application/x-www-form-urlencoded", form(source)),
            caller: Caller {
                provider: connector.manifest().id,
                tenant: source.tenant.clone(),
                connection: source.connection.clone(),
                request_id: format!("tok_{}", uuid::Uuid::now_v7().simple()),
            },
            grant: None,
            base: Some(base),
            classify: Arc::new(Reader::new(connector.clone(), Arc::new(account))),
            priority: Priority::Interactive,
            before_send: None,
            deadline: moment() + self.settings.call_timeout,
        };
        let reply = self.outlet.call(call).await.result.map_err(|failure| match failure.kind {
            FailureKind::NeedsReauth | FailureKind::Misconfigured | FailureKind::AppUnknown => {
                Refusal::Definite(failure)
            }
            _ => Refusal::Passing(failure),
        })?;
        let hosts = &connector.manifest().hosts;
        answer::read(&reply, method, hosts, self.settings.allow_loopback, obtained_at).map_err(|failure| {
            tracing::error!(connection = %source.connection, reason = %failure.message, "token answer refused");
            match failure.kind {
                FailureKind::Misconfigured => Refusal::Definite(failure),
                _ => Refusal::Passing(failure),
            }
        })
    }
}

fn form(source: &Source) -> String {
    url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", &source.kind)
        .append_pair("client_id", &source.client_id)
        .append_pair("client_secret", source.client_secret.expose_secret())
        .finish()
}
