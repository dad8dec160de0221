//! One folder per provider, and the registry.

mod planned;
mod registry;
pub mod salesforce;

pub use registry::registry;
