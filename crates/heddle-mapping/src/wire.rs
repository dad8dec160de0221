//! A value on its way to a provider, before a dialect (JSON, SOQL, a search
//! body) spells it.

use std::borrow::Cow;

use crate::tok::push_string;

/// A typed provider value. Text is decoded: dialects escape it their own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire<'a> {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A JSON number, exact.
    Number(Cow<'a, str>),
    /// Text, also ids and words of enums.
    Text(Cow<'a, str>),
    /// RFC 3339 in UTC with `Z`; the fraction as it was given.
    Timestamp(Cow<'a, str>),
    /// `YYYY-MM-DD`, a day that exists.
    Date(Cow<'a, str>),
    /// JSON as it was given, for custom fields of no known kind.
    Json(Cow<'a, str>),
}

impl Wire<'_> {
    /// The same value without borrowing.
    pub fn into_owned(self) -> Wire<'static> {
        let own = |s: Cow<'_, str>| Cow::Owned(s.into_owned());
        match self {
            Wire::Null => Wire::Null,
            Wire::Bool(b) => Wire::Bool(b),
            Wire::Number(s) => Wire::Number(own(s)),
            Wire::Text(s) => Wire::Text(own(s)),
            Wire::Timestamp(s) => Wire::Timestamp(own(s)),
            Wire::Date(s) => Wire::Date(own(s)),
            Wire::Json(s) => Wire::Json(own(s)),
        }
    }

    /// Appends the value as JSON.
    pub fn push_json(&self, out: &mut Vec<u8>) {
        match self {
            Wire::Null => out.extend_from_slice(b"null"),
            Wire::Bool(true) => out.extend_from_slice(b"true"),
            Wire::Bool(false) => out.extend_from_slice(b"false"),
            Wire::Number(json) | Wire::Json(json) => out.extend_from_slice(json.as_bytes()),
            Wire::Text(text) | Wire::Timestamp(text) | Wire::Date(text) => push_string(text, out),
        }
    }
}

/// The values as one JSON object, in their order. With `nest` a dotted path
/// stands in objects (`properties.name` in `properties`); without, the path is
/// the key as it is. Of two values for one path both are written.
pub fn json_object(values: &[(String, Wire<'_>)], nest: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(values.len() * 32 + 2);
    let members: Vec<(&str, &Wire<'_>)> = values.iter().map(|(path, wire)| (path.as_str(), wire)).collect();
    push_object(&members, nest, &mut out);
    out
}

fn push_object(members: &[(&str, &Wire<'_>)], nest: bool, out: &mut Vec<u8>) {
    let head = |path: &str| if nest { path.split_once('.').map(|(head, _)| head.to_owned()) } else { None };
    let mut done: Vec<String> = Vec::new();
    out.push(b'{');
    let mut first = true;
    for (path, wire) in members {
        let group = head(path);
        if group.as_ref().is_some_and(|group| done.contains(group)) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        push_string(group.as_deref().unwrap_or(path), out);
        out.push(b':');
        match group {
            None => wire.push_json(out),
            Some(group) => {
                let inside = members.iter().filter_map(|(path, wire)| {
                    let (head, tail) = path.split_once('.')?;
                    (head == group).then_some((tail, *wire))
                });
                push_object(&inside.collect::<Vec<_>>(), nest, out);
                done.push(group);
            }
        }
    }
    out.push(b'}');
}
