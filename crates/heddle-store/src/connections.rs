//! Connections with their grants and schemas.

use crate::Store;
use crate::entity::connections::{ActiveModel, Column, Entity, Model};
use crate::entity::{connection_schemas, grants};
use crate::errors::{clash, failed, unreadable};
use crate::grants::{Standing, silent, to_row as grant_row};
use crate::owner::visible;
use crate::times::{from_count, from_ms, to_count, to_ms};
use async_trait::async_trait;
use heddle_auth::connector::ObjectSchema;
use heddle_auth::{GrantRow, GrantState};
use heddle_engine::{
    Connection, ConnectionId, ConnectionState, Connections, Owner, Replacement, Slice, StoreError, StoredSchemas,
    TenantId,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect, SelectTwo, UpdateMany,
};
use std::time::SystemTime;

#[async_trait]
impl Connections for Store {
    async fn insert(
        &self,
        connection: &Connection,
        grant: &GrantRow,
        schemas: &[ObjectSchema],
    ) -> Result<(), StoreError> {
        let same = grant.connection_id == connection.id.as_str() && grant.tenant_id == connection.tenant_id.as_str();
        if !same {
            return Err(failed("the grant belongs to another connection"));
        }
        let grant = grant_row(grant, connection);
        let txn = self.write_txn().await.map_err(failed)?;
        Entity::insert(row(connection))
            .exec_without_returning(&txn)
            .await
            .map_err(clash("a connection with this id"))?;
        grants::Entity::insert(grant).exec_without_returning(&txn).await.map_err(failed)?;
        put_schemas(&txn, connection.id.as_str(), schemas).await?;
        txn.commit().await.map_err(failed)
    }

    async fn get(&self, owner: &Owner, id: &ConnectionId) -> Result<Option<Connection>, StoreError> {
        let found = of(owner).filter(Column::Id.eq(id.as_str())).one(self.db()).await.map_err(failed)?;
        found.map(|(connection, grant)| read(connection, grant)).transpose()
    }

    /// One statement: version and fields are of one moment.
    async fn schemas(&self, id: &ConnectionId) -> Result<Option<StoredSchemas>, StoreError> {
        let found = Entity::find_by_id(id.as_str().to_owned())
            .find_with_related(connection_schemas::Entity)
            .order_by_asc(connection_schemas::Column::Object)
            .all(self.db())
            .await
            .map_err(failed)?;
        let Some((connection, schemas)) = found.into_iter().next() else { return Ok(None) };
        Ok(Some(StoredSchemas {
            version: from_count(connection.schema_version),
            schemas: schemas.into_iter().map(read_schema).collect::<Result<_, _>>()?,
        }))
    }

    async fn list(
        &self,
        owner: &Owner,
        tenant: Option<&TenantId>,
        provider: Option<&str>,
        slice: Slice<'_>,
    ) -> Result<Vec<Connection>, StoreError> {
        let mut query = of(owner).order_by_asc(Column::Id).limit(slice.limit);
        if let Some(tenant) = tenant {
            query = query.filter(Column::TenantId.eq(tenant.as_str()));
        }
        if let Some(provider) = provider {
            query = query.filter(Column::Provider.eq(provider));
        }
        if let Some(after) = slice.after {
            query = query.filter(Column::Id.gt(after));
        }
        let rows = query.all(self.db()).await.map_err(failed)?;
        rows.into_iter().map(|(connection, grant)| read(connection, grant)).collect()
    }

    /// The base URL is not written: it comes with tokens only. With schemas,
    /// `schema_version` moves on from the stored one.
    async fn update_checked(
        &self,
        connection: &Connection,
        schemas: Option<&[ObjectSchema]>,
    ) -> Result<(), StoreError> {
        let id = connection.id.as_str();
        let txn = self.write_txn().await.map_err(failed)?;
        let mut update = found_out(connection);
        if schemas.is_some() {
            update = update.col_expr(Column::SchemaVersion, Expr::col(Column::SchemaVersion).add(1));
        }
        let tenant = connection.tenant_id.as_str();
        let found = update
            .filter(Column::Id.eq(id))
            .filter(Column::TenantId.eq(tenant))
            .exec(&txn)
            .await
            .map_err(failed)?
            .rows_affected;
        if found == 0 {
            // Deleted meanwhile; the transaction ends without a trace.
            return Ok(());
        }
        if let Some(schemas) = schemas {
            put_all_schemas(&txn, id, schemas).await?;
        }
        txn.commit().await.map_err(failed)
    }

    async fn replace(&self, change: Replacement<'_>) -> Result<bool, StoreError> {
        let Replacement { connection, grant, guard, schemas } = change;
        let (id, tenant) = (connection.id.as_str(), connection.tenant_id.as_str());
        let txn = self.write_txn().await.map_err(failed)?;
        let state = GrantState::parse(connection.state.as_str());
        let state = state.ok_or_else(|| failed("a state that is not stored"))?;
        let mut update = grants::Entity::update_many()
            .filter(grants::Column::ConnectionId.eq(id))
            .filter(grants::Column::TenantId.eq(tenant));
        if let Some(version) = guard {
            update = update.filter(grants::Column::Version.eq(to_count(version)));
        }
        let standing = Standing {
            retry_at: connection.retry_at,
            until: connection.until,
            ..Standing::of(state, connection.reason.as_deref())
        };
        let update = silent(self.in_state(update, &standing), false)
            .col_expr(grants::Column::ClientId, Expr::value(grant.client_id.clone()))
            .col_expr(grants::Column::ClientSecret, Expr::value(grant.client_secret.0.clone()))
            .col_expr(grants::Column::AppId, Expr::value(grant.app_id.clone()))
            .col_expr(grants::Column::Subject, Expr::value(grant.subject.clone()))
            .col_expr(grants::Column::RefreshToken, Expr::value(grant.refresh_token.as_ref().map(|s| s.0.clone())))
            .col_expr(grants::Column::AccessToken, Expr::value(grant.access_token.as_ref().map(|s| s.0.clone())))
            .col_expr(grants::Column::BaseUrl, Expr::value(grant.base_url.clone()))
            .col_expr(grants::Column::Version, Expr::col(grants::Column::Version).add(1))
            .col_expr(grants::Column::ObtainedAt, Expr::value(grant.obtained_at.map(to_ms)))
            .col_expr(grants::Column::ExpiresAt, Expr::value(grant.expires_at.map(to_ms)));
        if update.exec(&txn).await.map_err(failed)?.rows_affected == 0 {
            return Ok(false);
        }
        let mut update = found_out(connection)
            .col_expr(Column::AuthKind, Expr::value(connection.auth_kind.clone()))
            .col_expr(Column::Login, Expr::value(connection.login.clone()))
            .col_expr(Column::Generation, Expr::value(to_count(connection.generation)));
        if schemas.is_some() {
            update = update.col_expr(Column::SchemaVersion, Expr::col(Column::SchemaVersion).add(1));
        }
        update.filter(Column::Id.eq(id)).exec(&txn).await.map_err(failed)?;
        if let Some(schemas) = schemas {
            put_all_schemas(&txn, id, schemas).await?;
        }
        txn.commit().await.map_err(failed)?;
        Ok(true)
    }

    async fn due(&self, now: SystemTime, limit: u64) -> Result<Vec<Connection>, StoreError> {
        let found = of(&Owner::Operator)
            .filter(grants::Column::State.eq(GrantState::WaitingForApp.as_str()))
            .filter(grants::Column::RetryAt.lte(to_ms(now)))
            .order_by_asc(grants::Column::RetryAt)
            .limit(limit)
            .all(self.db())
            .await
            .map_err(failed)?;
        found.into_iter().map(|(connection, grant)| read(connection, grant)).collect()
    }

    async fn claim(&self, id: &ConnectionId, seen: SystemTime, next: SystemTime) -> Result<bool, StoreError> {
        let update = waiting(id, seen).col_expr(grants::Column::RetryAt, Expr::value(to_ms(next)));
        Ok(update.exec(self.db()).await.map_err(failed)?.rows_affected == 1)
    }

    async fn end_wait(&self, id: &ConnectionId, claimed: SystemTime, reason: &str) -> Result<bool, StoreError> {
        let update = self.in_state(waiting(id, claimed), &Standing::of(GrantState::Misconfigured, Some(reason)));
        Ok(update.exec(self.db()).await.map_err(failed)?.rows_affected == 1)
    }

    async fn save_schema(&self, owner: &Owner, id: &ConnectionId, schema: &ObjectSchema) -> Result<(), StoreError> {
        let txn = self.write_txn().await.map_err(failed)?;
        let found = Entity::update_many()
            .col_expr(Column::SchemaVersion, Expr::col(Column::SchemaVersion).add(1))
            .filter(Column::Id.eq(id.as_str()))
            .filter(visible(owner, Column::TenantId))
            .exec(&txn)
            .await
            .map_err(failed)?
            .rows_affected;
        if found == 0 {
            return Ok(());
        }
        put_schemas(&txn, id.as_str(), std::slice::from_ref(schema)).await?;
        txn.commit().await.map_err(failed)
    }

    async fn delete(&self, owner: &Owner, id: &ConnectionId) -> Result<bool, StoreError> {
        let gone = Entity::delete_many()
            .filter(Column::Id.eq(id.as_str()))
            .filter(visible(owner, Column::TenantId))
            .exec(self.db())
            .await
            .map_err(failed)?;
        Ok(gone.rows_affected > 0)
    }
}

fn of(owner: &Owner) -> SelectTwo<Entity, grants::Entity> {
    Entity::find().filter(visible(owner, Column::TenantId)).find_also_related(grants::Entity)
}

/// What a check finds out about the account.
fn found_out(connection: &Connection) -> UpdateMany<Entity> {
    Entity::update_many()
        .col_expr(Column::RemoteId, Expr::value(connection.remote_id.clone()))
        .col_expr(Column::RemoteAccount, Expr::value(connection.remote_account.clone()))
        .col_expr(Column::RemoteUser, Expr::value(connection.remote_user.clone()))
        .col_expr(Column::ApiVersion, Expr::value(connection.api_version.clone()))
        .col_expr(Column::DefaultCurrency, Expr::value(connection.currency.clone()))
        .col_expr(Column::CheckedAt, Expr::value(connection.checked_at.map(to_ms)))
}

/// A write that counts only while the connection waits for its try at `at`.
fn waiting(id: &ConnectionId, at: SystemTime) -> UpdateMany<grants::Entity> {
    grants::Entity::update_many()
        .filter(grants::Column::ConnectionId.eq(id.as_str()))
        .filter(grants::Column::State.eq(GrantState::WaitingForApp.as_str()))
        .filter(grants::Column::RetryAt.eq(to_ms(at)))
}

/// These schemas and no others.
async fn put_all_schemas(txn: &DatabaseTransaction, id: &str, schemas: &[ObjectSchema]) -> Result<(), StoreError> {
    connection_schemas::Entity::delete_many()
        .filter(connection_schemas::Column::ConnectionId.eq(id))
        .exec(txn)
        .await
        .map_err(failed)?;
    put_schemas(txn, id, schemas).await
}

async fn put_schemas(txn: &DatabaseTransaction, id: &str, schemas: &[ObjectSchema]) -> Result<(), StoreError> {
    for schema in schemas {
        let row = connection_schemas::ActiveModel {
            connection_id: Set(id.to_owned()),
            object: Set(schema.object.clone()),
            fields: Set(serde_json::to_value(&schema.fields).map_err(failed)?),
        };
        let replace =
            OnConflict::columns([connection_schemas::Column::ConnectionId, connection_schemas::Column::Object])
                .update_column(connection_schemas::Column::Fields)
                .to_owned();
        connection_schemas::Entity::insert(row)
            .on_conflict(replace)
            .exec_without_returning(txn)
            .await
            .map_err(|e: DbErr| failed(e))?;
    }
    Ok(())
}

fn row(connection: &Connection) -> ActiveModel {
    ActiveModel {
        id: Set(connection.id.as_str().to_owned()),
        tenant_id: Set(connection.tenant_id.as_str().to_owned()),
        provider: Set(connection.provider.clone()),
        auth_kind: Set(connection.auth_kind.clone()),
        login: Set(connection.login.clone()),
        remote_id: Set(connection.remote_id.clone()),
        remote_account: Set(connection.remote_account.clone()),
        remote_user: Set(connection.remote_user.clone()),
        api_version: Set(connection.api_version.clone()),
        schema_version: Set(to_count(connection.schema_version)),
        created_at: Set(to_ms(connection.created_at)),
        checked_at: Set(connection.checked_at.map(to_ms)),
        generation: Set(to_count(connection.generation)),
        default_currency: Set(connection.currency.clone()),
    }
}

fn read(row: Model, grant: Option<grants::Model>) -> Result<Connection, StoreError> {
    let grant = grant.ok_or_else(|| unreadable("grant", &row.id))?;
    Ok(Connection {
        id: ConnectionId::parse(&row.id).ok_or_else(|| unreadable("id", &row.id))?,
        tenant_id: TenantId::parse(&row.tenant_id).ok_or_else(|| unreadable("tenant id", &row.id))?,
        state: ConnectionState::parse(&grant.state).ok_or_else(|| unreadable("state", &row.id))?,
        reason: grant.reason,
        since: grant.state_since.map(from_ms),
        retry_at: grant.retry_at.map(from_ms),
        until: grant.retry_until.map(from_ms),
        found_id: grant.found_id,
        base_url: grant.base_url,
        provider: row.provider,
        auth_kind: row.auth_kind,
        login: row.login,
        remote_id: row.remote_id,
        remote_account: row.remote_account,
        remote_user: row.remote_user,
        api_version: row.api_version,
        schema_version: from_count(row.schema_version),
        created_at: from_ms(row.created_at),
        checked_at: row.checked_at.map(from_ms),
        generation: from_count(row.generation),
        currency: row.default_currency,
    })
}

fn read_schema(row: connection_schemas::Model) -> Result<ObjectSchema, StoreError> {
    let fields = serde_json::from_value(row.fields).map_err(|_| unreadable("schema", &row.connection_id))?;
    Ok(ObjectSchema::new(row.object, fields))
}
