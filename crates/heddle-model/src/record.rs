//! The record of an object that the API has no model of: custom objects, and
//! the provider's other standard ones.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, Field, Id, Json, Map, Marker, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};

model! { @all Record ["A record of any object of the CRM, with the CRM's own fields."]
    /// The CRM's own id of the record.
    ID id: Id = Id;
    /// The CRM's name of the object.
    OBJECT object: Text = Object;
    /// The connection that the record was read through.
    CONNECTION_ID connection_id: Text = Connection;
    /// The CRM's id in this API.
    PROVIDER provider: Text = Provider;
    /// A link to the record in the CRM's own pages.
    URL url: Text = Url;
    /// When the record was made, by the CRM's clock.
    CREATED_AT created_at: Timestamp = Created;
    /// When the record last changed, by the CRM's clock; changes made by the
    /// CRM itself count. Null for objects that do not keep it.
    UPDATED_AT updated_at: Timestamp = Modified;
    /// The user who made the record.
    CREATED_BY_ID created_by_id: Ref(refs::User) = Read;
    /// The user who changed it last.
    UPDATED_BY_ID updated_by_id: Ref(refs::User) = Read;
    /// The user or queue that it belongs to, where its object has owners.
    /// Written as one of `fields`.
    OWNER_ID owner_id: Ref(refs::User) = Read;
    /// The record's name, where its object has a field of that name. Written as
    /// one of `fields`.
    NAME name: Text = Read;
    /// Whether the record is in the CRM's bin.
    IS_DELETED is_deleted: Bool = Deleted;
    /// Every field of the object that the connected user sees, by the CRM's
    /// names.
    FIELDS fields: Map = Custom;
    /// The record as the CRM sent it; only with `include_raw`.
    RAW raw: Json = Raw;
}
