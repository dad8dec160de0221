//! Connections as requests use them: the row read once a second, the fields of
//! the account only when they have changed.

use crate::cursor::Home;
use crate::provider_objects::Described;
use crate::selection::ObjectSnapshot;
use crate::{Connection, ConnectionId, Drift, Engine, Outgoing, Owner, Problem, StoreError};
use heddle_connector::{Account, Connector, FeatureState, Reader, Session};
use std::sync::Arc;
use std::time::SystemTime;

/// A connection as requests use it: read once, shared, replaced on change. Its
/// `schema_version` is that of `objects`.
pub(crate) struct Snapshot {
    pub(crate) connection: Connection,
    pub(crate) connector: Arc<dyn Connector>,
    pub(crate) account: Arc<Account>,
    pub(crate) reader: Arc<Reader>,
    pub(crate) objects: Arc<Objects>,
    /// The provider's object that the request names, if it names one.
    pub(crate) described: Option<Arc<Described>>,
}

/// The fields of an account, with the plans made from them.
pub(crate) struct Objects {
    version: u64,
    generation: u64,
    /// Plans hold the currency too.
    currency: Option<String>,
    /// Plans hold the addresses of records.
    base: String,
    pub(crate) list: Vec<ObjectSnapshot>,
    /// Mapped fields that do not fit the account any more.
    pub(crate) drift: Vec<Drift>,
    /// What the account has switched on.
    pub(crate) features: Vec<FeatureState>,
}

impl Objects {
    /// Whether they are those of the connection as it is now.
    fn are_of(&self, connection: &Connection) -> bool {
        self.version == connection.schema_version
            && self.generation == connection.generation
            && self.currency == connection.currency
            && self.base == record_base(connection)
    }
}

/// Base of the addresses of records.
pub(crate) fn record_base(connection: &Connection) -> &str {
    connection.base_url.as_deref().unwrap_or(&connection.login)
}

impl Engine {
    /// A connection the owner may see. Foreign ones look like missing ones.
    pub(crate) async fn snapshot(&self, owner: &Owner, id: &ConnectionId) -> Result<Arc<Snapshot>, Problem> {
        let snapshot = match self.snapshots.get(id).await {
            Some(snapshot) => snapshot,
            None => self.loaded(id).await?,
        };
        if owner.sees(&snapshot.connection.tenant_id) { Ok(snapshot) } else { Err(missing()) }
    }

    /// A connection's row as the database has it now, if the owner may see it.
    pub(crate) async fn row(&self, owner: &Owner, id: &ConnectionId) -> Result<Connection, Problem> {
        self.connections.get(owner, id).await?.ok_or_else(missing)
    }

    /// A connection as the database has it now, whatever is remembered.
    pub(crate) async fn loaded(&self, id: &ConnectionId) -> Result<Arc<Snapshot>, Problem> {
        let mut connection = self.row(&Owner::Operator, id).await?;
        let objects = self.objects_of(&mut connection).await?;
        let snapshot = Arc::new(self.open(connection, objects)?);
        self.snapshots.insert(id.clone(), snapshot.clone()).await;
        Ok(snapshot)
    }

    /// The connection's fields: those at hand if they are still its own. What is
    /// read goes under the version that was read with it, which may be newer
    /// than the row's.
    async fn objects_of(&self, connection: &mut Connection) -> Result<Arc<Objects>, Problem> {
        let id = connection.id.clone();
        let known = self.objects.get(&id).await;
        if known.as_ref().is_some_and(|known| known.generation != connection.generation) {
            // Another server confirmed another account: a token at hand is of the old one.
            self.keeper.reread(id.as_str());
        }
        if let Some(known) = known.filter(|known| known.are_of(connection)) {
            return Ok(known);
        }
        let stored = self.connections.schemas(&id).await?.ok_or_else(missing)?;
        connection.schema_version = stored.version;
        // Read behind the version: a change meanwhile makes it older, and is read again.
        let (list, drift, features) = self.with_mappings(connection, stored.schemas).await?;
        let objects = Arc::new(Objects {
            version: stored.version,
            generation: connection.generation,
            currency: connection.currency.clone(),
            base: record_base(connection).to_owned(),
            list,
            drift,
            features,
        });
        self.objects.insert(id, objects.clone()).await;
        Ok(objects)
    }

    fn open(&self, connection: Connection, objects: Arc<Objects>) -> Result<Snapshot, StoreError> {
        let connector = self.registry.get(&connection.provider).cloned().ok_or_else(|| {
            StoreError::Failed(format!("{} names the unknown provider {}", connection.id, connection.provider))
        })?;
        let account = Arc::new(Account {
            connection: connection.id.to_string(),
            remote_id: connection.remote_id.clone(),
            api_version: connection.api_version.clone(),
        });
        let reader = Session::reader(&connector, &account);
        Ok(Snapshot { connection, connector, account, reader, objects, described: None })
    }
}

impl Snapshot {
    /// Refuses a connection whose calls cannot succeed.
    pub(crate) fn usable(&self, now: SystemTime) -> Result<(), Problem> {
        let connection = &self.connection;
        let info = connection.state.info();
        match (info.calls, info.code) {
            (Outgoing::Refused, Some(code)) => {
                let detail = connection.reason.clone().unwrap_or_else(|| info.meaning.to_owned());
                let mut problem = Problem::new(code, detail);
                problem.retry_after = connection.retry_at.and_then(|at| at.duration_since(now).ok());
                Err(self.of(problem))
            }
            _ => Ok(()),
        }
    }

    /// The same connection, for a request that names an object of the provider's.
    pub(crate) fn with(&self, described: Arc<Described>) -> Self {
        Self {
            connection: self.connection.clone(),
            connector: self.connector.clone(),
            account: self.account.clone(),
            reader: self.reader.clone(),
            objects: self.objects.clone(),
            described: Some(described),
        }
    }

    /// The problem, with provider and connection named.
    pub(crate) fn of(&self, mut problem: Problem) -> Problem {
        problem.provider = Some(self.connector.manifest().id);
        problem.connection_id = Some(self.connection.id.to_string());
        problem
    }

    /// What its cursors are good for.
    pub(crate) fn home(&self) -> Home<'_> {
        Home { connection: &self.connection.id, generation: self.connection.generation }
    }
}

fn missing() -> Problem {
    Problem::not_found("connection")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectionState, TenantId};

    fn connection() -> Connection {
        Connection {
            id: ConnectionId::generate(),
            tenant_id: TenantId::generate(),
            provider: "acme".into(),
            auth_kind: "client_credentials".into(),
            login: "https://login.acme.example".into(),
            state: ConnectionState::Active,
            reason: None,
            since: None,
            retry_at: None,
            until: None,
            found_id: None,
            remote_id: None,
            remote_account: None,
            remote_user: None,
            base_url: Some("https://api.acme.example".into()),
            api_version: None,
            schema_version: 4,
            created_at: SystemTime::UNIX_EPOCH,
            checked_at: None,
            generation: 2,
            currency: None,
        }
    }

    #[test]
    fn fields_are_used_again_only_for_the_same_schema_account_and_addresses() {
        let one = connection();
        let objects = Objects {
            version: one.schema_version,
            generation: one.generation,
            currency: None,
            base: record_base(&one).to_owned(),
            list: Vec::new(),
            drift: Vec::new(),
            features: Vec::new(),
        };
        assert!(objects.are_of(&one));
        assert!(objects.are_of(&Connection { state: ConnectionState::Misconfigured, ..one.clone() }));
        for other in [
            Connection { schema_version: 5, ..one.clone() },
            Connection { schema_version: 3, ..one.clone() },
            Connection { generation: 3, ..one.clone() },
            Connection { currency: Some("EUR".into()), ..one.clone() },
            Connection { base_url: Some("https://moved.acme.example".into()), ..one.clone() },
            Connection { base_url: None, ..one.clone() },
        ] {
            assert!(!objects.are_of(&other));
        }
    }
}
