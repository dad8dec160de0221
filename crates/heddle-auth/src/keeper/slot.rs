//! What is remembered of one grant.

use super::candidate::Held;
use super::flight::Flight;
use super::unpersisted::Unpersisted;
use crate::clock::moment;
use heddle_gate::{Failure, Token};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// First and longest wait before the next refresh after failed ones.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));
/// A provider's own wait hint is honoured up to this.
const LONGEST_HINT: Duration = Duration::from_secs(3600);
/// A stored verdict is read again after this, so that a repair by another
/// process is seen within a second. Costs a row read, no call.
const VERDICT_READ: Duration = Duration::from_secs(1);
/// A verdict that could not be stored would ask the provider again instead.
const VERDICT_UNSTORED: Duration = Duration::from_secs(60);
/// A token from the future by more than this shows that the clock was set back.
const CLOCK_SLIP: Duration = Duration::from_secs(60);

/// A token with its times.
pub(super) struct Snapshot {
    pub(super) token: Token,
    pub(super) obtained_at: SystemTime,
    pub(super) expires_at: SystemTime,
}

impl Snapshot {
    fn left(&self, now: SystemTime) -> Duration {
        self.expires_at.duration_since(now).unwrap_or_default()
    }

    /// Whether it has `min_ttl` of life left, and a margin for clocks: 60 s or
    /// 1 % of its life, at most 20 %. Nobody can ask for more than half of its
    /// life, or short-lived tokens would be refreshed at every call.
    pub(super) fn is_fresh(&self, now: SystemTime, min_ttl: Duration) -> bool {
        let ttl = self.expires_at.duration_since(self.obtained_at).unwrap_or_default();
        let margin = Duration::from_secs(60).max(ttl / 100).min(ttl / 5);
        self.left(now) > margin.max(min_ttl.min(ttl / 2)) && self.obtained_at <= now + CLOCK_SLIP
    }
}

/// A grant's place in memory.
#[derive(Default)]
pub(super) struct Slot(Mutex<SlotState>);

impl Slot {
    pub(super) fn new(state: SlotState) -> Self {
        Self(Mutex::new(state))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, SlotState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Never locked across an await.
#[derive(Default)]
pub(super) struct SlotState {
    /// The newest token.
    pub(super) snapshot: Option<Arc<Snapshot>>,
    /// The refresh under way.
    pub(super) flight: Option<Flight>,
    /// When a refused token last made us ask for a new one.
    pub(super) forced_at: Option<Instant>,
    /// The next refresh asks the provider whatever the stored state is.
    pub(super) probe: bool,
    /// The connection was deleted, or the candidate dropped.
    pub(super) gone: bool,
    /// Set for a candidate.
    pub(super) candidate: Option<Arc<Held>>,
    /// A token that the database does not have yet.
    pub(super) unpersisted: Option<Arc<Unpersisted>>,
    /// A version that the provider refused and that could not be replaced.
    refused: Option<u64>,
    verdict: Option<(Failure, Instant)>,
    failures: u32,
    next_try: Option<(Failure, Instant)>,
}

impl SlotState {
    pub(super) fn of_candidate(held: Held) -> Self {
        Self { candidate: Some(Arc::new(held)), ..Self::default() }
    }

    pub(super) fn with_snapshot(snapshot: Option<Arc<Snapshot>>) -> Self {
        Self { snapshot, ..Self::default() }
    }

    pub(super) fn version(&self) -> u64 {
        self.snapshot.as_ref().map_or(0, |s| s.token.version)
    }

    fn accepted(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref().filter(|s| self.refused != Some(s.token.version))
    }

    pub(super) fn fresh(&self, now: SystemTime, min_ttl: Duration) -> Option<&Arc<Snapshot>> {
        self.accepted().filter(|s| s.is_fresh(now, min_ttl))
    }

    /// The token at hand, if its time is not over.
    pub(super) fn usable(&self, now: SystemTime) -> Option<Arc<Snapshot>> {
        self.accepted().filter(|s| s.expires_at > now).cloned()
    }

    pub(super) fn verdict(&self) -> Option<Failure> {
        self.verdict.as_ref().filter(|(_, until)| moment() < *until).map(|(f, _)| f.clone())
    }

    /// The last failure, while it is too early for another try.
    pub(super) fn cooling(&self) -> Option<Failure> {
        let (failure, at) = self.next_try.as_ref()?;
        let wait = at.checked_duration_since(moment()).filter(|w| !w.is_zero())?;
        Some(failure.clone().retry_after(wait))
    }

    pub(super) fn reopen(&mut self) {
        self.verdict = None;
        self.next_try = None;
        self.failures = 0;
        self.probe = true;
    }

    pub(super) fn bury(&mut self) {
        *self = Self { gone: true, flight: self.flight.take(), ..Self::default() };
    }

    pub(super) fn outlived(&self) -> bool {
        self.candidate.as_ref().is_some_and(|c| moment() >= c.until)
    }

    /// Takes a token over, unless a newer one is there.
    pub(super) fn publish(&mut self, snapshot: Arc<Snapshot>) {
        if snapshot.token.version >= self.version() {
            self.snapshot = Some(snapshot);
        }
        self.refused = None;
        self.verdict = None;
        self.next_try = None;
        self.failures = 0;
    }

    pub(super) fn condemn(&mut self, failure: Failure, stored: bool) {
        let life = if stored { VERDICT_READ } else { VERDICT_UNSTORED };
        self.snapshot = None;
        self.verdict = Some((failure, moment() + life));
    }

    /// Notes a passing failure and gives it the time of the next try: full
    /// jitter over a doubling wait, never less than the provider asked for.
    pub(super) fn cool_down(&mut self, failure: Failure, refused: Option<u64>) -> Failure {
        self.failures = self.failures.saturating_add(1);
        let ceiling = BACKOFF.0.saturating_mul(1 << self.failures.min(10) >> 1).min(BACKOFF.1);
        let drawn = ceiling.mul_f64(fastrand::f64());
        let wait = failure.retry_after.unwrap_or_default().min(LONGEST_HINT).max(drawn);
        let failure = failure.retry_after(wait);
        self.next_try = Some((failure.clone(), moment() + wait));
        self.refused = refused.or(self.refused);
        failure
    }
}
