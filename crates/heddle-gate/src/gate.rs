//! The gate itself: what is shared by all calls.

use crate::admit::Core;
use crate::clock::{self, Clock, Moment};
use crate::resident::{self, Carried};
use crate::run::Run;
use crate::scope::Place;
use crate::scopes::Scopes;
use crate::{
    Answer, Call, CallLog, CallPlan, Exhausted, Failure, FailureKind, GateState, Quota, ScopeKey, ScopeKind, ScopeUse,
    Settings, Transport,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio::time::Instant;

/// Every call to a provider passes through one of these.
pub struct Gate {
    pub(crate) core: Arc<Core>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) log: Arc<dyn CallLog>,
    scopes: Scopes,
    tickets: AtomicU64,
    calls: AtomicUsize,
    emptied: Notify,
    /// Where calls run that are not made on a resident thread, and those whose
    /// callers have left.
    runtime: Option<tokio::runtime::Handle>,
}

impl Gate {
    /// A gate that knows nothing about any provider yet. To be made inside the
    /// runtime that outlives all callers: calls run there.
    pub fn new(settings: Settings, transport: Arc<dyn Transport>, log: Arc<dyn CallLog>) -> Arc<Self> {
        let clock = Clock::new(settings.seed);
        Arc::new(Self {
            core: Arc::new(Core { settings, clock }),
            transport,
            log,
            scopes: Scopes::new(),
            tickets: AtomicU64::new(0),
            calls: AtomicUsize::new(0),
            emptied: Notify::new(),
            runtime: tokio::runtime::Handle::try_current().ok(),
        })
    }

    /// Makes a call and answers by its deadline (at most 50 ms later).
    ///
    /// When the caller drops this future, a waiting call is given up, and one
    /// that has been sent is read to its end, so that what it teaches is not
    /// lost. The work runs in a task of its own, but on a [resident] thread it
    /// runs here, and becomes a task when the caller leaves.
    ///
    /// [resident]: crate::reside
    pub async fn call(self: &Arc<Self>, call: Call) -> Answer {
        let (answer, answered) = oneshot::channel();
        let busy = Busy::new(Arc::clone(self));
        let work = async move {
            Run::new(&busy.0, call).go(answer).await;
            drop(busy);
        };
        match &self.runtime {
            Some(runtime) if resident::here() => Carried::new(work, runtime.clone()).await,
            Some(runtime) => drop(runtime.spawn(work)),
            None => drop(tokio::spawn(work)),
        }
        answered.await.unwrap_or_else(|_| Answer {
            result: Err(Failure::new(FailureKind::Internal, "the call ended by a fault of this program")),
            sent: 0,
            quota: None,
        })
    }

    /// The instant `after` from now, for [`Call::deadline`].
    pub fn deadline(&self, after: Duration) -> Instant {
        clock::instant() + after
    }

    /// The allowance of a scope as last reported; `None` when none was, or not
    /// for so long that the scope was forgotten.
    pub fn quota(&self, scope: &ScopeKey) -> Option<Quota> {
        self.scopes.find(scope)?.quota()
    }

    /// Whether a scope's daily allowance is held to be used up: calls are
    /// refused here until one of them has shown that it is back.
    pub fn exhausted(&self, scope: &ScopeKey) -> Option<Exhausted> {
        let (since, until) = self.scopes.find(scope)?.lock().exhaustion.span()?;
        let now = self.core.clock.now();
        Some(Exhausted { lasting: now.saturating_sub(since), left: until.saturating_sub(now) })
    }

    /// Scopes that are kept, for metrics: their number is what the gate's memory
    /// grows with. Those idle for longer than the settings say are forgotten
    /// first.
    pub fn scopes(&self) -> usize {
        self.scopes.count(self.core.clock.now(), &self.core.settings)
    }

    /// How things stand with all providers, for metrics.
    pub fn state(&self) -> GateState {
        let now = self.core.clock.now();
        let mut state = GateState { scopes: self.scopes(), ..GateState::default() };
        self.scopes.each(|scope| {
            let open = scope.lock().health.as_ref().is_some_and(|health| health.breaker.open_until(now).is_some());
            state.breakers_open += usize::from(open);
            // The names of accounts begin with their provider's id.
            let (Some(quota), Some((provider, _))) = (scope.quota(), scope.key.name.split_once(':')) else { return };
            if quota.limit > 0 {
                let share = quota.remaining() as f64 / quota.limit as f64;
                let least = state.quota_remaining.entry(provider.to_owned()).or_insert(share);
                *least = least.min(share);
            }
        });
        state
    }

    /// Calls between entry and answer, for metrics and [`Self::drained`].
    pub fn in_flight(&self) -> usize {
        self.calls.load(Ordering::Acquire)
    }

    /// Resolves when no call is under way. The caller sees to it that no new
    /// ones come.
    pub async fn drained(&self) {
        loop {
            let emptied = self.emptied.notified();
            if self.in_flight() == 0 {
                return;
            }
            emptied.await;
        }
    }

    /// The next place in the order of arrival.
    pub(crate) fn ticket(&self) -> u64 {
        self.tickets.fetch_add(1, Ordering::Relaxed)
    }

    /// The places that a call passes, its host not among them, in the order in
    /// which they are locked.
    pub(crate) fn places(&self, call: &Call, plan: &CallPlan, now: Moment) -> Vec<Place> {
        let settings = &self.core.settings;
        let mut places: Vec<Place> = Vec::with_capacity(plan.scopes.len() + 2);
        for one in &plan.scopes {
            // Two locks of one scope would wait for each other.
            match places.iter_mut().find(|place| place.scope.key == one.key) {
                Some(same) => same.cost = same.cost.saturating_add(one.cost),
                None => places.push(self.planned(one, now)),
            }
        }
        // Token calls have no grant: they must pass while calls wait for them.
        if call.grant.is_some() {
            let key = ScopeKey { kind: ScopeKind::App, name: format!("{} in flight", call.caller.provider) };
            places.push(Place::own(self.scopes.get(&key, now, settings), Some(settings.in_flight_per_provider)));
        }
        places.sort_by(|a, b| a.scope.key.cmp(&b.scope.key));
        places
    }

    /// Adds the host's place to `places`.
    pub(crate) fn with_host(&self, places: &[Place], host: &str, now: Moment) -> Vec<Place> {
        let key = ScopeKey { kind: ScopeKind::Host, name: host.to_owned() };
        let mut all = Vec::with_capacity(places.len() + 1);
        all.extend_from_slice(places);
        if let Err(at) = all.binary_search_by(|place| place.scope.key.cmp(&key)) {
            all.insert(at, Place::own(self.scopes.get(&key, now, &self.core.settings), None));
        }
        all
    }

    fn planned(&self, one: &ScopeUse, now: Moment) -> Place {
        Place::planned(self.scopes.get(&one.key, now, &self.core.settings), one)
    }
}

/// Counts a call from entry to answer, whatever happens in between.
struct Busy(Arc<Gate>);

impl Busy {
    fn new(gate: Arc<Gate>) -> Self {
        gate.calls.fetch_add(1, Ordering::AcqRel);
        Self(gate)
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        if self.0.calls.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.0.emptied.notify_waiters();
        }
    }
}
