//! Every recorded error, judged by the connector.

use super::exchange::{Exchange, exchanges, text};
use super::{recordings, say, stage};
use heddle_connector::{AuthProblem, FailureKind, FailureKind as Kind, Repeat, Request, ThrottleKind};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// What each recorded code means. Where two rows have one code, the first
/// whose text stands in the message counts.
const CODES: &[(&str, &str, Kind)] = &[
    ("INVALID_SESSION_ID", "Session expired", Kind::AuthFailed),
    ("REQUEST_LIMIT_EXCEEDED", "TotalRequests", Kind::QuotaExhausted),
    ("NOT_FOUND", "external ID field does not exist", Kind::StaleSchema),
    ("NOT_FOUND", "", Kind::NotFound),
    ("ENTITY_IS_DELETED", "", Kind::NotFound),
    ("DUPLICATES_DETECTED", "", Kind::Duplicate),
    ("CANNOT_UPDATE_CONVERTED_LEAD", "", Kind::Conflict),
    ("ALL_OR_NONE_OPERATION_ROLLED_BACK", "", Kind::Conflict),
    ("UNABLE_TO_LOCK_ROW", "", Kind::Conflict),
    ("REQUIRED_FIELD_MISSING", "", Kind::RequiredMissing),
    ("INVALID_EMAIL_ADDRESS", "", Kind::ValidationFailed),
    ("INVALID_CROSS_REFERENCE_KEY", "", Kind::ValidationFailed),
    ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "", Kind::ValidationFailed),
    ("MALFORMED_ID", "", Kind::ValidationFailed),
    ("MALFORMED_SEARCH", "", Kind::ValidationFailed),
    ("INVALID_FIELD", "No such column", Kind::StaleSchema),
    ("INVALID_FIELD", "", Kind::ValidationFailed),
    ("MALFORMED_QUERY", "", Kind::ValidationFailed),
    ("JSON_PARSER_ERROR", "", Kind::Internal),
    ("TXN_SECURITY_METERING_ERROR", "", Kind::Timeout),
    ("INVALIDENTITY", "", Kind::Unsupported),
];

/// The fixtures' statuses stand in the tests that they were made for.
const FIXTURES: &[(&str, u16)] = &[
    ("expired_session_response", 401),
    ("sobject_delete_error_response", 404),
    ("sobject_query_error_response", 400),
    ("sobject_search_error_response", 400),
    ("sobject_sobject_describe_error_response", 404),
    ("sobject_sobject_find_error_response", 404),
    ("sobject_upsert_error_response", 404),
    ("sobject_upsert_multiple_error_response", 300),
    ("sobject_write_error_response", 400),
];

/// Answers of the token endpoint: their own suite.
const TOKEN_FIXTURES: &[&str] = &["auth_error_response", "refresh_error_response"];

/// What a recorded code with its message means.
pub(super) fn expected(code: &str, message: &str) -> FailureKind {
    let row = CODES.iter().find(|(c, text, _)| *c == code && message.contains(text));
    row.unwrap_or_else(|| panic!("no expectation for {code}: {message}")).2
}

/// The gathered errors, each with where it stands.
pub(super) fn gathered(folder: &Path) -> Vec<(String, Value)> {
    let file: Value = serde_json::from_str(&text(folder, "collected/errors.json")).unwrap();
    let items = file["items"].as_array().unwrap().iter().enumerate();
    items.map(|(number, item)| (format!("collected/errors.json#{number}"), item.clone())).collect()
}

/// Answers with an error status.
pub(super) fn refusals(folder: &Path) -> Vec<Exchange> {
    let mut all: Vec<Exchange> = exchanges(folder).into_iter().filter(|e| e.status >= 300).collect();
    for (name, status) in FIXTURES {
        let name = format!("restforce-fixtures/{name}.json");
        let body = text(folder, &name).into_bytes();
        all.push(Exchange::bare(name, *status, body));
    }
    for (source, item) in gathered(folder) {
        if let Some(status) = item["status"].as_u64().filter(|s| *s >= 300) {
            all.push(Exchange::bare(source, u16::try_from(status).unwrap(), item["body"].to_string().into_bytes()));
        }
    }
    all
}

/// Judges an answer, and proves that the code decided and not the status.
fn judged(request: &Request, exchange: &Exchange, code: &str, message: &str) -> FailureKind {
    let connector = stage::salesforce();
    let wanted = expected(code, message);
    for status in [exchange.status, 499, 599] {
        let mut reply = exchange.reply();
        reply.status = status;
        let signals = connector.signals(request, &reply);
        assert_eq!(signals.failure, Some(wanted), "{}: {code} with {status}", exchange.source);
        assert_eq!(signals.code.as_deref(), Some(code), "{}", exchange.source);
        assert!(!signals.message.is_empty() && signals.message.len() <= 500, "{}", exchange.source);
    }
    wanted
}

#[tokio::test]
async fn every_recorded_error_is_judged_by_its_code() {
    let Some(folder) = recordings("salesforce") else { return };
    // A row's own resource, where a 404 does mean that there is no such record.
    let request = Request::get("row", "/services/data/v66.0/sobjects/Contact/003000000000001AAA");
    let mut kinds = BTreeMap::<String, usize>::new();
    for exchange in refusals(&folder) {
        let first = &exchange.json[0];
        let kind = match (first["errorCode"].as_str(), first["message"].as_str()) {
            (Some(code), Some(message)) => judged(&request, &exchange, code, message),
            // The one shape without a code: the addresses of several fitting records.
            _ => {
                assert_eq!(exchange.status, 300, "{}: no code and no other shape that is known", exchange.source);
                let signals = stage::salesforce().signals(&request, &exchange.reply());
                assert_eq!(signals.failure, Some(Kind::Duplicate), "{}", exchange.source);
                assert!(signals.message.starts_with("2 records have this key"), "{}", signals.message);
                Kind::Duplicate
            }
        };
        *kinds.entry(format!("{kind:?}")).or_default() += 1;
    }
    say(&format!("errors by kind {kinds:?}"));
    assert!(kinds.values().sum::<usize>() >= 24, "{kinds:?}");
}

#[test]
fn every_error_fixture_is_in_one_of_the_lists() {
    let Some(folder) = recordings("salesforce") else { return };
    for name in super::exchange::files(&folder, "restforce-fixtures") {
        let stem = name.trim_start_matches("restforce-fixtures/").trim_end_matches(".json");
        let listed = FIXTURES.iter().any(|(f, _)| *f == stem) || TOKEN_FIXTURES.contains(&stem);
        assert!(listed || !(stem.contains("error") || stem.contains("expired")), "{stem} is judged by no test");
    }
}

#[tokio::test]
async fn the_items_of_collections_carry_codes_that_are_known() {
    let Some(folder) = recordings("salesforce") else { return };
    // A row's own resource, where a 404 does mean that there is no such record.
    let request = Request::get("row", "/services/data/v66.0/sobjects/Contact/003000000000001AAA");
    let recorded = exchanges(&folder).into_iter().filter(|e| e.status == 200).map(|e| (e.source, e.json));
    let gathered = gathered(&folder).into_iter().filter(|(_, item)| item["status"] == 200);
    let gathered = gathered.map(|(source, item)| (source, item["body"].clone()));
    let (mut codes, mut answers) = (BTreeMap::<String, usize>::new(), 0);
    for (source, body) in recorded.chain(gathered) {
        let items = body.as_array().into_iter().flatten();
        let failed: Vec<&Value> = items.filter(|item| item["success"] == false).collect();
        answers += usize::from(!failed.is_empty());
        for item in failed {
            for error in item["errors"].as_array().unwrap() {
                let (code, message) = (error["statusCode"].as_str().unwrap(), error["message"].as_str().unwrap());
                // A collection with failed items is a success of the call; the suites of writes read the items.
                // Each item must at least be readable and known, in the form of a refused single record.
                let one = json!([{ "success": false, "errors": [error] }]).to_string().into_bytes();
                judged(&request, &Exchange::bare(source.clone(), 400, one), code, message);
                *codes.entry(code.to_owned()).or_default() += 1;
            }
        }
    }
    say(&format!("item errors in {answers} answers to writes: {codes:?}"));
    assert!(answers >= 8 && codes.len() >= 6, "{codes:?}");
}

#[tokio::test]
async fn an_error_that_was_kept_as_text_is_known_by_its_code() {
    let Some(folder) = recordings("salesforce") else { return };
    // A row's own resource, where a 404 does mean that there is no such record.
    let request = Request::get("row", "/services/data/v66.0/sobjects/Contact/003000000000001AAA");
    let mut read = 0;
    for (source, item) in gathered(&folder).iter().filter(|(_, item)| item["status"].is_null()) {
        // As bulk results spell errors: `CODE:message`.
        let (code, message) = item["body"].as_str().unwrap().split_once(':').unwrap();
        let body = json!([{ "errorCode": code, "message": message.trim() }]).to_string().into_bytes();
        let exchange = Exchange::bare(source.clone(), 400, body);
        judged(&request, &exchange, code, message);
        let signals = stage::salesforce().signals(&request, &exchange.reply());
        assert_eq!(signals.repeat, Repeat::Always, "a lock passes, and nothing was written");
        read += 1;
    }
    assert_eq!(read, 1);
}

#[tokio::test]
async fn a_spent_session_and_a_spent_day_are_told_apart_from_other_refusals() {
    let Some(folder) = recordings("salesforce") else { return };
    // A row's own resource, where a 404 does mean that there is no such record.
    let request = Request::get("row", "/services/data/v66.0/sobjects/Contact/003000000000001AAA");
    let (mut sessions, mut days) = (0, 0);
    for exchange in refusals(&folder) {
        let signals = stage::salesforce().signals(&request, &exchange.reply());
        let spent = signals.code.as_deref() == Some("INVALID_SESSION_ID");
        assert_eq!(signals.auth, spent.then_some(AuthProblem::SessionExpired), "{}", exchange.source);
        let day = signals.code.as_deref() == Some("REQUEST_LIMIT_EXCEEDED");
        assert_eq!(signals.throttle.map(|t| t.kind), day.then_some(ThrottleKind::Daily), "{}", exchange.source);
        sessions += usize::from(spent);
        days += usize::from(day);
    }
    assert!(sessions >= 2 && days >= 1);
}
