//! The stage: one step of a pipeline.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Decimal, Enum, Field, Id, Int, Json, Map, Marker, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::words::{DealStatus, ForecastCategory};

model! {
    /// A step that deals go through. Its `id` is what a deal's `stage_id` has.
    /// Stages are read and never written here.
    object Stage;

    /// Name as people see it.
    NAME name: Text = Read;
    /// The pipeline that it belongs to; null where the CRM has its stages for
    /// all pipelines.
    PIPELINE_ID pipeline_id: Ref(refs::Pipeline) = Read;
    /// Its place among the stages.
    DISPLAY_ORDER display_order: Int = Read;
    /// How likely a deal in it is to be won, in percent from 0 to 100.
    PROBABILITY probability: Decimal = Read;
    /// What a deal in it is: open, won or lost.
    STATUS status: Enum(DealStatus) = Read;
    /// The CRM's own word for `status`, where it has one.
    STATUS_RAW status_raw: Text = RawWord;
    /// Whether a deal in it is won or lost. Conditions can name it.
    IS_CLOSED is_closed: Bool = Read;
    /// Whether a deal in it is won. Conditions can name it.
    IS_WON is_won: Bool = Read;
    /// Which sum of a forecast a deal in it counts in.
    FORECAST_CATEGORY forecast_category: Enum(ForecastCategory) = Read;
    /// The CRM's own word for `forecast_category`.
    FORECAST_CATEGORY_RAW forecast_category_raw: Text = RawWord;
    /// Whether deals can be put into it.
    IS_ACTIVE is_active: Bool = Read;
}
