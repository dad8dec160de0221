//! The one place where calls wait. A call passes all of its scopes or none,
//! and one that cannot pass before its deadline is refused at once.

use crate::clock::{Clock, Moment};
use crate::machine::{Impossible, Look};
use crate::permit::Permit;
use crate::scope::{Place, Scope, State, Waiter};
use crate::{FailureKind, Priority, Settings};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, MutexGuard};
use std::time::Duration;
use tokio::sync::Notify;

/// Least time that a caller is told to wait.
const SHORTEST_HINT: Duration = Duration::from_secs(1);

/// Settings, clock and dice, shared by all parts of a gate.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
}

/// Who asks for admission.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ticket {
    /// Order of arrival; kept over repeats, so that a repeat stands in front.
    pub(crate) number: u64,
    pub(crate) priority: Priority,
    /// After this moment a send would have too little time left.
    pub(crate) latest: Moment,
}

/// Why a call may not pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) kind: FailureKind,
    /// When a new try makes sense.
    pub(crate) retry_after: Option<Duration>,
}

/// What stands in the way, and where to wait for it.
#[derive(Debug, Clone, Copy)]
struct Block {
    /// Which of the places.
    index: usize,
    /// When it is over; `None` when only an event ends it.
    until: Option<Moment>,
    /// What the caller is told if it does not end in time.
    refusal: Refusal,
}

enum Outcome {
    Granted(Permit),
    Refused(Refusal),
    Blocked(Block),
}

/// Waits until every place lets the call through. `places` are in the order of
/// their keys; dropping the future leaves no trace.
pub(crate) async fn admit(core: &Arc<Core>, places: &[Place], ticket: Ticket) -> Result<Permit, Refusal> {
    let mut seat = Seat { ticket, scope: None, bell: Arc::default() };
    match attempt(core, places, &mut seat) {
        Outcome::Granted(permit) => return Ok(permit),
        Outcome::Refused(refusal) => return Err(refusal),
        Outcome::Blocked(_) => {}
    }
    let quiet = Notify::new();
    let alarm = places.iter().find(|place| place.scope.lock().health.is_some()).map_or(&quiet, |p| &p.scope.alarm);
    loop {
        let mut alarmed = pin!(alarm.notified());
        // Heard from here on: a breaker that opens during the attempt counts.
        alarmed.as_mut().enable();
        let block = match attempt(core, places, &mut seat) {
            Outcome::Granted(permit) => return Ok(permit),
            Outcome::Refused(refusal) => return Err(refusal),
            Outcome::Blocked(block) => block,
        };
        if core.clock.now() >= ticket.latest {
            return Err(block.refusal);
        }
        // Only the first in the queue watches the clock; the rest are called.
        let first = places[block.index].scope.lock().queue.first_key_value().is_some_and(|(n, _)| *n == ticket.number);
        let wake = block.until.filter(|_| first).map_or(ticket.latest, |until| until.min(ticket.latest));
        tokio::select! {
            () = seat.bell.notified() => {}
            () = alarmed => {}
            () = core.clock.sleep_until(wake) => {}
        }
    }
}

/// What refuses calls to the host of these places right now, for calls that
/// wait elsewhere.
pub(crate) fn shut(core: &Core, scope: &Scope, ticket: Ticket) -> Option<Refusal> {
    let now = core.clock.now();
    let until = scope.lock().health.as_ref()?.breaker.open_until(now)?;
    let in_vain = ticket.priority == Priority::Interactive || until > ticket.latest;
    in_vain.then(|| Refusal { kind: FailureKind::Unavailable, retry_after: Some(until.saturating_sub(now)) })
}

/// Sleeps until `at`, less when the breaker of `host` opens.
pub(crate) async fn pause(core: &Core, host: Option<&Scope>, ticket: Ticket, at: Moment) -> Result<(), Refusal> {
    let Some(host) = host else {
        core.clock.sleep_until(at).await;
        return Ok(());
    };
    let mut sleep = pin!(core.clock.sleep_until(at));
    loop {
        let mut alarmed = pin!(host.alarm.notified());
        alarmed.as_mut().enable();
        if let Some(refusal) = shut(core, host, ticket) {
            return Err(refusal);
        }
        if first_of(&mut sleep, alarmed).await {
            return Ok(());
        }
    }
}

/// Whether the first of the two was ready first.
async fn first_of(one: &mut (impl Future<Output = ()> + Unpin), other: impl Future<Output = ()>) -> bool {
    tokio::select! {
        biased;
        () = one => true,
        () = other => false,
    }
}

/// A place in at most one queue; dropping it leaves the queue.
struct Seat {
    ticket: Ticket,
    scope: Option<Arc<Scope>>,
    bell: Arc<Notify>,
}

impl Seat {
    /// Whether it is in the queue of `scope`.
    fn sits_at(&self, scope: &Arc<Scope>) -> bool {
        self.scope.as_ref().is_some_and(|at| Arc::ptr_eq(at, scope))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        if let Some(scope) = self.scope.take() {
            scope.lock().leave(self.ticket.number);
        }
    }
}

/// Looks at all places under their locks; charges all of them, or none.
fn attempt(core: &Arc<Core>, places: &[Place], seat: &mut Seat) -> Outcome {
    let now = core.clock.now();
    let mut states: Vec<MutexGuard<'_, State>> = places.iter().map(|place| place.scope.lock()).collect();
    let mut worst: Option<Block> = None;
    for (index, (place, state)) in places.iter().zip(&mut states).enumerate() {
        state.fit(place, now, &core.settings);
        match obstacle(core, place, state, seat.ticket, now) {
            Ok(None) => {}
            Err(refusal) => return Outcome::Refused(refusal),
            Ok(Some((until, refusal))) => {
                // An event cannot be slept for, so it decides where to wait;
                // among times the latest does.
                let later = worst.as_ref().is_none_or(|w| match (w.until, until) {
                    (None, _) => false,
                    (Some(_), None) => true,
                    (Some(before), Some(until)) => until > before,
                });
                if later {
                    worst = Some(Block { index, until, refusal });
                }
            }
        }
    }
    let Some(block) = worst else {
        let permit = Permit::take(core, places, &mut states, now);
        drop(states);
        return Outcome::Granted(permit);
    };
    let scope = &places[block.index].scope;
    if !seat.sits_at(scope) {
        let state = &mut states[block.index];
        if state.queue.len() >= core.settings.queue {
            let wait = block.refusal.retry_after.unwrap_or(SHORTEST_HINT).max(SHORTEST_HINT);
            return Outcome::Refused(Refusal { retry_after: Some(wait), ..block.refusal });
        }
        let waiter = Waiter { bell: Arc::clone(&seat.bell), cost: places[block.index].cost };
        state.queue.insert(seat.ticket.number, waiter);
        let before = seat.scope.replace(Arc::clone(scope));
        drop(states);
        if let Some(before) = before {
            before.lock().leave(seat.ticket.number);
        }
    }
    Outcome::Blocked(block)
}

type Obstacle = Option<(Option<Moment>, Refusal)>;

/// What in one place stands in the way of `ticket`; an error when waiting for
/// it would be in vain.
fn obstacle(core: &Core, place: &Place, state: &mut State, ticket: Ticket, now: Moment) -> Result<Obstacle, Refusal> {
    let refuse = |kind, until: Moment| Refusal { kind, retry_after: Some(until.saturating_sub(now)) };
    match state.exhaustion.look(now) {
        Look::Shut(until) => return Err(refuse(FailureKind::QuotaExhausted, until)),
        Look::Wait => return Ok(Some((None, refuse(FailureKind::QuotaExhausted, now + SHORTEST_HINT)))),
        Look::Free => {}
    }
    if let Some((until, kind)) = state.cooldown.active(now) {
        let refusal = refuse(kind, until);
        return if until > ticket.latest { Err(refusal) } else { Ok(Some((Some(until), refusal))) };
    }
    if let Some(health) = &mut state.health {
        match health.breaker.look(now, &core.settings) {
            Look::Shut(until) => {
                let refusal = refuse(FailureKind::Unavailable, until);
                let in_vain = ticket.priority == Priority::Interactive || until > ticket.latest;
                return if in_vain { Err(refusal) } else { Ok(Some((Some(until), refusal))) };
            }
            Look::Wait => return Ok(Some((None, refuse(FailureKind::Unavailable, now + SHORTEST_HINT)))),
            Look::Free => {}
        }
    }
    own_limits(place, state, ticket, now)
}

/// Queue, calls in flight and rate tokens: our own limits.
fn own_limits(place: &Place, state: &State, ticket: Ticket, now: Moment) -> Result<Obstacle, Refusal> {
    let refuse = |wait: Duration| Refusal { kind: FailureKind::RateLimited, retry_after: Some(wait) };
    let (cost_ahead, ahead) = state.ahead(ticket.number);
    let mut tokens = Duration::ZERO;
    for bucket in &state.buckets {
        if bucket.wait(place.cost, now) == Err(Impossible) {
            return Err(Refusal { kind: FailureKind::Internal, retry_after: None });
        }
        tokens = tokens.max(bucket.estimate(cost_ahead + u64::from(place.cost), now));
    }
    let full = state.limit().is_some_and(|limit| state.in_flight >= limit);
    let mut permits = Duration::ZERO;
    if (full || ahead > 0)
        && let (Some(limit), Some(mean)) = (state.limit(), state.aimd.as_ref().and_then(|a| a.mean()))
    {
        permits = mean.mul_f64(ahead as f64 / f64::from(limit.max(1)));
    }
    let expected = tokens.max(permits);
    if now.saturating_add(expected) > ticket.latest {
        return Err(refuse(expected));
    }
    if ahead > 0 || full {
        return Ok(Some((None, refuse(expected.max(SHORTEST_HINT)))));
    }
    Ok((!tokens.is_zero()).then(|| (Some(now + tokens), refuse(tokens))))
}
