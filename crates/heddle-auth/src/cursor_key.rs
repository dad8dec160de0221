//! Seals what callers carry for us: page cursors.

use crate::aead;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use secrecy::{ExposeSecret, SecretBox};

/// Seals small texts into base64url without padding. `aad` is what the text is
/// bound to; it opens with the same `aad` only.
///
/// Equal input gives equal output: the nonce is an HMAC of the input, so a
/// page asked for twice names the same next page, and no nonce serves two texts.
pub struct CursorKey {
    cipher: SecretBox<[u8; 32]>,
    nonce: hmac::Key,
}

impl CursorKey {
    /// Seals with a key that is used for nothing else.
    pub fn new(key: [u8; 32]) -> Self {
        let root = hmac::Key::new(hmac::HMAC_SHA256, &key);
        let mut cipher = Box::new([0u8; 32]);
        cipher.copy_from_slice(hmac::sign(&root, b"cipher").as_ref());
        let nonce = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&root, b"nonce").as_ref());
        Self { cipher: SecretBox::new(cipher), nonce }
    }

    /// Seals `bytes`, bound to `aad`. The text is 28 bytes longer, times 4/3.
    pub fn seal(&self, aad: &[u8], bytes: &[u8]) -> String {
        let tag = hmac::sign(&self.nonce, &aead::frame(&[aad, bytes]));
        let mut nonce = [0u8; aead::NONCE];
        nonce.copy_from_slice(&tag.as_ref()[..aead::NONCE]);
        // Beyond 256 GiB there is no cursor; the empty text opens nowhere.
        aead::seal(self.cipher.expose_secret(), nonce, aad, bytes)
            .map(|sealed| URL_SAFE_NO_PAD.encode(sealed))
            .unwrap_or_default()
    }

    /// What was sealed; `None` for anything that this key did not seal for `aad`.
    pub fn open(&self, aad: &[u8], text: &str) -> Option<Vec<u8>> {
        aead::open(self.cipher.expose_secret(), aad, &URL_SAFE_NO_PAD.decode(text).ok()?)
    }
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey(..)")
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn it_opens_what_it_sealed_and_only_for_the_same_binding() {
        let key = CursorKey::new([3; 32]);
        let text = key.seal(b"con_1", b"page 2");
        assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'), "{text}");
        assert_eq!(key.open(b"con_1", &text).as_deref(), Some(&b"page 2"[..]));
        assert_eq!(key.open(b"con_2", &text), None);
        assert_eq!(CursorKey::new([4; 32]).open(b"con_1", &text), None);
    }

    #[test]
    fn altered_cut_and_foreign_texts_do_not_open() {
        let key = CursorKey::new([3; 32]);
        let text = key.seal(b"a", b"page 2");
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(key.open(b"a", &String::from_utf8(bytes).unwrap()), None, "character {at}");
            assert_eq!(key.open(b"a", &text[..at]), None, "cut at {at}");
        }
        for foreign in ["", "====", "ümlaut", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
            assert_eq!(key.open(b"a", foreign), None, "{foreign}");
        }
    }

    #[test]
    fn equal_input_gives_equal_text_and_other_input_another_nonce() {
        let key = CursorKey::new([3; 32]);
        assert_eq!(key.seal(b"a", b"page 2"), key.seal(b"a", b"page 2"));
        assert_ne!(key.seal(b"a", b"page 2")[..16], key.seal(b"a", b"page 3")[..16]);
        assert_ne!(key.seal(b"a", b"page 2")[..16], key.seal(b"b", b"page 2")[..16]);
    }
}
