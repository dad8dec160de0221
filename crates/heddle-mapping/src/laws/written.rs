//! The law of writing.

use heddle_model::{FieldInfo, Kind, Model};

use super::{Violation, equal, json, plan, samples, token};
use crate::codec::{Erased, Fit, ValueKind};
use crate::envelope::Envelope;
use crate::row::{Row, Way};
use crate::table::Table;
use crate::tok::push_string;
use crate::warning::VALUE_BYTES;
use crate::wire::{Wire, json_object};
use crate::write::{Purpose, Writable, WriteSpec, same_slot, write};

/// A record that is read and written back unchanged gives the provider the
/// values that it had, for every row that goes both ways and for every word
/// of its enums; and a body that names nothing but one row's value writes
/// that row. Of text and code of a state or country the code is enough.
pub fn written_back(table: &'static Table) -> Vec<Violation> {
    let mut found = unchanged(table);
    found.extend(reachable(table));
    found
}

fn broken(row: &Row, detail: String) -> Violation {
    Violation { law: "written back", field: row.name.to_owned(), detail }
}

/// The provider field that a row writes, with its codec.
fn writes(row: &Row) -> Option<(&'static str, Erased)> {
    match row.way {
        Way::Both { path, codec } | Way::Write { path, codec } => Some((path, codec)),
        Way::Read { .. } | Way::Custom { .. } | Way::Absent(_) => None,
    }
}

fn spec(
    table: &'static Table,
    writable: &dyn Fn(&str) -> Writable,
    body: &[u8],
) -> Result<Vec<(String, Wire<'static>)>, String> {
    let spec = WriteSpec { table, purpose: Purpose::Update, writable, offers: &|_, _| true, custom: &[] };
    write(&spec, body).map(|changes| changes.values).map_err(|refused| refused.to_string())
}

/// What a codec makes of a provider value.
fn common(codec: &Erased, provider: &str) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    (codec.read(token(provider), &mut out) == Fit::Ok).then_some(out)
}

fn unchanged(table: &'static Table) -> Vec<Violation> {
    let mut found = Vec::new();
    let understood = |codec: &Erased| {
        let all = samples(codec).into_iter();
        all.filter(|sample| common(codec, sample).is_some_and(|out| out != b"null")).collect::<Vec<_>>()
    };
    let rows: Vec<(&Row, &str, Erased, Vec<String>)> = table
        .rows
        .iter()
        .filter_map(|row| match row.way {
            Way::Both { path, codec } | Way::Read { path, codec } => Some((row, path, codec, understood(&codec))),
            _ => None,
        })
        .collect();
    let rounds = rows.iter().map(|(.., samples)| samples.len()).max().unwrap_or(0);
    let writable = |path: &str| {
        let own = table.rows.iter().filter_map(writes).any(|(written, _)| written == path);
        if own { Writable::Yes } else { Writable::ReadOnly }
    };
    let plan = plan(table, None);
    for round in 0..rounds {
        // Rows that go both ways choose the value of a path that others read too.
        let mut record: Vec<(String, Wire<'_>)> = Vec::new();
        let both = |row: &Row| matches!(row.way, Way::Both { .. });
        let order = rows.iter().filter(|(row, ..)| both(row)).chain(rows.iter().filter(|(row, ..)| !both(row)));
        for (_, path, _, samples) in order {
            let Some(sample) = samples.get(round % samples.len().max(1)) else {
                continue;
            };
            if !record.iter().any(|(taken, _)| taken == path) {
                record.push(((*path).to_owned(), Wire::Json(sample.as_str().into())));
            }
        }
        let mut body = Vec::new();
        if plan.read(&json_object(&record, true), &Envelope::ONE, 1, &mut body).is_err() {
            continue;
        }
        let values = match spec(table, &writable, &body) {
            Ok(values) => values,
            Err(reason) => {
                let law = "written back";
                found.push(Violation { law, field: table.provider_object.to_owned(), detail: reason });
                continue;
            }
        };
        for (row, path, codec, _) in rows.iter().filter(|(row, ..)| both(row)) {
            let sent = record.iter().find(|(p, _)| p == path).map(|(_, wire)| json(wire)).unwrap_or_default();
            let mut back = values.iter().filter(|(p, _)| p == path).map(|(_, wire)| json(wire));
            match (back.next(), back.next()) {
                (None, _) if has_code(table, row) => {}
                (None, _) => found.push(broken(row, format!("{path} is not written back"))),
                (Some(_), Some(_)) => found.push(broken(row, format!("{path} is written twice"))),
                (Some(back), None) => {
                    // Words to the letter, not only to the common word.
                    let same = match codec.kind {
                        ValueKind::Word => token(&back).shown(VALUE_BYTES) == token(&sent).shown(VALUE_BYTES),
                        _ => match (common(codec, &back), common(codec, &sent)) {
                            (Some(back), Some(sent)) => equal(&back, &sent),
                            _ => false,
                        },
                    };
                    if !same {
                        found.push(broken(row, format!("{path}: {sent} comes back as {back}")));
                    }
                }
            }
        }
    }
    found
}

fn field_of(table: &Table, row: &Row) -> Option<&'static FieldInfo> {
    Model::of(table.object)?.fields().get(usize::from(row.place.field))
}

fn part_of(table: &Table, row: &Row) -> Option<&'static str> {
    let parts = field_of(table, row)?.parts();
    parts.get(usize::from(row.place.part).wrapping_sub(1)).map(|part| part.name)
}

/// Whether the row is a text whose code stands in the same item.
fn has_code(table: &Table, row: &Row) -> bool {
    let code = part_of(table, row).and_then(same_slot).filter(|other| other.ends_with("_code"));
    code.is_some_and(|code| {
        let beside = |r: &&Row| r.place.field == row.place.field && r.place.item == row.place.item;
        table.rows.iter().filter(beside).any(|r| part_of(table, r) == Some(code) && writes(r).is_some())
    })
}

fn reachable(table: &'static Table) -> Vec<Violation> {
    let mut found = Vec::new();
    for row in table.rows {
        let (Some((path, codec)), Some(field)) = (writes(row), field_of(table, row)) else {
            continue;
        };
        let value = samples(&codec).iter().find_map(|sample| {
            let value = common(&codec, sample)?;
            let value = String::from_utf8(value).ok()?;
            codec.write(token(&value)).is_ok_and(|wire| wire != Wire::Null).then_some(value)
        });
        let Some(value) = value else {
            found.push(broken(row, format!("no sample can be written to {path}")));
            continue;
        };
        let mut body = format!("{{\"{}\":{value}}}", row.name);
        if let Some(part) = part_of(table, row) {
            let mut item = format!("\"{part}\":{value}");
            if let Kind::List(list) = field.kind {
                if let Some(word) = list.kinds.get(usize::from(row.place.item).wrapping_sub(1)) {
                    let mut text = Vec::new();
                    push_string(word, &mut text);
                    item = format!("\"type\":{},{item}", String::from_utf8_lossy(&text));
                }
                body = format!("{{\"{}\":[{{{item}}}]}}", row.name);
            } else {
                body = format!("{{\"{}\":{{{item}}}}}", row.name);
            }
        }
        match spec(table, &|_| Writable::Yes, body.as_bytes()) {
            Ok(values) if values.iter().any(|(p, wire)| p == path && *wire != Wire::Null) => {}
            Ok(_) => found.push(broken(row, format!("{body} does not write {path}"))),
            Err(reason) => found.push(broken(row, format!("{body} does not write {path}: {reason}"))),
        }
    }
    found
}
