//! Changes to rows; each one makes a new snapshot.

use std::sync::Arc;

use serde_json::Value as Json;

use super::{Org, Row, Table};
use crate::salesforce::ids::Id;
use crate::salesforce::schema::{Field, Kind, Object};
use crate::salesforce::value::{Value, parse_date, parse_moment};

impl Org {
    /// A new record with these fields; what is not given gets the org's
    /// defaults. Returns the new snapshot and the record's id.
    pub(crate) fn inserted(
        &self,
        object: usize,
        fields: &serde_json::Map<String, Json>,
        owner: Id,
        now: i64,
    ) -> Result<(Org, Id), String> {
        let definition = self.object(object);
        let last = self.tables[object].rows.last().and_then(|row| row.id());
        let serial = self.tables[object].rows.len();
        let mut row = Row { values: definition.fields.iter().map(default_value).collect(), serial };
        row.set(definition, "Id", Value::Id(next_id(definition.prefix, last)));
        for name in ["OwnerId", "CreatedById", "LastModifiedById"] {
            row.set(definition, name, Value::Id(owner));
        }
        for name in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            row.set(definition, name, Value::Moment(now));
        }
        row.apply(definition, fields)?;
        let id = row.id().ok_or("Id must be a record id")?;
        if self.tables[object].find(id).is_some() {
            return Err(format!("{} exists", id.as_str()));
        }
        let mut rows = self.tables[object].rows.clone();
        rows.push(Arc::new(row));
        Ok((self.with_table(object, rows), id))
    }

    /// The same record with these fields and a later stamp.
    pub(crate) fn touched(
        &self,
        object: usize,
        id: Id,
        fields: &serde_json::Map<String, Json>,
        now: i64,
    ) -> Result<Org, String> {
        let definition = self.object(object);
        let position = self.tables[object].position(id).ok_or_else(|| format!("no record {}", id.as_str()))?;
        let mut rows = self.tables[object].rows.clone();
        let mut row = Row::clone(&rows[position as usize]);
        for name in ["LastModifiedDate", "SystemModstamp"] {
            row.set(definition, name, Value::Moment(now));
        }
        row.apply(definition, fields)?;
        rows[position as usize] = Arc::new(row);
        Ok(self.with_table(object, rows))
    }

    fn with_table(&self, object: usize, rows: Vec<Arc<Row>>) -> Org {
        let mut tables = self.tables.clone();
        tables[object] = Arc::new(Table::new(rows));
        Org::new(Arc::clone(&self.schema), tables, self.rights)
    }
}

impl Row {
    fn set(&mut self, object: &Object, name: &str, value: Value) {
        if let Some(slot) = object.position(name) {
            for field in self.values.len()..=slot {
                let kept = self.get(field).clone();
                self.values.push(kept);
            }
            self.values[slot] = value;
        }
    }

    fn apply(&mut self, object: &Object, fields: &serde_json::Map<String, Json>) -> Result<(), String> {
        for (name, json) in fields {
            let position = object.position(name).ok_or_else(|| format!("no field {name}"))?;
            let value = value_from_json(&object.fields[position], json)?;
            self.set(object, name, value);
        }
        let named = |name: &str| fields.contains_key(name);
        if object.position("LastName").is_some() && !named("Name") && (named("FirstName") || named("LastName")) {
            let part = |name: &str| {
                let position = object.position(name)?;
                self.get(position).as_text().map(str::to_owned)
            };
            let parts = [part("FirstName"), part("LastName")];
            let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            self.set(object, "Name", Value::text(&name));
        }
        Ok(())
    }
}

fn default_value(field: &Field) -> Value {
    match field.kind {
        Kind::Boolean => Value::Bool(false),
        _ => Value::Null,
    }
}

/// The id after the last one.
fn next_id(prefix: &str, last: Option<Id>) -> Id {
    let serial = last.map_or(0, |id| {
        id.short().as_bytes()[8..].iter().fold(0_u64, |serial, byte| {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'A'..=b'Z' => byte - b'A' + 10,
                _ => byte.wrapping_sub(b'a') + 36,
            };
            serial * 62 + u64::from(digit)
        })
    });
    Id::nth(prefix, serial + 1)
}

/// A field value from its JSON form.
fn value_from_json(field: &Field, json: &Json) -> Result<Value, String> {
    let wrong = || format!("{} does not take {json}", field.name);
    if json.is_null() {
        return Ok(default_value(field));
    }
    let value = match field.kind {
        Kind::Boolean => json.as_bool().map(Value::Bool),
        Kind::Int => json.as_i64().map(Value::Int),
        Kind::Double | Kind::Currency | Kind::Percent => json.as_f64().map(Value::Number),
        Kind::Id | Kind::Reference => json.as_str().and_then(Id::parse).map(Value::Id),
        Kind::Date => json.as_str().and_then(parse_date).map(Value::Date),
        Kind::DateTime => json.as_str().and_then(parse_moment).map(Value::Moment),
        Kind::Address => None,
        _ => json.as_str().map(Value::text),
    };
    value.ok_or_else(wrong)
}
