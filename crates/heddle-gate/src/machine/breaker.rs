//! Stops calls to a host that fails, and finds out gently when it is back.

use super::Look;
use crate::clock::Moment;
use crate::{Settings, interval};

/// Parts into which the window is cut.
const SLOTS: usize = 10;
/// Concurrent calls with which the ramp begins.
const RAMP_START: u32 = 2;
/// Concurrent calls after which the ramp is over.
const RAMP_END: u32 = 32;

/// What one send says about the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// It did what was asked.
    Good,
    /// It refused for reasons of its own (4xx, a limit): it is alive.
    Alive,
    /// It failed (5xx, an unreadable answer).
    Bad,
    /// No connection, or no answer in time.
    Unreachable,
    /// Nothing: we gave up early.
    Nothing,
}

/// Leave for one call. Whoever holds it must give it back in one of three ways.
#[derive(Debug)]
pub(crate) struct Pass {
    generation: u64,
}

/// A change that is worth a line in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// Nothing is sent before this time.
    Opened(Moment),
    /// The probe went well; a few calls at a time.
    Ramping,
    /// All is well again.
    Closed,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed,
    Open {
        until: Moment,
        arrivals: u32,
    },
    /// A probe is out.
    HalfOpen {
        arrivals: u32,
    },
    Ramping {
        since: Moment,
        limit: u32,
        out: u32,
        good: u32,
    },
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    number: u128,
    failed: u32,
    all: u32,
}

/// The breaker of one host.
#[derive(Debug, Clone)]
pub(crate) struct Breaker {
    state: State,
    /// Grows whenever outcomes of earlier calls stop counting.
    generation: u64,
    slots: [Slot; SLOTS],
    /// Failures in a row, and those of them without an answer.
    failed_in_a_row: u32,
    unreachable_in_a_row: u32,
    openings: u32,
    closed_since: Moment,
}

impl Breaker {
    /// A closed breaker.
    pub(crate) fn new(now: Moment) -> Self {
        Self {
            state: State::Closed,
            generation: 0,
            slots: [Slot::default(); SLOTS],
            failed_in_a_row: 0,
            unreachable_in_a_row: 0,
            openings: 0,
            closed_since: now,
        }
    }

    /// Whether a call may pass. Counts that somebody asked.
    pub(crate) fn look(&mut self, now: Moment, settings: &Settings) -> Look {
        if let State::Ramping { since, .. } = self.state
            && now.saturating_sub(since) >= settings.breaker_window
        {
            // Few calls came, none of them failed.
            self.close(now);
        }
        match &mut self.state {
            State::Open { until, arrivals } if *until > now => {
                *arrivals = arrivals.saturating_add(1);
                Look::Shut(*until)
            }
            State::HalfOpen { arrivals } => {
                *arrivals = arrivals.saturating_add(1);
                Look::Wait
            }
            State::Ramping { limit, out, .. } if *out >= *limit => Look::Wait,
            State::Closed | State::Open { .. } | State::Ramping { .. } => Look::Free,
        }
    }

    /// When it lets the next call through, while it is open.
    pub(crate) fn open_until(&self, now: Moment) -> Option<Moment> {
        match self.state {
            State::Open { until, .. } if until > now => Some(until),
            _ => None,
        }
    }

    /// A call passes; only after [`Self::look`] said that it may. The first one
    /// after the open time is the probe.
    pub(crate) fn enter(&mut self) -> Pass {
        match &mut self.state {
            State::Open { arrivals, .. } => {
                let arrivals = *arrivals;
                self.generation += 1;
                self.state = State::HalfOpen { arrivals };
            }
            State::Ramping { out, .. } => *out += 1,
            State::Closed | State::HalfOpen { .. } => {}
        }
        Pass { generation: self.generation }
    }

    /// The call of `pass` ended like this. `draw` is from 0 up to 1.
    pub(crate) fn settle(
        &mut self,
        pass: Pass,
        evidence: Evidence,
        now: Moment,
        draw: f64,
        settings: &Settings,
    ) -> Option<Change> {
        if pass.generation != self.generation {
            return None;
        }
        let failed = matches!(evidence, Evidence::Bad | Evidence::Unreachable);
        match &mut self.state {
            State::Closed => self.count(evidence, now, draw, settings),
            State::Open { .. } => None,
            State::HalfOpen { .. } if failed || evidence == Evidence::Nothing => Some(self.open(now, draw, settings)),
            State::HalfOpen { .. } => {
                self.generation += 1;
                self.state = State::Ramping { since: now, limit: RAMP_START, out: 0, good: 0 };
                Some(Change::Ramping)
            }
            State::Ramping { .. } if failed => Some(self.open(now, draw, settings)),
            State::Ramping { limit, out, good, .. } => {
                *out = out.saturating_sub(1);
                if evidence != Evidence::Nothing {
                    *good += 1;
                }
                if *good >= *limit {
                    (*limit, *good) = (limit.saturating_mul(2), 0);
                }
                (*limit > RAMP_END).then(|| self.close(now))
            }
        }
    }

    /// The call of `pass` was not made after all; a probe's place is free again.
    pub(crate) fn unused(&mut self, pass: Pass, now: Moment) {
        if pass.generation != self.generation {
            return;
        }
        match &mut self.state {
            State::HalfOpen { arrivals } => self.state = State::Open { until: now, arrivals: *arrivals },
            State::Ramping { out, .. } => *out = out.saturating_sub(1),
            State::Closed | State::Open { .. } => {}
        }
    }

    /// The holder of `pass` vanished. For a probe that is a failure: nobody
    /// knows, and the next probe must not wait for it.
    pub(crate) fn dropped(&mut self, pass: Pass, now: Moment, draw: f64, settings: &Settings) -> Option<Change> {
        self.settle(pass, Evidence::Nothing, now, draw, settings)
    }

    /// A call used up its attempts. With a row of failures of all calls behind
    /// it, trying on would only add to the load.
    pub(crate) fn given_up(&mut self, now: Moment, draw: f64, settings: &Settings) -> Option<Change> {
        let row = self.failed_in_a_row >= settings.breaker_given_up;
        (matches!(self.state, State::Closed) && row).then(|| self.open(now, draw, settings))
    }

    /// Whether it can be forgotten once nobody has called for long.
    pub(crate) fn is_resting(&self, now: Moment, settings: &Settings) -> bool {
        match self.state {
            State::Closed => self.forgets(now, settings),
            State::Open { until, .. } => until <= now,
            State::HalfOpen { .. } => false,
            State::Ramping { out, .. } => out == 0,
        }
    }

    fn forgets(&self, now: Moment, settings: &Settings) -> bool {
        now.saturating_sub(self.closed_since) >= settings.breaker_forget || self.openings == 0
    }

    fn count(&mut self, evidence: Evidence, now: Moment, draw: f64, settings: &Settings) -> Option<Change> {
        let failed = match evidence {
            Evidence::Nothing => return None,
            Evidence::Alive => {
                (self.failed_in_a_row, self.unreachable_in_a_row) = (0, 0);
                return None;
            }
            Evidence::Good => {
                (self.failed_in_a_row, self.unreachable_in_a_row) = (0, 0);
                false
            }
            Evidence::Bad => {
                self.failed_in_a_row = self.failed_in_a_row.saturating_add(1);
                self.unreachable_in_a_row = 0;
                true
            }
            Evidence::Unreachable => {
                self.failed_in_a_row = self.failed_in_a_row.saturating_add(1);
                self.unreachable_in_a_row = self.unreachable_in_a_row.saturating_add(1);
                true
            }
        };
        let length = (settings.breaker_window.as_millis() / SLOTS as u128).max(1);
        let number = now.as_millis() / length;
        let slot = &mut self.slots[(number % SLOTS as u128) as usize];
        if slot.number != number {
            *slot = Slot { number, ..Slot::default() };
        }
        slot.all += 1;
        slot.failed += u32::from(failed);
        if !failed {
            return None;
        }
        let recent = self.slots.iter().filter(|slot| number - slot.number.min(number) < SLOTS as u128);
        let (failures, all) = recent.fold((0, 0), |(f, a), slot| (f + slot.failed, a + slot.all));
        let ratio = all >= settings.breaker_calls && f64::from(failures) >= settings.breaker_ratio * f64::from(all);
        let row = self.failed_in_a_row >= settings.breaker_calls;
        let unreachable = self.unreachable_in_a_row >= settings.breaker_consecutive;
        (ratio || row || unreachable).then(|| self.open(now, draw, settings))
    }

    fn open(&mut self, now: Moment, draw: f64, settings: &Settings) -> Change {
        if matches!(self.state, State::Closed) && self.forgets(now, settings) {
            self.openings = 0;
        }
        let busy = match self.state {
            State::HalfOpen { arrivals } => arrivals > 0,
            _ => true,
        };
        let cap = if busy { settings.breaker_open_cap } else { settings.breaker_open_cap_idle };
        let length = interval::ceiling(settings.breaker_open, cap, self.openings).mul_f64(0.8 + 0.4 * draw);
        let until = now.saturating_add(length);
        self.openings = self.openings.saturating_add(1);
        self.generation += 1;
        self.state = State::Open { until, arrivals: 0 };
        Change::Opened(until)
    }

    fn close(&mut self, now: Moment) -> Change {
        self.state = State::Closed;
        self.slots = [Slot::default(); SLOTS];
        (self.failed_in_a_row, self.unreachable_in_a_row) = (0, 0);
        self.closed_since = now;
        Change::Closed
    }
}

#[cfg(test)]
#[path = "breaker_tests.rs"]
mod tests;
