//! The sentences of failures that the gate itself finds.

use crate::admit::Refusal;
use crate::{Failure, FailureKind, ProviderError, Reply, SendFault, Signals};

/// A refusal as the caller hears it.
pub(crate) fn refused(refusal: Refusal) -> Failure {
    let message = match refusal.kind {
        FailureKind::RateLimited => {
            "too many calls are waiting for this account already; nothing was sent for this one"
        }
        FailureKind::ProviderRateLimited => "the provider asked for a pause that lasts beyond this call's deadline",
        FailureKind::QuotaExhausted => "the provider's allowance for this account is used up",
        FailureKind::Unavailable => "the provider is failing; calls to it are paused",
        FailureKind::DeadlineExceeded => "the time for this call was over before it could be sent",
        _ => "the call costs more than its scope ever allows at once",
    };
    Failure { retry_after: refusal.retry_after, ..Failure::new(refusal.kind, message) }
}

/// The caller left while the call waited.
pub(crate) fn abandoned() -> Failure {
    Failure::new(FailureKind::DeadlineExceeded, "the caller left before the call was over")
}

/// The deadline came during a send.
pub(crate) fn late() -> Failure {
    Failure::new(FailureKind::DeadlineExceeded, "the provider did not answer before this call's deadline")
}

/// The deadline came before a send.
pub(crate) fn too_late() -> Failure {
    refused(Refusal { kind: FailureKind::DeadlineExceeded, retry_after: None })
}

/// What a connector read, as the caller hears it.
pub(crate) fn answered(kind: FailureKind, signals: Signals, reply: &Reply) -> Failure {
    let provider = ProviderError { status: reply.status, code: signals.code, message: signals.message.clone() };
    let message = if signals.message.is_empty() {
        format!("the provider answered with status {}", reply.status)
    } else {
        signals.message
    };
    Failure {
        kind,
        message,
        retry_after: signals.wait,
        provider: Some(provider),
        fields: signals.fields,
        records: signals.records,
        sent: true,
    }
}

/// An exchange without a complete answer.
pub(crate) fn broken(fault: &SendFault) -> Failure {
    let kind = match fault {
        SendFault::NotSent { .. } | SendFault::Reset => FailureKind::Unavailable,
        SendFault::Timeout => FailureKind::Timeout,
        SendFault::Truncated | SendFault::TooLarge => FailureKind::BadResponse,
    };
    Failure::new(kind, fault.to_string())
}

/// Nobody knows whether a write happened.
pub(crate) fn unknown(cause: Failure) -> Failure {
    let message = format!(
        "nobody knows whether the provider carried this out, so it is not repeated; look before sending it again ({})",
        cause.message
    );
    Failure { kind: FailureKind::OutcomeUnknown, message, retry_after: None, ..cause }
}
