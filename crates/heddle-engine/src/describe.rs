//! The stored fields of an account, read again when they turn out to be stale.

use crate::snapshot::Snapshot;
use crate::{Code, Engine, Owner, Problem};
use heddle_connector::model::Object;
use heddle_connector::{Failure, ObjectSpec, Session};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, SystemTime};

/// A describe that changed nothing is believed for this long.
const UNCHANGED: Duration = Duration::from_secs(60);

/// Connections whose describes are remembered at the most.
const MOST_REMEMBERED: usize = 1_000;

/// One connection's describes, one at a time.
#[derive(Default)]
pub(crate) struct Describing {
    /// When, and at which schema version, the last one changed nothing.
    unchanged: tokio::sync::Mutex<Option<(SystemTime, u64)>>,
}

impl Engine {
    /// Describes an object again after the provider did not know a field of
    /// it, once for all requests that met the same. Gives the connection with
    /// its new fields.
    ///
    /// The one repeat outside the gate: a new describe changes the request
    /// itself, so the gate cannot do it.
    pub(crate) async fn redescribed(
        &self,
        stale: &Arc<Snapshot>,
        spec: &ObjectSpec,
        session: &Session,
        failure: Failure,
    ) -> Result<Arc<Snapshot>, Problem> {
        if spec.object == Object::Record {
            return self.object_redescribed(stale, spec, session, failure).await;
        }
        let id = &stale.connection.id;
        let describing = self.describing_of(stale);
        let Ok(mut unchanged) = tokio::time::timeout_at(session.deadline, describing.unchanged.lock()).await else {
            let detail = "the account's fields are being read again for another request; try again";
            return Err(Problem::new(Code::DeadlineExceeded, detail));
        };
        let version = stale.connection.schema_version;
        let now = self.wall();
        let lately = |at: SystemTime| now.duration_since(at).is_ok_and(|age| age < UNCHANGED);
        if unchanged.is_some_and(|(at, seen)| seen == version && lately(at)) {
            return Err(hopeless(failure));
        }
        let stored = self.loaded(id).await?;
        if stored.connection.schema_version > version {
            return Ok(stored);
        }
        let schema = stale.connector.describe(session, spec).await?;
        if stale.object(spec)?.schema.fields == schema.fields {
            *unchanged = Some((now, version));
            return Err(hopeless(failure));
        }
        tracing::info!(connection = %id, object = %schema.object, fields = schema.fields.len(), "the account's fields have changed");
        self.connections.save_schema(&Owner::Operator, id, &schema).await?;
        self.loaded(id).await
    }

    fn describing_of(&self, snapshot: &Snapshot) -> Arc<Describing> {
        let mut all = self.describing.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_REMEMBERED {
            // Entries that nobody holds only save a describe.
            all.retain(|_, one| Arc::strong_count(one) > 1);
        }
        all.entry(snapshot.connection.id.clone()).or_default().clone()
    }
}

/// The account's own fields do not explain it: sending again would fail again.
pub(crate) fn hopeless(failure: Failure) -> Problem {
    Problem { code: Code::ConnectionMisconfigured, ..Problem::from(failure) }
}
