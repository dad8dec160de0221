//! `fetch`: one common record by its id.

use crate::engine::Snapshot;
use crate::list::{bad_page, notices};
use crate::{Caller, Cost, Engine, Problem, RecordAnswer, Scope, Shape, Target};
use heddle_connector::mapping::Plan;
use heddle_connector::model::Object;
use heddle_connector::{Failure, FailureKind, FetchQuery, ObjectSpec, Operation, Page, Session};
use std::sync::Arc;

impl Engine {
    /// One record by the provider's id, in any form the provider takes.
    ///
    /// # Errors
    /// `not_found` when there is none, as for ids that cannot exist; else as a list.
    pub async fn fetch_record(
        &self,
        caller: &Caller,
        target: &Target,
        object: Object,
        id: &str,
        shape: &Shape,
    ) -> Result<RecordAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        match self.fetch(&snapshot, &session, object, id, shape).await {
            Ok(answer) => Ok(answer),
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    async fn fetch(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        object: Object,
        id: &str,
        shape: &Shape,
    ) -> Result<RecordAnswer, Problem> {
        let spec = snapshot.spec(object, Operation::Fetch)?;
        let missing = || Problem::not_found(object.singular());
        let id = snapshot.connector.id(spec, id).ok_or_else(missing)?;
        let plan = shaped(snapshot, spec, shape)?;
        let (page, plan) = match fetch_page(snapshot, session, spec, &id, &plan).await {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                let fresh = self.redescribed(snapshot, spec, session, failure).await?;
                let plan = shaped(&fresh, spec, shape)?;
                (fetch_page(&fresh, session, spec, &id, &plan).await?, plan)
            }
            page => (page?, plan),
        };
        let mut data = Vec::with_capacity(page.body.len());
        let read = plan.read(&page.body, page.envelope, 1, &mut data).map_err(|bad| bad_page(&bad))?;
        if read.written == 0 {
            return Err(missing());
        }
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        Ok(RecordAnswer { data, warnings: notices(&plan, read, cost), cost })
    }
}

fn shaped(snapshot: &Snapshot, spec: &ObjectSpec, shape: &Shape) -> Result<Arc<Plan>, Problem> {
    let object = snapshot.object(spec)?;
    object.check_shape(spec, shape)?;
    Ok(snapshot.plan(object, spec, shape, None))
}

async fn fetch_page(
    snapshot: &Snapshot,
    session: &Session,
    spec: &ObjectSpec,
    id: &str,
    plan: &Plan,
) -> Result<Page, Failure> {
    let query = FetchQuery { table: spec.table, asked: plan.asked(), id };
    snapshot.connector.fetch(session, &query).await
}
