//! Whether the secret key is the one that sealed what is stored.

use heddle_auth::{MasterKey, SealContext, TokenRows, Vault, VaultError};
use heddle_engine::{ConnectionId, Connections, Owner, Slice, StoreError};
use heddle_store::Store;

/// What opening one stored secret showed.
#[derive(Debug)]
pub(super) enum Stored {
    /// There is none yet.
    Nothing,
    /// It opens.
    Opens(ConnectionId),
    /// The connection has none, which no connection should.
    Missing(ConnectionId),
    /// It does not open.
    Closed {
        /// Whose it is.
        connection: ConnectionId,
        /// Why not.
        why: VaultError,
    },
}

/// Opens one stored secret, if there is one: with another key every connection
/// would fail at its first call.
///
/// # Errors
/// When the database fails.
pub(super) async fn look(store: &Store, key: &MasterKey) -> Result<Stored, StoreError> {
    let one = Slice { after: None, limit: 1 };
    let connections = Connections::list(store, &Owner::Operator, None, None, one).await?;
    let Some(connection) = connections.into_iter().next().map(|connection| connection.id) else {
        return Ok(Stored::Nothing);
    };
    let row = TokenRows::load(store, connection.as_str()).await.map_err(|why| StoreError::Failed(why.to_string()))?;
    let Some(row) = row else { return Ok(Stored::Missing(connection)) };
    // A grant of the operator's app has no secret but its tokens.
    let (field, sealed) = match &row.refresh_token {
        Some(token) => ("refresh_token", token),
        None => ("client_secret", &row.client_secret),
    };
    let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field };
    Ok(match Vault::new(key).open(&place, sealed) {
        Ok(_) => Stored::Opens(connection),
        Err(why) => Stored::Closed { connection, why },
    })
}

#[cfg(test)]
mod tests {
    use super::super::wiring;
    use super::*;
    use crate::config::{Config, DatabaseUrl};
    use heddle_auth::{GrantRow, GrantState};
    use heddle_engine::{Connection, ConnectionState, Tenant, TenantId, Tenants};
    use std::time::UNIX_EPOCH;

    fn connection(tenant: &Tenant) -> Connection {
        Connection {
            id: ConnectionId::generate(),
            tenant_id: tenant.id.clone(),
            provider: "salesforce".to_owned(),
            auth_kind: "client_credentials".to_owned(),
            login: "https://acme.my.salesforce.com".to_owned(),
            state: ConnectionState::Active,
            reason: None,
            since: None,
            retry_at: None,
            until: None,
            found_id: None,
            generation: 0,
            currency: None,
            remote_id: None,
            remote_account: None,
            remote_user: None,
            base_url: None,
            api_version: None,
            schema_version: 1,
            created_at: UNIX_EPOCH,
            checked_at: None,
        }
    }

    fn grant(connection: &Connection, key: &MasterKey) -> GrantRow {
        let (tenant, id) = (connection.tenant_id.as_str(), connection.id.as_str());
        let place = SealContext { tenant, connection: id, field: "client_secret" };
        GrantRow {
            tenant_id: tenant.to_owned(),
            connection_id: id.to_owned(),
            provider: connection.provider.clone(),
            kind: connection.auth_kind.clone(),
            login: connection.login.clone(),
            client_id: "client".to_owned(),
            client_secret: Vault::new(key).seal(&place, b"secret").unwrap(),
            subject: None,
            app_id: None,
            app_secret: None,
            refresh_token: None,
            announced: None,
            access_token: None,
            base_url: None,
            remote_id: None,
            version: 0,
            obtained_at: None,
            expires_at: None,
            state: GrantState::Active,
            reason: None,
        }
    }

    #[tokio::test]
    async fn another_key_than_the_one_that_sealed_is_refused_at_the_start() {
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::default();
        config.database.url = DatabaseUrl::sqlite(&dir.path().join("heddle.db"));
        let store = wiring::open_store(&config).await.unwrap();
        let (key, other) = (MasterKey::generate().unwrap(), MasterKey::generate().unwrap());
        assert!(matches!(look(&store, &other).await, Ok(Stored::Nothing)));

        let tenant =
            Tenant { id: TenantId::generate(), name: "Acme".to_owned(), external_id: None, created_at: UNIX_EPOCH };
        Tenants::insert(&store, &tenant).await.unwrap();
        let connection = connection(&tenant);
        Connections::insert(&store, &connection, &grant(&connection, &key), &[]).await.unwrap();

        assert!(matches!(look(&store, &key).await, Ok(Stored::Opens(id)) if id == connection.id));
        let refused = wiring::join(&config, &other, store.clone()).await.err().unwrap().to_string();
        assert!(refused.contains("not the secret key") && refused.contains(&key.id()), "{refused}");
        wiring::close(wiring::join(&config, &key, store).await.unwrap()).await;
    }
}
