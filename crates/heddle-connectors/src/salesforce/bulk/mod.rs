//! Bulk API 2.0 query jobs: requests and answers. Pure.
//!
//! A job is named `VERSION/ID`: its results must be asked for in the API
//! version in which it was made, whatever the connection uses by then.

pub(super) mod csv;
pub(super) mod records;

use super::error_body::one_line;
use super::wire::Reach;
use heddle_connector::model::Object;
use heddle_connector::{
    ExportQuery, Failure, FailureKind, JobPage, JobState, Method, Reply, Request, TokenPlace, unreadable_part,
};
use serde::Deserialize;

/// A new job.
pub(in crate::salesforce) const JOB_CREATE: &str = "job_create";
/// How a job stands.
pub(in crate::salesforce) const JOB_STATE: &str = "job_state";
/// A part of a job's result.
pub(in crate::salesforce) const JOB_RESULTS: &str = "job_results";
/// The end of a running job.
pub(in crate::salesforce) const JOB_ABORT: &str = "job_abort";
/// The removal of a job.
pub(in crate::salesforce) const JOB_DELETE: &str = "job_delete";

/// The vendor's own rule: over 2,000 records, Bulk.
const ABOVE: u64 = 2_000;

/// Above how many records a job is used; some objects have none.
pub(in crate::salesforce) const fn above(object: Object) -> Option<u64> {
    match object {
        Object::Stage | Object::Pipeline => None,
        _ => Some(ABOVE),
    }
}

/// Compound fields, files and lists of other records: a job refuses the whole statement for one of them.
pub(in crate::salesforce) fn refuses(query: &ExportQuery<'_>) -> Option<String> {
    let compound = |path: &&String| {
        let field = query.schema.fields.iter().find(|field| field.name == **path);
        field.is_some_and(|field| {
            matches!(field.kind.as_str(), "address" | "location" | "complexvalue" | "list" | "base64")
        })
    };
    let names: Vec<&str> = query.asked.iter().filter(compound).map(String::as_str).collect();
    (!names.is_empty()).then(|| {
        format!("the Bulk API cannot give compound fields, files and lists of other records: {}", names.join(", "))
    })
}

/// A job for a statement.
pub(in crate::salesforce) fn create(version: &str, reach: Reach, soql: &str) -> Request {
    let (operation, query) = (reach.as_str(), serde_json::Value::from(soql));
    let body = format!(
        r#"{{"operation":"{operation}","query":{query},"contentType":"CSV","columnDelimiter":"COMMA","lineEnding":"LF"}}"#
    );
    let path = format!("/services/data/v{version}/jobs/query");
    Request::post(JOB_CREATE, path, "application/json; charset=UTF-8", body)
}

/// Version and id of a job, neither of which can lead elsewhere in an address.
fn parts(job: &str) -> Result<(&str, &str), Failure> {
    let sound = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let version = |text: &str| text.split('.').all(sound);
    job.split_once('/')
        .filter(|(v, id)| version(v) && sound(id))
        .ok_or_else(|| Failure::new(FailureKind::Internal, "the stored name of the job cannot be read"))
}

fn address(job: &str) -> Result<String, Failure> {
    let (version, id) = parts(job)?;
    Ok(format!("/services/data/v{version}/jobs/query/{id}"))
}

/// How a job stands.
pub(in crate::salesforce) fn state(job: &str) -> Result<Request, Failure> {
    Ok(Request::get(JOB_STATE, address(job)?))
}

/// A part of its result.
pub(in crate::salesforce) fn results(job: &str, from: Option<&str>, rows: usize) -> Result<Request, Failure> {
    let mut path = format!("{}/results?maxRecords={rows}", address(job)?);
    if let Some(locator) = from {
        path.push_str("&locator=");
        path.extend(percent_encoding::utf8_percent_encode(locator, percent_encoding::NON_ALPHANUMERIC));
    }
    let mut request = Request::get(JOB_RESULTS, path);
    request.headers.push(("accept", "text/csv".to_owned()));
    Ok(request)
}

/// The end of a running job.
pub(in crate::salesforce) fn abort(job: &str) -> Result<Request, Failure> {
    let headers = vec![("content-type", "application/json; charset=UTF-8".to_owned())];
    let body = Some(br#"{"state":"Aborted"}"#.to_vec().into());
    Ok(Request {
        method: Method::Patch,
        path: address(job)?,
        headers,
        body,
        operation: JOB_ABORT,
        token: TokenPlace::Header,
    })
}

/// The removal of a job that has ended.
pub(in crate::salesforce) fn delete(job: &str) -> Result<Request, Failure> {
    let (headers, body) = (Vec::new(), None);
    Ok(Request {
        method: Method::Delete,
        path: address(job)?,
        headers,
        body,
        operation: JOB_DELETE,
        token: TokenPlace::Header,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Job {
    id: String,
    state: String,
    #[serde(default)]
    number_records_processed: Option<u64>,
    #[serde(default)]
    error_message: Option<String>,
}

fn job(reply: &Reply) -> Result<Job, Failure> {
    serde_json::from_slice(&reply.body).map_err(|_| unreadable_part("it is no job"))
}

/// The name of a job that was made.
pub(in crate::salesforce) fn made(version: &str, reply: &Reply) -> Result<String, Failure> {
    let name = format!("{version}/{}", job(reply)?.id);
    parts(&name).map_err(|_| unreadable_part("the job has no id"))?;
    Ok(name)
}

/// How a job stands, by its answer. A state of a later release counts as one
/// on the way.
pub(in crate::salesforce) fn stands(reply: &Reply) -> Result<JobState, Failure> {
    let job = job(reply)?;
    let rows = job.number_records_processed;
    Ok(match job.state.as_str() {
        "JobComplete" => JobState::Done { rows },
        "Failed" => JobState::Failed {
            why: job.error_message.map_or_else(|| "Salesforce gave no reason".to_owned(), |text| one_line(&text)),
        },
        "Aborted" => JobState::Aborted,
        _ => JobState::Running { rows },
    })
}

/// A part of a result. The end is marked by the word `null`, or by no locator.
pub(in crate::salesforce) fn page(reply: Reply) -> JobPage {
    let next =
        reply.header("sforce-locator").map(str::trim).filter(|locator| !locator.is_empty() && *locator != "null");
    let rows = reply.header("sforce-numberofrecords").and_then(|text| text.trim().parse().ok());
    JobPage { next: next.map(str::to_owned), rows, body: reply.body }
}

/// Why a successful answer is no table, judged by its type.
pub(in crate::salesforce) fn table_fault(reply: &Reply) -> Option<&'static str> {
    match reply.header("content-type") {
        Some(kind) if kind.contains("html") || kind.contains("xml") => Some("it is a web page"),
        Some(kind) if kind.contains("json") => Some("it is JSON where a table was asked for"),
        _ => None,
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
