//! One request: control, fault or answer.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::clock::wait;
use super::connection::Cutter;
use super::{Answer, Call, Stage};
use crate::control::{CallKind, Fault, FaultKind, When};

/// How long a `silence` fault lasts when its length is not given.
const SILENCE: Duration = Duration::from_secs(120);

const JSON: &str = "application/json;charset=UTF-8";

pub(crate) async fn handle(request: HttpRequest, body: Bytes, stage: web::Data<Stage>) -> HttpResponse {
    let path = request.path();
    let method = request.method().as_str();
    if path.starts_with("/_sandbox") {
        let target = request.uri().path_and_query().map_or(path, |target| target.as_str());
        return control(&stage, method, target, &body);
    }
    let kind = stage.provider.kind(method, path);
    let arrived_ms = stage.now_ms();
    let injection = stage.faults.next(kind, arrived_ms);
    wait(injection.latency).await;
    match injection.fault {
        None => {
            let answer = answer(&stage, kind, &request, &body);
            wait(answer.delay).await;
            stage.record(arrived_ms, kind, answer.status, Some(&answer));
            wait(injection.late).await;
            respond(answer)
        }
        Some(fault) => {
            let failed = fail(&stage, arrived_ms, kind, &fault, &request, &body).await;
            wait(injection.late).await;
            failed
        }
    }
}

fn answer(stage: &Stage, kind: CallKind, request: &HttpRequest, body: &[u8]) -> Answer {
    stage.provider.answer(kind, &call(stage, request, body))
}

fn call<'a>(stage: &Stage, request: &'a HttpRequest, body: &'a [u8]) -> Call<'a> {
    let port = request.app_config().local_addr().port();
    Call {
        listener: usize::from(stage.alternate_port.get() == Some(&port)),
        method: request.method().as_str(),
        path: request.path(),
        query: request.query_string(),
        headers: request.headers(),
        body,
    }
}

fn respond(answer: Answer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponse::build(status);
    for (name, value) in &answer.headers {
        builder.insert_header((*name, value.as_str()));
    }
    if !answer.content_type.is_empty() {
        builder.insert_header((CONTENT_TYPE, answer.content_type));
    }
    builder.body(answer.body)
}

fn control(stage: &Stage, method: &str, path: &str, body: &[u8]) -> HttpResponse {
    let body = if body.is_empty() {
        Value::Null
    } else {
        match serde_json::from_slice(body) {
            Ok(body) => body,
            Err(error) => {
                return HttpResponse::BadRequest().json(json!({ "error": error.to_string() }));
            }
        }
    };
    match stage.control(method, path, body) {
        Ok(answer) => HttpResponse::Ok().json(answer),
        Err(error) => HttpResponse::BadRequest().json(json!({ "error": error })),
    }
}

async fn fail(
    stage: &Stage,
    arrived_ms: u64,
    kind: CallKind,
    fault: &Fault,
    request: &HttpRequest,
    body: &[u8],
) -> HttpResponse {
    let cut_body = matches!(fault.kind, FaultKind::Truncate | FaultKind::ResetMidBody);
    let carried_out = (cut_body || fault.when == When::After).then(|| answer(stage, kind, request, body));
    let record = |status| stage.record(arrived_ms, kind, status, carried_out.as_ref());
    match fault.kind {
        // Latency is waited for before; it never arrives here as the failure.
        FaultKind::Status | FaultKind::Latency => {
            let status = fault.status.unwrap_or(503);
            record(status);
            status_answer(stage, fault, status)
        }
        FaultKind::Html200 => {
            record(200);
            respond(Answer::new(
                200,
                "text/html; charset=UTF-8",
                "<!DOCTYPE html><html><head><title>Maintenance</title></head>\
                 <body><h1>We are down for maintenance.</h1></body></html>",
            ))
        }
        FaultKind::Garbage => {
            record(200);
            respond(Answer::new(200, JSON, &b"\x00\x9f\x92\x96 not json {[\""[..]))
        }
        FaultKind::Locked => {
            let refusal = stage.provider.locked(kind, &call(stage, request, body));
            record(refusal.status);
            respond(refusal)
        }
        FaultKind::Reset => {
            record(0);
            cut(request)
        }
        FaultKind::Silence => {
            record(0);
            wait(fault.ms.map_or(SILENCE, Duration::from_millis)).await;
            cut(request)
        }
        FaultKind::Truncate => match carried_out {
            Some(mut answer) => {
                stage.record(arrived_ms, kind, answer.status, Some(&answer));
                answer.body.truncate(answer.body.len() / 2);
                respond(answer)
            }
            None => cut(request),
        },
        FaultKind::ResetMidBody => {
            record(0);
            match carried_out {
                Some(mut answer) if !answer.body.is_empty() => {
                    let whole = std::mem::take(&mut answer.body);
                    respond(answer).set_body(HalfBody::new(whole)).map_into_boxed_body()
                }
                // An answer without a body has no middle.
                _ => cut(request),
            }
        }
    }
}

fn status_answer(stage: &Stage, fault: &Fault, status: u16) -> HttpResponse {
    let (content_type, body) = stage.provider.error_body(status);
    let body = fault.body.clone().unwrap_or(body);
    let mut response = respond(Answer::new(status, content_type, body));
    if let Some(Ok(value)) = fault.content_type.as_deref().map(HeaderValue::from_str) {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    for (name, value) in &fault.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Closes the connection; the empty response that follows reaches nobody.
fn cut(request: &HttpRequest) -> HttpResponse {
    if let Some(cutter) = request.conn_data::<Cutter>() {
        cutter.cut();
    }
    HttpResponse::ServiceUnavailable().force_close().finish()
}

/// Announces a whole body, sends half and fails.
struct HalfBody {
    whole: u64,
    half: Option<Bytes>,
    flushed: bool,
}

impl HalfBody {
    fn new(mut body: Bytes) -> Self {
        let whole = u64::try_from(body.len()).unwrap_or(u64::MAX);
        body.truncate(body.len() / 2);
        HalfBody { whole, half: Some(body), flushed: false }
    }
}

impl MessageBody for HalfBody {
    type Error = std::io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.whole)
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(half)));
        }
        if !self.flushed {
            // One turn of waiting lets the first half leave the write buffer.
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(std::io::Error::other("cut in the middle"))))
    }
}
