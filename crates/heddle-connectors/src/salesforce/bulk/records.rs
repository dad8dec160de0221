//! Lines of a result table as the records that a query page would hold, so
//! that one mapping reads both.
//!
//! A table knows only text: an empty field is null, checkboxes are words, and
//! fields of other records stand side by side with their paths as names.

use super::csv::{self, Broken, Field};
use heddle_connector::{Failure, FieldValue, JobPage, JobRecords, ObjectSchema, unreadable_part};

/// Where a column's value goes.
struct Column {
    /// The names on the way to it, as JSON texts: one, or several through relationships.
    path: Vec<String>,
    value: FieldValue,
}

/// Writes at most `rows` records from `at` on as a JSON array.
pub(in crate::salesforce) fn read(
    schema: &ObjectSchema,
    page: &JobPage,
    at: usize,
    rows: usize,
    out: &mut Vec<u8>,
) -> Result<JobRecords, Failure> {
    let body = &page.body[..];
    let mut fields = Vec::new();
    let Some(first) = csv::line(body, 0, &mut fields).map_err(broken)? else {
        return Err(unreadable_part("it has no line with the names of its columns"));
    };
    let columns = columns(schema, &fields)?;
    let mut at = at.max(first);
    let mut written = 0;
    out.push(b'[');
    while written < rows {
        let Some(next) = csv::line(body, at, &mut fields).map_err(broken)? else { break };
        if fields.len() != columns.len() {
            return Err(unreadable_part("a line has more or fewer fields than there are columns; it may be cut off"));
        }
        if written > 0 {
            out.push(b',');
        }
        record(&columns, &fields, out);
        written += 1;
        at = next;
    }
    out.push(b']');
    Ok(JobRecords { rows: written, at })
}

fn broken(broken: Broken) -> Failure {
    unreadable_part(match broken {
        Broken::Cut => "it is cut off",
        Broken::Stray => "it is no table",
    })
}

/// The columns, those of one relationship side by side.
fn columns(schema: &ObjectSchema, names: &[Field<'_>]) -> Result<Vec<Column>, Failure> {
    let mut columns = Vec::with_capacity(names.len());
    for name in names {
        let name = std::str::from_utf8(name.text).ok().filter(|name| super::super::soql::is_name(name));
        let name = name.ok_or_else(|| unreadable_part("a column has no name"))?;
        let value = match name.contains('.') {
            true => FieldValue::Text,
            false => schema.field(name).map(|field| field.value).unwrap_or_default(),
        };
        columns.push(Column { path: name.split('.').map(str::to_owned).collect(), value });
    }
    Ok(columns)
}

/// One record. Columns of a relationship come one by one; they are gathered
/// into its object, which is null when all of them are.
fn record(columns: &[Column], fields: &[Field<'_>], out: &mut Vec<u8>) {
    let all: Vec<usize> = (0..columns.len()).collect();
    object(columns, fields, &all, 0, out);
}

fn object(columns: &[Column], fields: &[Field<'_>], members: &[usize], depth: usize, out: &mut Vec<u8>) {
    out.push(b'{');
    let name = |i: usize| columns.get(i).and_then(|column| column.path.get(depth)).map_or("", String::as_str);
    let leaf = |i: usize| columns.get(i).is_some_and(|column| column.path.len() == depth + 1);
    let empty = |i: usize| fields.get(i).is_none_or(|field| field.text.is_empty());
    let mut first = true;
    for (place, &member) in members.iter().enumerate() {
        let own = name(member);
        let gathered = !leaf(member);
        if gathered && members.iter().take(place).any(|earlier| !leaf(*earlier) && name(*earlier) == own) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        out.push(b'"');
        out.extend_from_slice(own.as_bytes());
        out.extend_from_slice(b"\":");
        if !gathered {
            if let (Some(column), Some(field)) = (columns.get(member), fields.get(member)) {
                value(column.value, *field, out);
            }
            continue;
        }
        let below: Vec<usize> = members.iter().copied().filter(|i| !leaf(*i) && name(*i) == own).collect();
        if below.iter().all(|i| empty(*i)) {
            out.extend_from_slice(b"null");
        } else {
            object(columns, fields, &below, depth + 1, out);
        }
    }
    out.push(b'}');
}

fn value(kind: FieldValue, field: Field<'_>, out: &mut Vec<u8>) {
    let text = field.text;
    match kind {
        _ if text.is_empty() => out.extend_from_slice(b"null"),
        FieldValue::Bool if text.eq_ignore_ascii_case(b"true") => out.extend_from_slice(b"true"),
        FieldValue::Bool if text.eq_ignore_ascii_case(b"false") => out.extend_from_slice(b"false"),
        FieldValue::Number if is_number(text) => out.extend_from_slice(text),
        _ => string(field, out),
    }
}

/// Whether a text is a number as JSON writes them.
fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let sound = matches!(digits, [b'0'] | [b'0', b'.' | b'e' | b'E', ..] | [b'1'..=b'9', ..]);
    sound && serde_json::from_slice::<&serde_json::value::RawValue>(text).is_ok()
}

/// A JSON text. Bytes that are no UTF-8 stay as they are: the reader says so.
fn string(field: Field<'_>, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut quote_before = false;
    for &byte in field.text {
        match byte {
            // Of a doubled quote, the second is the one that is meant.
            b'"' if field.doubled && !quote_before => {
                quote_before = true;
                continue;
            }
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0..=0x1f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            byte => out.push(byte),
        }
        quote_before = false;
    }
    out.push(b'"');
}
