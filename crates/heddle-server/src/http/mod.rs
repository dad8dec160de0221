//! HTTP in front of the engine.

mod access;
mod answer;
mod app;
mod body;
mod call;
mod decode;
mod export_lines;
mod headers;
mod list_query;
mod object;
mod openapi;
mod passthrough;
mod pointer;
mod problem;
mod query;
mod request_id;
mod request_log;
mod resource;
mod routes;
mod search_body;
mod serve;
mod target;
mod time;
mod under_way;
pub mod wire;
mod write_query;
mod written;

pub use app::{App, HttpSettings, Observed, Readiness};
pub use openapi::{connections_markdown, errors_markdown, openapi, openapi_json};
pub use request_log::TARGET as ACCESS_TARGET;
pub use serve::run;
pub use under_way::UnderWay;
