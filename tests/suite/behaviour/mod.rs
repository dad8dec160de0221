//! What the manifests declare works, and what they do not declare is refused
//! before any call: every object, operation, field and comparison of every
//! provider that is ready, through the real server and against its sandbox.

mod absent;
mod filters;
mod floor;
mod laws;
mod operations;
mod oracle;
mod plan;
mod searches;
mod shapes;
mod sorts;
mod stage;
