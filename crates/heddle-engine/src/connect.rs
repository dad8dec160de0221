//! Connections: tested before they are stored, tested again, looked at, ended.

use crate::trial::{Trial, note};
use crate::{
    Caller, Code, Connection, ConnectionId, ConnectionState, Cost, Engine, NewConnection, Owner, Problem, Scope, Slice,
    TenantId, TestReport,
};
use heddle_auth::Revocation;
use heddle_connector::{Connector, Status, Step, StepOutcome};
use heddle_gate::GrantId;
use std::sync::Arc;

impl Engine {
    /// Tests credentials step by step and stores them as a connection when
    /// they are good. When the provider does not know the app, which may be a
    /// new one, the connection is stored as `waiting_for_app`.
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
        let trial = self.try_auth(caller, &connector, &tenant.id, new.auth).await?;
        if !trial.app_unknown() && !trial.checkup.passed() {
            return Err(trial.failed(&connector));
        }
        self.refuse_second(&connector, &tenant.id, None, &trial).await?;
        let connection = self.stored(&connector, tenant.id, kind, &trial).await?;
        self.with_drift(trial.report(connection)).await
    }

    /// Stores what was tried as a new connection; it waits when the provider
    /// does not know the app yet.
    pub(crate) async fn stored(
        &self,
        connector: &Arc<dyn Connector>,
        tenant_id: TenantId,
        kind: &str,
        trial: &Trial,
    ) -> Result<Connection, Problem> {
        let waits = trial.app_unknown();
        let id = ConnectionId::generate();
        let row = self.sealed(trial, &id)?;
        let now = self.wall();
        let mut connection = Connection {
            id,
            tenant_id,
            provider: connector.manifest().id.to_owned(),
            auth_kind: kind.to_owned(),
            login: trial.login.clone(),
            state: ConnectionState::Active,
            reason: None,
            since: Some(now),
            retry_at: None,
            until: None,
            found_id: None,
            remote_id: None,
            remote_account: None,
            remote_user: None,
            base_url: row.base_url.clone(),
            api_version: None,
            schema_version: 1,
            created_at: now,
            checked_at: None,
            generation: 0,
            currency: None,
        };
        trial.note(&mut connection, now);
        if waits {
            self.wait(&mut connection, trial);
        }
        self.connections.insert(&connection, &row, &trial.checkup.schemas).await?;
        if !waits {
            self.keeper.adopt(&trial.grant, connection.id.as_str());
        }
        self.came_or_went(&connection.id).await;
        let (id, tenant, state) = (&connection.id, &connection.tenant_id, connection.state.as_str());
        tracing::info!(connection = %id, %tenant, provider = %connection.provider, state, "connected");
        Ok(connection)
    }

    /// Tests a stored connection with a new token, and keeps what was found. One
    /// that waits for its app is tried at once.
    ///
    /// # Errors
    /// `not_found`; a test that fails is a report, not an error.
    pub async fn test_connection(&self, caller: &Caller, id: &str) -> Result<TestReport, Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        let known = self.row(&caller.owner, &id).await?;
        if known.state == ConnectionState::WaitingForApp {
            return self.try_waiting(caller, known).await;
        }
        let snapshot = self.snapshot(&caller.owner, &id).await?;
        let connector = &snapshot.connector;
        let session = self.session(caller, &snapshot);
        let mut checkup = self.walk(connector, &session, &snapshot.connection.login).await;
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        let mut connection = snapshot.connection.clone();
        let found = checkup.identity.as_ref().map(|identity| identity.remote_id.as_str());
        match (found, connection.remote_id.as_deref()) {
            // For a provider whose token answers do not name the account.
            (Some(found), Some(known)) if found != known => {
                self.keeper.pause(&session.grant, found).await?;
                let detail = format!("the login leads to {found}; the connection is for {known}");
                checkup.steps.retain(|step| step.name != "identity");
                checkup.steps.push(Step::new("identity", StepOutcome::Failed, detail));
            }
            _ => {
                note(&checkup, &mut connection, self.wall());
                let schemas = (!checkup.schemas.is_empty()).then_some(checkup.schemas.as_slice());
                self.connections.update_checked(&connection, schemas).await?;
            }
        }
        // Read back: the verdict on the grant is the keeper's to write.
        let connection = self.shown(self.loaded(&id).await?.connection.clone());
        self.with_drift(TestReport { connection, passed: checkup.passed(), steps: checkup.steps, cost }).await
    }

    /// A connection that the key may see.
    ///
    /// # Errors
    /// `not_found`, also for foreign ones.
    pub async fn get_connection(&self, caller: &Caller, id: &str) -> Result<Connection, Problem> {
        caller.require(Scope::Connections)?;
        Ok(self.shown(self.snapshot(&caller.owner, &parse(id)?).await?.connection.clone()))
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
        let found = found.into_iter().map(|connection| self.shown(connection)).collect();
        Ok(crate::cut(found, limit, |connection: &Connection| connection.id.to_string()))
    }

    /// Ends a connection: its secrets, tokens and fields are gone. Then its
    /// token is ended at the provider, if that answers in time: the deletion
    /// does not depend on it.
    ///
    /// # Errors
    /// `not_found`, also for foreign ones.
    pub async fn delete_connection(&self, caller: &Caller, id: &str) -> Result<Revocation, Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        self.row(&caller.owner, &id).await?;
        let token = self.keeper.revocable(id.as_str()).await;
        if !self.connections.delete(&caller.owner, &id).await? {
            return Err(Problem::not_found("connection"));
        }
        self.keeper.forget(&GrantId(id.to_string()));
        self.came_or_went(&id).await;
        tracing::info!(connection = %id, "disconnected");
        Ok(self.keeper.revoke(token).await)
    }

    /// Two connections of one tenant to one account would make every call by
    /// tenant ambiguous. One that was never connected counts by its login.
    pub(crate) async fn refuse_second(
        &self,
        connector: &Arc<dyn Connector>,
        tenant: &TenantId,
        but: Option<&ConnectionId>,
        trial: &Trial,
    ) -> Result<(), Problem> {
        let identity = trial.checkup.identity.as_ref();
        let slice = Slice { after: None, limit: 1_000 };
        let provider = Some(connector.manifest().id);
        let known = self.connections.list(&Owner::Operator, Some(tenant), provider, slice).await?;
        let others = known.iter().filter(|c| Some(&c.id) != but);
        let same = |c: &&Connection| match (&c.remote_id, identity) {
            (Some(known), Some(identity)) => *known == identity.remote_id,
            (None, _) => c.login == trial.login,
            (Some(_), None) => false,
        };
        let Some(known) = others.into_iter().find(same) else { return Ok(()) };
        let detail = match (&known.remote_id, identity) {
            (Some(_), Some(identity)) => format!(
                "the tenant is connected to {} ({}) already, as {}; PATCH that connection to swap its credentials, \
                 or delete it first to replace it",
                identity.account, identity.remote_id, known.id
            ),
            _ => format!(
                "the tenant has the connection {} to {} already, which is {}; PATCH its credentials, or delete it first",
                known.id,
                known.login,
                known.state.as_str()
            ),
        };
        let problem = Problem::new(Code::Conflict, detail);
        Err(Problem { provider, connection_id: Some(known.id.to_string()), ..problem })
    }

    pub(crate) fn ready(&self, provider: &str) -> Result<Arc<dyn Connector>, Problem> {
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
}

pub(crate) fn parse(id: &str) -> Result<ConnectionId, Problem> {
    ConnectionId::parse(id).ok_or_else(|| Problem::not_found("connection"))
}
