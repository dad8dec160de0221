//! The one secret of an installation, from which all other keys are derived.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, URL_SAFE_NO_PAD};
use ring::rand::SecureRandom;
use ring::{digest, hmac};
use secrecy::{ExposeSecret, SecretBox};

const EITHER_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// Why a text is not a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither form fits.
    #[error("the secret key must be 32 bytes, written as base64 (44 characters) or hex (64 characters)")]
    Form,
    /// It decodes, to another length.
    #[error("the secret key must be 32 bytes, this one has {0}")]
    Length(usize),
    /// One byte over and over.
    #[error("the secret key is one byte repeated; make a random one")]
    NotRandom,
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// 32 secret bytes. Never printed by `Debug`, wiped when dropped.
pub struct MasterKey(SecretBox<[u8; 32]>);

impl MasterKey {
    /// Reads a key in base64 (either alphabet, padded or not) or hex.
    /// White space around it is ignored.
    ///
    /// # Errors
    /// Says which form and length is expected; never repeats the text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let bytes = match hex(text) {
            Some(bytes) => bytes,
            None => base64(text).ok_or(KeyError::Form)?,
        };
        let bytes: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyError::Length(bytes.len()))?;
        if bytes.iter().all(|b| *b == bytes[0]) {
            return Err(KeyError::NotRandom);
        }
        Ok(Self(SecretBox::new(Box::new(bytes))))
    }

    /// A new random key.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn generate() -> Result<Self, KeyError> {
        let mut bytes = Box::new([0u8; 32]);
        ring::rand::SystemRandom::new().fill(bytes.as_mut()).map_err(|_| KeyError::NoRandomness)?;
        Ok(Self(SecretBox::new(bytes)))
    }

    /// The key as text that [`MasterKey::parse`] reads: base64url without
    /// padding, 43 characters. For the key file only.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.expose_secret())
    }

    /// A key for one purpose: HKDF-SHA256 (RFC 5869) with the purpose as info.
    /// Different purposes give unrelated keys.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let extract = hmac::Key::new(hmac::HMAC_SHA256, b"heddle");
        let prk = hmac::sign(&extract, self.0.expose_secret());
        // One block of output is all we need: T(1) = HMAC(PRK, info || 0x01).
        let mut expand = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, prk.as_ref()));
        expand.update(purpose.as_bytes());
        expand.update(&[1]);
        let mut out = [0u8; 32];
        out.copy_from_slice(expand.sign().as_ref());
        out
    }

    /// Names the key without telling it: 8 hex digits, stored with each secret.
    pub fn id(&self) -> String {
        let digest = digest::digest(&digest::SHA256, &self.derive("key id"));
        digest.as_ref().iter().take(4).map(|b| format!("{b:02x}")).collect()
    }
}

impl std::fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "MasterKey({})", self.id())
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 {
        return None;
    }
    text.as_bytes()
        .chunks(2)
        .map(|pair| {
            let digit = |b: u8| (b as char).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        })
        .collect()
}

fn base64(text: &str) -> Option<Vec<u8>> {
    [alphabet::URL_SAFE, alphabet::STANDARD]
        .iter()
        .find_map(|a| GeneralPurpose::new(a, EITHER_PADDING).decode(text).ok())
        .filter(|bytes| !bytes.is_empty())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn a_key_reads_back_from_each_form() {
        let key = MasterKey::generate().unwrap();
        let bytes: [u8; 32] = *key.0.expose_secret();
        let hex: String = bytes.iter().map(|b| format!("{b:02X}")).collect();
        for text in [key.encode(), STANDARD.encode(bytes), hex.to_lowercase(), hex, format!(" {}\n", key.encode())] {
            let again = MasterKey::parse(&text).unwrap();
            assert_eq!(again.0.expose_secret(), &bytes);
            assert_eq!(again.id(), key.id());
        }
    }

    #[test]
    fn a_bad_key_is_refused_with_what_is_expected() {
        let says = |text: &str| MasterKey::parse(text).unwrap_err();
        assert_eq!(says(""), KeyError::Form);
        assert_eq!(says("not a key!"), KeyError::Form);
        assert_eq!(says("c2hvcnQ="), KeyError::Length(5));
        assert_eq!(says(&STANDARD.encode([7u8; 33])), KeyError::Length(33));
        assert_eq!(says(&"0".repeat(64)), KeyError::NotRandom);
        assert!(says("c2hvcnQ=").to_string().contains("32 bytes"));
    }

    #[test]
    fn derived_keys_are_those_of_hkdf() {
        let key = MasterKey::generate().unwrap();
        let mut expected = [0u8; 32];
        let prk = ring::hkdf::Salt::new(ring::hkdf::HKDF_SHA256, b"heddle").extract(key.0.expose_secret());
        prk.expand(&[b"cursor"], ring::hkdf::HKDF_SHA256).unwrap().fill(&mut expected).unwrap();
        assert_eq!(key.derive("cursor"), expected);
        assert_ne!(key.derive("cursor"), key.derive("vault"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let key = MasterKey::generate().unwrap();
        let shown = format!("{key:?}");
        assert!(!shown.contains(&key.encode()) && shown.len() < 24, "{shown}");
    }
}
