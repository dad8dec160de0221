//! The note: a free text attached to records.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::NamedReference;
use crate::words::ContentType;

model! {
    /// A free text attached to records of the CRM. A field that is null has no
    /// value in the CRM, or the CRM has no such field: the object's schema
    /// tells which.
    object Note;

    /// Title.
    TITLE title: Text = Write;
    /// The text. Where a CRM gives it with one call for each note, lists leave
    /// it null and say so in a warning; the note by its id has it.
    CONTENT content: Text = Write;
    /// What the text is written in; `TEXT` in a body that does not say.
    CONTENT_TYPE content_type: Enum(ContentType) = Write;
    /// The beginning of the text without markup, where the CRM keeps one.
    PREVIEW preview: Text = Read;
    /// Whether only its owner sees it.
    IS_PRIVATE is_private: Bool = Write;
    /// The user who wrote it.
    OWNER_ID owner_id: Ref(refs::User) = Write;
    /// The owner; only with `expand=owner`.
    OWNER owner: Named(refs::User) = Expand;
    /// The people whom it is about.
    CONTACT_IDS contact_ids: List(Ref<refs::Contact>) = Write;
    /// The leads whom it is about.
    LEAD_IDS lead_ids: List(Ref<refs::Lead>) = Write;
    /// The accounts that it is about.
    ACCOUNT_IDS account_ids: List(Ref<refs::Account>) = Write;
    /// The deals that it is about.
    DEAL_IDS deal_ids: List(Ref<refs::Deal>) = Write;
    /// Records of other objects that it is about, by the CRM's own ids.
    RELATED_IDS related_ids: List(Text) = Write;
}
