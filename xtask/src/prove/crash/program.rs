//! The program and the org that it writes to, which stays when it dies.

use super::body;
use crate::prove::program::Program as Server;
use heddle_sandbox::{Salesforce, SalesforceOptions};
use heddle_tests::{Answer, CLIENT_ID, CLIENT_SECRET};
use serde_json::{Value, json};

/// How soon a killed server counts as dead: 3 s.
const SETTINGS: &[(&str, &str)] =
    &[("HEDDLE__IDEMPOTENCY__BEAT_SECONDS", "1"), ("HEDDLE__IDEMPOTENCY__DEAD_AFTER_SECONDS", "3")];

/// How long the provider takes for a write before it carries it out, and after.
const SLOW_MS: u64 = 60;

/// The program and its org.
pub(super) struct Program {
    server: Server,
    sandbox: Salesforce,
}

impl Program {
    /// Makes an org, a database, a key and a connection.
    pub(super) async fn new() -> Result<Self, String> {
        let options = SalesforceOptions {
            client_id: CLIENT_ID.into(),
            client_secret: CLIENT_SECRET.into(),
            ..SalesforceOptions::default()
        };
        let sandbox = Salesforce::start(options).await.map_err(|error| error.to_string())?;
        // So that there are always writes on their way, and on their way back.
        let slow = |when: &str| json!({"match": "create", "kind": "latency", "when": when, "ms": SLOW_MS});
        sandbox.control("POST", "/_sandbox/faults", json!([slow("before"), slow("after")])).await;
        let server = Server::connected(&sandbox.url(), (CLIENT_ID, CLIENT_SECRET), SETTINGS)?;
        Ok(Self { server, sandbox })
    }

    /// Starts the server; its address.
    pub(super) fn start(&mut self) -> String {
        self.server.start()
    }

    /// `kill -9`.
    pub(super) fn kill(&mut self) {
        self.server.kill();
    }

    /// Sends write `n`; `None` when no whole answer came.
    pub(super) fn create(&self, base: &str, n: usize) -> impl Future<Output = Option<Answer>> + Send + 'static {
        let mut headers = self.server.headers();
        headers.push(("idempotency-key", format!("proof-{n}")));
        self.server.client.post(&format!("{base}/v1/crm/contacts"), &headers, &body(n))
    }

    /// All contacts that the provider has.
    pub(super) async fn rows(&self) -> Value {
        self.sandbox.control("GET", "/_sandbox/rows?object=Contact&field=LastName", Value::Null).await
    }
}
