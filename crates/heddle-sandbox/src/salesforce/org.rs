//! The org's rows: an unchanging snapshot that writes replace.

mod batch;
mod index;
mod order;
mod stages;
mod table;
mod write;

use std::sync::{Arc, Mutex, OnceLock};

use super::ids::Id;
use super::schema::{ACCESS, ACCOUNT, CONTACT, LEAD, NAME, OPPORTUNITY, ORGANIZATION, Object, RECORD_TYPE, Schema};
use super::value::{Text, Value};

pub(crate) use batch::{Batch, Values};
pub(crate) use index::Index;
pub(crate) use order::Order;
pub(crate) use table::Table;
pub(crate) use write::{from_json, unchecked};

/// One record. Values lie in the order of the object's fields.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) values: Vec<Value>,
    /// Picks the values of generated fields that were never written.
    pub(crate) serial: usize,
    /// The record whose values this one has where it has none of its own: very
    /// large orgs repeat themselves.
    pub(crate) like: Option<Arc<Row>>,
}

impl Row {
    pub(crate) fn get(&self, field: usize) -> &Value {
        match (self.values.get(field), &self.like) {
            (Some(value), _) => value,
            (None, Some(like)) => like.get(field),
            (None, None) => generated(self.serial, field),
        }
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

/// The run-as user and what they may do.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rights {
    pub(crate) user: Id,
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

    /// The row behind a reference field, with its object: for a field that
    /// points at several objects the one that the id is of.
    pub(crate) fn target(&self, row: &Row, reference: usize, object: usize) -> Option<(usize, &Row)> {
        let id = row.get(reference).as_id()?;
        let object = match object {
            NAME => self.schema.objects.iter().position(|object| object.prefix == id.prefix())?,
            object => object,
        };
        Some((object, self.tables[object].find(id)?))
    }

    /// What a record shows as one of several objects, by the field's place in
    /// that view.
    pub(crate) fn shown<'a>(&'a self, object: usize, row: &'a Row, field: usize) -> Option<&'a Value> {
        let (definition, name) = (self.object(object), &self.object(NAME).fields[field].name);
        match name.as_str() {
            "Type" => Some(&definition.type_name),
            name => definition.position(name).map(|position| row.get(position)),
        }
    }

    fn with_tables(&self, tables: Vec<Arc<Table>>, orders: order::Orders) -> Org {
        Org { schema: Arc::clone(&self.schema), tables, orders: Mutex::new(orders), rights: self.rights }
    }

    /// The same records under the ids of another organisation.
    pub(crate) fn renumbered(&self, generation: u64, rights: Rights) -> Org {
        let moved = |value: &Value| match value {
            Value::Id(id) => Value::Id(id.in_generation(generation)),
            other => other.clone(),
        };
        let table = |table: &Arc<Table>| {
            let row = |row: &Arc<Row>| {
                let own = row.like.as_ref().map_or(row.values.len(), |like| like.values.len().max(row.values.len()));
                let values = (0..own).map(|field| moved(row.get(field))).collect();
                Row { values, serial: row.like.as_ref().map_or(row.serial, |like| like.serial), like: None }
            };
            Arc::new(Table::new(table.rows().map(|old| Arc::new(row(old))).collect()))
        };
        let org = Org::new(Arc::clone(&self.schema), self.tables.iter().map(table).collect(), rights);
        org.with_rights(rights)
    }

    /// Whether the run-as user may read this record of `object`.
    pub(crate) fn shares(&self, object: usize, row: &Row) -> bool {
        if object == RECORD_TYPE && !self.schema.record_types {
            let of = self.object(object).position("SobjectType").and_then(|field| row.get(field).as_text());
            return of != Some("Opportunity");
        }
        let owned = matches!(object, CONTACT | ACCOUNT | LEAD | OPPORTUNITY);
        if self.rights.view_all_data || !self.rights.private_sharing || !owned {
            return true;
        }
        let owner = self.object(object).position("OwnerId").map(|field| row.get(field));
        owner.and_then(Value::as_id) == Some(self.rights.user)
    }

    /// The user that tokens act as.
    pub(crate) fn user(&self) -> Id {
        self.rights.user
    }

    /// Whether a record is in the bin.
    pub(crate) fn is_deleted(&self, object: usize, row: &Row) -> bool {
        let deleted = self.object(object).position("IsDeleted");
        deleted.is_some_and(|field| *row.get(field) == Value::Bool(true))
    }

    /// When a record last changed, by the system's own stamp, in milliseconds.
    pub(crate) fn stamp_of(&self, object: usize, row: &Row) -> i64 {
        match self.object(object).position("SystemModstamp").map(|field| row.get(field)) {
            Some(Value::Moment(at)) => *at,
            _ => 0,
        }
    }

    /// The same rows under another schema.
    pub(crate) fn with_schema(&self, schema: Arc<Schema>) -> Org {
        Org::new(schema, self.tables.clone(), self.rights).with_organization()
    }

    /// The same org with a record of itself, as its schema says.
    fn with_organization(mut self) -> Org {
        let values = self
            .object(ORGANIZATION)
            .fields
            .iter()
            .map(|field| match field.name.as_str() {
                "Id" => Value::Id(Id::nth("00D", 1)),
                "Name" => Value::text("Sandbox Org"),
                "DefaultCurrencyIsoCode" => Value::text(&self.schema.default_currency),
                "OrganizationType" => Value::text("Developer Edition"),
                "IsSandbox" => Value::Bool(false),
                _ => Value::Null,
            })
            .collect();
        self.tables[ORGANIZATION] = Arc::new(Table::new(vec![Arc::new(Row { values, serial: 0, like: None })]));
        self
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
        tables[ACCESS] = Arc::new(Table::new(vec![Arc::new(Row { values, serial: 0, like: None })]));
        Org::new(Arc::clone(&self.schema), tables, rights)
    }
}
