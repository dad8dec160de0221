//! Authorised accounts at providers; they end with their tenant.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("connections")
            .col(text("id").primary_key())
            .col(text("tenant_id"))
            .col(text("provider"))
            .col(text("auth_kind"))
            .col(text("login"))
            .col(text_null("remote_id"))
            .col(text_null("remote_account"))
            .col(text_null("remote_user"))
            .col(text_null("api_version"))
            .col(big_integer("schema_version"))
            .col(big_integer("created_at"))
            .col(big_integer_null("checked_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("connections_tenant")
                    .from("connections", "tenant_id")
                    .to("tenants", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        let index =
            Index::create().name("connections_by_tenant").table("connections").col("tenant_id").col("id").to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("connections").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
