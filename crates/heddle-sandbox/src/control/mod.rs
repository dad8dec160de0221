//! What every stand-in shares: counting calls and failing on request.
//!
//! Nothing here knows a provider. A stand-in names its calls by *kind*
//! (`token`, `query`, ...) and says which kinds are data calls.

mod counters;
mod faults;

pub use counters::{Counters, LogEntry, RowCounts};
pub use faults::{Fault, FaultKind, Faults, Injection, When};

/// What a stand-in calls a request: the word used by counters and faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallKind {
    /// The word, for example `query`.
    pub name: &'static str,
    /// Whether the provider counts it as a call on its data.
    pub data: bool,
    /// Whether it changes records.
    pub write: bool,
}
