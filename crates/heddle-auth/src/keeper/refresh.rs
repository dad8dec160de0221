//! The steps of one refresh.

use super::Inner;
use super::ask::{Fresh, Refusal, Source};
use super::slot::{Slot, Snapshot};
use crate::{GrantRow, GrantState, NewToken, RowError, SealContext};
use heddle_gate::{BaseUrl, Failure, FailureKind, GrantId, Token};
use secrecy::ExposeSecret;
use std::sync::Arc;
use std::time::Duration;

/// Column of the sealed token.
pub(super) const ACCESS_TOKEN: &str = "access_token";
/// Column of the sealed client secret.
pub(super) const CLIENT_SECRET: &str = "client_secret";

/// How a refresh ended.
pub(super) enum Ended {
    /// A token, stored already unless the database is down.
    Token(Arc<Snapshot>),
    /// The connection is not there any more.
    Gone,
    /// No token can be had until somebody changes something.
    Verdict {
        failure: Failure,
        /// Whether the row says so too.
        stored: bool,
    },
    /// The provider could not or would not now.
    Passing(Failure),
    /// A fault on this side, before anything was sent.
    Local(Failure),
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Definite(failure) => Self::Verdict { failure, stored: false },
            Refusal::Passing(failure) => Self::Passing(failure),
            Refusal::Local(failure) => Self::Local(failure),
        }
    }
}

impl Inner {
    /// Obtains a token newer than version `seen`. With `probe`, the stored
    /// verdict on the grant is not believed.
    pub(super) async fn refresh(self: &Arc<Self>, grant: &GrantId, slot: &Arc<Slot>, seen: u64, probe: bool) -> Ended {
        let held = slot.lock().candidate.clone();
        if let Some(held) = held {
            return match self.ask(&held.source(grant)).await {
                Ok(fresh) => Ended::Token(Arc::new(fresh.snapshot(slot.lock().version() + 1))),
                // A candidate has no row that another process could repair.
                Err(Refusal::Definite(failure)) => Ended::Verdict { failure, stored: false },
                Err(refusal) => refusal.into(),
            };
        }
        // A second round when another process stored a token in the middle.
        match self.round(grant, slot, seen, probe).await {
            Some(ended) => ended,
            None => self.round(grant, slot, seen, probe).await.unwrap_or_else(|| {
                Ended::Passing(Failure::new(
                    FailureKind::Unavailable,
                    "the token is being renewed elsewhere; try again",
                ))
            }),
        }
    }

    /// One round; `None` when the row changed under it.
    async fn round(self: &Arc<Self>, grant: &GrantId, slot: &Arc<Slot>, seen: u64, probe: bool) -> Option<Ended> {
        if let Err(error) = self.write_unpersisted(grant, slot).await {
            return Some(Ended::Local(database(grant, &error)));
        }
        let row = match self.rows.load(&grant.0).await {
            Ok(Some(row)) => row,
            Ok(None) => return Some(Ended::Gone),
            Err(error) => return Some(Ended::Local(database(grant, &error))),
        };
        let believed = row.state == GrantState::Active || !probe;
        if row.version > seen
            && believed
            && let Some(stored) = self.stored(&row).filter(|s| s.is_fresh(self.now(), Duration::ZERO))
        {
            return Some(Ended::Token(Arc::new(stored)));
        }
        if let Some(failure) = verdict(&row).filter(|_| believed) {
            return Some(Ended::Verdict { failure, stored: true });
        }
        let source = match self.source(&row) {
            Ok(source) => source,
            Err(failure) => return Some(Ended::Local(failure)),
        };
        match self.ask(&source).await {
            Ok(fresh) => self.commit(grant, slot, &row, fresh).await,
            Err(Refusal::Definite(failure)) => self.condemn(&row, failure).await,
            Err(refusal) => Some(refusal.into()),
        }
    }

    /// The token as the row has it, if it opens and its host is still allowed.
    pub(super) fn stored(&self, row: &GrantRow) -> Option<Snapshot> {
        let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field: ACCESS_TOKEN };
        let bearer = self
            .vault
            .open(&place, row.access_token.as_ref()?)
            .inspect_err(|error| tracing::warn!(connection = %row.connection_id, %error, "stored token not usable"))
            .ok()?;
        let hosts = &self.registry.get(&row.provider)?.manifest().hosts;
        let base = BaseUrl::checked(row.base_url.as_deref()?, hosts, self.settings.allow_loopback).ok()?;
        Some(Snapshot {
            token: Token { bearer, version: row.version, base },
            obtained_at: row.obtained_at?,
            expires_at: row.expires_at?,
        })
    }

    fn source(&self, row: &GrantRow) -> Result<Source, Failure> {
        let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field: CLIENT_SECRET };
        let client_secret = self.vault.open(&place, &row.client_secret).map_err(|error| {
            tracing::error!(connection = %row.connection_id, %error, "stored credentials do not open");
            Failure::new(
                FailureKind::Misconfigured,
                "the stored credentials cannot be opened with this server's secret key; restore the key or connect again",
            )
        })?;
        Ok(Source {
            tenant: row.tenant_id.clone(),
            connection: row.connection_id.clone(),
            provider: row.provider.clone(),
            kind: row.kind.clone(),
            login: row.login.clone(),
            client_id: row.client_id.clone(),
            client_secret,
        })
    }

    /// Stores the token before anybody uses it. The guard is the version that
    /// was spent, so a connection deleted meanwhile does not come back.
    async fn commit(
        self: &Arc<Self>,
        grant: &GrantId,
        slot: &Arc<Slot>,
        row: &GrantRow,
        fresh: Fresh,
    ) -> Option<Ended> {
        let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field: ACCESS_TOKEN };
        let access_token = match self.vault.seal(&place, fresh.bearer.expose_secret().as_bytes()) {
            Ok(sealed) => sealed,
            Err(error) => return Some(Ended::Local(Failure::new(FailureKind::Internal, error.to_string()))),
        };
        let token = NewToken {
            access_token,
            base_url: fresh.base.as_str().to_owned(),
            obtained_at: fresh.obtained_at,
            expires_at: fresh.expires_at,
        };
        let snapshot = Arc::new(fresh.snapshot(row.version + 1));
        match self.rows.commit(&grant.0, row.version, &token).await {
            Ok(true) => {
                tracing::info!(connection = %grant.0, version = row.version + 1, "token renewed");
                Some(Ended::Token(snapshot))
            }
            Ok(false) => self.overtaken(grant, row.version).await,
            Err(error) => {
                self.persist_later(grant, slot, row.version, token, &error);
                Some(Ended::Token(snapshot))
            }
        }
    }

    /// Another process stored a token first, or the connection is gone: the
    /// token in hand is dropped for the one in the row.
    async fn overtaken(&self, grant: &GrantId, spent: u64) -> Option<Ended> {
        match self.rows.load(&grant.0).await {
            Ok(None) => Some(Ended::Gone),
            Ok(Some(row)) if row.version > spent => {
                self.stored(&row).filter(|s| s.expires_at > self.now()).map(|stored| Ended::Token(Arc::new(stored)))
            }
            Ok(Some(_)) => None,
            Err(error) => Some(Ended::Local(database(grant, &error))),
        }
    }

    async fn condemn(&self, row: &GrantRow, failure: Failure) -> Option<Ended> {
        let state = match failure.kind {
            FailureKind::NeedsReauth => GrantState::NeedsReauth,
            _ => GrantState::Misconfigured,
        };
        tracing::warn!(connection = %row.connection_id, state = state.as_str(), reason = %failure.message, "no token");
        match self.rows.set_state(&row.connection_id, row.version, state, Some(&failure.message)).await {
            Ok(true) => Some(Ended::Verdict { failure, stored: true }),
            Ok(false) => None,
            Err(error) => {
                tracing::error!(connection = %row.connection_id, %error, "the state of a grant could not be stored");
                Some(Ended::Verdict { failure, stored: false })
            }
        }
    }
}

fn verdict(row: &GrantRow) -> Option<Failure> {
    let (kind, fallback) = match row.state {
        GrantState::Active => return None,
        GrantState::NeedsReauth => (FailureKind::NeedsReauth, "the provider ended the authorisation; connect again"),
        GrantState::Misconfigured => (FailureKind::Misconfigured, "the connection is set up wrongly; test it"),
    };
    Some(Failure::new(kind, row.reason.as_deref().unwrap_or(fallback)))
}

/// For the caller; the error itself goes to the log only.
pub(super) fn database(grant: &GrantId, error: &RowError) -> Failure {
    tracing::error!(connection = %grant.0, %error, "the grant could not be read");
    Failure::new(FailureKind::Internal, "the connection's credentials could not be read; try again")
        .retry_after(Duration::from_secs(1))
}
