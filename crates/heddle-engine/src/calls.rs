//! The call log: what was sent to providers, for whom, and how it ended.

use crate::{CallId, Caller, Engine, Owner, Problem, Scope, Slice, StoreError, TenantId};
use async_trait::async_trait;
use std::time::SystemTime;

/// One send of a call, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedAttempt {
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Duration of the send, in milliseconds.
    pub took_ms: i64,
    /// Time in queue, cool-down and backoff before it, in milliseconds.
    pub waited_ms: i64,
    /// `ok`, the provider's error code, or the transport's word for what happened.
    pub outcome: String,
}

impl LoggedAttempt {
    /// Whether the request may have reached the provider: the gate's word for
    /// one that surely did not is `not_sent`.
    pub fn left(&self) -> bool {
        self.outcome != "not_sent"
    }
}

/// A provider call, as the log keeps it: no bodies, queries or headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// Later written calls sort after earlier ones.
    pub id: CallId,
    /// When it entered the gate.
    pub at: SystemTime,
    /// Whose it was.
    pub tenant_id: String,
    /// The connection, or the candidate under test.
    pub connection_id: String,
    /// Provider id.
    pub provider: String,
    /// Id of the API request that caused it.
    pub request_id: String,
    /// `query`, `describe`, `token`.
    pub operation: String,
    /// HTTP method.
    pub method: String,
    /// Path without query.
    pub path: String,
    /// Status that was answered in the end, if any.
    pub status: Option<u16>,
    /// Failure kind in the end, if any: `provider_rate_limited`.
    pub failure: Option<String>,
    /// Each send.
    pub attempts: Vec<LoggedAttempt>,
    /// Whole time in the gate, in milliseconds.
    pub took_ms: i64,
}

impl LoggedCall {
    /// Requests that may have reached the provider, retries included.
    pub fn sent(&self) -> u32 {
        u32::try_from(self.attempts.iter().filter(|attempt| attempt.left()).count()).unwrap_or(u32::MAX)
    }
}

/// Which calls are wanted; all conditions must hold.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallFilter {
    /// Of this connection, or candidate; it may be gone by now.
    pub connection_id: Option<String>,
    /// Of this tenant.
    pub tenant_id: Option<TenantId>,
    /// To this provider.
    pub provider: Option<String>,
    /// For this API request.
    pub request_id: Option<String>,
    /// Only those that failed in the end.
    pub failed: bool,
    /// Entered the gate at this time or later; whole milliseconds count.
    pub since: Option<SystemTime>,
    /// Entered the gate before this time; whole milliseconds count.
    pub until: Option<SystemTime>,
}

/// Reads the call log. A call appears about half a second after it ended.
#[async_trait]
pub trait Calls: Send + Sync {
    /// Calls that the owner may see, newest first; `slice.after` names the one
    /// before the page, which is newer than all of it.
    ///
    /// # Errors
    /// When the database fails.
    async fn list(&self, owner: &Owner, filter: &CallFilter, slice: Slice<'_>) -> Result<Vec<LoggedCall>, StoreError>;

    /// One call, if the owner may see it.
    ///
    /// # Errors
    /// When the database fails.
    async fn get(&self, owner: &Owner, id: &CallId) -> Result<Option<LoggedCall>, StoreError>;
}

impl Engine {
    /// Provider calls that the key may see, newest first, with the next page's
    /// beginning. `tenant` is our id or the operator's own, and replaces the
    /// filter's.
    ///
    /// # Errors
    /// `forbidden` without the scope, `not_found` for a tenant that is not there
    /// or not the key's.
    pub async fn list_calls(
        &self,
        caller: &Caller,
        tenant: Option<&str>,
        filter: CallFilter,
        after: Option<&str>,
        limit: u64,
    ) -> Result<(Vec<LoggedCall>, Option<String>), Problem> {
        caller.require(Scope::Calls)?;
        let tenant_id: Option<TenantId> = match tenant {
            Some(id) => Some(self.find_tenant(caller, id).await?.id),
            None => filter.tenant_id.clone(),
        };
        let filter = CallFilter { tenant_id, ..filter };
        let calls = self.calls.list(&caller.owner, &filter, Slice { after, limit: limit + 1 }).await?;
        Ok(crate::cut(calls, limit, |call| call.id.to_string()))
    }

    /// One provider call.
    ///
    /// # Errors
    /// `forbidden` without the scope, `not_found` also for another tenant's.
    pub async fn get_call(&self, caller: &Caller, id: &str) -> Result<LoggedCall, Problem> {
        caller.require(Scope::Calls)?;
        let missing = || Problem::not_found("call");
        let id = CallId::parse(id).ok_or_else(missing)?;
        self.calls.get(&caller.owner, &id).await?.ok_or_else(missing)
    }
}
