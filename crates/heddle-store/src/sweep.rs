//! Deletes what is too old or too much, a bounded batch at a time.

use crate::Store;
use crate::database_time;
use crate::entity::{exports, idempotency_records, processes, provider_calls};
use crate::errors::failed;
use crate::times::duration_ms;
use heddle_engine::StoreError;
use sea_orm::sea_query::{Expr, LockBehavior, LockType};
use sea_orm::{ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::time::Duration;

/// How long an export is remembered: twice as long as a provider keeps its
/// result, so that there is time to learn that it has expired.
const EXPORTS_LIFE: Duration = Duration::from_secs(14 * 86_400);

/// How many rows went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Expired idempotency keys with their answers.
    pub keys: u64,
    /// Processes that gave no sign for as long as a key lives: no key that is
    /// remembered is theirs.
    pub processes: u64,
    /// Call records that were too old or too many.
    pub calls: u64,
    /// Exports whose result no provider keeps any more.
    pub exports: u64,
}

impl Store {
    /// Deletes expired keys, processes long dead, and call records beyond the
    /// age and number that the settings allow; a call's age is counted from when
    /// it was written. Each batch is a transaction of its own. A SQLite file
    /// does not shrink: its space is used again.
    ///
    /// # Errors
    /// When the database fails; what went before that stays deleted.
    pub async fn sweep(&self) -> Result<Swept, StoreError> {
        self.sweep_until(|| false).await
    }

    /// Ends between two batches when `stopped` says so.
    pub(crate) async fn sweep_until(&self, stopped: impl Fn() -> bool) -> Result<Swept, StoreError> {
        let now = database_time::read(self.db()).await.map_err(failed)?;
        let forgotten = now - duration_ms(self.idempotency().life);
        let keys = idempotency_records::Column::CreatedAt.lte(forgotten);
        let dead = processes::Column::BeatAt.lt(forgotten);
        let calls = provider_calls::Column::Id.lt(self.oldest_call_to_stay(now).await.map_err(failed)?);
        let mut swept = Swept::default();
        let keys = self.delete::<idempotency_records::Entity>(idempotency_records::Column::Id, keys, &stopped);
        swept.keys = keys.await.map_err(failed)?;
        let dead = self.delete::<processes::Entity>(processes::Column::Id, dead, &stopped);
        swept.processes = dead.await.map_err(failed)?;
        let calls = self.delete::<provider_calls::Entity>(provider_calls::Column::Id, calls, &stopped);
        swept.calls = calls.await.map_err(failed)?;
        let kept_long_enough = exports::Column::CreatedAt.lt(now - duration_ms(EXPORTS_LIFE));
        let exports = self.delete::<exports::Entity>(exports::Column::Id, kept_long_enough, &stopped);
        swept.exports = exports.await.map_err(failed)?;
        Ok(swept)
    }

    /// Ids of calls grow with time and begin with it, so that age and number
    /// are both a smallest id.
    async fn oldest_call_to_stay(&self, now: i64) -> Result<String, DbErr> {
        let oldest = now.saturating_sub(duration_ms(self.retention().calls_life)).max(0);
        let by_age = format!("call_{oldest:012x}");
        let by_number = provider_calls::Entity::find()
            .select_only()
            .column(provider_calls::Column::Id)
            .order_by_desc(provider_calls::Column::Id)
            .offset(self.retention().calls_rows.saturating_sub(1))
            .limit(1)
            .into_tuple()
            .one(self.db())
            .await?;
        Ok(by_number.map_or(by_age.clone(), |id: String| id.max(by_age)))
    }

    async fn delete<E: EntityTrait>(&self, id: E::Column, due: Expr, stopped: impl Fn() -> bool) -> Result<u64, DbErr> {
        let batch = self.retention().batch.max(1);
        let mut gone = 0;
        while !stopped() {
            // Two processes that sweep at once pass each other by.
            let some = E::find()
                .select_only()
                .column(id)
                .filter(due.clone())
                .limit(batch)
                .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                .into_query();
            let now = E::delete_many().filter(id.in_subquery(some)).exec(self.db()).await?.rows_affected;
            gone += now;
            if now < batch {
                break;
            }
        }
        Ok(gone)
    }
}
