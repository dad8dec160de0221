//! Fields under the operator's own names: below tenants and connections.
//!
//! Each mapping has an address of its own, by its names, so that setting one
//! cannot take another away, and setting it twice changes nothing.

use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::responses::{DeleteProblems, FetchProblems, MappingProblems};
use crate::http::problem::Refusal;
use crate::http::time::rfc3339;
use crate::http::wire::{FieldMapping, FieldMappingList, FieldMappingSet};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use heddle_engine::{MappingOwner, NewMapping};

/// List a connection's field mappings
///
/// Those that count for the connection: its own, and its tenant's whose names
/// it has not taken.
#[utoipa::path(
    get,
    path = "/v1/connections/{id}/field-mappings",
    operation_id = "list_connection_field_mappings",
    tag = "field-mappings",
    params(("id" = String, Path, description = "The connection's id.", max_length = 255)),
    responses((status = 200, description = "The mappings.", body = FieldMappingList), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn of_connection(call: Call) -> Answer {
    call.no_query()?;
    let found = call.engine().connection_mappings(&call.caller, &call.segment("id")?).await?;
    answer::json(StatusCode::OK, &FieldMappingList { data: found.iter().map(view).collect() })
}

/// List a tenant's field mappings
///
/// Those for all of the tenant's connections to a provider, of every provider.
#[utoipa::path(
    get,
    path = "/v1/tenants/{id}/field-mappings",
    operation_id = "list_tenant_field_mappings",
    tag = "field-mappings",
    params(("id" = String, Path, description = "Our `ten_` id, or the operator's `external_id`.", max_length = 255)),
    responses((status = 200, description = "The mappings.", body = FieldMappingList), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn of_tenant(call: Call) -> Answer {
    call.no_query()?;
    let found = call.engine().tenant_mappings(&call.caller, &call.segment("id")?).await?;
    answer::json(StatusCode::OK, &FieldMappingList { data: found.iter().map(view).collect() })
}

/// Set a field mapping of a connection
///
/// Records of the object show the provider's field as `mapped_fields.NAME` from
/// now on, and bodies can set it; `custom_fields` stays as it is. The mapping
/// is checked against the connection's fields as last described. It counts
/// before the tenant's of the same name.
#[utoipa::path(
    put,
    path = "/v1/connections/{id}/field-mappings/{object}/{name}",
    operation_id = "set_connection_field_mapping",
    tag = "field-mappings",
    params(
        ("id" = String, Path, description = "The connection's id.", max_length = 255),
        ("object" = String, Path, description = "The common object: `contacts`.", max_length = 255),
        ("name" = String, Path, description = "The key in `mapped_fields`: `^[a-z][a-z0-9_]{0,62}$`.", max_length = 63),
    ),
    request_body(content = FieldMappingSet, description = "What it says."),
    responses(
        (status = 200, description = "The mapping as it is now.", body = FieldMapping),
        (status = 201, description = "The mapping was made.", body = FieldMapping),
        MappingProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn put_of_connection(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: FieldMappingSet = body::read(&call, payload).await?;
    let id = call.segment("id")?;
    let set = call.engine().put_connection_mapping(&call.caller, &id, mapping(&call, asked)?).await?;
    shown(&set)
}

/// Set a field mapping of a tenant
///
/// The same for all of the tenant's connections to the provider, those that are
/// made later too. It is checked against every one whose fields are known and
/// that has no mapping of its own under this name.
#[utoipa::path(
    put,
    path = "/v1/tenants/{id}/field-mappings/{provider}/{object}/{name}",
    operation_id = "set_tenant_field_mapping",
    tag = "field-mappings",
    params(
        ("id" = String, Path, description = "Our `ten_` id, or the operator's `external_id`.", max_length = 255),
        ("provider" = String, Path, description = "The provider's id: `salesforce`.", max_length = 255),
        ("object" = String, Path, description = "The common object: `contacts`.", max_length = 255),
        ("name" = String, Path, description = "The key in `mapped_fields`: `^[a-z][a-z0-9_]{0,62}$`.", max_length = 63),
    ),
    request_body(content = FieldMappingSet, description = "What it says."),
    responses(
        (status = 200, description = "The mapping as it is now.", body = FieldMapping),
        (status = 201, description = "The mapping was made.", body = FieldMapping),
        MappingProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn put_of_tenant(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: FieldMappingSet = body::read(&call, payload).await?;
    let (id, provider) = (call.segment("id")?, call.segment("provider")?);
    let set = call.engine().put_tenant_mapping(&call.caller, &id, &provider, mapping(&call, asked)?).await?;
    shown(&set)
}

/// Delete a field mapping of a connection
///
/// The tenant's of the same name counts again, if there is one.
#[utoipa::path(
    delete,
    path = "/v1/connections/{id}/field-mappings/{object}/{name}",
    operation_id = "delete_connection_field_mapping",
    tag = "field-mappings",
    params(
        ("id" = String, Path, description = "The connection's id.", max_length = 255),
        ("object" = String, Path, description = "The common object.", max_length = 255),
        ("name" = String, Path, description = "The key in `mapped_fields`.", max_length = 63),
    ),
    responses((status = 204, description = "The mapping is gone."), DeleteProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn delete_of_connection(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let (id, object, name) = (call.segment("id")?, call.segment("object")?, call.segment("name")?);
    call.engine().delete_connection_mapping(&call.caller, &id, &object, &name).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Delete a field mapping of a tenant
#[utoipa::path(
    delete,
    path = "/v1/tenants/{id}/field-mappings/{provider}/{object}/{name}",
    operation_id = "delete_tenant_field_mapping",
    tag = "field-mappings",
    params(
        ("id" = String, Path, description = "Our `ten_` id, or the operator's `external_id`.", max_length = 255),
        ("provider" = String, Path, description = "The provider's id.", max_length = 255),
        ("object" = String, Path, description = "The common object.", max_length = 255),
        ("name" = String, Path, description = "The key in `mapped_fields`.", max_length = 63),
    ),
    responses((status = 204, description = "The mapping is gone."), DeleteProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn delete_of_tenant(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let (id, provider) = (call.segment("id")?, call.segment("provider")?);
    let (object, name) = (call.segment("object")?, call.segment("name")?);
    call.engine().delete_tenant_mapping(&call.caller, &id, &provider, &object, &name).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn mapping(call: &Call, asked: FieldMappingSet) -> Result<NewMapping, Refusal> {
    Ok(NewMapping {
        object: call.segment("object")?,
        name: call.segment("name")?,
        provider_field: asked.provider_field,
        codec: asked.codec,
        direction: asked.direction,
    })
}

fn shown((made, mapping): &(bool, heddle_engine::FieldMapping)) -> Answer {
    answer::json(if *made { StatusCode::CREATED } else { StatusCode::OK }, &view(mapping))
}

fn view(mapping: &heddle_engine::FieldMapping) -> FieldMapping {
    FieldMapping {
        object: mapping.object.plural().to_owned(),
        name: mapping.name.clone(),
        provider: mapping.provider.clone(),
        provider_field: mapping.provider_field.clone(),
        codec: mapping.codec.as_str().to_owned(),
        direction: mapping.direction.as_str().to_owned(),
        level: match mapping.owner {
            MappingOwner::Tenant => "tenant",
            MappingOwner::Connection(_) => "connection",
        }
        .to_owned(),
        created_at: rfc3339(mapping.created_at),
        updated_at: rfc3339(mapping.updated_at),
    }
}
