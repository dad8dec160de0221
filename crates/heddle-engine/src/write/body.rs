//! Bodies of writes, read and checked without a call.

use super::MAX_BATCH;
use crate::selection::ObjectSnapshot;
use crate::{Code, FieldError, Problem};
use heddle_connector::mapping::{Changes, Purpose, Writable, WriteError, WriteRefused, WriteSpec, write_overlaid};
use heddle_connector::{ObjectSpec, SchemaField};
use serde::Deserialize;
use serde_json::value::RawValue;

/// A record's body as provider values, as far as it goes.
pub(super) struct Checked {
    pub(super) changes: Changes,
    pub(super) problem: Option<Problem>,
}

/// Reads a record's body.
pub(super) fn changes(
    spec: &ObjectSpec,
    object: &ObjectSnapshot,
    purpose: Purpose,
    body: &[u8],
    prefix: &str,
) -> Checked {
    let may = |field: &SchemaField| match purpose {
        Purpose::Create => field.createable,
        Purpose::Update => field.updateable,
    };
    let writable = |path: &str| match object.schema.field(path) {
        None => Writable::Unknown,
        Some(field) if may(field) => Writable::Yes,
        Some(_) => Writable::ReadOnly,
    };
    let offers = |path: &str, word: &str| {
        object.schema.field(path).is_none_or(|f| f.options.is_empty() || f.options.iter().any(|o| o.value == word))
    };
    let wanted = WriteSpec { table: spec.table, purpose, writable: &writable, offers: &offers, custom: &object.custom };
    match write_overlaid(&wanted, &object.overlay(spec.object), body) {
        Ok(changes) => Checked { changes, problem: None },
        Err(refused) => Checked { changes: Changes::default(), problem: Some(refusal(refused, prefix)) },
    }
}

fn refusal(refused: WriteRefused, prefix: &str) -> Problem {
    match refused {
        WriteRefused::Body { reason, offset } => {
            let detail = format!("the record is not a JSON object: {reason} at byte {offset}");
            Problem::new(Code::InvalidRequest, detail.clone()).with_error(prefix, "invalid", detail)
        }
        WriteRefused::Fields(errors) => {
            let part = |e: WriteError| FieldError {
                pointer: format!("{prefix}{}", e.pointer),
                code: e.kind.as_str(),
                detail: e.detail,
                provider_field: e.provider_field,
            };
            let errors: Vec<FieldError> = errors.into_iter().map(part).collect();
            let detail = errors.first().map_or_else(|| "the record is refused".to_owned(), summary(errors.len()));
            Problem { errors, ..Problem::new(Code::ValidationFailed, detail) }
        }
    }
}

/// The first error, and how many more there are.
pub(super) fn summary(count: usize) -> impl Fn(&FieldError) -> String {
    move |first| match count {
        0 | 1 => first.detail.clone(),
        more => format!("{}; and {} more, see errors", first.detail, more - 1),
    }
}

/// One name or several.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Names {
    One(String),
    Several(Vec<String>),
}

impl Names {
    pub(super) fn list(self) -> Vec<String> {
        match self {
            Self::One(name) => vec![name],
            Self::Several(names) => names,
        }
    }
}

/// `{"match": …, "record": …}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UpsertBody<'a> {
    #[serde(rename = "match")]
    pub(super) key: Names,
    #[serde(borrow)]
    pub(super) record: &'a RawValue,
}

/// What a batch does, as its body says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum BatchWord {
    Create,
    Update,
    Upsert,
    Delete,
}

/// `{"operation": …, "match": …, "records": […]}`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BatchBody<'a> {
    pub(super) operation: BatchWord,
    #[serde(rename = "match", default)]
    pub(super) key: Option<Names>,
    #[serde(borrow)]
    pub(super) records: Vec<&'a RawValue>,
}

/// Reads a body of a fixed form. Values are not repeated in the refusal.
pub(super) fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let what = match error.classify() {
            serde_json::error::Category::Data => error.to_string(),
            _ => format!("the body is not JSON ({place})"),
        };
        Problem::new(Code::InvalidRequest, what.clone()).with_error("", "invalid", what)
    })
}

/// Refuses empty batches and those with too many records.
pub(super) fn bounded(count: usize) -> Result<(), Problem> {
    if (1..=MAX_BATCH).contains(&count) {
        return Ok(());
    }
    let detail = format!("a batch has 1 to {MAX_BATCH} records, this one {count}");
    let code = if count == 0 { "missing" } else { "too_many" };
    Err(Problem::new(Code::InvalidRequest, detail.clone()).with_error("/records", code, detail))
}
