//! What a request counts against and what an answer says. The only file that
//! names a quota header.

use super::error_body::{self, ApiError};
use super::errors::{data_row, token_row};
use super::{bulk, convert, lists, soap, wire, write};
use heddle_connector::{
    Account, AuthProblem, CallPlan, Concurrency, FailureKind, Method, QuotaSample, Rate, Repeat, Replay, Reply,
    Request, ScopeKey, ScopeKind, ScopeUse, Signals, Throttle, ThrottleKind, hint,
};
use std::time::Duration;

/// Short calls have no published bound; the org's bound concerns calls over
/// 20 s only. 64 is a quarter of what all orgs together may have in flight.
const CONCURRENCY: Concurrency = Concurrency { start: 32, max: 64 };

/// Logins of one user in an hour. Not documented where it could be read; being
/// wrong costs nothing, since tokens are kept for their whole life.
static LOGINS: [Rate; 1] = [Rate { limit: 3_600, per: Duration::from_secs(3_600) }];

/// Scopes, cost and replay class.
pub(super) fn plan(account: &Account, request: &Request) -> CallPlan {
    let scope = |kind, name: &str, rates, concurrency| ScopeUse {
        key: ScopeKey { kind, name: format!("salesforce:{name}") },
        cost: 1,
        rates,
        concurrency,
    };
    let scopes = if matches!(request.operation, wire::TOKEN | wire::TOKEN_ONCE | wire::REVOKE) {
        vec![scope(ScopeKind::Token, &account.connection, &LOGINS, None)]
    } else {
        let org = account.remote_id.as_deref().unwrap_or(&account.connection);
        vec![scope(ScopeKind::Org, org, &[], Some(CONCURRENCY))]
    };
    let replay = match (request.method, request.operation) {
        // A query sent by POST for its length, a token of a grant that does not rotate,
        // and the end of a token. A code or refresh token (`TOKEN_ONCE`) may be used up.
        // A job that is made twice is prepared twice, and nobody reads the other.
        (Method::Post, wire::COMPOSITE_QUERY | wire::TOKEN | wire::REVOKE | bulk::JOB_CREATE) | (Method::Get, _) => {
            Replay::Safe
        }
        (_, write::UPDATE_IF) => Replay::NotIdempotent,
        (Method::Put | Method::Patch | Method::Delete, _) => Replay::Idempotent,
        (Method::Post, _) => Replay::NotIdempotent,
    };
    CallPlan { scopes, replay }
}

/// What an answer says.
pub(super) fn signals(request: &Request, reply: &Reply) -> Signals {
    let mut signals = match request.operation {
        wire::TOKEN | wire::TOKEN_ONCE => token_signals(reply),
        wire::REVOKE => revoke_signals(reply),
        _ => data_signals(request, reply),
    };
    if let Some(value) = reply.header("sforce-limit-info") {
        signals.quota = limit_info(value);
    }
    let hints: Vec<&str> = reply.headers.iter().filter(|(n, _)| n == "retry-after").map(|(_, v)| v.as_str()).collect();
    if signals.failure.is_some() && !hints.is_empty() {
        signals.wait = hint::parse_wait(&hints, reply.provider_clock(), reply.received);
    }
    signals
}

fn data_signals(request: &Request, reply: &Reply) -> Signals {
    if request.operation == convert::CONVERT {
        return soap_signals(request, reply);
    }
    if reply.is_success() {
        if request.operation == wire::COMPOSITE_QUERY {
            return match wire::composite_error(&reply.body) {
                Ok(None) => Signals::success(),
                Ok(Some((status, body))) => error_signals(request, status, &body),
                Err(why) => bad_response(why),
            };
        }
        if matches!(request.operation, lists::CREATE_WITH | lists::UPDATE_WITH) {
            return step_signals(request, reply);
        }
        let fault = match request.operation {
            bulk::JOB_RESULTS => bulk::table_fault(reply),
            bulk::JOB_DELETE | wire::NOTE_CONTENT => None,
            _ => wire::json_fault(reply),
        };
        return match fault {
            None => Signals::success(),
            Some(why) => bad_response(why),
        };
    }
    error_signals(request, reply.status, &reply.body)
}

/// All steps of a write succeed or none does; the one that failed speaks.
fn step_signals(request: &Request, reply: &Reply) -> Signals {
    match lists::failed(&reply.body) {
        Ok(None) => Signals::success(),
        Ok(Some(step)) => {
            let mut signals = error_signals(request, step.status, &step.body);
            if let Some(list) = step.list {
                // The caller knows the list, not the fields of its records.
                signals.fields = vec![list];
            }
            signals
        }
        Err(why) => bad_response(why),
    }
}

/// SOAP says with 200 that it refused a record, and with 500 that it refused
/// the call, whatever the reason: the code inside decides.
fn soap_signals(request: &Request, reply: &Reply) -> Signals {
    let root = match soap::read(&reply.body) {
        Ok(root) => root,
        Err(why) if reply.is_success() => return bad_response(why),
        // The edge or a proxy speaks.
        Err(_) => return error_signals(request, reply.status, &reply.body),
    };
    let error = soap::fault(&root).or_else(|| convert::refusal(&root));
    let mut signals = match error {
        Some(error) => signals_of(request, 400, error),
        None if !reply.is_success() => error_signals(request, reply.status, b""),
        None => match convert::became(&root) {
            Some(_) => Signals::success(),
            None => bad_response("it names no records"),
        },
    };
    signals.quota = soap::usage(&root)
        .map(|(used, limit)| QuotaSample { scope: ScopeKind::Org, used, limit })
        .into_iter()
        .collect();
    signals
}

fn bad_response(why: &str) -> Signals {
    Signals::failed(FailureKind::BadResponse, Repeat::ByReplay, format!("Salesforce's answer cannot be read: {why}"))
}

fn error_signals(request: &Request, status: u16, body: &[u8]) -> Signals {
    signals_of(request, status, error_body::error(body))
}

fn signals_of(request: &Request, status: u16, error: ApiError) -> Signals {
    let mut signals = match error.code.as_deref().and_then(|code| data_row(code, &error.raw)) {
        Some(row) => {
            let mut signals = Signals::failed(row.kind, row.repeat, error.message.clone());
            signals.throttle = row.throttle.map(|kind| Throttle { kind, scope: ScopeKind::Org });
            signals.auth = row.auth;
            signals.moved = row.moved;
            signals
        }
        None => by_status(request, status, &error),
    };
    let removed = signals.failure == Some(FailureKind::NotFound) && error.code.as_deref() == Some("ENTITY_IS_DELETED");
    if removed && request.operation == write::DELETE {
        // It is in the bin, where the caller wants it.
        return Signals::success();
    }
    if signals.failure == Some(FailureKind::NotFound) && request.operation == bulk::JOB_DELETE {
        return Signals::success();
    }
    let looks_for_no_record = matches!(
        request.operation,
        wire::QUERY
            | wire::COMPOSITE_QUERY
            | wire::DESCRIBE
            | wire::DESCRIBE_GLOBAL
            | wire::USERINFO
            | wire::LIMITS
            | wire::VERSIONS
    );
    if signals.failure == Some(FailureKind::NotFound) && looks_for_no_record {
        signals = no_such_address(request, &error);
    }
    if signals.message.is_empty() {
        signals.message = format!("Salesforce answered {status} without a readable text");
    }
    signals.code = error.code;
    signals.fields = error.fields;
    signals.records = error.records;
    signals
}

/// A 404. Records are looked for by queries, which answer an empty page when
/// there is none, so this says that the address itself is not there.
fn no_such_address(request: &Request, error: &ApiError) -> Signals {
    if error.code.is_none() {
        return bad_response("the address is not there (404)");
    }
    let message = if request.operation == wire::DESCRIBE {
        "the run-as user cannot see this object: give its profile or a permission set read access to it"
    } else {
        "Salesforce does not offer this address in the stored API version: test the connection"
    };
    Signals::failed(FailureKind::Misconfigured, Repeat::Never, message)
}

/// An answer whose code is missing or unknown, by its HTTP class.
fn by_status(request: &Request, status: u16, error: &ApiError) -> Signals {
    let failed = |kind, repeat| Signals::failed(kind, repeat, error.message.clone());
    match status {
        300 => failed(FailureKind::Duplicate, Repeat::Never),
        301..=308 => Signals {
            moved: true,
            message: "Salesforce answers with a redirect: the org lives on another host now. \
                      Check the connection's My Domain host."
                .to_owned(),
            ..failed(FailureKind::Misconfigured, Repeat::Never)
        },
        401 => Signals { auth: Some(AuthProblem::SessionExpired), ..failed(FailureKind::AuthFailed, Repeat::Never) },
        // Identity calls answer 403 with a bare word where data calls answer 401.
        403 if request.operation == wire::USERINFO => {
            Signals { auth: Some(AuthProblem::SessionExpired), ..failed(FailureKind::AuthFailed, Repeat::Never) }
        }
        403 => failed(FailureKind::PermissionDenied, Repeat::Never),
        404 => failed(FailureKind::NotFound, Repeat::Never),
        409 => failed(FailureKind::Conflict, Repeat::Never),
        410 => failed(FailureKind::Misconfigured, Repeat::Never),
        412 | 428 => failed(FailureKind::PreconditionFailed, Repeat::Never),
        405 | 414 | 415 | 431 => failed(FailureKind::Internal, Repeat::Never),
        429 => Signals {
            throttle: Some(Throttle { kind: ThrottleKind::Rate, scope: ScopeKind::Org }),
            ..failed(FailureKind::ProviderRateLimited, Repeat::Always)
        },
        408 | 425 | 504 => failed(FailureKind::Timeout, Repeat::ByReplay),
        // 406 with an empty body on valid calls, and 420 (no route to the org) pass.
        406 | 420 => failed(FailureKind::Unavailable, Repeat::ByReplay),
        400..=499 => failed(FailureKind::ValidationFailed, Repeat::Never),
        _ => failed(FailureKind::Unavailable, Repeat::ByReplay),
    }
}

fn token_signals(reply: &Reply) -> Signals {
    if reply.is_success() {
        return match wire::json_fault(reply) {
            None => Signals::success(),
            Some(why) => bad_response(why),
        };
    }
    let unavailable = |why: String| Signals::failed(FailureKind::Unavailable, Repeat::ByReplay, why);
    let Some((error, description)) = wire::token_error(&reply.body) else {
        return match reply.status {
            301..=308 => Signals::failed(
                FailureKind::Misconfigured,
                Repeat::Never,
                "the login host answers with a redirect; check the My Domain host",
            ),
            429 => Signals::failed(FailureKind::ProviderRateLimited, Repeat::Never, "too many logins"),
            // No verdict on the credentials: an edge or a proxy speaks, and that passes.
            status => {
                unavailable(format!("the login host answered {status} with something that is not a token answer"))
            }
        };
    };
    if reply.status >= 500 {
        return unavailable(format!("Salesforce says: {error}: {description}"));
    }
    let (kind, message) = match token_row(&error, &description) {
        Some(row) => (row.kind, format!("{} (Salesforce says: {error}: {description})", row.advice)),
        None => (FailureKind::Misconfigured, format!("Salesforce refused to give a token: {error}: {description}")),
    };
    Signals { code: Some(error), ..Signals::failed(kind, Repeat::Never, message) }
}

/// The end of a token: an empty 200, or an error pair.
fn revoke_signals(reply: &Reply) -> Signals {
    if reply.is_success() {
        return Signals::success();
    }
    let (kind, repeat) = match reply.status {
        429 => (FailureKind::ProviderRateLimited, Repeat::Never),
        500.. => (FailureKind::Unavailable, Repeat::ByReplay),
        _ => (FailureKind::ValidationFailed, Repeat::Never),
    };
    match wire::revoke_error(&reply.body) {
        Some((error, description)) => {
            let message = format!("Salesforce says: {error}: {description}");
            Signals { code: Some(error), ..Signals::failed(kind, repeat, message) }
        }
        None => Signals::failed(kind, repeat, format!("Salesforce answered {}", reply.status)),
    }
}

/// `api-usage=42/15000`, with other parts in any order, separated by `,` or `;`.
fn limit_info(value: &str) -> Vec<QuotaSample> {
    let figures = |part: &str, name: &str| {
        let rest = part.trim().strip_prefix(name)?.strip_prefix('=')?;
        let (used, rest) = rest.split_once('/')?;
        let digits = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some(QuotaSample { scope: ScopeKind::Org, used: used.trim().parse().ok()?, limit: digits.parse().ok()? })
    };
    value.split([',', ';']).filter_map(|part| figures(part, "api-usage")).filter(|s| s.limit > 0).take(1).collect()
}

#[cfg(test)]
#[path = "failure_tests.rs"]
mod tests;
