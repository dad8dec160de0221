//! Every recorded contact, read by the table and compared value by value.

use super::exchange::{Exchange, each_object, exchanges, exchanges_of, files, record_type, text};
use super::{describes, recordings, say, stage};
use heddle_connectors::salesforce::objects::contact::TABLE;
use heddle_mapping::{Constants, CustomField, CustomKind, Envelope, Plan, PlanSpec, Row, ValueKind, Way};
use heddle_model::{Kind, Model};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Standard fields that have no common place, and what stands for them.
const NOT_COMMON: &[(&str, &str)] = &[
    ("LastModifiedDate", "updated_at is SystemModstamp, which also moves with changes by the system"),
    ("IsEmailBounced", "email_bounced_at says it"),
    ("LastViewedDate", "of the connected user, not of the contact"),
    ("LastReferencedDate", "of the connected user, not of the contact"),
    ("CleanStatus", "state of the vendor's data service"),
];

struct Count {
    answers: usize,
    records: usize,
    values: usize,
    custom: usize,
    other: BTreeMap<String, usize>,
}

#[tokio::test]
async fn every_recorded_contact_reads_without_loss() {
    let Some(folder) = recordings("salesforce") else { return };
    let custom = custom_fields(&describes::recorded(&folder, "Contact").await);
    let mut count = Count { answers: 0, records: 0, values: 0, custom: 0, other: BTreeMap::new() };
    let mut elsewhere = Vec::new();
    for exchange in answers(&folder) {
        let mut places = Vec::new();
        each_object(&exchange.json, "", &mut |path, value| {
            if record_type(value) == Some("Contact") {
                places.push(path.to_owned());
            }
        });
        let rows = places.iter().filter(|p| p.starts_with(".records.") && p.matches('.').count() == 2).count();
        if places.is_empty() {
            continue;
        } else if places == [""] {
            check(&exchange, &Envelope::ONE, &[&exchange.json], &custom, &mut count);
        } else if rows == places.len() {
            let page = stage::page(exchange.reply()).await.unwrap();
            let records: Vec<&Value> = exchange.json["records"].as_array().unwrap().iter().collect();
            check(&exchange, page.envelope, &records, &custom, &mut count);
        } else {
            elsewhere.extend(places.iter().map(|place| format!("{}{place}", exchange.source)));
        }
    }
    // The one place where contacts stand and no list or fetch looks: the candidates in the answer to a write.
    assert!(elsewhere.iter().all(|place| place.contains("duplicateResut")), "{elsewhere:?}");
    say(&format!(
        "{} answers with {} contacts: {} values and {} custom values as recorded, 0 lost; \
         {} more in answers to writes; without a common place: {:?}",
        count.answers,
        count.records,
        count.values,
        count.custom,
        elsewhere.len(),
        count.other,
    ));
    assert!(count.records >= 14 && count.values >= 130 && count.custom >= 20);
}

/// Real traffic, and the answers gathered from elsewhere.
fn answers(folder: &std::path::Path) -> Vec<Exchange> {
    let mut all = exchanges(folder);
    let gathered: Value = serde_json::from_str(&text(folder, "collected/errors.json")).unwrap();
    all.extend(gathered["items"].as_array().unwrap().iter().enumerate().map(|(number, item)| {
        Exchange::bare(format!("collected/errors.json#{number}"), 400, item["body"].to_string().into_bytes())
    }));
    for name in files(folder, "restforce-fixtures") {
        all.push(Exchange::bare(name.clone(), 200, text(folder, &name).into_bytes()));
    }
    all
}

fn check(exchange: &Exchange, envelope: &Envelope, records: &[&Value], custom: &[CustomField], count: &mut Count) {
    let source = &exchange.source;
    let asked: Vec<CustomField> =
        custom.iter().filter(|c| records.iter().all(|r| r.get(&c.key).is_some())).cloned().collect();
    let plan = Plan::build(&PlanSpec {
        table: &TABLE,
        described: &|path| records.iter().all(|record| at(record, path).is_some()),
        fields: None,
        expand: &["account".to_owned(), "owner".to_owned()],
        custom: &asked,
        raw: true,
        sort: None,
        constants: Constants {
            connection_id: "con_1",
            provider: "salesforce",
            url_prefix: "https://h/",
            url_suffix: "/view",
        },
    });
    let mut out = vec![b'['];
    let read =
        plan.read(&exchange.body, envelope, usize::MAX, &mut out).unwrap_or_else(|bad| panic!("{source}: {bad:?}"));
    out.push(b']');
    assert_eq!(read.written, records.len(), "{source}");
    assert!(read.warnings.is_empty(), "{source}: {:?}", read.warnings);
    // The struct refuses unknown keys and wrong kinds.
    let typed: Vec<heddle_model::Contact> = serde_json::from_slice(&out).unwrap_or_else(|e| panic!("{source}: {e}"));
    assert_eq!(typed.len(), records.len());
    let common: Vec<Value> = serde_json::from_slice(&out).unwrap();
    for (raw, common) in records.iter().zip(&common) {
        compare(source, raw, common, custom, count);
    }
    count.answers += 1;
    count.records += records.len();
}

fn compare(source: &str, raw: &Value, common: &Value, custom: &[CustomField], count: &mut Count) {
    let here = format!("{source} {}", raw["Id"]);
    assert_eq!(&common["raw"], raw, "{here}");
    let own = [
        ("id", Some(TABLE.id), ValueKind::Id),
        ("remote_id", Some(TABLE.id), ValueKind::Id),
        ("updated_at", Some(TABLE.modified), ValueKind::Timestamp),
        ("created_at", TABLE.created, ValueKind::Timestamp),
        ("is_deleted", TABLE.deleted, ValueKind::Bool),
    ];
    for (name, path, kind) in own {
        let Some(value) = path.and_then(|p| at(raw, p)).filter(|v| !v.is_null()) else { continue };
        assert_eq!(common[name], expected(kind, value), "{here}: {name}");
        count.values += 1;
    }
    for row in TABLE.rows {
        let (Way::Both { path, codec } | Way::Read { path, codec }) = row.way else {
            assert!(row.reads().is_empty(), "{}: the suite cannot compare such a row yet", row.name);
            continue;
        };
        let Some(value) = at(raw, path).filter(|v| !v.is_null()) else { continue };
        let read = placed(row, common);
        assert!(!read.is_null(), "{here}: {path} is lost on the way to {}", row.name);
        assert_eq!(read, expected(codec.kind, value), "{here}: {path} as {}", row.name);
        count.values += 1;
    }
    let named = TABLE.provider_fields();
    for (key, value) in raw.as_object().unwrap() {
        if value.is_null() || key == "attributes" || named.iter().any(|p| p.split('.').next() == Some(key)) {
            continue;
        }
        if let Some(field) = custom.iter().find(|c| c.key == *key) {
            let wanted = expected(value_kind(field.kind), value);
            assert_eq!(common["custom_fields"][key.as_str()], wanted, "{here}: {key}");
            count.custom += 1;
            continue;
        }
        assert!(!key.ends_with("__c"), "{here}: {key} is a custom field that no recorded describe has");
        assert!(NOT_COMMON.iter().any(|(name, _)| name == key), "{here}: {key} = {value} goes nowhere");
        *count.other.entry(key.clone()).or_default() += 1;
    }
}

/// The value at a dotted path; `None` when the record does not have it.
fn at<'v>(record: &'v Value, path: &str) -> Option<&'v Value> {
    path.split('.').try_fold(record, |value, key| value.get(key))
}

/// Where a row's value stands in a common record.
fn placed(row: &Row, common: &Value) -> Value {
    let field = &Model::of(TABLE.object).unwrap().fields()[usize::from(row.place.field)];
    let value = &common[row.name];
    let part = usize::from(row.place.part).wrapping_sub(1);
    match field.kind {
        Kind::List(list) if row.place.part > 0 => {
            let kind = list.kinds[usize::from(row.place.item) - 1];
            let item = value.as_array().into_iter().flatten().find(|item| item["type"] == *kind);
            item.map_or(Value::Null, |item| item[list.parts[part].name].clone())
        }
        Kind::Named(_, parts) => value[parts[part].name].clone(),
        _ => value.clone(),
    }
}

/// The common value by rules written down here once more.
fn expected(kind: ValueKind, raw: &Value) -> Value {
    match (kind, raw) {
        (ValueKind::Timestamp, Value::String(text)) => json!(text.replacen("+0000", "Z", 1)),
        (ValueKind::Text | ValueKind::Id, Value::Number(number)) => json!(number.to_string()),
        _ => raw.clone(),
    }
}

fn custom_fields(schemas: &[heddle_connector::ObjectSchema]) -> Vec<CustomField> {
    let mut found: Map<String, Value> = Map::new();
    let fields = schemas.iter().flat_map(|schema| &schema.fields).filter(|field| field.custom);
    let new = fields.filter(|field| found.insert(field.name.clone(), Value::Null).is_none());
    new.map(|field| CustomField { key: field.name.clone(), kind: field.value.custom_kind() }).collect()
}

fn value_kind(kind: CustomKind) -> ValueKind {
    match kind {
        CustomKind::Text | CustomKind::Any => ValueKind::Text,
        CustomKind::Id => ValueKind::Id,
        CustomKind::Bool => ValueKind::Bool,
        CustomKind::Number => ValueKind::Number,
        CustomKind::Timestamp => ValueKind::Timestamp,
        CustomKind::Date => ValueKind::Date,
    }
}

#[tokio::test]
async fn a_contact_alone_and_in_a_page_read_the_same() {
    let Some(folder) = recordings("salesforce") else { return };
    let mut checked = 0;
    for exchange in exchanges_of(&folder, "grouparoo-recorded/export-objects__export-records-custom.json") {
        if record_type(&exchange.json) != Some("Contact") {
            continue;
        }
        let body = String::from_utf8(exchange.body.clone()).unwrap();
        let listed = format!(r#"{{"totalSize":1,"done":true,"records":[{body}]}}"#);
        let page = stage::page(super::exchange::reply(200, Vec::new(), listed.into_bytes())).await.unwrap();
        assert_eq!(read_whole(&page.body, page.envelope), read_whole(&exchange.body, &Envelope::ONE));
        checked += 1;
    }
    assert!(checked >= 4, "{checked}");
}

fn read_whole(body: &[u8], envelope: &Envelope) -> String {
    let plan = Plan::build(&PlanSpec {
        table: &TABLE,
        described: &|path| !path.contains('.'),
        fields: None,
        expand: &[],
        custom: &[],
        raw: true,
        sort: None,
        constants: Constants::default(),
    });
    let mut out = Vec::new();
    plan.read(body, envelope, 10, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
