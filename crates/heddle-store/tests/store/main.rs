//! The store on SQLite, and on Postgres where `HEDDLE_TEST_POSTGRES_URL` names
//! a server whose user may create databases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stderr, clippy::disallowed_methods)]

#[macro_use]
mod place;

mod calls;
mod connections;
mod consents;
mod exports;
mod field_mappings;
mod grants;
mod idempotency;
mod keys;
mod migrating;
mod sample;
mod secrets;
mod sqlite;
mod sweeping;
mod tenants;
