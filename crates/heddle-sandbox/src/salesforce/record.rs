//! One record by its id.

use super::describe::{http_date, not_modified};
use super::errors::{error, not_found};
use super::ids::Id;
use super::route::{Resource, json_bytes, parameter};
use super::schema::CONTENT_VERSION;
use super::soql::Columns;
use super::state::Salesforce;
use super::value::Value;
use crate::serve::Answer;

/// `GET /sobjects/{object}/{id}?fields=`; all visible fields when none are named.
pub(super) fn answer(
    salesforce: &Salesforce,
    resource: &Resource<'_>,
    (object, id): (&str, &str),
    query: &str,
    header: &dyn Fn(&str) -> Option<String>,
) -> Answer {
    let org = salesforce.org();
    let Some(object) = org.schema.object(object) else {
        return not_found();
    };
    let definition = org.object(object);
    if !matches!(id.len(), 15 | 18) {
        let text = format!("Provided external ID field does not exist or is not accessible: {id}");
        return error(404, "NOT_FOUND", &text);
    }
    let Some(id) = Id::parse(id).filter(|id| id.prefix() == definition.prefix) else {
        let label = &definition.fields[0].label;
        let text = format!("{label}: id value of incorrect type: {id}");
        return error(400, "MALFORMED_ID", &text);
    };
    let mut fields = Vec::new();
    match parameter(query, "fields") {
        None => fields.extend(definition.visible_fields().map(|(position, _)| position)),
        Some(names) => {
            for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
                match definition.field(name) {
                    // Named twice is shown once.
                    Some(position) if fields.contains(&position) => {}
                    Some(position) => fields.push(position),
                    None => {
                        let text = format!("No such column '{name}' on sobject of type {}", definition.name);
                        return error(400, "INVALID_FIELD", &text);
                    }
                }
            }
        }
    }
    let deleted = definition.position("IsDeleted");
    let row = org.tables[object]
        .find(id)
        .filter(|row| deleted.is_none_or(|field| *row.get(field) != Value::Bool(true)))
        .filter(|row| org.shares(object, row));
    let Some(row) = row else {
        return not_found();
    };
    let modified = definition.position("LastModifiedDate").map(|field| row.get(field));
    let modified = match modified {
        Some(Value::Moment(millis)) => millis / 1_000,
        _ => 0,
    };
    if let Some(answer) = not_modified(modified, header) {
        return answer;
    }
    let columns = Columns::of_record(&org.schema.objects, object, &fields);
    let mut out = Vec::with_capacity(4_096);
    columns.write(&org, row, resource.base, &mut out);
    json_bytes(out).with_header("last-modified", http_date(modified))
}

/// `GET /sobjects/ContentVersion/{id}/VersionData`: the file itself.
pub(super) fn version_data(salesforce: &Salesforce, id: &str) -> Answer {
    let org = salesforce.org();
    let definition = org.object(CONTENT_VERSION);
    let row = Id::parse(id).and_then(|id| org.tables[CONTENT_VERSION].find(id));
    let Some(row) = row.filter(|row| org.shares(CONTENT_VERSION, row)) else {
        return not_found();
    };
    let data = definition.position("VersionData").and_then(|field| row.get(field).as_text()).unwrap_or_default();
    Answer::new(200, "application/octetstream", data.to_owned())
}
