//! Very large orgs: beyond some thousand contacts they repeat themselves, under
//! ids of their own, so that a million of them takes little memory.

use std::sync::Arc;

use crate::salesforce::org::Row;
use crate::salesforce::schema::Object;
use crate::salesforce::value::Value;

/// Contacts that are all different.
pub(super) const WHOLE: usize = 20_000;

/// The rows, and `more` live ones with later ids and the values of the first.
pub(super) fn grown(object: &Object, mut rows: Vec<Arc<Row>>, more: usize) -> Vec<Arc<Row>> {
    let deleted = object.position("IsDeleted");
    let gone = |row: &&Arc<Row>| deleted.is_some_and(|field| *row.get(field) == Value::Bool(true));
    let models: Vec<Arc<Row>> = rows.iter().filter(|row| !gone(row)).cloned().collect();
    let Some(mut id) = rows.iter().filter_map(|row| row.id()).max() else { return rows };
    rows.reserve(more);
    for model in models.iter().cycle().take(more) {
        id = id.next();
        let values = vec![Value::Id(id)];
        rows.push(Arc::new(Row { values, serial: model.serial, like: Some(Arc::clone(model)) }));
    }
    rows
}
