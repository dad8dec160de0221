//! Signs of life of the server processes that run keyed writes.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "processes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// By the database's clock.
    pub beat_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
