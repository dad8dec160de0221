//! The call log.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "provider_calls")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub at: i64,
    pub tenant_id: String,
    pub connection_id: String,
    pub provider: String,
    pub request_id: String,
    pub operation: String,
    pub method: String,
    pub path: String,
    pub status: Option<i16>,
    pub failure: Option<String>,
    /// A list of `LoggedAttempt`, as JSON.
    pub attempts: String,
    pub took_ms: i64,
}

impl ActiveModelBehavior for ActiveModel {}
