//! The start of an export: understood, counted, and given to the provider or
//! left to be read page by page.

use super::checkpoint::Asked;
use super::progress::ExportAnswer;
use super::record::{Export, ExportMethod, ExportState};
use crate::list::settled_before;
use crate::query::{self, Query};
use crate::selection::ObjectSnapshot;
use crate::snapshot::Snapshot;
use crate::{Caller, Cost, Engine, ExportId, ListRequest, Problem, Scope, Target};
use heddle_connector::mapping::Plan;
use heddle_connector::{ExportQuery, Failure, FailureKind, ObjectSpec, Operation, Session};
use std::sync::Arc;

/// How the records will be read, and where the provider keeps them.
struct Chosen {
    method: ExportMethod,
    reason: String,
    job: Option<String>,
    rows: u64,
    resume: String,
}

impl Engine {
    /// Begins an export: one call to count its records, and one more where the
    /// provider prepares them. `limit` and `cursor` of the request are not read.
    ///
    /// # Errors
    /// As a list's.
    pub async fn start_export(
        &self,
        caller: &Caller,
        target: &Target,
        request: &ListRequest,
    ) -> Result<ExportAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.bulk_session(caller, &snapshot);
        match self.started(&snapshot, &session, request).await {
            Ok(export) => {
                let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
                Ok(ExportAnswer { export, cost })
            }
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    async fn started(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        request: &ListRequest,
    ) -> Result<Export, Problem> {
        let spec = snapshot.spec(request.object, Operation::List)?;
        let asked = Prepared::of(snapshot, spec, request)?;
        let chosen = match asked.choose(snapshot, spec, session).await {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                let fresh = self.redescribed(snapshot, spec, session, failure).await?;
                Prepared::of(&fresh, spec, request)?.choose(&fresh, spec, session).await?
            }
            chosen => chosen?,
        };
        let connection = &snapshot.connection;
        let export = Export {
            id: ExportId::generate(),
            tenant_id: connection.tenant_id.clone(),
            connection_id: connection.id.clone(),
            generation: connection.generation,
            object: request.object.plural().to_owned(),
            method: chosen.method,
            method_reason: chosen.reason,
            state: if chosen.job.is_some() { ExportState::Preparing } else { ExportState::Ready },
            reason: None,
            rows: Some(chosen.rows),
            calls: u64::from(session.tally.sent()),
            sealed: Asked::new(request, chosen.job, chosen.resume).seal(&self.cursor_key),
            created_at: self.wall(),
        };
        self.exports.insert(&export).await?;
        Ok(export)
    }
}

/// A request with everything decided that needs no call.
struct Prepared {
    query: Query,
    plan: Arc<Plan>,
    raw: bool,
    sorted: bool,
}

impl Prepared {
    fn of(snapshot: &Snapshot, spec: &ObjectSpec, request: &ListRequest) -> Result<Self, Problem> {
        let object = snapshot.object(spec)?;
        object.check_shape(spec, &request.shape)?;
        let question = crate::cursor::Question::of(request);
        let query = query::understand(snapshot.connector.as_ref(), spec, object, &question)?;
        let plan = snapshot.plan(object, spec, &request.shape, None);
        Ok(Self { query, plan, raw: request.shape.include_raw, sorted: request.sort.is_some() })
    }

    async fn choose(&self, snapshot: &Snapshot, spec: &ObjectSpec, session: &Session) -> Result<Chosen, Failure> {
        let Ok(ObjectSnapshot { schema, .. }) = snapshot.object(spec) else {
            return Err(Failure::new(FailureKind::Misconfigured, "the account's fields are not known"));
        };
        let connector = snapshot.connector.as_ref();
        let query = ExportQuery {
            table: spec.table,
            schema,
            asked: self.plan.asked(),
            filter: &self.query.filter,
            deleted: self.query.deleted,
            // An order costs the provider its own division of the work.
            order: self.sorted.then(|| self.query.order.clone()),
        };
        let counted = connector.count(session, &query).await?;
        let resume = settled_before(counted.clock, connector.manifest().safety_lag, self.query.before.as_deref());
        let rest = |reason: String| Chosen {
            method: ExportMethod::Rest,
            reason,
            job: None,
            rows: counted.rows,
            resume: resume.clone(),
        };
        let Some(above) = connector.job_above(spec) else {
            return Ok(rest(format!("the CRM prepares no exports of {}", spec.object.plural())));
        };
        if counted.rows <= above {
            return Ok(rest(format!("there are no more than {above} records")));
        }
        if self.raw {
            return Ok(rest("include_raw asks for the records as the CRM's own pages have them".to_owned()));
        }
        if let Some(reason) = connector.job_refuses(&query) {
            return Ok(rest(reason));
        }
        match connector.job_start(session, &query).await {
            Ok(job) => Ok(Chosen {
                method: ExportMethod::Bulk,
                reason: format!("there are more than {above} records"),
                job: Some(job),
                rows: counted.rows,
                resume: resume.clone(),
            }),
            // Only the provider knows all objects and fields for which it has no jobs.
            Err(failure) if failure.kind == FailureKind::Unsupported => {
                Ok(rest(format!("the CRM refused to prepare it: {}", failure.message)))
            }
            Err(failure) => Err(failure),
        }
    }
}
