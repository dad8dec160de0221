//! The call log. No foreign keys: it outlives what it tells of.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, json, small_integer_null, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("provider_calls")
            .col(text("id").primary_key())
            .col(big_integer("at"))
            .col(text("tenant_id"))
            .col(text("connection_id"))
            .col(text("provider"))
            .col(text("request_id"))
            .col(text("operation"))
            .col(text("method"))
            .col(text("path"))
            .col(small_integer_null("status"))
            .col(text_null("failure"))
            .col(json("attempts"))
            .col(big_integer("took_ms"))
            .to_owned();
        manager.create_table(table).await?;
        let index = Index::create()
            .name("provider_calls_by_connection")
            .table("provider_calls")
            .col("connection_id")
            .col("id")
            .to_owned();
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("provider_calls").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
