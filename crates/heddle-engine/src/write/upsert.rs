//! Change the record that matches, or make it.

use super::{Ended, Write, WriteBody, body};
use crate::{Code, Problem};
use heddle_connector::mapping::{Condition, Filter, Op, Purpose, Wire};
use heddle_connector::{Failure, FailureKind, UpsertQuery};
use serde_json::Value;

/// Most fields that a match may name.
const MAX_MATCH: usize = 5;
/// How many of several matching records are named.
const SHOWN: usize = 10;
/// Where the record stands in the body.
const RECORD: &str = "/record";

/// A field of the provider's own that can be the key of an upsert.
pub(super) struct Key {
    pub(super) path: String,
    pub(super) value: Wire<'static>,
}

impl Write<'_> {
    pub(super) async fn upsert(&mut self, bytes: &[u8]) -> Ended {
        let asked: body::UpsertBody<'_> = body::read(bytes)?;
        let names = asked.key.list();
        if names.is_empty() || names.len() > MAX_MATCH {
            let detail = format!("match names 1 to {MAX_MATCH} fields of the record");
            return Err(Problem::new(Code::InvalidRequest, detail.clone()).with_error("/match", "invalid", detail));
        }
        let record = asked.record.get().as_bytes();
        // Both ends of an upsert must be possible before anything is looked for.
        let changes = self.changes(Purpose::Update, record, RECORD)?;
        // A list of other records is no part of the one request that an upsert by a key is.
        let lists = changes.values.iter().any(|(path, _)| self.spec.table.list(path).is_some());
        self.warnings.clear();
        let filters = names.iter().map(|name| self.matching(name, record, RECORD)).collect::<Result<Vec<_>, _>>()?;
        match self.key_of(&filters).filter(|_| !lists) {
            Some(key) => self.upsert_by_key(record, key).await,
            None => self.upsert_by_match(record, &filters).await,
        }
    }

    /// The condition that a record of this name's value fulfils.
    pub(super) fn matching(&self, name: &str, record: &[u8], prefix: &str) -> Result<Filter, Problem> {
        let refuse = |code, word, detail: String| Problem::new(code, detail.clone()).with_error("/match", word, detail);
        let Some(value) = value_of(record, name) else {
            let detail = format!("the record has no value for {name}, by which it is to be matched");
            let pointer = format!("{prefix}/{}", name.split('.').next().unwrap_or(name));
            return Err(Problem::new(Code::RequiredFieldMissing, detail.clone()).with_error(pointer, "missing", detail));
        };
        let object = self.snapshot.object(self.spec)?;
        let filter = object
            .condition(self.spec, name, Op::Eq, &value)
            .map_err(|refused| refuse(Code::ValidationFailed, "not_allowed", format!("{name}: {}", refused.reason)))?;
        if let Filter::Is(Condition { path, .. }) = &filter {
            if path == self.spec.table.id {
                let detail = "a record whose id is known is changed with PATCH".to_owned();
                return Err(refuse(Code::ValidationFailed, "not_allowed", detail));
            }
            if !object.schema.field(path).is_some_and(|field| field.filterable) {
                let detail = format!("the provider cannot look for {name}");
                return Err(refuse(Code::UnsupportedFilter, "not_allowed", detail));
            }
        }
        Ok(filter)
    }

    /// The provider's own key, when the match is by exactly one.
    pub(super) fn key_of(&self, filters: &[Filter]) -> Option<Key> {
        let [Filter::Is(Condition { path, values, .. })] = filters else { return None };
        if !self.spec.fixed.is_empty() {
            return None;
        }
        let object = self.snapshot.object(self.spec).ok()?;
        let field = object.schema.field(path).filter(|field| field.key && !path.contains('.'))?;
        Some(Key { path: field.name.clone(), value: values.first()?.clone() })
    }

    async fn upsert_by_key(&mut self, record: &[u8], key: Key) -> Ended {
        let end = match self.send_upsert(record, &key).await? {
            Err(failure) if failure.kind == FailureKind::StaleSchema => {
                self.described_again(failure).await?;
                self.send_upsert(record, &key).await?
            }
            end => end,
        };
        let written = end.map_err(|failure| self.refused(failure, RECORD))?;
        self.answer(written.id, written.created).await
    }

    async fn send_upsert(
        &mut self,
        record: &[u8],
        key: &Key,
    ) -> Result<Result<heddle_connector::Written, Failure>, Problem> {
        let mut changes = self.changes(Purpose::Update, record, RECORD)?;
        changes.values.retain(|(path, _)| *path != key.path);
        let query = UpsertQuery {
            table: self.spec.table,
            key: &key.path,
            value: &key.value,
            values: &changes.values,
            allow_duplicates: self.request.options.allow_duplicates,
        };
        Ok(self.snapshot.connector.upsert(&self.session, &query).await)
    }

    /// Looks first, then writes: two calls. Two such upserts at the same time
    /// can both find nothing.
    async fn upsert_by_match(&mut self, record: &[u8], filters: &[Filter]) -> Ended {
        let found = self.found(filters, SHOWN + 1).await?;
        match found.as_slice() {
            [] => {
                let changes = self.changes(Purpose::Create, record, RECORD)?;
                let written = self.send_create(&changes.values).await;
                let written = written.map_err(|failure| self.refused(failure, RECORD))?;
                self.answer(written.id, true).await
            }
            [id] => {
                let changes = self.changes(Purpose::Update, record, RECORD)?;
                self.send_update(id, &changes.values).await?.map_err(|failure| self.refused(failure, RECORD))?;
                self.answer(id.clone(), false).await
            }
            several => {
                let more = if several.len() > SHOWN { "at least " } else { "" };
                let detail =
                    format!("{more}{} records match; name more fields, or change one by its id", several.len());
                let records = several.iter().take(SHOWN).cloned().collect();
                let problem = Problem::new(Code::DuplicateDetected, detail.clone());
                Err(Problem { records, ..problem.with_error("/match", "ambiguous", detail) })
            }
        }
    }
}

/// The text of a record's value under a common name: a list's part is that of
/// its first item. Empty texts and nulls are no values.
fn value_of(record: &[u8], name: &str) -> Option<String> {
    let record: Value = serde_json::from_slice(record).ok()?;
    let value = match name.split_once('.') {
        None => record.get(name)?,
        Some((head, part)) => match record.get(head)? {
            Value::Array(items) => items.first()?.get(part)?,
            other => other.get(part)?,
        },
    };
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl WriteBody {
    /// Whether a record was made by it.
    pub fn created(&self) -> bool {
        matches!(self, Self::Id { created: true, .. } | Self::Record { created: true, .. })
    }
}
