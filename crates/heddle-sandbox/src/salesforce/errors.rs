//! Salesforce's error bodies: an array for data calls, an object for OAuth.

use serde_json::{Value, json};

use super::soql::SoqlError;
use crate::serve::Answer;

pub(super) const JSON: &str = "application/json;charset=UTF-8";
const HTML: &str = "text/html; charset=UTF-8";

/// A data call's error: an array with one entry.
pub(super) fn error(status: u16, code: &str, message: &str) -> Answer {
    let body = json!([{ "message": message, "errorCode": code }]);
    Answer::new(status, JSON, body.to_string())
}

/// An error of the token endpoint.
pub(super) fn oauth_error(status: u16, error: &str, description: &str) -> Answer {
    let body = json!({ "error": error, "error_description": description });
    Answer::new(status, JSON, body.to_string())
}

pub(super) fn soql_error(refused: &SoqlError) -> Answer {
    error(400, refused.code, &refused.message)
}

pub(super) fn session_expired() -> Answer {
    error(401, "INVALID_SESSION_ID", "Session expired or invalid")
}

pub(super) fn not_found() -> Answer {
    error(404, "NOT_FOUND", "The requested resource does not exist")
}

pub(super) fn quota_exhausted() -> Answer {
    error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
}

pub(super) fn method_not_allowed(method: &str, allowed: &str) -> Answer {
    let message = format!("HTTP Method '{method}' not allowed. Allowed are {allowed}");
    error(405, "METHOD_NOT_ALLOWED", &message).with_header("allow", allowed)
}

/// An edge error page.
pub(super) fn page(status: u16, text: &str) -> Answer {
    let body = format!("<html><head><title>{text}</title></head><body><h1>{text}</h1></body></html>");
    Answer::new(status, HTML, body)
}

/// What Salesforce says with a bare status: content type and body.
pub(super) fn bare(status: u16) -> (&'static str, String) {
    let (code, message) = match status {
        401 => ("INVALID_SESSION_ID", "Session expired or invalid"),
        403 => ("REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."),
        404 => ("NOT_FOUND", "The requested resource does not exist"),
        429 => ("TOO_MANY_REQUESTS", "Too many requests"),
        500 => (
            "UNKNOWN_EXCEPTION",
            "An unexpected error occurred. Please include this ErrorId if you contact support: \
             123-456 (789)",
        ),
        503 => ("SERVER_UNAVAILABLE", "Server is temporarily unavailable"),
        406 => return ("", String::new()),
        420 => {
            return (HTML, "<html><body>We are setting things up</body></html>".to_owned());
        }
        _ => {
            return (HTML, format!("<html><body><h1>Error {status}</h1></body></html>"));
        }
    };
    let body: Value = json!([{ "message": message, "errorCode": code }]);
    (JSON, body.to_string())
}
