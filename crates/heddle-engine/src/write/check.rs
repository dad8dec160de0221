//! What a dry run looks at beyond the tables: the account's own rules, as its
//! schema states them. In a real write the provider itself decides.

use super::body::summary;
use crate::selection::ObjectSnapshot;
use crate::{Code, FieldError, Problem};
use heddle_connector::mapping::{Changes, Purpose, Wire};
use heddle_connector::{FieldValue, ObjectSpec, SchemaField};

/// Everything in which the values break the schema; `None` when nothing does.
pub(super) fn against_schema(
    spec: &ObjectSpec,
    object: &ObjectSnapshot,
    purpose: Purpose,
    changes: &Changes,
    prefix: &str,
) -> Option<Problem> {
    let part = |field: &SchemaField, code: &'static str, detail: String| FieldError {
        pointer: format!("{prefix}{}", object.pointer(spec, &field.name).unwrap_or_default()),
        code,
        detail,
        provider_field: Some(field.name.clone()),
    };
    let mut errors = Vec::new();
    for field in object.schema.fields.iter().filter(|field| field.required) {
        let value = changes.values.iter().find(|(path, _)| *path == field.name).map(|(_, value)| value);
        let missing = match purpose {
            Purpose::Create => value.is_none_or(is_empty),
            Purpose::Update => value.is_some_and(is_empty),
        };
        if missing {
            errors.push(part(field, "missing", format!("this CRM needs a value for {}", field.name)));
        }
    }
    for (path, value) in &changes.values {
        let Some(field) = object.schema.field(path) else { continue };
        if let Some((code, detail)) = objection(field, value) {
            errors.push(part(field, code, detail));
        }
    }
    let missing = errors.first().is_some_and(|e| e.code == "missing");
    let code = if missing { Code::RequiredFieldMissing } else { Code::ValidationFailed };
    let detail = errors.first().map(summary(errors.len()))?;
    Some(Problem { errors, ..Problem::new(code, detail) })
}

fn is_empty(value: &Wire<'static>) -> bool {
    match value {
        Wire::Null => true,
        Wire::Text(text) => text.is_empty(),
        _ => false,
    }
}

/// What is wrong with a value that fits its type.
fn objection(field: &SchemaField, value: &Wire<'static>) -> Option<(&'static str, String)> {
    match value {
        Wire::Text(text) => {
            let length = text.encode_utf16().count();
            let most = usize::try_from(field.length).unwrap_or(usize::MAX);
            if most > 0 && length > most {
                return Some(("too_long", format!("has {length} characters; {} takes {most}", field.name)));
            }
            let is_one = |word: &str| field.options.iter().any(|option| option.value == word);
            let offered = match field.value {
                FieldValue::List => text.split(';').all(is_one),
                _ => is_one(text),
            };
            if field.restricted && !text.is_empty() && !offered {
                let words: Vec<&str> = field.options.iter().take(20).map(|option| option.value.as_str()).collect();
                return Some(("not_allowed", format!("{} takes only its own words: {}", field.name, words.join(", "))));
            }
            None
        }
        Wire::Number(digits) => {
            let (whole, _) = field.digits;
            let before = digits.trim_start_matches('-').split(['.', 'e', 'E']).next().unwrap_or_default();
            let count = before.trim_start_matches('0').len();
            let most = usize::from(whole);
            (most > 0 && count > most)
                .then(|| ("out_of_range", format!("{} takes {most} digits before the point", field.name)))
        }
        _ => None,
    }
}
