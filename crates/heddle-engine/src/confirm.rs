//! Another account behind a connection's login, confirmed by a person.

use crate::connect::parse;
use crate::{Caller, Code, ConnectionState, Engine, Problem, Scope, TestReport};

impl Engine {
    /// Confirms that a connection in the state `org_changed` is for the account
    /// `remote_id` from now on. The new account goes through the whole check;
    /// then it takes the old one's place, with its fields, and every cursor of
    /// the old account is refused.
    ///
    /// # Errors
    /// `not_found`; `conflict` when there is nothing to confirm, or the login
    /// leads to yet another account; otherwise what the first failed step came
    /// to, with every step among the errors. Nothing is changed then.
    pub async fn confirm_account(&self, caller: &Caller, id: &str, remote_id: &str) -> Result<TestReport, Problem> {
        caller.require(Scope::Connections)?;
        let id = parse(id)?;
        let known = self.row(&caller.owner, &id).await?;
        let connector = self.ready(&known.provider)?;
        let conflict = |detail: String| Problem {
            provider: Some(connector.manifest().id),
            connection_id: Some(id.to_string()),
            ..Problem::new(Code::Conflict, detail)
        };
        if known.state != ConnectionState::OrgChanged {
            let detail = format!("the connection is {}: there is no other account to confirm", known.state.as_str());
            return Err(conflict(detail));
        }
        let (grant, version) = self.keeper.candidate_of(id.as_str()).await?;
        let trial = self.try_candidate(caller, &connector, &known.tenant_id, grant, known.login.clone()).await;
        if !trial.checkup.passed() {
            return Err(trial.failed(&connector));
        }
        let found = trial.checkup.identity.as_ref().map(|identity| identity.remote_id.clone()).unwrap_or_default();
        if found != remote_id {
            let detail =
                format!("the login leads to the account {found}, not to {remote_id}: confirm the one it leads to");
            return Err(Problem { cost: trial.cost, ..conflict(detail) });
        }
        self.refuse_second(&connector, &known.tenant_id, Some(&id), &trial).await?;
        let mut connection = known.clone();
        if known.remote_id.as_deref() != Some(found.as_str()) {
            connection.generation += 1;
        }
        trial.note(&mut connection, self.wall());
        if !self.put(connection, &trial, Some(version)).await? {
            return Err(conflict("the connection was changed meanwhile: look at it again".to_owned()));
        }
        let connection = self.shown(self.loaded(&id).await?.connection.clone());
        self.with_drift(trial.report(connection)).await
    }
}
