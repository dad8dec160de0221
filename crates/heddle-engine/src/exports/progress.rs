//! How an export stands, and its end before its time.

use super::checkpoint::Asked;
use super::is_gone;
use super::record::{Export, ExportState};
use crate::snapshot::Snapshot;
use crate::{Caller, Code, Cost, Engine, Problem, Scope};
use heddle_connector::{JobState, Session};
use std::sync::Arc;

/// An export, and what it cost to look at it.
#[derive(Debug)]
pub struct ExportAnswer {
    /// The export as it stands.
    pub export: Export,
    /// What this answer cost.
    pub cost: Cost,
}

impl Engine {
    /// How an export stands: one call while the provider prepares it, none
    /// otherwise.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, and what the provider call ends in.
    pub async fn get_export(&self, caller: &Caller, id: &str) -> Result<ExportAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let export = self.aged(self.export(caller, id).await?).await?;
        if export.state != ExportState::Preparing {
            return Ok(ExportAnswer { export, cost: Cost::default() });
        }
        let snapshot = self.home_of(caller, &export).await?;
        let session = self.bulk_session(caller, &snapshot);
        let looked = self.looked_at(&snapshot, &session, export).await;
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        match looked {
            Ok(export) => Ok(ExportAnswer { export, cost }),
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    /// Ends an export, and drops its result at the provider. One that has ended
    /// stays as it is.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, and what the provider call ends in; the export
    /// then goes on.
    pub async fn cancel_export(&self, caller: &Caller, id: &str) -> Result<ExportAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let mut export = self.aged(self.export(caller, id).await?).await?;
        let mut cost = Cost::default();
        if !export.state.is_alive() {
            return Ok(ExportAnswer { export, cost });
        }
        let seen = export.state;
        if let Some(job) = Asked::open(&self.cursor_key, &export.sealed)?.job {
            let snapshot = self.home_of(caller, &export).await?;
            let session = self.bulk_session(caller, &snapshot);
            let dropped = snapshot.connector.job_drop(&session, &job, seen == ExportState::Preparing).await;
            self.paid(&mut export, &session).await?;
            if let Err(failure) = dropped
                && !is_gone(&failure)
            {
                return Err(self.problem_of(&snapshot, &session, failure.into()).await);
            }
            cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        }
        export.state = ExportState::Cancelled;
        if !self.exports.advance(&export, seen).await? {
            export = self.export(caller, id).await?;
            if export.state.is_alive() {
                // It became ready meanwhile; the result is dropped all the same.
                let seen = export.state;
                export.state = ExportState::Cancelled;
                self.exports.advance(&export, seen).await?;
            }
        }
        Ok(ExportAnswer { export, cost })
    }

    /// Notes that the result is kept no longer, once it is old enough.
    pub(super) async fn aged(&self, mut export: Export) -> Result<Export, Problem> {
        if export.state.is_alive() && self.wall() >= export.expires_at() {
            self.moved_on(&mut export, ExportState::Expired, None).await?;
        }
        Ok(export)
    }

    /// Asks the provider how the job stands, and notes what it says.
    pub(super) async fn looked_at(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        mut export: Export,
    ) -> Result<Export, Problem> {
        let asked = Asked::open(&self.cursor_key, &export.sealed)?;
        let Some(job) = asked.job else { return Ok(export) };
        let stands = snapshot.connector.job_state(session, &job).await;
        self.paid(&mut export, session).await?;
        match stands {
            Ok(JobState::Running { rows }) => export.rows = rows.filter(|rows| *rows > 0).or(export.rows),
            Ok(JobState::Done { rows }) => {
                export.rows = rows.or(export.rows);
                self.moved_on(&mut export, ExportState::Ready, None).await?;
            }
            Ok(JobState::Failed { why }) => {
                self.moved_on(&mut export, ExportState::Failed, Some(why)).await?;
            }
            Ok(JobState::Aborted) => {
                let why = "it was ended in the CRM".to_owned();
                self.moved_on(&mut export, ExportState::Cancelled, Some(why)).await?;
            }
            Err(failure) if is_gone(&failure) => {
                let why = "the CRM does not know it any more".to_owned();
                self.moved_on(&mut export, ExportState::Expired, Some(why)).await?;
            }
            Err(failure) => return Err(failure.into()),
        }
        Ok(export)
    }

    /// Notes what a session has sent for an export.
    pub(super) async fn paid(&self, export: &mut Export, session: &Session) -> Result<(), Problem> {
        let calls = session.tally.sent();
        if calls > 0 {
            export.calls += u64::from(calls);
            self.exports.add_calls(&export.id, calls).await?;
        }
        Ok(())
    }

    /// Writes another state, unless somebody was first: then that one stands.
    pub(super) async fn moved_on(
        &self,
        export: &mut Export,
        state: ExportState,
        reason: Option<String>,
    ) -> Result<(), Problem> {
        let seen = std::mem::replace(&mut export.state, state);
        export.reason = reason;
        if !self.exports.advance(export, seen).await?
            && let Some(stored) = self.exports.get(&crate::Owner::Operator, &export.id).await?
        {
            *export = stored;
        }
        Ok(())
    }
}

impl Export {
    /// Why there is no data, if there will be none.
    pub(super) fn ended(&self) -> Option<Problem> {
        let because = |text: &str| match &self.reason {
            Some(reason) => format!("{text}: {reason}"),
            None => text.to_owned(),
        };
        let (code, detail) = match self.state {
            ExportState::Preparing | ExportState::Ready => return None,
            ExportState::Failed => (Code::ExportFailed, because("the CRM could not prepare this export")),
            ExportState::Cancelled => (Code::ExportCancelled, because("this export was cancelled")),
            ExportState::Expired => {
                (Code::ExportExpired, because("the CRM keeps the result no longer, seven days at the most"))
            }
        };
        let mut problem = Problem::new(code, detail);
        problem.connection_id = Some(self.connection_id.to_string());
        Some(problem)
    }
}
