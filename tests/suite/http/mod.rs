//! The API as callers meet it.

mod access;
mod associations;
mod calls;
mod connections;
mod consents;
mod cursors;
mod deals;
mod deleted;
mod document;
mod fetch;
mod filters;
mod life;
mod objects;
mod passthrough;
mod searches;
mod shape;
mod tenants_and_keys;
