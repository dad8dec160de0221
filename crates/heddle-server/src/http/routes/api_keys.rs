//! API keys: `/v1/api-keys`.

use super::page_query;
use super::values::Checks;
use crate::http::answer::{self, Answer};
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::PageParameters;
use crate::http::openapi::responses::{CreateProblems, DeleteProblems, ListProblems};
use crate::http::problem::Refusal;
use crate::http::time::{parse, rfc3339};
use crate::http::wire::{ApiKey, ApiKeyCreate, ApiKeyCreated, ApiKeyPage};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Payload;
use heddle_engine::{KeyId, MAX_ID, NewKey, Scope, TenantId};
use secrecy::ExposeSecret;
use std::time::SystemTime;

/// Most scopes in a request; there are fewer.
const MAX_SCOPES: usize = 64;

/// Most tenants that a key can be bound to.
const MAX_TENANTS: usize = 100;

/// List API keys
///
/// Every key of this server, oldest first, without their secrets.
#[utoipa::path(
    get,
    path = "/v1/api-keys",
    operation_id = "list_api_keys",
    tag = "api-keys",
    params(PageParameters),
    responses((status = 200, description = "A page of keys.", body = ApiKeyPage), ListProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let mut query = call.query()?;
    let page = page_query::read(&mut query, KeyId::parse)?;
    query.finish(&["limit", "cursor"])?;
    let (keys, next_cursor) = call.engine().list_keys(&call.caller, page.after.as_deref(), page.limit).await?;
    answer::json(StatusCode::OK, &ApiKeyPage { data: keys.iter().map(view).collect(), next_cursor })
}

/// Create an API key
///
/// The answer holds the secret; it cannot be shown again.
#[utoipa::path(
    post,
    path = "/v1/api-keys",
    operation_id = "create_api_key",
    tag = "api-keys",
    request_body(content = ApiKeyCreate, description = "The key to make."),
    responses((status = 201, description = "The key was made.", body = ApiKeyCreated), CreateProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn create(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: ApiKeyCreate = body::read(&call, payload).await?;
    let (key, secret) = call.engine().create_key(&call.caller, checked(asked)?).await?;
    let made = ApiKeyCreated { key: view(&key), secret: secret.expose_secret().to_owned() };
    answer::json(StatusCode::CREATED, &made)
}

/// Delete an API key
///
/// The key stops working within a second.
#[utoipa::path(
    delete,
    path = "/v1/api-keys/{id}",
    operation_id = "delete_api_key",
    tag = "api-keys",
    params(("id" = String, Path, description = "The key's id.", max_length = 255)),
    responses((status = 204, description = "The key is gone."), DeleteProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn delete(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    body::none(&call, payload).await?;
    let id = call.segment("id")?;
    call.engine().delete_key(&call.caller, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn checked(asked: ApiKeyCreate) -> Result<NewKey, Refusal> {
    let mut checks = Checks::default();
    checks.text("/name", &asked.name, MAX_ID);
    let scopes = scopes(&asked.scopes, &mut checks);
    let tenants = asked.tenants.as_deref().map(|list| tenants(list, &mut checks));
    let expires_at = asked.expires_at.as_deref().and_then(|text| expiry(text, &mut checks));
    checks.finish()?;
    Ok(NewKey { name: asked.name, scopes, tenants, expires_at })
}

fn scopes(words: &[String], checks: &mut Checks) -> Vec<Scope> {
    if words.is_empty() {
        checks.refuse("/scopes", "invalid", "is empty; name at least one scope");
    }
    if words.len() > MAX_SCOPES {
        let detail = format!("holds {} scopes; at most {MAX_SCOPES} fit", words.len());
        checks.refuse("/scopes", "too_many", detail);
        return Vec::new();
    }
    let mut scopes = Vec::new();
    for (at, word) in words.iter().enumerate() {
        match Scope::parse(word) {
            Some(scope) if !scopes.contains(&scope) => scopes.push(scope),
            Some(_) => {}
            None => {
                let known = Scope::ALL.map(Scope::as_str).join(", ");
                checks.refuse(&format!("/scopes/{at}"), "unknown", format!("is none of {known}"));
            }
        }
    }
    scopes
}

fn tenants(ids: &[String], checks: &mut Checks) -> Vec<TenantId> {
    if ids.is_empty() {
        checks.refuse("/tenants", "invalid", "is empty; leave it out for all tenants");
    }
    if ids.len() > MAX_TENANTS {
        checks.refuse("/tenants", "too_many", format!("names {}; at most {MAX_TENANTS} fit", ids.len()));
        return Vec::new();
    }
    let mut tenants = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        match TenantId::parse(id) {
            Some(tenant) => tenants.push(tenant),
            None => checks.refuse(&format!("/tenants/{at}"), "invalid", "is not the `ten_` id of a tenant"),
        }
    }
    tenants
}

fn expiry(text: &str, checks: &mut Checks) -> Option<SystemTime> {
    let time = parse(text);
    if time.is_none() {
        checks.refuse("/expires_at", "invalid", "is not an RFC 3339 time such as 2030-01-01T00:00:00Z");
    }
    time
}

fn view(key: &heddle_engine::ApiKey) -> ApiKey {
    ApiKey {
        id: key.id.to_string(),
        name: key.name.clone(),
        prefix: key.prefix.clone(),
        scopes: key.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
        tenants: key.tenants.as_ref().map(|list| list.iter().map(ToString::to_string).collect()),
        expires_at: key.expires_at.map(rfc3339),
        last_used_at: key.last_used_at.map(rfc3339),
        created_at: rfc3339(key.created_at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(json: &str) -> Result<NewKey, Vec<(String, &'static str)>> {
        let asked = serde_json::from_str(json).unwrap_or_else(|e| panic!("{e}"));
        checked(asked).map_err(|refusal| refusal.problem().errors.iter().map(|e| (e.pointer.clone(), e.code)).collect())
    }

    #[test]
    fn scopes_are_read_once_each() {
        let key = asked(r#"{"name":"n","scopes":["crm:read","keys","crm:read"]}"#).ok();
        assert_eq!(key.map(|k| k.scopes), Some(vec![Scope::CrmRead, Scope::Keys]));
    }

    #[test]
    fn every_refused_value_of_a_key_is_named() {
        let bad = r#"{"name":"","scopes":["crm:read","root"],"tenants":["acme"],"expires_at":"tomorrow"}"#;
        let pointers = asked(bad).err().unwrap_or_default();
        let expected =
            [("/name", "invalid"), ("/scopes/1", "unknown"), ("/tenants/0", "invalid"), ("/expires_at", "invalid")];
        let got: Vec<_> = pointers.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
        assert_eq!(got, expected);
        let pointers = asked(r#"{"name":"n","scopes":[],"tenants":[]}"#).err();
        assert_eq!(pointers.map(|p| p.len()), Some(2));
    }

    #[test]
    fn more_scopes_than_fit_are_refused_and_not_cut() {
        let many = |count: usize| serde_json::json!({"name": "n", "scopes": vec!["keys"; count]}).to_string();
        assert!(asked(&many(64)).is_ok());
        assert_eq!(asked(&many(65)).err(), Some(vec![("/scopes".to_owned(), "too_many")]));
    }
}
