//! The contract between the engine and a provider's adapter.
//!
//! A connector is pure reading and writing of requests: it turns a query into
//! provider requests and says what answers mean. It sends through its
//! [`Session`] only, and never sleeps, never repeats, never opens a socket.
//!
//! Model keys, mapping rows and the gate's value types are re-exported, so
//! that a connector names one crate.

mod account;
mod association;
mod connector;
mod convert;
mod export;
mod feature;
mod fixed;
mod manifest;
mod page;
mod planned;
mod raw;
mod records;
mod registry;
mod schema;
mod session;
mod write;

pub use account::{Account, Checkup, Identity, Step, StepOutcome};
pub use association::{Association, Junction};
pub use connector::{Connector, Reader};
pub use convert::{ConvertQuery, Converted};
pub use export::{Counted, ExportQuery, JobPage, JobRecords, JobState, unreadable_part};
pub use feature::{Feature, FeatureState};
pub use fixed::Fixed;
pub use manifest::{
    AccountIdAt, AuthKind, AuthorizationCode, JwtBearer, Manifest, ObjectSpec, Operation, Status, TokenEndpoint, Writes,
};
pub use page::{FetchQuery, Keyset, ListQuery, Order, Page};
pub use planned::Planned;
pub use raw::RAW;
pub use records::ObjectInfo;
pub use registry::Registry;
pub use schema::{FieldValue, ObjectSchema, PickOption, SchemaField};
pub use session::{Outlet, Session, Tally};
pub use write::{BatchItem, BatchKind, BatchQuery, CreateQuery, Outcomes, UpdateQuery, UpsertQuery, Values, Written};

pub use heddle_gate::{
    AuthProblem, BeforeSend, CallPlan, Concurrency, Failure, FailureKind, HostRule, Method, ProviderError, QuotaSample,
    Rate, Repeat, Replay, Reply, Request, ScopeKey, ScopeKind, ScopeUse, Signals, Throttle, ThrottleKind, TokenPlace,
    hint,
};
pub use heddle_mapping as mapping;
pub use heddle_model as model;
