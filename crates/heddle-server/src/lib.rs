//! The REST server: routes, extractors, the problem renderer and the OpenAPI
//! document.
//!
//! It turns HTTP into values for the engine and the engine's answers into
//! bytes; it decides nothing about CRMs itself.

mod background;
pub mod http;
pub mod metrics;
pub mod wiring;

pub use background::Background;
pub use http::{
    App, HttpSettings, Observed, Readiness, connections_markdown, errors_markdown, openapi, openapi_json, run,
};
pub use metrics::metrics_markdown;
