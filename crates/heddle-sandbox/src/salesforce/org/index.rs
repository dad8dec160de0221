//! Records by the values that name them: external ids, mail addresses, parents.

use std::collections::HashMap;

use super::{Org, Row};
use crate::salesforce::ids::Id;
use crate::salesforce::schema::{Object, Schema};
use crate::salesforce::value::Value;

/// Which records hold a value, deleted ones too. It follows the newest
/// snapshot and is built when it is first asked.
#[derive(Debug, Default)]
pub(crate) struct Index {
    fields: Vec<Vec<usize>>,
    /// Object, field and value in lower case to ids.
    ids: HashMap<(usize, usize), HashMap<Box<str>, Vec<Id>>>,
}

impl Index {
    /// Other rows are coming: forget all of them.
    pub(crate) fn forget(&mut self) {
        *self = Index::default();
    }

    /// Reads all rows unless it did so before.
    pub(crate) fn build(&mut self, org: &Org) {
        if !self.fields.is_empty() {
            return;
        }
        self.fields = org
            .schema
            .objects
            .iter()
            .enumerate()
            .map(|(number, object)| indexed(&org.schema, number, object))
            .collect();
        for (object, table) in org.tables.iter().enumerate() {
            for row in table.rows() {
                self.moved(object, None, row);
            }
        }
    }

    /// The ids of all records that hold `value`, ascending.
    pub(super) fn find(&self, object: usize, field: usize, value: &Value) -> &[Id] {
        let found = key(value).and_then(|key| self.ids.get(&(object, field))?.get(key));
        found.map_or(&[], Vec::as_slice)
    }

    /// A record came, or changed from `before` to `after`.
    pub(super) fn moved(&mut self, object: usize, before: Option<&Row>, after: &Row) {
        let Some(id) = after.id() else { return };
        for field in self.fields.get(object).into_iter().flatten() {
            let (old, new) = (before.and_then(|row| key(row.get(*field))), key(after.get(*field)));
            if old == new {
                continue;
            }
            let values = self.ids.entry((object, *field)).or_default();
            if let Some(ids) = old.and_then(|old| values.get_mut(old)) {
                ids.retain(|known| *known != id);
            }
            if let Some(new) = new {
                let ids = values.entry(new.into()).or_default();
                if let Err(place) = ids.binary_search(&id) {
                    ids.insert(place, id);
                }
            }
        }
    }

    /// A record that came is gone again, as if it had never been.
    pub(super) fn withdrawn(&mut self, object: usize, row: &Row) {
        let Some(id) = row.id() else { return };
        for field in self.fields.get(object).into_iter().flatten() {
            let values = self.ids.get_mut(&(object, *field));
            if let Some(ids) = values.and_then(|values| values.get_mut(key(row.get(*field))?)) {
                ids.retain(|known| *known != id);
            }
        }
    }
}

fn key(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text.folded()),
        Value::Id(id) => Some(id.as_str()),
        _ => None,
    }
}

/// Fields a record can be named by, and those that name its parents: deleting
/// an account deletes its contacts.
fn indexed(schema: &Schema, number: usize, object: &Object) -> Vec<usize> {
    let parents = (0..schema.objects.len()).flat_map(|parent| schema.children(parent));
    let parents: Vec<usize> = parents.filter(|own| own.object == number).map(|own| own.field).collect();
    let fields = object.fields.iter().enumerate();
    let named = fields
        .filter(|(place, field)| field.name != "Id" && (field.has('x') || field.has('i')) || parents.contains(place));
    named.map(|(place, _)| place).collect()
}
