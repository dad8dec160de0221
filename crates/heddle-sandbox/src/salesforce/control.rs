//! The org's own control requests.

use std::sync::atomic::Ordering;

use serde_json::{Map, Value, json};

use super::changes;
use super::host::{Home, OldHost, Residence};
use super::ids::Id;
use super::org::unchecked;
use super::platform::organization;
use super::schema::{ACCOUNT, CONTACT};
use super::state::{BIN_DAYS, Salesforce};

/// The host that a hostile move names; outside every Salesforce domain.
const HOSTILE: &str = "https://instance.attacker.example";

/// Does one control request; `path` without the `_sandbox` prefix.
pub(super) fn control(org: &Salesforce, method: &str, path: &str, body: Value) -> Result<Value, String> {
    match (method, path.strip_prefix("salesforce/").unwrap_or(path)) {
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
        ("POST", "drop_jobs") => {
            org.jobs.forget();
            done()
        }
        ("POST", "end_grants") => {
            org.end_grants();
            done()
        }
        ("GET", "grants") => {
            let (alive, reused) = org.grants().figures();
            Ok(json!({ "alive": alive, "reused": reused }))
        }
        ("POST", "refresh_org") => {
            org.refresh();
            Ok(json!({ "organization_id": organization(org).as_str(), "user_id": org.user().as_str() }))
        }
        ("GET", "rows") => rows(org, &body),
        ("GET", "settings") => Ok(shown_settings(org)),
        ("POST", "settings") => {
            let mut changes = members(body)?;
            let counts = [("used", &org.used), ("app_not_propagated", &org.app_not_propagated)]
                .map(|(name, counter)| (name, counter, changes.remove(name)));
            org.set_settings(org.settings().merged(changes)?);
            for (name, counter, count) in counts {
                if let Some(count) = count {
                    let count = count.as_u64().ok_or_else(|| format!("{name} must be a count"))?;
                    counter.store(count, Ordering::Relaxed);
                }
            }
            Ok(shown_settings(org))
        }
        ("POST", "move") => relocate(org, &body),
        ("POST", "contacts") => insert(org, CONTACT, body),
        ("POST", "accounts") => insert(org, ACCOUNT, body),
        ("POST", "touch") => touch(org, body),
        ("POST", "changes") => changes::change(org, body),
        ("GET", "clock") => Ok(changes::shown(org)),
        ("POST", "clock") => changes::turn(org, body),
        ("POST", "empty_bin") => {
            org.empty_bin(body.get("older_than_days").and_then(Value::as_i64).unwrap_or(BIN_DAYS));
            done()
        }
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
        let waiting = org.app_not_propagated.load(Ordering::Relaxed);
        members.insert("app_not_propagated".to_owned(), waiting.into());
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
    let (id, _) = org.write(|batch| {
        let values = unchecked(batch.object(object), &fields)?;
        batch.create(object, values)
    });
    Ok(json!({ "id": id?.as_str() }))
}

fn touch(org: &Salesforce, body: Value) -> Result<Value, String> {
    let mut body = members(body)?;
    let id = body.get("id").and_then(Value::as_str).and_then(Id::parse);
    let id = id.ok_or("id must be a record id")?;
    let fields = body.remove("fields").map_or(Ok(Map::new()), members)?;
    let (done, _) = org.write(|batch| {
        let object = batch.org.schema.objects.iter().position(|object| object.prefix == id.prefix());
        let object = object.ok_or("no object has this id prefix")?;
        let values = unchecked(batch.object(object), &fields)?;
        let (position, _) = batch.find(object, id).ok_or_else(|| format!("no record {}", id.as_str()))?;
        batch.update(object, position, values);
        Ok::<(), String>(())
    });
    done?;
    Ok(json!({ "id": id.as_str() }))
}

/// The live records of an object with the values of the named fields, whoever
/// may see them; with `deleted` those in the bin too.
fn rows(org: &Salesforce, body: &Value) -> Result<Value, String> {
    let org = org.org();
    let name = body.get("object").and_then(Value::as_str).unwrap_or("Contact");
    let object = org.schema.object(name).ok_or_else(|| format!("no object {name}"))?;
    let definition = org.object(object);
    let names: Vec<&str> = match body.get("field") {
        None => Vec::new(),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        Some(name) => name.as_str().into_iter().collect(),
    };
    let place = |name: &&str| definition.position(name).ok_or_else(|| format!("no field {name}"));
    let places = names.iter().map(place).collect::<Result<Vec<usize>, String>>()?;
    let deleted = body.get("deleted").is_some_and(|deleted| deleted == true || deleted == "true");
    let live = org.tables[object].rows().filter(|row| deleted || !org.is_deleted(object, row));
    let rows: Vec<Value> = live
        .map(|row| {
            let value = |place: &usize| (definition.fields[*place].name.clone(), row.get(*place).to_json());
            let values: Map<String, Value> = places.iter().map(value).collect();
            json!({ "id": row.id().map(|id| id.as_str().to_owned()), "values": values })
        })
        .collect();
    Ok(json!({ "object": definition.name, "total": rows.len(), "rows": rows }))
}
