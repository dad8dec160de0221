//! Composites that write: steps that may refer to what others before them
//! made. With `allOrNone` one that fails takes all of them back.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::Subrequest;
use crate::salesforce::errors::{error, not_found};
use crate::salesforce::org::Batch;
use crate::salesforce::route::Resource;
use crate::salesforce::settings::Settings;
use crate::salesforce::state::Salesforce;
use crate::salesforce::write::{Step, step};
use crate::serve::{Answer, RowCounts};

/// The answers of all steps, in their order.
pub(super) fn carry_out(
    salesforce: &Salesforce,
    outer: &Resource<'_>,
    all_or_none: bool,
    requests: &[Subrequest],
) -> (Vec<Answer>, RowCounts) {
    let settings = salesforce.settings();
    let (result, rows) = salesforce.write(|batch| {
        let mut made = HashMap::new();
        let mut answers: Vec<Answer> = Vec::with_capacity(requests.len());
        for request in requests {
            let answer = one(batch, &settings, outer, request, &made);
            let failed = answer.status >= 300;
            if !failed && let Ok(body) = serde_json::from_slice::<Json>(&answer.body) {
                made.insert(request.reference_id.as_str(), body);
            }
            answers.push(answer);
            if failed && all_or_none {
                return Err(answers);
            }
        }
        Ok(answers)
    });
    let answers = result.unwrap_or_else(|mut done| {
        // The last one is at fault.
        let culprit = done.pop();
        let halted = || {
            let text = "The transaction was rolled back since another operation in the same transaction failed.";
            error(400, "PROCESSING_HALTED", text)
        };
        let before = done.len();
        let after = requests.len() - before - usize::from(culprit.is_some());
        let halts = |count| std::iter::repeat_with(halted).take(count);
        halts(before).chain(culprit).chain(halts(after)).collect()
    });
    (answers, rows)
}

fn one(
    batch: &mut Batch<'_>,
    settings: &Settings,
    outer: &Resource<'_>,
    request: &Subrequest,
    made: &HashMap<&str, Json>,
) -> Answer {
    let url = match resolved(&request.url, made) {
        Ok(url) => url,
        Err(refusal) => return refusal,
    };
    let Some(resource) = Resource::parse(&url).filter(|resource| resource.version == outer.version) else {
        return not_found();
    };
    let fields = match &request.body {
        None => Map::new(),
        Some(Json::Object(fields)) => {
            let mut fields = fields.clone();
            for value in fields.values_mut() {
                if let Json::String(text) = value {
                    match resolved(text, made) {
                        Ok(text) => *value = text.into(),
                        Err(refusal) => return refusal,
                    }
                }
            }
            fields
        }
        Some(_) => return error(400, "JSON_PARSER_ERROR", "the body must be an object"),
    };
    let (object, id) = match resource.segments[..] {
        ["sobjects", object] => (object, None),
        ["sobjects", object, id] => (object, Some(id)),
        _ => return not_found(),
    };
    let header = |name: &str| {
        let found = request.http_headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.clone())
    };
    step(batch, settings, &Step { method: &request.method, base: resource.base, object, id, fields, header: &header })
}

/// Text with the values in it that it refers to: `@{name.field}`.
fn resolved(text: &str, made: &HashMap<&str, Json>) -> Result<String, Answer> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("@{") {
        let (reference, behind) = after.split_once('}').unwrap_or((after, ""));
        let found = reference.split_once('.').and_then(|(name, path)| {
            let pointer = format!("/{}", path.replace('.', "/"));
            made.get(name)?.pointer(&pointer)
        });
        let Some(found) = found.and_then(Json::as_str) else {
            let text = format!("Invalid reference specified. No value for {reference} found");
            return Err(error(400, "PROCESSING_HALTED", &text));
        };
        out.push_str(before);
        out.push_str(found);
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}
