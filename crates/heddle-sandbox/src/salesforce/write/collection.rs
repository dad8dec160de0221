//! Up to 200 records in one call: HTTP 200 with an item each, in order.

use serde_json::{Map, Value as Json, json};

use super::check::{Terms, check};
use super::record::{live, terms};
use super::refusal::Refusal;
use super::{Writable, body, external, writable};
use crate::salesforce::errors::{JSON, error, method_not_allowed};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Batch;
use crate::salesforce::route::{Resource, parameter};
use crate::salesforce::schema::WRITABLE;
use crate::salesforce::state::Salesforce;
use crate::serve::{Answer, Call};

/// Records in one call, and runs of one type among them.
const RECORDS: usize = 200;
const CHUNKS: usize = 10;

/// What was done to a record: its id, and for an upsert whether it is new.
type Done = Result<(Id, Option<bool>), Refusal>;

/// `POST|PATCH|DELETE /composite/sobjects` and
/// `PATCH /composite/sobjects/{Object}/{Field}`.
pub(crate) fn answer(salesforce: &Salesforce, resource: &Resource<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    match (call.method, rest) {
        ("DELETE", []) => delete(salesforce, call),
        ("POST" | "PATCH", []) | ("PATCH", [_, _]) => write(salesforce, resource, call, rest),
        (method, []) => method_not_allowed(method, "DELETE,PATCH,POST"),
        (method, [_, _]) => method_not_allowed(method, "PATCH"),
        _ => Refusal::not_found().answer(),
    }
}

fn write(salesforce: &Salesforce, resource: &Resource<'_>, call: &Call<'_>, rest: &[&str]) -> Answer {
    let upsert = match by_field(salesforce, call, rest) {
        Ok(upsert) => upsert,
        Err(answer) => return answer,
    };
    let body = match body::members(call) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let Some(records) = body.get("records").and_then(Json::as_array) else {
        return Refusal::new("JSON_PARSER_ERROR", "records must be an array").answer();
    };
    let kind = |record: &Json| record.pointer("/attributes/type").and_then(Json::as_str).map(str::to_lowercase);
    if let Some(refusal) = too_much(records.iter().map(kind)) {
        return refusal;
    }
    let all_or_none = body.get("allOrNone").and_then(Json::as_bool).unwrap_or_default();
    let settings = salesforce.settings();
    let terms = terms(&settings, resource, call);
    carry_out(salesforce, all_or_none, upsert.is_some(), |batch| {
        records
            .iter()
            .map(|record| {
                let (object, fields) = readable(batch, record)?;
                match upsert {
                    Some((wanted, _)) if wanted != object => Err(Refusal::not_found()),
                    Some((_, field)) => by_value(batch, &terms, object, field, fields),
                    None if call.method == "POST" => {
                        let values = check(batch, &terms, object, &fields, None)?;
                        let id = batch.create(object, values);
                        Ok((id.map_err(|text| Refusal::new("UNKNOWN_EXCEPTION", text))?, None))
                    }
                    None => by_id(batch, &terms, object, fields),
                }
            })
            .collect()
    })
}

/// Object and field of an upsert's path; nothing without one.
fn by_field(salesforce: &Salesforce, call: &Call<'_>, rest: &[&str]) -> Result<Option<(usize, usize)>, Answer> {
    let [name, field] = rest else {
        return Ok(None);
    };
    let object = super::record::target(salesforce, call, name)?;
    let found = salesforce.org().object(object).external_id(field);
    found.map(|place| Some((object, place))).ok_or_else(|| Refusal::no_such_external_id(field).answer())
}

/// The texts of these two are not documented for REST.
fn too_much<T: PartialEq>(kinds: impl Iterator<Item = T>) -> Option<Answer> {
    let mut kinds: Vec<T> = kinds.collect();
    if kinds.len() > RECORDS {
        let text = "record limit reached. cannot submit more than 200 records into this call";
        return Some(error(400, "EXCEEDED_ID_LIMIT", text));
    }
    kinds.dedup();
    (kinds.len() > CHUNKS).then(|| {
        let text =
            "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.";
        error(400, "LIMIT_EXCEEDED", text)
    })
}

/// Object and members of a record.
fn readable(batch: &Batch<'_>, record: &Json) -> Result<(usize, Map<String, Json>), Refusal> {
    let Some(fields) = record.as_object() else {
        return Err(Refusal::new("JSON_PARSER_ERROR", "a record must be an object"));
    };
    let Some(name) = record.pointer("/attributes/type").and_then(Json::as_str) else {
        // Recorded for a record without attributes.
        let text = "Nested object for polymorphic foreign key must have an attributes field before any other fields.";
        return Err(Refusal::new("JSON_PARSER_ERROR", text));
    };
    match writable(&batch.org.schema, name) {
        Writable::Yes(object) => Ok((object, fields.clone())),
        Writable::No => Err(Refusal::new("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be written")),
        Writable::Unknown => Err(Refusal::new("INVALID_TYPE", format!("sObject type '{name}' is not supported."))),
    }
}

/// Takes a member out, its name in any case.
fn take(fields: &mut Map<String, Json>, name: &str) -> Option<Json> {
    let key = fields.keys().find(|key| key.eq_ignore_ascii_case(name))?.clone();
    fields.remove(&key)
}

fn by_id(batch: &mut Batch<'_>, terms: &Terms<'_>, object: usize, mut fields: Map<String, Json>) -> Done {
    let Some(Json::String(text)) = take(&mut fields, "Id") else {
        return Err(Refusal::of_fields("MISSING_ARGUMENT", "Id not specified in an update call", &["Id"]));
    };
    let id = named(batch, object, &text)?;
    if batch.find(object, id).is_none() {
        return Err(Refusal::invalid_reference());
    }
    let (position, row) = live(batch, object, id)?;
    let values = check(batch, terms, object, &fields, Some(row))?;
    batch.update(object, position, values);
    Ok((id, None))
}

fn by_value(
    batch: &mut Batch<'_>,
    terms: &Terms<'_>,
    object: usize,
    field: usize,
    mut fields: Map<String, Json>,
) -> Done {
    let by = &batch.object(object).fields[field];
    let Some(Json::String(text)) = take(&mut fields, &by.name) else {
        let text = format!("{} not specified", by.name);
        return Err(Refusal::of_fields("MISSING_ARGUMENT", text, &[&by.name]));
    };
    let ids = external::lookup(batch, object, field, &text)?;
    if ids.len() > 1 {
        let ids: Vec<&str> = ids.iter().map(Id::as_str).collect();
        let text = format!("{}: more than one record found for external id field: [{}]", by.name, ids.join(", "));
        return Err(Refusal::of_fields("DUPLICATE_EXTERNAL_ID", text, &[&by.name]));
    }
    if ids.is_empty() && by.name == "Id" {
        return Err(Refusal::invalid_reference());
    }
    let (id, created) = external::put(batch, terms, object, by, &text, ids.first().copied(), &fields)?;
    Ok((id, Some(created)))
}

fn named(batch: &Batch<'_>, object: usize, text: &str) -> Result<Id, Refusal> {
    let definition = batch.object(object);
    let id = Id::parse(text).filter(|id| id.prefix() == definition.prefix);
    id.ok_or_else(|| Refusal::malformed_id(&definition.fields[0].label, text, "Id"))
}

/// The ids of a query string; nothing without the parameter.
pub(super) fn listed_ids(query: &str) -> Option<Vec<String>> {
    let ids = parameter(query, "ids")?;
    Some(ids.split(',').map(str::trim).filter(|id| !id.is_empty()).map(str::to_owned).collect())
}

/// `DELETE /composite/sobjects?ids=a,b&allOrNone=`
fn delete(salesforce: &Salesforce, call: &Call<'_>) -> Answer {
    let Some(ids) = listed_ids(call.query) else {
        return error(400, "ILLEGAL_QUERY_PARAMETER_VALUE", "ids must be given");
    };
    if let Some(refusal) = too_much(ids.iter().map(|id| id.get(..3))) {
        return refusal;
    }
    let all_or_none = body::is_true(parameter(call.query, "allOrNone").as_deref());
    carry_out(salesforce, all_or_none, false, |batch| {
        ids.iter()
            .map(|text| {
                let object = WRITABLE.iter().copied().find(|object| text.starts_with(batch.object(*object).prefix));
                let Some(object) = object else {
                    return Err(Refusal::malformed_id("Record ID", text, "Id"));
                };
                let id = named(batch, object, text)?;
                if batch.find(object, id).is_none() {
                    return Err(Refusal::invalid_reference());
                }
                let (position, _) = live(batch, object, id)?;
                batch.delete(object, position);
                Ok((id, None))
            })
            .collect()
    })
}

/// Runs the items. With `all_or_none` one failure takes the others back.
fn carry_out(
    salesforce: &Salesforce,
    all_or_none: bool,
    upsert: bool,
    run: impl FnOnce(&mut Batch<'_>) -> Vec<Done>,
) -> Answer {
    let (result, rows) = salesforce.write(|batch| {
        let done = run(batch);
        let failed = done.iter().any(Result::is_err);
        if all_or_none && failed { Err(done) } else { Ok(done) }
    });
    let rolled_back = result.is_err();
    let done = result.unwrap_or_else(|done| done);
    let items: Vec<Json> = done.into_iter().map(|done| item(done, rolled_back, upsert)).collect();
    let mut answer = Answer::new(200, JSON, Json::from(items).to_string());
    answer.rows = rows;
    answer
}

fn item(done: Done, rolled_back: bool, upsert: bool) -> Json {
    let (mut item, created) = match done {
        Ok((id, created)) if !rolled_back => {
            (json!({ "id": id.as_str(), "success": true, "errors": [] }), created.unwrap_or_default())
        }
        Ok(_) => {
            let text =
                "Record rolled back because not all records were valid and the request was using AllOrNone header";
            (Refusal::new("ALL_OR_NONE_OPERATION_ROLLED_BACK", text).item(), false)
        }
        Err(refusal) => (refusal.item(), false),
    };
    if let (true, Some(members)) = (upsert, item.as_object_mut()) {
        members.insert("created".to_owned(), created.into());
    }
    item
}
