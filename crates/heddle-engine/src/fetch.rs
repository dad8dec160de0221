//! `fetch`: one common record by its id.

use crate::deleted;
use crate::list::{bad_page, notices};
use crate::snapshot::Snapshot;
use crate::{Caller, Cost, Engine, Problem, RecordAnswer, Scope, Shape, Target};
use heddle_connector::mapping::{Filter, Plan, peek};
use heddle_connector::model::Object;
use heddle_connector::{Failure, FailureKind, FetchQuery, ObjectSpec, Operation, Page, Session};
use std::sync::Arc;

impl Engine {
    /// One record by the provider's id, in any form the provider takes; a
    /// deleted one only with `include_deleted`.
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
        include_deleted: bool,
    ) -> Result<RecordAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        match self.fetch(&snapshot, &session, object, id, shape, include_deleted).await {
            Ok(answer) => Ok(answer),
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    pub(crate) async fn fetch(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        object: Object,
        id: &str,
        shape: &Shape,
        deleted: bool,
    ) -> Result<RecordAnswer, Problem> {
        let spec = snapshot.spec(object, Operation::Fetch)?;
        let missing = || Problem::not_found(object.singular());
        let id = snapshot.id(spec, id).ok_or_else(missing)?;
        let plan = shaped(snapshot, spec, shape, deleted)?;
        let (page, Shaped { plan, .. }) = match fetch_page(snapshot, session, spec, &id, &plan).await {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                let fresh = self.redescribed(snapshot, spec, session, failure).await?;
                let plan = shaped(&fresh, spec, shape, deleted)?;
                (fetch_page(&fresh, session, spec, &id, &plan).await?, plan)
            }
            page => (page?, plan),
        };
        let mut data = Vec::with_capacity(page.body.len());
        let read = plan.read(&page.body, page.envelope, 1, &mut data).map_err(|bad| bad_page(&bad))?;
        if read.written == 0 {
            return Err(missing());
        }
        let etag = spec.writes.version.and_then(|path| etag(&page, path));
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        Ok(RecordAnswer { data, warnings: notices(&plan, read, cost), etag, cost })
    }
}

/// What is asked for, and what makes it a record of the object.
struct Shaped {
    plan: Arc<Plan>,
    filter: Vec<Filter>,
    deleted: bool,
}

fn shaped(snapshot: &Snapshot, spec: &ObjectSpec, shape: &Shape, deleted: bool) -> Result<Shaped, Problem> {
    let object = snapshot.object(spec)?;
    let shape = object.spelled(spec, shape.clone());
    object.check_shape(spec, &shape)?;
    if deleted {
        deleted::check(snapshot.connector.as_ref(), spec, object)?;
    }
    Ok(Shaped { plan: snapshot.plan(object, spec, &shape, None), filter: object.conditions(spec)?, deleted })
}

async fn fetch_page(
    snapshot: &Snapshot,
    session: &Session,
    spec: &ObjectSpec,
    id: &str,
    Shaped { plan, filter, deleted }: &Shaped,
) -> Result<Page, Failure> {
    let version = spec.writes.version.filter(|path| snapshot.object(spec).is_ok_and(|object| object.schema.has(path)));
    let query = FetchQuery { table: spec.table, asked: plan.asked(), version, filter, deleted: *deleted, id };
    snapshot.connector.fetch(session, &query).await
}

/// The record's version as the text between an `ETag`'s quotes. A version that
/// could not stand there is none.
fn etag(page: &Page, path: &str) -> Option<String> {
    let records = page.envelope.records;
    let at = if records.is_empty() { path.to_owned() } else { format!("{records}.0.{path}") };
    let version = peek(&page.body, &at)?.text()?.into_owned();
    let sound = !version.is_empty() && version.bytes().all(|b| b.is_ascii_graphic() && b != b'"' && b != b'\\');
    sound.then_some(version)
}
