use super::super::errors::{DATA, TOKEN};
use super::*;
use bytes::Bytes;
use std::time::SystemTime;

fn reply(status: u16, headers: &[(&str, &str)], body: &str) -> Reply {
    Reply {
        status,
        headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        body: Bytes::copy_from_slice(body.as_bytes()),
        received: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
        took: Duration::from_millis(10),
    }
}

fn query() -> Request {
    Request::get(wire::QUERY, "/services/data/v66.0/query?q=x")
}

fn coded(status: u16, code: &str, message: &str) -> Signals {
    signals(&query(), &reply(status, &[], &format!(r#"[{{"message":"{message}","errorCode":"{code}"}}]"#)))
}

fn token(status: u16, error: &str, description: &str) -> Signals {
    let body = format!(r#"{{"error":"{error}","error_description":"{description}"}}"#);
    let request = Request::post(wire::TOKEN, "/services/oauth2/token", "application/x-www-form-urlencoded", "");
    signals(&request, &reply(status, &[], &body))
}

#[test]
fn usage_is_read_in_all_its_forms() {
    let usage = |value| limit_info(value).first().map(|s| (s.used, s.limit));
    assert_eq!(usage("api-usage=42/15000"), Some((42, 15_000)));
    assert_eq!(usage("api-usage=101000/100000"), Some((101_000, 100_000)));
    assert_eq!(usage("api-usage=25/5000, per-app-api-usage=17/250(appName=sample-app)"), Some((25, 5_000)));
    assert_eq!(usage("per-app-api-usage=17/250(appName=a); api-usage=25/5000"), Some((25, 5_000)));
    for broken in ["", "api-usage=", "api-usage=a/b", "api-usage=1", "api-usage=1/0", "usage=1/2"] {
        assert_eq!(usage(broken), None, "{broken}");
    }
}

#[test]
fn a_good_answer_feeds_the_quota_too() {
    let signals = signals(&query(), &reply(200, &[("sforce-limit-info", "api-usage=7/100")], r#"{"records":[]}"#));
    assert_eq!(signals.failure, None);
    assert_eq!(signals.quota.len(), 1);
}

#[test]
fn an_expired_session_is_told_from_a_hopeless_one() {
    assert_eq!(coded(401, "INVALID_SESSION_ID", "Session expired or invalid").auth, Some(AuthProblem::SessionExpired));
    for text in ["This session is not valid for use with the REST API", "Connected app is not attached to Agent"] {
        assert_eq!(coded(401, "INVALID_SESSION_ID", text).auth, Some(AuthProblem::Hopeless), "{text}");
    }
    let request = Request::get(wire::USERINFO, "/services/oauth2/userinfo");
    assert_eq!(signals(&request, &reply(403, &[], "Bad_OAuth_Token")).auth, Some(AuthProblem::SessionExpired));
}

#[test]
fn the_daily_limit_is_told_from_the_concurrent_one_and_from_a_refusal() {
    let daily = coded(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    assert_eq!(daily.throttle.map(|t| t.kind), Some(ThrottleKind::Daily));
    assert_eq!(daily.failure, Some(FailureKind::QuotaExhausted));
    let concurrent =
        coded(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
    assert_eq!(concurrent.throttle.map(|t| t.kind), Some(ThrottleKind::Concurrency));
    let refused = coded(403, "INSUFFICIENT_ACCESS", "no");
    assert_eq!((refused.throttle, refused.failure), (None, Some(FailureKind::PermissionDenied)));
}

#[test]
fn a_wait_hint_is_read_when_there_is_one() {
    let hinted = signals(&query(), &reply(429, &[("retry-after", "7")], ""));
    assert_eq!(hinted.wait, Some(Duration::from_secs(7)));
    assert_eq!(hinted.throttle.map(|t| t.kind), Some(ThrottleKind::Rate));
    assert_eq!(signals(&query(), &reply(429, &[], "")).wait, None);
}

#[test]
fn a_hidden_field_asks_for_a_new_describe() {
    let hidden = coded(400, "INVALID_FIELD", "No such column 'Fax' on entity 'Contact'. If you are ...");
    assert_eq!(hidden.failure, Some(FailureKind::StaleSchema));
    let other = coded(400, "INVALID_FIELD", "field 'Description' can not be filtered in a query call");
    assert_eq!(other.failure, Some(FailureKind::ValidationFailed));
}

#[test]
fn another_host_is_recognised() {
    assert!(coded(401, "URL_NOT_RESET", "Destination URL not reset").moved);
    assert!(signals(&query(), &reply(302, &[("location", "https://elsewhere.example")], "")).moved);
}

#[test]
fn unknown_codes_and_bare_answers_are_decided_by_their_class() {
    for (status, kind, repeat) in [
        (300, FailureKind::Duplicate, Repeat::Never),
        (401, FailureKind::AuthFailed, Repeat::Never),
        (403, FailureKind::PermissionDenied, Repeat::Never),
        (406, FailureKind::Unavailable, Repeat::ByReplay),
        (412, FailureKind::PreconditionFailed, Repeat::Never),
        (414, FailureKind::Internal, Repeat::Never),
        (418, FailureKind::ValidationFailed, Repeat::Never),
        (420, FailureKind::Unavailable, Repeat::ByReplay),
        (500, FailureKind::Unavailable, Repeat::ByReplay),
        (503, FailureKind::Unavailable, Repeat::ByReplay),
        (504, FailureKind::Timeout, Repeat::ByReplay),
        (599, FailureKind::Unavailable, Repeat::ByReplay),
    ] {
        for body in ["", "<html>so sorry</html>", r#"[{"message":"m","errorCode":"NEW_CODE_OF_NEXT_RELEASE"}]"#] {
            let signals = signals(&query(), &reply(status, &[], body));
            assert_eq!((signals.failure, signals.repeat), (Some(kind), repeat), "{status} {body}");
            assert!(!signals.message.is_empty(), "{status} {body}");
        }
    }
}

#[test]
fn a_404_is_never_taken_for_a_missing_record() {
    assert_eq!(signals(&query(), &reply(404, &[], "<html></html>")).failure, Some(FailureKind::BadResponse));
    assert_eq!(
        coded(404, "NOT_FOUND", "The requested resource does not exist").failure,
        Some(FailureKind::Misconfigured)
    );
    let describe = Request::get(wire::DESCRIBE, "/services/data/v66.0/sobjects/Contact/describe");
    let hidden = signals(&describe, &reply(404, &[], r#"[{"errorCode":"NOT_FOUND","message":"x"}]"#));
    assert!(hidden.message.contains("read access"), "{}", hidden.message);
}

#[test]
fn each_row_of_both_tables_can_be_reached() {
    for row in DATA {
        let hit = data_row(row.code, row.text).unwrap();
        assert!(std::ptr::eq(hit, row), "{} {:?} is shadowed", row.code, row.text);
    }
    for row in TOKEN {
        let hit = token_row(row.error, row.begins).unwrap();
        assert!(std::ptr::eq(hit, row), "{} {:?} is shadowed", row.error, row.begins);
    }
}

#[test]
fn token_answers_say_what_to_do() {
    let unknown_key = token(400, "invalid_client_id", "client identifier invalid");
    assert_eq!(unknown_key.failure, Some(FailureKind::AppUnknown));
    assert!(unknown_key.message.contains("10 minutes"));
    assert_eq!(token(400, "invalid_grant", "expired access/refresh token").failure, Some(FailureKind::NeedsReauth));
    assert_eq!(token(401, "invalid_client", "invalid client credentials").failure, Some(FailureKind::Misconfigured));
    let odd = token(400, "brand_new", "never seen");
    assert_eq!(odd.failure, Some(FailureKind::Misconfigured));
    assert!(odd.message.contains("brand_new: never seen"));
    assert_eq!(token(503, "server_error", "x").failure, Some(FailureKind::Unavailable));
    assert_eq!(token(503, "invalid_client", "x").failure, Some(FailureKind::Unavailable));
    let request = Request::post(wire::TOKEN, "/services/oauth2/token", "x", "");
    for status in [403, 404, 406, 420, 503] {
        let html = signals(&request, &reply(status, &[], "<html>We are setting things up</html>"));
        assert_eq!((html.failure, html.repeat), (Some(FailureKind::Unavailable), Repeat::ByReplay), "{status}");
    }
}

#[test]
fn calls_are_counted_against_the_org_and_tokens_against_the_connection() {
    let account = Account { connection: "con_1".into(), remote_id: Some("00D1".into()), api_version: None };
    let data = plan(&account, &query());
    assert_eq!(data.scopes[0].key, ScopeKey { kind: ScopeKind::Org, name: "salesforce:00D1".into() });
    assert_eq!(data.replay, Replay::Safe);
    let token = plan(&account, &Request::post(wire::TOKEN, "/services/oauth2/token", "x", ""));
    assert_eq!(token.scopes[0].key, ScopeKey { kind: ScopeKind::Token, name: "salesforce:con_1".into() });
    let create = plan(&account, &Request::post("create", "/services/data/v66.0/sobjects/Contact", "x", ""));
    assert_eq!(create.replay, Replay::NotIdempotent);
}

#[test]
fn a_revocation_is_an_empty_answer_or_an_error_in_either_form() {
    let revoke = Request::post(wire::REVOKE, "/services/oauth2/revoke", "application/x-www-form-urlencoded", "token=x");
    assert_eq!(signals(&revoke, &reply(200, &[], "")).failure, None);
    for body in [
        r#"{"error":"invalid_token","error_description":"no such token"}"#,
        "error=invalid_token&error_description=no+such+token",
    ] {
        let refused = signals(&revoke, &reply(400, &[], body));
        assert_eq!((refused.failure, refused.repeat), (Some(FailureKind::ValidationFailed), Repeat::Never), "{body}");
        assert_eq!(refused.message, "Salesforce says: invalid_token: no such token");
    }
    assert_eq!(signals(&revoke, &reply(503, &[], "<html>")).failure, Some(FailureKind::Unavailable));
    let plan = plan(&Account { connection: "con_1".into(), ..Account::default() }, &revoke);
    assert_eq!((plan.scopes[0].key.kind, plan.replay), (ScopeKind::Token, Replay::Safe));
}
