//! When keys were last used, gathered and written by the minute.

use heddle_engine::KeyId;
use sea_orm::sea_query::Condition;
use sea_orm::{ColumnTrait, DatabaseConnection, DbErr, EntityTrait, QueryFilter};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::entity::api_keys::{Column, Entity};

const MINUTE: i64 = 60_000;

/// The minute of each key's last use, and whether it still has to be written.
#[derive(Default)]
pub(crate) struct Touches(Mutex<HashMap<String, (i64, bool)>>);

impl Touches {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, (i64, bool)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn note(&self, key: &KeyId, now_ms: i64) {
        let minute = now_ms - now_ms.rem_euclid(MINUTE);
        let mut touched = self.lock();
        match touched.get_mut(key.as_str()) {
            Some(entry) if entry.0 >= minute => {}
            Some(entry) => *entry = (minute, true),
            None => drop(touched.insert(key.as_str().to_owned(), (minute, true))),
        }
    }

    pub(crate) fn forget(&self, key: &KeyId) {
        self.lock().remove(key.as_str());
    }

    /// Writes what is new. What cannot be written is tried again next time.
    pub(crate) async fn write(&self, db: &DatabaseConnection) -> Result<(), DbErr> {
        let due: Vec<(String, i64)> =
            self.lock().iter().filter(|(_, (_, new))| *new).map(|(key, (at, _))| (key.clone(), *at)).collect();
        for (key, at) in due {
            let older = Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lt(at));
            Entity::update_many()
                .col_expr(Column::LastUsedAt, at.into())
                .filter(Column::Id.eq(&key))
                .filter(older)
                .exec(db)
                .await?;
            if let Some(entry) = self.lock().get_mut(&key)
                && entry.0 == at
            {
                entry.1 = false;
            }
        }
        Ok(())
    }
}
