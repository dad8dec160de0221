//! Large reads.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "exports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub tenant_id: String,
    pub connection_id: String,
    /// The connection's generation when it was made.
    pub generation: i64,
    /// Plural name.
    pub object: String,
    /// `rest`, `bulk`.
    pub method: String,
    pub method_reason: String,
    /// `preparing`, `ready`, `failed`, `cancelled`, `expired`.
    pub state: String,
    pub reason: Option<String>,
    pub rows: Option<i64>,
    pub calls: i64,
    /// What was asked, and the provider's job.
    pub sealed: String,
    pub created_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
