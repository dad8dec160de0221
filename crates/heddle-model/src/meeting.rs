//! The meeting: an event in a calendar.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Int, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::{Attendee, NamedReference};
use crate::words::ShowAs;

model! {
    /// A meeting or other event in a calendar of the CRM. A field that is null
    /// has no value in the CRM, or the CRM has no such field: the object's
    /// schema tells which.
    object Meeting;

    /// What it is about, in short.
    SUBJECT subject: Text = Write;
    /// The same at length.
    CONTENT content: Text = Write;
    /// When it begins; for whole days midnight in UTC.
    START_AT start_at: Timestamp = Write;
    /// When it ends.
    END_AT end_at: Timestamp = Write;
    /// How long it takes, in seconds.
    DURATION_SECONDS duration_seconds: Int = Write;
    /// Whether it takes whole days.
    IS_ALL_DAY is_all_day: Bool = Write;
    /// Where it is.
    LOCATION location: Text = Write;
    /// Where it can be joined by video.
    VIDEO_URL video_url: Text = Write;
    /// What a calendar shows of its time.
    SHOW_AS show_as: Enum(ShowAs) = Write;
    /// The CRM's own word for `show_as`.
    SHOW_AS_RAW show_as_raw: Text = RawWord;
    /// Whether others see only that there is something.
    IS_PRIVATE is_private: Bool = Write;
    /// Whether it is one of a series.
    IS_RECURRING is_recurring: Bool = Read;
    /// When somebody is to be reminded.
    REMINDER_AT reminder_at: Timestamp = Write;
    /// Whether the reminder is on; without it some CRMs remind nobody.
    IS_REMINDER_SET is_reminder_set: Bool = Write;
    /// Who was asked to come.
    ATTENDEES attendees: List(Attendee) = Write;
    /// The user who has it in the calendar.
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
