//! Credentials and the newest token of a connection, sealed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: String,
    pub tenant_id: String,
    pub client_id: String,
    pub client_secret: String,
    pub access_token: Option<String>,
    pub base_url: Option<String>,
    pub version: i64,
    pub obtained_at: Option<i64>,
    pub expires_at: Option<i64>,
    pub state: String,
    pub reason: Option<String>,
    pub state_since: Option<i64>,
    pub retry_at: Option<i64>,
    pub retry_until: Option<i64>,
    pub found_id: Option<String>,
    /// The operator's app that issued it; `None` for an app of the tenant's own.
    pub app_id: Option<String>,
    pub subject: Option<String>,
    pub refresh_token: Option<String>,
    pub announced_version: Option<i64>,
    /// Milliseconds since 1970 by the database's clock.
    pub announced_at: Option<i64>,
    pub announced_by: Option<String>,
    #[sea_orm(belongs_to, from = "connection_id", to = "id")]
    pub connection: BelongsTo<super::connections::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
