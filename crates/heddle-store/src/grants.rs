//! Grants, as the token keeper reads and writes them.

use crate::Store;
use crate::entity::connections;
use crate::entity::grants::{ActiveModel, Column, Entity};
use crate::errors::row_error;
use crate::times::{from_count, from_ms, to_count, to_ms};
use async_trait::async_trait;
use heddle_auth::{GrantRow, GrantState, NewToken, RowError, Sealed, TokenRows};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, UpdateMany};

#[async_trait]
impl TokenRows for Store {
    async fn load(&self, connection_id: &str) -> Result<Option<GrantRow>, RowError> {
        let found = Entity::find_by_id(connection_id.to_owned())
            .find_also_related(connections::Entity)
            .one(self.db())
            .await
            .map_err(row_error)?;
        let Some((grant, Some(connection))) = found else { return Ok(None) };
        let state = GrantState::parse(&grant.state)
            .ok_or_else(|| row_error(format!("the stored state of {connection_id} cannot be read")))?;
        Ok(Some(GrantRow {
            tenant_id: grant.tenant_id,
            connection_id: grant.connection_id,
            provider: connection.provider,
            kind: connection.auth_kind,
            login: connection.login,
            client_id: grant.client_id,
            client_secret: Sealed(grant.client_secret),
            access_token: grant.access_token.map(Sealed),
            base_url: grant.base_url,
            version: from_count(grant.version),
            obtained_at: grant.obtained_at.map(from_ms),
            expires_at: grant.expires_at.map(from_ms),
            state,
            reason: grant.reason,
        }))
    }

    async fn commit(&self, connection_id: &str, spent: u64, token: &NewToken) -> Result<bool, RowError> {
        let update = guarded(connection_id, spent)
            .col_expr(Column::AccessToken, Expr::value(token.access_token.0.clone()))
            .col_expr(Column::BaseUrl, Expr::value(token.base_url.clone()))
            .col_expr(Column::Version, Expr::value(to_count(spent + 1)))
            .col_expr(Column::ObtainedAt, Expr::value(to_ms(token.obtained_at)))
            .col_expr(Column::ExpiresAt, Expr::value(to_ms(token.expires_at)))
            .col_expr(Column::State, Expr::value(GrantState::Active.as_str()))
            .col_expr(Column::Reason, Expr::value(None::<String>));
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }

    async fn set_state(
        &self,
        connection_id: &str,
        version: u64,
        state: GrantState,
        reason: Option<&str>,
    ) -> Result<bool, RowError> {
        let update = guarded(connection_id, version)
            .col_expr(Column::State, Expr::value(state.as_str()))
            .col_expr(Column::Reason, Expr::value(reason.map(str::to_owned)));
        Ok(update.exec(self.db()).await.map_err(row_error)?.rows_affected == 1)
    }
}

/// A write that counts only while the row has this version.
fn guarded(connection_id: &str, version: u64) -> UpdateMany<Entity> {
    Entity::update_many().filter(Column::ConnectionId.eq(connection_id)).filter(Column::Version.eq(to_count(version)))
}

/// A new grant; its state is the one that the connection's test found.
pub(crate) fn to_row(grant: &GrantRow, state: &str, reason: Option<&str>) -> ActiveModel {
    ActiveModel {
        connection_id: Set(grant.connection_id.clone()),
        tenant_id: Set(grant.tenant_id.clone()),
        client_id: Set(grant.client_id.clone()),
        client_secret: Set(grant.client_secret.0.clone()),
        access_token: Set(grant.access_token.as_ref().map(|s| s.0.clone())),
        base_url: Set(grant.base_url.clone()),
        version: Set(to_count(grant.version)),
        obtained_at: Set(grant.obtained_at.map(to_ms)),
        expires_at: Set(grant.expires_at.map(to_ms)),
        state: Set(state.to_owned()),
        reason: Set(reason.map(str::to_owned)),
    }
}
