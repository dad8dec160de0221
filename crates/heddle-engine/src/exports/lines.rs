//! The lines of an export's data: one JSON object a line.

use crate::Notice;
use serde::Serialize;

/// Appends one line for each record of `records`: JSON objects with commas
/// between. Answers how many there were.
pub(super) fn records(records: &[u8], out: &mut Vec<u8>) -> u64 {
    let mut count = 0;
    out.reserve(records.len() + records.len() / 8);
    for record in split(records) {
        out.extend_from_slice(b"{\"data\":");
        out.extend_from_slice(record);
        out.extend_from_slice(b"}\n");
        count += 1;
    }
    count
}

/// The objects between the commas that stand outside of all of them.
fn split(records: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = records;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (mut depth, mut text, mut escaped) = (0_usize, false, false);
        let end = rest.iter().position(|byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if text => escaped = true,
                b'"' => text = !text,
                b'{' | b'[' if !text => depth += 1,
                b'}' | b']' if !text => depth = depth.saturating_sub(1),
                b',' if !text && depth == 0 => return true,
                _ => {}
            }
            false
        });
        let (record, after) = match end {
            Some(at) => (rest.get(..at), rest.get(at + 1..)),
            None => (Some(rest), None),
        };
        rest = after.unwrap_or_default();
        record
    })
}

/// How the preparation stands.
#[derive(Serialize)]
pub(super) struct Progress {
    pub(super) state: &'static str,
    pub(super) rows: Option<u64>,
    pub(super) calls: u64,
}

/// A place from which reading can go on.
#[derive(Serialize)]
pub(super) struct Mark<'a> {
    pub(super) after: &'a str,
    pub(super) rows: u64,
    pub(super) calls: u64,
}

/// The end of the data.
#[derive(Serialize)]
pub(super) struct End<'a> {
    pub(super) rows: u64,
    pub(super) calls: u64,
    pub(super) method: &'static str,
    pub(super) resume_after: &'a str,
}

#[derive(Serialize)]
struct Warning<'a> {
    code: &'a str,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider_field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
}

/// Appends the warnings, if there are any, as one line.
pub(super) fn warnings(notices: &[Notice], out: &mut Vec<u8>) {
    if !notices.is_empty() {
        line("warnings", &notices.iter().map(Warning::of).collect::<Vec<_>>(), out);
    }
}

impl<'a> Warning<'a> {
    fn of(notice: &'a Notice) -> Self {
        Self {
            code: notice.code,
            detail: &notice.detail,
            record: notice.record.as_deref(),
            field: notice.field.as_deref(),
            provider_field: notice.provider_field.as_deref(),
            value: notice.value.as_deref(),
        }
    }
}

/// Appends `{"name": value}` as one line.
pub(super) fn line(name: &str, value: &impl Serialize, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("{{\"{name}\":").as_bytes());
    // Plain values to memory: nothing that can fail.
    let _infallible = serde_json::to_writer(&mut *out, value);
    out.extend_from_slice(b"}\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_record_is_a_line_whatever_its_texts_hold() {
        let written = br#"{"a":"},{\"","b":[1,{"c":2}]},{},{"d":"\\"}"#;
        let mut out = Vec::new();
        assert_eq!(records(written, &mut out), 3);
        let expected =
            "{\"data\":{\"a\":\"},{\\\"\",\"b\":[1,{\"c\":2}]}}\n{\"data\":{}}\n{\"data\":{\"d\":\"\\\\\"}}\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(records(b"", &mut Vec::new()), 0);
    }
}
