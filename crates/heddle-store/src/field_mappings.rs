//! Fields under the operator's own names.

use crate::Store;
use crate::entity::field_mappings::{ActiveModel, Column, Entity, Model};
use crate::entity::{connections, mapping_drift};
use crate::errors::{failed, unreadable};
use crate::times::{from_ms, to_ms};
use async_trait::async_trait;
use heddle_auth::connector::mapping::NamedCodec;
use heddle_auth::connector::model::Object;
use heddle_engine::{
    ConnectionId, Direction, Drift, DriftKind, FieldMapping, FieldMappings, MappingOwner, PutEnd, StoreError, TenantId,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, Select};
use std::time::SystemTime;

#[async_trait]
impl FieldMappings for Store {
    async fn of_tenant(&self, tenant: &TenantId) -> Result<Vec<FieldMapping>, StoreError> {
        let found = ordered().filter(Column::Owner.eq(tenant.as_str()));
        found.all(self.db()).await.map_err(failed)?.into_iter().map(read).collect()
    }

    async fn of_connection(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        provider: &str,
    ) -> Result<Vec<FieldMapping>, StoreError> {
        let found = ordered()
            .filter(Column::TenantId.eq(tenant.as_str()))
            .filter(Column::Owner.is_in([tenant.as_str(), connection.as_str()]))
            .filter(Column::Provider.eq(provider));
        found.all(self.db()).await.map_err(failed)?.into_iter().map(read).collect()
    }

    async fn put(&self, mapping: &FieldMapping) -> Result<(PutEnd, FieldMapping), StoreError> {
        let txn = self.write_txn().await.map_err(failed)?;
        let known = Entity::find().filter(key(&mapping.tenant_id, &mapping.owner, mapping)).one(&txn).await;
        let known = known.map_err(failed)?.map(read).transpose()?;
        let mut stored = mapping.clone();
        let end = match known {
            Some(known) if known.says(mapping) => return Ok((PutEnd::Same, known)),
            Some(known) => {
                stored.created_at = known.created_at;
                PutEnd::Changed
            }
            None => PutEnd::Made,
        };
        // Before the row, which needs its connection.
        if !moved_on(&txn, &mapping.tenant_id, &mapping.owner, &mapping.provider).await? {
            return Ok((PutEnd::OwnerGone, stored));
        }
        let replace = OnConflict::columns([Column::Owner, Column::Provider, Column::Object, Column::Name])
            .update_columns([Column::ProviderField, Column::Codec, Column::Direction, Column::UpdatedAt])
            .to_owned();
        Entity::insert(row(&stored)).on_conflict(replace).exec_without_returning(&txn).await.map_err(failed)?;
        txn.commit().await.map_err(failed)?;
        Ok((end, stored))
    }

    async fn remove(
        &self,
        tenant: &TenantId,
        owner: &MappingOwner,
        provider: &str,
        object: Object,
        name: &str,
    ) -> Result<bool, StoreError> {
        let txn = self.write_txn().await.map_err(failed)?;
        let gone = Entity::delete_many()
            .filter(Column::TenantId.eq(tenant.as_str()))
            .filter(Column::Owner.eq(owner_id(tenant, owner)))
            .filter(Column::Provider.eq(provider))
            .filter(Column::Object.eq(object.plural()))
            .filter(Column::Name.eq(name))
            .exec(&txn)
            .await
            .map_err(failed)?
            .rows_affected;
        if gone == 0 {
            return Ok(false);
        }
        moved_on(&txn, tenant, owner, provider).await?;
        txn.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn note_drift(
        &self,
        connection: &ConnectionId,
        found: &[(Object, String, String, DriftKind)],
        now: SystemTime,
    ) -> Result<Vec<Drift>, StoreError> {
        let noted = noted(connection).all(self.db()).await.map_err(failed)?;
        let same = |row: &mapping_drift::Model, (object, name, field, kind): &(Object, String, String, DriftKind)| {
            row.object == object.plural()
                && row.name == *name
                && row.provider_field == *field
                && row.kind == kind.as_str()
        };
        let drift = |one: &(Object, String, String, DriftKind)| {
            let known = noted.iter().find(|row| same(row, one));
            let (object, name, provider_field, kind) = one.clone();
            // As the database keeps it.
            let since = known.map_or_else(|| from_ms(to_ms(now)), |row| from_ms(row.since));
            Drift { object, name, provider_field, kind, since }
        };
        let all: Vec<Drift> = found.iter().map(drift).collect();
        let unchanged = noted.len() == found.len() && found.iter().all(|one| noted.iter().any(|row| same(row, one)));
        if !unchanged {
            self.write_drift(connection, &all).await?;
        }
        Ok(all)
    }
}

impl Store {
    /// Puts what is noted for a connection in place of what was; nothing when
    /// the connection is gone.
    async fn write_drift(&self, connection: &ConnectionId, all: &[Drift]) -> Result<(), StoreError> {
        let txn = self.write_txn().await.map_err(failed)?;
        let there = connections::Entity::find_by_id(connection.as_str().to_owned()).one(&txn).await.map_err(failed)?;
        if there.is_none() {
            return Ok(());
        }
        mapping_drift::Entity::delete_many()
            .filter(mapping_drift::Column::ConnectionId.eq(connection.as_str()))
            .exec(&txn)
            .await
            .map_err(failed)?;
        for one in all {
            let row = mapping_drift::ActiveModel {
                connection_id: Set(connection.as_str().to_owned()),
                object: Set(one.object.plural().to_owned()),
                name: Set(one.name.clone()),
                provider_field: Set(one.provider_field.clone()),
                kind: Set(one.kind.as_str().to_owned()),
                since: Set(to_ms(one.since)),
            };
            // Another server may be noting the same.
            let columns =
                [mapping_drift::Column::ConnectionId, mapping_drift::Column::Object, mapping_drift::Column::Name];
            let replace = OnConflict::columns(columns)
                .update_columns([
                    mapping_drift::Column::ProviderField,
                    mapping_drift::Column::Kind,
                    mapping_drift::Column::Since,
                ])
                .to_owned();
            mapping_drift::Entity::insert(row)
                .on_conflict(replace)
                .exec_without_returning(&txn)
                .await
                .map_err(failed)?;
        }
        txn.commit().await.map_err(failed)
    }
}

fn ordered() -> Select<Entity> {
    Entity::find().order_by_asc(Column::Provider).order_by_asc(Column::Object).order_by_asc(Column::Name)
}

fn noted(connection: &ConnectionId) -> Select<mapping_drift::Entity> {
    mapping_drift::Entity::find().filter(mapping_drift::Column::ConnectionId.eq(connection.as_str()))
}

fn key(tenant: &TenantId, owner: &MappingOwner, mapping: &FieldMapping) -> Condition {
    Condition::all()
        .add(Column::TenantId.eq(tenant.as_str()))
        .add(Column::Owner.eq(owner_id(tenant, owner)))
        .add(Column::Provider.eq(mapping.provider.as_str()))
        .add(Column::Object.eq(mapping.object.plural()))
        .add(Column::Name.eq(mapping.name.as_str()))
}

fn owner_id<'a>(tenant: &'a TenantId, owner: &'a MappingOwner) -> &'a str {
    match owner {
        MappingOwner::Tenant => tenant.as_str(),
        MappingOwner::Connection(id) => id.as_str(),
    }
}

/// Moves the schema version of the connections on that a mapping is for, so
/// that every server reads them again. Answers whether its owner is there.
async fn moved_on(
    txn: &DatabaseTransaction,
    tenant: &TenantId,
    owner: &MappingOwner,
    provider: &str,
) -> Result<bool, StoreError> {
    let mut update = connections::Entity::update_many()
        .col_expr(connections::Column::SchemaVersion, Expr::col(connections::Column::SchemaVersion).add(1))
        .filter(connections::Column::TenantId.eq(tenant.as_str()))
        .filter(connections::Column::Provider.eq(provider));
    if let MappingOwner::Connection(id) = owner {
        update = update.filter(connections::Column::Id.eq(id.as_str()));
    }
    let moved = update.exec(txn).await.map_err(failed)?.rows_affected;
    Ok(moved > 0 || *owner == MappingOwner::Tenant)
}

fn row(mapping: &FieldMapping) -> ActiveModel {
    let connection = match &mapping.owner {
        MappingOwner::Tenant => None,
        MappingOwner::Connection(id) => Some(id.as_str().to_owned()),
    };
    ActiveModel {
        owner: Set(mapping.owner_id().to_owned()),
        provider: Set(mapping.provider.clone()),
        object: Set(mapping.object.plural().to_owned()),
        name: Set(mapping.name.clone()),
        tenant_id: Set(mapping.tenant_id.as_str().to_owned()),
        connection_id: Set(connection),
        provider_field: Set(mapping.provider_field.clone()),
        codec: Set(mapping.codec.as_str().to_owned()),
        direction: Set(mapping.direction.as_str().to_owned()),
        created_at: Set(to_ms(mapping.created_at)),
        updated_at: Set(to_ms(mapping.updated_at)),
    }
}

fn read(row: Model) -> Result<FieldMapping, StoreError> {
    let owner = match &row.connection_id {
        None => MappingOwner::Tenant,
        Some(id) => MappingOwner::Connection(ConnectionId::parse(id).ok_or_else(|| unreadable("id", &row.owner))?),
    };
    Ok(FieldMapping {
        tenant_id: TenantId::parse(&row.tenant_id).ok_or_else(|| unreadable("tenant id", &row.owner))?,
        owner,
        object: Object::from_plural(&row.object).ok_or_else(|| unreadable("object", &row.owner))?,
        codec: NamedCodec::parse(&row.codec).ok_or_else(|| unreadable("codec", &row.owner))?,
        direction: Direction::parse(&row.direction).ok_or_else(|| unreadable("direction", &row.owner))?,
        provider: row.provider,
        name: row.name,
        provider_field: row.provider_field,
        created_at: from_ms(row.created_at),
        updated_at: from_ms(row.updated_at),
    })
}
