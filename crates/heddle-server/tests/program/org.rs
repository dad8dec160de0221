//! A Salesforce sandbox in this process, with secrets that must appear nowhere.

use crate::http::{Reply, send};
use crate::process::{Ended, Program};
use heddle_sandbox::{Salesforce, SalesforceOptions};
use serde_json::{Value, json};

pub(crate) const CLIENT_ID: &str = "program-consumer-key";
pub(crate) const CLIENT_SECRET: &str = "canary-consumer-secret-5d2e";

pub(crate) struct Org(Salesforce);

impl Org {
    pub(crate) fn start() -> Self {
        let options = SalesforceOptions {
            contacts: 300,
            accounts: 40,
            client_id: CLIENT_ID.to_owned(),
            client_secret: CLIENT_SECRET.to_owned(),
            ..SalesforceOptions::default()
        };
        Self(now(Salesforce::start(options)).unwrap())
    }

    pub(crate) fn url(&self) -> String {
        self.0.url()
    }

    pub(crate) fn control(&self, path: &str, body: Value) {
        let answer = now(self.0.control("POST", path, body));
        assert!(answer.get("error").is_none(), "{answer}");
    }

    /// Token calls that arrived.
    pub(crate) fn token_calls(&self) -> u64 {
        self.0.calls("token")
    }

    /// Calls of any kind that arrived.
    pub(crate) fn all_calls(&self) -> u64 {
        self.0.counters()["calls"].as_object().unwrap().values().filter_map(Value::as_u64).sum()
    }

    /// Calls of one kind that arrived.
    pub(crate) fn calls(&self, kind: &str) -> u64 {
        self.0.calls(kind)
    }

    /// Records that were made.
    pub(crate) fn made(&self) -> u64 {
        self.0.counters()["rows"]["created"].as_u64().unwrap()
    }

    /// Asks for a token, past the program.
    pub(crate) fn token(&self) -> String {
        let form = format!("grant_type=client_credentials&client_id={CLIENT_ID}&client_secret={CLIENT_SECRET}");
        let headers = ["Content-Type: application/x-www-form-urlencoded".to_owned()];
        let answer = send(&self.url(), "POST /services/oauth2/token", &headers, &form).unwrap().expect(200);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// A call with a token, past the program.
    pub(crate) fn limits(&self, token: &str) -> Reply {
        let headers = [format!("Authorization: Bearer {token}")];
        send(&self.url(), "GET /services/data/v66.0/limits", &headers, "").unwrap()
    }

    /// Runs `connect salesforce` for the tenant `acme`.
    pub(crate) fn connect(&self, program: &Program) -> Ended {
        program.run(&["connect", "salesforce", "--tenant", "acme", "--my-domain", &self.url()])
    }
}

/// A program that is ready to serve, with the app's credentials around it.
pub(crate) fn program() -> Program {
    Program::with_key().with("SF_CONSUMER_KEY", CLIENT_ID).with("SF_CONSUMER_SECRET", CLIENT_SECRET)
}

/// The same, connected; with the connection's id.
pub(crate) fn connected(org: &Org) -> (Program, String) {
    let program = program();
    let id = org.connect(&program).expect(0).out.trim().to_owned();
    (program, id)
}

/// Delays one query by `ms`.
pub(crate) fn one_slow_query(ms: u64) -> Value {
    json!([{"match": "query", "kind": "latency", "ms": ms, "times": 1}])
}

fn now<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}
