//! Counts of calls that reached a stand-in, and a log of the last ones.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use serde::Serialize;
use serde_json::{Value, json};

use super::CallKind;

/// How many calls the log keeps.
const LOG_LENGTH: usize = 2_000;

/// One call in the log.
#[derive(Clone, Debug, Serialize)]
pub struct LogEntry {
    /// When it arrived, in milliseconds since the stand-in started.
    pub t_ms: u64,
    /// The kind of call.
    pub kind: &'static str,
    /// The HTTP status answered; 0 when the connection was cut or left silent.
    pub status: u16,
    /// The query text, for calls that carry one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub soql: Option<String>,
}

/// Rows written. A row that an undone call had written does not count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// New rows.
    pub created: u64,
    /// Changed rows, whether or not a value differs.
    pub updated: u64,
    /// Deleted rows, with those deleted along with their parent.
    pub deleted: u64,
}

impl std::ops::AddAssign for RowCounts {
    fn add_assign(&mut self, more: RowCounts) {
        self.created += more.created;
        self.updated += more.updated;
        self.deleted += more.deleted;
    }
}

/// Counts by kind. Every request that reaches the stand-in is counted once,
/// whatever the answer was; control requests are not.
#[derive(Debug, Default)]
pub struct Counters {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    calls: BTreeMap<&'static str, u64>,
    data_calls: u64,
    tokens: u64,
    refused: u64,
    rows: RowCounts,
    log: VecDeque<LogEntry>,
}

impl Counters {
    /// Counts one finished call. `token_issued` says that it handed out a
    /// token; `rows` what it wrote, even when the answer was then lost.
    pub fn record(&self, kind: CallKind, token_issued: bool, rows: RowCounts, entry: LogEntry) {
        let mut inner = self.lock();
        *inner.calls.entry(kind.name).or_default() += 1;
        inner.data_calls += u64::from(kind.data);
        inner.tokens += u64::from(token_issued);
        inner.rows += rows;
        inner.refused += u64::from(entry.status == 0 || entry.status >= 400);
        if inner.log.len() == LOG_LENGTH {
            inner.log.pop_front();
        }
        inner.log.push_back(entry);
    }

    /// Sets every count to zero and empties the log.
    pub fn reset(&self) {
        *self.lock() = Inner::default();
    }

    /// How many calls of one kind arrived.
    #[must_use]
    pub fn calls(&self, kind: &str) -> u64 {
        self.lock().calls.get(kind).copied().unwrap_or(0)
    }

    /// The counters as the control API shows them. `kinds` lists the words
    /// that appear even when their count is zero.
    #[must_use]
    pub fn to_json(&self, kinds: &[CallKind], now_ms: u64) -> Value {
        let inner = self.lock();
        let calls: serde_json::Map<String, Value> = kinds
            .iter()
            .map(|kind| {
                let count = inner.calls.get(kind.name).copied().unwrap_or(0);
                (kind.name.to_owned(), count.into())
            })
            .collect();
        json!({
            "now_ms": now_ms,
            "calls": calls,
            "data_calls": inner.data_calls,
            "tokens": inner.tokens,
            "refused": inner.refused,
            "rows": inner.rows,
            "log": inner.log,
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
