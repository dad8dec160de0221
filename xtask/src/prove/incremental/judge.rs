//! Compares a copy with the org itself, field by field.

use heddle_tests::{Mirror, Server};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// One object, with the fields that are compared.
pub(super) struct Object {
    /// As addresses have it.
    pub(super) plural: &'static str,
    /// The org's name of it.
    pub(super) name: &'static str,
    /// The common fields, for `fields=`.
    pub(super) asked: &'static str,
    /// Common field and the org's field.
    fields: &'static [(&'static str, &'static str)],
}

/// What all of them have.
const OWN: &[(&str, &str)] = &[
    ("owner_id", "OwnerId"),
    ("created_at", "CreatedDate"),
    ("updated_at", "SystemModstamp"),
    ("is_deleted", "IsDeleted"),
    ("merged_into_id", "MasterRecordId"),
];

pub(super) static OBJECTS: [Object; 3] = [
    Object {
        plural: "contacts",
        name: "Contact",
        asked: "id,last_name,account_id,owner_id,created_at,updated_at,is_deleted,merged_into_id",
        fields: &[("last_name", "LastName"), ("account_id", "AccountId")],
    },
    Object {
        plural: "accounts",
        name: "Account",
        asked: "id,name,owner_id,created_at,updated_at,is_deleted,merged_into_id",
        fields: &[("name", "Name")],
    },
    Object {
        plural: "leads",
        name: "Lead",
        asked: "id,last_name,owner_id,created_at,updated_at,is_deleted,merged_into_id",
        fields: &[("last_name", "LastName")],
    },
];

impl Object {
    fn fields(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.fields.iter().chain(OWN).copied()
    }

    /// Whether a common record is what the org's row is.
    pub(super) fn same(&self, record: &Value, row: &Value) -> bool {
        self.fields().all(|(common, own)| record[common] == plain(&row[own]))
    }
}

/// What comparisons came to.
#[derive(Default)]
pub(super) struct Verdict {
    pub(super) compared: usize,
    pub(super) in_bin: usize,
    pub(super) merged: usize,
    /// Records that only the copy has, as deleted ones.
    pub(super) tombstones: usize,
    /// Records that were ended before the reader saw them deleted.
    pub(super) unseen: usize,
}

impl std::ops::AddAssign for Verdict {
    fn add_assign(&mut self, other: Self) {
        self.compared += other.compared;
        self.in_bin += other.in_bin;
        self.merged += other.merged;
        self.tombstones += other.tombstones;
        // Each comparison counts all of them.
        self.unseen = self.unseen.max(other.unseen);
    }
}

/// All rows of an object, those in the bin too, by id.
pub(super) async fn rows(server: &Server, object: &Object) -> Result<BTreeMap<String, Value>, String> {
    let fields: Vec<&str> = object.fields().map(|(_, own)| own).collect();
    let body = json!({ "object": object.name, "field": fields, "deleted": true });
    let answer = server.control("GET", "rows", body).await;
    let rows = answer["rows"].as_array().ok_or_else(|| format!("the stand-in has no rows: {answer}"))?;
    let row = |row: &Value| Some((row["id"].as_str()?.to_owned(), row["values"].clone()));
    Ok(rows.iter().filter_map(row).collect())
}

/// Compares a copy with the org. Of what the org does not have any more the
/// copy must have tombstones; without `strict`, records that were `purged`
/// early may have been missed.
pub(super) async fn compare(
    server: &Server,
    mirror: &Mirror,
    purged: &BTreeSet<String>,
    strict: bool,
) -> Result<Verdict, String> {
    let object = OBJECTS.iter().find(|object| object.plural == mirror.object());
    let object = object.ok_or("an object that nobody compares")?;
    let rows = rows(server, object).await?;
    let mut verdict = Verdict::default();
    for (id, row) in &rows {
        let in_bin = row["IsDeleted"] == true;
        let Some(record) = mirror.get(id) else {
            if strict && in_bin {
                // Tombstones are dropped where ids are compared.
                continue;
            }
            return Err(format!("first difference: {} {id} is missing in the copy; the org has {row}", object.name));
        };
        if !object.same(record, row) {
            let (name, row) = (object.name, row.to_string());
            return Err(format!("first difference: {name} {id}: the copy has {record}; the org has {row}"));
        }
        verdict.compared += 1;
        verdict.in_bin += usize::from(in_bin);
        verdict.merged += usize::from(!row["MasterRecordId"].is_null());
    }
    for (id, record) in mirror.records().iter().filter(|(id, _)| !rows.contains_key(*id)) {
        if record["is_deleted"] == true {
            verdict.tombstones += 1;
        } else if !strict && purged.contains(id) {
            verdict.unseen += 1;
        } else {
            return Err(format!("first difference: {} {id} is gone from the org; the copy has {record}", object.name));
        }
    }
    Ok(verdict)
}

/// A value of the org as the common form writes it.
fn plain(value: &Value) -> Value {
    match value.as_str().and_then(|text| text.strip_suffix("+0000")) {
        Some(moment) => format!("{moment}Z").into(),
        None => value.clone(),
    }
}
