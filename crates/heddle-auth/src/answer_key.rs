//! Seals answers that are kept for repeated requests: they hold personal data.

use crate::aead;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretBox};

/// Seals bytes with ChaCha20-Poly1305 and a random nonce. They open with the
/// same `place` only: whose answer it is, and to what.
pub struct AnswerKey(SecretBox<[u8; 32]>);

impl AnswerKey {
    /// Seals with a key that is used for nothing else.
    pub fn new(key: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(key)))
    }

    /// Seals `bytes` for `place`; 28 bytes longer. `None` when the operating
    /// system gives no random bytes.
    pub fn seal(&self, place: &[&str], bytes: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0u8; aead::NONCE];
        SystemRandom::new().fill(&mut nonce).ok()?;
        aead::seal(self.0.expose_secret(), nonce, &aad(place), bytes)
    }

    /// What was sealed; `None` for anything that this key did not seal for `place`.
    pub fn open(&self, place: &[&str], sealed: &[u8]) -> Option<Vec<u8>> {
        aead::open(self.0.expose_secret(), &aad(place), sealed)
    }
}

fn aad(place: &[&str]) -> Vec<u8> {
    aead::frame(&place.iter().map(|part| part.as_bytes()).collect::<Vec<_>>())
}

impl std::fmt::Debug for AnswerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AnswerKey(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_opens_in_its_place_only_and_unaltered_only() {
        let key = AnswerKey::new([3; 32]);
        let sealed = key.seal(&["ten_1", "k"], b"created").unwrap();
        assert_eq!(key.open(&["ten_1", "k"], &sealed).as_deref(), Some(&b"created"[..]));
        assert_eq!(key.open(&["ten_2", "k"], &sealed), None);
        assert_eq!(key.open(&["ten_1k", ""], &sealed), None);
        assert_eq!(AnswerKey::new([4; 32]).open(&["ten_1", "k"], &sealed), None);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(key.open(&["ten_1", "k"], &altered), None, "byte {at}");
            assert_eq!(key.open(&["ten_1", "k"], &sealed[..at]), None, "cut at {at}");
        }
        assert_ne!(key.seal(&["ten_1", "k"], b"created").unwrap(), sealed, "no nonce serves twice");
    }
}
