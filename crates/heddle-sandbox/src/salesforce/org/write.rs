//! Writes past the API: values as the control requests give them, unchecked
//! but for their type.

use serde_json::Value as Json;

use super::batch::{Values, default_value};
use crate::salesforce::ids::Id;
use crate::salesforce::schema::{Field, Kind, Object};
use crate::salesforce::value::{Value, parse_date, parse_moment};

/// Values by place from the JSON members of a control request.
pub(crate) fn unchecked(object: &Object, fields: &serde_json::Map<String, Json>) -> Result<Values, String> {
    let value = |(name, json): (&String, &Json)| {
        let position = object.position(name).ok_or_else(|| format!("no field {name}"))?;
        let field = &object.fields[position];
        let value = from_json(field, json).ok_or_else(|| format!("{} does not take {json}", field.name))?;
        Ok((position, value))
    };
    fields.iter().map(value).collect()
}

/// A field value from its JSON form; nothing when the type is wrong.
pub(crate) fn from_json(field: &Field, json: &Json) -> Option<Value> {
    if json.is_null() {
        return Some(default_value(field));
    }
    match field.kind {
        Kind::Boolean => json.as_bool().map(Value::Bool),
        Kind::Int => json.as_i64().map(Value::Int),
        Kind::Double | Kind::Currency | Kind::Percent => json.as_f64().map(Value::Number),
        Kind::Id | Kind::Reference => json.as_str().and_then(Id::parse).map(Value::Id),
        Kind::Date => json.as_str().and_then(parse_date).map(Value::Date),
        Kind::DateTime => json.as_str().and_then(parse_moment).map(Value::Moment),
        Kind::Address => None,
        _ => json.as_str().map(Value::text),
    }
}
