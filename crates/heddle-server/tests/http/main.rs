//! What the server answers before an engine is asked: addresses, methods,
//! keys, headers, bodies, documents, and how it stops.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods)]

mod bodies;
mod docs;
mod edges;
mod server;
mod stopping;
