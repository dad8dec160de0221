//! Recorded writes as changes that the connector can be asked for.

use super::exchange::{Exchange, exchanges};
use super::stage;
use heddle_connector::{ObjectSpec, Operation};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use std::path::Path;

/// What a recorded request does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Deed {
    Describe,
    Create,
    Update { id: String },
    Delete { id: String },
    Upsert { key: String, value: String },
    BatchCreate,
    BatchUpdate,
    BatchUpsert { key: String },
    BatchDelete { ids: Vec<String> },
}

/// A recorded request about an object of ours, and its answer.
pub(super) struct Change {
    pub(super) spec: &'static ObjectSpec,
    pub(super) deed: Deed,
    /// Method, path, query, body and answer, those of the part for a part of a composite.
    pub(super) exchange: Exchange,
}

/// The recorded requests other than bare reads: those about our objects, and
/// the others with why they are not ours.
#[derive(Default)]
pub(super) struct Sorted {
    pub(super) changes: Vec<Change>,
    pub(super) others: Vec<(String, &'static str)>,
}

pub(super) fn sorted(folder: &Path) -> Sorted {
    let mut sorted = Sorted::default();
    for exchange in exchanges(folder).into_iter().filter(|e| e.method != "GET") {
        if exchange.is_soap() {
            sorted.others.push((exchange.source, "the SOAP API"));
            continue;
        }
        let parts = parts(&exchange);
        if parts.is_empty() {
            sort(exchange, &mut sorted);
        }
        parts.into_iter().for_each(|part| sort(part, &mut sorted));
    }
    sorted
}

fn sort(exchange: Exchange, sorted: &mut Sorted) {
    match read(&exchange) {
        Ok((spec, deed)) => sorted.changes.push(Change { spec, deed, exchange }),
        Err(why) => sorted.others.push((format!("{} {} {}", exchange.source, exchange.method, exchange.path), why)),
    }
}

/// The parts of a composite, batch or graph, each with its own answer.
fn parts(exchange: &Exchange) -> Vec<Exchange> {
    let list = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let (asked, answered) = (&exchange.asked, &exchange.json);
    let mut pairs: Vec<(Value, Value)> = Vec::new();
    pairs.extend(list(asked, "batchRequests").into_iter().zip(list(answered, "results")));
    pairs.extend(list(asked, "compositeRequest").into_iter().zip(list(answered, "compositeResponse")));
    for (graph, answer) in list(asked, "graphs").iter().zip(list(answered, "graphs")) {
        let answers = list(&answer["graphResponse"], "compositeResponse");
        pairs.extend(list(graph, "compositeRequest").into_iter().zip(answers));
    }
    let either = |value: &Value, one: &str, other: &str| value.get(one).or(value.get(other)).cloned().unwrap();
    let part = |(number, (request, answer)): (usize, (Value, Value))| {
        assert_eq!(request["referenceId"], answer["referenceId"], "{}", exchange.source);
        let status = either(&answer, "statusCode", "httpStatusCode").as_u64().unwrap();
        let body = either(&answer, "result", "body").to_string().into_bytes();
        let source = format!("{} part {number}", exchange.source);
        Exchange {
            method: request["method"].as_str().unwrap().to_owned(),
            path: request["url"].as_str().unwrap().to_owned(),
            asked: request.get("body").cloned().unwrap_or_default(),
            ..Exchange::bare(source, u16::try_from(status).unwrap(), body)
        }
    };
    pairs.into_iter().enumerate().map(part).collect()
}

/// The path's segments below the version, decoded.
pub(super) fn segments(path: &str) -> Vec<String> {
    let path = path.split('?').next().unwrap();
    let all = path.split('/').filter(|segment| !segment.is_empty());
    let below = all.skip_while(|segment| !(segment.starts_with('v') && segment.ends_with(".0"))).skip(1);
    below.map(|segment| percent_decode_str(segment).decode_utf8().unwrap().into_owned()).collect()
}

fn spec_of(object: &str) -> Result<&'static ObjectSpec, &'static str> {
    let own = stage::objects().iter().find(|spec| spec.table.provider_object == object);
    own.ok_or("of an object that is not connected")
}

fn read(exchange: &Exchange) -> Result<(&'static ObjectSpec, Deed), &'static str> {
    let path = segments(&exchange.path);
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    Ok(match (exchange.method.as_str(), path.as_slice()) {
        ("GET", ["sobjects", object, "describe"]) => (spec_of(object)?, Deed::Describe),
        ("GET", _) => return Err("a read of no record"),
        ("POST", ["sobjects", object]) => (spec_of(object)?, Deed::Create),
        ("PATCH", ["sobjects", object, id]) => (spec_of(object)?, Deed::Update { id: (*id).to_owned() }),
        ("DELETE", ["sobjects", object, id]) => (spec_of(object)?, Deed::Delete { id: (*id).to_owned() }),
        ("PATCH", ["sobjects", object, key, value]) => {
            (spec_of(object)?, Deed::Upsert { key: (*key).to_owned(), value: (*value).to_owned() })
        }
        ("POST", ["composite", "sobjects"]) => (spec_of(&type_of(exchange))?, Deed::BatchCreate),
        ("PATCH", ["composite", "sobjects"]) => (spec_of(&type_of(exchange))?, Deed::BatchUpdate),
        ("PATCH", ["composite", "sobjects", object, key]) => {
            (spec_of(object)?, Deed::BatchUpsert { key: (*key).to_owned() })
        }
        ("DELETE", ["composite", "sobjects"]) => {
            let ids = percent_decode_str(exchange.query["ids"].as_str().unwrap()).decode_utf8().unwrap();
            let ids: Vec<String> = ids.split(',').map(str::to_owned).collect();
            let connector = stage::salesforce();
            // What is only read may be named by any word.
            let own = |spec: &&ObjectSpec| {
                spec.operations.contains(&Operation::Delete) && connector.id(spec, &ids[0]).is_some()
            };
            let spec = stage::objects().iter().find(own).ok_or("of an object that is not connected")?;
            (spec, Deed::BatchDelete { ids })
        }
        _ => panic!("{}: {} {} is of no known kind", exchange.source, exchange.method, exchange.path),
    })
}

/// The one type that the records of a collection name.
fn type_of(exchange: &Exchange) -> String {
    let records = exchange.asked["records"].as_array().unwrap();
    let types: Vec<&str> = records.iter().map(|record| record["attributes"]["type"].as_str().unwrap()).collect();
    assert!(types.iter().all(|one| *one == types[0]), "{}: {types:?}", exchange.source);
    types[0].to_owned()
}
