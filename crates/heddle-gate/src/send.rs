//! One send and what follows from its end.

use crate::clock::Moment;
use crate::machine::Evidence;
use crate::permit::{Consequence, Lesson, Permit, announce};
use crate::run::{Run, Step, Target};
use crate::scope::Scope;
use crate::{
    Attempt, AuthProblem, Failure, FailureKind, Method, Repeat, Replay, Reply, SendFault, Settings, Signals, Throttle,
    interval, words,
};
use std::sync::Arc;
use std::time::Duration;

/// Least advice about when to come back after a failure.
const SHORTEST_ADVICE: Duration = Duration::from_secs(1);

impl Run {
    /// Sends once, feeds back what it taught, and decides.
    pub(crate) async fn send(&mut self, permit: Permit, target: Target, waited: Duration) -> Step {
        let gate = Arc::clone(&self.gate);
        let (clock, settings) = (&gate.core.clock, &gate.core.settings);
        let started = clock.now();
        let per_try = settings.per_try(self.call.priority);
        let timeout = per_try.min(self.deadline.saturating_sub(started).saturating_sub(settings.deadline_slack));
        if self.sent == 0 && self.failures == 0 {
            pay_in(&permit, settings);
        }
        let sending = gate.transport.send(&target.base, &self.call.request, target.bearer.as_ref(), timeout);
        // The transport keeps its own time; this holds even if it does not.
        let end = clock.until(started.saturating_add(timeout), sending).await.unwrap_or(Err(SendFault::Timeout));
        let took = clock.now().saturating_sub(started);
        if !matches!(end, Err(SendFault::NotSent { .. })) {
            self.sent += 1;
        }
        let (status, outcome, throttled, step) = match end {
            Ok(reply) => {
                let signals = self.call.classify.signals(&self.call.request, &reply);
                let outcome = signals
                    .code
                    .clone()
                    .unwrap_or_else(|| if signals.failure.is_none() { "ok" } else { "refused" }.to_owned());
                let throttled = throttle(&signals, &reply).map(|throttle| throttle.kind);
                (Some(reply.status), outcome, throttled, self.answered(permit, target.version, reply, signals, took))
            }
            Err(fault) => (None, fault.word().to_owned(), None, self.broke(permit, &fault, timeout, per_try)),
        };
        tracing::debug!(
            provider = self.call.caller.provider,
            connection = %self.call.caller.connection,
            request_id = %self.call.caller.request_id,
            operation = self.call.request.operation,
            status, outcome, took = ?took, waited = ?waited,
            next = step.word(), "attempt"
        );
        self.record.attempt(Attempt { status, took, waited, outcome, throttled });
        step
    }

    /// There is an answer.
    fn answered(&mut self, permit: Permit, version: u64, reply: Reply, signals: Signals, took: Duration) -> Step {
        // 300 offers several records to choose from, and 304 is an answer.
        let redirected = (301..400).contains(&reply.status) && reply.status != 304;
        let throttle = throttle(&signals, &reply);
        let host = permit.host().cloned();
        let evidence = evidence(&signals, redirected || throttle.is_some());
        let consequence = permit.learn(Lesson {
            evidence,
            worked: (evidence == Evidence::Good).then_some(took),
            timed_out: false,
            throttle,
            wait: signals.wait,
            quota: &signals.quota,
            unsent: false,
        });
        if throttle.is_some() {
            return self.throttled(signals, &reply, consequence, host);
        }
        self.throttles = 0;
        match signals.auth {
            Some(AuthProblem::Hopeless) => {
                let kind = signals.failure.unwrap_or(FailureKind::AuthFailed);
                return Step::Done(Err(words::answered(kind, signals, &reply)));
            }
            Some(AuthProblem::SessionExpired) => {
                return Step::Renew { version, failure: words::answered(FailureKind::AuthFailed, signals, &reply) };
            }
            None if signals.moved || redirected => {
                let kind = signals.failure.unwrap_or(FailureKind::BadResponse);
                return Step::Renew { version, failure: words::answered(kind, signals, &reply) };
            }
            None => {}
        }
        let Some(kind) = signals.failure else { return Step::Done(Ok(reply)) };
        if kind == FailureKind::NotFound && self.unknown && self.call.request.method == Method::Delete {
            // The send that nobody heard of has removed it.
            return Step::Done(Ok(reply));
        }
        let repeat = signals.repeat;
        self.after(words::answered(kind, signals, &reply), repeat, consequence, host)
    }

    /// There is no complete answer.
    fn broke(&mut self, permit: Permit, fault: &SendFault, timeout: Duration, per_try: Duration) -> Step {
        let unsent = matches!(fault, SendFault::NotSent { .. });
        let timed_out = *fault == SendFault::Timeout;
        let evidence = match fault {
            SendFault::NotSent { .. } => Evidence::Unreachable,
            // A deadline that left little time says nothing about the host.
            SendFault::Timeout if timeout * 2 < per_try => Evidence::Nothing,
            SendFault::Timeout => Evidence::Unreachable,
            SendFault::Reset | SendFault::Truncated => Evidence::Bad,
            SendFault::TooLarge => Evidence::Alive,
        };
        let host = permit.host().cloned();
        let timed_out_for_real = timed_out && evidence == Evidence::Unreachable;
        let consequence = permit.learn(Lesson {
            evidence,
            worked: None,
            timed_out: timed_out_for_real,
            throttle: None,
            wait: None,
            quota: &[],
            unsent,
        });
        self.throttles = 0;
        let repeat = match fault {
            SendFault::NotSent { .. } => Repeat::Always,
            SendFault::TooLarge if self.plan.replay != Replay::NotIdempotent => Repeat::Never,
            _ => Repeat::ByReplay,
        };
        let by_deadline = timed_out && timeout < per_try;
        let failure = if by_deadline { words::late() } else { words::broken(fault) };
        self.after(failure, repeat, consequence, host)
    }

    /// The provider refused because of a limit. Does not count as an attempt.
    fn throttled(
        &mut self,
        signals: Signals,
        reply: &Reply,
        consequence: Consequence,
        host: Option<Arc<Scope>>,
    ) -> Step {
        let now = self.now();
        let settings = &self.gate.core.settings;
        let wait = signals.wait;
        let repeat = signals.repeat;
        self.throttles += 1;
        if let Some(until) = consequence.exhausted_until {
            let kind = FailureKind::QuotaExhausted;
            return Step::Done(Err(words::answered(kind, signals, reply).retry_after(until.saturating_sub(now))));
        }
        let kind = signals.failure.unwrap_or(FailureKind::ProviderRateLimited);
        let failure = words::answered(kind, signals, reply);
        let at = consequence.cooled_until.unwrap_or_else(|| {
            let ceiling = interval::ceiling(settings.throttle_base, settings.throttle_cap, self.throttles - 1);
            now.saturating_add(self.gate.core.clock.between(ceiling / 2, ceiling))
        });
        let failure = failure.retry_after(at.saturating_sub(now).max(wait.unwrap_or_default()));
        let may = match repeat {
            Repeat::Never => false,
            Repeat::ByReplay => self.plan.replay != Replay::NotIdempotent,
            Repeat::Always => true,
        };
        if !may || self.throttles >= settings.throttles_in_a_row || at > self.ticket.latest {
            return Step::Done(Err(failure));
        }
        // The queue keeps it until the cool-down is over.
        let at = if consequence.cooled_until.is_some() { now } else { at };
        Step::Again { at, failure, host }
    }

    /// A failure that may pass: by replay class, attempts, deadline, budget.
    fn after(&mut self, failure: Failure, repeat: Repeat, consequence: Consequence, host: Option<Arc<Scope>>) -> Step {
        match (repeat, self.plan.replay) {
            (Repeat::Never, _) => return Step::Done(Err(failure)),
            (Repeat::ByReplay, Replay::NotIdempotent) => return Step::Done(Err(words::unknown(failure))),
            (Repeat::ByReplay, _) => self.unknown = true,
            (Repeat::Always, _) => {}
        }
        self.failures += 1;
        let now = self.now();
        let (clock, settings) = (&self.gate.core.clock, &self.gate.core.settings);
        let cap = settings.backoff_cap(self.call.priority);
        let ceiling = interval::ceiling(settings.backoff_base, cap, self.failures - 1);
        let used_up = self.failures >= settings.attempts(self.call.priority);
        let at = now.saturating_add(clock.between(Duration::ZERO, ceiling));
        let earliest = at.max(consequence.cooled_until.unwrap_or_default());
        if !used_up && earliest <= self.ticket.latest && self.may_retry(host.as_deref(), now) {
            return Step::Again { at, failure, host };
        }
        let open = self.give_up(host.as_deref(), used_up, now);
        let cooled = consequence.cooled_until.map(|until| until.saturating_sub(now));
        let advice = open.or(cooled).max(cooled).unwrap_or_else(|| (ceiling * 2).min(cap).max(SHORTEST_ADVICE));
        let passing =
            matches!(failure.kind, FailureKind::Unavailable | FailureKind::Timeout | FailureKind::BadResponse);
        Step::Done(Err(if passing { failure.retry_after(advice) } else { failure }))
    }

    fn may_retry(&self, host: Option<&Scope>, now: Moment) -> bool {
        let Some(host) = host else { return true };
        let settings = &self.gate.core.settings;
        host.lock().health.as_mut().is_none_or(|health| health.budget.take(now, settings))
    }

    /// Tells the breaker that a call gave up; answers how long it is open.
    fn give_up(&self, host: Option<&Scope>, used_up: bool, now: Moment) -> Option<Duration> {
        let host = host?;
        let (clock, settings) = (&self.gate.core.clock, &self.gate.core.settings);
        let mut state = host.lock();
        if used_up {
            let draw = clock.fraction();
            let change = state.health.as_mut().and_then(|health| health.breaker.given_up(now, draw, settings));
            announce(host, &state, change, now);
        }
        let until = state.health.as_ref()?.breaker.open_until(now)?;
        Some(until.saturating_sub(now))
    }
}

impl Step {
    const fn word(&self) -> &'static str {
        match self {
            Self::Done(Ok(_)) => "answer",
            Self::Done(Err(_)) => "fail",
            Self::Renew { .. } => "renew token",
            Self::Again { .. } => "repeat",
        }
    }
}

/// The limit that an answer refused by; a success is no refusal, whatever it hints.
fn throttle(signals: &Signals, reply: &Reply) -> Option<Throttle> {
    signals.throttle.filter(|_| signals.failure.is_some() || !reply.is_success())
}

/// What an answer says about the host.
fn evidence(signals: &Signals, alive: bool) -> Evidence {
    match signals.failure {
        _ if alive || signals.auth.is_some() || signals.moved => Evidence::Alive,
        None => Evidence::Good,
        Some(FailureKind::Unavailable | FailureKind::Timeout | FailureKind::BadResponse) => Evidence::Bad,
        Some(_) => Evidence::Alive,
    }
}

/// A call's first send pays into the retry budget of its host.
fn pay_in(permit: &Permit, settings: &Settings) {
    if let Some(host) = permit.host()
        && let Some(health) = &mut host.lock().health
    {
        health.budget.first(settings);
    }
}
