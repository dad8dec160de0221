//! What the engine needs from a database. The store implements it.

use crate::{
    ApiKey, AppId, Connection, ConnectionId, Consent, KeyId, OAuthApp, Owner, StoredSchemas, Tenant, TenantId,
};
use async_trait::async_trait;
use heddle_auth::GrantRow;
use heddle_connector::ObjectSchema;
use std::time::SystemTime;

/// A database fault.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// Something of that name or key is there already.
    #[error("{0} exists already")]
    Exists(&'static str),
    /// The database failed; the text is for the log, not for callers.
    #[error("database: {0}")]
    Failed(String),
}

/// One page of a list, ordered by id.
#[derive(Debug, Clone, Copy)]
pub struct Slice<'a> {
    /// Only ids after this one.
    pub after: Option<&'a str>,
    /// How many at most.
    pub limit: u64,
}

/// Tenants: the operator's customers.
#[async_trait]
pub trait Tenants: Send + Sync {
    /// Stores a new tenant.
    ///
    /// # Errors
    /// `Exists` when another has the same `external_id`.
    async fn insert(&self, tenant: &Tenant) -> Result<(), StoreError>;
    /// A tenant the owner may see.
    ///
    /// # Errors
    /// When the database fails.
    async fn get(&self, owner: &Owner, id: &TenantId) -> Result<Option<Tenant>, StoreError>;
    /// The tenant with this external id, if the owner may see it.
    ///
    /// # Errors
    /// When the database fails.
    async fn by_external_id(&self, owner: &Owner, external_id: &str) -> Result<Option<Tenant>, StoreError>;
    /// Tenants the owner may see.
    ///
    /// # Errors
    /// When the database fails.
    async fn list(&self, owner: &Owner, slice: Slice<'_>) -> Result<Vec<Tenant>, StoreError>;
}

/// Tested credentials for a connection that is there already.
#[derive(Debug, Clone, Copy)]
pub struct Replacement<'a> {
    /// The connection as it is to be; `schema_version` and `base_url` are not
    /// read from it.
    pub connection: &'a Connection,
    /// The credentials, and the token that was obtained with them.
    pub grant: &'a GrantRow,
    /// The version of the stored grant that was tested; `None` replaces any.
    pub guard: Option<u64>,
    /// The account's fields; `None` keeps the stored ones.
    pub schemas: Option<&'a [ObjectSchema]>,
}

/// Connections with their grants and field schemas.
#[async_trait]
pub trait Connections: Send + Sync {
    /// Stores a tested connection with its grant and schemas in one transaction.
    ///
    /// # Errors
    /// When the database fails.
    async fn insert(
        &self,
        connection: &Connection,
        grant: &GrantRow,
        schemas: &[ObjectSchema],
    ) -> Result<(), StoreError>;
    /// A connection without schemas, if the owner may see it.
    ///
    /// # Errors
    /// When the database fails.
    async fn get(&self, owner: &Owner, id: &ConnectionId) -> Result<Option<Connection>, StoreError>;
    /// The schemas of a connection with the `schema_version` that they are of,
    /// both of one moment; `None` when the connection is gone.
    ///
    /// # Errors
    /// When the database fails.
    async fn schemas(&self, id: &ConnectionId) -> Result<Option<StoredSchemas>, StoreError>;
    /// Connections the owner may see, without schemas; filtered by tenant and provider.
    ///
    /// # Errors
    /// When the database fails.
    async fn list(
        &self,
        owner: &Owner,
        tenant: Option<&TenantId>,
        provider: Option<&str>,
        slice: Slice<'_>,
    ) -> Result<Vec<Connection>, StoreError>;
    /// Writes what a test found: identity, version, time; replaces schemas when
    /// given. State and reason are the grant's: only `TokenRows` writes them.
    ///
    /// # Errors
    /// When the database fails.
    async fn update_checked(&self, connection: &Connection, schemas: Option<&[ObjectSchema]>)
    -> Result<(), StoreError>;
    /// Puts tested credentials in place of a connection's, in one transaction:
    /// grant (its version moves on), state, account, schemas when given.
    /// Answers whether it was done: not when the connection is gone, or the
    /// grant's version is not the guard's any more.
    ///
    /// # Errors
    /// When the database fails.
    async fn replace(&self, change: Replacement<'_>) -> Result<bool, StoreError>;
    /// Connections in the state `waiting_for_app` whose next try is due at
    /// `now`, the longest due first.
    ///
    /// # Errors
    /// When the database fails.
    async fn due(&self, now: SystemTime, limit: u64) -> Result<Vec<Connection>, StoreError>;
    /// Moves the next try of a waiting connection from `seen` to `next`.
    /// Answers whether that was this call: of several servers, one tries.
    ///
    /// # Errors
    /// When the database fails.
    async fn claim(&self, id: &ConnectionId, seen: SystemTime, next: SystemTime) -> Result<bool, StoreError>;
    /// Makes a waiting connection `misconfigured`, if its next try is still at
    /// `claimed`.
    ///
    /// # Errors
    /// When the database fails.
    async fn end_wait(&self, id: &ConnectionId, claimed: SystemTime, reason: &str) -> Result<bool, StoreError>;
    /// Replaces one object's schema and moves the connection's `schema_version` on.
    ///
    /// # Errors
    /// When the database fails.
    async fn save_schema(&self, owner: &Owner, id: &ConnectionId, schema: &ObjectSchema) -> Result<(), StoreError>;
    /// Removes a connection with its grant and schemas. Answers whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete(&self, owner: &Owner, id: &ConnectionId) -> Result<bool, StoreError>;
}

/// The server's API keys.
#[async_trait]
pub trait Keys: Send + Sync {
    /// Stores a new key.
    ///
    /// # Errors
    /// When the database fails.
    async fn insert(&self, key: &ApiKey) -> Result<(), StoreError>;
    /// The key with this SHA-256 digest (hex).
    ///
    /// # Errors
    /// When the database fails.
    async fn by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StoreError>;
    /// All keys.
    ///
    /// # Errors
    /// When the database fails.
    async fn list(&self, slice: Slice<'_>) -> Result<Vec<ApiKey>, StoreError>;
    /// Removes a key. Answers whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete(&self, id: &KeyId) -> Result<bool, StoreError>;
    /// Notes that a key was used now; may be dropped when the database is busy.
    fn touch(&self, id: &KeyId);
}

/// How the removal of an app ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone, with the consents under way for it.
    Gone,
    /// There was none.
    NotThere,
    /// This many connections were made with it.
    InUse(u64),
}

/// The operator's apps at providers.
#[async_trait]
pub trait OAuthApps: Send + Sync {
    /// Stores a new app.
    ///
    /// # Errors
    /// When the database fails.
    async fn insert(&self, app: &OAuthApp) -> Result<(), StoreError>;
    /// An app.
    ///
    /// # Errors
    /// When the database fails.
    async fn get(&self, id: &AppId) -> Result<Option<OAuthApp>, StoreError>;
    /// Apps, of one provider where one is named.
    ///
    /// # Errors
    /// When the database fails.
    async fn list(&self, provider: Option<&str>, slice: Slice<'_>) -> Result<Vec<OAuthApp>, StoreError>;
    /// Writes an app whose stored version is still `seen`; provider and client
    /// id are not written. Answers whether it was.
    ///
    /// # Errors
    /// When the database fails.
    async fn update(&self, app: &OAuthApp, seen: u64) -> Result<bool, StoreError>;
    /// Removes an app that no connection was made with.
    ///
    /// # Errors
    /// When the database fails.
    async fn delete(&self, id: &AppId) -> Result<Deleted, StoreError>;
}

/// Consents under way.
#[async_trait]
pub trait Consents: Send + Sync {
    /// Stores one, and drops those whose time is over.
    ///
    /// # Errors
    /// When the database fails.
    async fn put(&self, consent: &Consent) -> Result<(), StoreError>;
    /// Takes the one with this state out: of several calls, one gets it.
    ///
    /// # Errors
    /// When the database fails.
    async fn take(&self, state: &str) -> Result<Option<Consent>, StoreError>;
}
