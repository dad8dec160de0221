//! Connections whose app the provider does not know yet: tried again and again
//! for a while, by one server at a time, also after a restart.

use crate::trial::Trial;
use crate::{Caller, Connection, ConnectionState, Engine, Problem, Replacement, TestReport};
use heddle_connector::FailureKind;
use std::time::{Duration, SystemTime};

/// The least difference between two stored times.
const MOMENT: Duration = Duration::from_millis(1);

/// Waiting connections that one round takes on.
const ROUND: u64 = 20;

/// How an app is waited for that the provider does not know yet.
#[derive(Debug, Clone, Copy)]
pub struct WaitSettings {
    /// Time between two tries. 1 min.
    pub every: Duration,
    /// How long it is tried. 15 min: a new app is known after 10.
    pub within: Duration,
}

impl Default for WaitSettings {
    fn default() -> Self {
        Self { every: Duration::from_secs(60), within: Duration::from_secs(900) }
    }
}

impl Engine {
    /// Makes a connection wait for its app.
    pub(crate) fn wait(&self, connection: &mut Connection, trial: &Trial) {
        let now = self.wall();
        connection.state = ConnectionState::WaitingForApp;
        connection.reason = trial.checkup.failure.as_ref().map(|failure| failure.message.clone());
        connection.since = Some(now);
        connection.retry_at = Some(now + self.waiting.every);
        connection.until = Some(now + self.waiting.within);
    }

    /// Tries the waiting connections that are due, one after another. To be
    /// called now and then by each server; a try that another server has taken
    /// on is left to it.
    ///
    /// # Errors
    /// When the database fails. What stands in the way of one connection goes
    /// to the log.
    pub async fn retry_waiting(&self, caller: &(dyn Fn() -> Caller + Sync)) -> Result<(), Problem> {
        for mut connection in self.connections.due(self.wall(), ROUND).await? {
            let Some(seen) = connection.retry_at else { continue };
            let Some(until) = connection.until else { continue };
            let now = self.wall();
            let next = now + self.waiting.every;
            // The last try is at the end; only a claim after it lies beyond.
            let next = whole_ms(if now < until { next.min(until) } else { next.max(until + MOMENT) });
            if !self.connections.claim(&connection.id, seen, next).await? {
                continue;
            }
            connection.retry_at = Some(next);
            let id = connection.id.clone();
            match self.try_waiting(&caller(), connection).await {
                Ok(report) => tracing::info!(connection = %id, state = report.connection.state.as_str(), "tried again"),
                Err(problem) => tracing::warn!(connection = %id, %problem, "could not be tried again"),
            }
        }
        Ok(())
    }

    /// One try: the whole check with the stored credentials, in a candidate, so
    /// that nothing uses the connection before all of it has passed.
    pub(crate) async fn try_waiting(&self, caller: &Caller, known: Connection) -> Result<TestReport, Problem> {
        let connector = self.ready(&known.provider)?;
        let (grant, version) = self.keeper.candidate_of(known.id.as_str()).await?;
        let trial = self.try_candidate(caller, &connector, &known.tenant_id, grant, known.login.clone()).await;
        let id = known.id.clone();
        let mut end = None;
        if trial.checkup.passed() {
            match self.fits(&connector, &known, &trial).await {
                Ok(()) => {
                    let mut connection = known.clone();
                    trial.note(&mut connection, self.wall());
                    self.put(connection, &trial, Some(version)).await?;
                }
                Err(problem) => end = Some(problem.detail),
            }
        } else if let Some(why) = verdict(&trial) {
            end = Some(why);
        } else if known.retry_at > known.until {
            let why = trial.checkup.failure.as_ref().map_or("the test failed", |failure| failure.message.as_str());
            end = Some(format!("waited in vain: {why}"));
        }
        if let (Some(why), Some(at)) = (end, known.retry_at) {
            self.connections.end_wait(&id, at, &why).await?;
        }
        let connection = self.shown(self.loaded(&id).await?.connection.clone());
        let mut report = self.with_drift(trial.report(connection)).await?;
        report.passed &= report.connection.state != ConnectionState::Misconfigured;
        Ok(report)
    }

    /// Stores tested credentials in a connection's place, active from now on.
    /// Answers whether it was there, and under the guard.
    pub(crate) async fn put(
        &self,
        mut connection: Connection,
        trial: &Trial,
        guard: Option<u64>,
    ) -> Result<bool, Problem> {
        connection.state = ConnectionState::Active;
        (connection.reason, connection.found_id) = (None, None);
        (connection.retry_at, connection.until) = (None, None);
        let grant = self.sealed(trial, &connection.id)?;
        let schemas = Some(trial.checkup.schemas.as_slice());
        let change = Replacement { connection: &connection, grant: &grant, guard, schemas };
        let done = self.connections.replace(change).await?;
        if done {
            self.keeper.replaced(&trial.grant, connection.id.as_str());
            self.came_or_went(&connection.id).await;
            tracing::info!(connection = %connection.id, generation = connection.generation, "connected anew");
        }
        Ok(done)
    }
}

/// Why waiting is over: the provider knows the app and refuses it, or what
/// was asked for with its token.
fn verdict(trial: &Trial) -> Option<String> {
    let Some(failure) = &trial.checkup.failure else { return Some("the connection test failed".to_owned()) };
    match failure.kind {
        FailureKind::AppUnknown
        | FailureKind::RateLimited
        | FailureKind::ProviderRateLimited
        | FailureKind::QuotaExhausted
        | FailureKind::Unavailable
        | FailureKind::Timeout
        | FailureKind::DeadlineExceeded
        | FailureKind::OutcomeUnknown
        | FailureKind::BadResponse
        | FailureKind::AuthFailed
        | FailureKind::Internal => None,
        _ => Some(failure.message.clone()),
    }
}

/// As the database keeps it: a claim is compared with what is read back.
fn whole_ms(at: SystemTime) -> SystemTime {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    SystemTime::UNIX_EPOCH + Duration::from_millis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}
