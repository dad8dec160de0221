//! From texts and common values to typed provider values.

use super::{Op, Refused, RefusedKind, custom_of, refuse, scalar_column};
use crate::codec::{Erased, ValueKind};
use crate::plan::CustomField;
use crate::scan::{Scan, is_number};
use crate::table::Table;
use crate::tok::Tok;
use crate::wire::Wire;

/// The values of a comparison.
pub(crate) fn wires(name: &str, codec: &Erased, op: Op, value: &str) -> Result<Vec<Wire<'static>>, Refused> {
    let allowed = allowed(codec.kind);
    if !allowed.contains(&op) {
        let names: Vec<&str> = allowed.iter().map(|op| op.as_str()).collect();
        let reason = format!("{} does not apply here; use {}", op.as_str(), names.join(", "));
        return refuse(RefusedKind::NotSupported, name, reason);
    }
    match op {
        Op::IsNull => match value {
            "true" => Ok(vec![Wire::Bool(true)]),
            "false" => Ok(vec![Wire::Bool(false)]),
            _ => refuse(RefusedKind::BadValue, name, "is_null takes true or false"),
        },
        Op::In => split(name, value)?.iter().map(|one| wire(name, codec, one)).collect(),
        Op::Contains | Op::StartsWith if value.is_empty() => {
            refuse(RefusedKind::BadValue, name, "needs some text to look for")
        }
        _ => Ok(vec![wire(name, codec, value)?]),
    }
}

/// Whether a text that every record has fits a comparison.
pub(super) fn holds(text: &str, op: Op, values: &[Wire<'static>]) -> bool {
    let is = |wire: &Wire<'_>| matches!(wire, Wire::Text(wanted) if wanted == text);
    let folded = |wire: &Wire<'_>| match wire {
        Wire::Text(wanted) => wanted.to_lowercase(),
        _ => String::new(),
    };
    let first = values.first();
    match op {
        Op::Eq | Op::In => values.iter().any(is),
        Op::Ne => !values.iter().any(is),
        Op::IsNull => first == Some(&Wire::Bool(false)),
        Op::Contains => first.is_some_and(|wanted| text.to_lowercase().contains(&folded(wanted))),
        Op::StartsWith => first.is_some_and(|wanted| text.to_lowercase().starts_with(&folded(wanted))),
        Op::Gt | Op::Gte | Op::Lt | Op::Lte => false,
    }
}

/// The comparisons that a kind takes. Text has no order that all providers
/// agree on, so it is not compared by size.
const fn allowed(kind: ValueKind) -> &'static [Op] {
    use Op::{Contains, Eq, Gt, Gte, In, IsNull, Lt, Lte, Ne, StartsWith};
    match kind {
        ValueKind::Text => &[Eq, Ne, In, Contains, StartsWith, IsNull],
        ValueKind::Id | ValueKind::Word => &[Eq, Ne, In, IsNull],
        ValueKind::Bool => &[Eq, Ne, IsNull],
        ValueKind::List => &[IsNull],
        ValueKind::Records => &[],
        ValueKind::Timestamp | ValueKind::Date | ValueKind::Number | ValueKind::Decimal => {
            &[Eq, Ne, Gt, Gte, Lt, Lte, In, IsNull]
        }
    }
}

/// Splits at commas; `\,` and `\\` stand for themselves.
pub(super) fn split(name: &str, value: &str) -> Result<Vec<String>, Refused> {
    let mut values = vec![String::new()];
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let c = match c {
            ',' => {
                values.push(String::new());
                continue;
            }
            '\\' => match chars.next() {
                Some(escaped @ (',' | '\\')) => escaped,
                _ => {
                    let reason = "a backslash stands only before a comma or a backslash";
                    return refuse(RefusedKind::BadValue, name, reason);
                }
            },
            c => c,
        };
        if let Some(last) = values.last_mut() {
            last.push(c);
        }
    }
    Ok(values)
}

/// One value from the text of a query string.
fn wire(name: &str, codec: &Erased, text: &str) -> Result<Wire<'static>, Refused> {
    let bytes = text.as_bytes();
    // Text in a query string is not JSON: it has no escapes and no quotes of
    // its own, so it is what stands between the quotes of a plain string.
    let tok = match codec.kind {
        ValueKind::Bool if text == "true" => Tok::True,
        ValueKind::Bool if text == "false" => Tok::False,
        ValueKind::Number if is_number(bytes) => Tok::Num(bytes),
        _ => Tok::Str(bytes),
    };
    match codec.write(tok) {
        Ok(wire) => Ok(wire.into_owned()),
        Err(misfit) => {
            let words: Vec<&str> = codec.words.iter().map(|(common, _)| *common).collect();
            let list = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
            let reason = format!("the value must be {}{list}", misfit.0);
            refuse(RefusedKind::BadValue, name, reason)
        }
    }
}

/// A common JSON scalar (`"2026-05-18T06:17:35.000Z"`, `12`, `null`) as the
/// provider's value of that field: a cursor's last value on its way back.
///
/// # Errors
/// When the text is not one JSON scalar of the field's kind, or the field has
/// no column.
pub fn wire_of_common(
    table: &Table,
    custom: &[CustomField],
    name: &str,
    json_scalar: &str,
) -> Result<Wire<'static>, Refused> {
    let column = custom_of(table, custom, name).map(|(_, codec)| codec);
    let Some(codec) = column.or_else(|| scalar_column(table, name).map(|(_, codec)| codec)) else {
        return refuse(RefusedKind::UnknownField, name, "there is no such field");
    };
    let mut scan = Scan::new(json_scalar.as_bytes());
    let tok = match scan.value().and_then(|tok| scan.end().map(|()| tok)) {
        Ok(tok) => tok,
        Err(_) => return refuse(RefusedKind::BadValue, name, "the value is not JSON"),
    };
    match codec.write(tok) {
        Ok(wire) => Ok(wire.into_owned()),
        Err(misfit) => {
            let reason = format!("the value must be {}", misfit.0);
            refuse(RefusedKind::BadValue, name, reason)
        }
    }
}
