//! Tenants: `/v1/tenants`.

use super::page_query;
use super::values::Checks;
use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::PageParameters;
use crate::http::openapi::responses::{CreateProblems, FetchProblems, ListProblems};
use crate::http::time::rfc3339;
use crate::http::wire::{Tenant, TenantCreate, TenantPage};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION};
use actix_web::web::Payload;
use heddle_engine::{MAX_ID, NewTenant, TenantId};

/// List tenants
///
/// The tenants that the key may see, oldest first.
#[utoipa::path(
    get,
    path = "/v1/tenants",
    operation_id = "list_tenants",
    tag = "tenants",
    params(PageParameters),
    responses((status = 200, description = "A page of tenants.", body = TenantPage), ListProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let mut query = call.query()?;
    let page = page_query::read(&mut query, TenantId::parse)?;
    query.finish(&["limit", "cursor"])?;
    let (tenants, next_cursor) = call.engine().list_tenants(&call.caller, page.after.as_deref(), page.limit).await?;
    answer::json(StatusCode::OK, &TenantPage { data: tenants.iter().map(view).collect(), next_cursor })
}

/// Create a tenant
///
/// A tenant is one of the operator's customers; connections belong to it.
#[utoipa::path(
    post,
    path = "/v1/tenants",
    operation_id = "create_tenant",
    tag = "tenants",
    request_body(content = TenantCreate, description = "The tenant to make."),
    responses(
        (
            status = 201,
            description = "The tenant was made.",
            body = Tenant,
            headers(("Location" = String, description = "The tenant's address.")),
        ),
        CreateProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: TenantCreate = body::read(&call, payload).await?;
    let mut checks = Checks::default();
    checks.text("/name", &asked.name, MAX_ID);
    if let Some(id) = &asked.external_id {
        checks.text("/external_id", id, MAX_ID);
    }
    checks.finish()?;
    let new = NewTenant { name: asked.name, external_id: asked.external_id };
    let tenant = call.engine().create_tenant(&call.caller, new).await?;
    let mut answer = answer::json(StatusCode::CREATED, &view(&tenant))?;
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/tenants/{}", tenant.id)) {
        answer.headers_mut().insert(LOCATION, place);
    }
    Ok(answer)
}

/// Get a tenant
#[utoipa::path(
    get,
    path = "/v1/tenants/{id}",
    operation_id = "get_tenant",
    tag = "tenants",
    params(("id" = String, Path, description = "Our `ten_` id, or the operator's `external_id`.", max_length = 255)),
    responses((status = 200, description = "The tenant.", body = Tenant), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    let tenant = call.engine().get_tenant(&call.caller, &id).await?;
    answer::json(StatusCode::OK, &view(&tenant))
}

fn view(tenant: &heddle_engine::Tenant) -> Tenant {
    Tenant {
        id: tenant.id.to_string(),
        name: tenant.name.clone(),
        external_id: tenant.external_id.clone(),
        created_at: rfc3339(tenant.created_at),
    }
}
