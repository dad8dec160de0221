//! Recorded pages of any object: records, end mark and next address.

use super::exchange::{each_object, exchanges, files, record_type, reply, text};
use super::{recordings, say, stage};
use heddle_connectors::salesforce::objects::contact::TABLE;
use heddle_gate::FailureKind;
use heddle_mapping::{Constants, Plan, PlanSpec, Tok, peek};
use serde_json::Value;
use std::collections::BTreeMap;

/// Every object has these two, whatever else it has.
fn bare_plan() -> Plan {
    Plan::build(&PlanSpec {
        table: &TABLE,
        described: &|path| path == "Id",
        fields: Some(&["id".to_owned()]),
        expand: &[],
        custom: &[],
        raw: true,
        sort: None,
        constants: Constants::default(),
    })
}

#[tokio::test]
async fn every_recorded_page_gives_its_records_its_end_and_its_next_address() {
    let Some(folder) = recordings("salesforce") else { return };
    let fixtures = files(&folder, "restforce-fixtures").into_iter().map(|name| {
        let body = text(&folder, &name).into_bytes();
        super::exchange::Exchange::bare(name, 200, body)
    });
    let plan = bare_plan();
    let (mut pages, mut records, mut unfinished) = (BTreeMap::<String, usize>::new(), 0, 0);
    for exchange in exchanges(&folder).into_iter().chain(fixtures) {
        let Some(raw) = exchange.json.get("records").and_then(Value::as_array) else { continue };
        // Subqueries aside, a page also has its mark.
        let Some(done) = exchange.json.get("done").and_then(Value::as_bool) else { continue };
        let source = &exchange.source;
        let page = stage::page(stage::contacts(), exchange.reply()).await.unwrap_or_else(|f| panic!("{source}: {f}"));
        let mut out = Vec::new();
        let read = plan.read(&page.body, page.envelope, usize::MAX, &mut out).unwrap();
        assert_eq!(read.written, raw.len(), "{source}");
        assert_eq!(read.done, Some(done), "{source}");
        assert_eq!(read.next.as_deref(), exchange.json["nextRecordsUrl"].as_str(), "{source}");
        let last = raw.last().and_then(|record| record["Id"].as_str()).unwrap_or_default();
        assert_eq!(read.last.map(|keys| keys.id).unwrap_or_default(), last, "{source}");
        peeked(&exchange.body, raw, done);
        let object = raw.first().and_then(record_type).unwrap_or("of nothing");
        *pages.entry(object.to_owned()).or_default() += 1;
        records += raw.len();
        unfinished += usize::from(!done);
    }
    say(&format!("pages {pages:?}: {records} records, {unfinished} pages with a next one"));
    for object in ["Account", "User", "Case", "Contact", "Topic", "TopicAssignment"] {
        assert!(pages.contains_key(object), "no page of {object}");
    }
    assert!(records > 4_000 && unfinished >= 2);
}

fn peeked(body: &[u8], raw: &[Value], done: bool) {
    assert_eq!(peek(body, "done"), Some(if done { Tok::True } else { Tok::False }));
    assert!(matches!(peek(body, "records"), Some(Tok::Json(_))));
    if let Some(last) = raw.len().checked_sub(1) {
        assert!(peek(body, &format!("records.{last}")).is_some());
    }
    assert!(peek(body, &format!("records.{}", raw.len())).is_none());
}

#[tokio::test]
async fn every_recorded_good_answer_is_taken_as_good() {
    let Some(folder) = recordings("salesforce") else { return };
    let connector = stage::salesforce();
    let request = stage::query_request().await;
    let (mut good, mut soap) = (0, 0);
    for exchange in exchanges(&folder).iter().filter(|e| (200..300).contains(&e.status)) {
        if exchange.is_soap() {
            soap += 1;
            continue;
        }
        // Behind a proxy that rewrote the status, the body alone tells of a 204.
        let bodyless = exchange.body.is_empty() && exchange.method != "GET";
        let mut reply = exchange.reply();
        if bodyless {
            reply.status = 204;
        }
        let signals = connector.signals(&request, &reply);
        assert_eq!(signals.failure, None, "{}: {}", exchange.source, signals.message);
        good += 1;
    }
    say(&format!("{good} good answers taken as good; {soap} of the SOAP API are not ours to read"));
    assert!(good > 150);
}

#[tokio::test]
async fn a_recorded_page_cut_anywhere_is_never_taken_for_a_whole_one() {
    let Some(folder) = recordings("salesforce") else { return };
    let whole = exchanges(&folder).into_iter().find(|e| e.source.contains("users.json")).unwrap();
    let plan = bare_plan();
    for end in (1..whole.body.len()).step_by(13) {
        let cut = reply(200, Vec::new(), whole.body[..end].to_vec());
        match stage::page(stage::contacts(), cut).await {
            Err(failure) => assert_eq!(failure.kind, FailureKind::BadResponse),
            // Both ends look right: the reader finds the hole.
            Ok(page) => assert!(plan.read(&page.body, page.envelope, 100, &mut Vec::new()).is_err(), "{end}"),
        }
    }
}

#[tokio::test]
async fn records_outside_pages_are_named_by_the_place_they_stand_in() {
    let Some(folder) = recordings("salesforce") else { return };
    let mut places = BTreeMap::<String, usize>::new();
    for exchange in exchanges(&folder) {
        each_object(&exchange.json, "", &mut |path, value| {
            if let Some(object) = record_type(value) {
                let place: String =
                    path.split('.').filter(|key| key.parse::<usize>().is_err()).collect::<Vec<_>>().join(".");
                *places
                    .entry(format!("{object} at {}", if place.is_empty() { "the top" } else { &place }))
                    .or_default() += 1;
            }
        });
    }
    say(&format!("records by place: {places:?}"));
    assert!(places.keys().any(|place| place.starts_with("Contact at .records")));
    assert!(places.keys().any(|place| place.starts_with("Contact at the top")));
}
