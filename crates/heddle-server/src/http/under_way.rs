//! Requests under way, so that a stop can say how many it cut off.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Counts requests until they have an answer.
#[derive(Debug, Clone, Default)]
pub struct UnderWay(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    requests: AtomicUsize,
    stopping: AtomicBool,
}

impl UnderWay {
    /// One more, until the guard is told that it is answered or is dropped.
    pub(crate) fn begin(&self) -> Guard {
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        Guard { all: self.clone(), answered: false }
    }

    /// From now on a request that goes without an answer stays counted: before,
    /// its client had left.
    pub(crate) fn stop(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether the server is stopping: what can go on elsewhere should end.
    pub(crate) fn is_stopping(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// How many have no answer.
    pub fn unanswered(&self) -> usize {
        self.0.requests.load(Ordering::Relaxed)
    }
}

/// One request.
#[derive(Debug)]
pub(crate) struct Guard {
    all: UnderWay,
    answered: bool,
}

impl Guard {
    /// The request has its answer.
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if self.answered || !self.all.0.stopping.load(Ordering::Relaxed) {
            self.all.0.requests.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_stop_leaves_without_an_answer_stays_counted() {
        let all = UnderWay::default();
        let (answered, left, late, cut) = (all.begin(), all.begin(), all.begin(), all.begin());
        assert_eq!(all.unanswered(), 4);
        answered.answered();
        drop(left);
        assert_eq!(all.unanswered(), 2);
        all.stop();
        late.answered();
        drop(cut);
        assert_eq!(all.unanswered(), 1);
    }
}
