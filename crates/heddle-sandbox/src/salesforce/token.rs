//! The token endpoint of the org's My Domain: who asks, and with what.

use std::sync::atomic::Ordering;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::json;

use super::errors::{JSON, method_not_allowed, oauth_error};
use super::oauth;
use super::platform::{identity_url, organization};
use super::route::parameter;
use super::state::Salesforce;
use crate::serve::{Answer, Call};

const FORM: &str = "application/x-www-form-urlencoded";

/// A flow of the token endpoint.
#[derive(Clone, Copy)]
enum Flow {
    ClientCredentials,
    Code,
    RefreshToken,
    Assertion,
}

impl Flow {
    fn of(word: &str) -> Option<Flow> {
        match word {
            "client_credentials" => Some(Flow::ClientCredentials),
            "authorization_code" => Some(Flow::Code),
            "refresh_token" => Some(Flow::RefreshToken),
            "urn:ietf:params:oauth:grant-type:jwt-bearer" => Some(Flow::Assertion),
            _ => None,
        }
    }
}

/// Answers a token request, which is a form; what it does not support is told
/// so, with HTTP 400.
pub(super) fn issue(org: &Salesforce, call: &Call<'_>) -> Answer {
    let mut answer = decide(org, call);
    answer.delay = Duration::from_millis(org.settings().token_delay_ms);
    answer
}

fn decide(org: &Salesforce, call: &Call<'_>) -> Answer {
    let form = String::from_utf8_lossy(call.body);
    let flow = parameter(&form, "grant_type").and_then(|word| Flow::of(&word));
    let Some(flow) = flow.filter(|_| call.method == "POST" && is_form(call)) else {
        return oauth_error(400, "unsupported_grant_type", "grant type not supported");
    };
    let basic = call.header("authorization").and_then(basic_credentials);
    let (client_id, client_secret) = basic.unwrap_or_else(|| {
        let field = |name| parameter(&form, name).unwrap_or_default();
        (field("client_id"), field("client_secret"))
    });
    let waiting = &org.app_not_propagated;
    let unknown = waiting.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
    // An assertion says itself whose it is, and is signed in place of a secret.
    let named = matches!(flow, Flow::Assertion) || client_id == org.options.client_id;
    if unknown || !named {
        return oauth_error(400, "invalid_client_id", "client identifier invalid");
    }
    if !matches!(flow, Flow::Assertion) && client_secret != org.options.client_secret {
        return oauth_error(400, "invalid_client", "invalid client credentials");
    }
    if let Some(error) = &org.settings().token_error {
        let status = error.status.unwrap_or(400);
        return oauth_error(status, &error.error, &error.error_description);
    }
    match flow {
        Flow::ClientCredentials => success(org, &Issued { scopes: "api id", refresh: None }).0,
        Flow::Code => oauth::by_code(org, &form),
        Flow::RefreshToken => oauth::by_refresh_token(org, &form),
        Flow::Assertion => oauth::by_assertion(org, &form),
    }
}

/// Ends the session of the form's `token`, or with a refresh token all that came
/// of its consent: 200 without a body. The refusal's
/// code and form are not verified.
pub(super) fn revoke(org: &Salesforce, call: &Call<'_>) -> Answer {
    if call.method != "POST" {
        return method_not_allowed(call.method, "POST");
    }
    let token = if is_form(call) { parameter(&String::from_utf8_lossy(call.body), "token") } else { None };
    let ended = token.is_some_and(|token| {
        let sessions = org.grants().revoke(&token);
        match sessions {
            Some(sessions) => {
                org.close_sessions(&sessions);
                true
            }
            None => org.end_session(&token),
        }
    });
    if ended {
        return Answer::new(200, "", "");
    }
    Answer::new(400, FORM, "error=invalid_token&error_description=invalid+token")
}

fn is_form(call: &Call<'_>) -> bool {
    call.header("content-type").is_some_and(|kind| kind.starts_with(FORM))
}

/// What a token answer says beside the token.
pub(super) struct Issued<'a> {
    pub(super) scopes: &'a str,
    pub(super) refresh: Option<String>,
}

/// A new session: the answer, and its access token.
pub(super) fn success(org: &Salesforce, issued: &Issued<'_>) -> (Answer, String) {
    let token = format!("{}!{}", organization(org).short(), org.random_text(96));
    let issued_at = chrono::Utc::now().timestamp_millis().to_string();
    let id = identity_url(org);
    let key = hmac::Key::new(hmac::HMAC_SHA256, org.options.client_secret.as_bytes());
    let signature = hmac::sign(&key, format!("{id}{issued_at}").as_bytes());
    let mut body = json!({
        "access_token": token,
        "signature": STANDARD.encode(signature),
        "scope": issued.scopes,
        "instance_url": org.residence().url(org.urls()),
        "id": id,
        "token_type": "Bearer",
        "issued_at": issued_at,
    });
    if let (Some(members), Some(refresh)) = (body.as_object_mut(), &issued.refresh) {
        members.insert("refresh_token".to_owned(), refresh.as_str().into());
    }
    org.open_session(token.clone());
    let mut answer = Answer::new(200, JSON, body.to_string());
    answer.token_issued = true;
    (answer, token)
}

fn basic_credentials(header: &str) -> Option<(String, String)> {
    let decoded = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
