//! Connections: `/v1/connections`.

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
use crate::http::time::rfc3339;
use crate::http::wire::{
    AuthMethod, Connection, ConnectionAuth, ConnectionConfirm, ConnectionCreate, ConnectionDeleted, ConnectionPage,
    ConnectionStep, ConnectionTest, ConnectionUpdate,
};
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION, RETRY_AFTER};
use actix_web::web::Payload;
use heddle_auth::Revocation;
use heddle_engine::{
    Code, ConnectionId, ConnectionState, Engine, MAX_ID, NewAuth, NewConnection, Problem, TenantId, TestReport,
};
use secrecy::{ExposeSecret, SecretString};

/// Longest client id or secret, in characters.
const MAX_CREDENTIAL: usize = 1_024;

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
    answer::json(StatusCode::OK, &view(&connection))
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

fn forgotten() -> Refusal {
    Problem::new(Code::Internal, "a check was forgotten").into()
}

fn auth(asked: ConnectionAuth, checks: &mut Checks) -> Option<NewAuth> {
    match asked.kind {
        AuthMethod::ClientCredentials => client_credentials(asked, checks),
    }
}

fn checked(asked: ConnectionCreate) -> Result<NewConnection, Refusal> {
    let mut checks = Checks::default();
    let tenant = TenantId::parse(&asked.tenant_id);
    if tenant.is_none() {
        checks.refuse("/tenant_id", "invalid", "is not the `ten_` id of a tenant");
    }
    checks.text("/provider", &asked.provider, MAX_ID);
    let auth = auth(asked.auth, &mut checks);
    checks.finish()?;
    match (tenant, auth) {
        (Some(tenant_id), Some(auth)) => Ok(NewConnection { tenant_id, provider: asked.provider, auth }),
        _ => Err(forgotten()),
    }
}

fn client_credentials(auth: ConnectionAuth, checks: &mut Checks) -> Option<NewAuth> {
    let secret = auth.client_secret.as_ref().map(ExposeSecret::expose_secret);
    let asked = [
        ("/auth/my_domain", auth.my_domain.as_deref(), MAX_ID),
        ("/auth/client_id", auth.client_id.as_deref(), MAX_CREDENTIAL),
        ("/auth/client_secret", secret, MAX_CREDENTIAL),
    ];
    for (pointer, text, max) in asked {
        match text {
            Some(text) => checks.text(pointer, text, max),
            None => checks.refuse(pointer, "missing", "is asked for with kind client_credentials"),
        }
    }
    let client_secret: SecretString = auth.client_secret?;
    Some(NewAuth::ClientCredentials { login: auth.my_domain?, client_id: auth.client_id?, client_secret })
}

fn view(connection: &heddle_engine::Connection) -> Connection {
    Connection {
        id: connection.id.to_string(),
        tenant_id: connection.tenant_id.to_string(),
        provider: connection.provider.clone(),
        auth_kind: connection.auth_kind.clone(),
        login: connection.login.clone(),
        state: connection.state.as_str().to_owned(),
        reason: connection.reason.clone(),
        since: connection.since.map(rfc3339),
        retry_at: connection.retry_at.map(rfc3339),
        until: connection.until.map(rfc3339),
        until_estimated: connection.until.is_some() && connection.state.info().until_estimated,
        found_id: connection.found_id.clone(),
        remote_id: connection.remote_id.clone(),
        remote_account: connection.remote_account.clone(),
        remote_user: connection.remote_user.clone(),
        base_url: connection.base_url.clone(),
        api_version: connection.api_version.clone(),
        created_at: rfc3339(connection.created_at),
        checked_at: connection.checked_at.map(rfc3339),
    }
}

fn test_view(report: &TestReport) -> ConnectionTest {
    let step = |step: &heddle_connector::Step| ConnectionStep {
        name: step.name.to_owned(),
        outcome: step.outcome.as_str().to_owned(),
        detail: step.detail.clone(),
    };
    ConnectionTest {
        passed: report.passed,
        connection: view(&report.connection),
        steps: report.steps.iter().map(step).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(auth: &str) -> ConnectionCreate {
        let id = TenantId::generate();
        let text = format!(r#"{{"tenant_id":"{id}","provider":"salesforce","auth":{auth}}}"#);
        serde_json::from_str(&text).unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn whole_credentials_are_taken_and_shown_nowhere() {
        let asked = asked(
            r#"{"kind":"client_credentials","my_domain":"https://a.my.salesforce.com","client_id":"i","client_secret":"canary"}"#,
        );
        assert!(!format!("{asked:?}").contains("canary"));
        let new = checked(asked).unwrap_or_else(|e| panic!("{e}"));
        assert!(!format!("{new:?}").contains("canary"));
        let NewAuth::ClientCredentials { client_secret, .. } = new.auth;
        assert_eq!(client_secret.expose_secret(), "canary");
    }

    #[test]
    fn missing_and_long_credentials_are_refused_together() {
        let long = "x".repeat(1_025);
        let mut asked = asked(&format!(r#"{{"kind":"client_credentials","client_id":"{long}"}}"#));
        asked.tenant_id = "con_1".to_owned();
        let refusal = checked(asked).err().unwrap_or_else(|| panic!("they were taken"));
        let parts: Vec<_> = refusal.problem().errors.iter().map(|e| (e.pointer.as_str(), e.code)).collect();
        let expected = [
            ("/tenant_id", "invalid"),
            ("/auth/my_domain", "missing"),
            ("/auth/client_id", "too_long"),
            ("/auth/client_secret", "missing"),
        ];
        assert_eq!(parts, expected);
    }
}
