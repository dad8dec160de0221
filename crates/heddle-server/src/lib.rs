//! The REST server: routes, extractors, the problem renderer and the OpenAPI
//! document.
//!
//! It turns HTTP into values for the engine and the engine's answers into
//! bytes; it decides nothing about CRMs itself.

pub mod http;
pub mod wiring;

pub use http::{App, HttpSettings, Readiness, errors_markdown, openapi, openapi_json, run};
