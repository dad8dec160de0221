//! Signed assertions of the JWT-bearer flow (RFC 7523), RS256.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Why a text is not a private key that can sign. Never repeats any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PrivateKeyError {
    /// No PEM block of a private key.
    #[error(
        "the private key must be PEM text that begins with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
    )]
    Form,
    /// A PEM block of a key with a password.
    #[error("the private key is encrypted; give it without a password, it is sealed before it is stored")]
    Encrypted,
    /// Not an RSA key, or too short or long a one.
    #[error("the private key must be an RSA key of 2,048 to 4,096 bits")]
    NotRsa,
    /// Signing failed.
    #[error("the assertion could not be signed")]
    Signing,
}

/// Reads an RSA private key out of PEM, PKCS#8 or PKCS#1.
///
/// # Errors
/// Says what is expected.
pub(crate) fn private_key(pem: &str) -> Result<RsaKeyPair, PrivateKeyError> {
    if pem.contains("ENCRYPTED") {
        return Err(PrivateKeyError::Encrypted);
    }
    let block = |name: &str| {
        let (_, rest) = pem.split_once(&format!("-----BEGIN {name}-----"))?;
        let (body, _) = rest.split_once(&format!("-----END {name}-----"))?;
        let text: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        STANDARD.decode(text).ok()
    };
    let key = match (block("PRIVATE KEY"), block("RSA PRIVATE KEY")) {
        (Some(der), _) => RsaKeyPair::from_pkcs8(&der),
        (None, Some(der)) => RsaKeyPair::from_der(&der),
        (None, None) => return Err(PrivateKeyError::Form),
    };
    key.map_err(|_| PrivateKeyError::NotRsa)
}

/// What an assertion says.
pub(crate) struct Claims<'a> {
    /// The app's client id.
    pub(crate) issuer: &'a str,
    /// The user that tokens are for.
    pub(crate) subject: &'a str,
    /// Whom it is addressed to.
    pub(crate) audience: &'a str,
    /// When it is signed.
    pub(crate) now: SystemTime,
    /// How long it is good.
    pub(crate) life: Duration,
}

/// The signed assertion.
///
/// # Errors
/// When the key is none, or cannot sign.
pub(crate) fn signed(pem: &str, claims: &Claims<'_>) -> Result<String, PrivateKeyError> {
    let key = private_key(pem)?;
    let now = claims.now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let head = part(json!({ "alg": "RS256", "typ": "JWT" }));
    let body = part(json!({
        "iss": claims.issuer,
        "sub": claims.subject,
        "aud": claims.audience,
        "exp": (now + claims.life).as_secs(),
    }));
    let text = format!("{head}.{body}");
    let mut signature = vec![0; key.public().modulus_len()];
    key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
        .map_err(|_| PrivateKeyError::Signing)?;
    Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

#[cfg(test)]
#[path = "assertion_tests.rs"]
mod tests;
