//! The e-mail: a message that was sent or came in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::field::{Bool, DateOrTime, Enum, Field, Id, Json, List, Map, Marker, Named, Ref, Text, Timestamp};
use crate::info::{FieldInfo, Model, Role};
use crate::model_macro::plain;
use crate::object::{Object, refs};
use crate::values::NamedReference;
use crate::words::EmailStatus;

model! {
    /// An e-mail message that the CRM keeps. A field that is null has no value
    /// in the CRM, or the CRM has no such field: the object's schema tells
    /// which.
    object Email;

    /// Subject.
    SUBJECT subject: Text = Write;
    /// The body as plain text.
    BODY_TEXT body_text: Text = Write;
    /// The body as HTML.
    BODY_HTML body_html: Text = Write;
    /// Whether it came in from outside.
    IS_INCOMING is_incoming: Bool = Write;
    /// When it was sent or came in: a date where the CRM keeps only the day,
    /// otherwise a timestamp.
    SENT_AT sent_at: DateOrTime = Write;
    /// The sender's address.
    FROM from: Text = Write;
    /// The sender's name.
    FROM_NAME from_name: Text = Write;
    /// The addresses that it was sent to.
    TO to: List(Text) = Write;
    /// The addresses that got a copy.
    CC cc: List(Text) = Write;
    /// The addresses that got a copy unseen by the others.
    BCC bcc: List(Text) = Write;
    /// How far it has come.
    STATUS status: Enum(EmailStatus) = Write;
    /// The CRM's own word for `status`.
    STATUS_RAW status_raw: Text = RawWord;
    /// What messages of one exchange have in common.
    THREAD_ID thread_id: Text = Write;
    /// The `Message-ID` of the message itself.
    MESSAGE_ID message_id: Text = Write;
    /// Whether files came with it.
    HAS_ATTACHMENTS has_attachments: Bool = Read;
    /// The user who sent it or got it.
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
