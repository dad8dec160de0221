//! Apps of the operator at providers; their secrets are sealed.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "oauth_apps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    pub provider: String,
    pub name: String,
    pub login: String,
    pub client_id: String,
    pub client_secret: String,
    /// A list of scope words.
    #[sea_orm(column_type = "Json")]
    pub scopes: Json,
    pub redirect_uri: Option<String>,
    pub version: i64,
    pub trouble: Option<String>,
    pub trouble_since: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

impl ActiveModelBehavior for ActiveModel {}
