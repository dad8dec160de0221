//! Connections: `/v1/connections`.

use super::connection_body::{auth, checked, forgotten};
use super::connection_view::{test_view, view, whole_view};
use super::page_query;
use super::values::Checks;
use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::responses::{
    ConnectProblems, ConnectionListProblems, DeleteProblems, FetchProblems, TestProblems,
};
use crate::http::openapi::{ConnectionParameters, PageParameters};
use crate::http::problem::Refusal;
use crate::http::wire::{
    Connection, ConnectionConfirm, ConnectionCreate, ConnectionDeleted, ConnectionPage, ConnectionTest,
    ConnectionUpdate,
};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::web::Payload;
use heddle_auth::Revocation;
use heddle_engine::{ConnectionId, ConnectionState, Engine, MAX_ID, Problem, TestReport};

/// List connections
///
/// The connections that the key may see, oldest first.
#[utoipa::path(
    get,
    path = "/v1/connections",
    operation_id = "list_connections",
    tag = "connections",
    params(ConnectionParameters, PageParameters),
    responses((status = 200, description = "A page of connections.", body = ConnectionPage), ConnectionListProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let mut query = call.query()?;
    let page = page_query::read(&mut query, ConnectionId::parse)?;
    let tenant = query.text("tenant_id")?;
    let provider = query.text("provider")?;
    query.finish(&["tenant_id", "provider", "limit", "cursor"])?;
    if let Some(provider) = &provider {
        known(call.engine(), provider)?;
    }
    let (connections, next_cursor) = call
        .engine()
        .list_connections(&call.caller, tenant.as_deref(), provider.as_deref(), page.after.as_deref(), page.limit)
        .await?;
    let data = connections.iter().map(view).collect();
    answer::json(StatusCode::OK, &ConnectionPage { data, next_cursor })
}

/// Refuses a provider that this server does not know: a misspelt one would
/// look like a provider without connections.
pub(super) fn known(engine: &Engine, provider: &str) -> Result<(), Refusal> {
    if engine.registry().get(provider).is_some() {
        return Ok(());
    }
    let ids: Vec<&str> = engine.registry().all().iter().map(|connector| connector.manifest().id).collect();
    let detail = format!("provider takes one of {}", ids.join(", "));
    Err(Problem::parameter("provider", "unknown", detail).into())
}

/// Create a connection
///
/// Tests the credentials step by step and stores the connection only if it
/// works, or waits for an app that the provider does not know yet (202);
/// otherwise the problem's `errors` hold every step.
#[utoipa::path(
    post,
    path = "/v1/connections",
    operation_id = "create_connection",
    tag = "connections",
    request_body(
        content = ConnectionCreate,
        description = "The connection to make.",
        example = json!({
            "tenant_id": "ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10",
            "provider": "salesforce",
            "auth": {
                "kind": "client_credentials",
                "my_domain": "https://acme.my.salesforce.com",
                "client_id": "the app's consumer key",
                "client_secret": "the app's consumer secret",
            },
        }),
    ),
    responses(
        (
            status = 201,
            description = "The connection works and was stored.",
            body = ConnectionTest,
            headers(
                ("Location" = String, description = "The connection's address."),
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
        ),
        (
            status = 202,
            description = "The provider does not know the app: check client id and login host at once. A new app is \
                           known after some minutes, so the connection was stored in the state `waiting_for_app` \
                           and is tried again at `retry_at`, by itself, until `until`.",
            body = ConnectionTest,
            headers(
                ("Location" = String, description = "The connection's address."),
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Retry-After" = u32, description = "Seconds until the next try."),
            ),
        ),
        ConnectProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: ConnectionCreate = body::read(&call, payload).await?;
    let report = call.engine().create_connection(&call.caller, checked(asked)?).await?;
    let mut answer = tested(&report, StatusCode::CREATED)?;
    if let Ok(place) = HeaderValue::from_str(&format!("/v1/connections/{}", report.connection.id)) {
        answer.headers_mut().insert(LOCATION, place);
    }
    Ok(answer)
}

/// Get a connection
#[utoipa::path(
    get,
    path = "/v1/connections/{id}",
    operation_id = "get_connection",
    tag = "connections",
    params(("id" = String, Path, description = "The connection's id.", max_length = 255)),
    responses((status = 200, description = "The connection.", body = Connection), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    let connection = call.engine().get_connection(&call.caller, &id).await?;
    let account = call.engine().connection_account(&call.caller, &id).await?;
    answer::json(StatusCode::OK, &whole_view(&connection, &account))
}

/// Delete a connection
///
/// Removes the connection and its sealed credentials from this server, then
/// asks the provider to end its token, for some seconds at the most. The
/// answer says whether it did; the connection is gone either way.
#[utoipa::path(
    delete,
    path = "/v1/connections/{id}",
    operation_id = "delete_connection",
    tag = "connections",
    params(("id" = String, Path, description = "The connection's id.", max_length = 255)),
    responses(
        (status = 200, description = "The connection is gone.", body = ConnectionDeleted),
        DeleteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let id = call.segment("id")?;
    let Revocation { revoked, detail } = call.engine().delete_connection(&call.caller, &id).await?;
    answer::json(StatusCode::OK, &ConnectionDeleted { revoked, detail })
}

/// Test a connection
///
/// Goes through the connection step by step and says what it finds. A test
/// that fails is an answer like any other: `passed` is false.
#[utoipa::path(
    post,
    path = "/v1/connections/{id}/test",
    operation_id = "test_connection",
    tag = "connections",
    params(("id" = String, Path, description = "The connection's id.", max_length = 255)),
    responses(
        (
            status = 200,
            description = "What the test found.",
            body = ConnectionTest,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
        ),
        TestProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn test(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let id = call.segment("id")?;
    let report = call.engine().test_connection(&call.caller, &id).await?;
    answer::json_with_cost(StatusCode::OK, &test_view(&report), &report.cost)
}

/// Swap a connection's credentials
///
/// Tests the new credentials step by step, and puts them in the old ones'
/// place only if they work and are of the same account. A connection that does
/// not work anyway, and whose new app the provider does not know yet, waits
/// for it (202). Otherwise nothing is changed, and the problem's `errors` hold
/// every step.
#[utoipa::path(
    patch,
    path = "/v1/connections/{id}",
    operation_id = "update_connection",
    tag = "connections",
    params(("id" = String, Path, description = "The connection's id.", max_length = 255)),
    request_body(
        content = ConnectionUpdate,
        description = "The new credentials.",
        example = json!({
            "auth": {
                "kind": "client_credentials",
                "my_domain": "https://acme.my.salesforce.com",
                "client_id": "the app's consumer key",
                "client_secret": "the app's new consumer secret",
            },
        }),
    ),
    responses(
        (
            status = 200,
            description = "The new credentials work and are in use.",
            body = ConnectionTest,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
        ),
        (
            status = 202,
            description = "The provider does not know the app, or not yet: check client id and login host. The new \
                           credentials were stored and are tried again by themselves.",
            body = ConnectionTest,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Retry-After" = u32, description = "Seconds until the next try."),
            ),
        ),
        ConnectProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn update(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: ConnectionUpdate = body::read(&call, payload).await?;
    let id = call.segment("id")?;
    let mut checks = Checks::default();
    let auth = auth(asked.auth, &mut checks);
    checks.finish()?;
    let Some(auth) = auth else { return Err(forgotten()) };
    let report = call.engine().swap_credentials(&call.caller, &id, auth).await?;
    tested(&report, StatusCode::OK)
}

/// Confirm another account
///
/// For a connection in the state `org_changed`: says that it is for the account
/// `remote_id` from now on. The account is tested like that of a new
/// connection. Cursors from before are refused afterwards.
#[utoipa::path(
    post,
    path = "/v1/connections/{id}/confirm",
    operation_id = "confirm_connection",
    tag = "connections",
    params(("id" = String, Path, description = "The connection's id.", max_length = 255)),
    request_body(content = ConnectionConfirm, description = "The account that is meant."),
    responses(
        (
            status = 200,
            description = "The connection is for the new account.",
            body = ConnectionTest,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
        ),
        ConnectProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn confirm(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: ConnectionConfirm = body::read(&call, payload).await?;
    let id = call.segment("id")?;
    let mut checks = Checks::default();
    checks.text("/remote_id", &asked.remote_id, MAX_ID);
    checks.finish()?;
    let report = call.engine().confirm_account(&call.caller, &id, &asked.remote_id).await?;
    tested(&report, StatusCode::OK)
}

/// A report; 202 with the time of the next try for a connection that waits for
/// its app.
fn tested(report: &TestReport, done: StatusCode) -> Answer {
    let waits = report.connection.state == ConnectionState::WaitingForApp;
    let status = if waits { StatusCode::ACCEPTED } else { done };
    let mut answer = answer::json_with_cost(status, &test_view(report), &report.cost)?;
    if let (true, Some(at), Some(since)) = (waits, report.connection.retry_at, report.connection.since) {
        let wait = at.duration_since(since).unwrap_or_default();
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
    }
    Ok(answer)
}
