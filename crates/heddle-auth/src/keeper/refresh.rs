//! The steps of one refresh.

use super::Inner;
use super::announced::{Announced, Attempt};
use super::apps::{app_place, is_of_app};
use super::ask::{Fresh, Means, Refusal, Source};
use super::slot::{Slot, Snapshot};
use crate::{GrantRow, GrantState, NewToken, RowError, SealContext, Sealed, VaultError};
use heddle_gate::{BaseUrl, Failure, FailureKind, GrantId, Token};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::Duration;

/// Column of the sealed token.
pub(super) const ACCESS_TOKEN: &str = "access_token";
/// Column of the sealed client secret.
pub(super) const CLIENT_SECRET: &str = "client_secret";
/// Column of the sealed refresh token.
pub(super) const REFRESH_TOKEN: &str = "refresh_token";

/// What a refresh is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// A token above this version: from the row, or else from the provider.
    Newer(u64),
    /// The provider's answer, whatever the row says.
    Asked,
    /// What the row says; a token above this version will do. No call.
    Row(u64),
}

/// How a refresh ended.
pub(super) enum Ended {
    /// A token, stored already unless the database is down.
    Token(Arc<Snapshot>),
    /// The connection is not there any more.
    Gone,
    /// No token can be had until somebody consents again.
    Verdict {
        failure: Failure,
        /// Whether the row says so too.
        stored: bool,
    },
    /// The provider could not or would not now; worth another try, later for a
    /// wrong set-up than for a passing failure.
    Passing(Failure),
    /// A look at the row brought nothing new.
    Unchanged,
    /// A fault on this side, before anything was sent.
    Local(Failure),
}

impl From<Refusal> for Ended {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Definite(failure) => Self::judged(failure, false),
            Refusal::Unbelieved { failure, .. } => Self::judged(failure, false),
            Refusal::Passing(failure) | Refusal::Unknown(failure) => Self::Passing(failure),
            Refusal::Local(failure) => Self::Local(failure),
        }
    }
}

impl Ended {
    /// Only a dead grant is final. A wrong set-up is asked about again: the
    /// answer may have been an odd one, or somebody repairs it at the provider.
    fn judged(failure: Failure, stored: bool) -> Self {
        match failure.kind {
            FailureKind::NeedsReauth | FailureKind::AccountChanged => Self::Verdict { failure, stored },
            _ => Self::Passing(failure),
        }
    }
}

impl Inner {
    /// Obtains what `aim` says.
    pub(super) async fn refresh(self: &Arc<Self>, grant: &GrantId, slot: &Arc<Slot>, aim: Aim) -> Ended {
        let held = slot.lock().candidate.clone();
        if let Some(held) = held {
            return match self.ask(&held.source(grant), self.deadline()).await {
                Ok(fresh) => {
                    held.keep(fresh.refresh.as_ref());
                    Ended::Token(Arc::new(fresh.snapshot(slot.lock().seen() + 1)))
                }
                Err(refusal) => {
                    if let Refusal::Unbelieved { refresh, .. } = &refusal {
                        // So that it can be ended.
                        held.keep(Some(refresh));
                    }
                    refusal.into()
                }
            };
        }
        if let Aim::Row(seen) = aim {
            return self.look(grant, seen).await;
        }
        // A second round when another process stored a token in the middle.
        match self.round(grant, slot, aim).await {
            Some(ended) => ended,
            None => self.round(grant, slot, aim).await.unwrap_or_else(|| Ended::Passing(elsewhere())),
        }
    }

    /// One round; `None` when the row changed under it.
    async fn round(self: &Arc<Self>, grant: &GrantId, slot: &Arc<Slot>, aim: Aim) -> Option<Ended> {
        if let Err(error) = self.write_unpersisted(grant, slot).await {
            return Some(Ended::Local(database(grant, &error)));
        }
        let row = match self.rows.load(&grant.0).await {
            Ok(Some(row)) => row,
            Ok(None) => return Some(Ended::Gone),
            Err(error) => return Some(Ended::Local(database(grant, &error))),
        };
        if let Aim::Newer(seen) = aim
            && let Some(ended) = self.told(&row, seen)
        {
            return Some(ended);
        }
        let source = match self.source(&row) {
            Ok(source) => source,
            Err(failure) => return Some(Ended::Local(failure)),
        };
        let turn = match (&row.app_id, &row.app_secret) {
            (Some(app), Some(secret)) => match self.turn(app, secret).await {
                Ok(turn) => Some(turn),
                // Of the app and not of this grant, so that nothing is noted here:
                // the grant works again with the app.
                Err(failure) => return Some(Ended::Local(failure)),
            },
            _ => None,
        };
        // Set before the announcement: a process that was stopped for long after
        // it sends nothing any more.
        let deadline = self.deadline();
        let attempt = match source.means.spends() {
            false => None,
            true => match self.announce(&row, deadline).await {
                Ok(Announced::Yes(attempt)) => Some(attempt),
                Ok(Announced::Changed) => return None,
                Ok(Announced::Busy) => return Some(Ended::Passing(elsewhere())),
                Err(error) => return Some(Ended::Local(database(grant, &error))),
            },
        };
        let asked = self.ask(&source, deadline).await;
        if let Some(turn) = turn {
            let refused = match &asked {
                Err(Refusal::Definite(failure)) if is_of_app(failure) => Some(failure),
                Ok(_) | Err(Refusal::Definite(_)) => None,
                // Says nothing of the app.
                Err(_) => {
                    drop(turn);
                    return self.failed(&row, attempt.as_ref(), asked).await;
                }
            };
            self.settle(turn, refused).await;
        }
        match asked {
            Ok(fresh) => match another(&row, fresh.account.as_deref()) {
                Some(found) => {
                    let found = found.to_owned();
                    self.pause(&row, &found, fresh.refresh.as_ref()).await
                }
                None => self.commit(grant, slot, &row, fresh).await,
            },
            refused => self.failed(&row, attempt.as_ref(), refused).await,
        }
    }

    /// The end of a request that brought no token.
    async fn failed(&self, row: &GrantRow, attempt: Option<&Attempt>, asked: Result<Fresh, Refusal>) -> Option<Ended> {
        let Err(refusal) = asked else { return None };
        let unknown = matches!(refusal, Refusal::Unknown(_));
        let ended = match refusal {
            Refusal::Unbelieved { failure, refresh } => return self.keep_only(row, failure, &refresh).await,
            Refusal::Definite(failure) if row.app_id.is_some() && is_of_app(&failure) => Some(Ended::Local(failure)),
            Refusal::Definite(failure) => {
                let lost = attempt.is_some_and(|attempt| attempt.in_doubt);
                self.condemn(row, if lost { lost_rotation(failure) } else { failure }).await
            }
            refusal => Some(refusal.into()),
        };
        self.conclude(row, attempt, unknown).await;
        ended
    }

    /// An answer whose token is not used, because it is for a host that must not
    /// have it or for nothing: the refresh token in it is kept all the same, since
    /// the old one may be spent.
    async fn keep_only(&self, row: &GrantRow, failure: Failure, refresh: &SecretString) -> Option<Ended> {
        let sealed = match self.seal_refresh(row, refresh) {
            Ok(sealed) => sealed,
            Err(error) => return Some(Ended::Local(Failure::new(FailureKind::Internal, error.to_string()))),
        };
        match self.rows.rotate(&row.connection_id, row.version, &sealed).await {
            Ok(true) if failure.kind == FailureKind::Misconfigured => {
                let moved = GrantRow { version: row.version + 1, ..row.clone() };
                self.condemn(&moved, failure).await
            }
            Ok(true) => Some(Ended::Passing(failure)),
            Ok(false) => None,
            Err(error) => {
                tracing::error!(connection = %row.connection_id, %error, "a rotated refresh token could not be stored");
                Some(Ended::Passing(failure))
            }
        }
    }

    fn deadline(&self) -> tokio::time::Instant {
        crate::clock::moment() + self.settings.call_timeout
    }

    /// Whether another process has repaired the grant, or buried it.
    async fn look(&self, grant: &GrantId, seen: u64) -> Ended {
        match self.rows.load(&grant.0).await {
            Ok(Some(row)) => self.told(&row, seen).unwrap_or(Ended::Unchanged),
            Ok(None) => Ended::Gone,
            Err(error) => {
                tracing::warn!(connection = %grant.0, %error, "the grant could not be read");
                Ended::Unchanged
            }
        }
    }

    /// What the row alone can answer.
    fn told(&self, row: &GrantRow, seen: u64) -> Option<Ended> {
        if row.version > seen
            && let Some(stored) = self.stored(row).filter(|s| s.is_fresh(self.now(), Duration::ZERO))
        {
            return Some(Ended::Token(Arc::new(stored)));
        }
        dead(row).map(|failure| Ended::Verdict { failure, stored: true })
    }

    /// The token as the row has it, if it opens and its host is still allowed.
    /// None under a verdict: that may have come with the refusal of the token.
    pub(super) fn stored(&self, row: &GrantRow) -> Option<Snapshot> {
        if row.state != GrantState::Active {
            return None;
        }
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

    pub(super) fn source(&self, row: &GrantRow) -> Result<Source, Failure> {
        let open = |field: &'static str, sealed: &Sealed| {
            let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field };
            self.vault.open(&place, sealed).map_err(|error| closed(row, &error))
        };
        let means = match (&row.app_id, &row.app_secret, &row.refresh_token) {
            (None, _, _) => {
                let secret = open(CLIENT_SECRET, &row.client_secret)?;
                match &row.subject {
                    Some(subject) => Means::Key { key: secret, subject: subject.clone() },
                    None => Means::Secret(secret),
                }
            }
            (Some(app), Some(secret), Some(token)) => Means::Refresh {
                secret: self.vault.open(&app_place(app), &secret.sealed).map_err(|error| closed(row, &error))?,
                token: open(REFRESH_TOKEN, token)?,
            },
            (Some(_), None, _) => {
                let why = "the app that this connection was made with is gone; connect again with another";
                return Err(Failure::new(FailureKind::Misconfigured, why));
            }
            (Some(_), _, None) => {
                let why =
                    "the provider gave no refresh token: add the scope refresh_token to the app, and connect again";
                return Err(Failure::new(FailureKind::NeedsReauth, why));
            }
        };
        Ok(Source {
            tenant: row.tenant_id.clone(),
            connection: row.connection_id.clone(),
            provider: row.provider.clone(),
            kind: row.kind.clone(),
            login: row.login.clone(),
            client_id: row.client_id.clone(),
            means,
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
        let refresh_token = match fresh.refresh.as_ref().map(|token| self.seal_refresh(row, token)).transpose() {
            Ok(sealed) => sealed,
            Err(error) => return Some(Ended::Local(Failure::new(FailureKind::Internal, error.to_string()))),
        };
        let token = NewToken {
            access_token,
            refresh_token,
            base_url: fresh.base.as_str().to_owned(),
            obtained_at: fresh.obtained_at,
            expires_at: fresh.expires_at,
        };
        let refresh = fresh.refresh.clone();
        let snapshot = Arc::new(fresh.snapshot(row.version + 1));
        match self.rows.commit(&grant.0, row.version, &token).await {
            Ok(true) => {
                tracing::info!(connection = %grant.0, version = row.version + 1, "token renewed");
                Some(Ended::Token(snapshot))
            }
            Ok(false) => self.overtaken(grant, row, snapshot, refresh).await,
            Err(error) => {
                self.persist_later(grant, slot, row.version, token, &error);
                Some(Ended::Token(snapshot))
            }
        }
    }

    /// Another process stored a token first, the credentials were swapped, or
    /// the connection is gone: the token in hand is dropped for the one in the
    /// row.
    async fn overtaken(
        self: &Arc<Self>,
        grant: &GrantId,
        spent: &GrantRow,
        fresh: Arc<Snapshot>,
        refresh: Option<SecretString>,
    ) -> Option<Ended> {
        match self.rows.load(&grant.0).await {
            Ok(None) => {
                // Ending a refresh token ends its access tokens as well.
                self.revoke_unused(spent, refresh.unwrap_or_else(|| fresh.token.bearer.clone()));
                Some(Ended::Gone)
            }
            Ok(Some(row)) if row.version > spent.version => {
                if refresh.is_some() {
                    // A new consent, or a holder that was away longer than an
                    // announcement is respected. The row has the newest token.
                    tracing::warn!(connection = %grant.0, "double_refresh: a rotated token was dropped for a newer one");
                }
                self.stored(&row).filter(|s| s.expires_at > self.now()).map(|stored| Ended::Token(Arc::new(stored)))
            }
            Ok(Some(_)) => None,
            Err(error) => Some(Ended::Local(database(grant, &error))),
        }
    }

    fn seal_refresh(&self, row: &GrantRow, token: &SecretString) -> Result<Sealed, VaultError> {
        let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field: REFRESH_TOKEN };
        self.vault.seal(&place, token.expose_secret().as_bytes())
    }

    /// Stores that the login leads to another account, with the refresh token
    /// that came with the news.
    pub(super) async fn pause(&self, row: &GrantRow, found: &str, refresh: Option<&SecretString>) -> Option<Ended> {
        let failure = changed(row.remote_id.as_deref().unwrap_or("another account"), found);
        tracing::error!(connection = %row.connection_id, reason = %failure.message, "no token is given out");
        let refresh = refresh.and_then(|token| self.seal_refresh(row, token).ok());
        match self.rows.pause(&row.connection_id, row.version, found, &failure.message, refresh.as_ref()).await {
            Ok(true) => Some(Ended::judged(failure, true)),
            Ok(false) => None,
            Err(error) => {
                tracing::error!(connection = %row.connection_id, %error, "the state of a grant could not be stored");
                Some(Ended::judged(failure, false))
            }
        }
    }

    /// Stores the verdict for people to see.
    async fn condemn(&self, row: &GrantRow, failure: Failure) -> Option<Ended> {
        let state = match failure.kind {
            FailureKind::NeedsReauth => GrantState::NeedsReauth,
            _ => GrantState::Misconfigured,
        };
        tracing::warn!(connection = %row.connection_id, state = state.as_str(), reason = %failure.message, "no token");
        match self.rows.set_state(&row.connection_id, row.version, state, Some(&failure.message)).await {
            Ok(true) => Some(Ended::judged(failure, true)),
            Ok(false) => None,
            Err(error) => {
                tracing::error!(connection = %row.connection_id, %error, "the state of a grant could not be stored");
                Some(Ended::judged(failure, false))
            }
        }
    }
}

fn elsewhere() -> Failure {
    Failure::new(FailureKind::Unavailable, "the token is being renewed elsewhere; try again")
}

/// A dead grant after an answer that was never seen: it held the next token.
fn lost_rotation(failure: Failure) -> Failure {
    if failure.kind != FailureKind::NeedsReauth {
        return failure;
    }
    let message = format!(
        "the answer of the provider with the next refresh token was lost (lost_rotation), and the old one is good \
         no more: connect again. {}",
        failure.message
    );
    Failure { message, ..failure }
}

fn closed(row: &GrantRow, error: &VaultError) -> Failure {
    tracing::error!(connection = %row.connection_id, %error, "stored credentials do not open");
    Failure::new(
        FailureKind::Misconfigured,
        "the stored credentials cannot be opened with this server's secret key; restore the key or connect again",
    )
}

/// The account that was found, if it is not the connection's.
fn another<'a>(row: &GrantRow, found: Option<&'a str>) -> Option<&'a str> {
    let known = row.remote_id.as_deref()?;
    found.filter(|found| *found != known)
}

fn changed(known: &str, found: &str) -> Failure {
    let why = format!(
        "the login leads to the account {found} now, and the connection is for {known}: \
         nothing is sent until somebody confirms the new account"
    );
    Failure::new(FailureKind::AccountChanged, why)
}

/// The stored verdict, if no call may ask again.
fn dead(row: &GrantRow) -> Option<Failure> {
    let (kind, fallback) = match row.state {
        GrantState::NeedsReauth => (FailureKind::NeedsReauth, "the provider ended the authorisation; connect again"),
        GrantState::OrgChanged => {
            (FailureKind::AccountChanged, "the login leads to another account; confirm it or swap the credentials")
        }
        GrantState::WaitingForApp => {
            (FailureKind::AppUnknown, "the provider does not know the app yet; it is asked again each minute")
        }
        GrantState::Active | GrantState::Misconfigured => return None,
    };
    Some(Failure::new(kind, row.reason.as_deref().unwrap_or(fallback)))
}

/// For the caller; the error itself goes to the log only.
pub(super) fn database(grant: &GrantId, error: &RowError) -> Failure {
    tracing::error!(connection = %grant.0, %error, "the grant could not be read");
    Failure::new(FailureKind::Internal, "the connection's credentials could not be read; try again")
        .retry_after(Duration::from_secs(1))
}
