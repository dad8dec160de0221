//! ChaCha20-Poly1305 over `nonce || ciphertext || tag`.

use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// Length of a nonce, in bytes.
pub(crate) const NONCE: usize = NONCE_LEN;

/// `nonce || ciphertext || tag`. `None` only when the text is longer than the
/// cipher can take (256 GiB).
pub(crate) fn seal(key: &[u8; 32], nonce: [u8; NONCE], aad: &[u8], plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).ok()?);
    let mut body = plain.to_vec();
    cipher.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut body).ok()?;
    let mut out = Vec::with_capacity(NONCE + body.len());
    out.extend_from_slice(&nonce);
    out.append(&mut body);
    Some(out)
}

/// What was sealed, or `None` when key, place or bytes are not the same.
pub(crate) fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).ok()?);
    let (nonce, body) = sealed.split_at_checked(NONCE)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let mut body = body.to_vec();
    let plain = cipher.open_in_place(nonce, Aad::from(aad), &mut body).ok()?.len();
    body.truncate(plain);
    Some(body)
}

/// Parts with their lengths in front, so that no two lists of parts are the
/// same bytes.
pub(crate) fn frame(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(parts.iter().map(|p| p.len() + 8).sum());
    for part in parts {
        out.extend_from_slice(&(part.len() as u64).to_be_bytes());
        out.extend_from_slice(part);
    }
    out
}
