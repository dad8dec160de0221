//! Ways into the call log that `/v1/calls` asks by. Each ends in the id: pages
//! go by it.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const BY: [(&str, &str); 3] = [
    ("provider_calls_by_tenant", "tenant_id"),
    ("provider_calls_by_request", "request_id"),
    ("provider_calls_by_provider", "provider"),
];

/// Failures are few among many; on both databases an index can hold them alone.
const FAILED: &str = "provider_calls_failed";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, column) in BY {
            let index = Index::create().name(name).table("provider_calls").col(column).col("id").to_owned();
            manager.create_index(index).await?;
        }
        let failed = format!("CREATE INDEX {FAILED} ON provider_calls (id) WHERE failure IS NOT NULL");
        manager.get_connection().execute_unprepared(&failed).await.map(|_| ())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in BY.map(|(name, _)| name).into_iter().chain([FAILED]) {
            manager.drop_index(Index::drop().name(name).table("provider_calls").to_owned()).await?;
        }
        Ok(())
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
