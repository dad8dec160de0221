//! `/services/oauth2/authorize`: the consent page and what comes of it.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::errors::{method_not_allowed, page as error_page};
use super::super::platform::USERNAME;
use super::super::route::parameter;
use super::super::state::Salesforce;
use super::grants::Code;
use super::now_ms;
use super::page::{Hidden, page};
use crate::serve::{Answer, Call};

/// The scopes that the app was set up with.
const SCOPES: [&str; 8] = ["api", "full", "id", "offline_access", "openid", "profile", "refresh_token", "web"];
/// The password of every user.
const PASSWORD: &str = "sandbox";
/// Parameters that the form carries along.
const CARRIED: [&str; 8] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
    "prompt",
];

/// GET shows the page; POST is what the person decided.
pub(in super::super) fn authorize(org: &Salesforce, call: &Call<'_>) -> Answer {
    let body = String::from_utf8_lossy(call.body);
    let asked = match call.method {
        "GET" | "HEAD" => call.query,
        "POST" => &body,
        method => return method_not_allowed(method, "GET,HEAD,POST"),
    };
    let field = |name: &str| parameter(asked, name).unwrap_or_default();
    // Nobody is sent to an address that the app does not have.
    if field("client_id") != org.options.client_id {
        return error_page(400, "error=invalid_client_id&amp;error_description=client identifier invalid");
    }
    let redirect_uri = field("redirect_uri");
    let settings = org.settings();
    if !settings.callback_urls.contains(&redirect_uri) {
        return error_page(
            400,
            "error=redirect_uri_mismatch&amp;error_description=redirect_uri must match configuration",
        );
    }
    let back = |pairs: &[(&str, &str)]| sent_back(&redirect_uri, pairs, &field("state"));
    let error = |code: &str, text: &str| back(&[("error", code), ("error_description", text)]);
    if field("response_type") != "code" {
        return error("unsupported_response_type", "response type not supported");
    }
    let asked_scopes = field("scope");
    let scopes = if asked_scopes.is_empty() { "api refresh_token id" } else { asked_scopes.as_str() };
    if !scopes.split(' ').all(|scope| SCOPES.contains(&scope)) {
        return error("invalid_scope", "the requested scope is not allowed");
    }
    let challenge = Some(field("code_challenge")).filter(|text| !text.is_empty());
    let plain = challenge.is_some() && field("code_challenge_method") != "S256";
    if plain || (challenge.is_none() && settings.require_pkce) {
        return error("invalid_request", "missing required code challenge");
    }
    let hidden: Vec<(&str, String)> = CARRIED.iter().map(|name| (*name, field(name))).collect();
    let hidden: Vec<Hidden<'_>> =
        hidden.iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| Hidden { name, value }).collect();
    let shown = |wrong| Answer::new(200, "text/html; charset=utf-8", page(USERNAME, scopes, &hidden, wrong));
    if call.method != "POST" {
        return shown(None);
    }
    if field("decision") == "deny" {
        return error("access_denied", "end-user denied authorization");
    }
    if field("username") != USERNAME || field("password") != PASSWORD || field("decision") != "allow" {
        return shown(Some("Please check your username and password."));
    }
    // As the vendor's: the end needs escaping in an address.
    let code = format!("aPrx{}==", org.random_text(60));
    let life = i64::try_from(settings.code_life_ms).unwrap_or(i64::MAX);
    let about = Code {
        redirect_uri: redirect_uri.clone(),
        challenge,
        scopes: scopes.to_owned(),
        expires_ms: now_ms().saturating_add(life),
        family: None,
    };
    org.grants().add_code(code.clone(), about);
    back(&[("code", &code)])
}

/// Sends the browser to the app.
fn sent_back(redirect_uri: &str, pairs: &[(&str, &str)], state: &str) -> Answer {
    let mut address = redirect_uri.to_owned();
    let state = (!state.is_empty()).then_some(("state", state));
    for (name, value) in pairs.iter().copied().chain(state) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.extend(utf8_percent_encode(value, NON_ALPHANUMERIC));
    }
    error_page(302, "Found").with_header("location", address)
}
