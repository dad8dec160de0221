//! The JSON of requests and answers, as types: what the OpenAPI document is
//! made from, and what a client in Rust can read answers into.
//!
//! Pages of records are not written through these types: the engine hands
//! records over as JSON text.

mod api_key;
mod association;
mod call;
mod connection;
mod convert;
mod export;
mod field_mapping;
mod oauth_app;
mod object;
mod passthrough;
mod problem;
mod provider;
mod record;
mod schema;
mod search;
mod tenant;
mod write;

pub use api_key::{ApiKey, ApiKeyCreate, ApiKeyCreated, ApiKeyPage};
pub use association::{Association, AssociationPage};
pub use call::{ProviderAttempt, ProviderCall, ProviderCallPage};
pub use connection::{
    AuthMethod, Connection, ConnectionAuth, ConnectionConfirm, ConnectionCreate, ConnectionDeleted, ConnectionPage,
    ConnectionStep, ConnectionTest, ConnectionUpdate,
};
pub use convert::{ConvertRequest, ConvertedLead, LeadConverted};
pub use export::{Export, ExportAnswer};
pub use field_mapping::{FieldMapping, FieldMappingList, FieldMappingSet, MappingDrift};
pub use oauth_app::{
    ConsentCreate, ConsentStarted, OAuthApp, OAuthAppCheck, OAuthAppCreate, OAuthAppPage, OAuthAppUpdate,
};
pub use object::{AccountObject, ProviderObjectList};
pub use passthrough::{PassthroughAnswer, PassthroughRequest, ProviderAnswer};
pub use problem::{Candidate, Problem, ProblemPart, ProviderError};
pub use provider::{Provider, ProviderAuth, ProviderDetail, ProviderList, ProviderObject};
pub use record::{
    AccountPage, AccountRecord, CallPage, CallRecord, ContactPage, ContactRecord, DealPage, DealRecord, EmailPage,
    EmailRecord, LeadPage, LeadRecord, MeetingPage, MeetingRecord, NotePage, NoteRecord, ObjectRecordAnswer,
    ObjectRecordPage, PipelinePage, PipelineRecord, StagePage, StageRecord, TaskPage, TaskRecord, UserPage, UserRecord,
    Warning,
};
pub use schema::{FieldOption, FieldSlot, MissingField, ObjectField, ObjectFields, ObjectSchema};
pub use search::{SearchFilter, SearchRequest};
pub use tenant::{Tenant, TenantCreate, TenantPage};
pub use write::{
    AccountWritten, BatchAnswer, BatchEntry, BatchRequest, CallWritten, ContactWritten, DealWritten, EmailWritten,
    LeadWritten, MeetingWritten, NoteWritten, ObjectRecordWritten, ProviderRequest, TaskWritten, UpsertRequest,
};
