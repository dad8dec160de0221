//! Faults on request: which calls fail, how, how often and when.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::CallKind;

/// One fault as the control API takes it.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// A kind of call, `write` for every call that changes records, `data` for
    /// every data call, or `any`.
    #[serde(rename = "match", default = "any")]
    pub matches: String,
    /// How the call fails.
    pub kind: FaultKind,
    /// HTTP status of a `status` fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Body of a `status` fault; the provider's own words when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Content type of `body`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Further answer headers of a `status` fault.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Length of a `latency` or `silence` fault in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// How many calls it hits; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u64>,
    /// How long it lasts, counted from its beginning; without end when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub for_ms: Option<u64>,
    /// When it begins, in milliseconds after it was ordered.
    #[serde(default)]
    pub after_ms: u64,
    /// Whether the call is carried out first. A cut body always is.
    #[serde(default)]
    pub when: When,
    /// How likely it hits a call that matches, 0 to 1; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// The dice of `probability`: the same seed hits the same calls.
    #[serde(default)]
    pub seed: u64,
}

/// When a fault strikes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Instead of carrying the call out.
    #[default]
    Before,
    /// After the call was carried out: what it wrote stays, only its answer
    /// is lost or late.
    After,
}

fn any() -> String {
    "any".to_owned()
}

/// The ways a call can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// An HTTP status instead of the answer.
    Status,
    /// The answer, but later.
    Latency,
    /// The connection is closed before any byte of the answer.
    Reset,
    /// The connection is closed after half of the body.
    ResetMidBody,
    /// A complete answer whose body is cut in half.
    Truncate,
    /// No answer for `ms`, then the connection is closed.
    Silence,
    /// An HTML page with status 200.
    #[serde(rename = "html_200")]
    Html200,
    /// Bytes that are not JSON, announced as JSON, with status 200.
    Garbage,
    /// The provider's refusal of a write whose row another writer holds.
    Locked,
}

/// What to do to one call.
#[derive(Clone, Debug, Default)]
pub struct Injection {
    /// Wait this long first.
    pub latency: Duration,
    /// Wait this long before the answer leaves.
    pub late: Duration,
    /// Then fail so; the true answer when absent.
    pub fault: Option<Fault>,
}

/// The faults in force.
#[derive(Debug, Default)]
pub struct Faults {
    queue: Mutex<Vec<Ordered>>,
}

#[derive(Debug)]
struct Ordered {
    fault: Fault,
    from_ms: u64,
    until_ms: u64,
    left: u64,
    dice: fastrand::Rng,
}

impl Faults {
    /// Adds faults; windows are counted from `now_ms`.
    pub fn add(&self, faults: Vec<Fault>, now_ms: u64) {
        let mut queue = self.lock();
        for fault in faults {
            let from_ms = now_ms.saturating_add(fault.after_ms);
            queue.push(Ordered {
                from_ms,
                until_ms: from_ms.saturating_add(fault.for_ms.unwrap_or(u64::MAX)),
                left: fault.times.unwrap_or(u64::MAX),
                dice: fastrand::Rng::with_seed(fault.seed),
                fault,
            });
        }
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// What happens to a call of `kind` now. Delays add up; the first other
    /// fault that matches wins. Each one used spends one of its `times`.
    pub fn next(&self, kind: CallKind, now_ms: u64) -> Injection {
        let mut injection = Injection::default();
        let mut queue = self.lock();
        if queue.is_empty() {
            return injection;
        }
        queue.retain(|ordered| ordered.left > 0 && now_ms < ordered.until_ms);
        for ordered in queue.iter_mut() {
            if now_ms < ordered.from_ms || !ordered.fault.hits(kind) {
                continue;
            }
            if ordered.fault.probability.is_some_and(|probability| ordered.dice.f64() >= probability) {
                continue;
            }
            if ordered.fault.kind == FaultKind::Latency {
                let delay = Duration::from_millis(ordered.fault.ms.unwrap_or(0));
                match ordered.fault.when {
                    When::Before => injection.latency += delay,
                    When::After => injection.late += delay,
                }
                ordered.left -= 1;
            } else if injection.fault.is_none() {
                injection.fault = Some(ordered.fault.clone());
                ordered.left -= 1;
            }
        }
        injection
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Ordered>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fault {
    fn hits(&self, kind: CallKind) -> bool {
        match self.matches.as_str() {
            "any" => true,
            "data" => kind.data,
            "write" => kind.write,
            word => word == kind.name,
        }
    }
}
