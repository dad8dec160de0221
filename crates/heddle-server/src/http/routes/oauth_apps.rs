//! The operator's apps at providers: `/v1/oauth-apps`.

use super::connections::known;
use super::page_query;
use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::responses::{CreateProblems, DeleteUsedProblems, FetchProblems, ListProblems, TestProblems};
use crate::http::openapi::{OAuthAppParameters, PageParameters};
use crate::http::time::rfc3339;
use crate::http::wire::{ConnectionStep, OAuthApp, OAuthAppCheck, OAuthAppCreate, OAuthAppPage, OAuthAppUpdate};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use heddle_engine::{AppId, Engine, NewOAuthApp, OAuthAppChange};

/// List OAuth apps
///
/// The operator's apps, oldest first, without their secrets. For keys that are
/// not bound to tenants.
#[utoipa::path(
    get,
    path = "/v1/oauth-apps",
    operation_id = "list_oauth_apps",
    tag = "oauth-apps",
    params(OAuthAppParameters, PageParameters),
    responses((status = 200, description = "A page of apps.", body = OAuthAppPage), ListProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let mut query = call.query()?;
    let page = page_query::read(&mut query, AppId::parse)?;
    let provider = query.text("provider")?;
    query.finish(&["provider", "limit", "cursor"])?;
    if let Some(provider) = &provider {
        known(call.engine(), provider)?;
    }
    let (apps, next_cursor) =
        call.engine().list_oauth_apps(&call.caller, provider.as_deref(), page.after.as_deref(), page.limit).await?;
    let data = apps.iter().map(|app| view(call.engine(), app)).collect();
    answer::json(StatusCode::OK, &OAuthAppPage { data, next_cursor })
}

/// Register an OAuth app
///
/// The app that tenants' people consent to. Nothing is sent to the provider:
/// check the app for that.
#[utoipa::path(
    post,
    path = "/v1/oauth-apps",
    operation_id = "create_oauth_app",
    tag = "oauth-apps",
    request_body(
        content = OAuthAppCreate,
        description = "The app to register.",
        example = json!({
            "provider": "salesforce",
            "name": "Our app",
            "client_id": "the app's consumer key",
            "client_secret": "the app's consumer secret",
        }),
    ),
    responses((status = 201, description = "The app was registered.", body = OAuthApp), CreateProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn create(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: OAuthAppCreate = body::read(&call, payload).await?;
    let new = NewOAuthApp {
        provider: asked.provider,
        name: asked.name,
        login: asked.login,
        client_id: asked.client_id,
        client_secret: asked.client_secret,
        scopes: asked.scopes,
        redirect_uri: asked.redirect_uri,
    };
    let app = call.engine().create_oauth_app(&call.caller, new).await?;
    answer::json(StatusCode::CREATED, &view(call.engine(), &app))
}

/// Get an OAuth app
#[utoipa::path(
    get,
    path = "/v1/oauth-apps/{id}",
    operation_id = "get_oauth_app",
    tag = "oauth-apps",
    params(("id" = String, Path, description = "The app's id.", max_length = 255)),
    responses((status = 200, description = "The app.", body = OAuthApp), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    let app = call.engine().get_oauth_app(&call.caller, &id).await?;
    answer::json(StatusCode::OK, &view(call.engine(), &app))
}

/// Change an OAuth app
///
/// A new secret is in use at once, for every connection of the app.
#[utoipa::path(
    patch,
    path = "/v1/oauth-apps/{id}",
    operation_id = "update_oauth_app",
    tag = "oauth-apps",
    params(("id" = String, Path, description = "The app's id.", max_length = 255)),
    request_body(content = OAuthAppUpdate, description = "What to change."),
    responses((status = 200, description = "The app as it is now.", body = OAuthApp), CreateProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn update(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: OAuthAppUpdate = body::read(&call, payload).await?;
    let id = call.segment("id")?;
    let change = OAuthAppChange {
        name: asked.name,
        login: asked.login,
        client_secret: asked.client_secret,
        scopes: asked.scopes,
        redirect_uri: asked.redirect_uri,
    };
    let app = call.engine().update_oauth_app(&call.caller, &id, change).await?;
    answer::json(StatusCode::OK, &view(call.engine(), &app))
}

/// Delete an OAuth app
///
/// Only one that no connection was made with: others need it to renew their
/// tokens.
#[utoipa::path(
    delete,
    path = "/v1/oauth-apps/{id}",
    operation_id = "delete_oauth_app",
    tag = "oauth-apps",
    params(("id" = String, Path, description = "The app's id.", max_length = 255)),
    responses((status = 204, description = "The app is gone."), DeleteUsedProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let id = call.segment("id")?;
    call.engine().delete_oauth_app(&call.caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Check an OAuth app
///
/// Asks the provider whether it knows the app and its secret, as far as that
/// goes without a person. A check that fails is an answer like any other:
/// `passed` is false.
#[utoipa::path(
    post,
    path = "/v1/oauth-apps/{id}/check",
    operation_id = "check_oauth_app",
    tag = "oauth-apps",
    params(("id" = String, Path, description = "The app's id.", max_length = 255)),
    responses((status = 200, description = "What the check found.", body = OAuthAppCheck), TestProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn check(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let id = call.segment("id")?;
    let report = call.engine().check_oauth_app(&call.caller, &id).await?;
    let step = |step: &heddle_connector::Step| ConnectionStep {
        name: step.name.to_owned(),
        outcome: step.outcome.as_str().to_owned(),
        detail: step.detail.clone(),
    };
    let checked = OAuthAppCheck {
        passed: report.passed,
        app: view(call.engine(), &report.app),
        steps: report.steps.iter().map(step).collect(),
    };
    answer::json(StatusCode::OK, &checked)
}

fn view(engine: &Engine, app: &heddle_engine::OAuthApp) -> OAuthApp {
    OAuthApp {
        id: app.id.to_string(),
        provider: app.provider.clone(),
        name: app.name.clone(),
        login: app.login.clone(),
        client_id: app.client_id.clone(),
        scopes: app.scopes.clone(),
        redirect_uri: engine.redirect_uri(app).ok(),
        trouble: app.trouble.clone(),
        trouble_since: app.trouble_since.map(rfc3339),
        created_at: rfc3339(app.created_at),
        updated_at: rfc3339(app.updated_at),
    }
}
