//! The pipeline: a named sequence of stages.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Field, Id, Int, Json, Map, Marker, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};

model! {
    /// A sequence of stages that deals go through. A CRM account that has only
    /// one shows a pipeline with the id `default`. Pipelines are read and
    /// never written here.
    object Pipeline;

    /// Name.
    NAME name: Text = Read;
    /// Its place among the pipelines.
    DISPLAY_ORDER display_order: Int = Read;
    /// Whether new deals can go through it.
    IS_ACTIVE is_active: Bool = Read;
    /// The currency of its deals (ISO 4217), where pipelines have one.
    CURRENCY currency: Text = Read;
}
