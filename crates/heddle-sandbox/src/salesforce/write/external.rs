//! One record by an external id: read, upsert, delete.

use serde_json::{Map, Value as Json};

use super::body;
use super::check::{Terms, check};
use super::record::{live, target, terms, written};
use super::refusal::Refusal;
use crate::salesforce::errors::{JSON, method_not_allowed};
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Batch, Org};
use crate::salesforce::route::{Resource, parameter};
use crate::salesforce::schema::{Field, Kind};
use crate::salesforce::state::Salesforce;
use crate::salesforce::value::Value;
use crate::serve::{Answer, Call};

/// `GET|PATCH|DELETE /sobjects/{Object}/{Field}/{value}`. Several records with
/// the value are 300 with their addresses, and nothing is written.
pub(crate) fn answer(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    call: &Call<'_>,
    (name, field_name, value): (&str, &str, &str),
) -> Answer {
    if matches!(call.method, "GET" | "HEAD") {
        return read(salesforce, resource, call, (name, field_name, value));
    }
    let object = match target(salesforce, call, name) {
        Ok(object) => object,
        Err(answer) => return answer,
    };
    let org = salesforce.org();
    let Some(field) = org.object(object).external_id(field_name) else {
        return Refusal::no_such_external_id(field_name).answer();
    };
    let text = decoded(value);
    match call.method {
        "PATCH" => {
            let fields = match body::members(call) {
                Ok(fields) => fields,
                Err(answer) => return answer,
            };
            let settings = salesforce.settings();
            let request = Request {
                terms: terms(&settings, resource, call),
                object,
                field,
                update_only: body::is_true(parameter(call.query, "updateOnly").as_deref()),
            };
            upsert(salesforce, resource, &request, &text, &fields)
        }
        "DELETE" => {
            let (result, rows) = salesforce.write(|batch| {
                let ids = lookup(batch, object, field, &text).map_err(Refusal::answer)?;
                let id = only(batch.org, resource, object, &ids, &text)?;
                let (position, _) = live(batch, object, id).map_err(Refusal::answer)?;
                batch.delete(object, position);
                Ok(Answer::new(204, "", ""))
            });
            let mut answer = result.unwrap_or_else(|answer| answer);
            answer.rows = rows;
            answer
        }
        method => method_not_allowed(method, "DELETE,GET,HEAD,PATCH"),
    }
}

struct Request<'a> {
    terms: Terms<'a>,
    object: usize,
    field: usize,
    update_only: bool,
}

fn upsert(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    request: &Request<'_>,
    text: &str,
    fields: &Map<String, Json>,
) -> Answer {
    let Request { terms, object, field, update_only } = request;
    let (result, rows) = salesforce.write(|batch| {
        let ids = lookup(batch, *object, *field, text).map_err(Refusal::answer)?;
        if ids.is_empty() && *update_only {
            return Err(Refusal::no_such_external_id(text).answer());
        }
        if ids.len() > 1 {
            return Err(several(batch.org, resource, *object, &ids));
        }
        let by = &batch.object(*object).fields[*field];
        if fields.keys().any(|name| name.eq_ignore_ascii_case(&by.name)) {
            let text = format!("The {} field should not be specified in the sobject data.", by.name);
            return Err(Refusal::of_fields("INVALID_FIELD", text, &[&by.name]).answer());
        }
        put(batch, terms, *object, by, text, ids.first().copied(), fields).map_err(Refusal::answer)
    });
    let mut answer = match result {
        Ok((id, created)) => {
            let status = if created { 201 } else { 200 };
            written(salesforce, resource, *object, id, status, Some(created))
        }
        Err(answer) => answer,
    };
    answer.rows = rows;
    answer
}

/// Updates the record found, or makes one that holds the value. Says which.
pub(super) fn put(
    batch: &mut Batch<'_>,
    terms: &Terms<'_>,
    object: usize,
    by: &Field,
    text: &str,
    found: Option<Id>,
    fields: &Map<String, Json>,
) -> Result<(Id, bool), Refusal> {
    if let Some(id) = found {
        let (position, row) = live(batch, object, id)?;
        let values = check(batch, terms, object, fields, Some(row))?;
        batch.update(object, position, values);
        return Ok((id, false));
    }
    if by.kind == Kind::Id {
        // Ids are given by Salesforce: none can be asked for.
        return Err(Refusal::not_found());
    }
    let mut fields = fields.clone();
    fields.insert(by.name.clone(), text.into());
    let values = check(batch, terms, object, &fields, None)?;
    let id = batch.create(object, values).map_err(|text| Refusal::new("UNKNOWN_EXCEPTION", text))?;
    Ok((id, true))
}

/// The live records that hold `text` in a field that names records.
pub(super) fn lookup(batch: &Batch<'_>, object: usize, field: usize, text: &str) -> Result<Vec<Id>, Refusal> {
    let definition = &batch.object(object).fields[field];
    if definition.kind != Kind::Id {
        return Ok(batch.matching(object, field, &Value::text(text)));
    }
    let id = Id::parse(text).filter(|id| id.prefix() == batch.object(object).prefix);
    let id = id.ok_or_else(|| Refusal::malformed_id(&definition.label, text, &definition.name))?;
    match live(batch, object, id) {
        Ok(_) => Ok(vec![id]),
        Err(_) => Ok(Vec::new()),
    }
}

fn read(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    call: &Call<'_>,
    (name, field_name, value): (&str, &str, &str),
) -> Answer {
    let org = salesforce.org();
    let Some(object) = org.schema.object(name) else {
        return Refusal::not_found().answer();
    };
    let Some(field) = org.object(object).external_id(field_name) else {
        return Refusal::no_such_external_id(field_name).answer();
    };
    let text = decoded(value);
    let header = |name: &str| call.header(name).map(str::to_owned);
    if org.object(object).fields[field].kind == Kind::Id {
        return crate::salesforce::record::answer(salesforce, resource, (name, &text), call.query, &header);
    }
    let (org, ids) = salesforce.named(object, field, &Value::text(&text));
    match only(&org, resource, object, &ids, &text) {
        Ok(id) => crate::salesforce::record::answer(salesforce, resource, (name, id.as_str()), call.query, &header),
        Err(answer) => answer,
    }
}

/// The single record, or what none and several are answered with.
fn only(org: &Org, resource: &Resource<'_>, object: usize, ids: &[Id], text: &str) -> Result<Id, Answer> {
    match ids {
        [id] => Ok(*id),
        [] => Err(Refusal::no_such_external_id(text).answer()),
        _ => Err(several(org, resource, object, ids)),
    }
}

fn several(org: &Org, resource: &Resource<'_>, object: usize, ids: &[Id]) -> Answer {
    let name = org.object(object).name;
    let url = |id: &Id| format!("{}/sobjects/{name}/{}", resource.base, id.as_str());
    let urls: Vec<String> = ids.iter().map(url).collect();
    Answer::new(300, JSON, Json::from(urls).to_string())
}

/// A path segment; unlike in a query string `+` is itself.
fn decoded(segment: &str) -> String {
    percent_encoding::percent_decode_str(segment).decode_utf8_lossy().into_owned()
}
