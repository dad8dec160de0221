//! The fields of each provider object that a connection sees; they end with it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{json, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("connection_schemas")
            .col(text("connection_id"))
            .col(text("object"))
            .col(json("fields"))
            .primary_key(Index::create().col("connection_id").col("object"))
            .foreign_key(
                ForeignKey::create()
                    .name("connection_schemas_connection")
                    .from("connection_schemas", "connection_id")
                    .to("connections", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("connection_schemas").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
