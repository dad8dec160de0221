//! Every recorded record of an object that can be read, read by its table and
//! compared value by value.

use super::compare::{Count, compare};
use super::exchange::{Exchange, each_object, exchanges, exchanges_of, files, record_type, reply, text};
use super::{describes, recordings, say, stage};
use heddle_connector::{ObjectSchema, ObjectSpec};
use heddle_mapping::{Constants, CustomField, Envelope, Plan, PlanSpec, Table};
use heddle_model::Object;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::path::Path;

/// What the recordings hold today: less means that the suite lost some.
struct Floor {
    object: Object,
    answers: usize,
    records: usize,
    values: usize,
    custom: usize,
    /// Records where no list and no fetch looks.
    elsewhere: usize,
}

/// An object of which nobody has recorded a record.
const fn unrecorded(object: Object) -> Floor {
    Floor { object, answers: 0, records: 0, values: 0, custom: 0, elsewhere: 0 }
}

const FLOORS: &[Floor] = &[
    Floor { object: Object::Contact, answers: 15, records: 15, values: 139, custom: 22, elsewhere: 1 },
    Floor { object: Object::Account, answers: 33, records: 4_213, values: 19_145, custom: 7, elsewhere: 7 },
    unrecorded(Object::Lead),
    unrecorded(Object::Deal),
    unrecorded(Object::Pipeline),
    unrecorded(Object::Stage),
    Floor { object: Object::User, answers: 3, records: 10, values: 85, custom: 0, elsewhere: 1 },
    // The default values of a new task; nothing else was recorded of activities.
    Floor { object: Object::Task, answers: 1, records: 1, values: 2, custom: 0, elsewhere: 1 },
    Floor { object: Object::Call, answers: 1, records: 1, values: 2, custom: 0, elsewhere: 1 },
    Floor { object: Object::Meeting, answers: 0, records: 0, values: 0, custom: 0, elsewhere: 0 },
    Floor { object: Object::Email, answers: 0, records: 0, values: 0, custom: 0, elsewhere: 0 },
    Floor { object: Object::Note, answers: 0, records: 0, values: 0, custom: 0, elsewhere: 0 },
];

#[tokio::test]
async fn every_recorded_record_reads_without_loss() {
    let Some(folder) = recordings("salesforce") else { return };
    let all = answers(&folder);
    for spec in stage::objects() {
        let floor = FLOORS.iter().find(|floor| floor.object == spec.object);
        let floor = floor.unwrap_or_else(|| panic!("how many records of {:?} are there?", spec.object));
        let custom = custom_fields(&describes::recorded(&folder, spec.table.provider_object).await);
        let (mut count, mut elsewhere) = (Count::default(), BTreeMap::<String, usize>::new());
        for exchange in &all {
            read_all(exchange, spec, &custom, &mut count, &mut elsewhere).await;
        }
        let Count { answers, records, values, custom, other } = count;
        let outside = elsewhere.values().sum::<usize>();
        say(&format!(
            "{}: {answers} answers with {records} records: {values} values and {custom} custom values as recorded, \
             0 lost; {outside} of the records stand where no list or fetch looks: {elsewhere:?}; without a common \
             place: {other:?}",
            spec.table.provider_object,
        ));
        assert!(answers >= floor.answers && records >= floor.records, "{:?}", spec.object);
        assert!(values >= floor.values && custom >= floor.custom, "{:?}", spec.object);
        assert!(outside >= floor.elsewhere, "{:?}", spec.object);
    }
}

/// Reads the object's records in an answer: as the page or the record that it
/// is, or one by one where they stand elsewhere.
async fn read_all(
    exchange: &Exchange,
    spec: &ObjectSpec,
    custom: &[CustomField],
    count: &mut Count,
    elsewhere: &mut BTreeMap<String, usize>,
) {
    let mut places = Vec::new();
    each_object(&exchange.json, "", &mut |path, value| {
        if record_type(value) == Some(spec.table.provider_object) {
            places.push((path.to_owned(), with_id(value)));
        }
    });
    let paged = places.iter().all(|(p, _)| p.starts_with(".records.") && p.matches('.').count() == 2);
    if places.is_empty() {
        return;
    }
    count.answers += 1;
    let whole = exchange.json.get("Id").is_some();
    if places.len() == 1 && places[0].0.is_empty() && whole {
        check(exchange, spec, (&exchange.body, &Envelope::ONE), &[&exchange.json], custom, count);
    } else if paged {
        let page = stage::page(spec, exchange.reply()).await.unwrap();
        let records: Vec<&Value> = exchange.json["records"].as_array().unwrap().iter().collect();
        check(exchange, spec, (&page.body, page.envelope), &records, custom, count);
    } else {
        for (place, record) in places {
            let body = record.to_string().into_bytes();
            check(exchange, spec, (&body, &Envelope::ONE), &[&record], custom, count);
            let place = place.split('.').filter(|key| key.parse::<usize>().is_err()).collect::<Vec<_>>().join(".");
            *elsewhere.entry(format!("{}{place}", exchange.source)).or_default() += 1;
        }
    }
}

/// The record; the values that a new one would begin with get an id, which
/// every record has.
fn with_id(record: &Value) -> Value {
    let mut record = record.clone();
    record.as_object_mut().unwrap().entry("Id").or_insert_with(|| "00T000000000001AAA".into());
    record
}

/// Real traffic, and the answers gathered from elsewhere.
fn answers(folder: &Path) -> Vec<Exchange> {
    let mut all = exchanges(folder);
    for name in files(folder, "collected") {
        let gathered: Value = serde_json::from_str(&text(folder, &name)).unwrap();
        let alone = std::slice::from_ref(&gathered);
        let items = gathered["items"].as_array().map_or(alone, Vec::as_slice).iter().enumerate();
        all.extend(items.map(|(number, item)| {
            Exchange::bare(format!("{name}#{number}"), 400, item["body"].to_string().into_bytes())
        }));
    }
    for name in files(folder, "restforce-fixtures") {
        all.push(Exchange::bare(name.clone(), 200, text(folder, &name).into_bytes()));
    }
    all
}

#[test]
fn every_folder_of_recordings_is_looked_into() {
    let Some(folder) = recordings("salesforce") else { return };
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = entries.collect();
    names.sort();
    assert_eq!(names, ["collected", "grouparoo-recorded", "nango-recorded", "restforce-fixtures"]);
}

fn check(
    exchange: &Exchange,
    spec: &ObjectSpec,
    (body, envelope): (&[u8], &Envelope),
    records: &[&Value],
    custom: &[CustomField],
    count: &mut Count,
) {
    let (source, table) = (&exchange.source, spec.table);
    let expand: Vec<String> = spec.expand.iter().map(|name| (*name).to_owned()).collect();
    let asked: Vec<CustomField> =
        custom.iter().filter(|c| records.iter().all(|r| r.get(&c.key).is_some())).cloned().collect();
    let plan = Plan::build(&PlanSpec {
        table,
        described: &|path| records.iter().all(|record| was_asked(record, path)),
        fields: None,
        expand: &expand,
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
    let read = plan.read(body, envelope, usize::MAX, &mut out).unwrap_or_else(|bad| panic!("{source}: {bad:?}"));
    out.push(b']');
    assert_eq!(read.written, records.len(), "{source}");
    assert!(read.warnings.is_empty(), "{source}: {:?}", read.warnings);
    // The structs refuse unknown keys and wrong kinds.
    let typed = match table.object {
        Object::Contact => serde_json::from_slice::<Vec<heddle_model::Contact>>(&out).map(|all| all.len()),
        Object::Account => serde_json::from_slice::<Vec<heddle_model::Account>>(&out).map(|all| all.len()),
        Object::User => serde_json::from_slice::<Vec<heddle_model::User>>(&out).map(|all| all.len()),
        Object::Task => serde_json::from_slice::<Vec<heddle_model::Task>>(&out).map(|all| all.len()),
        Object::Call => serde_json::from_slice::<Vec<heddle_model::Call>>(&out).map(|all| all.len()),
        Object::Meeting => serde_json::from_slice::<Vec<heddle_model::Meeting>>(&out).map(|all| all.len()),
        Object::Email => serde_json::from_slice::<Vec<heddle_model::Email>>(&out).map(|all| all.len()),
        Object::Note => serde_json::from_slice::<Vec<heddle_model::Note>>(&out).map(|all| all.len()),
        other => panic!("{other:?} has no struct here"),
    };
    assert_eq!(typed.unwrap_or_else(|e| panic!("{source}: {e}")), records.len());
    let common: Vec<Value> = serde_json::from_slice(&out).unwrap();
    for (raw, common) in records.iter().zip(&common) {
        compare(source, table, raw, common, custom, count);
    }
    count.records += records.len();
}

/// Whether a record has a path, or nothing where it leads through.
fn was_asked(record: &Value, path: &str) -> bool {
    let mut value = record;
    for key in path.split('.') {
        match value.get(key) {
            Some(next) => value = next,
            None => return value.is_null(),
        }
    }
    true
}

/// The custom fields of the recorded schemas, each once.
pub(super) fn custom_fields(schemas: &[ObjectSchema]) -> Vec<CustomField> {
    let mut found: Map<String, Value> = Map::new();
    let fields = schemas.iter().flat_map(|schema| &schema.fields).filter(|field| field.custom);
    let new = fields.filter(|field| found.insert(field.name.clone(), Value::Null).is_none());
    new.map(|field| CustomField { key: field.name.clone(), kind: field.value.custom_kind() }).collect()
}

#[tokio::test]
async fn a_record_alone_and_in_a_page_reads_the_same() {
    let Some(folder) = recordings("salesforce") else { return };
    for (file, least) in [
        ("grouparoo-recorded/export-objects__export-records-custom.json", 4),
        ("grouparoo-recorded/export-account__export-records-custom.json", 4),
    ] {
        let mut checked = 0;
        for exchange in exchanges_of(&folder, file) {
            let own = |spec: &&ObjectSpec| record_type(&exchange.json) == Some(spec.table.provider_object);
            let Some(spec) = stage::objects().iter().find(own) else { continue };
            let body = String::from_utf8(exchange.body.clone()).unwrap();
            let listed = format!(r#"{{"totalSize":1,"done":true,"records":[{body}]}}"#);
            let page = stage::page(spec, reply(200, Vec::new(), listed.into_bytes())).await.unwrap();
            let alone = read_whole(spec.table, &exchange.body, &Envelope::ONE);
            assert_eq!(read_whole(spec.table, &page.body, page.envelope), alone);
            checked += 1;
        }
        assert!(checked >= least, "{file}: {checked}");
    }
}

fn read_whole(table: &'static Table, body: &[u8], envelope: &Envelope) -> String {
    let plan = Plan::build(&PlanSpec {
        table,
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
