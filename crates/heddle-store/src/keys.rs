//! API keys.

use crate::Store;
use crate::entity::api_keys::{ActiveModel, Column, Entity, Model};
use crate::errors::{clash, failed, unreadable};
use crate::times::{from_ms, to_ms};
use async_trait::async_trait;
use heddle_engine::{ApiKey, KeyId, Keys, Scope, Slice, StoreError, TenantId};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

#[async_trait]
impl Keys for Store {
    async fn insert(&self, key: &ApiKey) -> Result<(), StoreError> {
        let words = |items: Vec<&str>| Value::from(items);
        let row = ActiveModel {
            id: Set(key.id.as_str().to_owned()),
            name: Set(key.name.clone()),
            prefix: Set(key.prefix.clone()),
            hash: Set(key.hash.clone()),
            scopes: Set(words(key.scopes.iter().map(|s| s.as_str()).collect())),
            tenants: Set(key.tenants.as_ref().map(|t| words(t.iter().map(TenantId::as_str).collect()))),
            expires_at: Set(key.expires_at.map(to_ms)),
            last_used_at: Set(key.last_used_at.map(to_ms)),
            created_at: Set(to_ms(key.created_at)),
        };
        Entity::insert(row).exec_without_returning(self.db()).await.map_err(clash("this key"))?;
        Ok(())
    }

    async fn by_hash(&self, hash: &str) -> Result<Option<ApiKey>, StoreError> {
        let found = Entity::find().filter(Column::Hash.eq(hash)).one(self.db()).await.map_err(failed)?;
        found.map(read).transpose()
    }

    async fn list(&self, slice: Slice<'_>) -> Result<Vec<ApiKey>, StoreError> {
        let mut query = Entity::find().order_by_asc(Column::Id).limit(slice.limit);
        if let Some(after) = slice.after {
            query = query.filter(Column::Id.gt(after));
        }
        query.all(self.db()).await.map_err(failed)?.into_iter().map(read).collect()
    }

    async fn delete(&self, id: &KeyId) -> Result<bool, StoreError> {
        let gone = Entity::delete_by_id(id.as_str().to_owned()).exec(self.db()).await.map_err(failed)?;
        self.touches().forget(id);
        Ok(gone.rows_affected > 0)
    }

    fn touch(&self, id: &KeyId) {
        self.touches().note(id, to_ms(self.now()));
    }
}

/// A key whose stored rights cannot be read has none: it is refused as a whole.
fn read(row: Model) -> Result<ApiKey, StoreError> {
    let scopes = words(&row.scopes, Scope::parse).ok_or_else(|| unreadable("scopes", &row.id))?;
    let tenants = match &row.tenants {
        None | Some(Value::Null) => None,
        Some(list) => Some(words(list, TenantId::parse).ok_or_else(|| unreadable("tenants", &row.id))?),
    };
    Ok(ApiKey {
        id: KeyId::parse(&row.id).ok_or_else(|| unreadable("id", &row.id))?,
        name: row.name,
        prefix: row.prefix,
        hash: row.hash,
        scopes,
        tenants,
        expires_at: row.expires_at.map(from_ms),
        last_used_at: row.last_used_at.map(from_ms),
        created_at: from_ms(row.created_at),
    })
}

fn words<T>(list: &Value, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    list.as_array()?.iter().map(|word| parse(word.as_str()?)).collect()
}
