//! The API as callers meet it.

mod access;
mod calls;
mod connections;
mod cursors;
mod document;
mod fetch;
mod filters;
mod life;
mod shape;
mod tenants_and_keys;
