//! The call log.

use crate::Store;
use crate::entity::provider_calls::{ActiveModel, Column, Entity, Model};
use crate::errors::{failed, unreadable};
use crate::owner::visible;
use crate::times::{duration_ms, from_ms, to_ms};
use heddle_engine::{ConnectionId, Owner, StoreError};
use heddle_gate::{Attempt, CallLog, CallRecord, FailureKind};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::time::SystemTime;

/// One send of a call, as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LoggedAttempt {
    /// HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// Duration of the send, in milliseconds.
    pub took_ms: i64,
    /// Time in queue, cool-down and backoff before it, in milliseconds.
    pub waited_ms: i64,
    /// The provider's error code or the transport's word for what happened.
    pub outcome: String,
}

/// A provider call, as the log keeps it: no bodies, queries or headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedCall {
    /// `call_` and a UUIDv7: later calls sort after earlier ones.
    pub id: String,
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

impl CallLog for Store {
    fn record(&self, record: CallRecord) {
        self.writer().record(record);
    }
}

impl Store {
    /// The newest calls of a connection that the owner may see, newest first.
    /// A call appears about half a second after it ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn recent_calls(
        &self,
        owner: &Owner,
        connection: &ConnectionId,
        limit: u64,
    ) -> Result<Vec<LoggedCall>, StoreError> {
        let rows = Entity::find()
            .filter(visible(owner, Column::TenantId))
            .filter(Column::ConnectionId.eq(connection.as_str()))
            .order_by_desc(Column::Id)
            .limit(limit)
            .all(self.db())
            .await
            .map_err(failed)?;
        rows.into_iter().map(read).collect()
    }
}

pub(crate) fn to_row(record: CallRecord) -> ActiveModel {
    let attempts: Vec<_> = record.attempts.into_iter().map(attempt).collect();
    ActiveModel {
        id: Set(format!("call_{}", uuid::Uuid::now_v7().simple())),
        at: Set(to_ms(record.at)),
        tenant_id: Set(record.caller.tenant),
        connection_id: Set(record.caller.connection),
        provider: Set(record.caller.provider.to_owned()),
        request_id: Set(record.caller.request_id),
        operation: Set(record.operation.to_owned()),
        method: Set(record.method.to_owned()),
        path: Set(record.path),
        status: Set(record.status.and_then(|s| i16::try_from(s).ok())),
        failure: Set(record.failure.map(|kind| word(kind).to_owned())),
        attempts: Set(serde_json::to_value(attempts).unwrap_or_default()),
        took_ms: Set(duration_ms(record.took)),
    }
}

fn attempt(attempt: Attempt) -> LoggedAttempt {
    LoggedAttempt {
        status: attempt.status,
        took_ms: duration_ms(attempt.took),
        waited_ms: duration_ms(attempt.waited),
        outcome: attempt.outcome,
    }
}

fn read(row: Model) -> Result<LoggedCall, StoreError> {
    let attempts = serde_json::from_value(row.attempts).map_err(|_| unreadable("attempts", &row.id))?;
    Ok(LoggedCall {
        id: row.id,
        at: from_ms(row.at),
        tenant_id: row.tenant_id,
        connection_id: row.connection_id,
        provider: row.provider,
        request_id: row.request_id,
        operation: row.operation,
        method: row.method,
        path: row.path,
        status: row.status.and_then(|s| u16::try_from(s).ok()),
        failure: row.failure,
        attempts,
        took_ms: row.took_ms,
    })
}

const fn word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::RateLimited => "rate_limited",
        FailureKind::ProviderRateLimited => "provider_rate_limited",
        FailureKind::QuotaExhausted => "quota_exhausted",
        FailureKind::Unavailable => "unavailable",
        FailureKind::Timeout => "timeout",
        FailureKind::DeadlineExceeded => "deadline_exceeded",
        FailureKind::OutcomeUnknown => "outcome_unknown",
        FailureKind::BadResponse => "bad_response",
        FailureKind::AuthFailed => "auth_failed",
        FailureKind::NeedsReauth => "needs_reauth",
        FailureKind::Misconfigured => "misconfigured",
        FailureKind::PermissionDenied => "permission_denied",
        FailureKind::NotFound => "not_found",
        FailureKind::ValidationFailed => "validation_failed",
        FailureKind::Duplicate => "duplicate",
        FailureKind::Conflict => "conflict",
        FailureKind::PreconditionFailed => "precondition_failed",
        FailureKind::Unsupported => "unsupported",
        FailureKind::StaleSchema => "stale_schema",
        FailureKind::InvalidCursor => "invalid_cursor",
        FailureKind::Internal => "internal",
    }
}
