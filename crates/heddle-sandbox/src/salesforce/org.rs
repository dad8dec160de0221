//! The org's rows: an unchanging snapshot that writes replace.

mod order;
mod write;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};

use super::ids::Id;
use super::schema::{ACCESS, ACCOUNT, CONTACT, Object, Schema};
use super::seed::run_as_user;
use super::value::{Text, Value};

pub(crate) use order::Order;

/// One record. Values lie in the order of the object's fields.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) values: Vec<Value>,
    /// Picks the values of generated fields that were never written.
    pub(crate) serial: usize,
}

impl Row {
    pub(crate) fn get(&self, field: usize) -> &Value {
        self.values.get(field).unwrap_or_else(|| generated(self.serial, field))
    }

    /// The record's id; every object keeps it first.
    pub(crate) fn id(&self) -> Option<Id> {
        self.values.first().and_then(Value::as_id)
    }
}

/// The value of a generated custom field: a third of them are empty.
fn generated(serial: usize, field: usize) -> &'static Value {
    static POOL: OnceLock<Vec<Value>> = OnceLock::new();
    let pool = POOL.get_or_init(|| {
        (0..97_u32)
            .map(|number| match number % 3 {
                0 => Value::Null,
                1 => Value::Text(Text::new(&format!("Batch {number}"))),
                _ => Value::Text(Text::new(&format!("Größe_{number} – {}%", number * 7 % 100))),
            })
            .collect()
    });
    &pool[(serial * 31 + field) % pool.len()]
}

/// The rows of one object, ids ascending.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    pub(crate) rows: Vec<Arc<Row>>,
    by_id: HashMap<Id, u32>,
}

impl Table {
    pub(crate) fn new(mut rows: Vec<Arc<Row>>) -> Table {
        rows.sort_by_key(|row| row.id());
        let by_id = rows.iter().zip(0_u32..).filter_map(|(row, position)| Some((row.id()?, position))).collect();
        Table { rows, by_id }
    }

    pub(crate) fn find(&self, id: Id) -> Option<&Row> {
        self.position(id).map(|position| self.row(position))
    }

    pub(crate) fn position(&self, id: Id) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    pub(crate) fn row(&self, position: u32) -> &Row {
        &self.rows[position as usize]
    }
}

/// What the run-as user may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rights {
    pub(crate) api_enabled: bool,
    pub(crate) view_all_data: bool,
    /// Whether records belong to their owner alone unless the user sees all.
    pub(crate) private_sharing: bool,
}

/// The whole org at one moment.
#[derive(Debug)]
pub(crate) struct Org {
    pub(crate) schema: Arc<Schema>,
    pub(crate) tables: Vec<Arc<Table>>,
    orders: Mutex<order::Orders>,
    rights: Rights,
}

impl Org {
    pub(crate) fn new(schema: Arc<Schema>, tables: Vec<Arc<Table>>, rights: Rights) -> Org {
        Org { schema, tables, orders: Mutex::default(), rights }
    }

    pub(crate) fn object(&self, object: usize) -> &Object {
        &self.schema.objects[object]
    }

    /// The parent row behind a reference field.
    pub(crate) fn parent(&self, row: &Row, reference: usize, object: usize) -> Option<&Row> {
        let id = row.get(reference).as_id()?;
        self.tables[object].find(id)
    }

    /// Whether the run-as user may read this record of `object`.
    pub(crate) fn shares(&self, object: usize, row: &Row) -> bool {
        if self.rights.view_all_data || !self.rights.private_sharing || !matches!(object, CONTACT | ACCOUNT) {
            return true;
        }
        let owner = self.object(object).position("OwnerId").map(|field| row.get(field));
        owner.and_then(Value::as_id) == Some(run_as_user())
    }

    /// The same rows under another schema.
    pub(crate) fn with_schema(&self, schema: Arc<Schema>) -> Org {
        Org::new(schema, self.tables.clone(), self.rights)
    }

    /// The same org with other rights of the run-as user.
    pub(crate) fn with_rights(&self, rights: Rights) -> Org {
        let object = self.object(ACCESS);
        let values = object
            .fields
            .iter()
            .map(|field| match field.name.as_str() {
                "PermissionsApiEnabled" => Value::Bool(rights.api_enabled),
                "PermissionsViewAllData" => Value::Bool(rights.view_all_data),
                "Id" => Id::parse("000000000000000AAA").map_or(Value::Null, Value::Id),
                _ => Value::Bool(false),
            })
            .collect();
        let mut tables = self.tables.clone();
        tables[ACCESS] = Arc::new(Table::new(vec![Arc::new(Row { values, serial: 0 })]));
        Org::new(Arc::clone(&self.schema), tables, rights)
    }
}
