//! A parent named by its external id: `{"Account": {"Erp_Id__c": "..."}}`.

use serde_json::Value as Json;

use super::external::lookup;
use super::refusal::Refusal;
use crate::salesforce::org::Batch;
use crate::salesforce::schema::NAME;
use crate::salesforce::value::Value;

/// The id of the parent that the nested object names; null for null.
pub(super) fn id_of(batch: &Batch<'_>, parent: usize, json: &Json) -> Result<Value, Refusal> {
    if json.is_null() {
        return Ok(Value::Null);
    }
    let parent = match parent {
        // Which of several objects it is, the nested object has to say.
        NAME => json.pointer("/attributes/type").and_then(Json::as_str).and_then(|name| batch.org.schema.object(name)),
        parent => Some(parent),
    };
    let Some(parent) = parent else {
        let text = "Nested object for polymorphic foreign key must have an attributes field before any other fields.";
        return Err(Refusal::new("JSON_PARSER_ERROR", text));
    };
    let definition = batch.object(parent);
    let members: Vec<_> = json.as_object().into_iter().flatten().filter(|(name, _)| *name != "attributes").collect();
    let [(name, Json::String(text))] = members[..] else {
        let text = format!("Cannot deserialize instance of {} from {json}", definition.name);
        return Err(Refusal::new("JSON_PARSER_ERROR", text));
    };
    let Some(field) = definition.external_id(name) else {
        let text = format!("No such external ID column '{name}' on sobject of type {}", definition.name);
        return Err(Refusal::new("INVALID_FIELD", text));
    };
    match lookup(batch, parent, field, text)?[..] {
        [id] => Ok(Value::Id(id)),
        [] => {
            let object = definition.name;
            let text = format!("Foreign key external ID: {text} not found for field {name} in entity {object}");
            Err(Refusal::of_fields("INVALID_FIELD", text, &[]))
        }
        _ => {
            let text = format!("{name}: more than one record found for external id field");
            Err(Refusal::of_fields("DUPLICATE_EXTERNAL_ID", text, &[]))
        }
    }
}
