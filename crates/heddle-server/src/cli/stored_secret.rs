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
    let place = SealContext { tenant: &row.tenant_id, connection: &row.connection_id, field: "client_secret" };
    Ok(match Vault::new(key).open(&place, &row.client_secret) {
        Ok(_) => Stored::Opens(connection),
        Err(why) => Stored::Closed { connection, why },
    })
}
