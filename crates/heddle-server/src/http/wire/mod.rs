//! The JSON of requests and answers, as types: what the OpenAPI document is
//! made from, and what a client in Rust can read answers into.
//!
//! Pages of records are not written through these types: the engine hands
//! records over as JSON text.

mod api_key;
mod connection;
mod problem;
mod provider;
mod record;
mod tenant;

pub use api_key::{ApiKey, ApiKeyCreate, ApiKeyCreated, ApiKeyPage};
pub use connection::{
    AuthMethod, Connection, ConnectionAuth, ConnectionCreate, ConnectionPage, ConnectionStep, ConnectionTest,
};
pub use problem::{Candidate, Problem, ProblemPart, ProviderError};
pub use provider::{Provider, ProviderAuth, ProviderDetail, ProviderList, ProviderObject};
pub use record::{ContactPage, ContactRecord, Warning};
pub use tenant::{Tenant, TenantCreate, TenantPage};
