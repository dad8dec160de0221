//! Transactions that are under way: their rows have the stamp of the beginning
//! and are seen by nobody before the end.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use super::changes::{Change, apply_all};
use super::state::Salesforce;

/// The open transactions.
#[derive(Debug)]
pub(super) struct Late {
    /// When the first of them ends; far away when there is none.
    first: AtomicI64,
    open: Mutex<Vec<Transaction>>,
    /// Changes of transactions that could not be carried out in the end.
    taken_back: AtomicUsize,
}

#[derive(Debug)]
struct Transaction {
    /// The stamp of its rows, in milliseconds.
    began: i64,
    ends: i64,
    changes: Vec<Change>,
}

impl Default for Late {
    fn default() -> Late {
        Late { first: AtomicI64::new(i64::MAX), open: Mutex::default(), taken_back: AtomicUsize::new(0) }
    }
}

impl Late {
    /// How many transactions are open.
    pub(super) fn count(&self) -> usize {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// How many changes could not be carried out in the end.
    pub(super) fn taken_back(&self) -> usize {
        self.taken_back.load(Ordering::Relaxed)
    }

    /// Takes all open transactions back.
    pub(super) fn forget(&self) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.first.store(i64::MAX, Ordering::Relaxed);
    }

    pub(super) fn begin(&self, began: i64, ends: i64, changes: Vec<Change>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.push(Transaction { began, ends, changes });
        self.first.fetch_min(ends, Ordering::Relaxed);
    }
}

impl Salesforce {
    /// Makes visible what has ended by now. One that cannot be carried out any
    /// more, because its records are gone, leaves no trace.
    pub(super) fn settle(&self) {
        let first = self.late.first.load(Ordering::Relaxed);
        if first == i64::MAX || first > self.clock.now() {
            return;
        }
        let mut open = self.late.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.clock.now();
        let (mut ended, left): (Vec<_>, Vec<_>) = open.drain(..).partition(|transaction| transaction.ends <= now);
        ended.sort_by_key(|transaction| transaction.ends);
        for transaction in ended {
            let (done, _) = self.write_as_of(Some(transaction.began), |batch| apply_all(batch, &transaction.changes));
            if done.is_err() {
                self.late.taken_back.fetch_add(transaction.changes.len(), Ordering::Relaxed);
            }
        }
        let next = left.iter().map(|transaction| transaction.ends).min();
        *open = left;
        self.late.first.store(next.unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}
