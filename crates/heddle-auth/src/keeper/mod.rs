//! The source of tokens: one refresh at a time for a grant, in a task of its
//! own, stored before it is used.

// `Failure` is the gate's one error type; here it moves once a token call.
#![allow(clippy::result_large_err)]

mod announced;
mod answer;
mod apps;
mod ask;
mod candidate;
mod flight;
mod refresh;
mod revoke;
mod settings;
mod slot;
mod unpersisted;

pub use apps::AppCheck;
pub use candidate::{Candidate, CandidateGuard, Code};
pub use revoke::{Revocable, Revocation};
pub use settings::KeeperSettings;

use crate::clock::moment;
use crate::{RowError, TokenRows, Vault};
use apps::App;
use async_trait::async_trait;
use flight::Outcome;
use heddle_connector::{Outlet, Registry};
use heddle_gate::{Failure, FailureKind, GrantId, Token, TokenSource};
use refresh::Aim;
use slot::Slot;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::sync::watch;
use tokio::time::Instant;

/// Gives tokens for stored connections and for candidates. Cheap to share; all
/// methods may be called from many tasks at once.
pub struct Keeper(Arc<Inner>);

pub(crate) struct Inner {
    rows: Arc<dyn TokenRows>,
    vault: Arc<Vault>,
    registry: Registry,
    outlet: Arc<dyn Outlet>,
    settings: KeeperSettings,
    slots: Mutex<HashMap<GrantId, Arc<Slot>>>,
    apps: Mutex<HashMap<String, Arc<App>>>,
    /// Tasks under way: refreshes, and writes that wait for the database.
    busy: watch::Sender<usize>,
    /// Where tasks run: a server's worker may end before its refresh does.
    runtime: Option<tokio::runtime::Handle>,
}

impl Keeper {
    /// A keeper that remembers nothing yet. Call it inside the runtime that
    /// outlives all requests: refreshes run there.
    pub fn new(
        rows: Arc<dyn TokenRows>,
        vault: Arc<Vault>,
        registry: Registry,
        outlet: Arc<dyn Outlet>,
        settings: KeeperSettings,
    ) -> Arc<Self> {
        Arc::new(Self(Arc::new(Inner {
            rows,
            vault,
            registry,
            outlet,
            settings,
            slots: Mutex::new(HashMap::new()),
            apps: Mutex::default(),
            busy: watch::Sender::new(0),
            runtime: tokio::runtime::Handle::try_current().ok(),
        })))
    }

    /// Asks the provider for a new token, whatever the stored state and the
    /// token at hand are: for an explicit connection test. Joins another test
    /// that is under way, and waits for any other refresh before it asks.
    /// Ends within twice [`KeeperSettings::call_timeout`], the database's time
    /// not counted; the refresh goes on when the caller leaves.
    ///
    /// # Errors
    /// As `get`, but a token that is still good does not hide a failure.
    pub async fn renew(&self, grant: &GrantId) -> Result<Token, Failure> {
        let Some(slot) = self.0.slot(grant) else { return Err(expired_candidate()) };
        loop {
            let flight = {
                let mut state = slot.lock();
                if state.gone {
                    return Err(gone());
                }
                match &state.flight {
                    Some(flight) => flight.clone(),
                    None => {
                        state.reopen();
                        self.0.launch(grant, &slot, &mut state, Aim::Asked, None)
                    }
                }
            };
            let asks = flight.asks;
            let outcome = flight.land().await;
            if asks {
                return outcome.map(|s| s.token.clone());
            }
        }
    }

    /// [`Keeper::renew`], answering by `deadline`.
    ///
    /// # Errors
    /// As `renew`, and `DeadlineExceeded` when the time is over; the refresh
    /// goes on, and its token is stored.
    pub async fn renew_by(&self, grant: &GrantId, deadline: Instant) -> Result<Token, Failure> {
        tokio::time::timeout_at(deadline, self.renew(grant)).await.unwrap_or_else(|_| {
            let why = "the provider gave no token within the time of the request; try again";
            Err(Failure { sent: true, ..Failure::new(FailureKind::DeadlineExceeded, why) })
        })
    }

    /// Writes down that a connection's login leads to the account `found`, which
    /// is not the connection's, and gives no token of it any more. Answers
    /// whether it was written: not when the grant has changed meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pause(&self, grant: &GrantId, found: &str) -> Result<bool, Failure> {
        let row = self.0.rows.load(&grant.0).await.map_err(|error| refresh::database(grant, &error))?;
        let Some(row) = row else { return Ok(false) };
        let ended = self.0.pause(&row, found, None).await;
        self.reread(&grant.0);
        Ok(matches!(ended, Some(refresh::Ended::Verdict { stored: true, .. })))
    }

    /// Renews the tokens of grants whose refresh token was not used since
    /// `before`, so that it does not end for being idle, and a dead one is
    /// noticed: at most `most` grants, [`KeeperSettings::at_once`] at a time.
    /// Answers how many were tried.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_alive(&self, before: SystemTime, most: u64) -> Result<usize, RowError> {
        let idle = self.0.rows.idle(before, most).await?;
        let count = idle.len();
        for some in idle.chunks(self.0.settings.at_once.max(1)) {
            let grants: Vec<GrantId> = some.iter().cloned().map(GrantId).collect();
            let tries: Vec<_> = grants
                .into_iter()
                .map(|grant| {
                    let keeper = Self(self.0.clone());
                    tokio::spawn(async move { keeper.renew(&grant).await })
                })
                .collect();
            for tried in tries {
                // What a try found is in its row and in the log.
                drop(tried.await);
            }
        }
        Ok(count)
    }

    /// Drops a candidate, or a connection after its row was deleted. A refresh
    /// under way finds that out and throws its token away.
    pub fn forget(&self, grant: &GrantId) {
        self.0.drop_slot(grant);
    }

    /// Waits until no refresh runs and every token is stored, at most `within`.
    /// Answers whether that is so: for a graceful stop.
    pub async fn settle(&self, within: Duration) -> bool {
        let mut busy = self.0.busy.subscribe();
        tokio::time::timeout(within, busy.wait_for(|n| *n == 0)).await.is_ok_and(|r| r.is_ok())
    }
}

#[async_trait]
impl TokenSource for Keeper {
    async fn get(&self, grant: &GrantId, min_ttl: Duration) -> Result<Token, Failure> {
        let Some(slot) = self.0.slot(grant) else { return Err(expired_candidate()) };
        let flight = {
            let mut state = slot.lock();
            let now = self.0.now();
            if state.gone {
                return Err(gone());
            }
            if let Some(fresh) = state.fresh(now, min_ttl) {
                return Ok(fresh.token.clone());
            }
            if let Some(verdict) = state.verdict() {
                return Err(verdict);
            }
            match (&state.flight, state.cooling()) {
                (Some(flight), _) => flight.clone(),
                (None, Some(refusal)) => {
                    if let Some(usable) = state.usable(now) {
                        return Ok(usable.token.clone());
                    }
                    if !state.look_due() {
                        return Err(refusal);
                    }
                    let aim = Aim::Row(state.seen());
                    self.0.launch(grant, &slot, &mut state, aim, None)
                }
                (None, None) => {
                    let aim = Aim::Newer(state.seen());
                    self.0.launch(grant, &slot, &mut state, aim, None)
                }
            }
        };
        let outcome = flight.land().await;
        self.0.or_usable(&slot, outcome).map(|s| s.token.clone())
    }

    async fn rejected(&self, grant: &GrantId, version: u64) -> bool {
        let Some(slot) = self.0.slot(grant) else { return false };
        let flight = {
            let mut state = slot.lock();
            if state.version() > version {
                return true;
            }
            if state.gone || state.verdict().is_some() {
                return false;
            }
            match &state.flight {
                Some(flight) => flight.clone(),
                None => {
                    let now = moment();
                    if state.forced_at.is_some_and(|at| now < at + self.0.settings.forced_interval) {
                        return false;
                    }
                    if state.cooling().is_some() {
                        // Nothing to replace it with for now: calls fail here
                        // instead of carrying it to the provider again.
                        state.refuse(version);
                        return false;
                    }
                    state.forced_at = Some(now);
                    let aim = Aim::Newer(version.max(state.seen()));
                    self.0.launch(grant, &slot, &mut state, aim, Some(version))
                }
            }
        };
        flight.land().await.is_ok_and(|s| s.token.version > version)
    }

    fn peek(&self, grant: &GrantId, min_ttl: Duration) -> Option<Token> {
        let slot = self.0.known(grant)?;
        let state = slot.lock();
        state.fresh(self.0.now(), min_ttl).map(|s| s.token.clone())
    }
}

impl Inner {
    fn now(&self) -> SystemTime {
        (self.settings.clock)()
    }

    fn slots(&self) -> MutexGuard<'_, HashMap<GrantId, Arc<Slot>>> {
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, grant: &GrantId) -> Option<Arc<Slot>> {
        let slot = self.slots().get(grant).cloned()?;
        if slot.lock().outlived() {
            self.drop_slot(grant);
            return None;
        }
        Some(slot)
    }

    /// The slot of a grant, made when a connection is met for the first time.
    /// A candidate that is not known any more has none.
    fn slot(&self, grant: &GrantId) -> Option<Arc<Slot>> {
        match self.known(grant) {
            None if candidate::is_candidate(grant) => None,
            None => Some(self.slots().entry(grant.clone()).or_default().clone()),
            found => found,
        }
    }

    fn drop_slot(&self, grant: &GrantId) {
        let slot = self.slots().remove(grant);
        if let Some(slot) = slot {
            slot.lock().bury();
        }
    }

    /// A failed refresh does not matter while the old token is still good.
    fn or_usable(&self, slot: &Slot, outcome: Outcome) -> Outcome {
        outcome.or_else(|failure| slot.lock().usable(self.now()).ok_or(failure))
    }
}

fn gone() -> Failure {
    Failure::new(FailureKind::NotFound, "the connection was deleted")
}

fn expired_candidate() -> Failure {
    Failure::new(FailureKind::NotFound, "the connection being tested is not known any more; start again")
}
