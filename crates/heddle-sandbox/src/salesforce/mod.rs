//! A Salesforce org: consent page, token endpoint, sessions, queries, describe,
//! limits, and the one SOAP call for which there is no other way.
//!
//! Written from the documented and recorded behaviour of REST API v66.0. What
//! it does not understand it refuses in Salesforce's words.
//!
//! # Control requests (`/_sandbox/...`, JSON, on both listeners)
//!
//! - `POST reset`, `POST seed {contacts, accounts, seed}`
//! - `POST expire_sessions`
//! - `GET settings`, `POST settings {daily_limit, used, soft_limit, hard_cap,
//!   hidden_fields, api_enabled, view_all_data,
//!   private_sharing, limits_forbidden,
//!   state_country_picklists, token_error, token_delay_ms,
//!   extra_custom_fields, record_types, read_only_fields, retyped_fields {"Object.Field": type},
//!   multi_currency, default_currency, replication_ids, job_polls, job_failure, job_refused, unlimited,
//!   duplicate_rule: "none" | "alert" |
//!   "block", callback_urls, require_pkce, code_life_ms,
//!   rotate_refresh_tokens, jwt_public_key, app_not_propagated}`: only what is
//!   named changes;
//!   `app_not_propagated: N` lets the next N token requests fail
//! - `POST drop_jobs`: bulk jobs are gone, as after seven days
//! - `POST end_grants`: as an administrator who revokes the app's access;
//!   `GET grants`: consents alive, and uses of spent refresh tokens so far
//! - `POST refresh_org`: as a refresh of a customer's test org: all tokens
//!   die; organisation, users and records have other ids
//! - `POST move {to: "main" | "alternate" | "hostile" | URL, old_host:
//!   "redirect" | "url_not_reset" | "gone420"}`
//! - `POST contacts {fields}`, `POST accounts {fields}`, `POST touch {id,
//!   fields}`: write records past the API
//! - `POST changes {changes: [...], commit_after_seconds}`: one transaction of
//!   `{do: "create", object, fields}`, `{do: "update", id, fields, system}`,
//!   `{do: "delete" | "undelete" | "purge", id}`, `{do: "merge", winner,
//!   losers}`; with `commit_after_seconds` it has the stamp and the ids of now
//!   and is seen by nobody for that long
//! - `GET clock`, `POST clock {at, advance_seconds, still}`: the org's own time,
//!   forwards only; once a day of it the bin loses what is too old
//! - `POST empty_bin {older_than_days}`: the bin loses it now; 15 days when not
//!   given
//! - `GET rows?object=Contact&field=Email`: the live records with their ids
//!   and the named fields; `field` any number of times; `deleted=true` adds
//!   those in the bin
//! - `POST faults [...]`, `DELETE faults`: see [`crate::control::Fault`]
//! - `GET counters`, `POST counters/reset`

mod bulk;
mod changes;
mod clock;
mod composite;
mod control;
mod describe;
mod errors;
mod host;
mod ids;
mod late;
mod oauth;
mod org;
mod platform;
mod query;
mod record;
mod replication;
mod route;
mod schema;
mod seed;
mod settings;
mod soap;
mod soql;
mod state;
mod token;
mod value;
mod write;

use std::io;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::serve::{Listening, Ports, Stage, listen};

/// What a sandbox org is made of.
#[derive(Clone, Debug)]
pub struct SalesforceOptions {
    /// The same seed gives the same org.
    pub seed: u64,
    /// Live contacts; a few deleted ones come on top.
    pub contacts: usize,
    /// Accounts.
    pub accounts: usize,
    /// Calls in 24 hours. Developer Edition has 15,000.
    pub daily_limit: u64,
    /// The consumer key that gets tokens.
    pub client_id: String,
    /// Its secret.
    pub client_secret: String,
    /// Port of the first listener on 127.0.0.1; 0 lets the system choose.
    pub port: u16,
    /// Port of the second listener.
    pub alternate_port: u16,
    /// Whether answers are compressed for clients that accept it.
    pub gzip: bool,
}

impl Default for SalesforceOptions {
    fn default() -> Self {
        SalesforceOptions {
            seed: 1,
            contacts: 5_000,
            accounts: 800,
            daily_limit: 15_000,
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            port: 0,
            alternate_port: 0,
            gzip: false,
        }
    }
}

/// A running org. Dropping it stops it without waiting.
pub struct Salesforce {
    stage: Arc<Stage>,
    listening: Listening,
    urls: [String; 2],
}

impl Salesforce {
    /// Seeds an org and serves it on two loopback ports, on a thread of its
    /// own; works inside any Tokio runtime.
    ///
    /// # Errors
    /// When a port cannot be bound.
    pub async fn start(options: SalesforceOptions) -> io::Result<Salesforce> {
        let gzip = options.gzip;
        let ports = Ports { main: options.port, alternate: options.alternate_port };
        let org = Arc::new(state::Salesforce::new(options));
        let provider = Arc::clone(&org);
        let stage = Arc::new(Stage::new(provider));
        let (listening, bound) = listen(Arc::clone(&stage), ports, gzip).await?;
        let urls = [bound.main, bound.alternate].map(|port| format!("http://127.0.0.1:{port}"));
        org.urls.get_or_init(|| urls.clone());
        Ok(Salesforce { stage, listening, urls })
    }

    /// The org's My Domain, `http://127.0.0.1:PORT`: token endpoint and first
    /// instance host.
    #[must_use]
    pub fn url(&self) -> String {
        self.urls[0].clone()
    }

    /// The second listener: the org's new host after a move.
    #[must_use]
    pub fn alternate_url(&self) -> String {
        self.urls[1].clone()
    }

    /// The counters, as `GET /_sandbox/counters` shows them.
    #[must_use]
    pub fn counters(&self) -> Value {
        self.stage.counters_json()
    }

    /// How many calls of one kind arrived (`token`, `query`, ...).
    #[must_use]
    pub fn calls(&self, kind: &str) -> u64 {
        self.stage.counters.calls(kind)
    }

    /// One control request without HTTP: `control("POST", "settings", ...)`.
    /// `path` with or without `/_sandbox`. A refused request answers
    /// `{"error": "..."}`.
    pub async fn control(&self, method: &str, path: &str, body: Value) -> Value {
        self.stage.control(method, path, body).unwrap_or_else(|error| json!({ "error": error }))
    }

    /// Stops serving and waits for the end of the thread.
    pub async fn stop(self) {
        self.listening.stop().await;
    }
}
