//! Large reads.

use crate::Store;
use crate::entity::exports::{ActiveModel, Column, Entity, Model};
use crate::errors::{clash, failed, unreadable};
use crate::owner::visible;
use crate::times::{from_count, from_ms, to_count, to_ms};
use async_trait::async_trait;
use heddle_engine::{ConnectionId, Export, ExportId, ExportMethod, ExportState, Exports, Owner, StoreError, TenantId};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

#[async_trait]
impl Exports for Store {
    async fn insert(&self, export: &Export) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(export.id.as_str().to_owned()),
            tenant_id: Set(export.tenant_id.as_str().to_owned()),
            connection_id: Set(export.connection_id.as_str().to_owned()),
            generation: Set(to_count(export.generation)),
            object: Set(export.object.clone()),
            method: Set(export.method.as_str().to_owned()),
            method_reason: Set(export.method_reason.clone()),
            state: Set(export.state.as_str().to_owned()),
            reason: Set(export.reason.clone()),
            rows: Set(export.rows.map(to_count)),
            calls: Set(to_count(export.calls)),
            sealed: Set(export.sealed.clone()),
            created_at: Set(to_ms(export.created_at)),
        };
        Entity::insert(row).exec_without_returning(self.db()).await.map_err(clash("this export"))?;
        Ok(())
    }

    async fn get(&self, owner: &Owner, id: &ExportId) -> Result<Option<Export>, StoreError> {
        let found = Entity::find_by_id(id.as_str().to_owned()).filter(visible(owner, Column::TenantId));
        found.one(self.db()).await.map_err(failed)?.map(read).transpose()
    }

    async fn advance(&self, export: &Export, seen: ExportState) -> Result<bool, StoreError> {
        let updated = Entity::update_many()
            .col_expr(Column::State, Expr::value(export.state.as_str()))
            .col_expr(Column::Reason, Expr::value(export.reason.clone()))
            .col_expr(Column::Rows, Expr::value(export.rows.map(to_count)))
            .filter(Column::Id.eq(export.id.as_str()))
            .filter(Column::State.eq(seen.as_str()))
            .exec(self.db())
            .await
            .map_err(failed)?;
        Ok(updated.rows_affected > 0)
    }

    async fn add_calls(&self, id: &ExportId, calls: u32) -> Result<(), StoreError> {
        Entity::update_many()
            .col_expr(Column::Calls, Expr::col(Column::Calls).add(i64::from(calls)))
            .filter(Column::Id.eq(id.as_str()))
            .exec(self.db())
            .await
            .map_err(failed)?;
        Ok(())
    }
}

fn read(row: Model) -> Result<Export, StoreError> {
    let method = ExportMethod::ALL.into_iter().find(|method| method.as_str() == row.method);
    let state = ExportState::ALL.into_iter().find(|state| state.as_str() == row.state);
    Ok(Export {
        id: ExportId::parse(&row.id).ok_or_else(|| unreadable("id", &row.id))?,
        tenant_id: TenantId::parse(&row.tenant_id).ok_or_else(|| unreadable("tenant", &row.id))?,
        connection_id: ConnectionId::parse(&row.connection_id).ok_or_else(|| unreadable("connection", &row.id))?,
        generation: from_count(row.generation),
        object: row.object,
        method: method.ok_or_else(|| unreadable("method", &row.id))?,
        method_reason: row.method_reason,
        state: state.ok_or_else(|| unreadable("state", &row.id))?,
        reason: row.reason,
        rows: row.rows.map(from_count),
        calls: from_count(row.calls),
        sealed: row.sealed,
        created_at: from_ms(row.created_at),
    })
}
