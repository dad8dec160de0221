//! SOQL from a query, as pure text.
//!
//! Escaping follows the vendor's list of quoted-string sequences: any other
//! backslash sequence is a syntax error, and `%` and `_` are escaped in `LIKE`
//! only. Names cannot be quoted in SOQL, so only paths of tables and of checked
//! describes come here; one that is no name is left out of every clause.

use super::objects::children::Children;
use super::objects::sub_query;
use heddle_connector::mapping::{Condition, Filter, Op, ValueKind, Wire};
use heddle_connector::{ExportQuery, FetchQuery, Keyset, ListQuery, Order};
use std::fmt::Write;

/// The statement for a list.
pub(super) fn list(query: &ListQuery<'_>) -> String {
    let mut soql = select(query.asked.iter().map(String::as_str), query.table.provider_object);
    let mut glue = " WHERE ";
    for filter in query.filter {
        soql.push_str(glue);
        push_filter(&mut soql, filter);
        glue = " AND ";
    }
    if let Some(after) = query.after {
        soql.push_str(glue);
        push_position(&mut soql, &query.order, after, query.table.id);
    }
    soql.push_str(" ORDER BY ");
    if let Order::By { path, descending, .. } = &query.order {
        let direction = if *descending { "DESC" } else { "ASC" };
        let _ = write!(soql, "{path} {direction} NULLS LAST, ");
    }
    let _ = write!(soql, "{} ASC LIMIT {}", query.table.id, query.limit);
    soql
}

/// Longest statement that the vendor takes, in characters.
const MAX_STATEMENT: usize = 100_000;

/// Why a statement cannot be sent: a short search can name lists that stand in
/// many fields.
pub(super) fn too_long(statement: &str) -> Option<String> {
    let length = statement.chars().count();
    (length > MAX_STATEMENT).then(|| {
        format!("the conditions make a query of {length} characters, and Salesforce takes {MAX_STATEMENT}: name fewer values")
    })
}

/// The statement that counts what an export would give.
pub(super) fn count(query: &ExportQuery<'_>) -> String {
    let mut soql = format!("SELECT COUNT() FROM {}", query.table.provider_object);
    push_where(&mut soql, query.filter);
    soql
}

/// The statement for a job. Without an order it has none: one keeps the
/// provider from dividing the work, and so does a limit.
pub(super) fn export(query: &ExportQuery<'_>) -> String {
    let mut soql = select(query.asked.iter().map(String::as_str), query.table.provider_object);
    push_where(&mut soql, query.filter);
    if let Some(Order::By { path, descending, .. }) = &query.order {
        let direction = if *descending { "DESC" } else { "ASC" };
        let _ = write!(soql, " ORDER BY {path} {direction} NULLS LAST, {} ASC", query.table.id);
    } else if query.order.is_some() {
        let _ = write!(soql, " ORDER BY {} ASC", query.table.id);
    }
    soql
}

fn push_where(soql: &mut String, filter: &[Filter]) {
    let mut glue = " WHERE ";
    for part in filter {
        soql.push_str(glue);
        push_filter(soql, part);
        glue = " AND ";
    }
}

/// The statement for one record by id.
pub(super) fn by_id(fetch: &FetchQuery<'_>, object: &str, id_field: &str) -> String {
    let (version, asked) = (fetch.version, fetch.asked.iter().map(String::as_str));
    let mut soql = select(asked.clone().chain(version.filter(|v| !asked.clone().any(|path| path == *v))), object);
    let _ = write!(soql, " WHERE {id_field} = ");
    push_text(&mut soql, fetch.id, false);
    for filter in fetch.filter {
        soql.push_str(" AND ");
        push_filter(&mut soql, filter);
    }
    soql.push_str(" LIMIT 1");
    soql
}

/// The statement for one record and the lists of it that are to be written,
/// with the ids of their records.
pub(super) fn with_children(object: &str, id: &str, lists: impl Iterator<Item = &'static Children>) -> String {
    let mut soql = "SELECT Id,LastModifiedDate".to_owned();
    for list in lists {
        let _ = write!(soql, ",(SELECT Id,{}", list.key);
        for field in list.rest {
            let _ = write!(soql, ",{field}");
        }
        let _ = write!(soql, " FROM {} ORDER BY Id)", list.path);
    }
    let _ = write!(soql, " FROM {object} WHERE Id = ");
    push_text(&mut soql, id, false);
    soql.push_str(" LIMIT 1");
    soql
}

fn select<'a>(asked: impl Iterator<Item = &'a str> + Clone, object: &str) -> String {
    let mut soql = String::with_capacity(64 + asked.clone().map(|a| a.len() + 1).sum::<usize>());
    soql.push_str("SELECT ");
    let mut first = true;
    for path in asked.filter(|path| is_name(path)) {
        if !first {
            soql.push(',');
        }
        soql.push_str(sub_query(object, path).unwrap_or(path));
        first = false;
    }
    let _ = write!(soql, " FROM {object}");
    soql
}

/// Whether a path can stand in a statement: letters, digits, underscores, and
/// dots between names.
pub(super) fn is_name(path: &str) -> bool {
    path.split('.').all(|name| {
        name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    })
}

/// Everything after the last record given out, in the order of the list.
fn push_position(soql: &mut String, order: &Order, after: &Keyset, id_field: &str) {
    let mut id = String::new();
    push_text(&mut id, &after.id, false);
    let (Order::By { path, descending, nullable }, Some(value)) = (order, &after.value) else {
        let _ = write!(soql, "{id_field} > {id}");
        return;
    };
    if *value == Wire::Null {
        let _ = write!(soql, "({path} = null AND {id_field} > {id})");
        return;
    }
    let mut last = String::new();
    push_literal(&mut last, value);
    let beyond = if *descending { '<' } else { '>' };
    let _ = write!(soql, "({path} {beyond} {last} OR ({path} = {last} AND {id_field} > {id})");
    if *nullable {
        let _ = write!(soql, " OR {path} = null");
    }
    soql.push(')');
}

fn push_filter(soql: &mut String, filter: &Filter) {
    match filter {
        Filter::Is(condition) => push_condition(soql, condition),
        Filter::Any(parts) => push_joined(soql, parts, " OR "),
        Filter::All(parts) => push_joined(soql, parts, " AND "),
        Filter::Not(inner) => {
            soql.push_str("(NOT ");
            push_filter(soql, inner);
            soql.push(')');
        }
    }
}

fn push_joined(soql: &mut String, parts: &[Filter], glue: &str) {
    soql.push('(');
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            soql.push_str(glue);
        }
        push_filter(soql, part);
    }
    soql.push(')');
}

fn push_condition(soql: &mut String, condition: &Condition) {
    let path = condition.path.as_str();
    if !is_name(path) {
        return soql.push_str(NOTHING);
    }
    if condition.kind == ValueKind::Timestamp
        && let Some(done) = push_fraction(soql, condition)
    {
        return done;
    }
    let operator = match condition.op {
        Op::Eq => "=",
        Op::Ne => "!=",
        Op::Gt => ">",
        Op::Gte => ">=",
        Op::Lt => "<",
        Op::Lte => "<=",
        Op::In => return push_in(soql, condition),
        Op::Contains => return push_like(soql, condition, "%"),
        Op::StartsWith => return push_like(soql, condition, ""),
        Op::IsNull => {
            // A checkbox is never null, and `= null` would mean "not ticked".
            let path = if condition.kind == ValueKind::Bool { "Id" } else { path };
            let is = if condition.values.first() == Some(&Wire::Bool(false)) { "!=" } else { "=" };
            let _ = write!(soql, "{path} {is} null");
            return;
        }
    };
    let _ = write!(soql, "{path} {operator} ");
    push_literal(soql, condition.values.first().unwrap_or(&Wire::Null));
}

/// Holds for no record, and for every one.
const NOTHING: &str = "Id = null";
const ANYTHING: &str = "Id != null";

/// A comparison with a moment inside a second, while the provider keeps whole
/// seconds and its format has none smaller. `None` when there is no fraction.
fn push_fraction(soql: &mut String, condition: &Condition) -> Option<()> {
    let [Wire::Timestamp(stamp)] = condition.values.as_slice() else { return None };
    let (second, fraction) = stamp.strip_suffix('Z')?.split_once('.')?;
    if fraction.bytes().all(|b| b == b'0') {
        return None;
    }
    let path = condition.path.as_str();
    let _ = match condition.op {
        Op::Gt | Op::Gte => write!(soql, "{path} > {second}Z"),
        Op::Lt | Op::Lte => write!(soql, "{path} <= {second}Z"),
        Op::Ne => write!(soql, "{ANYTHING}"),
        _ => write!(soql, "{NOTHING}"),
    };
    Some(())
}

fn push_in(soql: &mut String, condition: &Condition) {
    let _ = write!(soql, "{} IN (", condition.path);
    for (place, value) in condition.values.iter().enumerate() {
        if place > 0 {
            soql.push(',');
        }
        push_literal(soql, value);
    }
    soql.push(')');
}

fn push_like(soql: &mut String, condition: &Condition, before: &str) {
    let text = match condition.values.first() {
        Some(Wire::Text(text)) => text.as_ref(),
        _ => "",
    };
    let _ = write!(soql, "{} LIKE '{before}", condition.path);
    push_escaped(soql, text, true);
    soql.push_str("%'");
}

fn push_literal(soql: &mut String, value: &Wire<'_>) {
    match value {
        Wire::Null => soql.push_str("null"),
        Wire::Bool(true) => soql.push_str("true"),
        Wire::Bool(false) => soql.push_str("false"),
        // The documented format has no fraction; the provider keeps whole seconds.
        Wire::Timestamp(stamp) => match stamp.split_once('.') {
            Some((second, _)) => {
                let _ = write!(soql, "{second}Z");
            }
            None => soql.push_str(stamp),
        },
        // The documented number has no exponent; Rust writes none.
        Wire::Number(text) if text.contains(['e', 'E']) => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => {
                let _ = write!(soql, "{number}");
            }
            _ => soql.push_str("null"),
        },
        Wire::Number(text) | Wire::Date(text) => soql.push_str(text),
        Wire::Text(text) | Wire::Json(text) => push_text(soql, text, false),
    }
}

fn push_text(soql: &mut String, text: &str, like: bool) {
    soql.push('\'');
    push_escaped(soql, text, like);
    soql.push('\'');
}

fn push_escaped(soql: &mut String, text: &str, like: bool) {
    for c in text.chars() {
        match c {
            '\\' => soql.push_str("\\\\"),
            '\'' => soql.push_str("\\'"),
            '"' => soql.push_str("\\\""),
            '\n' => soql.push_str("\\n"),
            '\r' => soql.push_str("\\r"),
            '\t' => soql.push_str("\\t"),
            '\u{8}' => soql.push_str("\\b"),
            '\u{c}' => soql.push_str("\\f"),
            '%' if like => soql.push_str("\\%"),
            '_' if like => soql.push_str("\\_"),
            c if c.is_control() => {
                let _ = write!(soql, "\\u{:04X}", u32::from(c));
            }
            c => soql.push(c),
        }
    }
}

#[cfg(test)]
#[path = "soql_tests.rs"]
mod tests;
