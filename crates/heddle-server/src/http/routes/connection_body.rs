//! Bodies that make or change a connection, checked as a whole.

use super::values::Checks;
use crate::http::problem::Refusal;
use crate::http::wire::{AuthMethod, ConnectionAuth, ConnectionCreate};
use heddle_engine::{Code, MAX_ID, NewAuth, NewConnection, Problem, TenantId};
use secrecy::{ExposeSecret, SecretString};

/// Longest client id or secret, in characters.
const MAX_CREDENTIAL: usize = 1_024;

/// Longest private key, in bytes: RSA of 4,096 bits has some 3,300.
const MAX_KEY: usize = 4_096;

pub(super) fn forgotten() -> Refusal {
    Problem::new(Code::Internal, "a check was forgotten").into()
}

pub(super) fn auth(asked: ConnectionAuth, checks: &mut Checks) -> Option<NewAuth> {
    match asked.kind {
        AuthMethod::ClientCredentials => client_credentials(asked, checks),
        AuthMethod::JwtBearer => jwt_bearer(asked, checks),
    }
}

pub(super) fn checked(asked: ConnectionCreate) -> Result<NewConnection, Refusal> {
    let mut checks = Checks::default();
    let tenant = TenantId::parse(&asked.tenant_id);
    if tenant.is_none() {
        checks.refuse("/tenant_id", "invalid", "is not the `ten_` id of a tenant");
    }
    checks.text("/provider", &asked.provider, MAX_ID);
    let auth = auth(asked.auth, &mut checks);
    checks.finish()?;
    match (tenant, auth) {
        (Some(tenant_id), Some(auth)) => Ok(NewConnection { tenant_id, provider: asked.provider, auth }),
        _ => Err(forgotten()),
    }
}

fn client_credentials(auth: ConnectionAuth, checks: &mut Checks) -> Option<NewAuth> {
    let secret = auth.client_secret.as_ref().map(ExposeSecret::expose_secret);
    let asked = [
        ("/auth/my_domain", auth.my_domain.as_deref(), MAX_ID),
        ("/auth/client_id", auth.client_id.as_deref(), MAX_CREDENTIAL),
        ("/auth/client_secret", secret, MAX_CREDENTIAL),
    ];
    let other = [("/auth/username", auth.username.is_some()), ("/auth/private_key", auth.private_key.is_some())];
    whole("client_credentials", &asked, &other, checks);
    let client_secret: SecretString = auth.client_secret?;
    Some(NewAuth::ClientCredentials { login: auth.my_domain?, client_id: auth.client_id?, client_secret })
}

fn jwt_bearer(auth: ConnectionAuth, checks: &mut Checks) -> Option<NewAuth> {
    let asked = [
        ("/auth/my_domain", auth.my_domain.as_deref(), MAX_ID),
        ("/auth/client_id", auth.client_id.as_deref(), MAX_CREDENTIAL),
        ("/auth/username", auth.username.as_deref(), MAX_ID),
    ];
    whole("jwt_bearer", &asked, &[("/auth/client_secret", auth.client_secret.is_some())], checks);
    match &auth.private_key {
        None => checks.refuse("/auth/private_key", "missing", "is asked for with kind jwt_bearer"),
        // It has line breaks, so that it is checked by length alone; whether it is
        // a key is found out before anything is sent.
        Some(key) if key.expose_secret().len() > MAX_KEY => {
            checks.refuse("/auth/private_key", "too_long", format!("is longer than {MAX_KEY} characters"));
        }
        Some(_) => {}
    }
    let private_key: SecretString = auth.private_key?;
    Some(NewAuth::JwtBearer {
        login: auth.my_domain?,
        client_id: auth.client_id?,
        username: auth.username?,
        private_key,
    })
}

/// Refuses parts of a kind that are missing or wrong, and those of another kind.
fn whole(kind: &str, asked: &[(&str, Option<&str>, usize)], other: &[(&str, bool)], checks: &mut Checks) {
    for (pointer, text, max) in asked {
        match text {
            Some(text) => checks.text(pointer, text, *max),
            None => checks.refuse(pointer, "missing", format!("is asked for with kind {kind}")),
        }
    }
    for (pointer, _) in other.iter().filter(|(_, given)| *given) {
        checks.refuse(pointer, "not_allowed", format!("is not taken with kind {kind}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(auth: &str) -> ConnectionCreate {
        let id = TenantId::generate();
        let text = format!(r#"{{"tenant_id":"{id}","provider":"salesforce","auth":{auth}}}"#);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn whole_credentials_are_taken_and_shown_nowhere() {
        let asked = asked(
            r#"{"kind":"client_credentials","my_domain":"https://a.my.salesforce.com","client_id":"i","client_secret":"canary"}"#,
        );
        assert!(!format!("{asked:?}").contains("canary"));
        let new = checked(asked).unwrap_or_else(|e| panic!("{e}"));
        assert!(!format!("{new:?}").contains("canary"));
        let NewAuth::ClientCredentials { client_secret, .. } = new.auth else { panic!("another kind") };
        assert_eq!(client_secret.expose_secret(), "canary");
    }

    #[test]
    fn missing_and_long_credentials_are_refused_together() {
        let long = "x".repeat(1_025);
        let mut asked = asked(&format!(r#"{{"kind":"client_credentials","client_id":"{long}"}}"#));
        asked.tenant_id = "con_1".to_owned();
        let refusal = checked(asked).err().unwrap_or_else(|| panic!("they were taken"));
        let parts: Vec<_> = refusal.problem().errors.iter().map(|e| (e.pointer.as_str(), e.code)).collect();
        let expected = [
            ("/tenant_id", "invalid"),
            ("/auth/my_domain", "missing"),
            ("/auth/client_id", "too_long"),
            ("/auth/client_secret", "missing"),
        ];
        assert_eq!(parts, expected);
    }
}
