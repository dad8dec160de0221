//! Other credentials for a connection, tested before they take the old ones' place.

use crate::connect::parse;
use crate::trial::Trial;
use crate::{Caller, Code, Connection, ConnectionState, Engine, NewAuth, Problem, Replacement, Scope, TestReport};
use heddle_connector::Connector;
use std::sync::Arc;

impl Engine {
    /// Swaps a connection's credentials. They are tested first, with the steps
    /// of a new connection; only when all have passed they take the place of
    /// the old ones, whose token is then ended at the provider, best effort.
    ///
    /// When the provider does not know the app and the connection did not work
    /// anyway, it waits for the app as a new one does; a connection that works
    /// keeps its credentials.
    ///
    /// # Errors
    /// `not_found`; `conflict` for credentials of another account; otherwise
    /// what the first failed step came to, with every step among the errors.
    /// Nothing is changed then.
    pub async fn swap_credentials(&self, caller: &Caller, id: &str, auth: NewAuth) -> Result<TestReport, Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        let known = self.row(&caller.owner, &id).await?;
        let connector = self.ready(&known.provider)?;
        let kind = auth.kind();
        let trial = self.try_auth(caller, &connector, &known.tenant_id, auth).await?;
        let mut connection = Connection { auth_kind: kind.to_owned(), login: trial.login.clone(), ..known.clone() };
        let idle = [ConnectionState::WaitingForApp, ConnectionState::NeedsReauth, ConnectionState::Misconfigured];
        if trial.app_unknown() && idle.contains(&known.state) {
            self.refuse_second(&connector, &known.tenant_id, Some(&id), &trial).await?;
            self.wait(&mut connection, &trial);
            let grant = self.sealed(&trial, &id)?;
            let change = Replacement { connection: &connection, grant: &grant, guard: None, schemas: None };
            if !self.connections.replace(change).await? {
                return Err(Problem::not_found("connection"));
            }
            self.keeper.replaced(&trial.grant, id.as_str());
            self.changed(&id).await;
        } else {
            if !trial.checkup.passed() {
                let later = trial.app_unknown().then_some(self.waiting.every);
                let problem = trial.failed(&connector);
                return Err(Problem { retry_after: problem.retry_after.or(later), ..problem });
            }
            self.fits(&connector, &known, &trial).await?;
            trial.note(&mut connection, self.wall());
            let old = self.keeper.revocable(id.as_str()).await;
            if !self.put(connection, &trial, None).await? {
                return Err(Problem::not_found("connection"));
            }
            self.keeper.revoke_replaced(old, id.as_str()).await;
        }
        let connection = self.shown(self.loaded(&id).await?.connection.clone());
        self.with_drift(trial.report(connection)).await
    }

    /// Refuses credentials of another account than the connection's, or of one
    /// that the tenant has connected already.
    pub(crate) async fn fits(
        &self,
        connector: &Arc<dyn Connector>,
        known: &Connection,
        trial: &Trial,
    ) -> Result<(), Problem> {
        let found = trial.checkup.identity.as_ref().map(|identity| identity.remote_id.as_str());
        if let (Some(known_id), Some(found)) = (known.remote_id.as_deref(), found)
            && known_id != found
        {
            let detail = format!(
                "these credentials are of the account {found}, and the connection is for {known_id}: \
                 make another connection for the other account"
            );
            let problem = Problem::new(Code::Conflict, detail);
            let provider = Some(connector.manifest().id);
            return Err(Problem { provider, connection_id: Some(known.id.to_string()), cost: trial.cost, ..problem });
        }
        self.refuse_second(connector, &known.tenant_id, Some(&known.id), trial).await
    }

    /// A connection as it stands now, the account's daily allowance included.
    pub(crate) fn shown(&self, mut connection: Connection) -> Connection {
        if connection.state != ConnectionState::Active {
            return connection;
        }
        let Some(connector) = self.registry.get(&connection.provider) else { return connection };
        let account = heddle_connector::Account {
            connection: connection.id.to_string(),
            remote_id: connection.remote_id.clone(),
            api_version: connection.api_version.clone(),
        };
        // What any data request counts against.
        let plan = connector.plan(&account, &heddle_connector::Request::get("any", "/"));
        let spent = plan.scopes.iter().filter_map(|scope| self.outlet.exhausted(&scope.key));
        if let Some(spent) = spent.max_by_key(|spent| spent.left) {
            let now = self.wall();
            connection.state = ConnectionState::QuotaExhausted;
            connection.reason = Some("the account's daily allowance of calls is used up".to_owned());
            connection.since = now.checked_sub(spent.lasting);
            connection.until = Some(now + spent.left);
        }
        connection
    }
}
