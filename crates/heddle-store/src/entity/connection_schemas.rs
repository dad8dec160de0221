//! The fields of one provider object that a connection sees.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "connection_schemas")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub connection_id: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub object: String,
    /// A list of `SchemaField`.
    #[sea_orm(column_type = "Json")]
    pub fields: Json,
    #[sea_orm(belongs_to, from = "connection_id", to = "id")]
    pub connection: BelongsTo<super::connections::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
