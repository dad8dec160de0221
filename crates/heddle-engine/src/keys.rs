//! API keys: made once, stored as a digest, checked on each request.

use crate::{ApiKey, Caller, Code, Engine, KeyId, NewKey, Owner, Problem, Scope, Slice};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;
use std::time::SystemTime;
use tokio::time::Instant;

const PREFIX: &str = "hdl_";
/// 32 bytes in base64 without padding.
const SECRET_LEN: usize = PREFIX.len() + 43;
/// How much of a key is stored to recognise it by.
const VISIBLE: usize = 12;

/// A new secret: `hdl_` and 256 random bits.
///
/// # Errors
/// When the system has no randomness to give.
pub fn new_secret() -> Result<SecretString, Problem> {
    let mut bytes = [0_u8; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Problem::new(Code::Internal, "the system gave no random bytes"))?;
    Ok(SecretString::from(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))))
}

/// The digest under which a secret is stored: SHA-256, hex.
pub fn hash(secret: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digest = ring::digest::digest(&ring::digest::SHA256, secret.as_bytes());
    // Once a request: formatting each byte costs more than the digest.
    let digits = digest.as_ref().iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// The part of a secret that may be shown.
pub fn visible(secret: &str) -> String {
    secret.chars().take(VISIBLE).collect()
}

fn plausible(secret: &str) -> bool {
    secret.len() == SECRET_LEN
        && secret.starts_with(PREFIX)
        && secret.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
}

impl Engine {
    /// The caller that a key stands for.
    ///
    /// # Errors
    /// `unauthorized` for a key that is unknown, ended or not of our form;
    /// which of these is not said.
    pub async fn authenticate(&self, secret: &str, request_id: String, deadline: Instant) -> Result<Caller, Problem> {
        let refused = || Problem::new(Code::Unauthorized, "the API key is unknown or has expired");
        if !plausible(secret) {
            return Err(refused());
        }
        let digest = hash(secret);
        let key = match self.key_cache.get(&digest).await {
            Some(key) => key,
            None => {
                let key = Arc::new(self.keys.by_hash(&digest).await?.ok_or_else(refused)?);
                self.key_cache.insert(digest, key.clone()).await;
                key
            }
        };
        if key.expires_at.is_some_and(|end| end <= self.wall()) {
            return Err(refused());
        }
        self.keys.touch(&key.id);
        let owner = match &key.tenants {
            None => Owner::Operator,
            Some(tenants) => Owner::Tenants(tenants.as_slice().into()),
        };
        Ok(Caller { scopes: key.scopes.clone(), owner, expires_at: key.expires_at, request_id, deadline })
    }

    /// Makes a key. Its secret is given out here and never again.
    ///
    /// # Errors
    /// `validation_failed` for a bad name, no scopes, an unknown tenant, or an
    /// end in the past; `forbidden` when the caller is bound to tenants, or
    /// would give away more scopes or a longer life than it has.
    pub async fn create_key(&self, caller: &Caller, new: NewKey) -> Result<(ApiKey, SecretString), Problem> {
        require_operator(caller)?;
        let now = self.wall();
        check_new(caller, &new, now)?;
        for tenant in new.tenants.iter().flatten() {
            if self.tenants.get(&caller.owner, tenant).await?.is_none() {
                let detail = format!("there is no tenant {tenant}");
                return Err(
                    Problem::new(Code::ValidationFailed, detail.clone()).with_error("/tenants", "unknown", detail)
                );
            }
        }
        let secret = new_secret()?;
        let key = ApiKey {
            id: KeyId::generate(),
            name: new.name,
            prefix: visible(secret.expose_secret()),
            hash: hash(secret.expose_secret()),
            scopes: new.scopes,
            tenants: new.tenants,
            expires_at: new.expires_at,
            last_used_at: None,
            created_at: now,
        };
        self.keys.insert(&key).await?;
        Ok((key, secret))
    }

    /// All keys, in the order they were made, with the next page's beginning.
    ///
    /// # Errors
    /// `forbidden` without the scope.
    pub async fn list_keys(
        &self,
        caller: &Caller,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<ApiKey>, Option<String>), Problem> {
        require_operator(caller)?;
        let keys = self.keys.list(Slice { after, limit: limit + 1 }).await?;
        Ok(crate::cut(keys, limit, |key| key.id.to_string()))
    }

    /// Ends a key: at once for calls through this server, within the snapshot's
    /// time for others.
    ///
    /// # Errors
    /// `not_found` when there is none.
    pub async fn delete_key(&self, caller: &Caller, id: &str) -> Result<(), Problem> {
        require_operator(caller)?;
        let id = KeyId::parse(id).ok_or_else(|| Problem::not_found("key"))?;
        if !self.keys.delete(&id).await? {
            return Err(Problem::not_found("key"));
        }
        self.key_cache.invalidate_all();
        Ok(())
    }
}

/// Keys are the operator's business: a key that is bound to tenants can
/// neither make, see nor end any.
fn require_operator(caller: &Caller) -> Result<(), Problem> {
    caller.require(Scope::Keys)?;
    match caller.owner {
        Owner::Operator => Ok(()),
        Owner::Tenants(_) => {
            Err(Problem::new(Code::Forbidden, "this API key is bound to tenants and may not manage keys"))
        }
    }
}

fn check_new(caller: &Caller, new: &NewKey, now: SystemTime) -> Result<(), Problem> {
    let mut problem = Problem::new(Code::ValidationFailed, "the key was not made");
    if !crate::is_name(&new.name) {
        problem = problem.with_error("/name", "invalid", crate::NAME_RULE);
    }
    if new.scopes.is_empty() {
        problem = problem.with_error("/scopes", "missing", "at least one scope");
    }
    if new.expires_at.is_some_and(|end| end <= now) {
        problem = problem.with_error("/expires_at", "invalid", "lies in the past");
    }
    if new.tenants.as_ref().is_some_and(Vec::is_empty) {
        problem = problem.with_error("/tenants", "invalid", "name at least one tenant, or leave it out for all");
    }
    if !problem.errors.is_empty() {
        return Err(problem);
    }
    let wider = new.scopes.iter().find(|s| !caller.scopes.contains(s));
    if let Some(scope) = wider {
        let detail = format!("this API key lacks the scope {} and cannot give it", scope.as_str());
        return Err(Problem::new(Code::Forbidden, detail));
    }
    if let Some(end) = caller.expires_at
        && new.expires_at.is_none_or(|new_end| new_end > end)
    {
        return Err(Problem::new(Code::Forbidden, "this API key ends, and cannot make one that lives longer"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_256_random_bits_and_is_stored_as_a_digest() {
        let secret = new_secret().unwrap();
        let secret = secret.expose_secret();
        assert!(plausible(secret));
        assert_eq!(hash(secret).len(), 64);
        assert_ne!(hash(secret), hash(new_secret().unwrap().expose_secret()));
        assert_eq!(visible(secret).len(), VISIBLE);
        assert_eq!(hash("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn what_cannot_be_a_key_is_refused_without_a_look_up() {
        for bad in ["", "hdl_", "Bearer x", &format!("hdl_{}", "a".repeat(42)), &format!("hdl_{}'", "a".repeat(42))] {
            assert!(!plausible(bad), "{bad}");
        }
    }
}
