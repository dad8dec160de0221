//! The operator's apps at providers.

use crate::Store;
use crate::entity::oauth_apps::{ActiveModel, Column, Entity, Model};
use crate::entity::{consents, grants};
use crate::errors::{clash, failed, unreadable};
use crate::times::{from_count, from_ms, to_count, to_ms};
use async_trait::async_trait;
use heddle_auth::Sealed;
use heddle_engine::{AppId, Deleted, OAuthApp, OAuthApps, Slice, StoreError};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

#[async_trait]
impl OAuthApps for Store {
    async fn insert(&self, app: &OAuthApp) -> Result<(), StoreError> {
        let row = ActiveModel {
            id: Set(app.id.as_str().to_owned()),
            provider: Set(app.provider.clone()),
            name: Set(app.name.clone()),
            login: Set(app.login.clone()),
            client_id: Set(app.client_id.clone()),
            client_secret: Set(app.client_secret.0.clone()),
            scopes: Set(Value::from(app.scopes.clone())),
            redirect_uri: Set(app.redirect_uri.clone()),
            version: Set(to_count(app.version)),
            trouble: Set(app.trouble.clone()),
            trouble_since: Set(app.trouble_since.map(to_ms)),
            created_at: Set(to_ms(app.created_at)),
            updated_at: Set(to_ms(app.updated_at)),
        };
        Entity::insert(row).exec_without_returning(self.db()).await.map_err(clash("this app"))?;
        Ok(())
    }

    async fn get(&self, id: &AppId) -> Result<Option<OAuthApp>, StoreError> {
        Entity::find_by_id(id.as_str().to_owned()).one(self.db()).await.map_err(failed)?.map(read).transpose()
    }

    async fn list(&self, provider: Option<&str>, slice: Slice<'_>) -> Result<Vec<OAuthApp>, StoreError> {
        let mut query = Entity::find().order_by_asc(Column::Id).limit(slice.limit);
        if let Some(provider) = provider {
            query = query.filter(Column::Provider.eq(provider));
        }
        if let Some(after) = slice.after {
            query = query.filter(Column::Id.gt(after));
        }
        query.all(self.db()).await.map_err(failed)?.into_iter().map(read).collect()
    }

    async fn update(&self, app: &OAuthApp, seen: u64) -> Result<bool, StoreError> {
        let update = Entity::update_many()
            .col_expr(Column::Name, Expr::value(app.name.clone()))
            .col_expr(Column::Login, Expr::value(app.login.clone()))
            .col_expr(Column::ClientSecret, Expr::value(app.client_secret.0.clone()))
            .col_expr(Column::Scopes, Expr::value(Value::from(app.scopes.clone())))
            .col_expr(Column::RedirectUri, Expr::value(app.redirect_uri.clone()))
            .col_expr(Column::Version, Expr::value(to_count(app.version)))
            .col_expr(Column::Trouble, Expr::value(app.trouble.clone()))
            .col_expr(Column::TroubleSince, Expr::value(app.trouble_since.map(to_ms)))
            .col_expr(Column::UpdatedAt, Expr::value(to_ms(app.updated_at)))
            .filter(Column::Id.eq(app.id.as_str()))
            .filter(Column::Version.eq(to_count(seen)));
        Ok(update.exec(self.db()).await.map_err(failed)?.rows_affected == 1)
    }

    async fn delete(&self, id: &AppId) -> Result<Deleted, StoreError> {
        let txn = self.write_txn().await.map_err(failed)?;
        let used = grants::Entity::find().filter(grants::Column::AppId.eq(id.as_str())).count(&txn);
        let used = used.await.map_err(failed)?;
        if used > 0 {
            return Ok(Deleted::InUse(used));
        }
        consents::Entity::delete_many()
            .filter(consents::Column::AppId.eq(id.as_str()))
            .exec(&txn)
            .await
            .map_err(failed)?;
        let gone = Entity::delete_by_id(id.as_str().to_owned()).exec(&txn).await.map_err(failed)?.rows_affected;
        txn.commit().await.map_err(failed)?;
        Ok(if gone > 0 { Deleted::Gone } else { Deleted::NotThere })
    }
}

fn read(row: Model) -> Result<OAuthApp, StoreError> {
    let scopes = row.scopes.as_array().and_then(|list| list.iter().map(|w| w.as_str().map(str::to_owned)).collect());
    Ok(OAuthApp {
        id: AppId::parse(&row.id).ok_or_else(|| unreadable("id", &row.id))?,
        scopes: scopes.ok_or_else(|| unreadable("scopes", &row.id))?,
        provider: row.provider,
        name: row.name,
        login: row.login,
        client_id: row.client_id,
        client_secret: Sealed(row.client_secret),
        redirect_uri: row.redirect_uri,
        version: from_count(row.version),
        trouble: row.trouble,
        trouble_since: row.trouble_since.map(from_ms),
        created_at: from_ms(row.created_at),
        updated_at: from_ms(row.updated_at),
    })
}
