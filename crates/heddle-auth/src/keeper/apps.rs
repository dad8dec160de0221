//! Apps of the operator: when one is refused, all its grants wait with it.
//!
//! A wrong app secret fails every connection of the app at once. None of them
//! is to blame, so none changes its state; the app is asked about again after a
//! minute, by one request, and at once when the operator has changed it.

use super::ask::{Means, Refusal, Source};
use super::{Inner, Keeper};
use crate::clock::moment;
use crate::{AppSecret, SealContext, Sealed, VaultError};
use heddle_connector::AuthKind;
use heddle_gate::{BaseUrl, Failure, FailureKind};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// First and longest wait before an app that was refused is tried again.
const WAIT: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(900));
/// Where secrets of apps are sealed: they belong to no tenant.
const NO_TENANT: &str = "";

/// What is remembered of one app.
pub(super) struct App {
    /// One request at a time until one of them has shown that the app works.
    turns: Arc<Semaphore>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// A request with it was answered in this process.
    works: bool,
    trouble: Option<Trouble>,
}

struct Trouble {
    failure: Failure,
    version: u64,
    in_a_row: u32,
    next_try: Instant,
}

impl App {
    fn new() -> Self {
        Self { turns: Arc::new(Semaphore::new(1)), state: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Leave to ask for a token with an app.
pub(super) struct Turn {
    id: String,
    version: u64,
    _permit: OwnedSemaphorePermit,
}

/// Whether a failure is about the app and not about a grant of it.
pub(super) fn is_of_app(failure: &Failure) -> bool {
    let code = failure.provider.as_ref().and_then(|said| said.code.as_deref());
    failure.kind == FailureKind::AppUnknown || matches!(code, Some("invalid_client" | "unauthorized_client"))
}

impl Inner {
    /// Waits for leave to ask with this app.
    ///
    /// # Errors
    /// What the app was refused with, while it is too early to ask again.
    pub(super) async fn turn(&self, id: &str, secret: &AppSecret) -> Result<Turn, Failure> {
        let app = self.app(id);
        // Never closed, so that there is always a permit in the end.
        let permit = app.turns.clone().acquire_owned().await.map_err(|_| closed())?;
        {
            let mut state = app.lock();
            let now = moment();
            if let Some(trouble) = state.trouble.as_mut().filter(|trouble| trouble.version == secret.version) {
                if let Some(left) = trouble.next_try.checked_duration_since(now).filter(|left| !left.is_zero()) {
                    return Err(trouble.failure.clone().retry_after(left));
                }
                // This request is the one that looks; the others wait on.
                trouble.next_try = now + WAIT.0;
            }
        }
        Ok(Turn { id: id.to_owned(), version: secret.version, _permit: permit })
    }

    /// Notes how a request with an app ended, for the app's other grants and
    /// for the operator.
    pub(super) async fn settle(&self, turn: Turn, refused: Option<&Failure>) {
        self.judge(&turn.id, turn.version, refused).await;
    }

    async fn judge(&self, id: &str, version: u64, refused: Option<&Failure>) {
        let app = self.app(id);
        let news = {
            let mut state = app.lock();
            match refused {
                Some(failure) => {
                    let before = state.trouble.take().filter(|trouble| trouble.version == version);
                    let in_a_row = before.map_or(0, |trouble| trouble.in_a_row).saturating_add(1);
                    let wait = WAIT.0.saturating_mul(1 << in_a_row.min(10) >> 1).min(WAIT.1);
                    let wait = failure.retry_after.unwrap_or_default().max(wait);
                    let failure = failure.clone().retry_after(wait);
                    state.trouble = Some(Trouble { failure, version, in_a_row, next_try: moment() + wait });
                    true
                }
                None => {
                    let first = !std::mem::replace(&mut state.works, true);
                    if first {
                        app.turns.add_permits(self.settings.at_once.saturating_sub(1));
                    }
                    // The first time too: another process may have written trouble down.
                    state.trouble.take().is_some() || first
                }
            }
        };
        if !news {
            return;
        }
        let trouble = refused.map(|failure| failure.message.as_str());
        match self.rows.note_app(id, version, trouble).await {
            Ok(true) => match trouble {
                Some(reason) => tracing::error!(app = %id, %reason, "app_misconfigured"),
                None => tracing::info!(app = %id, "the app is accepted again"),
            },
            Ok(false) => {}
            Err(error) => tracing::warn!(app = %id, %error, "the state of an app could not be stored"),
        }
    }

    fn app(&self, id: &str) -> Arc<App> {
        let mut apps = self.apps.lock().unwrap_or_else(PoisonError::into_inner);
        apps.entry(id.to_owned()).or_insert_with(|| Arc::new(App::new())).clone()
    }
}

fn closed() -> Failure {
    Failure::new(FailureKind::Internal, "the server stops")
}

impl Keeper {
    /// Seals an app's client secret.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal_for_app(&self, app_id: &str, secret: &SecretString) -> Result<Sealed, VaultError> {
        self.0.vault.seal(&app_place(app_id), secret.expose_secret().as_bytes())
    }

    /// Opens an app's client secret.
    ///
    /// # Errors
    /// When it was sealed with another key or for another app.
    pub fn open_for_app(&self, app_id: &str, sealed: &Sealed) -> Result<SecretString, VaultError> {
        self.0.vault.open(&app_place(app_id), sealed)
    }

    /// The login address as it is kept, checked for this way of authorising.
    ///
    /// # Errors
    /// `Misconfigured`, with what is wrong with it.
    pub fn login(&self, method: &AuthKind, address: &str) -> Result<BaseUrl, Failure> {
        self.0.login_host(method.endpoint(), address)
    }

    /// Seals the verifier of a consent under way, for the state that it belongs to.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal_verifier(&self, tenant: &str, state: &str, verifier: &SecretString) -> Result<Sealed, VaultError> {
        self.0.vault.seal(&verifier_place(tenant, state), verifier.expose_secret().as_bytes())
    }

    /// Opens the verifier of a consent under way.
    ///
    /// # Errors
    /// When it was sealed with another key or for another state.
    pub fn open_verifier(&self, tenant: &str, state: &str, sealed: &Sealed) -> Result<SecretString, VaultError> {
        self.0.vault.open(&verifier_place(tenant, state), sealed)
    }
}

pub(super) fn app_place(app_id: &str) -> SealContext<'_> {
    SealContext { tenant: NO_TENANT, connection: app_id, field: super::refresh::CLIENT_SECRET }
}

fn verifier_place<'a>(tenant: &'a str, state: &'a str) -> SealContext<'a> {
    SealContext { tenant, connection: state, field: "code_verifier" }
}

/// An app to check.
#[derive(Debug, Clone)]
pub struct AppCheck {
    /// Our id of the app.
    pub id: String,
    /// Provider id.
    pub provider: String,
    /// Login base URL.
    pub login: String,
    /// The app's client id.
    pub client_id: String,
    /// Its secret, and which version of the app it is.
    pub secret: AppSecret,
}

impl Keeper {
    /// Asks the provider whether it knows the app and its secret, by the one
    /// request that needs nobody's consent: a refresh with a token that nobody
    /// was given. Refused for the token means that the app was accepted. Tries
    /// also while the app's grants wait, and ends their waiting when it passes.
    ///
    /// # Errors
    /// What the provider said of the app, or why it could not be asked.
    pub async fn check_app(&self, app: &AppCheck) -> Result<(), Failure> {
        const KIND: &str = "authorization_code";
        let secret = self.open_for_app(&app.id, &app.secret.sealed).map_err(|error| {
            tracing::error!(app = %app.id, %error, "the app's secret does not open");
            let why = "the app's secret cannot be opened with this server's secret key; give it again";
            Failure::new(FailureKind::Misconfigured, why)
        })?;
        let token = SecretString::from("no-token-only-a-check-of-the-app");
        let source = Source {
            tenant: NO_TENANT.to_owned(),
            connection: app.id.clone(),
            provider: app.provider.clone(),
            kind: KIND.to_owned(),
            login: app.login.clone(),
            client_id: app.client_id.clone(),
            means: Means::Refresh { secret, token },
        };
        let asked = self.0.ask(&source, moment() + self.0.settings.call_timeout).await;
        let refused = match asked {
            // A provider that gives a token for this has accepted the app as well.
            Ok(_) => None,
            Err(Refusal::Definite(failure)) if failure.kind == FailureKind::NeedsReauth => None,
            Err(Refusal::Definite(failure)) => Some(failure),
            Err(Refusal::Unbelieved { .. }) => None,
            Err(Refusal::Passing(failure) | Refusal::Unknown(failure) | Refusal::Local(failure)) => {
                return Err(failure);
            }
        };
        self.0.judge(&app.id, app.secret.version, refused.as_ref()).await;
        refused.map_or(Ok(()), Err)
    }
}
