//! Merge patches on any table: records, patches that the table can take, and a
//! provider that stores what is written. What a record reads as afterwards
//! must be what the model makes of the record and the patch.

// A panic here is a finding, as in every test.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use heddle_mapping::{
    Clear, Constants, CustomField, CustomKind, Envelope, Erased, Plan, PlanSpec, Purpose, Row, Table, ValueKind, Way,
    Wire, Writable, WriteSpec, write,
};
use heddle_model::{FieldInfo, Kind, ListInfo, Model, Role};
use serde_json::{Map, Value, json};

use super::tapes::Tape;

const TEXTS: &[&str] = &["a", "Zoë \u{1f600}", "two\r\nlines", "\"quoted\" \\ back", "O'Hara", "null", "+49 40 123456"];
const DECIMALS: &[&str] = &["1", "-0.25", "1200.5", "123456789"];
/// States and countries by text and code, which a provider keeps in step.
pub(crate) const REGIONS: &[(&str, &str)] = &[("Bavaria", "BY"), ("Hesse", "HE"), ("Ontario", "ON")];

/// The provider's record by path.
type Record = BTreeMap<String, Value>;

fn custom() -> Vec<CustomField> {
    let kinds = [CustomKind::Text, CustomKind::Number, CustomKind::Bool, CustomKind::Date, CustomKind::Any];
    let field = |(n, kind)| CustomField { key: format!("Own_{n}__c"), kind };
    kinds.into_iter().enumerate().map(field).collect()
}

fn custom_value(tape: &mut Tape<'_>, kind: CustomKind) -> Value {
    match kind {
        CustomKind::Text | CustomKind::Id => json!(tape.one(TEXTS)),
        CustomKind::Number => json!(tape.one(&[0.5, 1.0, -3.25])),
        CustomKind::Bool => json!(tape.below(2) == 1),
        CustomKind::Date => json!(tape.one(&["2024-02-29", "1970-01-01"])),
        CustomKind::Timestamp => json!("2026-05-18T06:17:35Z"),
        CustomKind::List => tape.one(&[json!([]), json!(["a", "b c"])]).clone(),
        CustomKind::Any => tape.one(&[json!([1, {"a": null}]), json!("text"), json!(5), json!(true)]).clone(),
    }
}

/// Checks one tape on one of the tables.
pub(crate) fn check(tables: &[&'static Table], choices: &[u16]) -> Result<usize, String> {
    let mut tape = Tape::new(choices);
    let case = Case::new(tape.one::<&'static Table>(tables));
    let patch = case.patch(&mut tape);
    let mut record = case.record(&mut tape);
    let before = case.read(&record)?;
    let expected = case.patched(&before, &patch);
    let changes = {
        let spec = WriteSpec {
            table: case.table,
            purpose: Purpose::Update,
            writable: &|_| Writable::Yes,
            offers: &|_, _| true,
            custom: &case.custom,
        };
        write(&spec, patch.to_string().as_bytes()).map_err(|refused| format!("{patch} is refused: {refused}"))?
    };
    for (path, wire) in &changes.values {
        case.store(&mut record, path, wire)?;
    }
    let after = case.read(&record)?;
    for field in case.fields {
        if expected[field.name] != after[field.name] {
            return Err(format!(
                "{}: {} was expected and {} came, from {} by {patch}",
                field.name, expected[field.name], after[field.name], before[field.name]
            ));
        }
    }
    Ok(patch.as_object().map_or(0, Map::len))
}

pub(crate) struct Case {
    pub(crate) table: &'static Table,
    pub(crate) fields: &'static [FieldInfo],
    custom: Vec<CustomField>,
}

pub(crate) fn writes(row: &Row) -> Option<(&'static str, Erased)> {
    match row.way {
        Way::Both { path, codec } => Some((path, codec)),
        _ => None,
    }
}

/// The part that a provider keeps in step with this one.
pub(crate) fn twin(part: &str) -> Option<&'static str> {
    Some(match part {
        "state" => "state_code",
        "state_code" => "state",
        "country" => "country_code",
        "country_code" => "country",
        _ => return None,
    })
}

impl Case {
    fn new(table: &'static Table) -> Case {
        let fields = Model::of(table.object).unwrap().fields();
        Case { table, fields, custom: custom() }
    }

    pub(crate) fn rows(&self, field: &FieldInfo) -> Vec<&'static Row> {
        self.table.rows.iter().filter(|row| row.name == field.name).collect()
    }

    pub(crate) fn part(&self, row: &Row) -> &'static str {
        let parts = self.fields[usize::from(row.place.field)].parts();
        parts.get(usize::from(row.place.part).wrapping_sub(1)).map_or("", |part| part.name)
    }

    fn path_of_custom(&self, field: &CustomField) -> String {
        self.table.wrap.map_or_else(|| field.key.clone(), |wrap| format!("{wrap}.{}", field.key))
    }

    /// The row that this one's provider field is kept in step with.
    pub(crate) fn beside(&self, row: &Row) -> Option<&'static Row> {
        let other = twin(self.part(row))?;
        let same_item = |r: &&Row| r.place.field == row.place.field && r.place.item == row.place.item;
        self.table.rows.iter().filter(same_item).find(|r| self.part(r) == other && writes(r).is_some())
    }

    /// A common value for a row.
    fn value(&self, tape: &mut Tape<'_>, codec: &Erased) -> Value {
        match codec.kind {
            ValueKind::Text => json!(tape.one(TEXTS)),
            ValueKind::Id => json!(tape.one(&["0015e00000AbCdEAAV", "7"])),
            ValueKind::Timestamp => json!("2026-05-18T06:17:35.000Z"),
            ValueKind::Date => json!(tape.one(&["2024-02-29", "1981-07-09"])),
            ValueKind::Bool => json!(tape.below(2) == 1),
            ValueKind::Number if codec.name == "int" => json!(tape.one(&[0, 12, -3])),
            ValueKind::Number => json!(tape.one(&[50.94, -0.5, 3.0])),
            ValueKind::Decimal => json!(tape.one(DECIMALS)),
            ValueKind::Word => json!(self.word(tape, codec)),
            ValueKind::List => json!(tape.one(&[&["a"][..], &["a", "b"]])),
            ValueKind::Records => json!([]),
        }
    }

    /// A provider's word, known or not.
    fn word(&self, tape: &mut Tape<'_>, codec: &Erased) -> &'static str {
        let chosen = tape.below(codec.words.len() + 1);
        codec.words.get(chosen).map_or("Press", |(_, provider)| provider)
    }

    /// A provider's record with something in some fields.
    fn record(&self, tape: &mut Tape<'_>) -> Record {
        let mut record = Record::from([(self.table.id.to_owned(), json!("0035e00000AbCdEAAV"))]);
        for row in self.table.rows {
            for path in row.reads() {
                record.entry((*path).to_owned()).or_insert(Value::Null);
            }
        }
        for row in self.table.rows {
            let Some((path, codec)) = writes(row) else { continue };
            let null = tape.below(2) == 0;
            let value = match (twin(self.part(row)), self.beside(row)) {
                (Some(_), Some(_)) if self.part(row).ends_with("_code") => continue,
                (Some(_), Some(beside)) => {
                    let (text, code) = tape.one(REGIONS);
                    let code = if null { Value::Null } else { json!(code) };
                    record.insert(writes(beside).unwrap().0.to_owned(), code);
                    json!(text)
                }
                // Money without an amount keeps no currency that could come back.
                _ if self.part(row) == "currency" => json!("EUR"),
                _ => self.value(tape, &codec),
            };
            record.insert(path.to_owned(), if null { Value::Null } else { value });
        }
        for field in self.fields.iter().filter(|f| matches!(f.kind, Kind::Money(_))) {
            let rows = self.rows(field);
            let path = |part| rows.iter().find(|r| self.part(r) == part).and_then(|r| writes(r)).map(|w| w.0);
            if let (Some(amount), Some(currency)) = (path("amount"), path("currency"))
                && record[amount].is_null()
            {
                record.insert(currency.to_owned(), Value::Null);
            }
        }
        for field in &self.custom {
            let value = custom_value(tape, field.kind);
            let value = if tape.below(2) == 0 { Value::Null } else { value };
            record.insert(self.path_of_custom(field), value);
        }
        record
    }

    fn read(&self, record: &Record) -> Result<Value, String> {
        let plan = Plan::build(&PlanSpec {
            table: self.table,
            described: &|_| true,
            fields: None,
            expand: &[],
            custom: &self.custom,
            raw: false,
            sort: None,
            constants: Constants::default(),
        });
        let mut body = Value::Object(Map::new());
        for (path, value) in record {
            let mut at = &mut body;
            for key in path.split('.') {
                if at.is_null() {
                    *at = Value::Object(Map::new());
                }
                at = &mut at[key];
            }
            *at = value.clone();
        }
        let mut out = Vec::new();
        plan.read(body.to_string().as_bytes(), &Envelope::ONE, 1, &mut out).map_err(|bad| bad.to_string())?;
        let mut common: Value = serde_json::from_slice(&out).map_err(|e| e.to_string())?;
        for item in common["phone_numbers"].as_array_mut().into_iter().flatten() {
            // Follows from the number; pages.rs tests how.
            item["e164"] = Value::Null;
        }
        Ok(common)
    }

    /// What the provider does with a value.
    fn store(&self, record: &mut Record, path: &str, wire: &Wire<'_>) -> Result<(), String> {
        let mut json = Vec::new();
        wire.push_json(&mut json);
        let value: Value = serde_json::from_slice(&json).map_err(|e| format!("{path}: {e}"))?;
        let clears = match self.table.clear {
            Clear::Null => Value::Null,
            Clear::EmptyText => json!(""),
        };
        let row = self.table.rows.iter().find(|r| writes(r).is_some_and(|w| w.0 == path));
        if let Some(beside) = row.and_then(|row| self.beside(row)) {
            let is_code = row.is_some_and(|row| self.part(row).ends_with("_code"));
            let region = REGIONS.iter().find(|(text, code)| value == if is_code { *code } else { *text });
            let other = match region {
                Some((text, code)) => json!(if is_code { text } else { code }),
                None if value == clears => Value::Null,
                None => return Err(format!("{path}: {value} is no region")),
            };
            record.insert(writes(beside).unwrap().0.to_owned(), other);
        }
        record.insert(path.to_owned(), value);
        Ok(())
    }

    /// A patch that this table can take.
    fn patch(&self, tape: &mut Tape<'_>) -> Value {
        let mut patch = Map::new();
        for field in self.fields {
            let rows = self.rows(field);
            if field.role == Role::Custom && tape.seldom(3) {
                let mut members = Map::new();
                for own in &self.custom {
                    if tape.seldom(3) {
                        let value = custom_value(tape, own.kind);
                        members.insert(own.key.clone(), if tape.seldom(3) { Value::Null } else { value });
                    }
                }
                patch.insert(field.name.to_owned(), Value::Object(members));
            }
            if field.role != Role::Write || !rows.iter().any(|row| writes(row).is_some()) || !tape.seldom(4) {
                continue;
            }
            let null = tape.seldom(4);
            let value = match field.kind {
                _ if null => Value::Null,
                Kind::List(list) => self.items(tape, list, &rows),
                Kind::Money(_) => {
                    let mut money = Map::new();
                    for row in rows {
                        let Some((_, codec)) = writes(row).filter(|_| tape.below(3) > 0) else { continue };
                        let value = self.value(tape, &codec);
                        let amount = self.part(row) == "amount";
                        let value = if amount && tape.seldom(3) { Value::Null } else { value };
                        money.insert(self.part(row).to_owned(), value);
                    }
                    Value::Object(money)
                }
                Kind::Enum(_) => {
                    let Some((_, codec)) = writes(rows[0]) else { continue };
                    let raw = self.word(tape, &codec);
                    let common = codec.words.iter().find(|(_, p)| *p == raw).map_or("OTHER", |(common, _)| common);
                    let with_raw = common == "OTHER" || tape.below(2) == 0;
                    if with_raw {
                        patch.insert(format!("{}_raw", field.name), json!(raw));
                        if tape.below(2) == 0 {
                            continue;
                        }
                    }
                    json!(common)
                }
                _ => self.value(tape, &writes(rows[0]).unwrap().1),
            };
            patch.insert(field.name.to_owned(), value);
        }
        Value::Object(patch)
    }

    /// Items that fit, in any order, some without a type.
    fn items(&self, tape: &mut Tape<'_>, list: &ListInfo, rows: &[&'static Row]) -> Value {
        let mut items: Vec<Value> = Vec::new();
        for kind in kinds(rows) {
            if tape.below(2) == 0 {
                continue;
            }
            let mut item = Map::new();
            for row in rows.iter().filter(|row| row.place.item == kind) {
                let Some((_, codec)) = writes(row).filter(|_| tape.below(3) > 0) else { continue };
                if let Some((text, code)) = twin(self.part(row)).map(|_| REGIONS[usize::from(kind) % REGIONS.len()]) {
                    let value = if self.part(row).ends_with("_code") { code } else { text };
                    item.insert(self.part(row).to_owned(), json!(value));
                } else {
                    item.insert(self.part(row).to_owned(), self.value(tape, &codec));
                }
            }
            // At most one, and the last, so that its place is surely free.
            let untyped = !item.is_empty() && tape.seldom(4);
            if !untyped {
                item.insert("type".to_owned(), json!(list.kinds[usize::from(kind) - 1]));
            }
            if tape.seldom(4) {
                item.insert("is_primary".to_owned(), json!(tape.below(2) == 1));
            }
            let at = tape.below(items.len() + 1);
            items.insert(at, Value::Object(item));
            if untyped {
                break;
            }
        }
        Value::Array(items)
    }
}

/// The places of a list in the table's order.
pub(crate) fn kinds(rows: &[&'static Row]) -> Vec<u8> {
    let mut kinds = Vec::new();
    for row in rows {
        if !kinds.contains(&row.place.item) {
            kinds.push(row.place.item);
        }
    }
    kinds
}
