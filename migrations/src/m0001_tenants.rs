//! The operator's customers.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("tenants")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text_null("external_id").unique_key())
            .col(big_integer("created_at"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("tenants").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
