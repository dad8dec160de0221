//! A table: all rows of one object at one provider.

use heddle_model::{Kind, Model, Object};

use crate::row::{Row, Way};

/// How one provider object maps to a common one. A `static` in the
/// connector's `objects/` folder, with `const _: () = check(&TABLE);` beside it.
#[derive(Debug)]
pub struct Table {
    /// The common object.
    pub object: Object,
    /// The provider's name of it: `Contact`.
    pub provider_object: &'static str,
    /// The provider's id field. Fills `id`, `remote_id` and `url`.
    pub id: &'static str,
    /// The field that moves with every change. Fills `updated_at`.
    pub modified: &'static str,
    /// When the record was made. Fills `created_at`.
    pub created: Option<&'static str>,
    /// Whether the record is deleted. Fills `is_deleted`.
    pub deleted: Option<&'static str>,
    /// What clears a field.
    pub clear: Clear,
    /// The key under which the provider keeps a record's fields, if it keeps
    /// them apart (`properties`); custom fields are looked for there. Rows
    /// name it in their own paths.
    pub wrap: Option<&'static str>,
    /// The rows; lists keep the order of their first rows.
    pub rows: &'static [Row],
}

/// What a provider takes, and gives, for "no value".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clear {
    /// `null`.
    Null,
    /// The empty string; it also reads as null.
    EmptyText,
}

/// Stops the build when a table does not have each field of its model once:
/// a scalar in one row, a part of a list or group in one row, a whole list
/// either by parts or as absent. Use it as `const _: () = check(&TABLE);`.
pub const fn check(table: &Table) {
    let Some(model) = Model::of(table.object) else {
        panic!("this object has no model yet");
    };
    if table.id.is_empty() || table.modified.is_empty() {
        panic!("a table needs an id and a modified field");
    }
    let fields = model.fields();
    let mut i = 0;
    while i < fields.len() {
        let count = rows_of(table.rows, i);
        if fields[i].from_row() && count == 0 {
            panic!("{}", fields[i].name);
        }
        if !fields[i].from_row() && count > 0 {
            // The table's own columns and the plan fill these.
            panic!("{}", fields[i].name);
        }
        if !matches!(fields[i].kind, Kind::List(_) | Kind::Named(..) | Kind::Money(_)) && count > 1 {
            panic!("{}", fields[i].name);
        }
        i += 1;
    }
    no_place_twice(table.rows);
}

const fn rows_of(rows: &[Row], field: usize) -> usize {
    let mut count = 0;
    let mut i = 0;
    while i < rows.len() {
        if rows[i].place.field as usize == field {
            count += 1;
        }
        i += 1;
    }
    count
}

const fn no_place_twice(rows: &[Row]) {
    let mut i = 0;
    while i < rows.len() {
        let mut j = i + 1;
        while j < rows.len() {
            let (a, b) = (&rows[i], &rows[j]);
            let whole = a.place.part == 0 || b.place.part == 0;
            if a.place.same(b.place) || (whole && a.place.field == b.place.field) {
                panic!("{}", rows[i].name);
            }
            j += 1;
        }
        i += 1;
    }
}

impl Table {
    /// The common field that is kept in a list of records of this name, if
    /// the path is such a list and not a field of the record itself.
    pub fn list(&self, path: &str) -> Option<&'static str> {
        let is = |row: &&Row| match row.way {
            Way::Both { path: own, .. } | Way::Write { path: own, .. } => own == path && row.is_list(),
            Way::Read { .. } | Way::Custom { .. } | Way::Absent(_) => false,
        };
        self.rows.iter().find(is).map(|row| row.name)
    }

    /// Every provider field that the rows and the table's own columns name,
    /// each once, in the order of the rows; what a connector may ask for.
    pub fn provider_fields(&self) -> Vec<&'static str> {
        let own = [Some(self.id), Some(self.modified), self.created, self.deleted];
        let rows = self.rows.iter().flat_map(|row| match &row.way {
            Way::Write { path, .. } => std::slice::from_ref(path),
            _ => row.reads(),
        });
        let mut fields = Vec::new();
        for path in own.into_iter().flatten().chain(rows.copied()) {
            if !fields.contains(&path) {
                fields.push(path);
            }
        }
        fields
    }
}
