//! The server is killed in the middle of writes, again and again.

mod program;

use super::in_real_time;
use super::table::Table;
use super::writes::{count, name};
use heddle_tests::Answer;
use program::Program;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};

/// Writes per second.
const RATE: u64 = 200;
/// Longest time from the first write of a round to the kill, in milliseconds.
const LIFE_MS: u64 = 2_500;
/// How long a replay is asked for before it counts as unanswered: the time
/// after which a killed server counts as dead, and some more.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a write ended, as its client knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Told {
    Made,
    Unknown,
    Refused,
}

/// Kills the server ten times under 200 writes per second, asks for every write
/// again, and compares what was told with what is there.
pub(crate) fn crash(tenth: bool, seed: u64) -> bool {
    let kills = if tenth { 1 } else { 10 };
    in_real_time(async move {
        match Program::new().await {
            Ok(program) => rounds(program, kills, seed).await,
            Err(why) => {
                println!("{why}");
                false
            }
        }
    })
}

async fn rounds(mut program: Program, kills: u64, seed: u64) -> bool {
    let told: Arc<Mutex<BTreeMap<usize, Told>>> = Arc::default();
    let mut sent = 0;
    let mut cut = 0;
    for round in 0..kills {
        let base = program.start();
        // Not the same moment in each round, and the same moments for one seed.
        let life = LIFE_MS / 2 + (seed + round).wrapping_mul(2_654_435_761) % (LIFE_MS / 2);
        let start = Instant::now();
        let mut writes = Vec::new();
        let first = sent;
        while start.elapsed() < Duration::from_millis(life) {
            sleep_until(start + Duration::from_micros(1_000_000 / RATE * u64::try_from(sent - first).unwrap_or(0)))
                .await;
            let (request, told, n) = (program.create(&base, sent), Arc::clone(&told), sent);
            writes.push(tokio::spawn(async move {
                if let Some(end) = request.await.as_ref().and_then(ended) {
                    told.lock().unwrap_or_else(PoisonError::into_inner).insert(n, end);
                }
            }));
            sent += 1;
        }
        program.kill();
        for write in writes {
            let _ = write.await;
        }
        let known = told.lock().unwrap_or_else(PoisonError::into_inner);
        cut += (first..sent).filter(|n| !known.contains_key(n)).count();
    }
    let base = program.start();
    let mut unanswered = 0;
    for n in 0..sent {
        let known = told.lock().unwrap_or_else(PoisonError::into_inner).get(&n).copied();
        let replayed = replay(&program, &base, n).await;
        match (known, replayed) {
            (None, Some(end)) => drop(told.lock().unwrap_or_else(PoisonError::into_inner).insert(n, end)),
            (Some(Told::Refused), _) => {}
            (Some(known), Some(end)) if known == end => {}
            _ => unanswered += 1,
        }
    }
    program.kill();
    let rows = count(&program.rows().await);
    let told = told.lock().unwrap_or_else(PoisonError::into_inner);
    let mut table = Table::default();
    let of = |what: Told| told.iter().filter(move |(_, t)| **t == what).map(|(n, _)| *n);
    let there = |n: usize| rows.contains_key(&name(n));
    table.exactly("records that are there more than once", rows.values().filter(|times| **times > 1).count(), 0);
    table.exactly("told made, and not there", of(Told::Made).filter(|n| !there(*n)).count(), 0);
    table.exactly("told refused, and there all the same", of(Told::Refused).filter(|n| there(*n)).count(), 0);
    table.exactly("writes whose replay says nothing or something else", unanswered, 0);
    let most = usize::try_from(kills * 150).unwrap_or(usize::MAX);
    table.line("writes without an answer when the server died", cut.to_string(), "more than 0".to_owned(), cut > 0);
    let unknown = of(Told::Unknown).count();
    let some = format!("1 to {most}");
    table.line("told unknown on replay", unknown.to_string(), some, (1..=most).contains(&unknown));
    table.note("of these there", of(Told::Unknown).filter(|n| there(*n)).count().to_string());
    table.note("told made", of(Told::Made).count().to_string());
    table.print(&format!("{sent} writes, {RATE} a second, the server killed {kills} times (seed {seed})"))
}

/// Asks for a write's end until there is one.
async fn replay(program: &Program, base: &str, n: usize) -> Option<Told> {
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(end) = program.create(base, n).await.as_ref().and_then(ended) {
            return Some(end);
        }
        sleep(Duration::from_millis(200)).await;
    }
    None
}

/// `None`: not known yet.
fn ended(answer: &Answer) -> Option<Told> {
    match (answer.status, answer.code()) {
        (201, _) => Some(Told::Made),
        (_, "outcome_unknown") => Some(Told::Unknown),
        _ if answer.json["retryable"] == true => None,
        _ => Some(Told::Refused),
    }
}

/// What one write sends.
fn body(n: usize) -> Value {
    json!({"last_name": name(n)})
}
