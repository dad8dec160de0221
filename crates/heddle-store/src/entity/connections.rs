//! Authorised accounts at providers.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "connections")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub tenant_id: String,
    pub provider: String,
    pub auth_kind: String,
    pub login: String,
    pub remote_id: Option<String>,
    pub remote_account: Option<String>,
    pub remote_user: Option<String>,
    pub api_version: Option<String>,
    pub schema_version: i64,
    pub created_at: i64,
    pub checked_at: Option<i64>,
    pub generation: i64,
    pub default_currency: Option<String>,
    #[sea_orm(belongs_to, from = "tenant_id", to = "id")]
    pub tenant: BelongsTo<super::tenants::Entity>,
    #[sea_orm(has_one)]
    pub grant: HasOne<super::grants::Entity>,
    #[sea_orm(has_many)]
    pub schemas: HasMany<super::connection_schemas::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
