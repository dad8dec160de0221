//! Changes past the API, several in one transaction: what people do in the
//! org's own pages, and what no REST resource can do.

use chrono::{DateTime, SecondsFormat};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::ids::Id;
use super::org::{Batch, unchecked};
use super::seed::DAY;
use super::state::{BIN_DAYS, Salesforce};

/// Most seconds between the stamp of a transaction and its end.
const LONGEST: i64 = 86_400;

/// One change.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Change {
    /// A new record.
    Create { object: String, fields: Map<String, Value> },
    /// Other values; `system` moves `SystemModstamp` alone, as mass changes of
    /// the owner do.
    Update {
        id: String,
        fields: Map<String, Value>,
        #[serde(default)]
        system: bool,
    },
    /// Into the bin, with what belongs to it.
    Delete { id: String },
    /// Out of the bin, with what went there along with it.
    Undelete { id: String },
    /// One or two losers go into the bin, and what belonged to them goes to
    /// the winner.
    Merge { winner: String, losers: Vec<String> },
    /// Out of the bin for ever.
    Purge { id: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Order {
    changes: Vec<Change>,
    #[serde(default)]
    commit_after_seconds: i64,
}

/// `POST changes {changes, commit_after_seconds}`: all of them or none, with
/// one stamp; the id of each record.
pub(super) fn change(org: &Salesforce, body: Value) -> Result<Value, String> {
    let Order { mut changes, commit_after_seconds } =
        serde_json::from_value(body).map_err(|error| error.to_string())?;
    if !(0..=LONGEST).contains(&commit_after_seconds) {
        return Err(format!("commit_after_seconds is 0 to {LONGEST}"));
    }
    if commit_after_seconds == 0 {
        let (ids, _) = org.write(|batch| apply_all(batch, &changes));
        return ids.map(|ids| json!({ "ids": ids.iter().map(Id::as_str).collect::<Vec<_>>() }));
    }
    // Ids are given out at the beginning: a record that is seen later may have
    // a lower one than those seen before it.
    let (reserved, _) = org.write(|batch| {
        let mut ids = Vec::new();
        for change in &mut changes {
            if let Change::Create { object, fields } = change {
                let object = batch.org.schema.object(object).ok_or_else(|| format!("no object {object}"))?;
                unchecked(batch.object(object), fields)?;
                let id = batch.reserve(object);
                fields.insert("Id".to_owned(), id.as_str().into());
                ids.push(id);
            }
        }
        Ok::<Vec<Id>, String>(ids)
    });
    let mut reserved = reserved?.into_iter();
    let ids: Vec<Value> = changes
        .iter()
        .map(|change| match change {
            Change::Create { .. } => reserved.next().map(|id| id.as_str().into()).unwrap_or_default(),
            change => change.named().into(),
        })
        .collect();
    let began = org.stamp();
    org.late.begin(began, began + commit_after_seconds * 1_000, changes);
    Ok(json!({ "ids": ids }))
}

/// Makes changes one after the other; the record of each.
pub(super) fn apply_all(batch: &mut Batch<'_>, changes: &[Change]) -> Result<Vec<Id>, String> {
    changes.iter().map(|change| change.apply(batch)).collect()
}

impl Change {
    /// The id that it names, if it is of a record that is there.
    fn named(&self) -> &str {
        match self {
            Change::Create { .. } => "",
            Change::Update { id, .. } | Change::Delete { id } | Change::Undelete { id } | Change::Purge { id } => id,
            Change::Merge { winner, .. } => winner,
        }
    }

    fn apply(&self, batch: &mut Batch<'_>) -> Result<Id, String> {
        if let Change::Create { object, fields } = self {
            let object = batch.org.schema.object(object).ok_or_else(|| format!("no object {object}"))?;
            let values = unchecked(batch.object(object), fields)?;
            return batch.create(object, values);
        }
        let (object, id) = record(batch, self.named())?;
        let (position, row) = batch.find(object, id).ok_or_else(|| format!("no record {}", id.as_str()))?;
        let in_bin = batch.org.is_deleted(object, row);
        if in_bin != matches!(self, Change::Undelete { .. } | Change::Purge { .. }) {
            return Err(format!("{} is {}in the bin", id.as_str(), if in_bin { "" } else { "not " }));
        }
        match self {
            Change::Update { fields, system, .. } => {
                let values = unchecked(batch.object(object), fields)?;
                if *system {
                    batch.shift(object, position, values);
                } else {
                    batch.update(object, position, values);
                }
            }
            Change::Delete { .. } => batch.delete(object, position),
            Change::Undelete { .. } => batch.restore(object, position)?,
            Change::Merge { losers, .. } => {
                let losers = losers.iter().map(|loser| record(batch, loser).map(|(_, id)| id));
                let losers = losers.collect::<Result<Vec<Id>, String>>()?;
                batch.merge(object, id, &losers)?;
            }
            Change::Purge { .. } => batch.purge(&|of, row| of == object && row.id() == Some(id)),
            Change::Create { .. } => {}
        }
        Ok(id)
    }
}

/// A record's object and id.
fn record(batch: &Batch<'_>, id: &str) -> Result<(usize, Id), String> {
    let id = Id::parse(id).ok_or_else(|| format!("{id} is no record id"))?;
    let object = batch.org.schema.objects.iter().position(|object| object.prefix == id.prefix());
    object.map(|object| (object, id)).ok_or_else(|| format!("no object has ids like {}", id.as_str()))
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    advance_seconds: i64,
    #[serde(default)]
    still: Option<bool>,
}

/// `POST clock {at, advance_seconds, still}`: forwards only, so that stamps
/// never go back. Once a day of the org its bin loses what is too old.
pub(super) fn turn(org: &Salesforce, body: Value) -> Result<Value, String> {
    let turn: Turn = serde_json::from_value(body).map_err(|error| error.to_string())?;
    let before = org.clock.now();
    let from = match &turn.at {
        None => before,
        Some(text) => DateTime::parse_from_rfc3339(text).map_err(|error| error.to_string())?.timestamp_millis(),
    };
    let at = from + turn.advance_seconds * 1_000;
    if turn.advance_seconds < 0 || at < org.last_change() {
        return Err("the clock does not go back behind the last change".to_owned());
    }
    org.clock.set(at, turn.still.unwrap_or_else(|| org.clock.is_still()));
    org.settle();
    if at.div_euclid(DAY) > before.div_euclid(DAY) {
        org.empty_bin(BIN_DAYS);
    }
    Ok(shown(org))
}

/// `GET clock`.
pub(super) fn shown(org: &Salesforce) -> Value {
    let now = DateTime::from_timestamp_millis(org.clock.now()).unwrap_or_default();
    json!({
        "now": now.to_rfc3339_opts(SecondsFormat::Millis, true),
        "still": org.clock.is_still(),
        "under_way": org.late.count(),
        "taken_back": org.late.taken_back(),
    })
}
