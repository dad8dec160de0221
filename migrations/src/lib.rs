//! One file per schema step, the same on SQLite and Postgres.
//!
//! Points in time are whole milliseconds since 1970 (`BIGINT`): exact, and
//! without a difference between the two databases. A released step is never
//! changed; a new one is added.

use sea_orm_migration::prelude::*;

mod m0001_tenants;
mod m0002_connections;
mod m0003_grants;
mod m0004_connection_schemas;
mod m0005_api_keys;
mod m0006_provider_calls;
mod m0007_idempotency;
mod m0008_provider_calls_indexes;
mod m0009_connection_life;
mod m0010_oauth_apps;
mod m0011_consents;
mod m0012_exports;
mod m0014_provider_calls_text;
mod m0018_field_mappings;
mod m0019_default_currency;

/// All steps, oldest first.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_tenants::Migration),
            Box::new(m0002_connections::Migration),
            Box::new(m0003_grants::Migration),
            Box::new(m0004_connection_schemas::Migration),
            Box::new(m0005_api_keys::Migration),
            Box::new(m0006_provider_calls::Migration),
            Box::new(m0007_idempotency::Migration),
            Box::new(m0008_provider_calls_indexes::Migration),
            Box::new(m0009_connection_life::Migration),
            Box::new(m0010_oauth_apps::Migration),
            Box::new(m0011_consents::Migration),
            Box::new(m0012_exports::Migration),
            Box::new(m0014_provider_calls_text::Migration),
            Box::new(m0018_field_mappings::Migration),
            Box::new(m0019_default_currency::Migration),
        ]
    }
}
