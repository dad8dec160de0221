//! Requests that write, and what their answers say.

use super::*;
use crate::salesforce::objects::{account, contact};
use heddle_connector::BatchItem;

fn text(value: &'static str) -> Wire<'static> {
    Wire::Text(value.into())
}

fn named(name: &'static str) -> Vec<(String, Wire<'static>)> {
    vec![("LastName".to_owned(), text(name)), ("Email".to_owned(), Wire::Null)]
}

fn reply(status: u16, body: &str) -> Reply {
    Reply {
        status,
        headers: Vec::new(),
        body: body.to_owned().into(),
        received: std::time::SystemTime::UNIX_EPOCH,
        took: std::time::Duration::ZERO,
    }
}

fn id(text: &str) -> Option<String> {
    crate::salesforce::ids::to_18_of("003", text)
}

fn body(request: &Request) -> serde_json::Value {
    serde_json::from_slice(request.body.as_deref().unwrap_or_default()).unwrap()
}

#[test]
fn one_record_is_written_by_its_row_resource() {
    let values = named("O'Neill \"x\"");
    let create = CreateQuery { table: &contact::TABLE, values: &values, allow_duplicates: true };
    let request = create_of(&create);
    assert_eq!((request.method, request.path.as_str()), (Method::Post, "/services/data/v66.0/sobjects/Contact"));
    assert_eq!(body(&request), serde_json::json!({"LastName": "O'Neill \"x\"", "Email": null}));
    assert!(request.headers.contains(&("sforce-duplicate-rule-header", "allowSave=true".to_owned())));
    let update = UpdateQuery {
        table: &contact::TABLE,
        id: "003000000000001AAA",
        values: &values,
        version: None,
        allow_duplicates: false,
    };
    let request = super::update("66.0", &update).unwrap();
    assert_eq!((request.method, request.operation), (Method::Patch, UPDATE));
    assert_eq!(request.path, "/services/data/v66.0/sobjects/Contact/003000000000001AAA");
    assert!(!request.headers.iter().any(|(name, _)| name.starts_with("sforce") || name.starts_with("if-")));
}

fn create_of(query: &CreateQuery<'_>) -> Request {
    super::create("66.0", query)
}

#[test]
fn a_version_becomes_a_condition_and_nonsense_is_no_version() {
    let values = named("Ng");
    let with = |version| {
        let id = "003000000000001AAA";
        let query = UpdateQuery { table: &contact::TABLE, id, values: &values, version, allow_duplicates: false };
        super::update("66.0", &query)
    };
    let request = with(Some("2026-05-18T06:17:35.000+0000")).unwrap();
    assert_eq!(request.operation, UPDATE_IF);
    assert!(request.headers.contains(&("if-unmodified-since", "Mon, 18 May 2026 06:17:35 GMT".to_owned())));
    for nonsense in ["", "x", "2026-05-18", "2026-05-18T06:17:35", "1900-01-01T00:00:00.000+0000"] {
        assert!(with(Some(nonsense)).is_none(), "{nonsense}");
    }
}

#[test]
fn a_key_is_one_path_segment_whatever_it_holds() {
    let values = named("Ng");
    let with = |value: &Wire<'static>| {
        let query =
            UpsertQuery { table: &contact::TABLE, key: "Email", value, values: &values, allow_duplicates: false };
        super::upsert("66.0", &query).map(|request| request.path)
    };
    let path = with(&text("a+b/c@x.example?d#e%")).unwrap();
    assert_eq!(path, "/services/data/v66.0/sobjects/Contact/Email/a%2Bb%2Fc%40x%2Eexample%3Fd%23e%25");
    assert_eq!(with(&Wire::Null), None);
    assert_eq!(with(&text("")), None);
}

#[test]
fn a_collection_keeps_the_order_and_names_the_type_first() {
    let item = |name| BatchItem { id: None, key: Some(text("E-1")), values: named(name) };
    let items = [item("Ng"), item("Wu")];
    let kind = BatchKind::Upsert { key: "Erp__c" };
    let query = BatchQuery { table: &account::TABLE, kind, items: &items, allow_duplicates: false };
    let request = super::batch("66.0", &query);
    assert_eq!(request.path, "/services/data/v66.0/composite/sobjects/Account/Erp__c");
    let raw = String::from_utf8(request.body.clone().unwrap().to_vec()).unwrap();
    assert!(raw.contains(r#"{"attributes":{"type":"Account"},"Erp__c":"E-1","LastName":"Ng""#), "{raw}");
    assert_eq!(body(&request)["records"][1]["LastName"], "Wu");
    assert_eq!(body(&request)["allOrNone"], false);
    let items = [BatchItem { id: Some("003000000000001AAA".to_owned()), key: None, values: Vec::new() }];
    let query = BatchQuery { table: &contact::TABLE, kind: BatchKind::Delete, items: &items, allow_duplicates: false };
    let request = super::batch("66.0", &query);
    assert_eq!(request.path, "/services/data/v66.0/composite/sobjects?ids=003000000000001AAA&allOrNone=false");
    assert_eq!((request.method, request.body), (Method::Delete, None));
}

#[test]
fn newness_is_read_from_the_body_and_not_only_from_the_status() {
    let made = written(&reply(201, r#"{"id":"003000000000001","success":true,"errors":[]}"#), id);
    assert_eq!(made, Ok(Written { id: "003000000000001AAA".to_owned(), created: true }));
    let told = r#"{"id":"003000000000001AAA","success":true,"errors":[],"created":false}"#;
    assert_eq!(written(&reply(200, told), id).map(|w| w.created), Ok(false));
    assert_eq!(written(&reply(200, &told.replace("false", "true")), id).map(|w| w.created), Ok(true));
}

#[test]
fn an_answer_without_a_sound_id_leaves_the_outcome_unknown() {
    for body in [
        "",
        "{}",
        "[]",
        r#"{"id":null,"success":true,"errors":[]}"#,
        r#"{"id":"001000000000001AAA","success":true,"errors":[]}"#,
        r#"{"id":"003000000000001AAA","success":false,"errors":[]}"#,
    ] {
        let failure = written(&reply(201, body), id).unwrap_err();
        assert_eq!(failure.kind, FailureKind::OutcomeUnknown, "{body}");
        assert!(failure.sent);
    }
}

#[test]
fn each_record_of_a_collection_ends_alone() {
    let items: Vec<BatchItem> = (0..4).map(|_| BatchItem { id: None, key: None, values: named("Ng") }).collect();
    let kind = BatchKind::Create;
    let query = BatchQuery { table: &contact::TABLE, kind, items: &items, allow_duplicates: false };
    let answer = r#"[
        {"id":"003000000000001AAA","success":true,"errors":[]},
        {"success":false,"errors":[{"statusCode":"REQUIRED_FIELD_MISSING","message":"Required fields are missing: [LastName]","fields":["LastName"]}]},
        {"success":false,"errors":[{"statusCode":"DUPLICATE_VALUE","message":"duplicate value found: Erp__c duplicates value on record with id: 003000000000002","fields":[]}]},
        {"success":false,"errors":[{"statusCode":"NEXT_YEARS_CODE","message":"x","fields":[]}]}
    ]"#;
    let ends = outcomes(&reply(200, answer), &query, id).unwrap();
    assert_eq!(ends[0], Ok(Written { id: "003000000000001AAA".to_owned(), created: true }));
    let failure = |at: usize| ends[at].clone().unwrap_err();
    assert_eq!((failure(1).kind, failure(1).fields), (FailureKind::RequiredMissing, vec!["LastName".to_owned()]));
    assert_eq!(failure(2).records, ["003000000000002AAA"]);
    assert_eq!(failure(3).kind, FailureKind::ValidationFailed);
    let short = outcomes(&reply(200, "[]"), &query, id).unwrap_err();
    assert_eq!(short.kind, FailureKind::OutcomeUnknown);
}

#[test]
fn what_is_in_the_bin_already_counts_as_deleted_and_what_never_was_does_not() {
    let ids = ["003000000000001AAA", "003000000000002AAQ"];
    let items = ids.map(|id| BatchItem { id: Some(id.to_owned()), key: None, values: Vec::new() });
    let query = BatchQuery { table: &contact::TABLE, kind: BatchKind::Delete, items: &items, allow_duplicates: false };
    let answer = r#"[
        {"id":"003000000000001AAA","success":false,"errors":[{"statusCode":"ENTITY_IS_DELETED","message":"entity is deleted","fields":[]}]},
        {"success":false,"errors":[{"statusCode":"INVALID_CROSS_REFERENCE_KEY","message":"invalid cross reference id","fields":[]}]}
    ]"#;
    let ends = outcomes(&reply(200, answer), &query, id).unwrap();
    assert_eq!(ends[0].clone().map(|w| w.id), Ok("003000000000001AAA".to_owned()));
    assert_eq!(ends[1].clone().unwrap_err().kind, FailureKind::NotFound);
}
