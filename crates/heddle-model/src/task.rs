//! The task: something to do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::NamedReference;
use crate::words::{TaskPriority, TaskStatus};

model! {
    /// Something to do, or done, about records of the CRM. A field that is null
    /// has no value in the CRM, or the CRM has no such field: the object's
    /// schema tells which.
    object Task;

    /// What is to be done, in short.
    SUBJECT subject: Text = Write;
    /// The same at length.
    CONTENT content: Text = Write;
    /// How far it has come.
    STATUS status: Enum(TaskStatus) = Write;
    /// The CRM's own word for `status`.
    STATUS_RAW status_raw: Text = RawWord;
    /// Whether nothing is left to do, as the CRM judges its own statuses.
    IS_CLOSED is_closed: Bool = Read;
    /// How urgent it is.
    PRIORITY priority: Enum(TaskPriority) = Write;
    /// The CRM's own word for `priority`.
    PRIORITY_RAW priority_raw: Text = RawWord;
    /// When it is due: a date where the CRM keeps only the day, otherwise a
    /// timestamp.
    DUE_AT due_at: DateOrTime = Write;
    /// When it was done.
    COMPLETED_AT completed_at: Timestamp = Read;
    /// When somebody is to be reminded.
    REMINDER_AT reminder_at: Timestamp = Write;
    /// Whether the reminder is on; without it some CRMs remind nobody.
    IS_REMINDER_SET is_reminder_set: Bool = Write;
    /// The CRM's own type of the task.
    TYPE r#type: Text = Write;
    /// The user who is to do it.
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
