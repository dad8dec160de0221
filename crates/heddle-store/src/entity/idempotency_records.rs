//! Idempotency keys with the answers kept for them, sealed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_records")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub tenant_id: String,
    pub route: String,
    pub idempotency_key: String,
    pub fingerprint: Vec<u8>,
    pub request_id: String,
    /// `started`, `sent`, `finished`, `unknown`.
    pub state: String,
    /// Id of the process that runs it.
    pub owner: String,
    /// How many times it was taken.
    pub attempt: i64,
    pub created_at: i64,
    pub answer: Option<Vec<u8>>,
}

impl ActiveModelBehavior for ActiveModel {}
