//! Consents under way, named by the digest of their state.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "consents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub state: String,
    pub tenant_id: String,
    pub provider: String,
    pub app_id: String,
    pub connection_id: Option<String>,
    pub login: String,
    pub redirect_uri: String,
    pub verifier: String,
    pub return_url: Option<String>,
    pub expires_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
