//! Leave for one send, in all of its scopes. Dropping it gives everything back
//! that must come back, whatever happened to the caller.

use crate::admit::Core;
use crate::clock::Moment;
use crate::machine::{Change, Evidence, Hit, Pass, Verdict};
use crate::scope::{Place, Scope, State};
use crate::{FailureKind, QuotaSample, ScopeKind, Throttle, ThrottleKind};
use std::sync::{Arc, MutexGuard};
use std::time::Duration;

#[derive(Debug)]
struct Held {
    place: Place,
    /// It is the one call that sees whether a used-up allowance is back.
    probe: bool,
    /// Our count of calls with this one.
    count: u64,
}

/// What a send taught.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lesson<'a> {
    /// About the host.
    pub(crate) evidence: Evidence,
    /// Round trip, of a call that worked.
    pub(crate) worked: Option<Duration>,
    /// The provider did not answer in time.
    pub(crate) timed_out: bool,
    /// A limit was hit.
    pub(crate) throttle: Option<Throttle>,
    /// How long the provider asks us to wait.
    pub(crate) wait: Option<Duration>,
    /// Figures about allowances.
    pub(crate) quota: &'a [QuotaSample],
    /// Surely nothing was sent.
    pub(crate) unsent: bool,
}

/// What follows from a lesson for the call itself.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Consequence {
    /// End of the cool-down that a throttle or a hint set.
    pub(crate) cooled_until: Option<Moment>,
    /// End of the time for which an allowance is given up.
    pub(crate) exhausted_until: Option<Moment>,
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Permit {
    core: Arc<Core>,
    held: Vec<Held>,
    pass: Option<Pass>,
    taken: Moment,
}

impl Permit {
    /// Charges every place; all of them have just said that they are free.
    pub(crate) fn take(core: &Arc<Core>, places: &[Place], states: &mut [MutexGuard<'_, State>], now: Moment) -> Self {
        let mut pass = None;
        let held = places
            .iter()
            .zip(states)
            .map(|(place, state)| {
                state.buckets.iter_mut().for_each(|bucket| bucket.take(place.cost, now));
                state.in_flight += 1;
                let in_flight = state.in_flight;
                if let Some(aimd) = &mut state.aimd {
                    aimd.admitted(in_flight);
                }
                if let Some(health) = &mut state.health {
                    pass = Some(health.breaker.enter());
                }
                let probe = state.exhaustion.enter();
                Held { place: place.clone(), probe, count: state.samples.sent(place.cost) }
            })
            .collect();
        Self { core: Arc::clone(core), held, pass, taken: now }
    }

    /// The send did not happen: everything is as if it had never been asked for.
    pub(crate) fn unused(mut self) {
        let now = self.core.clock.now();
        let pass = self.pass.take();
        self.refund();
        if let (Some(pass), Some(host)) = (pass, self.host().cloned()) {
            let mut state = host.lock();
            if let Some(health) = &mut state.health {
                health.breaker.unused(pass, now);
            }
            state.wake_first();
        }
    }

    /// The host that the send goes to.
    pub(crate) fn host(&self) -> Option<&Arc<Scope>> {
        self.held.iter().map(|held| &held.place.scope).find(|scope| scope.key.kind == ScopeKind::Host)
    }

    /// Feeds back what the send taught, and ends the permit.
    pub(crate) fn learn(mut self, lesson: Lesson<'_>) -> Consequence {
        let now = self.core.clock.now();
        let mut consequence = Consequence::default();
        if lesson.unsent {
            self.refund();
        }
        if let Some(pass) = self.pass.take() {
            let draw = self.core.clock.fraction();
            self.settle(pass, lesson.evidence, now, draw);
        }
        let settings = &self.core.settings;
        for held in &mut self.held {
            let mut state = held.place.scope.lock();
            let state = &mut *state;
            if let Some(aimd) = &mut state.aimd {
                if lesson.timed_out {
                    aimd.overload(now, settings);
                } else if let Some(took) = lesson.worked {
                    aimd.success(took, now, settings);
                }
            }
            if lesson.worked.is_some() {
                state.cooldown.success(self.taken);
            }
            if held.place.planned {
                for sample in lesson.quota.iter().filter(|sample| sample.scope == held.place.scope.key.kind) {
                    state.samples.hear(sample.used, sample.limit, held.count, now, settings);
                }
            }
        }
        self.throttled(&lesson, now, &mut consequence);
        self.end_probes(&lesson, now);
        consequence
    }

    /// Sets the cool-down or exhaustion that the answer asks for.
    fn throttled(&mut self, lesson: &Lesson<'_>, now: Moment, consequence: &mut Consequence) {
        let settings = &self.core.settings;
        let hint = lesson.wait.map(|wait| wait.min(settings.hint_cap));
        let (index, kind) = match lesson.throttle {
            Some(throttle) => (self.named(throttle.scope), FailureKind::ProviderRateLimited),
            // "Service unavailable, come back in 30 s" is about the host.
            None if hint.is_some() && lesson.evidence == Evidence::Bad => {
                (self.held.iter().position(|h| h.place.scope.key.kind == ScopeKind::Host), FailureKind::Unavailable)
            }
            None => return,
        };
        let Some(held) = index.and_then(|index| self.held.get_mut(index)) else { return };
        let throttle = lesson.throttle.map(|throttle| throttle.kind);
        let mut state = held.place.scope.lock();
        if throttle == Some(ThrottleKind::Concurrency)
            && let Some(aimd) = &mut state.aimd
        {
            aimd.overload(now, settings);
        }
        let used_up = throttle == Some(ThrottleKind::Daily)
            || throttle.is_some() && hint.is_some_and(|hint| hint > settings.hint_as_exhaustion);
        if used_up {
            let wait = hint.unwrap_or(settings.exhausted_probe);
            if state.exhaustion.hear(held.probe, Verdict::UsedUp(wait), now) {
                tracing::warn!(scope = ?held.place.scope.key.kind, wait = ?wait, "allowance used up");
            }
            held.probe = false;
            consequence.exhausted_until = state.exhaustion.until();
        } else if throttle != Some(ThrottleKind::Concurrency) || hint.is_some() {
            let fresh = state.cooldown.active(now).is_none();
            let hit = Hit { sent: self.taken, now, hint, kind, draw: self.core.clock.fraction() };
            let until = state.cooldown.hit(hit, settings);
            if fresh {
                tracing::info!(scope = ?held.place.scope.key.kind, wait = ?until.saturating_sub(now), "cool-down");
            }
            consequence.cooled_until = Some(until);
        }
        state.wake_all();
    }

    /// Tells used-up scopes what their probe found.
    fn end_probes(&mut self, lesson: &Lesson<'_>, now: Moment) {
        let verdict = match lesson.evidence {
            Evidence::Good | Evidence::Alive if lesson.throttle.is_none() => Verdict::Served,
            _ => Verdict::Nothing,
        };
        for held in self.held.iter_mut().filter(|held| held.probe) {
            held.probe = false;
            let mut state = held.place.scope.lock();
            if state.exhaustion.hear(true, verdict, now) {
                tracing::warn!(scope = ?held.place.scope.key.kind, "allowance is back");
            }
            state.wake_all();
        }
    }

    /// The scope that a signal names; else the class, else the account, else the first.
    fn named(&self, kind: ScopeKind) -> Option<usize> {
        [kind, ScopeKind::Class, ScopeKind::Org]
            .iter()
            .find_map(|kind| self.held.iter().position(|h| h.place.planned && h.place.scope.key.kind == *kind))
            .or_else(|| self.held.iter().position(|h| h.place.planned))
            .or(if self.held.is_empty() { None } else { Some(0) })
    }

    fn refund(&mut self) {
        for held in &self.held {
            let mut state = held.place.scope.lock();
            state.buckets.iter_mut().for_each(|bucket| bucket.refund(held.place.cost));
            state.samples.refund(held.place.cost);
        }
    }

    fn settle(&self, pass: Pass, evidence: Evidence, now: Moment, draw: f64) {
        let Some(host) = self.host() else { return };
        let mut state = host.lock();
        let change =
            state.health.as_mut().and_then(|h| h.breaker.settle(pass, evidence, now, draw, &self.core.settings));
        announce(host, &state, change, now);
    }
}

/// Logs a breaker's change and wakes whom it concerns.
pub(crate) fn announce(host: &Scope, state: &State, change: Option<Change>, now: Moment) {
    match change {
        None => return,
        Some(Change::Opened(until)) => {
            tracing::warn!(host = %host.key.name, wait = ?until.saturating_sub(now), "breaker opened");
            host.alarm.notify_waiters();
        }
        Some(Change::Ramping) => tracing::warn!(host = %host.key.name, "breaker lets a few calls through"),
        Some(Change::Closed) => tracing::warn!(host = %host.key.name, "breaker closed"),
    }
    state.wake_all();
}

impl Drop for Permit {
    fn drop(&mut self) {
        let now = self.core.clock.now();
        if let Some(pass) = self.pass.take()
            && let Some(host) = self.host()
        {
            let draw = self.core.clock.fraction();
            let mut state = host.lock();
            let change = state.health.as_mut().and_then(|h| h.breaker.dropped(pass, now, draw, &self.core.settings));
            announce(host, &state, change, now);
        }
        for held in &self.held {
            let mut state = held.place.scope.lock();
            state.in_flight = state.in_flight.saturating_sub(1);
            if held.probe {
                state.exhaustion.hear(true, Verdict::Nothing, now);
                state.wake_all();
            } else {
                state.wake_first();
            }
        }
    }
}
