//! Tenants.

use crate::Store;
use crate::entity::tenants::{ActiveModel, Column, Entity, Model};
use crate::errors::{clash, failed, unreadable};
use crate::owner::visible;
use crate::times::{from_ms, to_ms};
use async_trait::async_trait;
use heddle_engine::{Owner, Slice, StoreError, Tenant, TenantId, Tenants};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};

#[async_trait]
impl Tenants for Store {
    async fn insert(&self, tenant: &Tenant) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(tenant.id.as_str().to_owned()),
            name: Set(tenant.name.clone()),
            external_id: Set(tenant.external_id.clone()),
            created_at: Set(to_ms(tenant.created_at)),
        };
        Entity::insert(row).exec_without_returning(self.db()).await.map_err(clash("a tenant with this external_id"))?;
        Ok(())
    }

    async fn get(&self, owner: &Owner, id: &TenantId) -> Result<Option<Tenant>, StoreError> {
        let found = of(owner).filter(Column::Id.eq(id.as_str())).one(self.db()).await.map_err(failed)?;
        found.map(read).transpose()
    }

    async fn by_external_id(&self, owner: &Owner, external_id: &str) -> Result<Option<Tenant>, StoreError> {
        let found = of(owner).filter(Column::ExternalId.eq(external_id)).one(self.db()).await.map_err(failed)?;
        found.map(read).transpose()
    }

    async fn list(&self, owner: &Owner, slice: Slice<'_>) -> Result<Vec<Tenant>, StoreError> {
        let mut query = of(owner).order_by_asc(Column::Id).limit(slice.limit);
        if let Some(after) = slice.after {
            query = query.filter(Column::Id.gt(after));
        }
        query.all(self.db()).await.map_err(failed)?.into_iter().map(read).collect()
    }
}

fn of(owner: &Owner) -> Select<Entity> {
    Entity::find().filter(visible(owner, Column::Id))
}

fn read(row: Model) -> Result<Tenant, StoreError> {
    Ok(Tenant {
        id: TenantId::parse(&row.id).ok_or_else(|| unreadable("id", &row.id))?,
        name: row.name,
        external_id: row.external_id,
        created_at: from_ms(row.created_at),
    })
}
