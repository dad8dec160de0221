//! Single values there and back: codecs on anything a provider may send, and
//! filters whose values come as text.

// A panic here is a finding, as in every test.
#![allow(clippy::unwrap_used)]

use heddle_mapping::{Erased, Filter, Fit, Op, Row, Table, Tok, ValueKind, Way, Wire, condition, wire_of_common};
use serde_json::Value;

use super::tapes::Tape;

const PIECES: &[&str] = &["a", "Z", "0", "9", " ", "\\", "\"", "'", ",", "\n", "\u{e9}", "\u{1f600}", "-", ":", "\\,"];

fn text(tape: &mut Tape<'_>) -> String {
    (0..tape.below(8)).map(|_| *tape.one(PIECES)).collect()
}

fn number(tape: &mut Tape<'_>) -> String {
    let mut digits = format!("{}{}", tape.one(&["", "-"]), tape.below(100_000));
    if tape.below(2) == 1 {
        digits.push_str(&format!(".{}", tape.below(10_000)));
    }
    if tape.seldom(4) {
        digits.push_str(&format!("{}{}", tape.one(&["e", "E+", "e-"]), tape.below(34)));
    }
    digits
}

fn timestamp(tape: &mut Tape<'_>) -> String {
    let (year, month, day) = (1900 + tape.below(250), tape.below(14), tape.below(33));
    let (hour, minute, second) = (tape.below(25), tape.below(61), tape.below(62));
    let fraction = tape.one(&["", ".0", ".000", ".123456789"]);
    let zone = tape.one(&["Z", "+0000", "+02:00", "-0330", ""]);
    format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{fraction}{zone}")
}

fn date(tape: &mut Tape<'_>) -> String {
    format!("{}-{:02}-{:02}", 1900 + tape.below(250), tape.below(14), tape.below(33))
}

/// A string as JSON, sometimes with every letter escaped.
fn quoted(tape: &mut Tape<'_>, text: &str) -> String {
    if tape.seldom(4) {
        let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
        return format!("\"{}\"", units.collect::<String>());
    }
    Value::from(text).to_string()
}

/// Anything a provider may send.
fn sent(tape: &mut Tape<'_>, codec: &Erased) -> String {
    match tape.below(8) {
        0 => {
            let text = text(tape);
            quoted(tape, &text)
        }
        1 => number(tape),
        2 => format!("\"{}\"", number(tape)),
        3 => tape.one(&["true", "false", "\"true\"", "{}", "[1]", "\"\""]).to_string(),
        4 => format!("\"{}\"", timestamp(tape)),
        5 => format!("\"{}\"", date(tape)),
        6 => format!("17{}", 10_000_000 + tape.below(60_000)),
        _ => {
            let word = codec.words.get(tape.below(codec.words.len())).map_or("word", |(_, provider)| *provider);
            quoted(tape, word)
        }
    }
}

/// A token as the scanner finds it: seen through the plainest of plans, the
/// oracle's way, so that this does not depend on the scanner.
fn tok(json: &str) -> Tok<'_> {
    match json.as_bytes() {
        b"true" => Tok::True,
        b"false" => Tok::False,
        b"null" => Tok::Null,
        [b'"', inner @ .., b'"'] if inner.contains(&b'\\') => Tok::StrEsc(inner),
        [b'"', inner @ .., b'"'] => Tok::Str(inner),
        whole @ [b'{' | b'[', ..] => Tok::Json(whole),
        digits => Tok::Num(digits),
    }
}

fn codecs(tables: &[&'static Table]) -> Vec<(&'static Table, &'static Row, Erased)> {
    let rows = tables.iter().flat_map(|table| table.rows.iter().map(move |row| (*table, row)));
    rows.filter_map(|(table, row)| match row.way {
        Way::Both { codec, .. } => Some((table, row, codec)),
        _ => None,
    })
    .collect()
}

fn read(codec: &Erased, json: &str) -> Option<String> {
    let mut out = Vec::new();
    let fit = codec.read(tok(json), &mut out);
    (fit == Fit::Ok).then(|| String::from_utf8(out).unwrap())
}

fn spelled(wire: &Wire<'_>) -> String {
    let mut out = Vec::new();
    wire.push_json(&mut out);
    String::from_utf8(out).unwrap()
}

/// What a codec reads is JSON, can be written, and reads the same again.
pub(crate) fn codecs_round_trip(tables: &[&'static Table], choices: &[u16]) -> Result<usize, String> {
    let mut tape = Tape::new(choices);
    let all = codecs(tables);
    let mut understood = 0;
    for _ in 0..8 {
        let (_, row, codec) = tape.one(&all);
        let sent = sent(&mut tape, codec);
        let Some(first) = read(codec, &sent) else { continue };
        let json: Value =
            serde_json::from_str(&first).map_err(|e| format!("{}: {sent} reads as {first}: {e}", row.name))?;
        understood += 1;
        if json == "OTHER" {
            continue;
        }
        let wire = codec.write(tok(&first)).map_err(|m| format!("{}: {first} must be {}", row.name, m.0))?;
        let again = read(codec, &spelled(&wire)).ok_or_else(|| format!("{}: {wire:?} does not read", row.name))?;
        if serde_json::from_str::<Value>(&again).ok() != Some(json) {
            return Err(format!("{}: {sent} reads as {first} and comes back as {again}", row.name));
        }
    }
    Ok(understood)
}

/// A common value given as the text of a filter is the value that a cursor or
/// a body would give, and lists split where they were joined.
pub(crate) fn filters_take_text(tables: &[&'static Table], choices: &[u16]) -> Result<usize, String> {
    let mut tape = Tape::new(choices);
    // A word of an enum may stand for several of the provider's: the tests of filters have those.
    let one_value = |kind| kind != ValueKind::Word;
    let all = codecs(tables).into_iter().filter(|(_, row, codec)| row.place.part == 0 && one_value(codec.kind));
    let all: Vec<_> = all.collect();
    let (table, row, codec) = *tape.one(&all);
    let mut values: Vec<(String, Wire<'static>)> = Vec::new();
    for _ in 0..=tape.below(5) {
        let sent = sent(&mut tape, &codec);
        let Some(common) = read(&codec, &sent).filter(|common| common != "\"OTHER\"") else { continue };
        let text = match serde_json::from_str(&common) {
            Ok(Value::String(text)) => text,
            _ => common.clone(),
        };
        let wire = wire_of_common(table, &[], row.name, &common).map_err(|r| format!("{common}: {r}"))?;
        values.push((text, wire));
    }
    let ask = |op, text: &str| match condition(table, &|_| true, &[], row.name, op, text) {
        Ok(Filter::Is(is)) => Ok(is.values),
        other => Err(format!("{} {} {text:?}: {other:?}", row.name, op.as_str())),
    };
    for (text, wire) in &values {
        let got = ask(Op::Eq, text)?;
        if got.as_slice() != std::slice::from_ref(wire) {
            return Err(format!("{} {text:?}: {got:?} and not {wire:?}", row.name));
        }
    }
    if values.is_empty() || codec.kind == ValueKind::Bool {
        return Ok(values.len());
    }
    let escaped = values.iter().map(|(text, _)| text.replace('\\', "\\\\").replace(',', "\\,"));
    let joined = escaped.collect::<Vec<_>>().join(",");
    let got = ask(Op::In, &joined)?;
    let expected: Vec<Wire<'static>> = values.iter().map(|(_, wire)| wire.clone()).collect();
    if got != expected {
        return Err(format!("{} in {joined:?}: {got:?} and not {expected:?}", row.name));
    }
    Ok(values.len())
}
