//! An outage under load, over real sockets.
//!
//! Calls come at the pace of the clock while the provider answers 503 for a
//! while. What reached it is read from its own log.

mod evidence;

use super::in_real_time;
use evidence::{Made, Sample, judge};
use heddle_tests::{Server, ServerOptions};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Times are in milliseconds from the beginning.
pub(super) struct Storm {
    /// Calls before the calm, evenly over `load_ms`.
    pub(super) calls: u64,
    pub(super) load_ms: u64,
    /// When the provider fails.
    pub(super) from_ms: u64,
    pub(super) until_ms: u64,
    /// Calls at the same pace after `calm_ms`, of which none may fail.
    pub(super) calm_calls: u64,
    pub(super) calm_ms: u64,
    /// Requests that may reach the provider in all.
    pub(super) most: usize,
    /// And during the outage: it is about the same for a short one.
    pub(super) most_during: usize,
    /// Calls that may be told a time which nothing enforces.
    pub(super) most_guesses: usize,
}

const WHOLE: Storm = Storm {
    calls: 1_000,
    load_ms: 20_000,
    from_ms: 5_000,
    until_ms: 10_000,
    calm_calls: 50,
    calm_ms: 25_000,
    most: 1_105,
    most_during: 40,
    most_guesses: 0,
};

/// Longest wait that a call may be told, in milliseconds.
pub(super) const LONGEST_WAIT_MS: u64 = 12_000;

/// Two seconds of outage are over within the breaker's second, doubled time:
/// 2 s, then at most 4.8 s. At a quarter of the pace the first call may use up
/// its three tries before the five failures that open the breaker: it is told
/// a guess. A second one cannot, since its failures are the fourth to sixth.
const TENTH: Storm = Storm {
    calls: 100,
    load_ms: 8_000,
    from_ms: 2_000,
    until_ms: 4_000,
    calm_calls: 5,
    calm_ms: 10_000,
    most: 115,
    most_during: 40,
    most_guesses: 1,
};

/// Refusals that lie this close together speak of the same time.
const SAME_TIME_MS: u64 = 150;
/// How long before the time that was told a sample comes, and how long after.
const BEFORE_MS: u64 = 100;
const AFTER_MS: u64 = 30;

/// Runs the storm and prints what it came to.
pub(crate) fn storm(tenth: bool) -> bool {
    let storm = if tenth { &TENTH } else { &WHOLE };
    in_real_time(async move {
        let server = Arc::new(Server::with(ServerOptions::default()).await);
        // Connections and sessions are there before the clock starts.
        server.list(&[("limit", "1"), ("fields", "id")]).await;
        server.control("POST", "counters/reset", Value::Null).await;
        let (made, began_ms) = run(storm, &server).await;
        let arrivals = arrivals(&server, began_ms);
        judge(storm, &made, &arrivals)
    })
}

async fn run(storm: &Storm, server: &Arc<Server>) -> (Vec<(Made, Option<Sample>)>, u64) {
    let start = Instant::now();
    let outage = json!([{
        "match": "any", "kind": "status", "status": 503,
        "after_ms": storm.from_ms, "for_ms": storm.until_ms - storm.from_ms,
    }]);
    let began_ms = server.faults(outage).await["now_ms"].as_u64().unwrap_or_default();
    let caller = Caller { server: Arc::clone(server), start, told: Arc::default() };
    let load = (0..storm.calls).map(|n| n * storm.load_ms / storm.calls);
    let calm = (0..storm.calm_calls).map(|n| storm.calm_ms + n * storm.load_ms / storm.calls);
    let mut calls = Vec::new();
    for at_ms in load.chain(calm) {
        sleep_until(start + Duration::from_millis(at_ms)).await;
        let caller = caller.clone();
        calls.push(tokio::spawn(async move {
            let made = caller.make().await;
            let sample = caller.sample(&made).await;
            (made, sample)
        }));
    }
    let mut made = Vec::new();
    for call in calls {
        // A call that panicked is missing, and missing calls are counted.
        made.extend(call.await.ok());
    }
    (made, began_ms)
}

/// When requests reached the sandbox.
fn arrivals(server: &Server, began_ms: u64) -> Vec<u64> {
    let log = server.sandbox.counters()["log"].take();
    let entries = log.as_array().into_iter().flatten();
    let mut times: Vec<u64> =
        entries.filter_map(|entry| entry["t_ms"].as_u64()).map(|at| at.saturating_sub(began_ms)).collect();
    times.sort_unstable();
    times
}

#[derive(Clone)]
struct Caller {
    server: Arc<Server>,
    start: Instant,
    /// Times that calls were told to come back at, and that have a sample;
    /// apart for calls that had been sent and for those that had not.
    told: Arc<Mutex<Vec<(bool, u64)>>>,
}

impl Caller {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn make(&self) -> Made {
        let started_ms = self.now_ms();
        let answer = self.server.list(&[("limit", "1"), ("fields", "id")]).await;
        let wait = answer.json["retry_after"].as_f64();
        Made {
            started_ms,
            ended_ms: self.now_ms(),
            status: answer.status,
            code: answer.code().to_owned(),
            sent: answer.provider_calls(),
            wait_ms: wait.and_then(|s| u64::try_from(Duration::from_secs_f64(s).as_millis()).ok()),
        }
    }

    /// For the first call that is told a time: one call just before it, one just after.
    async fn sample(&self, made: &Made) -> Option<Sample> {
        let back_ms = made.back_ms()?;
        {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            let sent = made.sent > 0;
            if told.iter().any(|(other, at)| *other == sent && at.abs_diff(back_ms) < SAME_TIME_MS) {
                return None;
            }
            told.push((sent, back_ms));
        }
        let at = |ms| sleep_until(self.start + Duration::from_millis(ms));
        at(back_ms.saturating_sub(BEFORE_MS)).await;
        let before = self.make().await;
        at(back_ms + AFTER_MS).await;
        Some(Sample { back_ms, before, after: self.make().await })
    }
}
