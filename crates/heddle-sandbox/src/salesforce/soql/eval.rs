//! A statement to the rows it finds.

use std::sync::Arc;

use super::columns::Columns;
use super::error::SoqlError;
use super::filter::Filter;
use super::parse::parse;
use super::resolve::Resolver;
use crate::salesforce::org::{Order, Org};
use crate::salesforce::value::Value;

/// Which records a statement can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `query`: without deleted records.
    Live,
    /// `queryAll`: with them.
    All,
}

/// The result of a statement: which rows, of what, showing what.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) object: usize,
    pub(crate) rows: Vec<u32>,
    /// Absent for `COUNT()`.
    pub(crate) columns: Option<Columns>,
}

/// Runs a statement against one snapshot of the org.
pub(crate) fn run(org: &Arc<Org>, text: &str, scope: Scope) -> Result<Found, SoqlError> {
    let statement = parse(text)?;
    let resolver = Resolver::new(&org.schema, &statement)?;
    let columns = if statement.select.is_empty() { None } else { Some(Columns::select(&resolver, &statement.select)?) };
    let filter = statement.condition.as_ref().map(|condition| Filter::check(&resolver, condition)).transpose()?;
    let mut order = Order::new();
    for sorting in &statement.order {
        let path = resolver.path(sorting.field)?;
        let field = resolver.field(&path);
        if !field.has('s') {
            let text = format!("field '{}' can not be sorted in a query call", field.name);
            return Err(resolver.refuse(sorting.field, "MALFORMED_QUERY", text));
        }
        order.push((path, sorting.descending, sorting.nulls_last));
    }

    let object = resolver.object;
    let table = &org.tables[object];
    let deleted = org.object(object).position("IsDeleted");
    let accepts = |position: &u32| {
        let row = table.row(*position);
        let gone = deleted.is_some_and(|field| *row.get(field) == Value::Bool(true));
        (scope == Scope::All || !gone)
            && org.shares(object, row)
            && filter.as_ref().is_none_or(|filter| filter.accepts(org, row))
    };
    let limit = statement.limit.unwrap_or(usize::MAX);
    let rows = if order.is_empty() {
        let all = 0..u32::try_from(table.len()).unwrap_or(u32::MAX);
        all.filter(accepts).skip(statement.offset).take(limit).collect()
    } else {
        org.sorted(object, &order).iter().copied().filter(accepts).skip(statement.offset).take(limit).collect()
    };
    Ok(Found { object, rows, columns })
}
