//! Credentials that are tested before a connection is stored.

use super::ask::{Means, Source};
use super::refresh::{ACCESS_TOKEN, CLIENT_SECRET, REFRESH_TOKEN, database};
use super::slot::{Slot, SlotState};
use super::{Inner, Keeper, gone};
use crate::assertion;
use crate::clock::moment;
use crate::{GrantRow, GrantState, SealContext, Sealed, VaultError};
use heddle_connector::{AuthKind, Status};
use heddle_gate::{Failure, FailureKind, GrantId};
use secrecy::{ExposeSecret, SecretString};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

const PREFIX: &str = "can_";
/// Longest client id or secret, in bytes.
const MAX_CREDENTIAL: usize = 4096;

/// What a tenant enters to connect.
#[derive(Debug)]
pub struct Candidate {
    /// The tenant it will belong to.
    pub tenant_id: String,
    /// Provider id.
    pub provider: String,
    /// Kind of authorisation: `client_credentials`, `authorization_code`, `jwt_bearer`.
    pub kind: String,
    /// Login base URL: `https://acme.my.salesforce.com`.
    pub login: String,
    /// The app's client id, at most 4,096 bytes.
    pub client_id: String,
    /// The app's client secret, or with `jwt_bearer` the private key in PEM; at
    /// most 4,096 bytes.
    pub client_secret: SecretString,
    /// With `jwt_bearer`: the user that tokens are for.
    pub subject: Option<String>,
    /// With `authorization_code`: the consent.
    pub code: Option<Code>,
}

/// A person's consent, fresh from the browser.
#[derive(Debug)]
pub struct Code {
    /// The operator's app that it was given to.
    pub app_id: String,
    /// The code, good for one use and some minutes.
    pub code: SecretString,
    /// The verifier whose challenge the consent was asked with.
    pub verifier: SecretString,
    /// The callback address, as it was when the consent was asked for.
    pub redirect_uri: String,
}

/// A candidate in memory.
pub(super) struct Held {
    candidate: Candidate,
    /// What the consent's code was exchanged for.
    refresh: Mutex<Option<SecretString>>,
    pub(super) until: Instant,
}

impl Held {
    pub(super) fn source(&self, grant: &GrantId) -> Source {
        let c = &self.candidate;
        Source {
            tenant: c.tenant_id.clone(),
            connection: grant.0.clone(),
            provider: c.provider.clone(),
            kind: c.kind.clone(),
            login: c.login.clone(),
            client_id: c.client_id.clone(),
            means: self.means(),
        }
    }

    fn means(&self) -> Means {
        let secret = self.candidate.client_secret.clone();
        match (&self.candidate.code, &self.candidate.subject, self.refresh()) {
            (Some(_), _, Some(token)) => Means::Refresh { secret, token },
            (Some(consent), _, None) => Means::Code {
                secret,
                code: consent.code.clone(),
                verifier: consent.verifier.clone(),
                redirect_uri: consent.redirect_uri.clone(),
            },
            (None, Some(subject), _) => Means::Key { key: secret, subject: subject.clone() },
            (None, None, _) => Means::Secret(secret),
        }
    }

    /// The refresh token that came last, if one came.
    pub(super) fn refresh(&self) -> Option<SecretString> {
        self.refresh.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps the refresh token of an answer that has one.
    pub(super) fn keep(&self, token: Option<&SecretString>) {
        if let Some(token) = token {
            *self.refresh.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
        }
    }
}

pub(super) fn is_candidate(grant: &GrantId) -> bool {
    grant.0.starts_with(PREFIX)
}

/// Ends a candidate when dropped, so that its secret does not stay in memory
/// after a test, however that ended.
#[must_use = "dropping it ends the candidate at once"]
pub struct CandidateGuard {
    inner: Arc<Inner>,
    grant: GrantId,
}

impl Drop for CandidateGuard {
    fn drop(&mut self) {
        if is_candidate(&self.grant) {
            self.inner.drop_slot(&self.grant);
        }
    }
}

impl std::fmt::Debug for CandidateGuard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CandidateGuard({})", self.grant.0)
    }
}

impl Keeper {
    /// Takes credentials in for a test, in memory only and for ten minutes.
    /// Nothing is sent before the first `get`. Candidates that have outlived
    /// their time are dropped here; [`Keeper::guard`] drops one without delay.
    ///
    /// # Errors
    /// `Misconfigured` when the kind, the login host or the credentials cannot
    /// be right, with what to change; `Unsupported` for a provider that cannot
    /// be connected.
    pub fn candidate(&self, mut candidate: Candidate) -> Result<GrantId, Failure> {
        let refuse = |why: &str| Err(Failure::new(FailureKind::Misconfigured, why));
        if let Some(connector) = self.0.registry.get(&candidate.provider)
            && connector.manifest().status == Status::Planned
        {
            let why = format!("{} is planned and cannot be connected yet", connector.manifest().title);
            return Err(Failure::new(FailureKind::Unsupported, why));
        }
        let (_, method) = self.0.method(&candidate.provider, &candidate.kind)?;
        candidate.login = self.0.login_host(method.endpoint(), &candidate.login)?.as_str().to_owned();
        let sound = |text: &str| (1..=MAX_CREDENTIAL).contains(&text.len()) && !text.contains(char::is_control);
        if !sound(&candidate.client_id) {
            return refuse("the client id must have 1 to 4,096 characters and no line breaks");
        }
        let secret = candidate.client_secret.expose_secret();
        let whole = match method {
            AuthKind::ClientCredentials(_) => candidate.subject.is_none() && candidate.code.is_none(),
            AuthKind::AuthorizationCode(_) => candidate.subject.is_none() && candidate.code.is_some(),
            AuthKind::JwtBearer(_) => candidate.subject.is_some() && candidate.code.is_none(),
        };
        if !whole {
            return refuse("the credentials are not those of this kind of authorisation");
        }
        match &candidate.subject {
            None if !sound(secret) => {
                return refuse("the client secret must have 1 to 4,096 characters and no line breaks");
            }
            Some(subject) if !sound(subject) => {
                return refuse("the user must have 1 to 4,096 characters and no line breaks");
            }
            Some(_) if secret.len() > MAX_CREDENTIAL => {
                return refuse("the private key must have at most 4,096 characters");
            }
            Some(_) => {
                assertion::private_key(secret)
                    .map_err(|why| Failure::new(FailureKind::Misconfigured, why.to_string()))?;
            }
            None => {}
        }
        let grant = GrantId(format!("{PREFIX}{}", uuid::Uuid::now_v7().simple()));
        let held = Held { candidate, refresh: Mutex::default(), until: moment() + self.0.settings.candidate_life };
        let mut slots = self.0.slots();
        slots.retain(|_, slot| !slot.lock().outlived());
        slots.insert(grant.clone(), Arc::new(Slot::new(SlotState::of_candidate(held))));
        Ok(grant)
    }

    /// A candidate with the credentials of a stored connection, and the version
    /// of the row that they come from: for a check that must not touch the
    /// connection until it has passed.
    ///
    /// # Errors
    /// `NotFound` when the connection is gone; `Misconfigured` when its
    /// credentials do not open; `Internal` when the database fails.
    pub async fn candidate_of(&self, connection_id: &str) -> Result<(GrantId, u64), Failure> {
        let grant = GrantId(connection_id.to_owned());
        let row = self.0.rows.load(connection_id).await.map_err(|error| database(&grant, &error))?;
        let row = row.ok_or_else(gone)?;
        let source = self.0.source(&row)?;
        let (client_secret, subject) = match source.means {
            Means::Secret(secret) => (secret, None),
            Means::Key { key, subject } => (key, Some(subject)),
            // A try that fails would have spent what the connection needs.
            Means::Code { .. } | Means::Refresh { .. } => {
                let why = "this connection was made by a person's consent: consent again with a user of its own account, or make \
                           another connection";
                return Err(Failure::new(FailureKind::Misconfigured, why));
            }
        };
        let candidate = self.candidate(Candidate {
            tenant_id: source.tenant,
            provider: source.provider,
            kind: source.kind,
            login: source.login,
            client_id: source.client_id,
            client_secret,
            subject,
            code: None,
        })?;
        Ok((candidate, row.version))
    }

    /// Ties a candidate to a scope: it is forgotten when the guard is dropped,
    /// by a return, an error, a panic or a caller that leaves. After
    /// [`Keeper::adopt`] there is nothing left to forget; a stored connection
    /// is not touched.
    pub fn guard(&self, grant: &GrantId) -> CandidateGuard {
        CandidateGuard { inner: self.0.clone(), grant: grant.clone() }
    }

    /// The row to store for a candidate that passed its test: secrets sealed
    /// for `connection_id`, the token obtained so far included. `None` when the
    /// candidate is not known any more or cannot be sealed.
    pub fn row_for(&self, grant: &GrantId, connection_id: &str) -> Option<GrantRow> {
        let slot = self.0.known(grant)?;
        let (held, snapshot) = {
            let state = slot.lock();
            (state.candidate.clone()?, state.snapshot.clone())
        };
        let c = &held.candidate;
        let seal = |field, secret: &SecretString| -> Result<Sealed, VaultError> {
            let place = SealContext { tenant: &c.tenant_id, connection: connection_id, field };
            self.0.vault.seal(&place, secret.expose_secret().as_bytes())
        };
        let sealed = || -> Result<_, VaultError> {
            let token = snapshot.as_ref().map(|s| seal(ACCESS_TOKEN, &s.token.bearer)).transpose()?;
            let refresh = held.refresh().as_ref().map(|token| seal(REFRESH_TOKEN, token)).transpose()?;
            // The app's secret stays with the app: a new one serves all its grants.
            let secret = match c.code {
                Some(_) => Sealed(String::new()),
                None => seal(CLIENT_SECRET, &c.client_secret)?,
            };
            Ok((secret, token, refresh))
        };
        let (client_secret, access_token, refresh_token) =
            sealed().inspect_err(|error| tracing::error!(%error, "credentials could not be sealed")).ok()?;
        Some(GrantRow {
            tenant_id: c.tenant_id.clone(),
            connection_id: connection_id.to_owned(),
            provider: c.provider.clone(),
            kind: c.kind.clone(),
            login: c.login.clone(),
            client_id: c.client_id.clone(),
            client_secret,
            subject: c.subject.clone(),
            app_id: c.code.as_ref().map(|consent| consent.app_id.clone()),
            app_secret: None,
            refresh_token,
            announced: None,
            access_token,
            base_url: snapshot.as_ref().map(|s| s.token.base.as_str().to_owned()),
            remote_id: None,
            version: snapshot.as_ref().map_or(0, |s| s.token.version),
            obtained_at: snapshot.as_ref().map(|s| s.obtained_at),
            expires_at: snapshot.as_ref().map(|s| s.expires_at),
            state: GrantState::Active,
            reason: None,
        })
    }

    /// Goes on with a candidate's token under the id of the connection that was
    /// stored for it, and drops the candidate.
    pub fn adopt(&self, grant: &GrantId, connection_id: &str) {
        let Some(slot) = self.0.known(grant).filter(|s| s.lock().candidate.is_some()) else { return };
        let snapshot = slot.lock().snapshot.clone();
        let slot = Slot::new(SlotState::with_snapshot(snapshot));
        self.0.slots().insert(GrantId(connection_id.to_owned()), Arc::new(slot));
        self.0.drop_slot(grant);
    }

    /// Drops a candidate whose credentials were stored in place of an older
    /// grant of this connection, and what is remembered of that grant: the next
    /// use reads the row. A refresh under way for the old grant fails the guard
    /// on its version, and those who wait for it get the new token.
    pub fn replaced(&self, grant: &GrantId, connection_id: &str) {
        self.reread(connection_id);
        if is_candidate(grant) {
            self.0.drop_slot(grant);
        }
    }

    /// Forgets what is remembered of a stored grant; the next use reads the row.
    pub fn reread(&self, connection_id: &str) {
        // Not buried: the connection lives on.
        self.0.slots().remove(&GrantId(connection_id.to_owned()));
    }
}
