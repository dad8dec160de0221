//! One call from entry to answer: the one loop that waits, sends and repeats.

use crate::admit::{self, Refusal, Ticket};
use crate::clock::Moment;
use crate::permit::Permit;
use crate::record::Record;
use crate::scope::{Place, Scope};
use crate::{Answer, BaseUrl, Call, CallPlan, Failure, FailureKind, Gate, Reply, Token, words};
use secrecy::SecretString;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::oneshot;

/// Times that a call may find its token or host changed under it before that
/// counts as our fault.
const CHANGES: u32 = 8;

/// The time is over.
const TOO_LATE: Refusal = Refusal { kind: FailureKind::DeadlineExceeded, retry_after: None };

/// The caller, as long as it is there.
pub(crate) type Caller = oneshot::Sender<Answer>;

/// A call under way.
pub(crate) struct Run {
    pub(crate) gate: Arc<Gate>,
    pub(crate) call: Call,
    pub(crate) plan: CallPlan,
    places: Vec<Place>,
    pub(crate) ticket: Ticket,
    pub(crate) deadline: Moment,
    pub(crate) record: Record,
    /// Requests that left.
    pub(crate) sent: u32,
    /// Sends that failed and count against the attempts.
    pub(crate) failures: u32,
    /// Throttle answers in a row.
    pub(crate) throttles: u32,
    /// An earlier send may have been carried out.
    pub(crate) unknown: bool,
    /// The one re-send with another token has been used.
    renewed: bool,
    /// Version of the token that the provider refused.
    refused: Option<u64>,
    /// What the last send ended in.
    last: Option<Failure>,
}

/// Where a send goes, and with what.
pub(crate) struct Target {
    pub(crate) base: BaseUrl,
    pub(crate) bearer: Option<SecretString>,
    pub(crate) version: u64,
}

/// What follows after a send.
pub(crate) enum Step {
    /// The call is over.
    Done(Result<Reply, Failure>),
    /// With another token it may work.
    Renew { version: u64, failure: Failure },
    /// Once more, not before `at`.
    Again { at: Moment, failure: Failure, host: Option<Arc<Scope>> },
}

impl Run {
    /// Reads the plan and finds the scopes.
    pub(crate) fn new(gate: &Arc<Gate>, call: Call) -> Self {
        let clock = &gate.core.clock;
        let now = clock.now();
        let record = Record::new(Arc::clone(&gate.log), &call, now);
        let plan = call.classify.plan(&call.request);
        let places = gate.places(&call, &plan, now);
        let deadline = clock.moment(call.deadline);
        let latest = deadline.saturating_sub(gate.core.settings.min_try);
        let ticket = Ticket { number: gate.ticket(), priority: call.priority, latest };
        Self {
            gate: Arc::clone(gate),
            call,
            plan,
            places,
            ticket,
            deadline,
            record,
            sent: 0,
            failures: 0,
            throttles: 0,
            unknown: false,
            renewed: false,
            refused: None,
            last: None,
        }
    }

    /// Makes the call, records it and answers.
    pub(crate) async fn go(mut self, mut caller: Caller) {
        let result =
            self.drive(&mut caller).await.map_err(|failure| Failure { sent: failure.sent || self.sent > 0, ..failure });
        let quota = self.places.iter().filter(|place| place.planned).find_map(|place| place.scope.quota());
        self.record.end(&result, self.now());
        // Nobody listens any more when the caller has left.
        let _ = caller.send(Answer { result, sent: self.sent, quota });
    }

    pub(crate) fn now(&self) -> Moment {
        self.gate.core.clock.now()
    }

    async fn drive(&mut self, caller: &mut Caller) -> Result<Reply, Failure> {
        let mut from = self.now();
        loop {
            let (permit, target) = self.admitted(caller).await?;
            let permit = self.noted(permit).await?;
            let waited = self.now().saturating_sub(from);
            let step = self.send(permit, target, waited).await;
            from = self.now();
            match step {
                Step::Done(result) => return result,
                Step::Renew { version, failure } => self.renew(caller, version, failure).await?,
                Step::Again { at, failure, host } => {
                    let (core, ticket) = (&self.gate.core, self.ticket);
                    let paused = present(caller, admit::pause(core, host.as_deref(), ticket, at)).await?;
                    self.last = Some(failure);
                    paused.map_err(|refusal| self.refusal(refusal))?;
                }
            }
        }
    }

    /// Leave to send, and a token that is good now: taken after the wait, since
    /// one taken before it may have expired in the queue.
    async fn admitted(&mut self, caller: &mut Caller) -> Result<(Permit, Target), Failure> {
        let gate = Arc::clone(&self.gate);
        let mut got: Option<(Token, Moment)> = None;
        let mut base = self.at_hand(&mut got).map(|target| target.base);
        for _ in 0..CHANGES {
            if caller.is_closed() {
                return Err(words::abandoned());
            }
            let now = self.now();
            if !self.in_time() {
                return Err(self.refusal(TOO_LATE));
            }
            let permit = match &base {
                Some(base) => {
                    let places = gate.with_host(&self.places, base.host(), now);
                    present(caller, admit::admit(&gate.core, &places, self.ticket)).await?
                }
                None => present(caller, admit::admit(&gate.core, &self.places, self.ticket)).await?,
            };
            let permit = permit.map_err(|refusal| self.refusal(refusal))?;
            if !self.in_time() {
                permit.unused();
                return Err(self.refusal(TOO_LATE));
            }
            match self.at_hand(&mut got) {
                Some(target) if base.as_ref() == Some(&target.base) => return Ok((permit, target)),
                Some(target) => {
                    permit.unused();
                    base = Some(target.base);
                }
                None => {
                    // A permit held through a token call would starve the others.
                    permit.unused();
                    let token = self.token(caller).await?;
                    base = Some(token.base.clone());
                    got = Some((token, self.now()));
                }
            }
        }
        Err(Failure::new(FailureKind::Internal, "the token changed faster than a call could be sent"))
    }

    /// The permit again, once whoever asked to be told before the first send
    /// has been.
    async fn noted(&mut self, permit: Permit) -> Result<Permit, Failure> {
        let Some(hook) = self.call.before_send.take() else { return Ok(permit) };
        let told = hook.before_send().await;
        match told {
            Ok(()) if self.in_time() => Ok(permit),
            Ok(()) => {
                permit.unused();
                Err(self.refusal(TOO_LATE))
            }
            Err(failure) => {
                permit.unused();
                Err(failure)
            }
        }
    }

    /// Whether a send still makes sense.
    fn in_time(&self) -> bool {
        self.deadline.saturating_sub(self.now()) >= self.gate.core.settings.min_try
    }

    /// Base and token without waiting, if there are any.
    fn at_hand(&self, got: &mut Option<(Token, Moment)>) -> Option<Target> {
        let Some((source, grant)) = &self.call.grant else {
            let base = self.call.base.clone()?;
            return Some(Target { base, bearer: None, version: 0 });
        };
        let fresh = |token: &Token| Some(token.version) != self.refused;
        let margin = self.gate.core.settings.token_margin;
        // One that was just obtained serves when the source keeps none.
        let token = source.peek(grant, self.min_ttl()).filter(fresh).or_else(|| {
            let (token, at) = got.as_ref()?;
            (fresh(token) && self.now().saturating_sub(*at) < margin).then(|| token.clone())
        })?;
        Some(Target { base: token.base, bearer: Some(token.bearer), version: token.version })
    }

    async fn token(&self, caller: &mut Caller) -> Result<Token, Failure> {
        let Some((source, grant)) = &self.call.grant else {
            return Err(Failure::new(FailureKind::Internal, "a call without a grant must name its address"));
        };
        let clock = &self.gate.core.clock;
        let got = present(caller, clock.until(self.ticket.latest, source.get(grant, self.min_ttl()))).await?;
        let token = got.ok_or_else(words::too_late)??;
        if Some(token.version) == self.refused {
            return Err(Failure::new(
                FailureKind::AuthFailed,
                "the provider refused the newest token of this connection",
            ));
        }
        Ok(token)
    }

    /// Life that a token must still have: one whole send, and some more.
    fn min_ttl(&self) -> Duration {
        let settings = &self.gate.core.settings;
        let left = self.deadline.saturating_sub(self.now());
        settings.per_try(self.call.priority).min(left) + settings.token_margin
    }

    async fn renew(&mut self, caller: &mut Caller, version: u64, failure: Failure) -> Result<(), Failure> {
        let Some((source, grant)) = &self.call.grant else { return Err(failure) };
        if self.renewed {
            return Err(failure);
        }
        self.renewed = true;
        let clock = &self.gate.core.clock;
        match present(caller, clock.until(self.ticket.latest, source.rejected(grant, version))).await? {
            Some(true) => {
                self.refused = Some(version);
                Ok(())
            }
            Some(false) => Err(failure),
            None => Err(words::too_late()),
        }
    }

    /// A refusal in the light of what was sent before: then the last answer says
    /// more than our own queue.
    fn refusal(&mut self, refusal: Refusal) -> Failure {
        let ours =
            matches!(refusal.kind, FailureKind::RateLimited | FailureKind::DeadlineExceeded | FailureKind::Internal);
        match self.last.take() {
            Some(last) if ours => Failure { retry_after: refusal.retry_after.or(last.retry_after), ..last },
            Some(last) => Failure { provider: last.provider, fields: last.fields, ..words::refused(refusal) },
            None => words::refused(refusal),
        }
    }
}

/// The result of `work`, unless the caller leaves first.
async fn present<F: Future>(caller: &mut Caller, work: F) -> Result<F::Output, Failure> {
    tokio::select! {
        biased;
        output = work => Ok(output),
        () = caller.closed() => Err(words::abandoned()),
    }
}
