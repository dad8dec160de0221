//! Keys of the API, as digests.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, json, json_null, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let table = Table::create()
            .table("api_keys")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text("prefix"))
            .col(text("hash").unique_key())
            .col(json("scopes"))
            .col(json_null("tenants"))
            .col(big_integer_null("expires_at"))
            .col(big_integer_null("last_used_at"))
            .col(big_integer("created_at"))
            .to_owned();
        manager.create_table(table).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("api_keys").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
