//! What is kept of one scope.

use crate::clock::Moment;
use crate::machine::{Aimd, Breaker, Cooldown, Exhaustion, Gcra, RetryBudget, Samples};
use crate::{Concurrency, Quota, Rate, ScopeKey, ScopeKind, ScopeUse, Settings};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

/// One scope: its state, and a bell for what concerns all who wait.
#[derive(Debug)]
pub(crate) struct Scope {
    pub(crate) key: ScopeKey,
    state: Mutex<State>,
    /// Rung when a breaker opens: calls that wait elsewhere for this host hear it.
    pub(crate) alarm: Notify,
    /// Milliseconds since the gate's start.
    used: AtomicU64,
}

/// A waiting call.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) bell: Arc<Notify>,
    pub(crate) cost: u32,
}

/// The machines of a scope and the calls that wait for it.
#[derive(Debug)]
pub(crate) struct State {
    rates: &'static [Rate],
    pub(crate) buckets: Vec<Gcra>,
    pub(crate) aimd: Option<Aimd>,
    /// A fixed bound on calls in flight.
    pub(crate) ceiling: Option<u32>,
    pub(crate) in_flight: u32,
    pub(crate) cooldown: Cooldown,
    pub(crate) exhaustion: Exhaustion,
    pub(crate) samples: Samples,
    /// Only a host has these.
    pub(crate) health: Option<Box<Health>>,
    /// By ticket: earlier calls first, whenever they joined.
    pub(crate) queue: BTreeMap<u64, Waiter>,
}

/// Breaker and retry budget of a host.
#[derive(Debug)]
pub(crate) struct Health {
    pub(crate) breaker: Breaker,
    pub(crate) budget: RetryBudget,
}

impl Scope {
    /// A scope that nothing is known about.
    pub(crate) fn new(key: ScopeKey, now: Moment, settings: &Settings) -> Self {
        let health = (key.kind == ScopeKind::Host)
            .then(|| Box::new(Health { breaker: Breaker::new(now), budget: RetryBudget::new(settings, now) }));
        let state = State {
            rates: &[],
            buckets: Vec::new(),
            aimd: None,
            ceiling: None,
            in_flight: 0,
            cooldown: Cooldown::default(),
            exhaustion: Exhaustion::default(),
            samples: Samples::default(),
            health,
            queue: BTreeMap::new(),
        };
        let used = AtomicU64::new(0);
        Self { key, state: Mutex::new(state), alarm: Notify::new(), used }
    }

    /// The state. Never held across an await; two only in the order of keys.
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that somebody used it.
    pub(crate) fn touch(&self, now: Moment) {
        self.used.store(u64::try_from(now.as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Whether it can be forgotten without any call noticing.
    pub(crate) fn is_idle(&self, now: Moment, settings: &Settings) -> bool {
        let used = Moment::from_millis(self.used.load(Ordering::Relaxed));
        now.saturating_sub(used) >= settings.scope_idle && self.lock().is_resting(now, settings)
    }

    /// The allowance as last reported.
    pub(crate) fn quota(&self) -> Option<Quota> {
        let (used, limit) = self.lock().samples.known()?;
        Some(Quota { scope: self.key.kind, limit, used })
    }
}

impl State {
    /// Takes over a connector's figures, which may change with an upgrade of
    /// an account.
    pub(crate) fn fit(&mut self, place: &Place, now: Moment, settings: &Settings) {
        if self.rates != place.rates {
            self.rates = place.rates;
            self.buckets = place.rates.iter().map(|r| Gcra::new(*r, settings.headroom, settings.burst)).collect();
        }
        if self.aimd.is_none()
            && let Some(bounds) = place.concurrency
        {
            self.aimd = Some(Aimd::new(bounds, now));
        }
        if place.ceiling.is_some() {
            self.ceiling = place.ceiling;
        }
    }

    /// Calls that may be in flight now, if bounded.
    pub(crate) fn limit(&self) -> Option<u32> {
        match (self.aimd.as_ref().map(Aimd::limit), self.ceiling) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        }
    }

    /// Cost of the calls that wait before `ticket`, and how many they are.
    pub(crate) fn ahead(&self, ticket: u64) -> (u64, usize) {
        self.queue.range(..ticket).fold((0, 0), |(cost, n), (_, w)| (cost + u64::from(w.cost), n + 1))
    }

    /// Wakes the first who waits.
    pub(crate) fn wake_first(&self) {
        if let Some((_, first)) = self.queue.first_key_value() {
            first.bell.notify_one();
        }
    }

    /// Wakes all who wait: something happened that may end their waiting.
    pub(crate) fn wake_all(&self) {
        self.queue.values().for_each(|waiter| waiter.bell.notify_one());
    }

    /// Takes `ticket` out of the queue and gives the next one its chance.
    pub(crate) fn leave(&mut self, ticket: u64) {
        if self.queue.remove(&ticket).is_some() {
            self.wake_first();
        }
    }

    fn is_resting(&self, now: Moment, settings: &Settings) -> bool {
        self.in_flight == 0
            && self.queue.is_empty()
            && self.exhaustion.is_over()
            && self.cooldown.active(now).is_none()
            && self.buckets.iter().all(|bucket| bucket.is_full(now))
            && self.health.as_ref().is_none_or(|health| health.breaker.is_resting(now, settings))
    }
}

/// One scope that a call must pass, with what it costs there.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) scope: Arc<Scope>,
    pub(crate) cost: u32,
    pub(crate) rates: &'static [Rate],
    pub(crate) concurrency: Option<Concurrency>,
    pub(crate) ceiling: Option<u32>,
    /// Named by the connector, so that its signals may speak of it.
    pub(crate) planned: bool,
}

impl Place {
    /// A scope that the connector named.
    pub(crate) fn planned(scope: Arc<Scope>, one: &ScopeUse) -> Self {
        let (cost, rates, concurrency) = (one.cost.max(1), one.rates, one.concurrency);
        Self { scope, cost, rates, concurrency, ceiling: None, planned: true }
    }

    /// A scope of our own: a host, or the bound on a provider's calls in flight.
    pub(crate) fn own(scope: Arc<Scope>, ceiling: Option<u32>) -> Self {
        Self { scope, cost: 1, rates: &[], concurrency: None, ceiling, planned: false }
    }
}
