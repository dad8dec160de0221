//! Every recorded write of our objects: the connector is asked for the same
//! change, answered with the recording, and must send what was recorded and
//! say what was recorded.

use super::changes::{Change, Deed, segments, sorted};
use super::compare::at;
use super::describes;
use super::errors::expected;
use super::records::custom_fields;
use super::{recordings, say, stage};
use heddle_connector::{
    BatchItem, BatchKind, BatchQuery, CreateQuery, Failure, FailureKind, Method, ObjectSchema, Outcomes, Request,
    UpdateQuery, UpsertQuery, Written,
};
use heddle_mapping::{
    Constants, CustomField, Envelope, Plan, PlanSpec, Purpose, Table, Wire, Writable, WriteSpec, write,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::path::Path;

/// Where our request says something else than the recorded one, and why.
const DIFFERENT: &[(&str, &str)] = &[
    ("updateOnly", "the contract's upsert makes the record where none has the key"),
    ("allOrNone", "each record of a batch ends alone"),
    ("no attributes", "the recorded answer complains of their absence"),
    ("null at birth", "a new record has no value to clear, so a null is not sent"),
];

/// What the recordings hold today: less means that the suite lost some.
const FLOOR: &[(&str, usize)] = &[
    ("Account BatchCreate", 9),
    ("Account BatchDelete", 5),
    ("Account BatchUpdate", 10),
    ("Account BatchUpsert", 1),
    ("Account Create", 2),
    ("Account Delete", 1),
    ("Account Describe", 2),
    ("Account Update", 1),
    ("Account Upsert", 1),
    ("Contact BatchCreate", 3),
    ("Contact BatchDelete", 2),
    ("Contact BatchUpdate", 5),
    ("Contact Upsert", 1),
];

/// What is known of an object, for writing it.
struct Known {
    custom: Vec<CustomField>,
    schemas: Vec<ObjectSchema>,
}

impl Known {
    async fn of(folder: &Path, object: &str) -> Self {
        let schemas = describes::recorded(folder, object).await;
        Self { custom: custom_fields(&schemas), schemas }
    }

    /// A recorded record of a request as provider values, by way of the common
    /// body: read by the table, and written by it.
    fn values(
        &self,
        here: &str,
        table: &'static Table,
        purpose: Purpose,
        record: &Value,
    ) -> Vec<(String, Wire<'static>)> {
        let asked: Vec<CustomField> = self.custom.iter().filter(|c| record.get(&c.key).is_some()).cloned().collect();
        let plan = Plan::build(&PlanSpec {
            table,
            described: &|path| path == table.id || at(record, path).is_some(),
            fields: None,
            expand: &[],
            custom: &asked,
            raw: false,
            sort: None,
            constants: Constants::default(),
        });
        let mut whole = record.as_object().unwrap().clone();
        // A new record has no id yet, and a read needs one.
        whole.insert(table.id.to_owned(), json!("001000000000001AAA"));
        let mut common = Vec::new();
        let bytes = Value::Object(whole).to_string();
        let read = plan.read(bytes.as_bytes(), &Envelope::ONE, 1, &mut common).unwrap();
        assert!(read.warnings.is_empty(), "{here}: {:?}", read.warnings);
        let writable = |path: &str| {
            let fields = || self.schemas.iter().filter_map(|schema| schema.field(path));
            let may = fields().any(|field| match purpose {
                Purpose::Create => field.createable,
                Purpose::Update => field.updateable,
            });
            match (record.get(path).is_some(), may) {
                (false, _) => Writable::Unknown,
                (true, true) => Writable::Yes,
                (true, false) => Writable::ReadOnly,
            }
        };
        let spec = WriteSpec { table, purpose, writable: &writable, offers: &|_, _| true, custom: &asked };
        write(&spec, &common).unwrap_or_else(|refused| panic!("{here}: {refused}")).values
    }
}

/// How the connector's call ended.
#[derive(Debug, PartialEq)]
enum End {
    Done,
    Written(Written),
    Each(Outcomes),
}

#[tokio::test]
async fn every_recorded_write_is_sent_as_recorded_and_read_as_recorded() {
    let Some(folder) = recordings("salesforce") else { return };
    let sorted = sorted(&folder);
    let mut known = BTreeMap::new();
    for spec in stage::objects() {
        known.insert(spec.object, Known::of(&folder, spec.table.provider_object).await);
    }
    let (mut kinds, mut different) = (BTreeMap::<String, usize>::new(), BTreeMap::<&str, usize>::new());
    let (mut items, mut refused) = (0, BTreeMap::<String, usize>::new());
    for change in &sorted.changes {
        let here = &change.exchange.source;
        let (request, end) = carried_out(change, &known[&change.spec.object]).await;
        for difference in compared(change, &request) {
            assert!(DIFFERENT.iter().any(|(name, _)| *name == difference), "{here}: {difference}");
            *different.entry(difference).or_default() += 1;
        }
        let end = end.unwrap_or_else(|failure| panic!("{here}: {failure:?}"));
        assert_eq!(without_text(&end), without_text(&recorded_end(change)), "{here}");
        if let End::Each(outcomes) = &end {
            items += outcomes.len();
            for failure in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
                assert!(!failure.message.is_empty() && failure.sent, "{here}");
                *refused.entry(format!("{:?}", failure.kind)).or_default() += 1;
            }
        }
        let deed = format!("{:?}", change.deed);
        let deed = deed.split(' ').next().unwrap();
        *kinds.entry(format!("{} {deed}", change.spec.table.provider_object)).or_default() += 1;
    }
    let mut others = BTreeMap::<&str, Vec<&str>>::new();
    sorted.others.iter().for_each(|(source, why)| others.entry(why).or_default().push(source));
    say(&format!(
        "{} writes sent and read as recorded, {items} items of collections, refused {refused:?}: {kinds:?}; \
         requests that differ on purpose: {different:?}",
        sorted.changes.len()
    ));
    let soap = others.remove("the SOAP API").map_or(0, |all| all.len());
    say(&format!("other requests: {soap} of the SOAP API, {others:?}"));
    for (kind, least) in FLOOR {
        assert!(kinds.get(*kind).is_some_and(|count| count >= least), "{kind}: fewer than {least} of {kinds:?}");
    }
    assert_eq!(kinds.len(), FLOOR.len(), "a kind without a floor: {kinds:?}");
    assert!(DIFFERENT.iter().all(|(name, _)| different.contains_key(name)), "no longer different: {different:?}");
}

/// Has the connector do it. The request is what it sent.
async fn carried_out(change: &Change, known: &Known) -> (Request, Result<End, Failure>) {
    let connector = stage::salesforce();
    let reply = change.exchange.reply();
    let scripted = stage::Scripted::new(move |_| reply.clone());
    let session = stage::session(&connector, &scripted);
    let (spec, table, allow_duplicates) = (change.spec, change.spec.table, false);
    let (here, asked) = (&change.exchange.source, &change.exchange.asked);
    let values = |purpose| known.values(here, table, purpose, asked);
    let end = match &change.deed {
        Deed::Describe => connector.describe(&session, spec).await.map(|_| End::Done),
        Deed::Create => {
            let values = values(Purpose::Create);
            let query = CreateQuery { table, values: &values, allow_duplicates };
            connector.create(&session, &query).await.map(End::Written)
        }
        Deed::Update { id } => {
            let values = values(Purpose::Update);
            let query = UpdateQuery { table, id, values: &values, version: None, allow_duplicates };
            connector.update(&session, &query).await.map(|()| End::Done)
        }
        Deed::Delete { id } => connector.delete(&session, spec, id).await.map(|()| End::Done),
        Deed::Upsert { key, value } => {
            let (values, value) = (values(Purpose::Update), Wire::Text(value.clone().into()));
            let query = UpsertQuery { table, key, value: &value, values: &values, allow_duplicates };
            connector.upsert(&session, &query).await.map(End::Written)
        }
        Deed::BatchCreate | Deed::BatchUpdate | Deed::BatchUpsert { .. } | Deed::BatchDelete { .. } => {
            let (kind, items) = batch(change, known);
            let query = BatchQuery { table, kind, items: &items, allow_duplicates };
            connector.batch(&session, &query).await.map(End::Each)
        }
    };
    assert_eq!(scripted.operations().len(), 1, "{here}: one call");
    (scripted.last(), end)
}

fn batch<'a>(change: &'a Change, known: &Known) -> (BatchKind<'a>, Vec<BatchItem>) {
    let table = change.spec.table;
    if let Deed::BatchDelete { ids } = &change.deed {
        let item = |id: &String| BatchItem { id: Some(id.clone()), key: None, values: Vec::new() };
        return (BatchKind::Delete, ids.iter().map(item).collect());
    }
    let (kind, purpose) = match &change.deed {
        Deed::BatchCreate => (BatchKind::Create, Purpose::Create),
        Deed::BatchUpsert { key } => (BatchKind::Upsert { key }, Purpose::Update),
        _ => (BatchKind::Update, Purpose::Update),
    };
    let item = |record: &Value| {
        let mut record = fields(record);
        let mut taken = |name: &str| record.remove(name).map(|value| value.as_str().unwrap().to_owned());
        let (id, key) = match kind {
            BatchKind::Upsert { key } => (None, taken(key).map(|value| Wire::Text(value.into()))),
            _ => (taken(table.id), None),
        };
        let values = known.values(&change.exchange.source, table, purpose, &Value::Object(record));
        BatchItem { id, key, values }
    };
    (kind, change.exchange.asked["records"].as_array().unwrap().iter().map(item).collect())
}

/// A record's fields. The vendor takes their names in any case, and some write `id`.
fn fields(record: &Value) -> Map<String, Value> {
    let named = |(name, value): (&String, &Value)| {
        let name = if name == "id" { "Id" } else { name };
        (name.to_owned(), value.clone())
    };
    record.as_object().unwrap().iter().filter(|(name, _)| *name != "attributes").map(named).collect()
}

/// Where our request differs from the recorded one; everything else is equal.
fn compared(change: &Change, ours: &Request) -> Vec<&'static str> {
    let (recorded, here) = (&change.exchange, &change.exchange.source);
    let mut different = Vec::new();
    assert_eq!(ours.method.as_str(), recorded.method, "{here}");
    assert_eq!(segments(&ours.path), segments(&recorded.path), "{here}: {}", ours.path);
    let query = |name: &str| recorded.query[name].as_str().map(|value| value.replace("%2C", ","));
    let sent = ours.path.split_once('?').map_or("", |(_, query)| query);
    let sent = |name: &str| sent.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    assert_eq!(sent("ids").map(str::to_owned), query("ids"), "{here}");
    let names = recorded.query.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    for name in names.filter(|name| *name != "ids") {
        if sent(name).map(str::to_owned) != query(name) {
            different.push(if name == "updateOnly" { "updateOnly" } else { "allOrNone" });
        }
    }
    let Some(body) = &ours.body else {
        assert!(recorded.asked.is_null() && ours.method != Method::Post, "{here}: nothing was sent");
        return different;
    };
    let json = ("content-type", "application/json; charset=UTF-8".to_owned());
    assert_eq!(ours.headers, [json], "{here}");
    let body: Value = serde_json::from_slice(body).unwrap();
    let Some(records) = recorded.asked["records"].as_array() else {
        if same(change, &body, &recorded.asked) {
            different.push("null at birth");
        }
        return different;
    };
    let names: Vec<&String> = body.as_object().unwrap().keys().collect();
    assert_eq!(names, ["allOrNone", "records"], "{here}");
    assert_eq!(body["allOrNone"], recorded.asked["allOrNone"], "{here}");
    let sent = body["records"].as_array().unwrap();
    assert_eq!(sent.len(), records.len(), "{here}");
    for (sent, record) in sent.iter().zip(records) {
        assert_eq!(sent["attributes"], json!({"type": change.spec.table.provider_object}), "{here}");
        match record.get("attributes") {
            Some(attributes) => assert_eq!(&sent["attributes"], attributes, "{here}"),
            None => different.push("no attributes"),
        }
        if same(change, sent, record) {
            different.push("null at birth");
        }
    }
    different
}

/// Fails where the fields of two records differ; says whether a null of a new
/// record was left out.
fn same(change: &Change, sent: &Value, recorded: &Value) -> bool {
    let (sent, mut recorded) = (fields(sent), fields(recorded));
    let before = recorded.len();
    if matches!(change.deed, Deed::Create | Deed::BatchCreate) {
        recorded.retain(|_, value| !value.is_null());
    }
    assert_eq!(sent, recorded, "{}", change.exchange.source);
    recorded.len() < before
}

/// How the recording says that the call ended.
fn recorded_end(change: &Change) -> End {
    let body = &change.exchange.json;
    let written = |answer: &Value, made: bool| Written {
        id: answer["id"].as_str().unwrap().to_owned(),
        created: answer["created"].as_bool().unwrap_or(made),
    };
    match &change.deed {
        Deed::Describe | Deed::Update { .. } | Deed::Delete { .. } => End::Done,
        Deed::Create => End::Written(written(body, true)),
        Deed::Upsert { .. } => End::Written(written(body, false)),
        deed => End::Each(body.as_array().unwrap().iter().map(|item| recorded_item(item, deed, &written)).collect()),
    }
}

fn recorded_item(item: &Value, deed: &Deed, written: &dyn Fn(&Value, bool) -> Written) -> Result<Written, Failure> {
    if item["success"] == true {
        return Ok(written(item, *deed == Deed::BatchCreate));
    }
    Err(item_failure(&item["errors"][0], true))
}

/// The failure that an error of a collection's item stands for. With
/// `by_id`, the item named its record by id.
pub(super) fn item_failure(error: &Value, by_id: bool) -> Failure {
    let (code, message) = (error["statusCode"].as_str().unwrap(), error["message"].as_str().unwrap());
    let names: Vec<String> = serde_json::from_value(error["fields"].clone()).unwrap();
    // What the item itself named is not there.
    let own = by_id && code == "INVALID_CROSS_REFERENCE_KEY" && names.is_empty();
    let kind = if own { FailureKind::NotFound } else { expected(code, message) };
    Failure {
        provider: Some(heddle_connector::ProviderError {
            status: 200,
            code: Some(code.to_owned()),
            message: message.to_owned(),
        }),
        fields: names,
        sent: true,
        ..Failure::new(kind, "")
    }
}

/// Our own sentence for people is not in any recording.
fn without_text(end: &End) -> End {
    match end {
        End::Done => End::Done,
        End::Written(written) => End::Written(written.clone()),
        End::Each(outcomes) => End::Each(outcomes.iter().cloned().map(|o| o.map_err(bare)).collect()),
    }
}

/// A failure without our own sentence.
pub(super) fn bare(failure: Failure) -> Failure {
    Failure { message: String::new(), ..failure }
}
