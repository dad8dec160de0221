//! Many creates on a bad network: with a key none happens twice, without one
//! an unknown outcome is said and not repeated.

use super::in_real_time;
use super::table::Table;
use futures_util::stream::{self, StreamExt};
use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::sleep;

/// Requests at once.
const AT_ONCE: usize = 32;
/// Sends of one write by its client, which gives up after them.
const TRIES: usize = 300;
/// How long the sandbox holds back a late answer, in milliseconds: longer than
/// the gate waits for one.
const LATE_MS: u64 = 1_500;
/// How long the gate waits for an answer.
const PER_TRY: Duration = Duration::from_millis(1_000);
/// How long a client waits for an answer that it leaves in the middle.
const IMPATIENT: Duration = Duration::from_millis(60);

/// What the client of one write was told in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Told {
    Made,
    Unknown,
    Refused,
    GaveUp,
}

/// Runs both halves and prints what they came to.
pub(crate) fn writes(tenth: bool, seed: u64) -> bool {
    let count = if tenth { 1_000 } else { 10_000 };
    in_real_time(async move { keyed(count, seed).await & bare(count / 10, seed).await })
}

async fn server() -> Arc<Server> {
    let tune = |settings: &mut heddle_tests::WiringSettings| settings.gate.interactive_try = PER_TRY;
    let server = Server::with(ServerOptions { tune, ..ServerOptions::default() }).await;
    server.control("POST", "counters/reset", Value::Null).await;
    Arc::new(server)
}

/// Resets and late and cut answers, before and after the write is carried out.
fn faults(seed: u64) -> Value {
    let fault = |kind: &str, when: &str, probability: f64, seed: u64| {
        let ms = if kind == "latency" { json!(LATE_MS) } else { Value::Null };
        let mut fault =
            json!({"match": "create", "kind": kind, "when": when, "probability": probability, "seed": seed});
        if !ms.is_null() {
            fault["ms"] = ms;
        }
        fault
    };
    json!([
        fault("reset", "before", 0.02, seed),
        fault("reset", "after", 0.02, seed + 1),
        fault("truncate", "after", 0.01, seed + 2),
        fault("latency", "after", 0.005, seed + 3),
    ])
}

async fn keyed(count: usize, seed: u64) -> bool {
    let server = server().await;
    server.faults(faults(seed)).await;
    let told: BTreeMap<usize, Told> = stream::iter(0..count)
        .map(|n| {
            let server = Arc::clone(&server);
            async move { (n, client(&server, n).await) }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    server.control("DELETE", "faults", Value::Null).await;
    let rows = rows(&server).await;
    let mut table = Table::default();
    let twice = rows.values().filter(|times| **times > 1).count();
    table.exactly("records that are there more than once", twice, 0);
    let there = |n: usize| rows.contains_key(&name(n));
    let of = |what: Told| told.iter().filter(move |(_, t)| **t == what).map(|(n, _)| *n);
    table.exactly("told made, and not there", of(Told::Made).filter(|n| !there(*n)).count(), 0);
    table.exactly("told refused, and there all the same", of(Told::Refused).filter(|n| there(*n)).count(), 0);
    table.exactly("clients without any answer", of(Told::GaveUp).count(), 0);
    let unknown = of(Told::Unknown).count();
    table.line("told unknown", unknown.to_string(), "more than 0".to_owned(), unknown > 0);
    table.note("of these there", of(Told::Unknown).filter(|n| there(*n)).count().to_string());
    table.note("told made", of(Told::Made).count().to_string());
    table.note("told refused", of(Told::Refused).count().to_string());
    table.print(&format!("{count} creates with an idempotency key (seed {seed})"))
}

/// One client: leaves some answers in the middle, comes back, and asks until it
/// is told how its write ended.
async fn client(server: &Server, n: usize) -> Told {
    let body = json!({"last_name": name(n)}).to_string();
    let mut last = "no whole answer".to_owned();
    for attempt in 0..TRIES {
        let request = server.request("POST", "/v1/crm/contacts").header("idempotency-key", format!("proof-{n}"));
        let mut request = request.header("content-type", "application/json").body(body.clone());
        if attempt == 0 && n.is_multiple_of(7) {
            request = request.timeout(IMPATIENT);
        }
        let Some(answer) = server.tried(request).await else { continue };
        match told(&answer) {
            Some(told) => return told,
            None => {
                last = format!("{} {}", answer.status, answer.code());
                sleep(pause(&answer)).await;
            }
        }
    }
    println!("write {n} was not told its end in {TRIES} tries; the last answer was {last}");
    Told::GaveUp
}

/// `None`: ask again.
fn told(answer: &Answer) -> Option<Told> {
    match (answer.status, answer.code()) {
        (201, _) => Some(Told::Made),
        (_, "outcome_unknown") => Some(Told::Unknown),
        (409, "idempotency_in_progress") => None,
        _ if answer.json["retryable"] == true => None,
        _ => Some(Told::Refused),
    }
}

fn pause(answer: &Answer) -> Duration {
    let told = answer.json["retry_after"].as_f64().unwrap_or(0.1);
    Duration::from_secs_f64(told.clamp(0.05, 10.0))
}

async fn bare(count: usize, seed: u64) -> bool {
    let server = server().await;
    server.faults(faults(seed)).await;
    let answers: Vec<(usize, Answer)> = stream::iter(0..count)
        .map(|n| {
            let server = Arc::clone(&server);
            async move {
                let request = server.request("POST", "/v1/crm/contacts").header("content-type", "application/json");
                (n, server.sent(request.body(json!({"last_name": name(n)}).to_string())).await)
            }
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    server.control("DELETE", "faults", Value::Null).await;
    let rows = rows(&server).await;
    let mut table = Table::default();
    table.exactly("records that are there more than once", rows.values().filter(|times| **times > 1).count(), 0);
    let there = |n: &usize| rows.contains_key(&name(*n));
    let hidden = answers.iter().filter(|(n, a)| a.status != 201 && a.code() != "outcome_unknown" && there(n)).count();
    table.exactly("there, and told neither made nor unknown", hidden, 0);
    let missing = answers.iter().filter(|(n, a)| a.status == 201 && !there(n)).count();
    table.exactly("told made, and not there", missing, 0);
    let unknown = answers.iter().filter(|(_, a)| a.code() == "outcome_unknown");
    table.line("told unknown", unknown.clone().count().to_string(), "more than 0".to_owned(), unknown.count() > 0);
    let again = answers.iter().filter(|(_, a)| a.code() == "outcome_unknown" && a.provider_calls() != 1).count();
    table.exactly("unknown after more than one send", again, 0);
    table.print(&format!("{count} creates without a key (seed {seed})"))
}

pub(super) fn name(n: usize) -> String {
    format!("Proof {n}")
}

/// How many times each of the proof's contacts is there.
async fn rows(server: &Server) -> BTreeMap<String, usize> {
    let answer = server.control("GET", "rows?object=Contact&field=LastName", Value::Null).await;
    count(&answer)
}

pub(super) fn count(answer: &Value) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in answer["rows"].as_array().into_iter().flatten() {
        let name = row["values"]["LastName"].as_str().unwrap_or_default();
        if name.starts_with("Proof ") {
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
    counts
}
