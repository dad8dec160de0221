//! One record by its id: create, update, delete.

use chrono::NaiveDateTime;
use serde_json::{Map, Value as Json, json};

use super::check::{Terms, check};
use super::refusal::Refusal;
use super::{Writable, body, writable};
use crate::salesforce::errors::{JSON, error, method_not_allowed, not_found};
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Batch, Row};
use crate::salesforce::route::Resource;
use crate::salesforce::settings::Settings;
use crate::salesforce::state::Salesforce;
use crate::salesforce::value::Value;
use crate::serve::{Answer, Call};

/// `POST /sobjects/{Object}`: 201 with the new id.
pub(crate) fn create(salesforce: &Salesforce, resource: &Resource<'_>, call: &Call<'_>, name: &str) -> Answer {
    let object = match target(salesforce, call, name) {
        Ok(object) => object,
        Err(answer) => return answer,
    };
    let fields = match body::members(call) {
        Ok(fields) => fields,
        Err(answer) => return answer,
    };
    let settings = salesforce.settings();
    let terms = terms(&settings, resource, call);
    let (result, rows) = salesforce.write(|batch| {
        let values = check(batch, &terms, object, &fields, None)?;
        batch.create(object, values).map_err(|text| Refusal::new("UNKNOWN_EXCEPTION", text))
    });
    let mut answer = match result {
        Ok(id) => written(salesforce, resource, object, id, 201, None),
        Err(refusal) => refusal.answer(),
    };
    answer.rows = rows;
    answer
}

/// `PATCH /sobjects/{Object}/{id}`: 204; with If-Unmodified-Since 412 when the
/// record was changed after that second.
pub(crate) fn update(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    call: &Call<'_>,
    (name, id): (&str, &str),
) -> Answer {
    let object = match target(salesforce, call, name) {
        Ok(object) => object,
        Err(answer) => return answer,
    };
    let id = match record_id(salesforce, object, id) {
        Ok(id) => id,
        Err(refusal) => return refusal.answer(),
    };
    let fields = match body::members(call) {
        Ok(fields) => fields,
        Err(answer) => return answer,
    };
    let settings = salesforce.settings();
    let terms = terms(&settings, resource, call);
    let (result, rows) = salesforce.write(|batch| {
        let (position, row) = live(batch, object, id).map_err(Refusal::answer)?;
        if changed_since(batch, object, row, call.header("if-unmodified-since")) {
            // The text is not documented.
            let text = "The record was modified after the time in If-Unmodified-Since";
            return Err(error(412, "MATCH_PRECONDITION_FAILED", text));
        }
        let values = check(batch, &terms, object, &fields, Some(row)).map_err(Refusal::answer)?;
        batch.update(object, position, values);
        Ok(Answer::new(204, "", ""))
    });
    let mut answer = result.unwrap_or_else(|answer| answer);
    answer.rows = rows;
    answer
}

/// `DELETE /sobjects/{Object}/{id}`: 204, into the bin.
pub(crate) fn delete(salesforce: &Salesforce, call: &Call<'_>, (name, id): (&str, &str)) -> Answer {
    let object = match target(salesforce, call, name) {
        Ok(object) => object,
        Err(answer) => return answer,
    };
    let (result, rows) = salesforce.write(|batch| {
        let id = id_in(batch, object, id)?;
        let (position, _) = live(batch, object, id)?;
        batch.delete(object, position);
        Ok(())
    });
    let mut answer = match result {
        Ok(()) => Answer::new(204, "", ""),
        Err(refusal) => Refusal::answer(refusal),
    };
    answer.rows = rows;
    answer
}

/// The object of the path, if it can be written.
pub(super) fn target(salesforce: &Salesforce, call: &Call<'_>, name: &str) -> Result<usize, Answer> {
    match writable(&salesforce.org().schema, name) {
        Writable::Yes(object) => Ok(object),
        Writable::No => Err(method_not_allowed(call.method, "GET,HEAD")),
        Writable::Unknown => Err(not_found()),
    }
}

/// What the headers and settings say about a write.
pub(super) fn terms<'a>(settings: &'a Settings, resource: &Resource<'a>, call: &Call<'_>) -> Terms<'a> {
    let options = call.header("sforce-duplicate-rule-header").unwrap_or_default();
    terms_of(settings, resource.base, options)
}

fn terms_of<'a>(settings: &'a Settings, base: &'a str, options: &str) -> Terms<'a> {
    let is_set = |name: &str| {
        let pairs = options.split([';', ',']).filter_map(|pair| pair.split_once('='));
        body::is_true(pairs.filter(|(key, _)| key.trim().eq_ignore_ascii_case(name)).map(|(_, value)| value).next())
    };
    Terms { settings, allow_save: is_set("allowSave"), details: is_set("includeRecordDetails"), base }
}

/// The answer to a write that names its record.
pub(super) fn written(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    object: usize,
    id: Id,
    status: u16,
    created: Option<bool>,
) -> Answer {
    let mut body = json!({ "id": id.as_str(), "success": true, "errors": [] });
    if let (Some(created), Some(members)) = (created, body.as_object_mut()) {
        members.insert("created".to_owned(), created.into());
    }
    let name = salesforce.org().object(object).name;
    let location = format!("{}/sobjects/{name}/{}", resource.base, id.as_str());
    Answer::new(status, JSON, body.to_string()).with_header("location", location)
}

fn record_id(salesforce: &Salesforce, object: usize, text: &str) -> Result<Id, Refusal> {
    let org = salesforce.org();
    parsed(org.object(object), text)
}

fn id_in(batch: &Batch<'_>, object: usize, text: &str) -> Result<Id, Refusal> {
    parsed(batch.object(object), text)
}

/// An id of this object; a text of another length is taken for the name of an
/// external id field.
fn parsed(definition: &crate::salesforce::schema::Object, text: &str) -> Result<Id, Refusal> {
    if !matches!(text.len(), 15 | 18) {
        return Err(Refusal::no_such_external_id(text));
    }
    let id = Id::parse(text).filter(|id| id.prefix() == definition.prefix);
    id.ok_or_else(|| Refusal::malformed_id(&definition.fields[0].label, text, "Id"))
}

/// A record the user may see and that is not in the bin.
pub(super) fn live<'a>(batch: &'a Batch<'_>, object: usize, id: Id) -> Result<(u32, &'a Row), Refusal> {
    let found = batch.find(object, id).filter(|(_, row)| batch.org.shares(object, row));
    let (position, row) = found.ok_or_else(Refusal::not_found)?;
    if batch.org.is_deleted(object, row) {
        return Err(Refusal::deleted());
    }
    Ok((position, row))
}

/// Compares whole seconds; a date that is none is no condition.
fn changed_since(batch: &Batch<'_>, object: usize, row: &Row, limit: Option<&str>) -> bool {
    let date = |text| NaiveDateTime::parse_from_str(text, "%a, %d %b %Y %H:%M:%S GMT").ok();
    let Some(limit) = limit.and_then(date) else {
        return false;
    };
    let modified = batch.object(object).position("LastModifiedDate").map(|field| row.get(field));
    matches!(modified, Some(Value::Moment(millis)) if millis.div_euclid(1_000) > limit.and_utc().timestamp())
}

/// One write among several, all on one working copy.
pub(crate) struct Step<'a> {
    pub(crate) method: &'a str,
    /// `/services/data/vXX.X`
    pub(crate) base: &'a str,
    pub(crate) object: &'a str,
    pub(crate) id: Option<&'a str>,
    pub(crate) fields: Map<String, Json>,
    pub(crate) header: &'a dyn Fn(&str) -> Option<String>,
}

/// Carries a step out; nobody sees it before all of them are kept.
pub(crate) fn step(batch: &mut Batch<'_>, settings: &Settings, step: &Step<'_>) -> Answer {
    let object = match writable(&batch.org.schema, step.object) {
        Writable::Yes(object) => object,
        Writable::No => return method_not_allowed(step.method, "GET,HEAD"),
        Writable::Unknown => return not_found(),
    };
    let options = (step.header)("sforce-duplicate-rule-header").unwrap_or_default();
    let terms = terms_of(settings, step.base, &options);
    let done = match (step.method, step.id) {
        ("POST", None) => check(batch, &terms, object, &step.fields, None).and_then(|values| {
            let id = batch.create(object, values).map_err(|text| Refusal::new("UNKNOWN_EXCEPTION", text))?;
            let body = json!({ "id": id.as_str(), "success": true, "errors": [] });
            Ok(Answer::new(201, JSON, body.to_string()))
        }),
        ("PATCH", Some(id)) => id_in(batch, object, id).and_then(|id| {
            let (position, row) = live(batch, object, id)?;
            if changed_since(batch, object, row, (step.header)("if-unmodified-since").as_deref()) {
                let text = "The record was modified after the time in If-Unmodified-Since";
                return Ok(error(412, "MATCH_PRECONDITION_FAILED", text));
            }
            let values = check(batch, &terms, object, &step.fields, Some(row))?;
            batch.update(object, position, values);
            Ok(Answer::new(204, "", ""))
        }),
        ("DELETE", Some(id)) => id_in(batch, object, id).and_then(|id| {
            let (position, _) = live(batch, object, id)?;
            batch.delete(object, position);
            Ok(Answer::new(204, "", ""))
        }),
        (method, _) => return method_not_allowed(method, "DELETE,PATCH,POST"),
    };
    done.unwrap_or_else(Refusal::answer)
}
