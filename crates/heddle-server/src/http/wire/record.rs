//! Pages of common records.

use heddle_model::{Account, Call, Contact, Deal, Email, Lead, Meeting, Note, Pipeline, Record, Stage, Task, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that the caller should know about an answer that succeeded: a
/// value that did not fit, a field that the CRM does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Warning {
    /// What kind of trouble, as a stable word; new ones may come.
    #[schema(examples("value_misfit"))]
    pub code: String,
    /// What it is, as a sentence.
    pub detail: String,
    /// The record's id, where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub record: Option<String>,
    /// The common field, `addresses.city` for parts, where it concerns one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// The provider's field behind it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub provider_field: Option<String>,
    /// The value that did not fit, as text, cut to 256 bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub value: Option<String>,
}

macro_rules! records {
    ($($(#[$many:meta])+ $page:ident, $(#[$one:meta])+ $record:ident of $model:ident;)*) => {$(
        $(#[$many])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
        pub struct $page {
            /// The records.
            pub data: Vec<$model>,
            /// What to send as `cursor` for the next page; null on the last one.
            #[schema(required)]
            pub next_cursor: Option<String>,
            /// On the last page: what to send as `updated_after` next time, so
            /// that nothing is missed; a few records may come twice.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(nullable = false, format = DateTime)]
            pub resume_after: Option<String>,
            /// What did not fit, and what is missing.
            pub warnings: Vec<Warning>,
        }

        $(#[$one])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
        pub struct $record {
            /// The record.
            pub data: $model,
            /// What did not fit, and what is missing.
            pub warnings: Vec<Warning>,
        }
    )*};
}

records! {
    /// A page of contacts.
    ContactPage,
    /// One contact.
    ContactRecord of Contact;

    /// A page of accounts.
    AccountPage,
    /// One account.
    AccountRecord of Account;

    /// A page of leads.
    LeadPage,
    /// One lead.
    LeadRecord of Lead;

    /// A page of deals.
    DealPage,
    /// One deal.
    DealRecord of Deal;

    /// A page of pipelines.
    PipelinePage,
    /// One pipeline.
    PipelineRecord of Pipeline;

    /// A page of stages.
    StagePage,
    /// One stage.
    StageRecord of Stage;

    /// A page of users.
    UserPage,
    /// One user.
    UserRecord of User;

    /// A page of tasks.
    TaskPage,
    /// One task.
    TaskRecord of Task;

    /// A page of calls.
    CallPage,
    /// One call.
    CallRecord of Call;

    /// A page of meetings.
    MeetingPage,
    /// One meeting.
    MeetingRecord of Meeting;

    /// A page of e-mails.
    EmailPage,
    /// One e-mail.
    EmailRecord of Email;

    /// A page of notes.
    NotePage,
    /// One note.
    NoteRecord of Note;

    /// A page of records of one of the provider's objects.
    ObjectRecordPage,
    /// One record of one of the provider's objects.
    ObjectRecordAnswer of Record;
}
