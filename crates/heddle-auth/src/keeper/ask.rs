//! The request to the token endpoint.

use super::Inner;
use super::answer;
use super::slot::Snapshot;
use crate::assertion::{self, Claims};
use heddle_connector::{Account, AuthKind, Connector, JwtBearer, Reader, TokenEndpoint};
use heddle_gate::{BaseUrl, Call, Caller, Failure, FailureKind, Priority, Request, Token};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::time::Instant;

/// A token request that may be repeated.
const TOKEN: &str = "token";
/// One that uses up what it sends, so that nobody may repeat it.
const TOKEN_ONCE: &str = "token_once";
/// The media type of forms.
pub(super) const FORM: &str = "application/x-www-form-urlencoded";

/// Everything that is needed to ask for a token.
pub(super) struct Source {
    pub(super) tenant: String,
    pub(super) connection: String,
    pub(super) provider: String,
    pub(super) kind: String,
    pub(super) login: String,
    pub(super) client_id: String,
    pub(super) means: Means,
}

/// What a token is asked for with.
pub(super) enum Means {
    /// The app's own secret.
    Secret(SecretString),
    /// The code of a consent, good for one use, with its verifier.
    Code { secret: SecretString, code: SecretString, verifier: SecretString, redirect_uri: String },
    /// The refresh token of a consent; where they rotate, good for one use.
    Refresh { secret: SecretString, token: SecretString },
    /// An assertion signed with a private key.
    Key { key: SecretString, subject: String },
}

impl Means {
    /// Whether a second request with it may find it spent.
    pub(super) const fn spends(&self) -> bool {
        matches!(self, Self::Code { .. } | Self::Refresh { .. })
    }
}

/// A token as it came.
pub(super) struct Fresh {
    pub(super) bearer: SecretString,
    /// What the next one is to be asked for with, where the answer says so.
    pub(super) refresh: Option<SecretString>,
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
    /// Something that is good for one use was sent, and what became of it is
    /// not known. Asking again is all that is left.
    Unknown(Failure),
    /// The answer cannot be used, and holds a refresh token that is to be kept.
    Unbelieved { failure: Failure, refresh: SecretString },
    /// Nothing was sent: this server or its configuration stands in the way.
    Local(Failure),
}

impl Inner {
    /// The connector and the way of authorising, as its manifest declares it.
    pub(super) fn method(
        &self,
        provider: &str,
        kind: &str,
    ) -> Result<(&Arc<dyn Connector>, &'static AuthKind), Failure> {
        let connector = self
            .registry
            .get(provider)
            .ok_or_else(|| Failure::new(FailureKind::Unsupported, "this server does not know the provider"))?;
        let manifest = connector.manifest();
        manifest.auth(kind).map(|method| (connector, method)).ok_or_else(|| {
            let known: Vec<_> = manifest.auth.iter().map(AuthKind::as_str).collect();
            let known = if known.is_empty() { "nothing yet".to_owned() } else { known.join(", ") };
            Failure::new(
                FailureKind::Misconfigured,
                format!("{} cannot be connected in this way; it takes {known}", manifest.title),
            )
        })
    }

    pub(super) fn login_host(&self, endpoint: &TokenEndpoint, login: &str) -> Result<BaseUrl, Failure> {
        BaseUrl::checked(login, &endpoint.login_hosts, self.settings.allow_loopback)
            .map_err(|why| Failure::new(FailureKind::Misconfigured, format!("the login address cannot be used: {why}")))
    }

    /// Asks once by `deadline`, through the gate, which repeats what may be
    /// repeated.
    pub(super) async fn ask(&self, source: &Source, deadline: Instant) -> Result<Fresh, Refusal> {
        let (connector, method) = self.method(&source.provider, &source.kind).map_err(Refusal::Local)?;
        let endpoint = method.endpoint();
        let base = self.login_host(endpoint, &source.login).map_err(Refusal::Local)?;
        let obtained_at = self.now();
        let form = form(source, method, &base, obtained_at).map_err(Refusal::Local)?;
        let operation = if source.means.spends() { TOKEN_ONCE } else { TOKEN };
        let account = Account { connection: source.connection.clone(), ..Account::default() };
        let call = Call {
            request: Request::post(operation, endpoint.token_path, FORM, form),
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
            deadline,
        };
        let reply = self.outlet.call(call).await.result.map_err(|failure| match failure.kind {
            FailureKind::NeedsReauth | FailureKind::Misconfigured | FailureKind::AppUnknown => {
                Refusal::Definite(failure)
            }
            _ if source.means.spends() => once(failure),
            _ => Refusal::Passing(failure),
        })?;
        let hosts = &connector.manifest().hosts;
        answer::read(&reply, method, hosts, self.settings.allow_loopback, obtained_at).map_err(|failure| {
            tracing::error!(connection = %source.connection, reason = %failure.message, "token answer refused");
            match (answer::refresh_token(&reply), failure.kind) {
                (Some(refresh), _) if source.means.spends() => Refusal::Unbelieved { failure, refresh },
                (_, FailureKind::Misconfigured) => Refusal::Definite(failure),
                _ if source.means.spends() => Refusal::Unknown(failure),
                _ => Refusal::Passing(failure),
            }
        })
    }
}

/// A request that may not be repeated and had no readable answer.
fn once(failure: Failure) -> Refusal {
    match failure.kind {
        FailureKind::OutcomeUnknown
        | FailureKind::Timeout
        | FailureKind::DeadlineExceeded
        | FailureKind::BadResponse
        | FailureKind::Internal
            if failure.sent =>
        {
            // For whoever waits it is not a write of theirs that is in doubt.
            let message = format!("the provider did not answer a token request: {}", failure.message);
            Refusal::Unknown(Failure { kind: FailureKind::Unavailable, message, ..failure })
        }
        _ => Refusal::Passing(failure),
    }
}

/// The form of a token request.
fn form(source: &Source, method: &AuthKind, login: &BaseUrl, now: SystemTime) -> Result<String, Failure> {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    match &source.means {
        Means::Secret(secret) => {
            form.append_pair("grant_type", "client_credentials")
                .append_pair("client_id", &source.client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
        Means::Code { secret, code, verifier, redirect_uri } => {
            form.append_pair("grant_type", "authorization_code")
                .append_pair("code", code.expose_secret())
                .append_pair("redirect_uri", redirect_uri)
                .append_pair("code_verifier", verifier.expose_secret())
                .append_pair("client_id", &source.client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
        Means::Refresh { secret, token } => {
            form.append_pair("grant_type", "refresh_token")
                .append_pair("refresh_token", token.expose_secret())
                .append_pair("client_id", &source.client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
        Means::Key { key, subject } => {
            let AuthKind::JwtBearer(bearer) = method else {
                return Err(Failure::new(
                    FailureKind::Misconfigured,
                    "the connection has a key and is not of that kind",
                ));
            };
            let claims = Claims {
                issuer: &source.client_id,
                subject,
                audience: audience(bearer, login),
                now,
                life: bearer.life,
            };
            let signed = assertion::signed(key.expose_secret(), &claims)
                .map_err(|why| Failure::new(FailureKind::Misconfigured, why.to_string()))?;
            form.append_pair("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")
                .append_pair("assertion", &signed);
        }
    }
    Ok(form.finish())
}

/// Whom an assertion for this login is addressed to.
fn audience<'a>(bearer: &JwtBearer, login: &'a BaseUrl) -> &'a str {
    bearer
        .audiences
        .iter()
        .find(|(end, _)| login.host().ends_with(end))
        .map_or(login.as_str(), |(_, audience)| audience)
}
