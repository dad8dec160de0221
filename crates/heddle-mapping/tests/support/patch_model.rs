//! The model of a merge patch: from the common record before to the one after,
//! without provider fields in between.

// A panic here is a finding, as in every test.
#![allow(clippy::unwrap_used)]

use heddle_mapping::Row;
use heddle_model::{Kind, ListInfo, PartRole};
use serde_json::{Map, Value, json};

use super::patches::{Case, REGIONS, kinds, twin, writes};

impl Case {
    /// The model: the record after the patch.
    pub(crate) fn patched(&self, before: &Value, patch: &Value) -> Value {
        let mut after = before.clone();
        for (name, value) in patch.as_object().unwrap() {
            if name == "custom_fields" {
                for (key, value) in value.as_object().unwrap() {
                    after[name][key] = value.clone();
                }
                continue;
            }
            if let Some(word) = name.strip_suffix("_raw") {
                self.say(&mut after, word, value.as_str());
                continue;
            }
            let field = self.fields.iter().find(|f| f.name == name).unwrap();
            match field.kind {
                Kind::List(list) => after[name] = self.list(list, &self.rows(field), value),
                Kind::Money(_) => {
                    let mut money = json!({"amount": before[name]["amount"], "currency": before[name]["currency"]});
                    match value {
                        Value::Object(parts) => parts.iter().for_each(|(part, value)| money[part] = value.clone()),
                        _ => money = Value::Null,
                    }
                    after[name] = if money["amount"].is_null() { Value::Null } else { money };
                }
                Kind::Enum(_) if patch.get(format!("{name}_raw")).is_some() => {}
                Kind::Enum(_) => {
                    let (_, codec) = writes(self.rows(field)[0]).unwrap();
                    let word = codec.words.iter().find(|(common, _)| value == common).map(|(_, provider)| *provider);
                    self.say(&mut after, name, word);
                }
                _ => after[name] = value.clone(),
            }
        }
        after
    }

    /// An enum and its twin by the provider's word.
    fn say(&self, after: &mut Value, name: &str, raw: Option<&str>) {
        let row = self.table.rows.iter().find(|row| row.name == name).unwrap();
        let (_, codec) = writes(row).unwrap();
        let common = raw.map(|raw| codec.words.iter().find(|(_, p)| *p == raw).map_or("OTHER", |(common, _)| common));
        after[name] = json!(common);
        after[format!("{name}_raw")] = json!(raw);
    }

    /// A list by its places, the primary first.
    fn list(&self, list: &ListInfo, rows: &[&'static Row], items: &Value) -> Value {
        let mut places: Vec<(u8, Option<&Value>)> = kinds(rows).into_iter().map(|kind| (kind, None)).collect();
        let items: Vec<&Value> = items.as_array().into_iter().flatten().collect();
        for item in items.iter().filter(|item| item["type"].is_string()) {
            let place = places.iter_mut().find(|(kind, _)| item["type"] == list.kinds[usize::from(*kind) - 1]);
            place.unwrap().1 = Some(item);
        }
        for item in items.iter().filter(|item| !item["type"].is_string()) {
            let parts = list.parts.iter().filter(|p| p.role == PartRole::Row && !item[p.name].is_null());
            let holds = |kind: u8, part: &str| {
                let mut rows = rows.iter().filter(|row| row.place.item == kind && writes(row).is_some());
                rows.any(|row| {
                    self.part(row) == part || (Some(self.part(row)) == twin(part) && item.get(self.part(row)).is_some())
                })
            };
            let fits = |(kind, taken): &&mut (u8, Option<&Value>)| {
                taken.is_none() && parts.clone().all(|part| holds(*kind, part.name))
            };
            places.iter_mut().find(fits).unwrap().1 = Some(item);
        }
        let mut out: Vec<Value> = Vec::new();
        for (kind, item) in places {
            let mut parts = Map::new();
            for part in list.parts.iter().filter(|p| p.role == PartRole::Row) {
                let row = rows.iter().find(|row| row.place.item == kind && self.part(row) == part.name);
                let given = |name: &str| item.and_then(|item| item.get(name)).cloned().unwrap_or(Value::Null);
                let value = match row.and_then(|row| self.beside(row)) {
                    // One of both is enough for both.
                    Some(beside) if given(part.name).is_null() => {
                        let other = given(self.part(beside));
                        let region = REGIONS.iter().find(|(text, code)| other == *text || other == *code);
                        region.map_or(Value::Null, |(text, code)| {
                            json!(if part.name.ends_with("_code") { code } else { text })
                        })
                    }
                    _ if row.is_none_or(|row| writes(row).is_none()) => Value::Null,
                    _ => given(part.name),
                };
                parts.insert(part.name.to_owned(), value);
            }
            if parts.values().all(Value::is_null) {
                continue;
            }
            for part in list.parts {
                match part.role {
                    PartRole::Type => parts.insert(part.name.to_owned(), json!(list.kinds[usize::from(kind) - 1])),
                    PartRole::Primary => parts.insert(part.name.to_owned(), json!(out.is_empty())),
                    PartRole::Derived => parts.insert(part.name.to_owned(), Value::Null),
                    PartRole::Row => None,
                };
            }
            out.push(Value::Object(parts));
        }
        Value::Array(out)
    }
}
