//! Signed assertions (JWT bearer), checked by the certificate's public key.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

use super::super::errors::oauth_error;
use super::super::platform::USERNAME;
use super::super::route::parameter;
use super::super::state::Salesforce;
use super::super::token::{Issued, success};
use super::{invalid_grant, now_ms};
use crate::serve::Answer;

/// An assertion may end at most this far ahead.
const AHEAD_S: i64 = 300;

/// A token for the user that the assertion names, if the app's certificate
/// signed it. No refresh token comes with it.
pub(in super::super) fn by_assertion(org: &Salesforce, form: &str) -> Answer {
    let jwt = parameter(form, "assertion").unwrap_or_default();
    let Some((claims, signed)) = read(&jwt) else { return invalid_grant("invalid assertion") };
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    if text("iss") != org.options.client_id {
        return oauth_error(400, "invalid_client_id", "client identifier invalid");
    }
    let key = org.settings().jwt_public_key.as_deref().and_then(|key| STANDARD.decode(key).ok());
    let genuine = key.is_some_and(|key| {
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key)
            .verify(signed.text.as_bytes(), &signed.signature)
            .is_ok()
    });
    if !genuine {
        return invalid_grant("invalid assertion");
    }
    let own = org.urls();
    let audiences = ["https://login.salesforce.com", "https://test.salesforce.com", &own[0], &own[1]];
    if !audiences.contains(&text("aud")) {
        return invalid_grant("Audience validation failed");
    }
    let ahead = claims.get("exp").and_then(Value::as_i64).map(|exp| exp - now_ms() / 1_000);
    if !ahead.is_some_and(|ahead| (1..=AHEAD_S).contains(&ahead)) {
        return invalid_grant("invalid assertion");
    }
    if text("sub") != USERNAME {
        return invalid_grant("user hasn't approved this consumer");
    }
    success(org, &Issued { scopes: "api id", refresh: None }).0
}

struct Signed {
    text: String,
    signature: Vec<u8>,
}

fn read(jwt: &str) -> Option<(Value, Signed)> {
    let (text, signature) = jwt.rsplit_once('.')?;
    let (head, body) = text.split_once('.')?;
    let json = |part: &str| -> Option<Value> { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok() };
    if json(head)?.get("alg")? != "RS256" {
        return None;
    }
    Some((json(body)?, Signed { text: text.to_owned(), signature: URL_SAFE_NO_PAD.decode(signature).ok()? }))
}
