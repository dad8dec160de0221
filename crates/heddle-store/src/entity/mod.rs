//! The tables as `migrations` makes them. Points in time are milliseconds
//! since 1970.

// The derives need `pub` items; the module itself is private.
#![allow(missing_docs, unreachable_pub)]

pub mod api_keys;
pub mod connection_schemas;
pub mod connections;
pub mod consents;
pub mod exports;
pub mod field_mappings;
pub mod grants;
pub mod idempotency_records;
pub mod mapping_drift;
pub mod oauth_apps;
pub mod processes;
pub mod provider_calls;
pub mod tenants;
