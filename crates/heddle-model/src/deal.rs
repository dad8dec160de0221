//! The deal: a possible sale.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{
    Bool, Date, DateOrTime, Decimal, Enum, Field, Id, Json, List, Map, Marker, Named, Ref, Text, Timestamp,
};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::{ContactLink, Money, NamedReference};
use crate::words::{DealStatus, ForecastCategory};

model! {
    /// A possible sale. A field that is null has no value in the CRM, or the
    /// CRM has no such field: the object's schema tells which.
    object Deal;

    /// Name; may be empty in some CRMs.
    NAME name: Text = Write;
    /// Free text about the deal.
    DESCRIPTION description: Text = Write;
    /// The CRM's own kind of deal, such as `New Customer`.
    TYPE r#type: Text = Write;
    /// What is to be done next.
    NEXT_STEP next_step: Text = Write;
    /// What the deal is worth.
    AMOUNT amount: Money = Write;
    /// How likely it is to be won, in percent from 0 to 100.
    PROBABILITY probability: Decimal = Write;
    /// `amount` times `probability`, as the CRM has it.
    EXPECTED_REVENUE expected_revenue: Money = Read;
    /// Whether it is open, won or lost.
    STATUS status: Enum(DealStatus) = Read;
    /// The CRM's own word for `status`, where it has one.
    STATUS_RAW status_raw: Text = RawWord;
    /// Whether it is won or lost. Conditions can name it.
    IS_CLOSED is_closed: Bool = Read;
    /// Whether it is won. Conditions can name it.
    IS_WON is_won: Bool = Read;
    /// The pipeline that it goes through; `default` in a CRM account that has only one.
    PIPELINE_ID pipeline_id: Ref(refs::Pipeline) = Write;
    /// The pipeline's name.
    PIPELINE_NAME pipeline_name: Text = Read;
    // No reference: several CRMs know a stage by a word, which has no order of
    // its own and can be searched like text.
    /// The stage that it has reached: a stage's `id`.
    STAGE_ID stage_id: Text = Write;
    /// The stage's name.
    STAGE_NAME stage_name: Text = Read;
    /// Which sum of a forecast it counts in.
    FORECAST_CATEGORY forecast_category: Enum(ForecastCategory) = Write;
    /// The CRM's own word for `forecast_category`.
    FORECAST_CATEGORY_RAW forecast_category_raw: Text = RawWord;
    /// The day on which it is expected to be won, or was closed.
    EXPECTED_CLOSE_DATE expected_close_date: Date = Write;
    /// When it was won or lost; null while it is open.
    CLOSED_AT closed_at: Timestamp = Read;
    /// When it reached its stage.
    STAGE_CHANGED_AT stage_changed_at: Timestamp = Read;
    /// Why it was won.
    WON_REASON won_reason: Text = Write;
    /// Why it was lost.
    LOST_REASON lost_reason: Text = Write;
    /// The account that may buy.
    ACCOUNT_ID account_id: Ref(refs::Account) = Write;
    /// That account; only with `expand=account`.
    ACCOUNT account: Named(refs::Account) = Expand;
    /// The people who have a part in it; one at the most is the primary one.
    CONTACT_IDS contact_ids: List(ContactLink) = Write;
    /// The user who is responsible for the deal.
    OWNER_ID owner_id: Ref(refs::User) = Write;
    /// The owner; only with `expand=owner`.
    OWNER owner: Named(refs::User) = Expand;
    /// Where the deal came from.
    LEAD_SOURCE lead_source: Text = Write;
    /// The campaign that brought it.
    CAMPAIGN_ID campaign_id: Id = Write;
    /// How urgent it is.
    PRIORITY priority: Text = Write;
    /// Tags.
    TAGS tags: List(Text) = Write;
}
