//! The end of a token at its provider: best effort, bounded, never in the way.

use super::ask::FORM;
use super::flight::Work;
use super::refresh::{ACCESS_TOKEN, REFRESH_TOKEN, database};
use super::{Inner, Keeper};
use crate::clock::moment;
use crate::{GrantRow, SealContext};
use heddle_connector::{Account, Connector, Reader};
use heddle_gate::{BaseUrl, Call, Caller, Failure, GrantId, Priority, Request};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// A token that may be ended, taken out of its row before the row goes.
pub struct Revocable {
    source: GrantRow,
    bearer: SecretString,
}

impl std::fmt::Debug for Revocable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Revocable({})", self.source.connection_id)
    }
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// Whether the provider says that the token has ended.
    pub revoked: bool,
    /// What happened, for people.
    pub detail: String,
}

impl Revocation {
    fn not(detail: impl Into<String>) -> Self {
        Self { revoked: false, detail: detail.into() }
    }
}

impl Keeper {
    /// The newest stored token of a connection, its refresh token where it has
    /// one, whose end ends its access tokens too; `None` when it has none. The
    /// error goes to the log: nothing may depend on it.
    pub async fn revocable(&self, connection_id: &str) -> Option<Revocable> {
        let grant = GrantId(connection_id.to_owned());
        let loaded = self.0.rows.load(connection_id).await;
        let row = loaded.map_err(|error| database(&grant, &error)).ok()??;
        let (field, sealed) = match (&row.refresh_token, &row.access_token) {
            (Some(refresh), _) => (REFRESH_TOKEN, refresh),
            (None, access) => (ACCESS_TOKEN, access.as_ref()?),
        };
        let place = SealContext { tenant: &row.tenant_id, connection: connection_id, field };
        let opened = self.0.vault.open(&place, sealed);
        let bearer = opened
            .inspect_err(|error| tracing::warn!(connection = %connection_id, %error, "stored token not usable"))
            .ok()?;
        Some(Revocable { source: row, bearer })
    }

    /// Ends a token at its provider, within [`crate::KeeperSettings::revoke_timeout`].
    pub async fn revoke(&self, token: Option<Revocable>) -> Revocation {
        match token {
            Some(token) => self.0.revoke(&token).await,
            None => Revocation::not("there was no token to end"),
        }
    }

    /// [`Keeper::revoke`] for a token that credentials were swapped for, unless
    /// the provider gave the same one again.
    pub async fn revoke_replaced(&self, old: Option<Revocable>, connection_id: &str) {
        let Some(old) = old else { return };
        let new = self.revocable(connection_id).await;
        if new.is_some_and(|new| new.bearer.expose_secret() == old.bearer.expose_secret()) {
            return;
        }
        self.0.revoke_later(old);
    }
}

impl Keeper {
    /// Ends a token that nobody keeps, without waiting for it.
    pub fn revoke_unused(&self, token: Option<Revocable>) {
        if let Some(token) = token {
            self.0.revoke_later(token);
        }
    }

    /// Whether a candidate can ask for another token by itself.
    pub fn outlives_its_token(&self, grant: &GrantId) -> bool {
        let slot = self.0.known(grant);
        slot.is_some_and(|slot| slot.lock().candidate.as_ref().is_some_and(|held| held.refresh().is_some()))
    }

    /// The token of a candidate that is not going to be a connection, to end it
    /// at its provider; `None` when it has none that outlives it.
    pub fn revocable_candidate(&self, grant: &GrantId) -> Option<Revocable> {
        let row = self.row_for(grant, &grant.0)?;
        let slot = self.0.known(grant)?;
        let bearer = slot.lock().candidate.as_ref()?.refresh()?;
        Some(Revocable { source: row, bearer })
    }
}

/// Connector, path and host of a revocation.
type Way<'a> = (&'a Arc<dyn Connector>, &'static str, BaseUrl);

impl Inner {
    /// A token of a connection that was deleted while it was asked for.
    pub(super) fn revoke_unused(self: &Arc<Self>, row: &GrantRow, token: SecretString) {
        self.revoke_later(Revocable { source: row.clone(), bearer: token });
    }

    fn revoke_later(self: &Arc<Self>, token: Revocable) {
        let (inner, work) = (self.clone(), Work::begin(self));
        self.spawn(async move {
            let _work = work;
            inner.revoke(&token).await;
        });
    }

    async fn revoke(&self, token: &Revocable) -> Revocation {
        let row = &token.source;
        let (connector, path, base) = match self.way_to_revoke(row) {
            Ok(Some(way)) => way,
            Ok(None) => return Revocation::not("the provider has no way to end a token; it ends by itself"),
            Err(failure) => return Revocation::not(failure.message),
        };
        let account = Account { connection: row.connection_id.clone(), ..Account::default() };
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("token", token.bearer.expose_secret())
            .finish();
        let deadline = moment() + self.settings.revoke_timeout;
        let call = Call {
            request: Request::post("revoke", path, FORM, form),
            caller: Caller {
                provider: connector.manifest().id,
                tenant: row.tenant_id.clone(),
                connection: row.connection_id.clone(),
                request_id: format!("rev_{}", uuid::Uuid::now_v7().simple()),
            },
            grant: None,
            base: Some(base),
            classify: Arc::new(Reader::new(connector.clone(), Arc::new(account))),
            priority: Priority::Interactive,
            before_send: None,
            deadline,
        };
        match tokio::time::timeout_at(deadline, self.outlet.call(call)).await.map(|answer| answer.result) {
            Ok(Ok(_)) => Revocation { revoked: true, detail: "the provider has ended the token".to_owned() },
            Ok(Err(failure)) => {
                tracing::info!(connection = %row.connection_id, reason = %failure.message, "token not revoked");
                Revocation::not(format!(
                    "the provider did not end the token, which ends by itself: {}",
                    failure.message
                ))
            }
            Err(_) => Revocation::not("the provider did not answer in time; the token ends by itself"),
        }
    }

    fn way_to_revoke(&self, row: &GrantRow) -> Result<Option<Way<'_>>, Failure> {
        let (connector, method) = self.method(&row.provider, &row.kind)?;
        let endpoint = method.endpoint();
        let Some(path) = endpoint.revoke_path else { return Ok(None) };
        Ok(Some((connector, path, self.login_host(endpoint, &row.login)?)))
    }
}
