//! The API as callers meet it.

mod access;
mod calls;
mod connections;
mod consents;
mod cursors;
mod deals;
mod document;
mod fetch;
mod filters;
mod life;
mod passthrough;
mod shape;
mod tenants_and_keys;
