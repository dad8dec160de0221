//! Large reads. What is stored is what was asked and where the provider keeps
//! the result; records pass through and are kept nowhere.

mod checkpoint;
mod data;
mod lines;
mod progress;
mod record;
mod start;

pub use checkpoint::MAX_CHECKPOINT;
pub use data::{ExportData, ExportStep};
pub use progress::ExportAnswer;
pub use record::{Export, ExportMethod, ExportState, Exports};

use crate::snapshot::Snapshot;
use crate::{Caller, Code, Engine, ExportId, Problem};
use heddle_connector::{Failure, FailureKind, Session};
use heddle_gate::Priority;
use std::sync::Arc;
use std::time::Duration;

/// How long the provider keeps results. The vendor of every job API that is
/// built names seven days.
const KEPT: Duration = Duration::from_secs(7 * 86_400);

impl Engine {
    /// An export that the caller may see.
    async fn export(&self, caller: &Caller, id: &str) -> Result<Export, Problem> {
        let missing = || Problem::not_found("export");
        let id = ExportId::parse(id).ok_or_else(missing)?;
        self.exports.get(&caller.owner, &id).await?.ok_or_else(missing)
    }

    /// The export's connection, if it still has the account that was read.
    async fn home_of(&self, caller: &Caller, export: &Export) -> Result<Arc<Snapshot>, Problem> {
        let snapshot = self.snapshot(&caller.owner, &export.connection_id).await?;
        snapshot.usable(self.wall())?;
        if snapshot.connection.generation != export.generation {
            let detail = "the connection has got another account since this export was made: start a new one";
            return Err(snapshot.of(Problem::new(Code::ExportExpired, detail)));
        }
        Ok(snapshot)
    }

    /// A session for reading in bulk: others go before it.
    fn bulk_session(&self, caller: &Caller, snapshot: &Snapshot) -> Session {
        Session { priority: Priority::Sync, ..self.session(caller, snapshot) }
    }
}

/// Whether the provider does not know a job, or keeps its result no longer.
fn is_gone(failure: &Failure) -> bool {
    matches!(failure.kind, FailureKind::NotFound | FailureKind::Unsupported)
}
