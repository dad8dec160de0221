//! Random texts of the authorization-code flow: the state, and the verifier
//! with its challenge (RFC 7636, S256).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

/// 256 random bits as text of 43 characters, safe in addresses and forms.
#[derive(Debug)]
pub struct Unguessable(SecretString);

impl Unguessable {
    /// A new one; `None` when the operating system gives no random bytes.
    pub fn new() -> Option<Self> {
        let mut bytes = [0u8; 32];
        SystemRandom::new().fill(&mut bytes).ok()?;
        Some(Self(SecretString::from(URL_SAFE_NO_PAD.encode(bytes))))
    }

    /// The text itself.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// What stands for a secret text where the text itself must not: SHA-256 in
/// base64url without padding, 43 characters. The S256 challenge of a verifier,
/// and the name under which a state is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge(String);

impl Challenge {
    /// Of this text.
    pub fn of(secret: &SecretString) -> Self {
        let digest = digest::digest(&digest::SHA256, secret.expose_secret().as_bytes());
        Self(URL_SAFE_NO_PAD.encode(digest))
    }

    /// The challenge as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_standards_example() {
        let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(Challenge::of(&verifier).as_str(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }

    #[test]
    fn a_random_text_has_a_length_that_the_standard_takes_and_is_never_the_same() {
        let (one, other) = (Unguessable::new().unwrap(), Unguessable::new().unwrap());
        assert_eq!(one.secret().expose_secret().len(), 43);
        assert_ne!(one.secret().expose_secret(), other.secret().expose_secret());
        assert!(!format!("{one:?}").contains(one.secret().expose_secret()));
    }
}
