//! Credentials and the newest token of a connection, sealed; they end with it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("grants")
            .col(text("connection_id").primary_key())
            .col(text("tenant_id"))
            .col(text("client_id"))
            .col(text("client_secret"))
            .col(text_null("access_token"))
            .col(text_null("base_url"))
            .col(big_integer("version"))
            .col(big_integer_null("obtained_at"))
            .col(big_integer_null("expires_at"))
            .col(text("state"))
            .col(text_null("reason"))
            .foreign_key(
                ForeignKey::create()
                    .name("grants_connection")
                    .from("grants", "connection_id")
                    .to("connections", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("grants").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
