//! Six laws that every table keeps, as functions for the tests of whoever
//! owns tables. Each returns what breaks the law; nothing means it holds.
//!
//! 1. [`total`]: each common field once.
//! 2. [`round_trip`]: what a codec reads it writes back, and the reverse.
//! 3. [`asked_is_read`]: what a plan asks for is what it reads.
//! 4. [`never_silent`]: a value reaches the record or a warning.
//! 5. [`written_back`]: what was read and is sent back changes nothing, and
//!    every row that can be written is reached.
//! 6. [`seen`]: provider fields are recorded or marked unseen with a source.

mod written;

use std::fmt;

use heddle_model::{Kind, Model};

use crate::codec::{Erased, Fit, ValueKind};
use crate::envelope::Envelope;
use crate::plan::{Constants, Plan, PlanSpec};
use crate::row::{Row, Way};
use crate::scan::Scan;
use crate::table::Table;
use crate::tok::{Tok, push_string};
use crate::wire::{Wire, json_object};

pub use written::written_back;

/// One breach of a law.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The law's name.
    pub law: &'static str,
    /// The common field, or the provider's where no row has it.
    pub field: String,
    /// What is wrong.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.law, self.field, self.detail)
    }
}

/// Laws 1 to 5.
pub fn all(table: &'static Table) -> Vec<Violation> {
    let mut found = total(table);
    found.extend(round_trip(table));
    found.extend(asked_is_read(table));
    found.extend(never_silent(table));
    found.extend(written_back(table));
    found
}

/// Each common field stands in the table once: the compile-time
/// [`check`](crate::check) again, with all breaches instead of the first, and
/// with at most one row in ten a custom one.
pub fn total(table: &Table) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut broken = |field: &str, detail: &str| {
        found.push(Violation { law: "total", field: field.to_owned(), detail: detail.to_owned() });
    };
    let fields = Model::of(table.object).map_or(&[][..], Model::fields);
    if fields.is_empty() {
        broken(table.object.singular(), "the object has no model");
    }
    for (index, field) in fields.iter().enumerate() {
        let rows = || table.rows.iter().filter(|r| usize::from(r.place.field) == index);
        let parts = matches!(field.kind, Kind::List(_) | Kind::Named(..) | Kind::Money(_));
        match rows().count() {
            0 if field.from_row() => broken(field.name, "no row"),
            1.. if !field.from_row() => broken(field.name, "filled without a row"),
            2.. if !parts => broken(field.name, "more than one row"),
            _ => {}
        }
        let whole = rows().any(|r| r.place.part == 0);
        if whole && rows().count() > 1 {
            broken(field.name, "a row for the whole field and others");
        }
    }
    for (i, row) in table.rows.iter().enumerate() {
        if table.rows.iter().skip(i + 1).any(|other| other.place == row.place) {
            broken(row.name, "one place in two rows");
        }
    }
    let custom = table.rows.iter().filter(|r| matches!(r.way, Way::Custom { .. })).count();
    if custom * 10 > table.rows.len() {
        broken("custom", "more than one row in ten");
    }
    found
}

/// Every codec that goes both ways undoes itself: provider value to common
/// and back to an equal common value.
pub fn round_trip(table: &Table) -> Vec<Violation> {
    let mut found = Vec::new();
    for row in table.rows {
        let Way::Both { codec, .. } = row.way else {
            continue;
        };
        let mut broken = |detail: String| {
            found.push(Violation { law: "round trip", field: row.name.to_owned(), detail });
        };
        let mut understood = 0;
        for sample in samples(&codec) {
            let mut first = Vec::new();
            if codec.read(token(&sample), &mut first) != Fit::Ok {
                continue;
            }
            understood += 1;
            match back(&codec, &first) {
                Ok(second) if equal(&second, &first) => {}
                Ok(second) => broken(format!(
                    "{sample} reads as {} and comes back as {}",
                    String::from_utf8_lossy(&first),
                    String::from_utf8_lossy(&second)
                )),
                Err(reason) => broken(format!("{sample}: {reason}")),
            }
        }
        if understood == 0 {
            broken(format!("{} reads none of the samples", codec.name));
        }
    }
    found
}

/// Common JSON through the write half to a provider value, and read again.
/// `OTHER` is passed over: it stands for words that have no common one.
fn back(codec: &Erased, common: &[u8]) -> Result<Vec<u8>, String> {
    if codec.kind == ValueKind::Word && common == b"\"OTHER\"" {
        return Ok(common.to_vec());
    }
    let tok = Scan::new(common).value().map_err(|bad| format!("writes no JSON: {}", bad.reason))?;
    let wire = codec.write(tok).map_err(|misfit| format!("must be {}", misfit.0))?;
    let provider = json(&wire);
    let mut out = Vec::new();
    match codec.read(token(&provider), &mut out) {
        Fit::Ok | Fit::Repaired(_) => Ok(out),
        Fit::Misfit(reason) | Fit::Elsewhere(reason) => Err(format!("does not read {provider} again: {reason}")),
    }
}

/// Equal as JSON: escapes may differ.
fn equal(a: &[u8], b: &[u8]) -> bool {
    let tok = |json| Scan::new(json).value().unwrap_or(Tok::Absent);
    // Of lists nothing but the order of bytes is looked at.
    a == b || (tok(a).text().is_some() && tok(a).text() == tok(b).text())
}

fn json(wire: &Wire<'_>) -> String {
    let mut out = Vec::new();
    wire.push_json(&mut out);
    String::from_utf8_lossy(&out).into_owned()
}

fn token(json: &str) -> Tok<'_> {
    Scan::new(json.as_bytes()).value().unwrap_or(Tok::Absent)
}

/// Provider values as JSON: some for every kind, and the codec's own.
fn samples(codec: &Erased) -> Vec<String> {
    const SAMPLES: &[&str] = &[
        r#""plain""#,
        r#""line\r\nand \"quote\" and \\""#,
        r#""Zo\u00eb \ud83d\ude00""#,
        r#""0035e00000AbCdEAAV""#,
        "42",
        "-7.25",
        r#""1234.50""#,
        "true",
        "false",
        r#""true""#,
        r#""2024-02-29""#,
        r#""2026-05-18T06:17:35.000+0000""#,
        r#""2026-05-18T06:17:35+02:00""#,
        "1779084000000",
    ];
    let own = codec.words.iter().map(|(_, provider)| {
        let mut out = Vec::new();
        push_string(provider, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    });
    let links = codec.link.map_or(&[][..], |link| link.links.objects).iter();
    let linked = links.map(|(prefix, _)| format!(r#""{prefix}5e00000AbCdEAAV""#));
    SAMPLES.iter().chain(codec.samples).map(|s| (*s).to_owned()).chain(own).chain(linked).collect()
}

/// A plan with everything on, or with one field.
fn plan(table: &'static Table, fields: Option<&[String]>) -> Plan {
    let model = Model::of(table.object);
    let expand = model.map_or(&[][..], Model::fields).iter().filter(|f| f.expand());
    let expand: Vec<String> = expand
        .filter(|f| fields.is_none_or(|names| names.iter().any(|n| n == f.name)))
        .map(|f| f.name.to_owned())
        .collect();
    Plan::build(&PlanSpec {
        table,
        described: &|_| true,
        fields,
        expand: &expand,
        custom: &[],
        raw: false,
        sort: None,
        constants: Constants::default(),
    })
}

/// With everything selected, a plan asks for each provider field that the
/// table reads, once, and for nothing else; and one field alone asks for
/// nothing but its own columns and the cursor's.
pub fn asked_is_read(table: &'static Table) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut broken = |field: &str, detail: &str| {
        found.push(Violation { law: "asked is read", field: field.to_owned(), detail: detail.to_owned() });
    };
    let mut read: Vec<&str> = table.rows.iter().flat_map(Row::reads).copied().collect();
    read.extend([Some(table.id), Some(table.modified), table.created, table.deleted].iter().flatten());
    let whole = plan(table, None);
    for path in whole.asked() {
        if !read.contains(&path.as_str()) {
            broken(path, "asked for and read by no row");
        }
    }
    for path in &read {
        if whole.asked().iter().filter(|asked| asked == path).count() != 1 {
            broken(path, "read by a row and not asked for once");
        }
    }
    for row in table.rows {
        let one = plan(table, Some(&[row.name.to_owned()]));
        let own: Vec<&str> = table
            .rows
            .iter()
            .filter(|r| r.place.field == row.place.field)
            .flat_map(Row::reads)
            .copied()
            .chain([table.id, table.modified])
            .collect();
        if one.asked().iter().any(|path| !own.contains(&path.as_str())) {
            broken(row.name, "asks for columns of other fields");
        }
        if own.iter().any(|path| !one.asked().iter().any(|asked| asked == path)) {
            broken(row.name, "does not ask for its own columns");
        }
    }
    found
}

/// For every provider field of every reading row and values of every kind:
/// the value changes the record, or a warning names the field.
pub fn never_silent(table: &'static Table) -> Vec<Violation> {
    const VALUES: &[&str] = &[
        r#""plain""#,
        r#""cut \ud83d""#,
        "42",
        "true",
        r#""2026-05-18""#,
        r#""2026-05-18T06:17:35.000+0000""#,
        "{}",
        r#"["a"]"#,
    ];
    let mut found = Vec::new();
    for row in table.rows {
        let (Way::Both { path, codec } | Way::Read { path, codec }) = row.way else {
            continue;
        };
        // What a link does not take another row of the same field does.
        let beside = |other: &&Row| codec.link.is_some() && other.reads() == [path];
        let names = table.rows.iter().filter(beside).map(|other| other.name.to_owned());
        let plan = plan(table, Some(&names.chain([row.name.to_owned()]).collect::<Vec<_>>()));
        // Without an amount a currency says nothing.
        let beside = amount_beside(table, row);
        let empty = read_one(&plan, path, "null", beside);
        for value in VALUES {
            let (record, warned) = read_one(&plan, path, value, beside);
            if !warned && record == empty.0 {
                found.push(Violation {
                    law: "never silent",
                    field: row.name.to_owned(),
                    detail: format!("{path}: {value} is lost"),
                });
            }
        }
    }
    found
}

/// The provider field of the amount that a currency belongs to.
fn amount_beside(table: &Table, currency: &Row) -> Option<&'static str> {
    let field = Model::of(table.object)?.fields().get(usize::from(currency.place.field))?;
    if !matches!(field.kind, Kind::Money(_)) || currency.place.part != 2 {
        return None;
    }
    let mut rows = table.rows.iter().filter(|r| r.place.field == currency.place.field);
    rows.find(|r| r.place.part == 1)?.reads().first().copied()
}

/// The record made from one provider value, and whether it was warned about.
fn read_one(plan: &Plan, path: &str, value: &str, beside: Option<&str>) -> (Vec<u8>, bool) {
    let mut values = vec![(path.to_owned(), Wire::Json(value.into()))];
    values.extend(beside.map(|amount| (amount.to_owned(), Wire::Number("1".into()))));
    let body = json_object(&values, true);
    let mut out = Vec::new();
    let warned = match plan.read(&body, &Envelope::ONE, 1, &mut out) {
        Ok(page) => page.warnings.iter().any(|w| w.provider_field == path),
        Err(_) => false,
    };
    (out, warned)
}

/// Every provider field that a row reads or writes is recorded, or the row
/// says where it is documented; and no row says so needlessly.
pub fn seen(table: &Table, recorded: &dyn Fn(&str) -> bool) -> Vec<Violation> {
    let mut found = Vec::new();
    for row in table.rows {
        let paths = match &row.way {
            Way::Write { path, .. } => std::slice::from_ref(path),
            _ => row.reads(),
        };
        for path in paths {
            let detail = match (recorded(path), row.unseen) {
                (false, None) => "in no recording and not marked unseen",
                (true, Some(_)) => "marked unseen and yet recorded",
                _ => continue,
            };
            found.push(Violation { law: "seen", field: row.name.to_owned(), detail: format!("{path}: {detail}") });
        }
    }
    found
}
