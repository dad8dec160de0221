//! Answers: JSON with the headers that tell what they cost.

use super::headers;
use super::problem::Refusal;
use super::wire;
use actix_web::HttpResponse;
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::StatusCode;
use actix_web::http::header::ETAG;
use actix_web::web::Bytes;
use heddle_engine::{Code, Cost, ListAnswer, Notice, Problem, RecordAnswer};
use serde::Serialize;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// What routes give back.
pub(crate) type Answer = Result<HttpResponse, Refusal>;

/// A page of records, written around the records' own JSON.
pub(crate) fn page(answer: ListAnswer) -> Answer {
    let mut rest = answer.data;
    rest.extend_from_slice(b"],\"next_cursor\":");
    write(&mut rest, &answer.next_cursor)?;
    if let Some(resume) = &answer.resume_after {
        rest.extend_from_slice(b",\"resume_after\":");
        write(&mut rest, resume)?;
    }
    warnings(&mut rest, &answer.warnings)?;
    Ok(records(b"{\"data\":[", rest, &answer.cost))
}

/// One record, written around its own JSON.
pub(crate) fn record(answer: RecordAnswer) -> Answer {
    let mut rest = answer.data;
    warnings(&mut rest, &answer.warnings)?;
    let mut answered = records(b"{\"data\":", rest, &answer.cost);
    if let Some(value) = answer.etag.as_deref().and_then(headers::etag) {
        answered.headers_mut().insert(ETAG, value);
    }
    Ok(answered)
}

/// Any other answer.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    let mut body = Vec::with_capacity(256);
    write(&mut body, value)?;
    Ok(HttpResponse::build(status).content_type("application/json").body(body))
}

/// An answer that needed the provider.
pub(crate) fn json_with_cost(status: StatusCode, value: &impl Serialize, cost: &Cost) -> Answer {
    let mut body = Vec::with_capacity(256);
    write(&mut body, value)?;
    let mut answer = HttpResponse::build(status);
    headers::cost(&mut answer, cost);
    Ok(answer.content_type("application/json").body(body))
}

fn records(start: &'static [u8], rest: Vec<u8>, cost: &Cost) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    headers::cost(&mut answer, cost);
    answer.content_type("application/json").body(Framed { start: Bytes::from_static(start), rest: rest.into() })
}

/// Bytes of a body that are handed over at once. The server copies each piece
/// into its write buffer, which stays as small as this.
const PIECE: usize = 32 * 1024;

/// A body whose beginning was not written into the buffer that holds the rest:
/// records are sent from where the mapping wrote them. Copying a large page
/// into another buffer costs a sixth of its whole processor time.
struct Framed {
    start: Bytes,
    rest: Bytes,
}

impl MessageBody for Framed {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Sized((self.start.len() + self.rest.len()) as u64)
    }

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let next = if self.start.is_empty() { &mut self.rest } else { &mut self.start };
        let size = next.len().min(PIECE);
        let part = next.split_to(size);
        Poll::Ready((!part.is_empty()).then_some(Ok(part)))
    }
}

pub(super) fn warnings(body: &mut Vec<u8>, warnings: &[Notice]) -> Result<(), Refusal> {
    body.extend_from_slice(b",\"warnings\":[");
    for (at, warning) in warnings.iter().enumerate() {
        if at > 0 {
            body.push(b',');
        }
        write(body, &of(warning))?;
    }
    body.extend_from_slice(b"]}");
    Ok(())
}

fn of(notice: &Notice) -> wire::Warning {
    wire::Warning {
        code: notice.code.to_owned(),
        detail: notice.detail.clone(),
        record: notice.record.clone(),
        field: notice.field.clone(),
        provider_field: notice.provider_field.clone(),
        value: notice.value.clone(),
    }
}

pub(super) fn write(body: &mut Vec<u8>, value: &impl Serialize) -> Result<(), Refusal> {
    serde_json::to_writer(body, value).map_err(|error| {
        tracing::error!(%error, "an answer could not be written");
        Problem::new(Code::Internal, "the answer could not be written").into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::body::to_bytes;
    use heddle_gate::{Quota, ScopeKind};
    use serde_json::{Value, json};

    async fn taken(answer: Answer) -> (HttpResponse<()>, Value) {
        let answer = answer.unwrap_or_else(|e| panic!("{e}"));
        let (head, body) = answer.into_parts();
        let body = to_bytes(body).await.unwrap_or_default();
        (head.set_body(()), serde_json::from_slice(&body).unwrap_or_else(|e| panic!("{e}: {body:?}")))
    }

    fn list(data: &str) -> ListAnswer {
        ListAnswer {
            data: data.as_bytes().to_vec(),
            next_cursor: None,
            resume_after: None,
            warnings: Vec::new(),
            cost: Cost::default(),
        }
    }

    #[actix_web::test]
    async fn an_empty_page_has_no_cursor_and_no_resume_point() {
        let (answer, body) = taken(page(list(""))).await;
        assert_eq!(body, json!({"data": [], "next_cursor": null, "warnings": []}));
        assert!(!answer.headers().contains_key("x-provider-ratelimit-limit"));
    }

    #[actix_web::test]
    async fn a_page_carries_records_cursor_warnings_and_cost() {
        let mut answer = list(r#"{"id":"1"},{"id":"2"}"#);
        answer.next_cursor = Some("c\"ur".to_owned());
        answer.resume_after = Some("2026-01-01T00:00:00Z".to_owned());
        answer.warnings.push(Notice {
            code: "value_misfit",
            detail: "not a date".to_owned(),
            record: Some("1".to_owned()),
            field: Some("birthday".to_owned()),
            provider_field: None,
            value: Some("\"x\u{2028}\"".to_owned()),
        });
        answer.cost = Cost { calls: 2, quota: Some(Quota { scope: ScopeKind::Org, limit: 100_000, used: 101_000 }) };
        let (head, body) = taken(page(answer)).await;
        assert_eq!(body["data"], json!([{"id": "1"}, {"id": "2"}]));
        assert_eq!(body["next_cursor"], json!("c\"ur"));
        assert_eq!(body["resume_after"], json!("2026-01-01T00:00:00Z"));
        assert_eq!(body["warnings"][0]["code"], json!("value_misfit"));
        assert_eq!(body["warnings"][0]["value"], json!("\"x\u{2028}\""));
        let header = |name| head.headers().get(name).and_then(|v| v.to_str().ok());
        assert_eq!(header("x-provider-calls"), Some("2"));
        assert_eq!(header("x-provider-ratelimit-limit"), Some("100000"));
        assert_eq!(header("x-provider-ratelimit-remaining"), Some("0"));
        assert_eq!(header("content-type"), Some("application/json"));
    }

    #[actix_web::test]
    async fn a_body_announces_the_length_that_it_has() {
        let answer = page(list(r#"{"id":"1"}"#)).unwrap_or_else(|e| panic!("{e}"));
        let announced = answer.body().size();
        let body = to_bytes(answer.into_body()).await.unwrap_or_default();
        assert_eq!(announced, BodySize::Sized(body.len() as u64));
    }

    #[actix_web::test]
    async fn one_record_stands_under_data() {
        let answer =
            RecordAnswer { data: b"{\"id\":\"1\"}".to_vec(), warnings: Vec::new(), etag: None, cost: Cost::default() };
        let (_, body) = taken(record(answer)).await;
        assert_eq!(body, json!({"data": {"id": "1"}, "warnings": []}));
    }
}
