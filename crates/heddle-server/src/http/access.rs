//! What happens around every request: its id, bounds on its head, the
//! rendering of refusals, common answer headers and one log line.

use super::app::App;
use super::problem::{self, Refusal};
use super::request_id::Arrival;
use super::request_log;
use super::under_way::UnderWay;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_ENCODING, HeaderName, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, web};
use heddle_engine::{Code, Problem};

const REQUEST_ID: HeaderName = HeaderName::from_static("request-id");
const IDENTITY: HeaderValue = HeaderValue::from_static("identity");

/// Answers up to this size gain nothing from compression.
const SMALL: u64 = 1024;

/// The middleware around all others.
pub(crate) async fn outermost(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let arrival = Arrival::now(request.headers());
    request.extensions_mut().insert(arrival.clone());
    let app = request.app_data::<web::Data<App>>().cloned();
    let under_way = request.app_data::<web::Data<UnderWay>>().map(|all| all.begin());

    let answer = match too_large(&request) {
        Some(refusal) => request.error_response(refusal),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let mut answer = match refused(&answer) {
        Some(refusal) => {
            let rendered = problem::render(&refusal, &arrival.id);
            answer.into_response(rendered)
        }
        None => answer,
    };
    finish(&mut answer, &arrival);
    if let Some(app) = app {
        request_log::note(&app, &answer, &arrival);
    }
    if let Some(request) = under_way {
        request.answered();
    }
    Ok(answer)
}

/// Keeps answers of at most 1 KiB out of the compressor, which leaves alone
/// what names a content encoding; [`outermost`] takes the name away again.
pub(crate) async fn leave_small_answers_alone(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut answer = next.call(request).await?;
    let small = matches!(answer.response().body().size(), BodySize::Sized(size) if size <= SMALL);
    if small && !answer.headers().contains_key(CONTENT_ENCODING) {
        answer.headers_mut().insert(CONTENT_ENCODING, IDENTITY);
    }
    Ok(answer)
}

/// A refusal of a request whose head is over the bounds.
fn too_large(request: &ServiceRequest) -> Option<Refusal> {
    let settings = request.app_data::<web::Data<App>>()?.settings;
    let uri = request.uri().path_and_query().map_or(0, |text| text.as_str().len());
    if uri > settings.max_uri {
        let detail = format!("the address is {uri} bytes long; at most {} are read", settings.max_uri);
        return Some(Problem::new(Code::InvalidRequest, detail).into());
    }
    let headers: usize = request.headers().iter().map(|(n, v)| n.as_str().len() + v.len()).sum();
    if headers > settings.max_headers {
        let detail = format!("the headers hold {headers} bytes; at most {} are read", settings.max_headers);
        return Some(Problem::new(Code::InvalidRequest, detail).into());
    }
    None
}

/// The refusal behind an answer, if it is one: our own, or what stands for an
/// error that the framework found by itself.
fn refused(answer: &ServiceResponse<BoxBody>) -> Option<Refusal> {
    let status = answer.status();
    match answer.response().error() {
        Some(error) => Some(match error.as_error::<Refusal>() {
            Some(refusal) => refusal.clone(),
            None => foreign(status, &error.to_string()),
        }),
        None if status.is_client_error() => Some(foreign(status, "the request cannot be served")),
        None => None,
    }
}

fn foreign(status: StatusCode, text: &str) -> Refusal {
    match status {
        StatusCode::NOT_FOUND => Problem::new(Code::NotFound, "there is nothing at this address").into(),
        StatusCode::NOT_ACCEPTABLE => {
            let detail = "Accept-Encoding leaves no form to answer in; accept gzip or identity";
            Problem::new(Code::InvalidRequest, detail).with_error("Accept-Encoding", "not_allowed", detail).into()
        }
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Code::PayloadTooLarge, text).into(),
        status if status.is_client_error() => Problem::new(Code::InvalidRequest, text).into(),
        _ => {
            tracing::error!(error = text, "an error without a problem of its own");
            Problem::new(Code::Internal, "something went wrong in this server; see its log").into()
        }
    }
}

fn finish(answer: &mut ServiceResponse<BoxBody>, arrival: &Arrival) {
    let headers = answer.headers_mut();
    if headers.get(CONTENT_ENCODING) == Some(&IDENTITY) {
        headers.remove(CONTENT_ENCODING);
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(id) = HeaderValue::from_str(&arrival.id) {
        headers.insert(REQUEST_ID, id);
    }
}
