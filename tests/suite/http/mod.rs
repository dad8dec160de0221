//! The API as callers meet it.

mod access;
mod connections;
mod cursors;
mod document;
mod fetch;
mod filters;
mod shape;
mod tenants_and_keys;
