//! HTTP in front of the engine.

mod access;
mod answer;
mod app;
mod body;
mod call;
mod decode;
mod headers;
mod list_query;
mod object;
mod openapi;
mod pointer;
mod problem;
mod query;
mod request_id;
mod resource;
mod routes;
mod serve;
mod target;
mod time;
mod under_way;
pub mod wire;

pub use app::{App, HttpSettings, Readiness};
pub use openapi::{errors_markdown, openapi, openapi_json};
pub use serve::run;
