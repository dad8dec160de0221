//! The token endpoint of the org's My Domain.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::json;

use super::errors::{JSON, method_not_allowed, oauth_error};
use super::platform::{identity_url, organization};
use super::route::parameter;
use super::state::Salesforce;
use crate::serve::{Answer, Call};

const FORM: &str = "application/x-www-form-urlencoded";

/// Characters of the secret part of a session id.
const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";

/// Answers a token request. Only `client_credentials` in a form is supported;
/// everything else is told so, with HTTP 400.
pub(super) fn issue(org: &Salesforce, call: &Call<'_>) -> Answer {
    let mut answer = decide(org, call);
    answer.delay = Duration::from_millis(org.settings().token_delay_ms);
    answer
}

fn decide(org: &Salesforce, call: &Call<'_>) -> Answer {
    let form = String::from_utf8_lossy(call.body);
    let grant = parameter(&form, "grant_type");
    if call.method != "POST" || !is_form(call) || grant.as_deref() != Some("client_credentials") {
        return oauth_error(400, "unsupported_grant_type", "grant type not supported");
    }
    let basic = call.header("authorization").and_then(basic_credentials);
    let (client_id, client_secret) = basic.unwrap_or_else(|| {
        let field = |name| parameter(&form, name).unwrap_or_default();
        (field("client_id"), field("client_secret"))
    });
    let waiting = &org.app_not_propagated;
    let unknown = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    if unknown || client_id != org.options.client_id {
        return oauth_error(400, "invalid_client_id", "client identifier invalid");
    }
    if client_secret != org.options.client_secret {
        return oauth_error(400, "invalid_client", "invalid client credentials");
    }
    if let Some(error) = &org.settings().token_error {
        let status = error.status.unwrap_or(400);
        return oauth_error(status, &error.error, &error.error_description);
    }
    success(org)
}

/// Ends the session of the form's `token`: 200 without a body. The refusal's
/// code and form are not verified.
pub(super) fn revoke(org: &Salesforce, call: &Call<'_>) -> Answer {
    if call.method != "POST" {
        return method_not_allowed(call.method, "POST");
    }
    let token = if is_form(call) { parameter(&String::from_utf8_lossy(call.body), "token") } else { None };
    if token.is_some_and(|token| org.end_session(&token)) {
        return Answer::new(200, "", "");
    }
    Answer::new(400, FORM, "error=invalid_token&error_description=invalid+token")
}

fn is_form(call: &Call<'_>) -> bool {
    call.header("content-type").is_some_and(|kind| kind.starts_with(FORM))
}

fn success(org: &Salesforce) -> Answer {
    let token = {
        let mut random = org.random.lock().unwrap_or_else(PoisonError::into_inner);
        let secret: String = (0..96).map(|_| char::from(ALPHABET[random.usize(0..ALPHABET.len())])).collect();
        format!("{}!{secret}", organization(org).short())
    };
    let issued_at = chrono::Utc::now().timestamp_millis().to_string();
    let id = identity_url(org);
    let key = hmac::Key::new(hmac::HMAC_SHA256, org.options.client_secret.as_bytes());
    let signature = hmac::sign(&key, format!("{id}{issued_at}").as_bytes());
    let body = json!({
        "access_token": token,
        "signature": STANDARD.encode(signature),
        "scope": "api id",
        "instance_url": org.residence().url(org.urls()),
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued_at,
    });
    org.open_session(token);
    let mut answer = Answer::new(200, JSON, body.to_string());
    answer.token_issued = true;
    answer
}

fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
