//! Common records: `/v1/crm/{object}`.

use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::list_query;
use crate::http::openapi::responses::RecordProblems;
use crate::http::openapi::{FetchParameters, ListParameters, TargetHeaders};
use crate::http::problem::Refusal;
use crate::http::wire::{ContactPage, ContactRecord};
use heddle_connector::model::{Model, Object};
use heddle_engine::{Code, Problem};

/// The object that the address names.
pub(super) fn object(call: &Call) -> Result<Object, Refusal> {
    let name = call.segment("object")?;
    let Some(object) = Object::from_plural(&name) else {
        return Err(Problem::not_found("object").into());
    };
    if Model::of(object).is_none() {
        let detail = format!("{name} are not available yet");
        return Err(Problem::new(Code::UnsupportedOperation, detail).into());
    }
    Ok(object)
}

/// List contacts
///
/// One page of the CRM's contacts in the common form, read live. Follow
/// `next_cursor` for the rest.
#[utoipa::path(
    get,
    path = "/v1/crm/contacts",
    operation_id = "list_contacts",
    tag = "contacts",
    params(ListParameters, TargetHeaders),
    responses(
        (
            status = 200,
            description = "A page of contacts.",
            body = ContactPage,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
            example = json!({
                "data": [{
                    "id": "003Ws000004FqyTIAS",
                    "remote_id": "003Ws000004FqyTIAS",
                    "object": "contact",
                    "connection_id": "con_0193f0a2b1c47d3e8f5a6b7c8d9e0f10",
                    "provider": "salesforce",
                    "name": "Example Person",
                    "email_addresses": [{"email": "person@example.com", "type": "WORK", "is_primary": true}],
                }],
                "next_cursor": null,
                "resume_after": "2026-05-18T06:17:35.000Z",
                "warnings": [],
            }),
        ),
        RecordProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let object = object(&call)?;
    let request = list_query::list(object, call.query()?)?;
    let target = call.target()?;
    answer::page(call.engine().list_records(&call.caller, &target, &request).await?)
}

/// Get a contact
///
/// One contact in the common form, read live.
#[utoipa::path(
    get,
    path = "/v1/crm/contacts/{id}",
    operation_id = "get_contact",
    tag = "contacts",
    params(
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        FetchParameters,
        TargetHeaders,
    ),
    responses(
        (
            status = 200,
            description = "The contact.",
            body = ContactRecord,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
        ),
        RecordProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    let object = object(&call)?;
    let id = call.segment("id")?;
    let (shape, deleted) = list_query::fetch(call.query()?)?;
    let target = call.target()?;
    answer::record(call.engine().fetch_record(&call.caller, &target, object, &id, &shape, deleted).await?)
}
