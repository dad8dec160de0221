//! Raw calls: the caller's own request, answered as the provider answers it.

use crate::{Reader, Session};
use heddle_gate::{CallPlan, Classify, Failure, FailureKind, Method, Repeat, Replay, Reply, Request, Signals};
use std::sync::Arc;

/// What a raw call is called in logs and plans.
pub const RAW: &str = "passthrough";

impl Session {
    /// Sends a raw call through the gate. What the provider answers is the
    /// answer, its refusals too; a failure is what stood in the way: no
    /// connection, a limit, a dead login, a host that is down or moved.
    ///
    /// A `GET` is repeated as any read is; nothing else is ever repeated when
    /// it may have been carried out, since nobody here knows what it does.
    ///
    /// # Errors
    /// Final: the gate has already repeated what may be repeated.
    pub async fn raw(&self, request: Request) -> Result<Reply, Failure> {
        self.send_as(request, Arc::new(Plain(self.reader.clone()))).await
    }
}

/// Reads raw calls: limits, login and host as the connector does, all else as
/// an answer.
struct Plain(Arc<Reader>);

impl Classify for Plain {
    fn plan(&self, request: &Request) -> CallPlan {
        let replay = if request.method == Method::Get { Replay::Safe } else { Replay::NotIdempotent };
        CallPlan { replay, ..self.0.plan(request) }
    }

    fn signals(&self, request: &Request, reply: &Reply) -> Signals {
        let signals = self.0.signals(request, reply);
        let failure = if is_answer(&signals, reply) { None } else { signals.failure };
        match failure {
            Some(_) => signals,
            None => Signals { failure: None, repeat: Repeat::Never, moved: false, wait: None, ..signals },
        }
    }
}

/// Whether the provider took the call and said something to its caller. What a
/// connector cannot read may be what was asked for: a file, a table.
fn is_answer(signals: &Signals, reply: &Reply) -> bool {
    if reply.is_success() || reply.status == 304 {
        return true;
    }
    let ours = signals.throttle.is_some() || signals.auth.is_some() || signals.moved;
    let down = matches!(
        signals.failure,
        Some(
            FailureKind::Unavailable | FailureKind::Timeout | FailureKind::QuotaExhausted | FailureKind::OutcomeUnknown
        )
    );
    !ours && !down
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_gate::{AuthProblem, ScopeKind, Throttle, ThrottleKind};
    use std::time::{Duration, SystemTime};

    fn reply(status: u16) -> Reply {
        let (headers, body) = (Vec::new(), Vec::new().into());
        Reply { status, headers, body, received: SystemTime::UNIX_EPOCH, took: Duration::ZERO }
    }

    #[test]
    fn refusals_of_the_provider_are_answers_and_what_stands_in_the_way_is_not() {
        let failed = |kind| Signals::failed(kind, Repeat::ByReplay, "x");
        for (status, kind) in [
            (200, FailureKind::BadResponse),
            (304, FailureKind::Misconfigured),
            (400, FailureKind::ValidationFailed),
            (404, FailureKind::NotFound),
            (405, FailureKind::Internal),
            (409, FailureKind::Conflict),
        ] {
            assert!(is_answer(&failed(kind), &reply(status)), "{status}");
        }
        assert!(!is_answer(&failed(FailureKind::Unavailable), &reply(503)));
        assert!(!is_answer(&failed(FailureKind::Timeout), &reply(504)));
        let moved = Signals { moved: true, ..failed(FailureKind::Misconfigured) };
        assert!(!is_answer(&moved, &reply(302)));
        let expired = Signals { auth: Some(AuthProblem::SessionExpired), ..failed(FailureKind::AuthFailed) };
        assert!(!is_answer(&expired, &reply(401)));
        let limit = Throttle { kind: ThrottleKind::Rate, scope: ScopeKind::Org };
        let limited = Signals { throttle: Some(limit), ..failed(FailureKind::ProviderRateLimited) };
        assert!(!is_answer(&limited, &reply(429)));
    }
}
