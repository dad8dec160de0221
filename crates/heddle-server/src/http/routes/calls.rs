//! Calls to providers: `/v1/calls`.

use super::page_query;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::openapi::responses::{ConnectionListProblems, FetchProblems};
use crate::http::openapi::{CallParameters, PageParameters};
use crate::http::problem::Refusal;
use crate::http::query::Query;
use crate::http::time::{parse, rfc3339};
use crate::http::wire::{ProviderAttempt, ProviderCall, ProviderCallPage};
use actix_web::http::StatusCode;
use heddle_engine::{CallFilter, CallId, LoggedAttempt, LoggedCall, MAX_ID, Problem};
use std::time::SystemTime;

/// List provider calls
///
/// What was sent to providers, newest first. A call appears about half a second
/// after it ended. Bodies, queries and headers are never kept.
#[utoipa::path(
    get,
    path = "/v1/calls",
    operation_id = "list_provider_calls",
    tag = "provider-calls",
    params(CallParameters, PageParameters),
    responses((status = 200, description = "A page of calls.", body = ProviderCallPage), ConnectionListProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let mut query = call.query()?;
    let page = page_query::read(&mut query, CallId::parse)?;
    let tenant = id(&mut query, "tenant_id")?;
    let filter = CallFilter {
        connection_id: id(&mut query, "connection_id")?,
        tenant_id: None,
        provider: id(&mut query, "provider")?,
        request_id: id(&mut query, "request_id")?,
        failed: query.flag("failed")?,
        since: time(&mut query, "since")?,
        until: time(&mut query, "until")?,
    };
    query.finish(&[
        "connection_id",
        "tenant_id",
        "provider",
        "request_id",
        "failed",
        "since",
        "until",
        "limit",
        "cursor",
    ])?;
    if let Some(provider) = &filter.provider {
        super::connections::known(call.engine(), provider)?;
    }
    let (calls, next_cursor) =
        call.engine().list_calls(&call.caller, tenant.as_deref(), filter, page.after.as_deref(), page.limit).await?;
    answer::json(StatusCode::OK, &ProviderCallPage { data: calls.iter().map(view).collect(), next_cursor })
}

/// Get a provider call
#[utoipa::path(
    get,
    path = "/v1/calls/{id}",
    operation_id = "get_provider_call",
    tag = "provider-calls",
    params(("id" = String, Path, description = "The call's id.", max_length = 255)),
    responses((status = 200, description = "The call.", body = ProviderCall), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    let found = call.engine().get_call(&call.caller, &id).await?;
    answer::json(StatusCode::OK, &view(&found))
}

fn id(query: &mut Query, name: &'static str) -> Result<Option<String>, Refusal> {
    let value = query.text(name)?;
    if value.as_ref().is_some_and(|text| text.chars().count() > MAX_ID) {
        let detail = format!("{name} is longer than {MAX_ID} characters");
        return Err(Problem::parameter(name, "too_long", detail).into());
    }
    Ok(value)
}

fn time(query: &mut Query, name: &'static str) -> Result<Option<SystemTime>, Refusal> {
    let Some(text) = query.text(name)? else { return Ok(None) };
    match parse(&text) {
        Some(time) => Ok(Some(time)),
        None => {
            let detail = format!("{name} takes an RFC 3339 time such as 2030-01-01T00:00:00Z");
            Err(Problem::parameter(name, "invalid", detail).into())
        }
    }
}

fn view(call: &LoggedCall) -> ProviderCall {
    ProviderCall {
        id: call.id.to_string(),
        at: rfc3339(call.at),
        tenant_id: call.tenant_id.clone(),
        connection_id: call.connection_id.clone(),
        provider: call.provider.clone(),
        request_id: call.request_id.clone(),
        operation: call.operation.clone(),
        method: call.method.clone(),
        path: call.path.clone(),
        status: call.status,
        failure: call.failure.clone(),
        cost: call.sent(),
        took_ms: call.took_ms,
        attempts: call.attempts.iter().map(attempt).collect(),
    }
}

fn attempt(attempt: &LoggedAttempt) -> ProviderAttempt {
    ProviderAttempt {
        status: attempt.status,
        outcome: attempt.outcome.clone(),
        took_ms: attempt.took_ms,
        waited_ms: attempt.waited_ms,
    }
}
