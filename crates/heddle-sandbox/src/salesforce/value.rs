//! Field values, their order and their JSON.

use std::cmp::Ordering;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate};

use super::ids::Id;

/// One field's value in a row or in a query.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(Text),
    Id(Id),
    /// Days since 1970-01-01.
    Date(i32),
    /// Milliseconds since 1970-01-01T00:00:00Z.
    Moment(i64),
}

/// Text with the form that comparisons use.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    raw: Arc<str>,
    /// Absent when folding changes nothing.
    folded: Option<Arc<str>>,
}

impl Text {
    pub(crate) fn new(raw: &str) -> Text {
        let folded = raw.to_lowercase();
        Text { folded: (folded != raw).then(|| folded.into()), raw: raw.into() }
    }

    pub(crate) fn raw(&self) -> &str {
        &self.raw
    }

    /// Lower case: SOQL compares text without regard to case.
    pub(crate) fn folded(&self) -> &str {
        self.folded.as_deref().unwrap_or(&self.raw)
    }
}

impl Value {
    /// Text, or null when empty: Salesforce stores no empty strings.
    pub(crate) fn text(raw: &str) -> Value {
        if raw.is_empty() { Value::Null } else { Value::Text(Text::new(raw)) }
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text.raw()),
            _ => None,
        }
    }

    pub(crate) fn as_id(&self) -> Option<Id> {
        match self {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }

    /// The order of two values of the same field. Nulls and values of
    /// different kinds compare as equal; callers deal with nulls first.
    pub(crate) fn compare(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Text(a), Value::Text(b)) => a.folded().cmp(b.folded()),
            (Value::Id(a), Value::Id(b)) => a.cmp(b),
            (Value::Date(a), Value::Date(b)) => a.cmp(b),
            (Value::Moment(a), Value::Moment(b)) => a.cmp(b),
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Int(a), Value::Int(b)) => a.cmp(b),
            (a, b) => match (a.as_number(), b.as_number()) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => Ordering::Equal,
            },
        }
    }

    fn as_number(&self) -> Option<f64> {
        match self {
            Value::Int(int) => Some(*int as f64),
            Value::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The JSON form as a value.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        let mut out = Vec::new();
        self.write_json(&mut out);
        // Written as JSON just now.
        serde_json::from_slice(&out).unwrap_or_default()
    }

    /// Appends the JSON form.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.extend_from_slice(b"null"),
            Value::Bool(true) => out.extend_from_slice(b"true"),
            Value::Bool(false) => out.extend_from_slice(b"false"),
            Value::Int(int) => out.extend_from_slice(int.to_string().as_bytes()),
            Value::Number(number) => out.extend_from_slice(format!("{number:?}").as_bytes()),
            Value::Text(text) => write_string(text.raw(), out),
            Value::Id(id) => {
                out.push(b'"');
                out.extend_from_slice(id.as_str().as_bytes());
                out.push(b'"');
            }
            Value::Date(days) => {
                out.push(b'"');
                push_date(*days, out);
                out.push(b'"');
            }
            Value::Moment(millis) => {
                out.push(b'"');
                push_moment(*millis, out);
                out.push(b'"');
            }
        }
    }
}

/// Appends a JSON string.
pub(crate) fn write_string(text: &str, out: &mut Vec<u8>) {
    if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    } else {
        // Writing text to memory cannot fail.
        let _infallible = serde_json::to_writer(out, text);
    }
}

fn push_date(days: i32, out: &mut Vec<u8>) {
    let date = NaiveDate::from_epoch_days(days).unwrap_or_default();
    out.extend_from_slice(date.to_string().as_bytes());
}

/// `2026-05-18T06:17:35.000+0000`: no colon in the offset, whole seconds.
fn push_moment(millis: i64, out: &mut Vec<u8>) {
    let seconds = millis.div_euclid(1000);
    let days = i32::try_from(seconds.div_euclid(86_400)).unwrap_or(0);
    push_date(days, out);
    let second = seconds.rem_euclid(86_400);
    let two = |value: i64, out: &mut Vec<u8>| {
        out.push(b'0' + (value / 10) as u8);
        out.push(b'0' + (value % 10) as u8);
    };
    out.push(b'T');
    two(second / 3600, out);
    out.push(b':');
    two(second / 60 % 60, out);
    out.push(b':');
    two(second % 60, out);
    out.extend_from_slice(b".000+0000");
}

/// Milliseconds since 1970 as answers have them.
pub(crate) fn moment(millis: i64) -> String {
    let mut out = Vec::with_capacity(28);
    push_moment(millis, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Days since 1970-01-01 of `YYYY-MM-DD`.
pub(crate) fn parse_date(text: &str) -> Option<i32> {
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?;
    (text.len() == 10).then(|| date.to_epoch_days())
}

/// Milliseconds of `YYYY-MM-DDThh:mm:ss[.fff]` with `Z`, `+hh:mm` or `+hhmm`.
pub(crate) fn parse_moment(text: &str) -> Option<i64> {
    let moment = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z"))
        .ok()?;
    Some(moment.timestamp_millis())
}
