//! Reads the files of recordings.

use heddle_connector::Reply;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

type Object<'a> = HashMap<String, &'a RawValue>;

/// One recorded answer.
#[derive(Debug)]
pub(super) struct Exchange {
    /// `folder/name.json`, and the number of the exchange in it.
    pub(super) source: String,
    /// HTTP method.
    pub(super) method: String,
    /// Path without query, or the whole address.
    pub(super) path: String,
    /// Names and values of the query as recorded; null without one.
    pub(super) query: Value,
    /// The request's body; null where it had none.
    pub(super) asked: Value,
    /// HTTP status.
    pub(super) status: u16,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// The body's bytes: JSON as the provider ordered it, or its text.
    pub(super) body: Vec<u8>,
    /// The same, parsed; null when it is not JSON.
    pub(super) json: Value,
}

impl Exchange {
    /// An answer with nothing but a status and a body.
    pub(super) fn bare(source: String, status: u16, body: Vec<u8>) -> Self {
        let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
        Self {
            source,
            method: "GET".into(),
            path: String::new(),
            query: Value::Null,
            asked: Value::Null,
            status,
            headers: Vec::new(),
            body,
            json,
        }
    }

    /// What the gate would have seen.
    pub(super) fn reply(&self) -> Reply {
        reply(self.status, self.headers.clone(), self.body.clone())
    }

    pub(super) fn is_soap(&self) -> bool {
        self.path.contains("/Soap/")
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }
}

/// An answer as the gate sees it.
pub(super) fn reply(status: u16, headers: Vec<(String, String)>, body: Vec<u8>) -> Reply {
    Reply { status, headers, body: body.into(), received: UNIX_EPOCH, took: Duration::ZERO }
}

/// The text of a file below the folder.
pub(super) fn text(folder: &Path, name: &str) -> String {
    let path = folder.join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The JSON files of a subfolder, as `subfolder/name.json`, sorted.
pub(super) fn files(folder: &Path, sub: &str) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join(sub)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| format!("{sub}/{}", entry.unwrap().file_name().to_string_lossy())).collect();
    names.retain(|name| name.ends_with(".json"));
    names.sort();
    names
}

/// The exchanges of one file.
pub(super) fn exchanges_of(folder: &Path, name: &str) -> Vec<Exchange> {
    let text = text(folder, name);
    let file: Object = serde_json::from_str(&text).unwrap();
    let list: Vec<Object> = serde_json::from_str(file["exchanges"].get()).unwrap();
    list.iter().enumerate().map(|(number, raw)| exchange(format!("{name}#{number}"), raw)).collect()
}

/// All exchanges of real traffic.
pub(super) fn exchanges(folder: &Path) -> Vec<Exchange> {
    let names = ["grouparoo-recorded", "nango-recorded"].iter().flat_map(|sub| files(folder, sub));
    let all: Vec<Exchange> = names.flat_map(|name| exchanges_of(folder, &name)).collect();
    assert!(all.len() > 200, "only {} exchanges", all.len());
    all
}

fn exchange(source: String, raw: &Object<'_>) -> Exchange {
    let value = |name: &str| raw.get(name).map_or(Value::Null, |v| serde_json::from_str(v.get()).unwrap());
    let json = value("body");
    let body = match &json {
        Value::String(text) => text.clone().into_bytes(),
        Value::Null => Vec::new(),
        _ => raw["body"].get().as_bytes().to_vec(),
    };
    let address = [value("path"), value("url")].iter().find_map(|v| v.as_str().map(str::to_owned));
    let headers = value("headers");
    let headers = headers.as_object().into_iter().flatten().map(|(name, value)| {
        let value = value.as_array().and_then(|a| a.first()).unwrap_or(value);
        (name.to_ascii_lowercase(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    });
    Exchange {
        source,
        method: value("method").as_str().unwrap().to_owned(),
        path: address.unwrap(),
        query: value("query"),
        asked: value("request_body"),
        status: u16::try_from(value("status").as_u64().unwrap()).unwrap(),
        headers: headers.collect(),
        body,
        json: if json.is_string() { Value::Null } else { json },
    }
}

/// Calls `visit` with every object in a value, and the path of it.
pub(super) fn each_object(value: &Value, path: &str, visit: &mut dyn FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            visit(path, value);
            members.iter().for_each(|(key, member)| each_object(member, &format!("{path}.{key}"), visit));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| each_object(item, &format!("{path}.{i}"), visit));
        }
        _ => {}
    }
}

/// The type that a record names in its `attributes`.
pub(super) fn record_type(value: &Value) -> Option<&str> {
    value.get("attributes")?.get("type")?.as_str()
}
