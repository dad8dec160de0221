//! Custom objects and the provider's other ones: `/v1/crm/objects`.

use super::schema::shown;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::openapi::responses::{RecordProblems, SearchProblems, WriteProblems};
use crate::http::openapi::{FetchParameters, KeyHeader, ListParameters, TargetHeaders, WriteParameters};
use crate::http::wire::{
    AccountObject, ObjectRecordAnswer, ObjectRecordPage, ObjectRecordWritten, ObjectSchema, ProviderObjectList,
    SearchRequest,
};
use crate::http::{body, list_query, search_body, write_query, written};
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use heddle_connector::model::{Object, Record};
use heddle_engine::{Change, ListRequest, WriteRequest};

/// List objects
///
/// Every object of the account that the connected user sees: custom ones, those
/// behind the common objects, and the provider's others. Read live, in one call.
#[utoipa::path(
    get,
    path = "/v1/crm/objects",
    operation_id = "list_objects",
    tag = "objects",
    params(TargetHeaders),
    responses((status = 200, description = "The objects.", body = ProviderObjectList), RecordProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    call.no_query()?;
    let answer = call.engine().provider_objects(&call.caller, &call.target()?).await?;
    let data = answer.objects.into_iter().map(|(info, common)| AccountObject {
        name: info.name,
        label: info.label,
        label_plural: info.label_plural,
        is_custom: info.custom,
        common_object: common.map(|object| object.plural().to_owned()),
        queryable: info.queryable,
        createable: info.createable,
        updateable: info.updateable,
        deletable: info.deletable,
    });
    answer::json_with_cost(StatusCode::OK, &ProviderObjectList { data: data.collect() }, &answer.cost)
}

/// List records of an object
///
/// One page of the records of any object, with the provider's own fields under
/// `fields`, typed as the account describes them. Filters, sorts and `fields`
/// name fields by the provider's own names. One call a page, and one more where
/// the object was not described in the last ten minutes.
#[utoipa::path(
    get,
    path = "/v1/crm/objects/{provider_object}",
    operation_id = "list_object_records",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        ListParameters,
        TargetHeaders,
    ),
    responses((status = 200, description = "A page of records.", body = ObjectRecordPage), RecordProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn records(call: Call) -> Answer {
    let request = list_query::list(Object::Record, call.query()?)?;
    let request = ListRequest { provider_object: Some(call.segment("provider_object")?), ..request };
    let target = call.target()?;
    answer::page(call.engine().list_records(&call.caller, &target, &request).await?)
}

/// Search records of an object
///
/// One page of the records that fulfil a tree of conditions, as with common
/// objects; fields are named by the provider's own names.
#[utoipa::path(
    post,
    path = "/v1/crm/objects/{provider_object}/search",
    operation_id = "search_object_records",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        TargetHeaders,
    ),
    request_body(
        content = SearchRequest,
        description = "The search; with nothing but a cursor the next page of the one that it came from.",
        example = json!({"filter": {"or": [
            {"field": "Status__c", "value": "Active"},
            {"field": "Budget__c", "op": "gt", "value": 50_000},
        ]}}),
    ),
    responses((status = 200, description = "A page of records.", body = ObjectRecordPage), SearchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn search(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let target = call.target()?;
    let request = search_body::read(Object::Record, body::read::<SearchRequest>(&call, payload).await?)?;
    let request = ListRequest { provider_object: Some(call.segment("provider_object")?), ..request };
    answer::page(call.engine().search_records(&call.caller, &target, &request).await?)
}

/// Get the schema of an object
///
/// The fields of any object as this connection has them, and what the connected
/// user can do with its records. One call where the object was not described in
/// the last ten minutes, otherwise none.
#[utoipa::path(
    get,
    path = "/v1/crm/objects/{provider_object}/schema",
    operation_id = "get_object_schema",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        TargetHeaders,
    ),
    responses((status = 200, description = "The fields.", body = ObjectSchema), RecordProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn schema(call: Call) -> Answer {
    call.no_query()?;
    let name = call.segment("provider_object")?;
    let (answer, cost) = call.engine().provider_object_schema(&call.caller, &call.target()?, &name).await?;
    answer::json_with_cost(StatusCode::OK, &ObjectSchema { data: shown(Object::Record.plural(), answer) }, &cost)
}

/// Get a record of an object
///
/// One record of any object, read live.
#[utoipa::path(
    get,
    path = "/v1/crm/objects/{provider_object}/{id}",
    operation_id = "get_object_record",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        FetchParameters,
        TargetHeaders,
    ),
    responses((status = 200, description = "The record.", body = ObjectRecordAnswer), RecordProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    let (name, id) = (call.segment("provider_object")?, call.segment("id")?);
    let (shape, deleted) = list_query::fetch(call.query()?)?;
    let target = call.target()?;
    answer::record(call.engine().fetch_provider_record(&call.caller, &target, &name, &id, &shape, deleted).await?)
}

/// Create a record of an object
///
/// Makes a record of any object from its `fields`. What the account computes
/// itself is ignored with a warning; a field that it does not have is refused.
#[utoipa::path(
    post,
    path = "/v1/crm/objects/{provider_object}",
    operation_id = "create_object_record",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        WriteParameters,
        KeyHeader,
        TargetHeaders,
    ),
    request_body(
        content = Record,
        description = "The record; only `fields` is written.",
        example = json!({"fields": {"Name": "Roof", "Status__c": "Active", "Tags__c": ["urgent", "outdoor"]}}),
    ),
    responses(
        (status = 201, description = "The record is made.", body = ObjectRecordWritten),
        (status = 200, description = "With `dry_run`: what would be sent.", body = ObjectRecordWritten),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(call: Call, payload: Payload) -> Answer {
    let body = body::raw(&call, payload, false).await?;
    write(&call, Change::Create { body }).await
}

/// Update a record of an object
///
/// Changes a record of any object by a JSON merge patch of its `fields`: what is
/// left out keeps its value, `null` clears it, a list is replaced.
#[utoipa::path(
    patch,
    path = "/v1/crm/objects/{provider_object}/{id}",
    operation_id = "update_object_record",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        ("If-Match" = Option<String>, Header, description = "The `ETag` of the record as it was read."),
        WriteParameters,
        KeyHeader,
        TargetHeaders,
    ),
    request_body(
        content = Record,
        description = "What to change; only `fields` is written.",
        example = json!({"fields": {"Status__c": "Done", "Due__c": null}}),
    ),
    responses(
        (
            status = 200,
            description = "The record is changed; with `dry_run`: what would be sent.",
            body = ObjectRecordWritten,
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(call: Call, payload: Payload) -> Answer {
    let id = call.segment("id")?;
    let body = body::raw(&call, payload, true).await?;
    write(&call, Change::Update { id, body }).await
}

/// Delete a record of an object
///
/// Moves a record of any object to the CRM's bin, where the object has one. One
/// that is there already counts as removed.
#[utoipa::path(
    delete,
    path = "/v1/crm/objects/{provider_object}/{id}",
    operation_id = "delete_object_record",
    tag = "objects",
    params(
        ("provider_object" = String, Path, description = "The provider's name of the object.", max_length = 255),
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        WriteParameters,
        KeyHeader,
        TargetHeaders,
    ),
    responses(
        (
            status = 200,
            description = "The record is removed; with `dry_run`: what would be sent.",
            body = ObjectRecordWritten,
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(call: Call, payload: Payload) -> Answer {
    let id = call.segment("id")?;
    body::none(&call, payload).await?;
    write(&call, Change::Delete { id }).await
}

async fn write(call: &Call, change: Change) -> Answer {
    let name = call.segment("provider_object")?;
    let options = write_query::read(call.query()?, call.headers())?;
    let target = call.target()?;
    let address = format!("{}/{name}", Object::Record.plural());
    let request = WriteRequest { object: Object::Record, provider_object: Some(name), change, options };
    let answer = call.shared_engine().write_records(&call.caller, &target, request).await?;
    written::written(&answer, &address, written::Form::Record, &call.caller.request_id)
}
