//! From a common name to the provider's columns.

use heddle_model::{Addressed, Kind, Model, PartRole, Role};

use super::{Column, Refused, RefusedKind, refuse};
use crate::codec::{BOOL, Erased, ID, TEXT, TIMESTAMP_OR_MS, ValueKind};
use crate::plan::{CustomField, CustomKind};
use crate::row::{Row, Way};
use crate::table::Table;

/// What a list can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKind {
    /// An id.
    Id,
    /// A day.
    Date,
    /// A point in time.
    Timestamp,
    /// A number.
    Number,
}

/// The provider field that sorts by a common field.
///
/// # Errors
/// When there is none, or when its kind has no order that all providers
/// agree on: text, truth values, enums.
pub fn sort_key(
    table: &Table,
    described: &dyn Fn(&str) -> bool,
    name: &str,
) -> Result<(&'static str, SortKind), Refused> {
    // Told apart for the message: what is wrong with the name comes first.
    let columns = columns(table, described, &[], name)?;
    let sortable = "sorting works on ids, dates, times and numbers";
    let Some((path, codec)) =
        scalar_column(table, name).filter(|(_, codec)| columns.len() == 1 && codec.link.is_none())
    else {
        return refuse(RefusedKind::NotSupported, name, sortable);
    };
    let kind = match codec.kind {
        ValueKind::Id => SortKind::Id,
        ValueKind::Date => SortKind::Date,
        ValueKind::Timestamp => SortKind::Timestamp,
        ValueKind::Number | ValueKind::Decimal => SortKind::Number,
        ValueKind::Text | ValueKind::Bool | ValueKind::Word | ValueKind::List | ValueKind::Records => {
            return refuse(RefusedKind::NotSupported, name, sortable);
        }
    };
    Ok((path, kind))
}

/// The provider field and codec of a scalar common field or of a part of a
/// group of money, if it has one.
pub(crate) fn scalar_column(table: &Table, name: &str) -> Option<(&'static str, Erased)> {
    let model = Model::of(table.object)?;
    let addressed = model.addressed(name)?;
    if let Some((part, _)) = addressed.part {
        if !matches!(addressed.field.kind, Kind::Money(_)) {
            return None;
        }
        let mut rows = table.rows.iter().filter(|r| r.place.field == addressed.index);
        return rows.find(|r| r.place.part == part + 1).and_then(column);
    }
    match addressed.field.role {
        Role::Id | Role::RemoteId => Some((table.id, ID.erased)),
        Role::Modified => Some((table.modified, TIMESTAMP_OR_MS.erased)),
        Role::Created => table.created.map(|path| (path, TIMESTAMP_OR_MS.erased)),
        Role::Deleted => table.deleted.map(|path| (path, BOOL.erased)),
        Role::RawWord => {
            let before = addressed.index.checked_sub(1)?;
            let row = table.rows.iter().find(|r| r.place.field == before)?;
            column(row).map(|(path, _)| (path, TEXT.erased))
        }
        Role::Write | Role::Read | Role::Expand => {
            let row = table.rows.iter().find(|r| r.place.field == addressed.index && r.place.part == 0)?;
            column(row)
        }
        _ => None,
    }
}

fn column(row: &Row) -> Option<(&'static str, Erased)> {
    match row.way {
        _ if row.is_list() => None,
        Way::Both { path, codec } | Way::Read { path, codec } => Some((path, codec)),
        Way::Write { .. } | Way::Custom { .. } | Way::Absent(_) => None,
    }
}

/// What every record has under a name, where the connection does not have the
/// provider's field for it and the row says so.
pub(super) fn fixed(table: &Table, described: &dyn Fn(&str) -> bool, name: &str) -> Option<(&'static str, Erased)> {
    let (path, codec) = scalar_column(table, name).filter(|(path, _)| !described(path))?;
    let index = Model::of(table.object)?.addressed(name)?.index;
    let mut rows = table.rows.iter().filter(|row| row.place.field == index && row.reads() == [path]);
    Some((rows.find_map(|row| row.otherwise)?, codec))
}

/// All provider columns behind a name; never empty.
pub(super) fn columns(
    table: &Table,
    described: &dyn Fn(&str) -> bool,
    custom: &[CustomField],
    name: &str,
) -> Result<Vec<Column>, Refused> {
    let unknown = || refuse(RefusedKind::UnknownField, name, "there is no such field");
    let Some(model) = Model::of(table.object) else {
        return unknown();
    };
    if let Some(key) = custom_key(model, name) {
        return custom_column(table, custom, name, key);
    }
    let Some(addressed) = model.addressed(name) else {
        return unknown();
    };
    let found: Vec<(&'static str, Erased)> = match addressed.part {
        None => scalar_column(table, name).into_iter().collect(),
        Some((part, info)) => {
            if info.role != PartRole::Row {
                let reason = format!("{} is computed and cannot be compared", info.name);
                return refuse(RefusedKind::NotSupported, name, reason);
            }
            let rows = table.rows.iter().filter(|r| r.place.field == addressed.index && r.place.part == part + 1);
            rows.filter_map(column).collect()
        }
    };
    if found.is_empty() {
        return why_none(table, model, addressed, name);
    }
    let here: Vec<Column> = found
        .iter()
        .filter(|(path, _)| *path == table.id || described(path))
        .map(|(path, codec)| ((*path).to_owned(), *codec))
        .collect();
    if here.is_empty() {
        let paths: Vec<&str> = found.iter().map(|(path, _)| *path).collect();
        let reason = format!("this connection does not have {}: it may be hidden from its user", paths.join(", "));
        return refuse(RefusedKind::Unavailable, name, reason);
    }
    Ok(here)
}

/// The key of `custom_fields.KEY`.
fn custom_key<'n>(model: &Model, name: &'n str) -> Option<&'n str> {
    name.strip_prefix(model.custom())?.strip_prefix('.')
}

/// The column of a custom field, if the connection has one of this name whose
/// values can be compared.
pub(crate) fn custom_of(table: &Table, custom: &[CustomField], name: &str) -> Option<Column> {
    let key = custom_key(Model::of(table.object)?, name)?;
    custom_column(table, custom, name, key).ok()?.pop()
}

fn custom_column(table: &Table, custom: &[CustomField], name: &str, key: &str) -> Result<Vec<Column>, Refused> {
    let Some(field) = custom.iter().find(|f| f.key == key) else {
        let reason = "this connection has no such custom field";
        return refuse(RefusedKind::UnknownField, name, reason);
    };
    let Some(codec) = field.kind.codec().filter(|_| field.kind != CustomKind::List) else {
        let reason = "this custom field has no kind that can be compared";
        return refuse(RefusedKind::NotSupported, name, reason);
    };
    let path = match table.wrap {
        Some(wrap) => format!("{wrap}.{key}"),
        None => key.to_owned(),
    };
    Ok(vec![(path, codec)])
}

/// The refusal of a name that exists and has no column.
fn why_none(table: &Table, model: &Model, addressed: Addressed, name: &str) -> Result<Vec<Column>, Refused> {
    let rows = || table.rows.iter().filter(|r| r.place.field == addressed.index);
    let absent = rows().find_map(|r| match r.way {
        Way::Absent(why) => Some(why),
        _ => None,
    });
    if let Some(why) = absent {
        return refuse(RefusedKind::Unavailable, name, why.to_string());
    }
    if rows().any(Row::is_list) {
        let reason = "it is a list of other records of this CRM, which cannot be compared";
        return refuse(RefusedKind::NotSupported, name, reason);
    }
    if addressed.part.is_none() && matches!(addressed.field.kind, Kind::List(_) | Kind::Named(..) | Kind::Money(_)) {
        let prefix = format!("{}.", addressed.field.name);
        let mut names = model.filter_names();
        names.retain(|n| n.starts_with(&prefix));
        let reason = format!("name a part of it: {}", names.join(", "));
        return refuse(RefusedKind::NotSupported, name, reason);
    }
    if rows().any(|r| matches!(r.way, Way::Custom { .. })) {
        let reason = "it is computed from several fields of this CRM and cannot be compared";
        return refuse(RefusedKind::NotSupported, name, reason);
    }
    let reason = if rows().next().is_some() || addressed.field.from_row() {
        "this CRM has no field for it"
    } else {
        "it is not a field of the CRM and cannot be compared"
    };
    refuse(RefusedKind::NotSupported, name, reason)
}
