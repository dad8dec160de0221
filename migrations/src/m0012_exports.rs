//! Large reads: what was asked, sealed, and how it stands. No records; they
//! end with their connection.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("exports")
            .col(text("id").primary_key())
            .col(text("tenant_id"))
            .col(text("connection_id"))
            .col(big_integer("generation"))
            .col(text("object"))
            .col(text("method"))
            .col(text("method_reason"))
            .col(text("state"))
            .col(text_null("reason"))
            .col(big_integer_null("rows"))
            .col(big_integer("calls"))
            .col(text("sealed"))
            .col(big_integer("created_at"))
            .foreign_key(
                ForeignKey::create()
                    .name("exports_connection")
                    .from("exports", "connection_id")
                    .to("connections", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await?;
        for (name, column) in [("exports_by_connection", "connection_id"), ("exports_by_age", "created_at")] {
            manager.create_index(Index::create().name(name).table("exports").col(column).to_owned()).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("exports").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
