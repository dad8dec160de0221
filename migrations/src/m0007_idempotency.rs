//! Keys of repeatable writes, and the processes that run them. No foreign keys:
//! a missing process counts as a dead one, and an answer may outlive its tenant.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, binary, binary_null, text};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let records = Table::create()
            .table("idempotency_records")
            .col(text("id").primary_key())
            .col(text("tenant_id"))
            .col(text("route"))
            .col(text("idempotency_key"))
            .col(binary("fingerprint"))
            .col(text("request_id"))
            .col(text("state"))
            .col(text("owner"))
            .col(big_integer("attempt"))
            .col(big_integer("created_at"))
            .col(binary_null("answer"))
            .to_owned();
        manager.create_table(records).await?;
        let of_one_key = Index::create()
            .name("idempotency_records_key")
            .table("idempotency_records")
            .col("tenant_id")
            .col("route")
            .col("idempotency_key")
            .unique()
            .to_owned();
        manager.create_index(of_one_key).await?;
        let by_age = Index::create()
            .name("idempotency_records_by_age")
            .table("idempotency_records")
            .col("created_at")
            .to_owned();
        manager.create_index(by_age).await?;
        let processes =
            Table::create().table("processes").col(text("id").primary_key()).col(big_integer("beat_at")).to_owned();
        manager.create_table(processes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_table(Table::drop().table("processes").to_owned()).await?;
        manager.drop_table(Table::drop().table("idempotency_records").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
