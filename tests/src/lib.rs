//! A whole server in one process, on ports the system gave, against a
//! sandbox: what the suites drive.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::missing_panics_doc)]
// The suites' own clock and client: they stand outside the program.
#![allow(clippy::disallowed_methods)]

mod answer;
mod browser;
mod client;
mod mirror;
mod schema;
mod server;

pub use answer::Answer;
pub use browser::{Browser, Page};
pub use client::{Client, Line, Lines};
pub use heddle_server::wiring::WiringSettings;
pub use mirror::Mirror;
pub use schema::violations;
pub use server::{Server, ServerOptions, connection_body, list_path};

/// A tenant's credentials as the sandbox knows them.
pub const CLIENT_ID: &str = "test-consumer-key";
/// A secret that must appear nowhere.
pub const CLIENT_SECRET: &str = "canary-consumer-secret-7f3a";
