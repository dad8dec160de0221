//! A connection to write through, for the tests of writing.

use heddle_mapping::{Changes, CustomField, Purpose, Table, Writable, WriteRefused, WriteSpec, json_object, write};
use serde_json::{Value, json};

use crate::{accounts, contacts};

/// A connection: what it lacks, what its user may not write, what it offers.
#[derive(Default)]
pub(crate) struct Connection<'a> {
    pub(crate) create: bool,
    pub(crate) unknown: &'a [&'a str],
    pub(crate) read_only: &'a [&'a str],
    pub(crate) not_offered: &'a [&'a str],
    pub(crate) custom: &'a [CustomField],
}

impl Connection<'_> {
    pub(crate) fn write(&self, table: &Table, body: &str) -> Result<Changes, WriteRefused> {
        let writable = |path: &str| match path {
            _ if self.unknown.contains(&path) => Writable::Unknown,
            _ if self.read_only.contains(&path) => Writable::ReadOnly,
            _ => Writable::Yes,
        };
        let spec = WriteSpec {
            table,
            purpose: if self.create { Purpose::Create } else { Purpose::Update },
            writable: &writable,
            offers: &|_, word| !self.not_offered.contains(&word),
            custom: self.custom,
        };
        write(&spec, body.as_bytes())
    }

    /// The values as JSON, and the warnings.
    pub(crate) fn contact(&self, body: Value) -> (Value, Vec<String>) {
        told(&self.write(&contacts::TABLE, &body.to_string()).unwrap())
    }

    pub(crate) fn account(&self, body: Value) -> (Value, Vec<String>) {
        let (values, warnings) = told(&self.write(&accounts::TABLE, &body.to_string()).unwrap());
        (values.get("properties").cloned().unwrap_or(json!({})), warnings)
    }

    pub(crate) fn contact_errors(&self, body: &str) -> Vec<String> {
        errors(self.write(&contacts::TABLE, body))
    }

    pub(crate) fn account_errors(&self, body: Value) -> Vec<String> {
        errors(self.write(&accounts::TABLE, &body.to_string()))
    }
}

fn told(changes: &Changes) -> (Value, Vec<String>) {
    let values = serde_json::from_slice(&json_object(&changes.values, true)).unwrap();
    let warnings = changes.warnings.iter();
    (values, warnings.map(|w| format!("{} {} ({})", w.kind.as_str(), w.field, w.provider_field)).collect())
}

pub(crate) fn errors(result: Result<Changes, WriteRefused>) -> Vec<String> {
    match result.unwrap_err() {
        WriteRefused::Fields(errors) => {
            errors.iter().map(|e| format!("{} {}: {}", e.pointer, e.kind.as_str(), e.detail)).collect()
        }
        body => vec![body.to_string()],
    }
}

/// Everything there, nothing forbidden.
pub(crate) fn whole() -> Connection<'static> {
    Connection::default()
}

pub(crate) fn create() -> Connection<'static> {
    Connection { create: true, ..Connection::default() }
}
