//! The call: a telephone call that was made or is to be made.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Int, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::NamedReference;
use crate::words::{CallDirection, TaskStatus};

model! {
    /// A telephone call that was made, or is to be made. A field that is null
    /// has no value in the CRM, or the CRM has no such field: the object's
    /// schema tells which.
    object Call;

    /// What it was about, in short.
    SUBJECT subject: Text = Write;
    /// What was said.
    CONTENT content: Text = Write;
    /// Who called whom.
    DIRECTION direction: Enum(CallDirection) = Write;
    /// The CRM's own word for `direction`.
    DIRECTION_RAW direction_raw: Text = RawWord;
    /// When it began or is to begin: a date where the CRM keeps only the day,
    /// otherwise a timestamp.
    START_AT start_at: DateOrTime = Write;
    /// When it ended.
    END_AT end_at: DateOrTime = Write;
    /// How long it took, in seconds.
    DURATION_SECONDS duration_seconds: Int = Write;
    /// What came of it, in the CRM's own words.
    DISPOSITION disposition: Text = Write;
    /// Where a recording of it can be heard.
    RECORDING_URL recording_url: Text = Write;
    /// The number that called.
    FROM from: Text = Write;
    /// The number that was called.
    TO to: Text = Write;
    /// Whether it was made. Some CRMs take a call without a status for one
    /// that is still to be made.
    STATUS status: Enum(TaskStatus) = Write;
    /// The CRM's own word for `status`.
    STATUS_RAW status_raw: Text = RawWord;
    /// Whether nothing is left to do, as the CRM judges its own statuses.
    IS_CLOSED is_closed: Bool = Read;
    /// When it was noted as made.
    COMPLETED_AT completed_at: Timestamp = Read;
    /// The user who called or was called.
    OWNER_ID owner_id: Ref(refs::User) = Write;
    /// The owner; only with `expand=owner`.
    OWNER owner: Named(refs::User) = Expand;
    /// The people whom it is about or with.
    CONTACT_IDS contact_ids: List(Ref<refs::Contact>) = Write;
    /// The leads whom it is about or with.
    LEAD_IDS lead_ids: List(Ref<refs::Lead>) = Write;
    /// The accounts that it is about.
    ACCOUNT_IDS account_ids: List(Ref<refs::Account>) = Write;
    /// The deals that it is about.
    DEAL_IDS deal_ids: List(Ref<refs::Deal>) = Write;
    /// Records of other objects that it is about, by the CRM's own ids.
    RELATED_IDS related_ids: List(Text) = Write;
    /// The account that the CRM itself counts it to, from the records that it
    /// is about.
    ACCOUNT_ID account_id: Ref(refs::Account) = Read;
}
