//! The call log.

use crate::Store;
use crate::entity::provider_calls::{ActiveModel, Column, Entity, Model};
use crate::errors::{failed, unreadable};
use crate::owner::visible;
use crate::times::{duration_ms, from_ms, to_ms};
use async_trait::async_trait;
use heddle_engine::{CallFilter, CallId, Calls, LoggedAttempt, LoggedCall, Owner, Slice, StoreError};
use heddle_gate::{Attempt, CallLog, CallRecord};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::{Deserialize, Serialize};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

impl CallLog for Store {
    fn record(&self, record: CallRecord) {
        self.writer().record(record);
    }
}

/// How far a call's id, which carries the time of writing, may be from its
/// entry: the longest API request, and as much again for a clock that is set.
const WRITTEN_WITHIN: Duration = Duration::from_secs(2 * 3_600);

#[async_trait]
impl Calls for Store {
    async fn list(&self, owner: &Owner, filter: &CallFilter, slice: Slice<'_>) -> Result<Vec<LoggedCall>, StoreError> {
        let mut query = Entity::find().filter(visible(owner, Column::TenantId)).filter(matching(filter));
        if let Some(after) = slice.after {
            query = query.filter(Column::Id.lt(after));
        }
        let rows = query.order_by_desc(Column::Id).limit(slice.limit).all(self.db()).await.map_err(failed)?;
        rows.into_iter().map(read).collect()
    }

    async fn get(&self, owner: &Owner, id: &CallId) -> Result<Option<LoggedCall>, StoreError> {
        let found = Entity::find_by_id(id.as_str().to_owned()).filter(visible(owner, Column::TenantId));
        found.one(self.db()).await.map_err(failed)?.map(read).transpose()
    }
}

fn matching(filter: &CallFilter) -> Condition {
    let mut all = Condition::all();
    if let Some(id) = &filter.connection_id {
        all = all.add(Column::ConnectionId.eq(id));
    }
    if let Some(id) = &filter.tenant_id {
        all = all.add(Column::TenantId.eq(id.as_str()));
    }
    if let Some(provider) = &filter.provider {
        all = all.add(Column::Provider.eq(provider));
    }
    if let Some(id) = &filter.request_id {
        all = all.add(Column::RequestId.eq(id));
    }
    if filter.failed {
        all = all.add(Column::Failure.is_not_null());
    }
    // The bounds on the id are wider than those on the time; they are there
    // because every index ends in the id.
    if let Some(since) = filter.since {
        all = all
            .add(Column::At.gte(to_ms(since)))
            .add(Column::Id.gte(first_id(since.checked_sub(WRITTEN_WITHIN).unwrap_or(UNIX_EPOCH))));
    }
    if let Some(until) = filter.until {
        all = all.add(Column::At.lt(to_ms(until))).add(Column::Id.lt(first_id(until + WRITTEN_WITHIN)));
    }
    all
}

/// The least id that can be made at this time: a UUIDv7 begins with 48 bits of
/// milliseconds.
fn first_id(at: SystemTime) -> String {
    format!("call_{:012x}", to_ms(at))
}

pub(crate) fn to_row(record: CallRecord) -> ActiveModel {
    let attempts: Vec<_> = record.attempts.into_iter().map(attempt).collect();
    ActiveModel {
        id: Set(CallId::generate().as_str().to_owned()),
        at: Set(to_ms(record.at)),
        tenant_id: Set(record.caller.tenant),
        connection_id: Set(record.caller.connection),
        provider: Set(record.caller.provider.to_owned()),
        request_id: Set(record.caller.request_id),
        operation: Set(record.operation.to_owned()),
        method: Set(record.method.to_owned()),
        path: Set(record.path),
        status: Set(record.status.and_then(|s| i16::try_from(s).ok())),
        failure: Set(record.failure.map(|kind| kind.as_str().to_owned())),
        attempts: Set(serde_json::to_string(&attempts).unwrap_or_default()),
        took_ms: Set(duration_ms(record.took)),
    }
}

/// An attempt as it stands in the `attempts` column.
#[derive(Serialize, Deserialize)]
struct AttemptRow {
    status: Option<u16>,
    took_ms: i64,
    waited_ms: i64,
    outcome: String,
}

fn attempt(attempt: Attempt) -> AttemptRow {
    AttemptRow {
        status: attempt.status,
        took_ms: duration_ms(attempt.took),
        waited_ms: duration_ms(attempt.waited),
        outcome: attempt.outcome,
    }
}

fn read_attempt(row: AttemptRow) -> LoggedAttempt {
    LoggedAttempt { status: row.status, took_ms: row.took_ms, waited_ms: row.waited_ms, outcome: row.outcome }
}

fn read(row: Model) -> Result<LoggedCall, StoreError> {
    let attempts: Vec<AttemptRow> = serde_json::from_str(&row.attempts).map_err(|_| unreadable("attempts", &row.id))?;
    Ok(LoggedCall {
        id: CallId::parse(&row.id).ok_or_else(|| unreadable("id", &row.id))?,
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
        attempts: attempts.into_iter().map(read_attempt).collect(),
        took_ms: row.took_ms,
    })
}
