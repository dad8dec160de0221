//! The same table behind a second front end: serde_json finds the values, the
//! plan writes them. What the scanner does must come out byte for byte.

use std::fmt;

use heddle_mapping::{Envelope, PageRead, Plan, Tok};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// An object's members in order, duplicates too.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

fn members(json: &RawValue) -> Result<Vec<(String, &RawValue)>, String> {
    serde_json::from_str::<Members<'_>>(json.get()).map(|m| m.0).map_err(|e| e.to_string())
}

fn tok(json: &RawValue) -> Tok<'_> {
    let text = json.get();
    match text.as_bytes() {
        b"null" => Tok::Null,
        b"true" => Tok::True,
        b"false" => Tok::False,
        [b'"', inner @ .., b'"'] => {
            if !inner.contains(&b'\\') {
                Tok::Str(inner)
            } else if serde_json::from_str::<String>(text).is_ok() {
                Tok::StrEsc(inner)
            } else {
                Tok::StrLone(inner)
            }
        }
        whole @ [b'{' | b'[', ..] => Tok::Json(whole),
        digits => Tok::Num(digits),
    }
}

/// The value at a provider path; the last of duplicates.
fn descend<'a>(record: &[(String, &'a RawValue)], path: &str) -> Result<Tok<'a>, String> {
    let (head, tail) = match path.split_once('.') {
        Some((head, tail)) => (head, Some(tail)),
        None => (path, None),
    };
    let Some((_, value)) = record.iter().rev().find(|(key, _)| key == head) else {
        return Ok(Tok::Absent);
    };
    match tail {
        None => Ok(tok(value)),
        Some(tail) => match tok(value) {
            Tok::Null => Ok(Tok::Null),
            Tok::Json(json) if json.starts_with(b"{") => descend(&members(value)?, tail),
            _ => Ok(Tok::Json(value.get().as_bytes())),
        },
    }
}

/// Reads a page as [`Plan::read`] does. The envelope's paths are single keys.
pub(crate) fn read(
    plan: &Plan,
    body: &[u8],
    envelope: &Envelope,
    take: usize,
    out: &mut Vec<u8>,
) -> Result<PageRead, String> {
    let body: &RawValue = serde_json::from_slice(body).map_err(|e| e.to_string())?;
    let (records, done, next) = if envelope.records.is_empty() {
        (Some(body), None, None)
    } else {
        let top = members(body)?;
        let at = |key: &str| top.iter().rev().find(|(k, _)| k == key).map(|(_, v)| *v);
        (at(envelope.records), envelope.done.and_then(at), envelope.next.and_then(at))
    };
    let records = records.ok_or("no records")?;
    let list: Vec<&RawValue> = match tok(records) {
        Tok::Json(json) if json.starts_with(b"[") => serde_json::from_str(records.get()).map_err(|e| e.to_string())?,
        Tok::Json(_) => vec![records],
        _ => return Err("no records".to_owned()),
    };
    let mut writer = plan.writer(take, out);
    let mut kept: Vec<Tok<'_>> = Vec::new();
    for record in list {
        match tok(record) {
            Tok::Json(raw) if raw.starts_with(b"{") => {
                if writer.full() {
                    writer.extra();
                    continue;
                }
                let record = members(record)?;
                let slots = plan.asked().iter().map(|path| descend(&record, path));
                kept = slots.collect::<Result<_, _>>()?;
                writer.record(&kept, raw, true);
            }
            other => writer.not_a_record(other),
        }
    }
    let mut page = writer.finish(&kept);
    page.done = done.and_then(|v| match tok(v) {
        Tok::True => Some(true),
        Tok::False => Some(false),
        _ => None,
    });
    page.next = next.and_then(|v| match tok(v) {
        Tok::Num(digits) => Some(String::from_utf8_lossy(digits).into_owned()),
        tok => tok.text().map(|text| text.into_owned()),
    });
    Ok(page)
}

/// How two readings of one body compare.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Agreement {
    /// Both read it, to the same bytes and the same page.
    Accepted,
    /// Both refused it.
    Refused,
    /// Half a surrogate pair in a key: serde_json decodes keys and refuses.
    LoneKey,
    /// Deeper than the scanner goes.
    TooDeep,
}

/// Reads a body both ways and compares.
pub(crate) fn compare(plan: &Plan, body: &[u8], envelope: &Envelope, take: usize) -> Result<Agreement, String> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let a = plan.read(body, envelope, take, &mut ours);
    let b = read(plan, body, envelope, take, &mut theirs);
    let shown = || String::from_utf8_lossy(body).into_owned();
    match (a, b) {
        (Ok(a), Ok(b)) if a == b && ours == theirs => Ok(Agreement::Accepted),
        (Ok(a), Ok(b)) => Err(format!(
            "different readings\n{a:?}\n{b:?}\n{}\n{}\nof {}",
            String::from_utf8_lossy(&ours),
            String::from_utf8_lossy(&theirs),
            shown()
        )),
        (Err(_), Err(_)) if ours.is_empty() => Ok(Agreement::Refused),
        (Err(_), Err(_)) => Err(format!("a refused page left output behind: {}", shown())),
        (Ok(_), Err(e)) if lone_escape(body) && (e.contains("surrogate") || e.contains("hex escape")) => {
            Ok(Agreement::LoneKey)
        }
        (Err(e), Ok(_)) if e.reason == "nested too deep" => Ok(Agreement::TooDeep),
        (Ok(_), Err(e)) => Err(format!("only the scanner accepts ({e}): {}", shown())),
        (Err(e), Ok(_)) => Err(format!("only the scanner refuses ({e}): {}", shown())),
    }
}

fn lone_escape(body: &[u8]) -> bool {
    body.windows(3).any(|w| w == b"\\ud" || w == b"\\uD")
}
