//! The only user of the database: entities, owner-scoped finders, the ports'
//! implementations.
//!
//! One [`Store`] serves SQLite and Postgres with the same code. Every finder of
//! tenants, connections and recorded calls takes the owner first and filters by
//! it in SQL; what an owner may not see is not there for it. Keys and grants
//! belong to the whole server: who may ask for them is decided before.

mod calls;
mod connect;
mod connections;
mod consents;
mod database_time;
mod entity;
mod errors;
mod exports;
mod facts;
mod field_mappings;
mod grants;
mod idempotency;
mod keys;
mod migrate;
mod oauth_apps;
mod owner;
mod settings;
mod store;
mod sweep;
mod sweeper;
mod tenants;
mod times;
mod touches;
mod writer;

pub use facts::DatabaseFacts;
pub use idempotency::IdempotencyKeys;
pub use settings::{IdempotencySettings, Retention, StoreSettings};
pub use store::Store;
pub use sweep::Swept;
pub use sweeper::Sweeper;
