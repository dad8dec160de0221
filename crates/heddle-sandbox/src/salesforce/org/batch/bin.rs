//! What happens around the bin: merges, records that come back, and the end.

use std::sync::Arc;

use super::{Batch, Row};
use crate::salesforce::ids::Id;
use crate::salesforce::schema::{ACCOUNT, CONTACT, CONTACT_ROLE, Field, Kind, LEAD};
use crate::salesforce::value::Value;

/// Most losers of one merge.
const LOSERS: usize = 2;

impl Batch<'_> {
    /// Takes a record out of the bin, and what went there along with it. One
    /// that was merged away is a record of its own again; what belonged to it
    /// stays with the winner.
    pub(crate) fn restore(&mut self, object: usize, position: u32) -> Result<(), String> {
        if object == CONTACT_ROLE {
            return Err("OpportunityContactRole cannot be undeleted".to_owned());
        }
        self.back(object, position);
        Ok(())
    }

    fn back(&mut self, object: usize, position: u32) {
        let row = Arc::clone(self.tables[object].row(position));
        let Some(id) = row.id() else { return };
        let definition = self.object(object);
        let gone_at = definition.position("SystemModstamp").map(|field| row.get(field).clone());
        let values = [("IsDeleted", Value::Bool(false)), ("MasterRecordId", Value::Null)];
        let values = values.into_iter().filter_map(|(name, value)| Some((definition.position(name)?, value)));
        self.change(object, position, values.collect());
        self.counts.updated += 1;
        let schema = Arc::clone(&self.org.schema);
        for children in schema.children(object) {
            let child = self.object(children.object);
            let of_child = |row: &Row, name: &str| child.position(name).map(|field| row.get(field).clone());
            let ids = self.index.find(children.object, children.field, &Value::Id(id)).to_vec();
            let along = ids.into_iter().filter_map(|id| {
                let (position, row) = self.find(children.object, id)?;
                let along = self.org.is_deleted(children.object, row)
                    && of_child(row, "SystemModstamp") == gone_at
                    && of_child(row, "MasterRecordId").is_none_or(|master| master.is_null());
                along.then_some(position)
            });
            for position in along.collect::<Vec<u32>>() {
                self.back(children.object, position);
            }
        }
    }

    /// Merges live records of one object: the losers go into the bin with the
    /// winner's id, and every record that named one of them names the winner.
    pub(crate) fn merge(&mut self, object: usize, winner: Id, losers: &[Id]) -> Result<(), String> {
        if !matches!(object, ACCOUNT | CONTACT | LEAD) {
            return Err(format!("{} cannot be merged", self.object(object).name));
        }
        if losers.is_empty() || losers.len() > LOSERS || losers.contains(&winner) || losers.windows(2).any(same) {
            return Err("a merge is of two or three different records".to_owned());
        }
        let definition = self.object(object);
        let place = |name: &str| definition.position(name);
        let gone = [("IsDeleted", Value::Bool(true)), ("MasterRecordId", Value::Id(winner))];
        for loser in losers {
            let live = self.find(object, *loser).filter(|(_, row)| !self.org.is_deleted(object, row));
            let (position, _) = live.ok_or_else(|| format!("{} is no live {}", loser.as_str(), definition.name))?;
            let values = gone.iter().filter_map(|(name, value)| Some((place(name)?, value.clone())));
            self.change(object, position, values.collect());
            self.counts.deleted += 1;
        }
        if let Some((position, _)) = self.find(object, winner) {
            self.update(object, position, Vec::new());
        }
        self.reparent(definition.name, winner, losers);
        Ok(())
    }

    fn reparent(&mut self, target: &str, winner: Id, losers: &[Id]) {
        let schema = Arc::clone(&self.org.schema);
        let names = |field: &Field| {
            let own = field.kind == Kind::Reference && field.name != "MasterRecordId";
            own && field.targets.iter().any(|name| name == target)
        };
        for (object, definition) in schema.objects.iter().enumerate() {
            let fields = definition.fields.iter().enumerate();
            let fields: Vec<usize> = fields.filter(|(_, field)| names(field)).map(|(place, _)| place).collect();
            for field in fields {
                let of_loser = |row: &Row| row.get(field).as_id().is_some_and(|id| losers.contains(&id));
                let rows = self.tables[object].rows().zip(0_u32..);
                let found = rows.filter(|(row, _)| of_loser(row) && !self.org.is_deleted(object, row));
                for (own, position) in found.map(|(row, position)| (row.id(), position)).collect::<Vec<_>>() {
                    // Nothing belongs to itself.
                    let parent = if own == Some(winner) { Value::Null } else { Value::Id(winner) };
                    self.shift(object, position, vec![(field, parent)]);
                }
            }
        }
    }

    /// Ends the records in the bin of which `doomed` holds: no query finds
    /// them any more.
    pub(crate) fn purge(&mut self, doomed: &dyn Fn(usize, &Row) -> bool) {
        for object in 0..self.tables.len() {
            if self.object(object).position("IsDeleted").is_none() {
                continue;
            }
            let ends = |row: &Arc<Row>| doomed(object, row) && self.org.is_deleted(object, row);
            if !self.tables[object].rows().any(ends) {
                continue;
            }
            let (gone, kept): (Vec<_>, Vec<_>) = self.tables[object].rows().cloned().partition(ends);
            for row in &gone {
                self.index.withdrawn(object, row);
            }
            self.tables[object] = Arc::new(self.tables[object].with_rows(kept));
            self.shifted = true;
        }
    }

    /// An id for a record that comes later.
    pub(crate) fn reserve(&mut self, object: usize) -> Id {
        let id = self.last_id(object).next();
        Arc::make_mut(&mut self.tables[object]).reserve(id);
        self.reserved = true;
        id
    }
}

fn same(pair: &[Id]) -> bool {
    pair[0] == pair[1]
}
