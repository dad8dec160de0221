//! Consents: `/v1/connections/authorize`, and the address that browsers come
//! back to, `/oauth/callback/{provider}`.

use super::connection_body::forgotten;
use super::values::Checks;
use crate::http::answer::{self, Answer};
use crate::http::app::App;
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::responses::CreateConsentProblems;
use crate::http::problem::Refusal;
use crate::http::request_id::Arrival;
use crate::http::time::rfc3339;
use crate::http::wire::{ConsentCreate, ConsentStarted};
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Payload};
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use heddle_auth::with_parameters;
use heddle_engine::{Code, ConsentEnd, ConsentReturn, MAX_ID, NewConsent, Problem, TenantId, TestReport};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use tokio::time::Instant;

/// Longest parameter of a callback that is read, in bytes.
const MAX_PARAMETER: usize = 4_096;

/// A page that loads nothing, runs nothing and is framed nowhere. Its own
/// address, with the code in it, is told to nobody.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Ask for a consent
///
/// Answers an address to send a tenant's person to: the provider's page, on
/// which they log in and consent to the operator's app. The browser then comes
/// back to this server, which tests the connection, stores it, and sends the
/// browser on to `return_url`. With `connection_id` an existing connection is
/// consented to anew.
#[utoipa::path(
    post,
    path = "/v1/connections/authorize",
    operation_id = "authorize_connection",
    tag = "connections",
    request_body(
        content = ConsentCreate,
        description = "What to ask for.",
        example = json!({
            "tenant_id": "ten_0193f0a2b1c47d3e8f5a6b7c8d9e0f10",
            "provider": "salesforce",
            "return_url": "https://app.example.com/connected",
        }),
    ),
    responses((status = 201, description = "Where to send the person.", body = ConsentStarted), CreateConsentProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn start(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let asked: ConsentCreate = body::read(&call, payload).await?;
    let started = call.engine().start_consent(&call.caller, checked(asked)?).await?;
    let answer = ConsentStarted {
        authorize_url: started.authorize_url.expose_secret().to_owned(),
        expires_at: rfc3339(started.expires_at),
    };
    answer::json(StatusCode::CREATED, &answer)
}

fn checked(asked: ConsentCreate) -> Result<NewConsent, Refusal> {
    let mut checks = Checks::default();
    let tenant = TenantId::parse(&asked.tenant_id);
    if tenant.is_none() {
        checks.refuse("/tenant_id", "invalid", "is not the `ten_` id of a tenant");
    }
    checks.text("/provider", &asked.provider, MAX_ID);
    let given = [("/app_id", &asked.app_id), ("/connection_id", &asked.connection_id), ("/login", &asked.login)];
    for (pointer, text) in given {
        if let Some(text) = text {
            checks.text(pointer, text, MAX_ID);
        }
    }
    checks.finish()?;
    let Some(tenant_id) = tenant else { return Err(forgotten()) };
    Ok(NewConsent {
        tenant_id,
        provider: asked.provider,
        app_id: asked.app_id,
        connection_id: asked.connection_id,
        login: asked.login,
        return_url: asked.return_url,
        login_again: asked.login_again,
    })
}

/// The browser comes back from the provider. It has no key: what may be done
/// is what was asked for with the state that it brings. Not in the OpenAPI
/// document: nobody but a browser calls it.
pub(crate) async fn finish(request: HttpRequest, app: Data<App>) -> HttpResponse {
    let arrival = request.extensions().get::<Arrival>().cloned();
    let Some(arrival) = arrival else {
        return shown(&ConsentEnd { result: Err(Problem::new(Code::Internal, "wired wrongly")), return_url: None });
    };
    let provider = request.match_info().get("provider").unwrap_or_default().to_owned();
    let end = match returned(provider, request.query_string()) {
        Ok(back) => {
            let deadline = Instant::from_std(arrival.at) + app.settings.request_timeout;
            app.engine.finish_consent(back, arrival.id, deadline).await
        }
        Err(problem) => ConsentEnd { result: Err(problem), return_url: None },
    };
    shown(&end)
}

/// What stands in the callback's query. Providers may add parameters of their
/// own, so unknown ones are passed over.
fn returned(provider: String, query: &str) -> Result<ConsentReturn, Problem> {
    let wrong = |detail: &str| Problem::new(Code::InvalidRequest, detail);
    let mut parameters: HashMap<String, String> = HashMap::new();
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        if !matches!(&*name, "state" | "code" | "error" | "error_description") {
            continue;
        }
        if value.len() > MAX_PARAMETER || parameters.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(wrong("the provider's answer is not well formed; start again"));
        }
    }
    let mut take = |name: &str| parameters.remove(name).filter(|value| !value.is_empty());
    let state = take("state").ok_or_else(|| wrong("this address is for browsers that come back from a provider"))?;
    let outcome = match (take("error"), take("code")) {
        (Some(error), _) => Err((error, take("error_description").unwrap_or_default())),
        (None, Some(code)) => Ok(SecretString::from(code)),
        (None, None) => return Err(wrong("the provider sent neither a code nor an error; start again")),
    };
    Ok(ConsentReturn { provider, state: SecretString::from(state), outcome })
}

/// Sends the browser on, or shows how it ended.
fn shown(end: &ConsentEnd) -> HttpResponse {
    let told = match &end.result {
        Ok(report) => vec![("result", "connected"), ("connection_id", report.connection.id.as_str())],
        Err(problem) => vec![("result", "failed"), ("code", problem.code.info().name)],
    };
    let onward = end.return_url.as_deref().and_then(|address| with_parameters(address, &told));
    // 200 for a failure too: an error status would be rendered for programs, and
    // a person is looking at this.
    let mut answer = if onward.is_some() { HttpResponse::SeeOther() } else { HttpResponse::Ok() };
    answer
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type("text/html; charset=utf-8");
    if let Some(address) = onward {
        answer.insert_header((header::LOCATION, address));
    }
    answer.body(page(&end.result))
}

fn page(result: &Result<TestReport, Problem>) -> String {
    let (title, text) = match result {
        Ok(report) => {
            let account = report.connection.remote_account.as_deref().unwrap_or("the account");
            ("Connected", format!("{account} is connected. You can close this window."))
        }
        Err(problem) => {
            ("Not connected", format!("{}. Code: {}.", problem.detail.trim_end_matches('.'), problem.code.info().name))
        }
    };
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:15vh auto;padding:0 1rem}}</style>\
         </head><body><h1>{title}</h1><p>{}</p></body></html>\n",
        escaped(&text)
    )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(query: &str) -> Result<String, String> {
        match returned("salesforce".to_owned(), query) {
            Ok(ConsentReturn { outcome: Ok(code), .. }) => Ok(code.expose_secret().to_owned()),
            Ok(ConsentReturn { outcome: Err((error, description)), .. }) => Err(format!("{error}|{description}")),
            Err(problem) => Err(problem.code.info().name.to_owned()),
        }
    }

    #[test]
    fn a_callback_brings_a_code_or_an_error_and_what_else_it_brings_is_passed_over() {
        assert_eq!(code("code=a%2Bb%3D%3D&state=s&display=page"), Ok("a+b==".to_owned()));
        let denied = "error=access_denied&error_description=end-user+denied+authorization&state=s";
        assert_eq!(code(denied), Err("access_denied|end-user denied authorization".to_owned()));
        assert_eq!(code("error=x&code=y&state=s"), Err("x|".to_owned()), "an error wins");
    }

    #[test]
    fn what_is_no_callback_is_refused() {
        for bad in ["", "code=c", "state=s", "state=&code=c", "state=s&code=", "state=s&state=t&code=c"] {
            assert_eq!(code(bad), Err("invalid_request".to_owned()), "{bad}");
        }
        assert_eq!(code(&format!("state=s&code={}", "x".repeat(4_097))), Err("invalid_request".to_owned()));
    }

    #[test]
    fn the_page_shows_texts_from_outside_as_texts() {
        let problem = Problem::new(Code::ConsentRefused, "<script>alert('1')</script>");
        let page = page(&Err(problem));
        assert!(page.contains("&lt;script&gt;") && !page.contains("<script>"), "{page}");
    }
}
