//! The stored fields of an account, read again when they turn out to be stale.

use crate::engine::Snapshot;
use crate::{Code, Engine, Owner, Problem};
use heddle_connector::{Failure, ObjectSpec, Session};
use std::sync::{Arc, PoisonError};

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
        let id = &stale.connection.id;
        let gate = {
            let mut describing = self.describing.lock().unwrap_or_else(PoisonError::into_inner);
            // Entries that nobody holds are of finished describes.
            describing.retain(|_, gate| Arc::strong_count(gate) > 1);
            describing.entry(id.clone()).or_default().clone()
        };
        let _one_at_a_time = gate.lock().await;
        self.changed(id).await;
        let stored = self.snapshot(&Owner::Operator, id).await?;
        if stored.connection.schema_version > stale.connection.schema_version {
            return Ok(stored);
        }
        let schema = stale.connector.describe(session, spec).await?;
        let known = stale.object(spec)?;
        if known.schema.fields == schema.fields {
            // Sending again would fail again.
            let mut problem = Problem::from(failure);
            problem.code = Code::ConnectionMisconfigured;
            return Err(problem);
        }
        tracing::info!(connection = %id, object = %schema.object, fields = schema.fields.len(), "the account's fields have changed");
        self.connections.save_schema(&Owner::Operator, id, &schema).await?;
        self.changed(id).await;
        self.snapshot(&Owner::Operator, id).await
    }
}
