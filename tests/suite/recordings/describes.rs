//! Recorded describe answers, and the law that a table names only what was
//! seen, or says where it is documented.

use super::exchange::{each_object, exchanges, record_type, reply, text};
use super::{recordings, say, stage};
use heddle_connector::{FieldValue, ObjectSchema};
use heddle_mapping::laws;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Every describe answer that was recorded, with where it stands.
fn bodies(folder: &Path) -> Vec<(String, Value)> {
    let mut found = Vec::new();
    let mut look = |source: &str, json: &Value| {
        each_object(json, "", &mut |path, value| {
            if value.get("fields").is_some_and(Value::is_array) && value.get("keyPrefix").is_some() {
                found.push((format!("{source}{path}"), value.clone()));
            }
        });
    };
    exchanges(folder).iter().for_each(|exchange| look(&exchange.source, &exchange.json));
    let fixture = "restforce-fixtures/sobject_sobject_describe_success_response.json";
    look(fixture, &serde_json::from_str(&text(folder, fixture)).unwrap());
    found
}

async fn described(body: &Value) -> ObjectSchema {
    // Any object's answer is read the same way; only the name is the declaration's.
    let own = stage::objects().iter().find(|spec| body["name"] == spec.table.provider_object);
    let connector = stage::salesforce();
    let bytes = body.to_string().into_bytes();
    let scripted = stage::Scripted::new(move |_| reply(200, Vec::new(), bytes.clone()));
    let session = stage::session(&connector, &scripted);
    let schema = connector.describe(&session, own.unwrap_or(stage::contacts())).await.unwrap();
    assert_eq!(scripted.operations(), ["describe"]);
    schema
}

/// The recorded schemas of one object, as the connector reads them.
pub(super) async fn recorded(folder: &Path, object: &str) -> Vec<ObjectSchema> {
    let mut schemas = Vec::new();
    for (_, body) in bodies(folder).iter().filter(|(_, body)| body["name"] == object) {
        schemas.push(described(body).await);
    }
    schemas
}

#[tokio::test]
async fn every_recorded_describe_is_read_field_by_field() {
    let Some(folder) = recordings("salesforce") else { return };
    let (mut answers, mut fields) = (BTreeMap::<String, usize>::new(), 0);
    for (source, body) in bodies(&folder) {
        let schema = described(&body).await;
        let raw = body["fields"].as_array().unwrap();
        assert_eq!(schema.fields.len(), raw.len(), "{source}");
        for (field, raw) in schema.fields.iter().zip(raw) {
            let here = format!("{source}: {}", field.name);
            assert_eq!(field.name, raw["name"], "{here}");
            assert_eq!(field.label, raw["label"], "{here}");
            assert_eq!(field.kind, raw["type"], "{here}");
            for (read, key) in
                [(field.custom, "custom"), (field.filterable, "filterable"), (field.sortable, "sortable")]
            {
                assert_eq!(read, raw[key].as_bool().unwrap_or(false), "{here}: {key}");
            }
            assert_eq!(field.relationship.as_deref(), raw["relationshipName"].as_str(), "{here}");
            // Objects and data types of later releases are passed as sent; a known scalar type is not.
            let passed_on = ["address", "location", "anyType", "complexvalue", "json", "time"];
            assert_eq!(
                field.value == FieldValue::Any,
                passed_on.contains(&field.kind.as_str()),
                "{here}: {}",
                field.kind
            );
            fields += 1;
        }
        *answers.entry(body["name"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    say(&format!("describe answers {answers:?}, {fields} fields"));
    assert!(answers["Contact"] >= 5 && answers["Account"] >= 10, "{answers:?}");
}

/// What was recorded of each object: fields by describe and by record.
struct Seen {
    fields: BTreeMap<String, BTreeSet<String>>,
    /// Object and relationship name, to the objects that it leads to.
    targets: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Seen {
    fn new(folder: &Path) -> Self {
        let mut seen = Self { fields: BTreeMap::new(), targets: BTreeMap::new() };
        for (_, body) in bodies(folder) {
            let object = body["name"].as_str().unwrap().to_owned();
            for field in body["fields"].as_array().unwrap() {
                seen.fields.entry(object.clone()).or_default().insert(field["name"].as_str().unwrap().to_owned());
                if let Some(relationship) = field["relationshipName"].as_str() {
                    let targets = field["referenceTo"].as_array().unwrap().iter();
                    let targets = targets.map(|target| target.as_str().unwrap().to_owned());
                    seen.targets.entry((object.clone(), relationship.to_owned())).or_default().extend(targets);
                }
            }
        }
        for exchange in exchanges(folder) {
            each_object(&exchange.json, "", &mut |_, value| {
                if let Some(object) = record_type(value) {
                    let members = value.as_object().unwrap();
                    seen.fields.entry(object.to_owned()).or_default().extend(members.keys().cloned());
                    // A record inside a record stands under the name of what leads to it.
                    for (key, inner) in members {
                        if let Some(target) = record_type(inner) {
                            let place = (object.to_owned(), key.clone());
                            seen.targets.entry(place).or_default().insert(target.to_owned());
                        }
                    }
                }
            });
        }
        seen
    }

    fn has(&self, object: &str, path: &str) -> bool {
        match path.split_once('.') {
            None => self.fields.get(object).is_some_and(|fields| fields.contains(path)),
            Some((relationship, rest)) => self
                .targets
                .get(&(object.to_owned(), relationship.to_owned()))
                .is_some_and(|targets| targets.iter().any(|target| self.has(target, rest))),
        }
    }
}

#[test]
fn every_provider_field_of_a_table_was_recorded_or_says_where_it_is_documented() {
    let Some(folder) = recordings("salesforce") else { return };
    let seen = Seen::new(&folder);
    for spec in stage::salesforce().manifest().forms() {
        let table = spec.table;
        let recorded = |path: &str| seen.has(table.provider_object, path);
        let breaches = laws::seen(table, &recorded);
        assert!(breaches.is_empty(), "{}", breaches.iter().map(|b| format!("{b}\n")).collect::<String>());
        // Of some objects nobody has recorded anything: each of their rows says where it is documented.
        let nothing = !seen.fields.contains_key(table.provider_object);
        for own in [Some(table.id), Some(table.modified), table.created, table.deleted].into_iter().flatten() {
            // Every object has its own fields under the same names.
            let anywhere = || seen.fields.keys().any(|object| seen.has(object, own));
            assert!(nothing || recorded(own) || anywhere(), "{own} is in no recording");
        }
        let unseen: Vec<&str> =
            table.rows.iter().filter(|row| row.unseen.is_some()).flat_map(|row| row.reads()).copied().collect();
        say(&format!(
            "{}: {} provider fields, {} of them in no recording: {unseen:?}",
            table.provider_object,
            table.provider_fields().len(),
            unseen.len()
        ));
    }
}

#[test]
fn the_law_of_seen_fields_finds_a_false_mark_both_ways() {
    for spec in stage::objects() {
        assert!(!laws::seen(spec.table, &|_| true).is_empty());
        // Of some objects nothing was recorded, and all of their fields are marked.
        let marked = spec.table.rows.iter().all(|row| row.reads().is_empty() || row.unseen.is_some());
        assert!(marked || !laws::seen(spec.table, &|_| false).is_empty());
    }
}

#[tokio::test]
async fn the_recorded_objects_of_an_org_are_read_with_what_can_be_done_with_them() {
    let Some(folder) = recordings("salesforce") else { return };
    let connector = stage::salesforce();
    let same = |info: &heddle_connector::ObjectInfo, raw: &Value| {
        assert_eq!(
            (&info.name, &info.label, &info.label_plural),
            (
                &raw["name"].as_str().unwrap().to_owned(),
                &raw["label"].as_str().unwrap().to_owned(),
                &raw["labelPlural"].as_str().unwrap().to_owned(),
            )
        );
        assert_eq!(info.id_prefix.as_deref(), raw["keyPrefix"].as_str(), "{}", info.name);
        for (read, key) in [
            (info.custom, "custom"),
            (info.queryable, "queryable"),
            (info.createable, "createable"),
            (info.updateable, "updateable"),
            (info.deletable, "deletable"),
        ] {
            assert_eq!(read, raw[key].as_bool().unwrap(), "{}: {key}", info.name);
        }
    };
    let (mut listed, mut told) = (0, 0);
    for exchange in exchanges(&folder) {
        let Some(raw) = exchange.json["sobjects"].as_array() else { continue };
        let bytes = exchange.json.to_string().into_bytes();
        let scripted = stage::Scripted::new(move |_| reply(200, Vec::new(), bytes.clone()));
        let objects = connector.objects(&stage::session(&connector, &scripted)).await.unwrap();
        assert_eq!(objects.len(), raw.len(), "{}", exchange.source);
        objects.iter().zip(raw).for_each(|(info, raw)| same(info, raw));
        listed += objects.len();
    }
    for (source, body) in bodies(&folder).into_iter().filter(|(_, body)| body.get("deletable").is_some()) {
        let bytes = body.to_string().into_bytes();
        let scripted = stage::Scripted::new(move |_| reply(200, Vec::new(), bytes.clone()));
        let session = stage::session(&connector, &scripted);
        let (info, schema) = connector.describe_record(&session, body["name"].as_str().unwrap()).await.unwrap();
        same(&info, &body);
        assert_eq!(schema.fields.len(), body["fields"].as_array().unwrap().len(), "{source}");
        told += 1;
    }
    say(&format!("{listed} objects listed, {told} described with their fields"));
    assert!(listed > 1_000 && told > 1, "{listed} and {told}");
}
