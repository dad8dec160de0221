//! Answers to writes.

use super::{Problem, Warning};
use heddle_model::{Account, Call, Contact, Deal, Email, Lead, Meeting, Note, Record, Task};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

macro_rules! written {
    ($($(#[$about:meta])+ $name:ident of $model:ident;)*) => {$(
        $(#[$about])+
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
        pub struct $name {
            /// The record: its `id` alone, or all of it with `return=record`.
            pub data: $model,
            /// Whether the record is new.
            pub created: bool,
            /// With `dry_run=true`: the requests that would be sent.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            #[schema(nullable = false)]
            pub requests: Option<Vec<ProviderRequest>>,
            /// What was ignored, and what is worth knowing.
            pub warnings: Vec<Warning>,
        }
    )*};
}

written! {
    /// A contact that was written.
    ContactWritten of Contact;
    /// An account that was written.
    AccountWritten of Account;
    /// A lead that was written.
    LeadWritten of Lead;
    /// A deal that was written.
    DealWritten of Deal;
    /// A task that was written.
    TaskWritten of Task;
    /// A call that was written.
    CallWritten of Call;
    /// A meeting that was written.
    MeetingWritten of Meeting;
    /// An e-mail that was written.
    EmailWritten of Email;
    /// A note that was written.
    NoteWritten of Note;
    /// A record of one of the provider's objects that was written.
    ObjectRecordWritten of Record;
}

/// A request to the provider, as a dry run shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProviderRequest {
    /// HTTP method.
    #[schema(examples("PATCH"))]
    pub method: String,
    /// Path and query below the account's API host.
    pub path: String,
    /// Headers besides those that every call has.
    pub headers: std::collections::BTreeMap<String, String>,
    /// The body: JSON as it is, anything else as text. One that would carry
    /// the token is shown without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub body: Option<Value>,
}

/// How each record of a batch ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchAnswer {
    /// One entry a record, in the order of the request.
    pub data: Vec<BatchEntry>,
    /// With `dry_run=true`: the requests that would be sent; `data` is empty then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub requests: Option<Vec<ProviderRequest>>,
    /// What was ignored, and what is worth knowing.
    pub warnings: Vec<Warning>,
}

/// How one record of a batch ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchEntry {
    /// Its place in the request, from 0.
    pub index: u32,
    /// The HTTP status that it would have had alone: 201, 200, or that of `error`.
    #[schema(examples(201))]
    pub status: u16,
    /// The provider's id, when it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<String>,
    /// Whether the record is new, when it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub created: Option<bool>,
    /// Why it is not written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub error: Option<Problem>,
}

/// A record to change or make, and what tells which one is meant.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UpsertRequest {
    /// One name or several, as filters have them: `email_addresses.email`,
    /// `custom_fields.Erp_Id__c`. Their values are the record's. With one of
    /// the schema's `upsert_keys` the provider itself looks, in the same call.
    #[schema(value_type = Vec<String>)]
    pub r#match: Value,
    /// The record.
    #[schema(value_type = Object)]
    pub record: Value,
}

/// Several records to write.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BatchRequest {
    /// `create`, `update`, `upsert` or `delete`.
    #[schema(examples("create"))]
    pub operation: String,
    /// For `upsert`: one of the schema's `upsert_keys`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Vec<String>)]
    pub r#match: Option<Value>,
    /// 1 to 200 records; for `update` and `delete` with their `id`.
    #[schema(value_type = Vec<Object>, min_items = 1, max_items = 200)]
    pub records: Vec<Value>,
}
