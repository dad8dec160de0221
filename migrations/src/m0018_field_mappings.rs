//! Fields under the operator's own names, for a tenant or for one of its
//! connections; and which of them do not fit the account any more, since when.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, text, text_null};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // `owner` is the connection's id, or the tenant's: a key that has no null in it.
        let mappings = Table::create()
            .table("field_mappings")
            .col(text("owner"))
            .col(text("provider"))
            .col(text("object"))
            .col(text("name"))
            .col(text("tenant_id"))
            .col(text_null("connection_id"))
            .col(text("provider_field"))
            .col(text("codec"))
            .col(text("direction"))
            .col(big_integer("created_at"))
            .col(big_integer("updated_at"))
            .primary_key(Index::create().col("owner").col("provider").col("object").col("name"))
            .foreign_key(
                ForeignKey::create()
                    .name("field_mappings_tenant")
                    .from("field_mappings", "tenant_id")
                    .to("tenants", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .foreign_key(
                ForeignKey::create()
                    .name("field_mappings_connection")
                    .from("field_mappings", "connection_id")
                    .to("connections", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(mappings).await?;
        let by_connection = Index::create()
            .name("field_mappings_by_connection")
            .table("field_mappings")
            .col("connection_id")
            .to_owned();
        manager.create_index(by_connection).await?;
        let drift = Table::create()
            .table("mapping_drift")
            .col(text("connection_id"))
            .col(text("object"))
            .col(text("name"))
            .col(text("provider_field"))
            .col(text("kind"))
            .col(big_integer("since"))
            .primary_key(Index::create().col("connection_id").col("object").col("name"))
            .foreign_key(
                ForeignKey::create()
                    .name("mapping_drift_connection")
                    .from("mapping_drift", "connection_id")
                    .to("connections", "id")
                    .on_delete(ForeignKeyAction::Cascade),
            )
            .to_owned();
        manager.create_table(drift).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["mapping_drift", "field_mappings"] {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }

    // SQLite steps run without a transaction unless asked for.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
