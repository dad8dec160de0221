//! A person's consent: asked for, brought back by the browser, tested, stored.

use crate::connect::parse;
use crate::oauth_apps::consent_of;
use crate::trial::Trial;
use crate::{
    Caller, Code, Connection, Consent, ConsentEnd, ConsentReturn, ConsentStart, Engine, NewConsent, OAuthApp, Owner,
    Problem, Scope, Slice, TestReport,
};
use heddle_auth::{Candidate, Challenge, Code as FreshCode, ConsentPage, Unguessable, browser_address};
use heddle_connector::Connector;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const KIND: &str = "authorization_code";

/// How consents are asked for.
#[derive(Debug, Clone)]
pub struct ConsentSettings {
    /// Where browsers reach this server, without a slash at the end.
    pub public_url: Option<String>,
    /// Origins that a browser may be sent to in the end.
    pub return_origins: Vec<String>,
    /// How long a person may take. 10 min.
    pub life: Duration,
}

impl Default for ConsentSettings {
    fn default() -> Self {
        Self { public_url: None, return_origins: Vec::new(), life: Duration::from_secs(600) }
    }
}

impl Engine {
    /// Asks for a person's consent: an address to send a browser to. Any server
    /// on this database can finish it.
    ///
    /// # Errors
    /// `not_found` for the tenant, app or connection; `validation_failed` for
    /// what cannot be right; `connection_misconfigured` when this server has no
    /// app or public address to ask with.
    pub async fn start_consent(&self, caller: &Caller, new: NewConsent) -> Result<ConsentStart, Problem> {
        caller.require(Scope::Connections)?;
        let tenant = self.tenants.get(&caller.owner, &new.tenant_id).await?;
        let tenant = tenant.ok_or_else(|| Problem::not_found("tenant"))?;
        let connector = self.ready(&new.provider)?;
        let (kind, consent) = consent_of(&connector)?;
        let known = match &new.connection_id {
            Some(id) => Some(self.row(&caller.owner, &parse(id)?).await?),
            None => None,
        };
        if known.as_ref().is_some_and(|known| known.tenant_id != tenant.id || known.provider != new.provider) {
            return Err(Problem::not_found("connection of this tenant and provider"));
        }
        let app = self.app_for(&new, &connector).await?;
        let login = self.keeper.login(kind, new.login.as_deref().unwrap_or(&app.login)).map_err(|failure| {
            let problem = Problem::new(Code::ValidationFailed, failure.message.clone());
            problem.with_error("/login", "invalid", failure.message)
        })?;
        if let Some(address) = &new.return_url {
            self.may_return_to(address)?;
        }
        let redirect_uri = self.redirect_uri(&app)?;
        let no_bytes = || Problem::new(Code::Internal, "the operating system gave no random bytes");
        let state = Unguessable::new().ok_or_else(no_bytes)?;
        let verifier = Unguessable::new().ok_or_else(no_bytes)?;
        let (name, expires_at) = (Challenge::of(state.secret()), self.wall() + self.consent.life);
        let sealed = self.keeper.seal_verifier(tenant.id.as_str(), name.as_str(), verifier.secret());
        let page = ConsentPage {
            method: consent,
            login: &login,
            client_id: &app.client_id,
            redirect_uri: &redirect_uri,
            scopes: &app.scopes,
            state: state.secret(),
            challenge: &Challenge::of(verifier.secret()),
            login_again: new.login_again,
        };
        let authorize_url = page.address().into();
        let under_way = Consent {
            state: name.as_str().to_owned(),
            tenant_id: tenant.id,
            provider: new.provider,
            app_id: app.id,
            connection_id: known.map(|known| known.id),
            login: login.as_str().to_owned(),
            redirect_uri,
            verifier: sealed.map_err(|why| Problem::new(Code::Internal, why.to_string()))?,
            return_url: new.return_url,
            expires_at,
        };
        self.consents.put(&under_way).await?;
        Ok(ConsentStart { authorize_url, expires_at })
    }

    /// Finishes a consent when the browser comes back. The state is used up,
    /// whatever comes of it. In a task of its own: a code is good for one use, so
    /// that a browser that leaves must not end this half way. `request_id` and `deadline` are those of the
    /// browser's request, which has no key: what it may do is what was asked
    /// for with the state.
    ///
    /// # Errors
    /// In [`ConsentEnd::result`]: `consent_expired` for a state that is unknown,
    /// used or too old; `consent_refused` when the person or the provider said
    /// no; `account_mismatch` when an existing connection's consent came back
    /// from another account; otherwise as `create_connection`. Nothing is
    /// changed then, and a connection that is there keeps what it has.
    pub async fn finish_consent(
        self: &Arc<Self>,
        back: ConsentReturn,
        request_id: String,
        deadline: Instant,
    ) -> ConsentEnd {
        let (engine, under) = (Arc::clone(self), self.running.begin());
        let work = async move {
            let _under = under;
            engine.finish(back, request_id, deadline).await
        };
        let task = match &self.runtime {
            Some(runtime) => runtime.spawn(work),
            None => tokio::spawn(work),
        };
        task.await.unwrap_or_else(|error| {
            tracing::error!(%error, "a consent broke off");
            let problem = Problem::new(Code::Internal, "something went wrong in this server; start again");
            ConsentEnd { result: Err(problem), return_url: None }
        })
    }

    async fn finish(&self, back: ConsentReturn, request_id: String, deadline: Instant) -> ConsentEnd {
        let over = || {
            let detail = "this consent is not known any more: it was used, or is older than it may be; start again";
            Problem::new(Code::ConsentExpired, detail)
        };
        let state = Challenge::of(&back.state);
        let under_way = match self.consents.take(state.as_str()).await {
            Ok(Some(under_way)) if under_way.provider == back.provider => under_way,
            Ok(_) => return ConsentEnd { result: Err(over()), return_url: None },
            Err(error) => return ConsentEnd { result: Err(error.into()), return_url: None },
        };
        let return_url = under_way.return_url.clone();
        if under_way.expires_at <= self.wall() {
            return ConsentEnd { result: Err(over()), return_url };
        }
        let caller = Caller {
            scopes: vec![Scope::Connections],
            owner: Owner::Tenants(vec![under_way.tenant_id.clone()].into()),
            expires_at: None,
            request_id,
            deadline,
        };
        let result = match back.outcome {
            Ok(code) => self.exchange(&caller, &under_way, code).await,
            Err((error, description)) => Err(refused(&error, &description)),
        };
        if let Err(problem) = &result {
            tracing::info!(tenant = %under_way.tenant_id, provider = %under_way.provider, %problem, "consent not finished");
        }
        ConsentEnd { result, return_url }
    }

    async fn exchange(
        &self,
        caller: &Caller,
        under_way: &Consent,
        code: secrecy::SecretString,
    ) -> Result<TestReport, Problem> {
        let connector = self.ready(&under_way.provider)?;
        let app = self.app(under_way.app_id.as_str()).await?;
        let known = match &under_way.connection_id {
            Some(id) => Some(self.row(&caller.owner, id).await?),
            None => None,
        };
        let sealed = |why: heddle_auth::VaultError| {
            tracing::error!(app = %app.id, error = %why, "a secret of the consent does not open");
            Problem::new(Code::Internal, "the consent cannot be opened with this server's secret key")
        };
        let (tenant, state) = (under_way.tenant_id.as_str(), under_way.state.as_str());
        let candidate = Candidate {
            tenant_id: under_way.tenant_id.to_string(),
            provider: under_way.provider.clone(),
            kind: KIND.to_owned(),
            login: under_way.login.clone(),
            client_id: app.client_id.clone(),
            client_secret: self.keeper.open_for_app(app.id.as_str(), &app.client_secret).map_err(sealed)?,
            subject: None,
            code: Some(FreshCode {
                app_id: app.id.to_string(),
                code,
                verifier: self.keeper.open_verifier(tenant, state, &under_way.verifier).map_err(sealed)?,
                redirect_uri: under_way.redirect_uri.clone(),
            }),
        };
        let login = under_way.login.clone();
        let trial = self.try_new(caller, &connector, &under_way.tenant_id, candidate, login).await?;
        let unused = self.keeper.revocable_candidate(&trial.grant);
        match self.take_on(&connector, under_way, known, trial).await {
            Ok(report) => Ok(report),
            Err(problem) => {
                // A grant that nobody keeps is ended, so that none lies around.
                self.keeper.revoke_unused(unused);
                Err(problem)
            }
        }
    }

    /// Stores a consent that was tested: as a new connection, or in the place of
    /// an existing one's.
    async fn take_on(
        &self,
        connector: &Arc<dyn Connector>,
        under_way: &Consent,
        known: Option<Connection>,
        trial: Trial,
    ) -> Result<TestReport, Problem> {
        if !trial.checkup.passed() {
            return Err(trial.failed(connector));
        }
        if !self.keeper.outlives_its_token(&trial.grant) {
            let detail = "the provider gave no refresh token, so the connection would end with its first token: \
                          add the scope refresh_token to the app, and consent again";
            return Err(Problem::new(Code::ConnectionMisconfigured, detail));
        }
        let Some(known) = known else {
            self.refuse_second(connector, &under_way.tenant_id, None, &trial).await?;
            let connection = self.stored(connector, under_way.tenant_id.clone(), KIND, &trial).await?;
            return self.with_drift(trial.report(connection)).await;
        };
        let found = trial.checkup.identity.as_ref().map(|identity| identity.remote_id.clone());
        if let (Some(expected), Some(found)) = (&known.remote_id, &found)
            && expected != found
        {
            let detail = format!(
                "the consent came from the account {found}, and the connection is for {expected}: \
                 log in there with a user of its own account, or make another connection"
            );
            let problem = Problem::new(Code::AccountMismatch, detail);
            let provider = Some(connector.manifest().id);
            return Err(Problem { provider, connection_id: Some(known.id.to_string()), cost: trial.cost, ..problem });
        }
        self.refuse_second(connector, &known.tenant_id, Some(&known.id), &trial).await?;
        let id = known.id.clone();
        let mut connection = Connection { auth_kind: KIND.to_owned(), login: trial.login.clone(), ..known };
        trial.note(&mut connection, self.wall());
        let old = self.keeper.revocable(id.as_str()).await;
        if !self.put(connection, &trial, None).await? {
            return Err(Problem::not_found("connection"));
        }
        self.keeper.revoke_replaced(old, id.as_str()).await;
        let connection = self.shown(self.loaded(&id).await?.connection.clone());
        self.with_drift(trial.report(connection)).await
    }

    /// The app that is named, or the provider's only one. A key that is bound to
    /// tenants cannot look at apps, but may ask for consent with them.
    async fn app_for(&self, new: &NewConsent, connector: &Arc<dyn Connector>) -> Result<OAuthApp, Problem> {
        if let Some(id) = &new.app_id {
            let app = self.app(id).await?;
            return match app.provider == new.provider {
                true => Ok(app),
                false => Err(Problem::not_found("app of this provider")),
            };
        }
        let mut apps = self.apps.list(Some(&new.provider), Slice { after: None, limit: 2 }).await?;
        match (apps.pop(), apps.is_empty()) {
            (Some(only), true) => Ok(only),
            (Some(_), false) => {
                let detail = "the operator has several apps at this provider: name one as app_id";
                Err(Problem::new(Code::ValidationFailed, detail).with_error("/app_id", "missing", detail))
            }
            (None, _) => {
                let title = connector.manifest().title;
                let detail = format!("the operator has no app at {title}: register one with POST /v1/oauth-apps");
                Err(Problem::new(Code::ConnectionMisconfigured, detail))
            }
        }
    }

    fn may_return_to(&self, address: &str) -> Result<(), Problem> {
        let refuse = |detail: String| {
            Err(Problem::new(Code::ValidationFailed, format!("return_url {detail}")).with_error(
                "/return_url",
                "not_allowed",
                detail,
            ))
        };
        match browser_address(address) {
            Err(why) => refuse(why.to_owned()),
            Ok(url) if self.consent.return_origins.contains(&url.origin().ascii_serialization()) => Ok(()),
            Ok(_) => refuse("is not on the list of this server (consent.return_origins)".to_owned()),
        }
    }
}

/// What the browser brought back in place of a code.
fn refused(error: &str, description: &str) -> Problem {
    let said = if description.is_empty() { error.to_owned() } else { format!("{error}: {description}") };
    let detail = match error.to_ascii_lowercase().as_str() {
        "access_denied" => "the person did not consent; nothing was connected".to_owned(),
        "oauth_app_access_denied" => {
            "the provider does not let this app in for the person's account: its administrator must approve it"
                .to_owned()
        }
        "temporarily_unavailable" | "server_error" => {
            "the provider could not ask for consent now; try again".to_owned()
        }
        _ => "the provider refused to ask for consent: the app's set-up needs a look".to_owned(),
    };
    Problem::new(Code::ConsentRefused, format!("{detail} (the provider says: {said:.300})"))
}
