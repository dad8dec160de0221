//! Consents under way: where a person was sent, and what is to be done when the
//! browser comes back. Good for minutes, and for one return.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("consents")
            .col(text("state").primary_key())
            .col(text("tenant_id"))
            .col(text("provider"))
            .col(text("app_id"))
            .col(text_null("connection_id"))
            .col(text("login"))
            .col(text("redirect_uri"))
            .col(text("verifier"))
            .col(text_null("return_url"))
            .col(big_integer("expires_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("consents_tenant")
                    .from("consents", "tenant_id")
                    .to("tenants", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("consents_app")
                    .from("consents", "app_id")
                    .to("oauth_apps", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        let due = Index::create().name("consents_by_end").table("consents").col("expires_at").to_owned();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("consents").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
