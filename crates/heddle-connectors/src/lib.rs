//! One folder per provider, and the registry.

mod coverage;
mod planned;
mod registry;
pub mod salesforce;

pub use coverage::coverage_pages;
pub use registry::registry;
