//! Stand-in CRMs over real HTTP, on loopback only.
//!
//! Each provider is stateful and deterministic from a seed, written from the
//! provider's documented and recorded behaviour and from nothing of the
//! project: a second, independent reading of that provider.

// A describe answer has more members than the default allows for one `json!`.
#![recursion_limit = "256"]

pub mod control;
pub mod salesforce;
mod serve;

use std::io;

use serde_json::Value;

pub use salesforce::{Salesforce, SalesforceOptions};

/// The providers that have a stand-in, one line each.
pub const PROVIDERS: &[&str] = &["salesforce"];

/// A running stand-in of any provider.
pub enum Sandbox {
    /// A Salesforce org.
    Salesforce(Salesforce),
}

/// Starts the stand-in of `provider` with its defaults on `port` of
/// 127.0.0.1; 0 lets the system choose.
///
/// # Errors
/// `NotFound` for a provider outside [`PROVIDERS`]; otherwise when the port
/// cannot be bound.
pub async fn start(provider: &str, port: u16) -> io::Result<Sandbox> {
    match provider {
        "salesforce" => {
            let options = SalesforceOptions { port, ..SalesforceOptions::default() };
            Ok(Sandbox::Salesforce(Salesforce::start(options).await?))
        }
        other => Err(io::Error::new(io::ErrorKind::NotFound, format!("there is no sandbox for {other}"))),
    }
}

impl Sandbox {
    /// The address of its first listener, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        match self {
            Sandbox::Salesforce(org) => org.url(),
        }
    }

    /// One control request without HTTP.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        match self {
            Sandbox::Salesforce(org) => org.control(method, path, body).await,
        }
    }

    /// Stops serving and waits for the end.
    pub async fn stop(self) {
        match self {
            Sandbox::Salesforce(org) => org.stop().await,
        }
    }
}
