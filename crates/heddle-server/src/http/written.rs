//! The answers to writes.

use super::answer::{Answer, warnings, write};
use super::problem::document;
use super::{headers, wire};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use heddle_engine::{BatchOutcome, Change, Code, DryRequest, Problem, WriteAnswer, WriteBody};

/// What a write is of; a dry run answers in the same form.
#[derive(Clone, Copy)]
pub(crate) enum Form {
    /// One record.
    Record,
    /// Several.
    Batch,
    /// A lead and what it becomes.
    Conversion,
}

impl From<&Change> for Form {
    fn from(change: &Change) -> Self {
        match change {
            Change::Batch { .. } => Self::Batch,
            Change::Convert { .. } => Self::Conversion,
            Change::Create { .. } | Change::Update { .. } | Change::Delete { .. } | Change::Upsert { .. } => {
                Self::Record
            }
        }
    }
}

/// The answer to a write. `object` is the part of the address below `/v1/crm`.
pub(crate) fn written(answer: &WriteAnswer, object: &str, form: Form, request_id: &str) -> Answer {
    let mut body = Vec::with_capacity(256);
    let mut status = StatusCode::OK;
    let mut location = None;
    match &answer.body {
        WriteBody::Id { id, created } => {
            body.extend_from_slice(b"{\"data\":{\"id\":");
            write(&mut body, id)?;
            body.extend_from_slice(format!("}},\"created\":{created}").as_bytes());
            location = created.then_some(id);
        }
        WriteBody::Record { id, created, data } => {
            body.extend_from_slice(b"{\"data\":");
            body.extend_from_slice(data.as_bytes());
            body.extend_from_slice(format!(",\"created\":{created}").as_bytes());
            location = created.then_some(id);
        }
        WriteBody::Batch(outcomes) => {
            body.extend_from_slice(b"{\"data\":");
            write(&mut body, &entries(outcomes, answer, request_id))?;
        }
        WriteBody::Converted(converted) => {
            body.extend_from_slice(b"{\"data\":");
            write(&mut body, &wire::ConvertedLead::from(converted))?;
        }
        WriteBody::Dry(requests) => {
            let requests: Vec<wire::ProviderRequest> = requests.iter().map(shown).collect();
            let nothing: &[u8] = match form {
                Form::Record => b"{\"data\":{},\"created\":false",
                Form::Batch => b"{\"data\":[]",
                Form::Conversion => b"{\"data\":{}",
            };
            body.extend_from_slice(nothing);
            body.extend_from_slice(b",\"requests\":");
            write(&mut body, &requests)?;
        }
        WriteBody::Raw(_) => {
            let problem = Problem::new(Code::Internal, "the stored answer of this Idempotency-Key is of another kind");
            return Err(problem.into());
        }
    }
    warnings(&mut body, &answer.warnings)?;
    if location.is_some() {
        status = StatusCode::CREATED;
    }
    let mut response = HttpResponse::build(status);
    headers::cost(&mut response, &answer.cost);
    if let Some(id) = location {
        response.insert_header((LOCATION, format!("/v1/crm/{object}/{id}")));
    }
    if let Some(value) = answer.etag.as_deref().and_then(headers::etag) {
        response.insert_header((ETAG, value));
    }
    if answer.replay_of.is_some() {
        headers::replayed(&mut response);
    }
    Ok(response.content_type("application/json").body(body))
}

fn entries(outcomes: &[BatchOutcome], answer: &WriteAnswer, request_id: &str) -> Vec<wire::BatchEntry> {
    let request_id = answer.replay_of.as_deref().unwrap_or(request_id);
    let entry = |(index, outcome): (usize, &BatchOutcome)| {
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        match outcome {
            BatchOutcome::Written { id, created } => wire::BatchEntry {
                index,
                status: if *created { 201 } else { 200 },
                id: Some(id.clone()),
                created: Some(*created),
                error: None,
            },
            BatchOutcome::Failed(problem) => {
                let error = document(&problem.problem(), request_id);
                wire::BatchEntry { index, status: error.status, id: None, created: None, error: Some(error) }
            }
        }
    };
    outcomes.iter().enumerate().map(entry).collect()
}

fn shown(request: &DryRequest) -> wire::ProviderRequest {
    let body = request.body.as_deref();
    wire::ProviderRequest {
        method: request.method.clone(),
        path: request.path.clone(),
        headers: request.headers.iter().cloned().collect(),
        body: body.map(|text| serde_json::from_str(text).unwrap_or_else(|_| text.into())),
    }
}
