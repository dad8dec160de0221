//! What a write with an `Idempotency-Key` needs from a database. The store
//! implements it.

use crate::{StoreError, TenantId};
use async_trait::async_trait;

/// Greatest answer that is kept for a key, in bytes. Above 1 MiB the store
/// says so in its log: every repeat reads all of it.
pub const MAX_KEPT_ANSWER: usize = 8 << 20;

/// Names one key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyScope {
    /// Whose write it is: the same key of two tenants is two keys.
    pub tenant: TenantId,
    /// Method and route template: `POST /v1/crm/{object}`.
    pub route: String,
    /// As the caller sent it, 1 to 255 characters.
    pub key: String,
}

/// What a key stands for at the moment it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// Nobody has run this: the caller is to, and to tell how it went.
    Run(Ticket),
    /// The key stands for another request.
    OtherRequest,
    /// The same request is running, here or in another process.
    InProgress,
    /// It has run; these are the bytes given to [`Idempotency::finish`].
    Finished(Vec<u8>),
    /// Its process died, or lost the database, after it had announced the send.
    /// Stays so until the key expires: it is never run again, and an answer that
    /// comes late is not kept.
    Unknown {
        /// Id of the API request that ran.
        request_id: String,
    },
}

/// The right to run a request once, until somebody takes it over.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Ticket {
    scope: IdempotencyScope,
    record: String,
    owner: String,
    attempt: i64,
}

impl Ticket {
    /// For the store: a run of `scope`, by its stored row, the process that runs
    /// it, and how many times the row was taken.
    pub fn new(scope: IdempotencyScope, record: String, owner: String, attempt: i64) -> Self {
        Self { scope, record, owner, attempt }
    }

    /// The key that is run.
    pub fn scope(&self) -> &IdempotencyScope {
        &self.scope
    }

    /// Id of the stored row.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Id of the process that runs it.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// How many times the row was taken, this one included.
    pub fn attempt(&self) -> i64 {
        self.attempt
    }
}

/// Records of keys. Each function is one committed step. Call them from a task
/// that outlives the caller's connection: a future that is dropped in `begin`
/// can leave a key in progress for as long as this process lives.
#[async_trait]
pub trait Idempotency: Send + Sync {
    /// Takes the key, or says what it stands for. Of many callers with one new
    /// key exactly one gets [`Begun::Run`]. `fingerprint` is the SHA-256 of
    /// method, path and canonical body; `request_id` is the API request's.
    ///
    /// # Errors
    /// When the database fails; nothing may be sent then.
    async fn begin(
        &self,
        scope: &IdempotencyScope,
        fingerprint: &[u8; 32],
        request_id: &str,
    ) -> Result<Begun, StoreError>;
    /// Announces the provider call, committed before it. Answers whether the
    /// ticket still holds and this process counts as alive: with `false` nothing
    /// may be sent. May be asked again before a second send of the same run.
    ///
    /// # Errors
    /// When the database fails; nothing may be sent then.
    async fn sent(&self, ticket: &Ticket) -> Result<bool, StoreError>;
    /// Keeps the answer for repeats, sealed, until the key expires. Does nothing
    /// when the ticket no longer holds.
    ///
    /// # Errors
    /// When the database fails, or the answer is above [`MAX_KEPT_ANSWER`]; the
    /// record stays as it was, and may be finished again.
    async fn finish(&self, ticket: &Ticket, answer: &[u8]) -> Result<(), StoreError>;
    /// Frees the key: nothing was executed. Does nothing when the ticket no
    /// longer holds. After [`Idempotency::sent`] only for a call that surely did
    /// not go out, such as one that our own limiter refused.
    ///
    /// # Errors
    /// When the database fails.
    async fn release(&self, ticket: &Ticket) -> Result<(), StoreError>;
}
