//! Several calls in one: all of them read, or all of them write.

mod steps;

use serde::Deserialize;

use super::errors::{error, not_found};
use super::route::{Resource, json_bytes};
use super::state::Salesforce;
use super::value::write_string;
use crate::serve::{Answer, Call};

/// Subrequests in one call, and queries among them (REST API, Composite).
const SUBREQUESTS: usize = 25;
const QUERIES: usize = 5;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Composite {
    #[serde(default)]
    all_or_none: bool,
    composite_request: Vec<Subrequest>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subrequest {
    method: String,
    url: String,
    reference_id: String,
    #[serde(default)]
    body: Option<serde_json::Value>,
    #[serde(default)]
    http_headers: std::collections::BTreeMap<String, String>,
}

/// Answers all subrequests with HTTP 200; each has its own status inside.
/// Texts of the two size refusals are not documented.
pub(super) fn answer(salesforce: &Salesforce, resource: &Resource<'_>, call: &Call<'_>) -> Answer {
    let is_json = call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if !is_json {
        return error(415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json");
    }
    let composite: Composite = match serde_json::from_slice(call.body) {
        Ok(composite) => composite,
        Err(problem) => return error(400, "JSON_PARSER_ERROR", &problem.to_string()),
    };
    let subrequests = composite.composite_request;
    if subrequests.len() > SUBREQUESTS {
        let text = "The maximum number of subrequests in a composite request is 25";
        return error(400, "LIMIT_EXCEEDED", text);
    }
    let is_query = |request: &&Subrequest| request.url.contains("/query");
    if subrequests.iter().filter(is_query).count() > QUERIES {
        let text = "The maximum number of query subrequests in a composite request is 5";
        return error(400, "LIMIT_EXCEEDED", text);
    }
    let writes = subrequests.iter().filter(|request| request.method != "GET").count();
    if writes > 0 && writes < subrequests.len() {
        // A composite of the vendor's may do both; nothing that we know of needs it.
        return error(400, "LIMIT_EXCEEDED", "this sandbox takes composites that read or that write, not both");
    }
    let (answers, rows) = match writes {
        0 => (subrequests.iter().map(|request| one(salesforce, resource, request)).collect(), Default::default()),
        _ => steps::carry_out(salesforce, resource, composite.all_or_none, &subrequests),
    };
    let mut soql = None;
    let mut out = br#"{"compositeResponse":["#.to_vec();
    for (number, (request, mut answer)) in subrequests.iter().zip::<Vec<Answer>>(answers).enumerate() {
        soql = soql.or(answer.soql.take());
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(br#"{"body":"#);
        out.extend_from_slice(if answer.body.is_empty() { b"null" } else { &answer.body });
        out.extend_from_slice(br#","httpHeaders":{"#);
        let shown = [("last-modified", "Last-Modified"), ("location", "Location")];
        let mut first = true;
        for (name, value) in &answer.headers {
            let Some((_, name)) = shown.iter().find(|(known, _)| known == name) else {
                continue;
            };
            if !first {
                out.push(b',');
            }
            first = false;
            write_string(name, &mut out);
            out.push(b':');
            write_string(value, &mut out);
        }
        let status = answer.status;
        out.extend_from_slice(format!(r#"}},"httpStatusCode":{status},"referenceId":"#).as_bytes());
        write_string(&request.reference_id, &mut out);
        out.push(b'}');
    }
    out.extend_from_slice(b"]}");
    let mut answer = json_bytes(out);
    answer.soql = soql;
    answer.rows = rows;
    answer
}

fn one(salesforce: &Salesforce, outer: &Resource<'_>, request: &Subrequest) -> Answer {
    if request.url.contains("@{") {
        let text = "Invalid reference specified. References between subrequests are not supported here";
        return error(400, "PROCESSING_HALTED", text);
    }
    let (path, query) = request.url.split_once('?').unwrap_or((&request.url, ""));
    let Some(resource) = Resource::parse(path) else {
        return not_found();
    };
    if resource.version != outer.version && !super::platform::is_listed(resource.version) {
        return not_found();
    }
    salesforce.read(&resource, &request.method, query, &|name| {
        request.http_headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    })
}
