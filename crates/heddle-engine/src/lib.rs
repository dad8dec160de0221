//! Use cases: resolve the connection, check caller and capability, call, map.
//!
//! The server and the dashboard call the same functions with a [`Caller`];
//! nothing here knows HTTP, SQL or a provider.

mod connect;
mod cursor;
mod describe;
mod engine;
mod fetch;
mod ids;
pub mod keys;
mod list;
mod notice;
mod ports;
mod problem;
mod query;
mod records;
mod requests;
mod selection;
mod tenants;

pub use cursor::MAX_CURSOR;
pub use engine::{Engine, EngineSettings, Parts};
pub use ids::{ConnectionId, KeyId, MAX_ID, TenantId};
pub use list::DEFAULT_LIMIT;
pub use notice::Notice;
pub use ports::{Connections, Keys, Slice, StoreError, Tenants};
pub use problem::{Code, CodeInfo, Cost, FieldError, Origin, Problem};
pub use query::{MAX_FILTER_VALUE, MAX_FILTERS};
pub use records::{ApiKey, Connection, ConnectionState, Owner, Scope, StoredConnection, Tenant};
pub use requests::{
    Caller, FilterParam, ListAnswer, ListRequest, NewAuth, NewConnection, NewKey, NewTenant, RecordAnswer, Shape,
    Target, TestReport,
};

use engine::cut;
use ids::{NAME_RULE, is_name};
use selection::ObjectSnapshot;
