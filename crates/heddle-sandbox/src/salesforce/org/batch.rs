//! Changes to rows: collected on a working copy, then kept or undone.

mod bin;
mod notes;

use std::sync::Arc;

use super::{Index, Org, Row, Table, stages};
use crate::salesforce::ids::Id;
use crate::salesforce::schema::{CONTACT, CONTACT_ROLE, Field, Kind, OPPORTUNITY, Object};
use crate::salesforce::value::Value;
use crate::serve::RowCounts;

/// Field values by their place in the object.
pub(crate) type Values = Vec<(usize, Value)>;

/// One change after the other to the newest snapshot. Nobody sees them until
/// they are kept.
pub(crate) struct Batch<'a> {
    pub(crate) org: &'a Org,
    index: &'a mut Index,
    tables: Vec<Arc<Table>>,
    log: Vec<Change>,
    /// The second of all changes, in milliseconds.
    now: i64,
    counts: RowCounts,
    /// Whether a row came between others or was taken out, so that positions
    /// moved.
    shifted: bool,
    /// Whether an id was given out for later.
    reserved: bool,
}

struct Change {
    object: usize,
    position: u32,
    before: Option<Arc<Row>>,
    after: Arc<Row>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(org: &'a Org, index: &'a mut Index, now: i64) -> Batch<'a> {
        index.build(org);
        let tables = org.tables.clone();
        Batch {
            org,
            index,
            tables,
            log: Vec::new(),
            now,
            counts: RowCounts::default(),
            shifted: false,
            reserved: false,
        }
    }

    pub(crate) fn object(&self, object: usize) -> &'a Object {
        self.org.object(object)
    }

    /// The second of all changes, in milliseconds.
    pub(crate) const fn now(&self) -> i64 {
        self.now
    }

    /// A record as the changes so far left it, with its position.
    pub(crate) fn find(&self, object: usize, id: Id) -> Option<(u32, &Arc<Row>)> {
        let position = self.tables[object].position(id)?;
        Some((position, self.tables[object].row(position)))
    }

    /// The live records that hold `value` in a field a record can be named
    /// by, and that the run-as user may see.
    pub(crate) fn matching(&self, object: usize, field: usize, value: &Value) -> Vec<Id> {
        let live = |id: &&Id| {
            let found = self.find(object, **id);
            found.is_some_and(|(_, row)| !self.org.is_deleted(object, row) && self.org.shares(object, row))
        };
        self.index.find(object, field, value).iter().filter(live).copied().collect()
    }

    /// A new record. What is not given gets the org's defaults.
    pub(crate) fn create(&mut self, object: usize, values: Values) -> Result<Id, String> {
        let definition = self.object(object);
        let user = self.org.user();
        let last = self.last_id(object);
        let table = &self.tables[object];
        let mut row =
            Row { values: definition.fields.iter().map(default_value).collect(), serial: table.len(), like: None };
        row.set(definition, "Id", Value::Id(last.next()));
        for name in ["OwnerId", "CreatedById", "LastModifiedById"] {
            row.set(definition, name, Value::Id(user));
        }
        for name in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            row.set(definition, name, Value::Moment(self.now));
        }
        let currency = Value::text(&self.org.schema.default_currency);
        row.set(definition, "CurrencyIsoCode", currency);
        if object == CONTACT {
            row.set(definition, "PhotoUrl", Value::text(&format!("/services/images/photo/{}", last.next().as_str())));
        }
        row.written(object, definition, values, self.now);
        let id = row.id().ok_or("Id must be a record id")?;
        if table.position(id).is_some() {
            return Err(format!("{} exists", id.as_str()));
        }
        let after = Arc::new(row);
        self.index.moved(object, None, &after);
        if id > last {
            let position = u32::try_from(table.len()).map_err(|error| error.to_string())?;
            Arc::make_mut(&mut self.tables[object]).push(Arc::clone(&after));
            self.log.push(Change { object, position, before: None, after });
        } else {
            let rows = table.rows().cloned().chain([Arc::clone(&after)]).collect();
            self.tables[object] = Arc::new(table.with_rows(rows));
            self.shifted = true;
        }
        self.counts.created += 1;
        self.one_primary(object, id);
        self.new_note(object, id)?;
        Ok(id)
    }

    /// The greatest id that was given out.
    fn last_id(&self, object: usize) -> Id {
        let first = || Id::nth(self.object(object).prefix, 0).beside(self.org.user());
        self.tables[object].last_id().unwrap_or_else(first)
    }

    /// The same record with these fields and a later stamp.
    pub(crate) fn update(&mut self, object: usize, position: u32, values: Values) {
        let rewritten = self.is_text(object, &values);
        self.change(object, position, values);
        self.counts.updated += 1;
        if let Some(id) = self.tables[object].row(position).id() {
            self.one_primary(object, id);
            if rewritten {
                self.new_text(id);
            }
        }
    }

    /// Of the contacts of an opportunity one is primary at the most: the last
    /// that was made so.
    fn one_primary(&mut self, object: usize, id: Id) {
        let definition = self.object(object);
        let places = definition.position("IsPrimary").zip(definition.position("OpportunityId"));
        let Some((primary, deal)) = places.filter(|_| object == CONTACT_ROLE) else { return };
        let Some((own, row)) = self.find(object, id) else { return };
        if *row.get(primary) != Value::Bool(true) {
            return;
        }
        let deal_id = row.get(deal).clone();
        for position in self.matching_all(object, deal, &deal_id) {
            if position != own && *self.tables[object].row(position).get(primary) == Value::Bool(true) {
                self.change(object, position, vec![(primary, Value::Bool(false))]);
            }
        }
    }

    /// Puts a record into the bin; with an account go its contacts and
    /// opportunities, and with those the roles that join them.
    pub(crate) fn delete(&mut self, object: usize, position: u32) {
        let Some(id) = self.tables[object].row(position).id() else { return };
        let schema = Arc::clone(&self.org.schema);
        let gone = self.object(object).position("IsDeleted").map(|field| (field, Value::Bool(true)));
        self.change(object, position, gone.into_iter().collect());
        self.counts.deleted += 1;
        for children in schema.children(object) {
            for position in self.matching_all(children.object, children.field, &Value::Id(id)) {
                self.delete(children.object, position);
            }
        }
    }

    /// Positions of live records, seen by the user or not.
    fn matching_all(&self, object: usize, field: usize, value: &Value) -> Vec<u32> {
        let ids = self.index.find(object, field, value).iter();
        let found = ids.filter_map(|id| self.find(object, *id));
        found.filter(|(_, row)| !self.org.is_deleted(object, row)).map(|(position, _)| position).collect()
    }

    /// A change that no person made to the record itself: only the system's
    /// own stamp moves.
    pub(crate) fn shift(&mut self, object: usize, position: u32, values: Values) {
        self.put(object, position, values, &["SystemModstamp"]);
        self.counts.updated += 1;
    }

    fn change(&mut self, object: usize, position: u32, values: Values) {
        self.put(object, position, values, &["SystemModstamp", "LastModifiedDate"]);
    }

    fn put(&mut self, object: usize, position: u32, values: Values, stamps: &[&str]) {
        let definition = self.object(object);
        let before = Arc::clone(self.tables[object].row(position));
        let mut row = Row::clone(&before);
        for name in stamps {
            // A transaction that ends late has an older stamp than what came
            // meanwhile; no stamp of a record goes back.
            let known = definition.position(name).map(|field| row.get(field));
            let known = known.and_then(|value| if let Value::Moment(at) = value { Some(*at) } else { None });
            row.set(definition, name, Value::Moment(self.now.max(known.unwrap_or(self.now))));
        }
        if stamps.len() > 1 {
            row.set(definition, "LastModifiedById", Value::Id(self.org.user()));
        }
        row.written(object, definition, values, self.now);
        let after = Arc::new(row);
        self.index.moved(object, Some(&before), &after);
        Arc::make_mut(&mut self.tables[object]).replace(position, Arc::clone(&after));
        self.log.push(Change { object, position, before: Some(before), after });
    }

    /// The snapshot with all changes, and how many rows they are; nothing
    /// when there was no change.
    pub(crate) fn keep(self) -> Option<(Org, RowCounts)> {
        if self.log.is_empty() && !self.shifted && !self.reserved {
            return None;
        }
        let changed = self.log.iter().map(|change| (change.object, change.position));
        let orders = if self.shifted { Default::default() } else { self.org.orders_after(changed) };
        Some((self.org.with_tables(self.tables, orders), self.counts))
    }

    /// Takes all changes back.
    pub(crate) fn undo(self) {
        if self.shifted {
            self.index.forget();
            return;
        }
        for change in self.log.iter().rev() {
            match &change.before {
                Some(before) => self.index.moved(change.object, Some(&change.after), before),
                None => self.index.withdrawn(change.object, &change.after),
            }
        }
    }
}

impl Row {
    /// Writes values, and what follows from them.
    fn written(&mut self, number: usize, object: &Object, values: Values, now: i64) {
        let given: Vec<usize> = values.iter().map(|(place, _)| *place).collect();
        self.apply(object, values);
        if number == OPPORTUNITY {
            stages::follow(self, object, &given, now);
        }
    }

    pub(super) fn set(&mut self, object: &Object, name: &str, value: Value) {
        if let Some(slot) = object.position(name) {
            self.put(slot, value);
        }
    }

    fn put(&mut self, slot: usize, value: Value) {
        for field in self.values.len()..=slot {
            let kept = self.get(field).clone();
            self.values.push(kept);
        }
        self.values[slot] = value;
    }

    /// Writes values; the full name of a person follows its parts.
    fn apply(&mut self, object: &Object, values: Values) {
        let at = |name: &str| object.position(name);
        let given = |name: &str| values.iter().any(|(field, _)| Some(*field) == at(name));
        let rename = at("LastName").is_some() && !given("Name") && (given("FirstName") || given("LastName"));
        for (field, value) in values {
            self.put(field, value);
        }
        if rename {
            let part = |name: &str| Some(self.get(at(name)?).as_text()?.to_owned());
            let parts = [part("FirstName"), part("LastName")];
            let name = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
            self.set(object, "Name", Value::text(&name));
        }
    }
}

/// What a field holds that was never given a value.
pub(crate) fn default_value(field: &Field) -> Value {
    match field.kind {
        Kind::Boolean => Value::Bool(false),
        Kind::Picklist if field.has('d') => Value::text(field.picklist.first().copied().unwrap_or_default()),
        _ => Value::Null,
    }
}
