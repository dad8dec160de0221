//! The org's own control requests.

use std::sync::atomic::Ordering;

use serde_json::{Map, Value, json};

use super::host::{Home, OldHost, Residence};
use super::ids::Id;
use super::schema::{ACCOUNT, CONTACT};
use super::seed::{LAST_CHANGE, run_as_user};
use super::state::Salesforce;

/// The host that a hostile move names; outside every Salesforce domain.
const HOSTILE: &str = "https://instance.attacker.example";

/// Does one control request; `path` without the `_sandbox` prefix.
pub(super) fn control(org: &Salesforce, method: &str, path: &str, body: Value) -> Result<Value, String> {
    match (method, path) {
        ("GET", "") => Ok(json!({
            "provider": "salesforce",
            "url": org.urls()[0],
            "alternate_url": org.urls()[1],
        })),
        ("POST", "reset") => {
            org.reset(org.size());
            done()
        }
        ("POST", "seed") => {
            let mut size = org.size();
            let number = |name: &str| body.get(name).and_then(Value::as_u64);
            let count = |name: &str| number(name).and_then(|count| usize::try_from(count).ok());
            size.seed = number("seed").unwrap_or(size.seed);
            size.contacts = count("contacts").unwrap_or(size.contacts);
            size.accounts = count("accounts").unwrap_or(size.accounts);
            org.reseed(size);
            done()
        }
        ("POST", "expire_sessions") => {
            org.end_sessions();
            done()
        }
        ("GET", "settings") => Ok(shown_settings(org)),
        ("POST", "settings") => {
            let mut changes = members(body)?;
            let used = changes.remove("used");
            org.set_settings(org.settings().merged(changes)?);
            if let Some(used) = used {
                let used = used.as_u64().ok_or("used must be a count")?;
                org.used.store(used, Ordering::Relaxed);
            }
            Ok(shown_settings(org))
        }
        ("POST", "move") => relocate(org, &body),
        ("POST", "contacts") => insert(org, CONTACT, body),
        ("POST", "accounts") => insert(org, ACCOUNT, body),
        ("POST", "touch") => touch(org, body),
        _ => Err(format!("no control request {method} {path}")),
    }
}

fn done() -> Result<Value, String> {
    Ok(json!({ "ok": true }))
}

fn members(body: Value) -> Result<Map<String, Value>, String> {
    match body {
        Value::Object(members) => Ok(members),
        _ => Err("an object is expected".to_owned()),
    }
}

fn shown_settings(org: &Salesforce) -> Value {
    let mut shown = serde_json::to_value(org.settings().as_ref()).unwrap_or_default();
    if let Some(members) = shown.as_object_mut() {
        members.insert("used".to_owned(), org.used.load(Ordering::Relaxed).into());
    }
    shown
}

fn relocate(org: &Salesforce, body: &Value) -> Result<Value, String> {
    let to = body.get("to").and_then(Value::as_str);
    let home = match to.ok_or("to is expected")? {
        "main" => Home::Listener(0),
        "alternate" => Home::Listener(1),
        "hostile" => Home::Elsewhere(HOSTILE.to_owned()),
        url if url.contains("://") => Home::Elsewhere(url.to_owned()),
        other => return Err(format!("to does not take {other}")),
    };
    let old_host = match body.get("old_host") {
        None | Some(Value::Null) => OldHost::default(),
        Some(word) => serde_json::from_value(word.clone()).map_err(|error| error.to_string())?,
    };
    org.move_to(|residence| Residence { home, old_host, moves: residence.moves + 1 });
    Ok(json!({ "instance_url": org.residence().url(org.urls()) }))
}

fn insert(org: &Salesforce, object: usize, body: Value) -> Result<Value, String> {
    let fields = members(body)?;
    let id = org.change_org(|rows| rows.inserted(object, &fields, run_as_user(), now()))?;
    Ok(json!({ "id": id.as_str() }))
}

fn touch(org: &Salesforce, body: Value) -> Result<Value, String> {
    let mut body = members(body)?;
    let id = body.get("id").and_then(Value::as_str).and_then(Id::parse);
    let id = id.ok_or("id must be a record id")?;
    let fields = body.remove("fields").map_or(Ok(Map::new()), members)?;
    org.change_org(|rows| {
        let object = rows
            .schema
            .objects
            .iter()
            .position(|object| object.prefix == id.prefix())
            .ok_or("no object has this id prefix")?;
        Ok((rows.touched(object, id, &fields, now())?, ()))
    })?;
    Ok(json!({ "id": id.as_str() }))
}

/// The present second, never before the seeded org's last change.
fn now() -> i64 {
    let seconds = chrono::Utc::now().timestamp();
    (seconds * 1_000).max(LAST_CHANGE + 1_000)
}
