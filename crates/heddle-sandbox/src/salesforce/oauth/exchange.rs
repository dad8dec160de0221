//! Codes and refresh tokens at the token endpoint.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;

use super::super::errors::oauth_error;
use super::super::route::parameter;
use super::super::state::Salesforce;
use super::super::token::{Issued, success};
use super::grants::Known;
use super::{invalid_grant, now_ms};
use crate::serve::Answer;

/// A code, once, by whoever has its verifier.
pub(in super::super) fn by_code(org: &Salesforce, form: &str) -> Answer {
    let field = |name: &str| parameter(form, name).unwrap_or_default();
    let code = field("code");
    let mut grants = org.grants();
    let Some(about) = grants.code(&code).cloned() else {
        return invalid_grant("invalid authorization code");
    };
    if let Some(family) = about.family {
        // Somebody else may have it: what came of it ends.
        let sessions = grants.end(family);
        drop(grants);
        org.close_sessions(&sessions);
        return invalid_grant("invalid authorization code");
    }
    if now_ms() >= about.expires_ms {
        return invalid_grant("expired authorization code");
    }
    if field("redirect_uri") != about.redirect_uri {
        return oauth_error(400, "redirect_uri_mismatch", "redirect_uri must match configuration");
    }
    if let Some(challenge) = &about.challenge {
        let verifier = field("code_verifier");
        let digest = digest::digest(&digest::SHA256, verifier.as_bytes());
        let fits = (43..=128).contains(&verifier.len()) && URL_SAFE_NO_PAD.encode(digest) == *challenge;
        if !fits {
            return invalid_grant("invalid code verifier");
        }
    }
    let offline = about.scopes.split(' ').any(|scope| matches!(scope, "refresh_token" | "offline_access" | "full"));
    let (family, ended) = grants.begin(&about.scopes);
    if let Some(kept) = grants.code(&code) {
        kept.family = Some(family);
    }
    drop(grants);
    org.close_sessions(&ended);
    answered(org, family, &about.scopes, offline)
}

/// A refresh token; where they rotate, each is good for one use, and a second
/// use ends all that came of the consent.
pub(in super::super) fn by_refresh_token(org: &Salesforce, form: &str) -> Answer {
    let token = parameter(form, "refresh_token").unwrap_or_default();
    let rotates = org.settings().rotate_refresh_tokens;
    let known = org.grants().redeem(&token, rotates);
    match known {
        Known::Live(family, scopes) => answered(org, family, &scopes, rotates),
        Known::Reused(sessions) => {
            org.close_sessions(&sessions);
            invalid_grant("expired access/refresh token")
        }
        Known::Unknown => invalid_grant("expired access/refresh token"),
    }
}

fn answered(org: &Salesforce, family: u64, scopes: &str, with_refresh: bool) -> Answer {
    let refresh = with_refresh.then(|| format!("5Aep861{}", org.random_text(80)));
    if let Some(token) = &refresh {
        org.grants().add_refresh(family, token.clone());
    }
    let (answer, session) = success(org, &Issued { scopes, refresh });
    org.grants().add_session(family, session);
    answer
}
