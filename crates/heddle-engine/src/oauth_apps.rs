//! The operator's apps at providers: registered, changed, checked.

use crate::{
    AppId, AppReport, Caller, Code, Deleted, Engine, NewOAuthApp, OAuthApp, OAuthAppChange, Owner, Problem, Scope,
    Slice,
};
use heddle_auth::{AppCheck, AppSecret, browser_address};
use heddle_connector::{AuthKind, AuthorizationCode, Connector, Step, StepOutcome};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// Longest client id, client secret or scope, in characters.
const MAX_CREDENTIAL: usize = 1_024;
/// Most scopes.
const MAX_SCOPES: usize = 50;

impl Engine {
    /// Registers an app. Nothing is sent.
    ///
    /// # Errors
    /// `forbidden` without the scope or for a key that is bound to tenants;
    /// `validation_failed` with every refused part.
    pub async fn create_oauth_app(&self, caller: &Caller, new: NewOAuthApp) -> Result<OAuthApp, Problem> {
        require_operator(caller)?;
        let connector = self.ready(&new.provider)?;
        let (kind, consent) = consent_of(&connector)?;
        let default_login = || consent.environments.first().map(|(address, _)| (*address).to_owned());
        let login = new.login.or_else(default_login).unwrap_or_default();
        let scopes = new.scopes.unwrap_or_else(|| consent.scopes.iter().map(|word| (*word).to_owned()).collect());
        let (mut refused, login) = self.checked(kind, &login);
        parts(&mut refused, Some(&new.name), Some(&new.client_secret), Some(&scopes), new.redirect_uri.as_deref());
        if !sound(&new.client_id) {
            let detail = "1 to 1,024 characters without control characters";
            refused = refused.with_error("/client_id", "invalid", detail);
        }
        if !refused.errors.is_empty() {
            return Err(refused);
        }
        let (id, now) = (AppId::generate(), self.wall());
        let app = OAuthApp {
            client_secret: self.sealed_for_app(&id, &new.client_secret)?,
            id,
            provider: new.provider,
            name: new.name,
            login,
            client_id: new.client_id,
            scopes,
            redirect_uri: new.redirect_uri,
            version: 1,
            trouble: None,
            trouble_since: None,
            created_at: now,
            updated_at: now,
        };
        self.apps.insert(&app).await?;
        tracing::info!(app = %app.id, provider = %app.provider, "app registered");
        Ok(app)
    }

    /// Apps, with the next page's beginning.
    ///
    /// # Errors
    /// `forbidden` without the scope or for a key that is bound to tenants.
    pub async fn list_oauth_apps(
        &self,
        caller: &Caller,
        provider: Option<&str>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<OAuthApp>, Option<String>), Problem> {
        require_operator(caller)?;
        let apps = self.apps.list(provider, Slice { after, limit: limit + 1 }).await?;
        Ok(crate::cut(apps, limit, |app: &OAuthApp| app.id.to_string()))
    }

    /// An app.
    ///
    /// # Errors
    /// `not_found`; `forbidden` without the scope or for a key that is bound to
    /// tenants.
    pub async fn get_oauth_app(&self, caller: &Caller, id: &str) -> Result<OAuthApp, Problem> {
        require_operator(caller)?;
        self.app(id).await
    }

    /// Changes an app. A new secret is used from the next token request on, for
    /// every connection that was made with the app; what was wrong with the old
    /// one is forgotten.
    ///
    /// # Errors
    /// `not_found`; `validation_failed` with every refused part; `conflict` when
    /// somebody else changed it at the same time.
    pub async fn update_oauth_app(
        &self,
        caller: &Caller,
        id: &str,
        change: OAuthAppChange,
    ) -> Result<OAuthApp, Problem> {
        require_operator(caller)?;
        let mut app = self.app(id).await?;
        let connector = self.ready(&app.provider)?;
        let (kind, _) = consent_of(&connector)?;
        let (mut refused, login) = self.checked(kind, change.login.as_deref().unwrap_or(&app.login));
        let (secret, scopes) = (change.client_secret.as_ref(), change.scopes.as_deref());
        let redirect_uri = change.redirect_uri.as_ref().and_then(|uri| uri.as_deref());
        parts(&mut refused, change.name.as_deref(), secret, scopes, redirect_uri);
        if !refused.errors.is_empty() {
            return Err(refused);
        }
        if let Some(secret) = secret {
            app.client_secret = self.sealed_for_app(&app.id, secret)?;
            (app.trouble, app.trouble_since) = (None, None);
        }
        app.login = login;
        app.name = change.name.unwrap_or(app.name);
        app.scopes = change.scopes.unwrap_or(app.scopes);
        app.redirect_uri = change.redirect_uri.unwrap_or(app.redirect_uri);
        let seen = app.version;
        app.version += 1;
        app.updated_at = self.wall();
        if !self.apps.update(&app, seen).await? {
            return Err(Problem::new(Code::Conflict, "the app was changed meanwhile: look at it again"));
        }
        Ok(app)
    }

    /// Removes an app that no connection was made with.
    ///
    /// # Errors
    /// `not_found`; `conflict` with the number of connections that need it.
    pub async fn delete_oauth_app(&self, caller: &Caller, id: &str) -> Result<(), Problem> {
        require_operator(caller)?;
        let id = AppId::parse(id).ok_or_else(|| Problem::not_found("app"))?;
        match self.apps.delete(&id).await? {
            Deleted::Gone => Ok(()),
            Deleted::NotThere => Err(Problem::not_found("app")),
            Deleted::InUse(count) => {
                let detail = format!("{count} connections were made with this app and need it: delete them first");
                Err(Problem::new(Code::Conflict, detail))
            }
        }
    }

    /// Checks an app step by step, as far as that goes without a person.
    ///
    /// # Errors
    /// `not_found`; a check that fails is a report, not an error.
    pub async fn check_oauth_app(&self, caller: &Caller, id: &str) -> Result<AppReport, Problem> {
        require_operator(caller)?;
        let app = self.app(id).await?;
        let connector = self.ready(&app.provider)?;
        let (kind, consent) = consent_of(&connector)?;
        let mut steps = Vec::new();
        steps.push(match self.keeper.login(kind, &app.login) {
            Ok(login) => Step::new("login", StepOutcome::Ok, format!("people are sent to {}", login.as_str())),
            Err(failure) => Step::new("login", StepOutcome::Failed, failure.message),
        });
        steps.push(match self.redirect_uri(&app) {
            Ok(address) => {
                let detail =
                    format!("the app must have {address} among its callback addresses, character by character");
                Step::new("callback", StepOutcome::Note, detail)
            }
            Err(problem) => Step::new("callback", StepOutcome::Failed, problem.detail),
        });
        steps.push(scopes_step(&app.scopes, consent));
        if steps.iter().all(|step| step.outcome != StepOutcome::Failed) {
            let secret = AppSecret { sealed: app.client_secret.clone(), version: app.version };
            let check = AppCheck {
                id: app.id.to_string(),
                provider: app.provider.clone(),
                login: app.login.clone(),
                client_id: app.client_id.clone(),
                secret,
            };
            let detail = "the provider knows the app and accepts its secret";
            steps.push(match self.keeper.check_app(&check).await {
                Ok(()) => Step::new("credentials", StepOutcome::Ok, detail),
                Err(failure) => Step::new("credentials", StepOutcome::Failed, failure.message),
            });
        }
        let passed = steps.iter().all(|step| step.outcome != StepOutcome::Failed);
        Ok(AppReport { app: self.app(id).await?, passed, steps })
    }

    /// The callback address of an app: its own, or this server's.
    ///
    /// # Errors
    /// `connection_misconfigured` when there is neither.
    pub fn redirect_uri(&self, app: &OAuthApp) -> Result<String, Problem> {
        match (&app.redirect_uri, &self.consent.public_url) {
            (Some(given), _) => Ok(given.clone()),
            (None, Some(base)) => Ok(format!("{base}/oauth/callback/{}", app.provider)),
            (None, None) => {
                let detail = "this server does not know the address at which browsers reach it: \
                              set server.public_url (HEDDLE_PUBLIC_URL), or give the app a redirect_uri";
                Err(Problem::new(Code::ConnectionMisconfigured, detail))
            }
        }
    }

    pub(crate) async fn app(&self, id: &str) -> Result<OAuthApp, Problem> {
        let id = AppId::parse(id).ok_or_else(|| Problem::not_found("app"))?;
        self.apps.get(&id).await?.ok_or_else(|| Problem::not_found("app"))
    }

    fn sealed_for_app(&self, id: &AppId, secret: &SecretString) -> Result<heddle_auth::Sealed, Problem> {
        self.keeper.seal_for_app(id.as_str(), secret).map_err(|why| Problem::new(Code::Internal, why.to_string()))
    }

    /// The login address as it is kept, or what is wrong with it.
    fn checked(&self, kind: &AuthKind, login: &str) -> (Problem, String) {
        let problem = Problem::new(Code::ValidationFailed, "the app was not taken");
        match self.keeper.login(kind, login) {
            Ok(login) => (problem, login.as_str().to_owned()),
            Err(failure) => (problem.with_error("/login", "invalid", failure.message), String::new()),
        }
    }
}

/// How people consent at this provider.
pub(crate) fn consent_of(
    connector: &Arc<dyn Connector>,
) -> Result<(&'static AuthKind, &'static AuthorizationCode), Problem> {
    connector.manifest().consent().ok_or_else(|| {
        let detail = format!("{} cannot be connected by a person's consent", connector.manifest().title);
        Problem::new(Code::UnsupportedOperation, detail)
    })
}

/// Apps are the operator's business: a key that is bound to tenants can
/// neither make, see nor end any.
fn require_operator(caller: &Caller) -> Result<(), Problem> {
    caller.require(Scope::Connections)?;
    match caller.owner {
        Owner::Operator => Ok(()),
        Owner::Tenants(_) => {
            Err(Problem::new(Code::Forbidden, "this API key is bound to tenants and may not see the operator's apps"))
        }
    }
}

/// Adds what is wrong with the parts that are given.
fn parts(
    refused: &mut Problem,
    name: Option<&str>,
    secret: Option<&SecretString>,
    scopes: Option<&[String]>,
    redirect_uri: Option<&str>,
) {
    let mut refuse = |pointer: &str, detail: &str| {
        let problem = std::mem::replace(refused, Problem::new(Code::ValidationFailed, ""));
        *refused = problem.with_error(pointer, "invalid", detail);
    };
    if name.is_some_and(|name| !crate::is_name(name)) {
        refuse("/name", crate::NAME_RULE);
    }
    if secret.is_some_and(|secret| !sound(secret.expose_secret())) {
        refuse("/client_secret", "1 to 1,024 characters without control characters");
    }
    if let Some(scopes) = scopes {
        let word = |scope: &String| sound(scope) && !scope.contains(char::is_whitespace);
        if scopes.is_empty() || scopes.len() > MAX_SCOPES || !scopes.iter().all(word) {
            refuse("/scopes", "1 to 50 scopes, each one word");
        }
    }
    if let Some(Err(why)) = redirect_uri.map(browser_address) {
        refuse("/redirect_uri", &format!("it {why}"));
    }
}

fn sound(text: &str) -> bool {
    !text.trim().is_empty() && text.chars().count() <= MAX_CREDENTIAL && !text.contains(char::is_control)
}

fn scopes_step(scopes: &[String], consent: &AuthorizationCode) -> Step {
    let has = |words: &[&str]| scopes.iter().any(|scope| words.contains(&scope.as_str()));
    if !has(consent.needs) {
        let detail = format!("none of the scopes lets this server read data: add {}", consent.needs.join(" or "));
        return Step::new("scopes", StepOutcome::Failed, detail);
    }
    if !has(consent.offline) {
        let detail =
            format!("without one of {} a connection would end with its first token", consent.offline.join(", "));
        return Step::new("scopes", StepOutcome::Failed, detail);
    }
    Step::new("scopes", StepOutcome::Ok, format!("consents ask for {}", scopes.join(", ")))
}
