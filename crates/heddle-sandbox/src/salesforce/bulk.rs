//! Bulk API 2.0 query jobs: made, asked for, read as tables, ended.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde::Deserialize;
use serde_json::json;

use super::errors::{JSON, error, method_not_allowed, not_found, soql_error};
use super::ids::Id;
use super::org::Org;
use super::route::{Resource, parameter};
use super::settings::Settings;
use super::soql::{Found, Scope, run};
use super::state::Salesforce;
use super::value::{Value, moment};
use crate::serve::{Answer, Call};

/// Records of one part when the caller names no number.
const PART: usize = 50_000;

/// The jobs by id.
#[derive(Debug, Default)]
pub(super) struct Jobs {
    all: Mutex<HashMap<String, Arc<Job>>>,
    serial: AtomicU64,
}

/// A statement with what it found when it was made.
#[derive(Debug)]
struct Job {
    id: String,
    operation: &'static str,
    version: String,
    made: String,
    by: String,
    line_end: LineEnd,
    org: Arc<Org>,
    found: Found,
    /// How often it is asked for before it ends.
    polls: u64,
    failure: Option<String>,
    asked: AtomicU64,
    aborted: AtomicU64,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq)]
enum LineEnd {
    #[default]
    #[serde(rename = "LF")]
    Lf,
    #[serde(rename = "CRLF")]
    Crlf,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Order {
    operation: String,
    query: String,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    column_delimiter: Option<String>,
    #[serde(default)]
    line_ending: LineEnd,
}

impl Jobs {
    /// As after seven days, or in another org.
    pub(super) fn forget(&self) {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find(&self, id: &str) -> Option<Arc<Job>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }
}

/// A request below `/jobs/query`.
pub(super) fn answer(salesforce: &Salesforce, resource: &Resource<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    let found = |id: &str| salesforce.jobs.find(id);
    match (call.method, rest) {
        ("POST", []) => create(salesforce, resource, call),
        (method, []) => method_not_allowed(method, "GET,POST"),
        ("GET", [id]) => found(id).map_or_else(not_found, |job| job.asked()),
        ("PATCH", [id]) => found(id).map_or_else(not_found, |job| job.abort(call.body)),
        ("DELETE", [id]) => found(id).map_or_else(not_found, |job| delete(salesforce, &job)),
        (method, [_]) => method_not_allowed(method, "DELETE,GET,PATCH"),
        ("GET", [id, "results"]) => found(id).map_or_else(not_found, |job| job.results(resource, call.query)),
        (method, [_, "results"]) => method_not_allowed(method, "GET"),
        _ => not_found(),
    }
}

fn create(salesforce: &Salesforce, resource: &Resource<'_>, call: &Call<'_>) -> Answer {
    let order: Order = match serde_json::from_slice(call.body) {
        Ok(order) => order,
        Err(why) => return error(400, "JSON_PARSER_ERROR", &why.to_string()),
    };
    let (operation, scope) = match order.operation.as_str() {
        "query" => ("query", Scope::Live),
        "queryAll" => ("queryAll", Scope::All),
        other => return error(400, "INVALIDJOB", &format!("Unsupported operation: {other}")),
    };
    if order.content_type.is_some_and(|kind| kind != "CSV") || order.column_delimiter.is_some_and(|d| d != "COMMA") {
        return error(400, "INVALIDJOB", "Only CSV with commas is served here");
    }
    let settings = salesforce.settings();
    let org = salesforce.org();
    let found = match run(&org, &order.query, scope) {
        Ok(found) => found,
        Err(refused) => return soql_error(&refused),
    };
    let mut answer = match refusal(&settings, &org, &found) {
        Some(refusal) => refusal,
        None => {
            let serial = salesforce.jobs.serial.fetch_add(1, Ordering::Relaxed) + 1;
            let job = Arc::new(Job {
                id: Id::nth("750", serial).as_str().to_owned(),
                operation,
                version: resource.version.to_owned(),
                made: moment(salesforce.clock.now()),
                by: salesforce.user().as_str().to_owned(),
                line_end: order.line_ending,
                org,
                found,
                polls: settings.job_polls,
                failure: settings.job_failure.clone(),
                asked: AtomicU64::new(0),
                aborted: AtomicU64::new(0),
            });
            let answer = job.shown("UploadComplete");
            salesforce.jobs.all.lock().unwrap_or_else(PoisonError::into_inner).insert(job.id.clone(), job);
            answer
        }
    };
    answer.soql = Some(order.query);
    answer
}

/// What the Bulk API refuses of a sound statement.
fn refusal(settings: &Settings, org: &Org, found: &Found) -> Option<Answer> {
    let name = org.object(found.object).name;
    if settings.job_refused.iter().any(|refused| refused == name) {
        return Some(error(400, "INVALIDENTITY", &format!("Entity '{name}' is not supported by the Bulk API.")));
    }
    let Some(columns) = &found.columns else {
        return Some(error(400, "API_ERROR", "Aggregate functions are not supported in Bulk Query"));
    };
    if found.offset {
        return Some(error(400, "API_ERROR", "OFFSET is not supported in Bulk Query"));
    }
    columns.has_compound().then(|| error(400, "API_ERROR", "Selecting compound data not supported in Bulk Query"))
}

/// A job that runs is not removed.
fn delete(salesforce: &Salesforce, job: &Job) -> Answer {
    if job.state() == "InProgress" {
        return error(400, "INVALIDJOBSTATE", "Cannot delete a job that is in progress");
    }
    salesforce.jobs.all.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.id);
    Answer::new(204, JSON, "")
}

impl Job {
    fn state(&self) -> &'static str {
        if self.aborted.load(Ordering::Relaxed) > 0 {
            return "Aborted";
        }
        match self.asked.load(Ordering::Relaxed) {
            0 => "UploadComplete",
            asked if asked <= self.polls => "InProgress",
            _ if self.failure.is_some() => "Failed",
            _ => "JobComplete",
        }
    }

    /// Each question brings it nearer to its end.
    fn asked(&self) -> Answer {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.shown(self.state())
    }

    fn shown(&self, state: &str) -> Answer {
        let version: f64 = self.version.parse().unwrap_or_default();
        let mut job = json!({
            "id": self.id,
            "operation": self.operation,
            "object": self.org.object(self.found.object).name,
            "createdById": self.by,
            "createdDate": self.made,
            "systemModstamp": self.made,
            "state": state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": version,
            "lineEnding": if self.line_end == LineEnd::Lf { "LF" } else { "CRLF" },
            "columnDelimiter": "COMMA",
        });
        if state != "UploadComplete" {
            let (all, asked) = (self.found.rows.len() as u64, self.asked.load(Ordering::Relaxed));
            let share = if state == "JobComplete" { all } else { all * asked.min(self.polls) / (self.polls + 1) };
            job["numberRecordsProcessed"] = share.into();
            job["retries"] = 0.into();
            job["totalProcessingTime"] = 0.into();
            job["isPkChunkingSupported"] = true.into();
        }
        if let ("Failed", Some(failure)) = (state, &self.failure) {
            job["errorMessage"] = failure.as_str().into();
        }
        Answer::new(200, JSON, job.to_string())
    }

    fn abort(&self, body: &[u8]) -> Answer {
        let change: serde_json::Value = serde_json::from_slice(body).unwrap_or_default();
        if change != json!({"state": "Aborted"}) {
            return error(400, "INVALIDJOB", "The only change of a query job is its state, to Aborted");
        }
        if matches!(self.state(), "JobComplete" | "Failed") {
            return error(400, "INVALIDJOBSTATE", "Aborting already Completed Job not allowed");
        }
        self.aborted.store(1, Ordering::Relaxed);
        self.shown("Aborted")
    }

    fn results(&self, resource: &Resource<'_>, query: &str) -> Answer {
        if resource.version != self.version {
            return Answer::new(409, JSON, "");
        }
        if self.state() != "JobComplete" {
            return error(400, "INVALIDJOBSTATE", "The results of a job can be read once it is complete");
        }
        let from = match parameter(query, "locator") {
            None => Some(0),
            Some(locator) => offset(&locator).filter(|from| *from < self.found.rows.len()),
        };
        let Some(from) = from else {
            return error(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        };
        let most = match parameter(query, "maxRecords").map(|text| text.parse::<usize>()) {
            None => PART,
            Some(Ok(most)) if most > 0 => most,
            Some(_) => return error(400, "ILLEGAL_QUERY_PARAMETER_VALUE", "maxRecords must be a positive number"),
        };
        let end = from.saturating_add(most).min(self.found.rows.len());
        // The word stands there in place of a locator.
        let next = if end < self.found.rows.len() { locator(end) } else { "null".to_owned() };
        Answer::new(200, "text/csv", self.table(from, end))
            .with_header("sforce-locator", next)
            .with_header("sforce-numberofrecords", (end - from).to_string())
    }

    fn table(&self, from: usize, end: usize) -> Vec<u8> {
        let Some(columns) = &self.found.columns else { return Vec::new() };
        let mut out = Vec::with_capacity((end - from) * 256 + 1_024);
        let line_end: &[u8] = if self.line_end == LineEnd::Lf { b"\n" } else { b"\r\n" };
        let mut names = Vec::new();
        columns.names("", &mut names);
        for (number, name) in names.iter().enumerate() {
            if number > 0 {
                out.push(b',');
            }
            push_quoted(name.as_bytes(), &mut out);
        }
        out.extend_from_slice(line_end);
        let rows = &self.org.tables[self.found.object];
        for position in &self.found.rows[from..end] {
            let mut first = true;
            columns.each_value(&self.org, rows.row(*position), &mut |value| {
                if !std::mem::take(&mut first) {
                    out.push(b',');
                }
                push_value(value, &mut out);
            });
            out.extend_from_slice(line_end);
        }
        out
    }
}

/// A value as a table has it: nothing for null, moments with `Z`.
fn push_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Null => out.extend_from_slice(b"\"\""),
        Value::Text(text) => push_quoted(text.raw().as_bytes(), out),
        other => {
            let mut json = Vec::with_capacity(32);
            other.write_json(&mut json);
            let text = json.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(&json);
            match text.strip_suffix(b"+0000") {
                Some(moment) => push_quoted(&[moment, b"Z"].concat(), out),
                None => push_quoted(text, out),
            }
        }
    }
}

fn push_quoted(text: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    for byte in text {
        if *byte == b'"' {
            out.push(b'"');
        }
        out.push(*byte);
    }
    out.push(b'"');
}

/// Where a part begins, in a form that shows it to nobody.
fn locator(from: usize) -> String {
    format!("MT{:X}", from as u64 ^ 0x5A5A_5A5A)
}

fn offset(locator: &str) -> Option<usize> {
    let number = u64::from_str_radix(locator.strip_prefix("MT")?, 16).ok()?;
    usize::try_from(number ^ 0x5A5A_5A5A).ok()
}
