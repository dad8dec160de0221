//! Keys of the API, as digests.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub name: String,
    pub prefix: String,
    #[sea_orm(unique)]
    pub hash: String,
    /// A list of scope words.
    #[sea_orm(column_type = "Json")]
    pub scopes: Json,
    /// A list of tenant ids; null = all.
    #[sea_orm(column_type = "Json", nullable)]
    pub tenants: Option<Json>,
    pub expires_at: Option<i64>,
    pub last_used_at: Option<i64>,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
