//! Reads the answer of a token endpoint.

use super::ask::Fresh;
use heddle_connector::{AuthKind, HostRule, Reply};
use heddle_gate::{BaseUrl, Failure, FailureKind};
use secrecy::SecretString;
use serde_json::{Map, Value};
use std::time::{Duration, SystemTime};

/// Longest token accepted, in bytes: what fits a header everywhere.
const MAX_TOKEN: usize = 8 * 1024;
/// A longer life than this is not believed.
const MAX_TTL: u64 = 30 * 24 * 3600;

/// Token, base URL and life out of a 2xx answer.
///
/// # Errors
/// `BadResponse` for an answer without a token; `Misconfigured`, with the
/// field's name in `fields`, for one that names a host that must not receive
/// the token, or scopes that are of no use. No message holds the token.
pub(super) fn read(
    reply: &Reply,
    kind: &AuthKind,
    hosts: &HostRule,
    loopback: bool,
    obtained_at: SystemTime,
) -> Result<Fresh, Failure> {
    let method = kind.endpoint();
    let answer: Map<String, Value> =
        serde_json::from_slice(&reply.body).map_err(|_| bad("the token endpoint's answer is not a JSON object"))?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::trim).filter(|t| !t.is_empty());
    if text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err(bad("the token endpoint gave a token that is not a bearer token"));
    }
    let token = text("access_token").ok_or_else(|| bad("the token endpoint's answer has no access token"))?;
    if token.len() > MAX_TOKEN || !token.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(bad("the token endpoint's access token cannot be sent in a header"));
    }
    let named = text(method.base_url_field)
        .ok_or_else(|| bad(&format!("the token endpoint's answer has no {}", method.base_url_field)))?;
    let base = BaseUrl::checked(named, hosts, loopback).map_err(|why| {
        let why = format!("the token answer named a host that is not the provider's, and was refused: {why}");
        Failure { fields: vec![method.base_url_field.to_owned()], ..Failure::new(FailureKind::Misconfigured, why) }
    })?;
    if let (AuthKind::AuthorizationCode(consent), Some(scope)) = (kind, text("scope"))
        && !scope.split_ascii_whitespace().any(|word| consent.needs.contains(&word))
    {
        let why = format!(
            "the grant has the scopes {scope:.100}, and none of {}: add one to the app and consent again",
            consent.needs.join(", ")
        );
        return Err(Failure { fields: vec!["scope".to_owned()], ..Failure::new(FailureKind::Misconfigured, why) });
    }
    let refresh = text("refresh_token");
    if refresh.is_some_and(|token| token.len() > MAX_TOKEN) {
        return Err(bad("the token endpoint's refresh token is longer than 8 kB"));
    }
    let refresh = refresh.map(SecretString::from);
    let ttl = answer.get("expires_in").and_then(seconds).map_or(method.default_ttl, Duration::from_secs);
    let account = method.account.and_then(|at| at.read(text(at.field)?)).map(str::to_owned);
    Ok(Fresh { bearer: SecretString::from(token), refresh, base, account, obtained_at, expires_at: obtained_at + ttl })
}

/// The refresh token of an answer, whatever else is wrong with it.
pub(super) fn refresh_token(reply: &Reply) -> Option<SecretString> {
    let answer: Map<String, Value> = serde_json::from_slice(&reply.body).ok()?;
    let token = answer.get("refresh_token")?.as_str()?.trim();
    (1..=MAX_TOKEN).contains(&token.len()).then(|| SecretString::from(token))
}

/// A believable number of seconds, from a number or a text.
fn seconds(value: &Value) -> Option<u64> {
    let seconds = match value {
        Value::Number(n) => n.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    // Also refuses NaN, which compares with nothing.
    (seconds >= 1.0 && seconds <= MAX_TTL as f64).then_some(seconds as u64)
}

fn bad(message: &str) -> Failure {
    Failure::new(FailureKind::BadResponse, message)
}
