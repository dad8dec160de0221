//! Seals the secrets that are stored.

use crate::aead::{self, frame};
use crate::{MasterKey, Sealed};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretBox, SecretString};

/// The place a secret belongs to. It opens in that place only, so that
/// ciphertexts swapped between rows or columns are noticed.
#[derive(Debug, Clone, Copy)]
pub struct SealContext<'a> {
    /// Tenant id.
    pub tenant: &'a str,
    /// Connection id.
    pub connection: &'a str,
    /// Column: `client_secret`, `access_token`.
    pub field: &'a str,
}

/// Why a stored secret does not open. No message holds any part of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// Another key sealed it.
    #[error("the secret was sealed with key {stored}, the configured secret key is {configured}")]
    WrongKey {
        /// Id of the key that sealed it.
        stored: String,
        /// Id of the key at hand.
        configured: String,
    },
    /// The text does not have the stored form.
    #[error("the stored secret has an unknown form")]
    Malformed,
    /// Altered, or taken from another row or column.
    #[error("the stored secret was altered or belongs to another connection")]
    Refused,
    /// It could not be sealed: no random bytes from the operating system.
    #[error("the operating system gave no random bytes")]
    NoRandomness,
}

/// Seals and opens with ChaCha20-Poly1305 and a random nonce. The stored form
/// is `v1.<key id>.<base64url of nonce, ciphertext, tag>`; the key id is there
/// so that keys can be rotated.
pub struct Vault {
    key: SecretBox<[u8; 32]>,
    id: String,
}

impl Vault {
    /// A vault with a key derived from the installation's.
    pub fn new(master: &MasterKey) -> Self {
        Self { key: SecretBox::new(Box::new(master.derive("vault"))), id: master.id() }
    }

    /// Seals a secret for its place.
    ///
    /// # Errors
    /// When the operating system gives no random bytes.
    pub fn seal(&self, place: &SealContext<'_>, secret: &[u8]) -> Result<Sealed, VaultError> {
        let mut nonce = [0u8; aead::NONCE];
        SystemRandom::new().fill(&mut nonce).map_err(|_| VaultError::NoRandomness)?;
        let sealed =
            aead::seal(self.key.expose_secret(), nonce, &aad(place, &self.id), secret).ok_or(VaultError::Malformed)?;
        Ok(Sealed(format!("v1.{}.{}", self.id, URL_SAFE_NO_PAD.encode(sealed))))
    }

    /// Opens a secret in its place.
    ///
    /// # Errors
    /// Another key, another place, or altered text.
    pub fn open(&self, place: &SealContext<'_>, sealed: &Sealed) -> Result<SecretString, VaultError> {
        let mut parts = sealed.0.splitn(3, '.');
        let (Some("v1"), Some(id), Some(text)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VaultError::Malformed);
        };
        if id != self.id {
            // Bounded: the id comes from the database and goes into logs.
            let stored = id.chars().take(8).collect();
            return Err(VaultError::WrongKey { stored, configured: self.id.clone() });
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| VaultError::Malformed)?;
        let plain = aead::open(self.key.expose_secret(), &aad(place, id), &bytes).ok_or(VaultError::Refused)?;
        String::from_utf8(plain).map(SecretString::from).map_err(|_| VaultError::Malformed)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Vault({})", self.id)
    }
}

fn aad(place: &SealContext<'_>, key: &str) -> Vec<u8> {
    frame(&[place.tenant.as_bytes(), place.connection.as_bytes(), place.field.as_bytes(), key.as_bytes()])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const HERE: SealContext<'_> = SealContext { tenant: "ten_1", connection: "con_1", field: "client_secret" };

    fn vault() -> Vault {
        Vault::new(&MasterKey::generate().unwrap())
    }

    #[test]
    fn a_secret_opens_where_it_was_sealed() {
        let vault = vault();
        for secret in ["", "s3cret", "a secret with ümlauts and \u{1f511}"] {
            let sealed = vault.seal(&HERE, secret.as_bytes()).unwrap();
            assert!(sealed.0.starts_with(&format!("v1.{}.", vault.id)));
            assert_eq!(vault.open(&HERE, &sealed).unwrap().expose_secret(), secret);
        }
    }

    #[test]
    fn the_same_secret_never_seals_to_the_same_text() {
        let vault = vault();
        assert!(vault.seal(&HERE, b"same").unwrap() != vault.seal(&HERE, b"same").unwrap());
    }

    #[test]
    fn a_secret_moved_to_another_row_or_column_does_not_open() {
        let vault = vault();
        let sealed = vault.seal(&HERE, b"s3cret").unwrap();
        for place in [
            SealContext { tenant: "ten_2", ..HERE },
            SealContext { connection: "con_2", ..HERE },
            SealContext { field: "access_token", ..HERE },
            // The same characters, cut elsewhere.
            SealContext { tenant: "ten_1c", connection: "on_1", ..HERE },
        ] {
            assert_eq!(vault.open(&place, &sealed).unwrap_err(), VaultError::Refused, "{place:?}");
        }
    }

    #[test]
    fn every_altered_character_is_noticed() {
        let vault = vault();
        let sealed = vault.seal(&HERE, b"s3cret").unwrap().0;
        for at in 0..sealed.len() {
            let mut bytes = sealed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let altered = Sealed(String::from_utf8(bytes).unwrap());
            assert!(vault.open(&HERE, &altered).is_err(), "character {at}");
        }
        for text in ["", "v1", "v1.", "v2.00000000.AAAA", &sealed[..sealed.len() - 4], &format!("v1.{}.AAAA", vault.id)]
        {
            assert!(vault.open(&HERE, &Sealed(text.to_owned())).is_err(), "{text}");
        }
    }

    #[test]
    fn another_key_is_named_in_the_error() {
        let (ours, theirs) = (vault(), vault());
        let sealed = theirs.seal(&HERE, b"s3cret").unwrap();
        let error = ours.open(&HERE, &sealed).unwrap_err();
        assert_eq!(error, VaultError::WrongKey { stored: theirs.id.clone(), configured: ours.id.clone() });
        assert!(error.to_string().contains(&theirs.id) && error.to_string().contains(&ours.id));
    }

    #[test]
    fn debug_shows_no_secret() {
        let vault = vault();
        let sealed = vault.seal(&HERE, b"canary").unwrap();
        let shown = format!("{vault:?} {sealed:?} {:?}", vault.open(&HERE, &sealed));
        assert!(!shown.contains("canary") && !shown.contains(&sealed.0), "{shown}");
    }
}
