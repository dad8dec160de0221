//! Large reads: `/v1/crm/{object}/exports` and `/v1/exports`.

use super::records::object;
use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::Call;
use crate::http::export_lines;
use crate::http::list_query;
use crate::http::openapi::responses::{ExportDataProblems, ExportProblems, RecordProblems};
use crate::http::openapi::{CheckpointParameter, ExportParameters, TargetHeaders};
use crate::http::problem::Refusal;
use crate::http::time::rfc3339;
use crate::http::wire::{Export, ExportAnswer};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::web::Payload;
use heddle_engine::{Cost, MAX_CHECKPOINT};

/// Export contacts
///
/// Begins a read of many contacts, with the conditions, fields and order of a
/// list. The answer says how they will be read: more than the CRM's own bound
/// (2,000 at Salesforce) by a job that the CRM prepares, fewer page by page. A
/// job gives no order unless `sort` asks for one.
#[utoipa::path(
    post,
    path = "/v1/crm/contacts/exports",
    operation_id = "create_contact_export",
    tag = "contacts",
    params(ExportParameters, TargetHeaders),
    responses(
        (
            status = 202,
            description = "The export has begun.",
            body = ExportAnswer,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Location" = String, description = "The export's address."),
            ),
        ),
        RecordProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn start(call: Call, payload: Payload) -> Answer {
    let object = object(&call)?;
    let request = list_query::export(object, call.query()?)?;
    let target = call.target()?;
    body::none(&call, payload).await?;
    let started = call.engine().start_export(&call.caller, &target, &request).await?;
    let mut answer = shown(StatusCode::ACCEPTED, &started.export, &started.cost)?;
    if let Ok(address) = HeaderValue::try_from(format!("/v1/exports/{}", started.export.id)) {
        answer.headers_mut().insert(LOCATION, address);
    }
    Ok(answer)
}

/// Get an export
///
/// How an export stands. While the CRM prepares it, this asks the CRM, with
/// one call.
#[utoipa::path(
    get,
    path = "/v1/exports/{id}",
    operation_id = "get_export",
    tag = "exports",
    params(("id" = String, Path, description = "The export's id.", max_length = 255)),
    responses(
        (
            status = 200,
            description = "The export.",
            body = ExportAnswer,
            headers(("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer.")),
        ),
        ExportProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    let found = call.engine().get_export(&call.caller, &id).await?;
    shown(StatusCode::OK, &found.export, &found.cost)
}

/// Cancel an export
///
/// Ends an export and drops its result at the CRM. One that has ended already
/// stays as it is.
#[utoipa::path(
    delete,
    path = "/v1/exports/{id}",
    operation_id = "delete_export",
    tag = "exports",
    params(("id" = String, Path, description = "The export's id.", max_length = 255)),
    responses(
        (
            status = 200,
            description = "The export has ended.",
            body = ExportAnswer,
            headers(("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer.")),
        ),
        ExportProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn cancel(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    body::none(&call, payload).await?;
    let ended = call.engine().cancel_export(&call.caller, &id).await?;
    shown(StatusCode::OK, &ended.export, &ended.cost)
}

/// Read an export
///
/// The records, one JSON object a line (`application/x-ndjson`), streamed as
/// the CRM gives them. While the CRM still prepares them, lines tell how it
/// stands, and the records follow. The lines are:
///
/// - `{"progress": {"state", "rows", "calls"}}` while there is nothing to read;
/// - `{"data": {...}}`: one record in the common form;
/// - `{"warnings": [...]}`: what did not fit in the records before it, and
///   what is missing;
/// - `{"checkpoint": {"after", "rows", "calls"}}`: everything up to here was
///   sent. After a break, `?after=` with the last checkpoint goes on behind it,
///   on any server; records that came after it come again, so keep those only
///   once their checkpoint has come, and each record is there once;
/// - `{"end": {"rows", "calls", "method", "resume_after"}}`: the last line of
///   a whole answer; `resume_after` is the `updated_after` for the next reading;
/// - `{"problem": {...}}`: the last line of one that broke off, for the reason
///   in it.
///
/// A stream without `end` is not whole.
#[utoipa::path(
    get,
    path = "/v1/exports/{id}/data",
    operation_id = "get_export_data",
    tag = "exports",
    params(("id" = String, Path, description = "The export's id.", max_length = 255), CheckpointParameter),
    responses(
        (
            status = 200,
            description = "The records.",
            content_type = "application/x-ndjson",
            body = String,
        ),
        ExportDataProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn data(call: Call) -> Answer {
    let id = call.segment("id")?;
    let mut query = call.query()?;
    let after = query.long_text("after", MAX_CHECKPOINT)?;
    query.finish(&["after"])?;
    let data = call.shared_engine().open_export(&call.caller, &id, after.as_deref()).await?;
    export_lines::stream(&call, data).await
}

fn shown(status: StatusCode, export: &heddle_engine::Export, cost: &Cost) -> Result<HttpResponse, Refusal> {
    let data = Export {
        id: export.id.to_string(),
        tenant_id: export.tenant_id.to_string(),
        connection_id: export.connection_id.to_string(),
        object: export.object.clone(),
        state: export.state.as_str().to_owned(),
        reason: export.reason.clone(),
        method: export.method.as_str().to_owned(),
        method_reason: export.method_reason.clone(),
        rows: export.rows,
        calls: export.calls,
        created_at: rfc3339(export.created_at),
        expires_at: rfc3339(export.expires_at()),
    };
    answer::json_with_cost(status, &ExportAnswer { data }, cost)
}
