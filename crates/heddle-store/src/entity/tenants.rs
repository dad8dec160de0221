//! The operator's customers.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tenants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    #[sea_orm(unique)]
    pub external_id: Option<String>,
    pub created_at: i64,
    #[sea_orm(has_many)]
    pub connections: HasMany<super::connections::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
