//! What a connection's state is waiting for, since when, and which account was
//! found in place of its own; and how often a connection got another account.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column at a time.
        let generation = big_integer("generation").default(0).to_owned();
        manager.alter_table(Table::alter().table("connections").add_column(generation).to_owned()).await?;
        for column in [
            big_integer_null("state_since"),
            big_integer_null("retry_at"),
            big_integer_null("retry_until"),
            text_null("found_id"),
        ] {
            manager.alter_table(Table::alter().table("grants").add_column(column).to_owned()).await?;
        }
        let due = Index::create().name("grants_by_retry").table("grants").col("retry_at").to_owned();
        manager.create_index(due).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.drop_index(Index::drop().name("grants_by_retry").table("grants").to_owned()).await?;
        for column in ["state_since", "retry_at", "retry_until", "found_id"] {
            manager.alter_table(Table::alter().table("grants").drop_column(column).to_owned()).await?;
        }
        manager.alter_table(Table::alter().table("connections").drop_column("generation").to_owned()).await
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
