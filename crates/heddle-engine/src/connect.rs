//! Connections: tested before they are stored, tested again, looked at, ended.

use crate::{
    Caller, Code, Connection, ConnectionId, ConnectionState, Cost, Engine, NewAuth, NewConnection, Owner, Problem,
    Scope, Slice, TenantId, TestReport,
};
use heddle_auth::Candidate;
use heddle_connector::{Account, Checkup, Connector, Failure, Session, Status, Step, StepOutcome};
use heddle_gate::GrantId;
use std::sync::Arc;

impl Engine {
    /// Tests credentials step by step and stores them as a connection when
    /// they are good.
    ///
    /// # Errors
    /// `not_found` for the tenant, `validation_failed` for an unknown provider,
    /// `unsupported_operation` for a planned one; otherwise what the first
    /// failed step came to, with every step among the errors.
    pub async fn create_connection(&self, caller: &Caller, new: NewConnection) -> Result<TestReport, Problem> {
        caller.require(Scope::Connections)?;
        let tenant =
            self.tenants.get(&caller.owner, &new.tenant_id).await?.ok_or_else(|| Problem::not_found("tenant"))?;
        let connector = self.ready(&new.provider)?;
        let kind = new.auth.kind();
        let NewAuth::ClientCredentials { login, client_id, client_secret } = new.auth;
        let login = login.trim().trim_end_matches('/').to_owned();
        let grant = self.keeper.candidate(Candidate {
            tenant_id: tenant.id.to_string(),
            provider: new.provider.clone(),
            kind: kind.to_owned(),
            login: login.clone(),
            client_id,
            client_secret,
        });
        let grant =
            grant.map_err(|failure| Problem { provider: Some(connector.manifest().id), ..Problem::from(failure) })?;
        // Also when the caller goes away in the middle.
        let _forgotten_at_the_end = self.keeper.guard(&grant);
        self.store_tested(caller, &connector, &tenant.id, kind, login, &grant).await
    }

    async fn store_tested(
        &self,
        caller: &Caller,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        kind: &str,
        login: String,
        grant: &GrantId,
    ) -> Result<TestReport, Problem> {
        let account = Arc::new(Account { connection: grant.0.clone(), ..Account::default() });
        let reader = Session::reader(connector, &account);
        let session = self.session_with(caller, connector, account, reader, tenant, grant.clone());
        let checkup = self.walk(connector, &session, &login).await;
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        if !checkup.passed() {
            return Err(failed(connector, checkup, cost));
        }
        self.refuse_second(connector, tenant, &checkup).await?;
        let id = ConnectionId::generate();
        let Some(row) = self.keeper.row_for(grant, id.as_str()) else {
            return Err(Problem::new(
                Code::Internal,
                "the tested credentials could not be sealed; see the server's log",
            ));
        };
        let now = self.wall();
        let identity = checkup.identity.as_ref();
        let connection = Connection {
            id,
            tenant_id: tenant.clone(),
            provider: connector.manifest().id.to_owned(),
            auth_kind: kind.to_owned(),
            login,
            state: ConnectionState::Active,
            reason: None,
            remote_id: identity.map(|i| i.remote_id.clone()),
            remote_account: identity.map(|i| i.account.clone()),
            remote_user: identity.map(|i| i.user.clone()),
            base_url: row.base_url.clone(),
            api_version: checkup.api_version.clone(),
            schema_version: 1,
            created_at: now,
            checked_at: Some(now),
        };
        self.connections.insert(&connection, &row, &checkup.schemas).await?;
        self.keeper.adopt(grant, connection.id.as_str());
        self.came_or_went(&connection.id).await;
        tracing::info!(connection = %connection.id, tenant = %tenant, provider = %connection.provider, "connected");
        Ok(TestReport { connection, passed: true, steps: checkup.steps, cost })
    }

    /// Tests a stored connection with a new token, and keeps what was found.
    ///
    /// # Errors
    /// `not_found`; a test that fails is a report, not an error.
    pub async fn test_connection(&self, caller: &Caller, id: &str) -> Result<TestReport, Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        let snapshot = self.snapshot(&caller.owner, &id).await?;
        let connector = &snapshot.connector;
        let session = self.session(caller, &snapshot);
        let checkup = self.walk(connector, &session, &snapshot.connection.login).await;
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        let passed = checkup.passed();
        let mut connection = snapshot.connection.clone();
        if let Some(identity) = checkup.identity {
            connection.remote_id = Some(identity.remote_id);
            connection.remote_account = Some(identity.account);
            connection.remote_user = Some(identity.user);
        }
        connection.api_version = checkup.api_version.or(connection.api_version);
        connection.checked_at = Some(self.wall());
        let schemas = (!checkup.schemas.is_empty()).then_some(checkup.schemas.as_slice());
        self.connections.update_checked(&connection, schemas).await?;
        // Read back: the verdict on the grant is the keeper's to write.
        let connection = self.loaded(&id).await?.connection.clone();
        Ok(TestReport { connection, passed, steps: checkup.steps, cost })
    }

    /// A connection that the key may see.
    ///
    /// # Errors
    /// `not_found`, also for foreign ones.
    pub async fn get_connection(&self, caller: &Caller, id: &str) -> Result<Connection, Problem> {
        caller.require(Scope::Connections)?;
        Ok(self.snapshot(&caller.owner, &parse(id)?).await?.connection.clone())
    }

    /// Connections that the key may see, with the next page's beginning.
    ///
    /// # Errors
    /// `not_found` for an unknown tenant.
    pub async fn list_connections(
        &self,
        caller: &Caller,
        tenant: Option<&str>,
        provider: Option<&str>,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<Connection>, Option<String>), Problem> {
        caller.require(Scope::Connections)?;
        let tenant = match tenant {
            Some(tenant) => Some(self.find_tenant(caller, tenant).await?.id),
            None => None,
        };
        let slice = Slice { after, limit: limit + 1 };
        let found = self.connections.list(&caller.owner, tenant.as_ref(), provider, slice).await?;
        Ok(crate::cut(found, limit, |connection| connection.id.to_string()))
    }

    /// Ends a connection: its secrets, tokens and fields are gone.
    ///
    /// # Errors
    /// `not_found`, also for foreign ones.
    pub async fn delete_connection(&self, caller: &Caller, id: &str) -> Result<(), Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        if !self.connections.delete(&caller.owner, &id).await? {
            return Err(Problem::not_found("connection"));
        }
        self.keeper.forget(&GrantId(id.to_string()));
        self.came_or_went(&id).await;
        tracing::info!(connection = %id, "disconnected");
        Ok(())
    }

    /// Two connections of one tenant to one account would make every call by
    /// tenant ambiguous.
    async fn refuse_second(
        &self,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        checkup: &Checkup,
    ) -> Result<(), Problem> {
        let Some(identity) = &checkup.identity else { return Ok(()) };
        let slice = Slice { after: None, limit: 1_000 };
        let provider = Some(connector.manifest().id);
        let known = self.connections.list(&Owner::Operator, Some(tenant), provider, slice).await?;
        let Some(known) = known.iter().find(|c| c.remote_id.as_deref() == Some(identity.remote_id.as_str())) else {
            return Ok(());
        };
        let detail = format!(
            "the tenant is connected to {} ({}) already, as {}; delete that connection first to replace it",
            identity.account, identity.remote_id, known.id
        );
        let problem = Problem::new(Code::Conflict, detail);
        Err(Problem { provider, connection_id: Some(known.id.to_string()), ..problem })
    }

    fn ready(&self, provider: &str) -> Result<Arc<dyn Connector>, Problem> {
        let Some(connector) = self.registry.get(provider) else {
            let ids: Vec<&str> = self.registry.all().iter().map(|c| c.manifest().id).collect();
            let detail = format!("there is no provider {provider}; providers are {}", ids.join(", "));
            return Err(Problem::new(Code::ValidationFailed, detail.clone()).with_error(
                "/provider",
                "unknown",
                detail,
            ));
        };
        if connector.manifest().status == Status::Planned {
            let detail = format!("{} is planned and cannot be connected yet", connector.manifest().title);
            return Err(Problem::new(Code::UnsupportedOperation, detail));
        }
        Ok(connector.clone())
    }

    /// Token and base URL, then the provider's own steps.
    async fn walk(&self, connector: &Arc<dyn Connector>, session: &Session, login: &str) -> Checkup {
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

fn failed(connector: &Arc<dyn Connector>, checkup: Checkup, cost: Cost) -> Problem {
    let mut problem = match checkup.failure {
        Some(failure) => Problem::from(failure),
        None => Problem::new(Code::ConnectionMisconfigured, "the connection test failed"),
    };
    problem.errors.extend(checkup.steps.into_iter().map(|step| crate::FieldError {
        pointer: format!("steps/{}", step.name),
        code: step.outcome.as_str(),
        detail: step.detail,
        provider_field: None,
    }));
    problem.provider = Some(connector.manifest().id);
    problem.cost = cost;
    problem
}

fn parse(id: &str) -> Result<ConnectionId, Problem> {
    ConnectionId::parse(id).ok_or_else(|| Problem::not_found("connection"))
}
