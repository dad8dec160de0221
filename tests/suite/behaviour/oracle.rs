//! Conditions over common records, evaluated by hand.

use super::plan::{Class, Name};
use heddle_connector::mapping::Op;
use serde_json::Value;
use std::cmp::Ordering;

/// The values that a record has under a name: several for the parts of lists.
pub(super) fn values<'v>(record: &'v Value, name: &str) -> Vec<&'v Value> {
    let whole = |key: &str| record.get(key).unwrap_or_else(|| panic!("{key} is not in the record"));
    let found: Vec<&Value> = match name.split_once('.') {
        None => match whole(name) {
            Value::Array(items) => items.iter().collect(),
            value => vec![value],
        },
        // Another record is there only where it can be joined.
        Some((head, _)) if record.get(head).is_none() => Vec::new(),
        Some((head, part)) => match whole(head) {
            Value::Array(items) => items.iter().map(|item| &item[part]).collect(),
            object => vec![&object[part]],
        },
    };
    found.into_iter().filter(|v| !v.is_null()).collect()
}

/// A value as a query string spells it.
pub(super) fn spelled(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Whether a record fits.
pub(super) fn holds(record: &Value, name: &Name, op: Op, texts: &[String]) -> bool {
    let values = values(record, &name.name);
    let text = texts.first().map(String::as_str).unwrap_or_default();
    let some = |test: &dyn Fn(&Value) -> bool| values.iter().any(|value| test(value));
    match op {
        Op::Eq => some(&|v| same(v, text, name.class)),
        Op::Ne => !some(&|v| same(v, text, name.class)),
        Op::In => texts.iter().any(|text| some(&|v| same(v, text, name.class))),
        Op::Contains => some(&|v| folded(v).contains(&text.to_lowercase())),
        Op::StartsWith => some(&|v| folded(v).starts_with(&text.to_lowercase())),
        Op::Gt => some(&|v| against(v, text, name.class).is_gt()),
        Op::Gte => some(&|v| against(v, text, name.class).is_ge()),
        Op::Lt => some(&|v| against(v, text, name.class).is_lt()),
        Op::Lte => some(&|v| against(v, text, name.class).is_le()),
        Op::IsNull => values.is_empty() == (text == "true"),
    }
}

/// Salesforce compares text without regard to case; ids it does not.
fn same(value: &Value, text: &str, class: Class) -> bool {
    match class {
        Class::Text => folded(value) == text.to_lowercase(),
        Class::Number => against(value, text, class).is_eq(),
        Class::Word | Class::Time | Class::Truth => spelled(value) == text,
    }
}

fn folded(value: &Value) -> String {
    spelled(value).to_lowercase()
}

fn against(value: &Value, text: &str, class: Class) -> Ordering {
    match class {
        Class::Number => number(value).unwrap().total_cmp(&text.parse().unwrap()),
        // All stamps of one field have one form, and days have one form.
        _ => value.as_str().unwrap().cmp(text),
    }
}

/// A number, also in the decimal text of a sum of money.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// The order of two values of a field.
pub(super) fn order(a: &Value, b: &Value) -> Ordering {
    match (number(a), number(b)) {
        (Some(a), Some(b)) => a.total_cmp(&b),
        _ => a.as_str().unwrap().cmp(b.as_str().unwrap()),
    }
}

/// Values to compare with: two that occur, and where none does, one that
/// could.
pub(super) fn samples(records: &[Value], name: &Name) -> Vec<String> {
    let mut found: Vec<&Value> = records.iter().flat_map(|record| values(record, &name.name)).collect();
    if name.class == Class::Truth {
        return vec!["true".to_owned(), "false".to_owned()];
    }
    found.sort_by(|a, b| order(a, b));
    found.dedup();
    let picks = [found.len() / 3, found.len() * 2 / 3];
    let mut samples: Vec<String> = picks.iter().filter_map(|at| found.get(*at)).map(|v| spelled(v)).collect();
    samples.dedup();
    if samples.is_empty() {
        samples.push(possible(name));
    }
    samples
}

fn possible(name: &Name) -> String {
    let text = match (name.class, name.name.as_str()) {
        (Class::Time, "birthday" | "last_activity_at" | "due_at") => "2026-01-31",
        (Class::Time, _) => "2026-01-31T00:00:00.000Z",
        (Class::Number, _) => "1.5",
        (Class::Word, "lead_ids") => "00QdM0000000001",
        (Class::Word, "deal_ids") => "006dM0000000001",
        (Class::Word, "related_ids") => "701dM0000000001",
        (Class::Word, _) => "003dM0000000001QAA",
        (Class::Truth, _) => "true",
        (Class::Text, _) => "Anything",
    };
    text.to_owned()
}

/// A list of values as `in` takes it.
pub(super) fn joined(texts: &[String]) -> String {
    let escaped = texts.iter().map(|text| text.replace('\\', "\\\\").replace(',', "\\,"));
    escaped.collect::<Vec<_>>().join(",")
}
