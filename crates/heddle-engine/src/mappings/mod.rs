//! Fields under names of the operator's own: kept for a tenant or for one of
//! its connections, whose own ones win.

mod change;
mod drift;
mod names;
mod record;
mod snapshot;

pub use drift::{Drift, DriftKind};
pub use record::{Direction, FieldMapping, FieldMappings, MAX_MAPPINGS, MappingOwner, NewMapping, PutEnd};

pub(crate) use drift::{compared, effective};
