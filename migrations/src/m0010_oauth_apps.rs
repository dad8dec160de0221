//! Apps of the operator, and what a grant that such an app issued needs: its
//! refresh token, and who has announced to spend it. And the user of a grant
//! that is asked for with a signed assertion.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, json, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("oauth_apps")
            .col(text("id").primary_key())
            .col(text("provider"))
            .col(text("name"))
            .col(text("login"))
            .col(text("client_id"))
            .col(text("client_secret"))
            .col(json("scopes"))
            .col(text_null("redirect_uri"))
            .col(big_integer("version"))
            .col(text_null("trouble"))
            .col(big_integer_null("trouble_since"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .to_owned();
        manager.create_table(table).await?;
        // SQLite takes one column at a time, and no foreign key with it.
        for column in [
            text_null("app_id"),
            text_null("subject"),
            text_null("refresh_token"),
            big_integer_null("announced_version"),
            big_integer_null("announced_at"),
            text_null("announced_by"),
        ] {
            manager.alter_table(Table::alter().table("grants").add_column(column).to_owned()).await?;
        }
        let by_app = Index::create().name("grants_by_app").table("grants").col("app_id").to_owned();
        manager.create_index(by_app).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("grants_by_app").table("grants").to_owned()).await?;
        for column in ["app_id", "subject", "refresh_token", "announced_version", "announced_at", "announced_by"] {
            manager.alter_table(Table::alter().table("grants").drop_column(column).to_owned()).await?;
        }
        manager.drop_table(Table::drop().table("oauth_apps").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
