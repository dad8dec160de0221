//! Field mappings that do not fit a connection's account any more.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "mapping_drift")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: String,
    /// Plural name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub object: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub provider_field: String,
    pub kind: String,
    pub since: i64,
}

impl ActiveModelBehavior for ActiveModel {}
