//! What is remembered of one grant.

use super::candidate::Held;
use super::flight::Flight;
use super::unpersisted::Unpersisted;
use crate::clock::moment;
use heddle_gate::{Failure, FailureKind, Token};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};
use tokio::time::Instant;

/// First and longest wait before the next refresh after failures that pass by
/// themselves.
const BACKOFF: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(300));
/// The same after answers that call the app or its set-up wrong: usually a
/// person has to act, but one odd answer must not disable a connection.
const SETUP_BACKOFF: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(900));
/// A provider's own wait hint is honoured up to this.
const LONGEST_HINT: Duration = Duration::from_secs(3600);
/// The row of a grant that gives no token is read again after this, so that a
/// repair by another process is seen within a second. Costs a row read, no call.
const ROW_READ: Duration = Duration::from_secs(1);
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
    /// The connection was deleted, or the candidate dropped.
    pub(super) gone: bool,
    /// Set for a candidate.
    pub(super) candidate: Option<Arc<Held>>,
    /// A token that the database does not have yet.
    pub(super) unpersisted: Option<Arc<Unpersisted>>,
    /// The newest version that the provider refused and that could not be
    /// replaced; 0 when there is none.
    refused: u64,
    verdict: Option<(Failure, Instant)>,
    setback: Option<Setback>,
}

/// Failed refreshes that are worth another try.
struct Setback {
    failure: Failure,
    in_a_row: u32,
    next_try: Instant,
    next_look: Instant,
}

impl Setback {
    fn is_setup(failure: &Failure) -> bool {
        matches!(failure.kind, FailureKind::Misconfigured | FailureKind::AppUnknown)
    }
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

    /// Only a token of a later version will do: older ones are known, and no
    /// good.
    pub(super) fn seen(&self) -> u64 {
        self.version().max(self.refused)
    }

    /// The provider refused this version: it is not handed out again, wherever
    /// it is found.
    pub(super) fn refuse(&mut self, version: u64) {
        self.refused = self.refused.max(version);
    }

    fn accepted(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref().filter(|s| s.token.version > self.refused)
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
        let setback = self.setback.as_ref()?;
        let wait = setback.next_try.checked_duration_since(moment()).filter(|w| !w.is_zero())?;
        Some(setback.failure.clone().retry_after(wait))
    }

    /// Whether the row should be looked at during a wait: the long ones only,
    /// and a candidate has none.
    pub(super) fn look_due(&self) -> bool {
        self.candidate.is_none()
            && self.setback.as_ref().is_some_and(|s| Setback::is_setup(&s.failure) && moment() >= s.next_look)
    }

    /// The row was looked at and brought nothing new: the failure stands.
    pub(super) fn looked(&mut self) -> Option<Failure> {
        let setback = self.setback.as_mut()?;
        setback.next_look = moment() + ROW_READ;
        let failure = setback.failure.clone();
        self.cooling().or(Some(failure))
    }

    /// The provider is asked again whatever is known.
    pub(super) fn reopen(&mut self) {
        self.verdict = None;
        self.setback = None;
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
        self.reopen();
    }

    pub(super) fn condemn(&mut self, failure: Failure, stored: bool) {
        let life = if stored { ROW_READ } else { VERDICT_UNSTORED };
        self.snapshot = None;
        self.verdict = Some((failure, moment() + life));
    }

    /// Notes a failure and gives it the time of the next try: a doubling wait,
    /// never less than the provider asked for. Passing failures have full
    /// jitter; those of the set-up wait at least half of it.
    pub(super) fn cool_down(&mut self, failure: Failure) -> Failure {
        let setup = Setback::is_setup(&failure);
        let before = self.setback.take().filter(|s| Setback::is_setup(&s.failure) == setup);
        let in_a_row = before.map_or(0, |s| s.in_a_row).saturating_add(1);
        let (first, longest) = if setup { SETUP_BACKOFF } else { BACKOFF };
        let ceiling = first.saturating_mul(1 << in_a_row.min(10) >> 1).min(longest);
        let least = if setup { ceiling / 2 } else { Duration::ZERO };
        let drawn = least + (ceiling - least).mul_f64(fastrand::f64());
        let wait = failure.retry_after.unwrap_or_default().min(LONGEST_HINT).max(drawn);
        let failure = failure.retry_after(wait);
        let now = moment();
        let (next_try, next_look) = (now + wait, now + ROW_READ);
        self.setback = Some(Setback { failure: failure.clone(), in_a_row, next_try, next_look });
        failure
    }
}
