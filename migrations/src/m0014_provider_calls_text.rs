//! The attempts of a call as plain text: nothing asks the database about what
//! is inside, and a value tree for each row cost as much as writing it.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

impl Migration {
    /// SQLite keeps JSON as text already.
    async fn to(manager: &SchemaManager<'_>, kind: &str) -> Result<(), DbErr> {
        if manager.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let change = format!("ALTER TABLE provider_calls ALTER COLUMN attempts TYPE {kind} USING attempts::{kind}");
        manager.get_connection().execute_unprepared(&change).await.map(|_| ())
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Self::to(manager, "text").await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Self::to(manager, "json").await
    }
}
