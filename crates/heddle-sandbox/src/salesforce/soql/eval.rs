//! A statement to the rows it finds.

use std::collections::HashMap;
use std::sync::Arc;

use super::columns::Columns;
use super::error::SoqlError;
use super::filter::Filter;
use super::parse::{Condition, Operator, Statement, parse};
use super::resolve::Resolver;
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Order, Org};
use crate::salesforce::schema::CONTENT_LINK;
use crate::salesforce::value::Value;

/// Which records a statement can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// `query`: without deleted records and archived activities.
    Live,
    /// `queryAll`: with both.
    All,
}

/// The result of a statement: which rows, of what, showing what.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) object: usize,
    pub(crate) rows: Vec<u32>,
    /// Absent for `COUNT()`.
    pub(crate) columns: Option<Columns>,
    /// Whether rows were passed over by OFFSET.
    pub(crate) offset: bool,
}

/// Runs a statement against one snapshot of the org.
pub(crate) fn run(org: &Arc<Org>, text: &str, scope: Scope) -> Result<Found, SoqlError> {
    let statement = parse(text)?;
    let resolver = Resolver::new(&org.schema, &statement)?;
    let mut found = found(org, &resolver, &statement, scope, true)?;
    for child in &statement.children {
        let (list, inner) = resolver.child(child)?;
        let below = self::found(org, &inner, child, scope, false)?;
        let mut by_parent: HashMap<Id, Vec<u32>> = HashMap::new();
        for position in below.rows {
            if let Some(parent) = org.tables[list.object].row(position).get(list.field).as_id() {
                by_parent.entry(parent).or_default().push(position);
            }
        }
        let limit = child.limit.unwrap_or(usize::MAX);
        by_parent.values_mut().for_each(|rows| rows.truncate(limit));
        if let (Some(columns), Some(below)) = (&mut found.columns, below.columns) {
            columns.add_children(list.name, below, by_parent);
        }
    }
    Ok(found)
}

/// What a statement finds, its sub-queries left out. The limit of a sub-query
/// is one for each parent: `window` is then false.
fn found(
    org: &Arc<Org>,
    resolver: &Resolver<'_>,
    statement: &Statement<'_>,
    scope: Scope,
    window: bool,
) -> Result<Found, SoqlError> {
    let counts = statement.select.is_empty() && statement.children.is_empty();
    let columns = if counts { None } else { Some(Columns::select(resolver, &statement.select)?) };
    restricted(resolver, statement, window)?;
    let filter = statement.condition.as_ref().map(|condition| Filter::check(resolver, condition)).transpose()?;
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
    let hidden = ["IsDeleted", "IsArchived"].map(|name| org.object(object).position(name));
    let accepts = |position: &u32| {
        let row = table.row(*position);
        let gone = hidden.iter().flatten().any(|field| *row.get(*field) == Value::Bool(true));
        (scope == Scope::All || !gone)
            && org.shares(object, row)
            && filter.as_ref().is_none_or(|filter| filter.accepts(org, row))
    };
    let (skip, limit) = match window {
        true => (statement.offset, statement.limit.unwrap_or(usize::MAX)),
        false => (0, usize::MAX),
    };
    let rows = if order.is_empty() {
        let all = 0..u32::try_from(table.len()).unwrap_or(u32::MAX);
        all.filter(accepts).skip(skip).take(limit).collect()
    } else {
        org.sorted(object, &order).iter().copied().filter(accepts).skip(skip).take(limit).collect()
    };
    Ok(Found { object, rows, columns, offset: statement.offset > 0 })
}

/// Links of files cannot be scanned: a statement names the files, the records
/// or the links themselves.
fn restricted(resolver: &Resolver<'_>, statement: &Statement<'_>, outer: bool) -> Result<(), SoqlError> {
    const NAMED: [&str; 3] = ["Id", "ContentDocumentId", "LinkedEntityId"];
    fn names(condition: &Condition<'_>) -> bool {
        let named = |name: &str| NAMED.iter().any(|known| known.eq_ignore_ascii_case(name));
        match condition {
            Condition::All(parts) => parts.iter().any(names),
            Condition::Compare(name, Operator::Equal, _) | Condition::In(name, false, _) => named(name.text),
            _ => false,
        }
    }
    if outer && resolver.object == CONTENT_LINK && !statement.condition.as_ref().is_some_and(names) {
        let text = "Implementation restriction: ContentDocumentLink requires a filter by a single Id on \
                    ContentDocumentId or LinkedEntityId using the equals operator or multiple Id's using the IN \
                    operator.";
        return Err(SoqlError::new("MALFORMED_QUERY", text));
    }
    Ok(())
}
