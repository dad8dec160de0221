//! Use cases: resolve the connection, check caller and capability, call, map.
//!
//! The server and the dashboard call the same functions with a [`Caller`];
//! nothing here knows HTTP, SQL or a provider.

mod associations;
mod calls;
mod confirm;
mod connect;
mod consent;
mod cursor;
mod deleted;
mod describe;
mod engine;
mod exports;
mod fetch;
mod idempotency;
mod ids;
pub mod keys;
pub mod laws;
mod list;
mod mappings;
mod missing;
mod notice;
mod oauth_apps;
mod ports;
mod problem;
mod provider_objects;
mod query;
mod raw;
mod records;
mod requests;
mod schema_view;
mod search;
mod selection;
mod snapshot;
mod states;
mod swap;
mod tenants;
mod trial;
mod waiting;
mod write;

pub use associations::{Associated, AssociationAnswer, AssociationRequest};
pub use calls::{CallFilter, Calls, LoggedAttempt, LoggedCall};
pub use consent::ConsentSettings;
pub use cursor::MAX_CURSOR;
pub use engine::{Engine, EngineSettings, Parts};
pub use exports::{Export, ExportAnswer, ExportData, ExportMethod, ExportState, ExportStep, Exports, MAX_CHECKPOINT};
pub use idempotency::{Begun, Idempotency, IdempotencyScope, MAX_KEPT_ANSWER, Ticket};
pub use ids::{AppId, CallId, ConnectionId, ExportId, KeyId, MAX_ID, TenantId};
pub use list::DEFAULT_LIMIT;
pub use mappings::{
    Direction, Drift, DriftKind, FieldMapping, FieldMappings, MAX_MAPPINGS, MappingOwner, NewMapping, PutEnd,
};
pub use missing::{MissingField, MissingReason};
pub use notice::Notice;
pub use ports::{Connections, Consents, Deleted, Keys, OAuthApps, Replacement, Slice, StoreError, Tenants};
pub use problem::{Code, CodeInfo, Cost, FieldError, Origin, Problem};
pub use provider_objects::ObjectsAnswer;
pub use query::{MAX_FILTER_VALUE, MAX_FILTERS};
pub use raw::{MAX_RAW_ADDRESS, MAX_RAW_PATH, MAX_RAW_QUERY, RawAnswer, RawCall, RawReply};
pub use records::{ApiKey, Connection, Consent, OAuthApp, Owner, Scope, StoredSchemas, Tenant};
pub use requests::{
    AppReport, Caller, ConsentEnd, ConsentReturn, ConsentStart, FilterParam, ListAnswer, ListRequest, NewAuth,
    NewConnection, NewConsent, NewKey, NewOAuthApp, NewTenant, OAuthAppChange, RecordAnswer, Shape, Target, TestReport,
};
pub use search::{MAX_SEARCH_DEPTH, MAX_SEARCH_TEXT, MAX_SEARCH_VALUES, Search, SearchValue};
pub use states::{ConnectionState, Outgoing, StateInfo};
pub use waiting::WaitSettings;

pub use heddle_connector::Converted;
pub use schema_view::{ChoiceView, FieldView, SchemaAnswer, SlotView};
pub use write::{BatchOutcome, Change, DryRequest, MAX_BATCH, WriteAnswer, WriteBody, WriteOptions, WriteRequest};

use engine::cut;
use ids::{NAME_RULE, is_name};
use selection::ObjectSnapshot;
use write::Running;
