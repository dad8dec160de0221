//! Credentials on trial: what a connection is made of, before it is touched.

use crate::{Caller, Code, Connection, ConnectionId, Cost, Engine, NewAuth, Problem, TenantId, TestReport};
use heddle_auth::{Candidate, CandidateGuard, GrantRow};
use heddle_connector::{Account, Checkup, Connector, Failure, FailureKind, Session, Step, StepOutcome};
use heddle_gate::GrantId;
use std::sync::Arc;
use std::time::SystemTime;

/// Credentials that went through the check, and what it found.
pub(crate) struct Trial {
    pub(crate) grant: GrantId,
    pub(crate) login: String,
    pub(crate) checkup: Checkup,
    pub(crate) cost: Cost,
    /// Also when the caller goes away in the middle.
    _forgotten_at_the_end: CandidateGuard,
}

impl Engine {
    /// Tests credentials that a person gave.
    pub(crate) async fn try_auth(
        &self,
        caller: &Caller,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        auth: NewAuth,
    ) -> Result<Trial, Problem> {
        let kind = auth.kind();
        let (login, client_id, client_secret, subject) = match auth {
            NewAuth::ClientCredentials { login, client_id, client_secret } => (login, client_id, client_secret, None),
            NewAuth::JwtBearer { login, client_id, username, private_key } => {
                (login, client_id, private_key, Some(username))
            }
        };
        let login = login.trim().trim_end_matches('/').to_owned();
        let candidate = Candidate {
            tenant_id: tenant.to_string(),
            provider: connector.manifest().id.to_owned(),
            kind: kind.to_owned(),
            login: login.clone(),
            client_id,
            client_secret,
            subject,
            code: None,
        };
        self.try_new(caller, connector, tenant, candidate, login).await
    }

    /// Tests what a candidate can be made of.
    pub(crate) async fn try_new(
        &self,
        caller: &Caller,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        candidate: Candidate,
        login: String,
    ) -> Result<Trial, Problem> {
        let named = |failure| Problem { provider: Some(connector.manifest().id), ..Problem::from(failure) };
        let grant = self.keeper.candidate(candidate).map_err(named)?;
        Ok(self.try_candidate(caller, connector, tenant, grant, login).await)
    }

    /// Tests a candidate.
    pub(crate) async fn try_candidate(
        &self,
        caller: &Caller,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        grant: GrantId,
        login: String,
    ) -> Trial {
        let guard = self.keeper.guard(&grant);
        let account = Arc::new(Account { connection: grant.0.clone(), ..Account::default() });
        let reader = Session::reader(connector, &account);
        let session = self.session_with(caller, connector, account, reader, tenant, grant.clone());
        let checkup = self.walk(connector, &session, &login).await;
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        Trial { grant, login, checkup, cost, _forgotten_at_the_end: guard }
    }

    /// The tested credentials, sealed for a connection.
    pub(crate) fn sealed(&self, trial: &Trial, id: &ConnectionId) -> Result<GrantRow, Problem> {
        self.keeper.row_for(&trial.grant, id.as_str()).ok_or_else(|| {
            Problem::new(Code::Internal, "the tested credentials could not be sealed; see the server's log")
        })
    }

    /// Token and base URL, then the provider's own steps.
    pub(crate) async fn walk(&self, connector: &Arc<dyn Connector>, session: &Session, login: &str) -> Checkup {
        let token = match self.keeper.renew_by(&session.grant, session.deadline).await {
            Ok(token) => token,
            Err(failure) => return stopped(login, failure),
        };
        let mut checkup = connector.check(session).await;
        let found = [
            token_given(login),
            Step::new("instance_url", StepOutcome::Ok, format!("calls go to {}", token.base.as_str())),
        ];
        checkup.steps.splice(0..0, found);
        checkup
    }
}

impl Trial {
    /// Whether the provider does not know the app, or not yet.
    pub(crate) fn app_unknown(&self) -> bool {
        self.checkup.failure.as_ref().is_some_and(|failure| failure.kind == FailureKind::AppUnknown)
    }

    /// The first failed step as a refusal, with every step among its parts.
    pub(crate) fn failed(self, connector: &Arc<dyn Connector>) -> Problem {
        let mut problem = match self.checkup.failure {
            Some(failure) => Problem::from(failure),
            None => Problem::new(Code::ConnectionMisconfigured, "the connection test failed"),
        };
        problem.errors.extend(self.checkup.steps.into_iter().map(|step| crate::FieldError {
            pointer: format!("steps/{}", step.name),
            code: step.outcome.as_str(),
            detail: step.detail,
            provider_field: None,
        }));
        problem.provider = Some(connector.manifest().id);
        problem.cost = self.cost;
        problem
    }

    /// Writes what was found into a connection.
    pub(crate) fn note(&self, connection: &mut Connection, now: SystemTime) {
        note(&self.checkup, connection, now);
    }

    /// The answer for a person.
    pub(crate) fn report(self, connection: Connection) -> TestReport {
        TestReport { connection, passed: self.checkup.passed(), steps: self.checkup.steps, cost: self.cost }
    }
}

/// Writes what a check found into a connection.
pub(crate) fn note(checkup: &Checkup, connection: &mut Connection, now: SystemTime) {
    if let Some(identity) = &checkup.identity {
        connection.remote_id = Some(identity.remote_id.clone());
        connection.remote_account = Some(identity.account.clone());
        connection.remote_user = Some(identity.user.clone());
    }
    if checkup.api_version.is_some() {
        connection.api_version.clone_from(&checkup.api_version);
    }
    if checkup.currency.is_some() {
        connection.currency.clone_from(&checkup.currency);
    }
    connection.checked_at = Some(now);
}

/// No token, or one for a host that must not get it: the failure then names
/// the field of the token answer that held the host.
fn stopped(login: &str, failure: Failure) -> Checkup {
    let refused = Step::new("token", StepOutcome::Failed, failure.message.clone());
    let steps = match failure.fields.first() {
        None => vec![refused],
        Some(_) => vec![token_given(login), Step { name: "instance_url", ..refused }],
    };
    Checkup { steps, failure: Some(failure), ..Checkup::default() }
}

fn token_given(login: &str) -> Step {
    Step::new("token", StepOutcome::Ok, format!("{login} gave a token"))
}
