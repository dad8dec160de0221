//! Writes of common records: `/v1/crm/{object}`.

use super::records::object;
use crate::http::answer::Answer;
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::responses::WriteProblems;
use crate::http::openapi::{KeyHeader, TargetHeaders, WriteParameters};
use crate::http::wire::{BatchAnswer, BatchRequest, ContactWritten, UpsertRequest};
use crate::http::{write_query, written};
use actix_web::web::Payload;
use heddle_engine::{Change, WriteRequest};
use heddle_model::Contact;

/// Create a contact
///
/// Makes a contact. Fields that only the CRM sets are ignored with a warning;
/// a field that this CRM does not have is refused.
#[utoipa::path(
    post,
    path = "/v1/crm/contacts",
    operation_id = "create_contact",
    tag = "contacts",
    params(WriteParameters, KeyHeader, TargetHeaders),
    request_body(
        content = Contact,
        description = "The contact.",
        example = json!({
            "first_name": "Example",
            "last_name": "Person",
            "email_addresses": [{"email": "person@example.com", "type": "WORK"}],
        }),
    ),
    responses(
        (
            status = 201,
            description = "The contact is made.",
            body = ContactWritten,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Location" = String, description = "The contact's address."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        (status = 200, description = "With `dry_run`: what would be sent.", body = ContactWritten),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(call: Call, payload: Payload) -> Answer {
    write(&call, |body| Change::Create { body }, Some((payload, false))).await
}

/// Update a contact
///
/// Changes a contact by a JSON merge patch (RFC 7396): what is left out keeps
/// its value, `null` clears it. A list is replaced as a whole: an e-mail
/// address, telephone number or postal address that it does not name is
/// cleared. `custom_fields` merges by key. What was read can be sent back as it
/// was. With `If-Match` only if the contact has not changed since it was read;
/// Salesforce tells versions apart by the second.
#[utoipa::path(
    patch,
    path = "/v1/crm/contacts/{id}",
    operation_id = "update_contact",
    tag = "contacts",
    params(
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the record as it was read."),
        WriteParameters,
        KeyHeader,
        TargetHeaders,
    ),
    request_body(
        content = Contact,
        description = "What to change.",
        example = json!({"title": "Engineer", "department": null}),
    ),
    responses(
        (
            status = 200,
            description = "The contact is changed; with `dry_run`: what would be sent.",
            body = ContactWritten,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(call: Call, payload: Payload) -> Answer {
    let id = call.segment("id")?;
    write(&call, |body| Change::Update { id, body }, Some((payload, true))).await
}

/// Delete a contact
///
/// Moves a contact to the CRM's bin. One that is there already counts as
/// removed.
#[utoipa::path(
    delete,
    path = "/v1/crm/contacts/{id}",
    operation_id = "delete_contact",
    tag = "contacts",
    params(
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        WriteParameters,
        KeyHeader,
        TargetHeaders,
    ),
    responses(
        (
            status = 200,
            description = "The contact is removed; with `dry_run`: what would be sent.",
            body = ContactWritten,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(call: Call, payload: Payload) -> Answer {
    let id = call.segment("id")?;
    body::none(&call, payload).await?;
    write(&call, |_| Change::Delete { id }, None).await
}

/// Create or update a contact
///
/// Changes the contact whose fields in `match` have the record's values, or
/// makes it where there is none; several are `duplicate_detected`, with their
/// ids. One call with a single field of the schema's `upsert_keys`, two
/// otherwise; two upserts at the same time that look first can both make a
/// record.
#[utoipa::path(
    post,
    path = "/v1/crm/contacts/upsert",
    operation_id = "upsert_contact",
    tag = "contacts",
    params(WriteParameters, KeyHeader, TargetHeaders),
    request_body(
        content = UpsertRequest,
        description = "The contact and its match.",
        example = json!({
            "match": ["email_addresses.email"],
            "record": {
                "last_name": "Person",
                "email_addresses": [{"email": "person@example.com", "type": "WORK"}],
            },
        }),
    ),
    responses(
        (status = 201, description = "The contact is made.", body = ContactWritten),
        (
            status = 200,
            description = "The contact is changed; with `dry_run`: what would be sent.",
            body = ContactWritten,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn upsert(call: Call, payload: Payload) -> Answer {
    write(&call, |body| Change::Upsert { body }, Some((payload, false))).await
}

/// Write several contacts
///
/// Makes, changes or removes up to 200 contacts in as few calls as the CRM
/// takes. Each ends alone: the answer is 200 with a status a record, unless
/// the whole call failed.
#[utoipa::path(
    post,
    path = "/v1/crm/contacts/batch",
    operation_id = "batch_contacts",
    tag = "contacts",
    params(WriteParameters, KeyHeader, TargetHeaders),
    request_body(
        content = BatchRequest,
        description = "The contacts.",
        example = json!({
            "operation": "update",
            "records": [{"id": "003Ws000004FqyTIAS", "title": "Engineer"}],
        }),
    ),
    responses(
        (
            status = 200,
            description = "How each contact ended; with `dry_run`: what would be sent.",
            body = BatchAnswer,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn batch(call: Call, payload: Payload) -> Answer {
    write(&call, |body| Change::Batch { body }, Some((payload, false))).await
}

/// Reads what all writes have in common, and hands the write over.
pub(super) async fn write(
    call: &Call,
    change: impl FnOnce(actix_web::web::Bytes) -> Change,
    payload: Option<(Payload, bool)>,
) -> Answer {
    let object = object(call)?;
    let options = write_query::read(call.query()?, call.headers())?;
    let target = call.target()?;
    let body = match payload {
        Some((payload, patch)) => body::raw(call, payload, patch).await?,
        None => actix_web::web::Bytes::new(),
    };
    let request = WriteRequest { object, provider_object: None, change: change(body), options };
    let form = written::Form::from(&request.change);
    let answer = call.shared_engine().write_records(&call.caller, &target, request).await?;
    written::written(&answer, object.plural(), form, &call.caller.request_id)
}
