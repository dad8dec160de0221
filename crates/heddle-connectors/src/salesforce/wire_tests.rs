use super::*;
use crate::salesforce::described::described;
use crate::salesforce::error_body::error;
use std::time::{Duration, SystemTime};

fn reply(content_type: &str, body: &'static str) -> Reply {
    Reply {
        status: 200,
        headers: vec![("content-type".into(), content_type.into())],
        body: bytes::Bytes::from_static(body.as_bytes()),
        received: SystemTime::UNIX_EPOCH,
        took: Duration::ZERO,
    }
}

#[test]
fn a_long_query_goes_by_composite_and_stays_one_call() {
    let (short, envelope) = query("66.0", "SELECT Id FROM Contact WHERE Name = 'a+b & c'");
    assert_eq!(short.operation, QUERY);
    assert_eq!(
        short.path,
        "/services/data/v66.0/query?q=SELECT%20Id%20FROM%20Contact%20WHERE%20Name%20%3D%20%27a%2Bb%20%26%20c%27"
    );
    assert_eq!(envelope.records, "records");

    let fields: Vec<String> = (0..500).map(|i| format!("Some_Custom_Field_Number_{i}__c")).collect();
    let table = &crate::salesforce::objects::contact::TABLE;
    let fetch =
        FetchQuery { table, asked: &fields, version: None, filter: &[], deleted: false, id: "003000000000001AAA" };
    let (long, envelope) = query("66.0", &soql::by_id(&fetch, "Contact", "Id"));
    assert_eq!(long.operation, COMPOSITE_QUERY);
    assert_eq!(long.path, "/services/data/v66.0/composite");
    assert_eq!(envelope.records, "compositeResponse.0.body.records");
    let body: serde_json::Value = serde_json::from_slice(long.body.as_deref().unwrap()).unwrap();
    let url = body["compositeRequest"][0]["url"].as_str().unwrap();
    assert!(url.starts_with("/services/data/v66.0/query?q=SELECT%20Some_Custom_Field_Number_0__c,"));
}

#[test]
fn what_is_in_the_bin_is_reached_by_another_resource_in_one_call() {
    let (request, envelope) = reaching(Reach::All, "66.0", "SELECT Id FROM Contact");
    assert_eq!(
        (request.operation, request.path.as_str()),
        (QUERY, "/services/data/v66.0/queryAll?q=SELECT%20Id%20FROM%20Contact")
    );
    assert_eq!(envelope.records, "records");
    let long = format!("SELECT Id FROM Contact WHERE Name = '{}'", "x".repeat(13_000));
    let (request, _) = reaching(Reach::All, "66.0", &long);
    let body: serde_json::Value = serde_json::from_slice(request.body.as_deref().unwrap()).unwrap();
    assert!(body["compositeRequest"][0]["url"].as_str().unwrap().starts_with("/services/data/v66.0/queryAll?q=SELECT"));
    let table = &crate::salesforce::objects::contact::TABLE;
    let asked = ["Id".to_owned()];
    let one = FetchQuery { table, asked: &asked, version: None, filter: &[], deleted: true, id: "003000000000001AAA" };
    assert!(record("66.0", &one, "Contact", "Id").0.path.contains("/queryAll?q="));
}

#[test]
fn errors_are_read_in_every_shape() {
    let cases: [(&str, Option<&str>, &str, &[&str]); 8] = [
        (r#"[{"message":"m","errorCode":"A_CODE","fields":["Name"]}]"#, Some("A_CODE"), "m", &["Name"]),
        (r#"[{"message":"first","errorCode":"A"},{"message":"second","errorCode":"B"}]"#, Some("A"), "first", &[]),
        (r#"{"message":"m","errorCode":"A"}"#, Some("A"), "m", &[]),
        (r#"[{"success":false,"errors":[{"statusCode":"S","message":"m","fields":null}]}]"#, Some("S"), "m", &[]),
        (
            r#"["/services/data/v66.0/sobjects/Contact/003000000000001AAA","/x/003000000000002AAA"]"#,
            None,
            "2 records have this key: 003000000000001AAA, 003000000000002AAA",
            &[],
        ),
        ("<html><title>Down\nfor maintenance</title><p>soon</p></html>", None, "Down for maintenance soon", &[]),
        ("Bad_OAuth_Token", None, "Bad_OAuth_Token", &[]),
        ("", None, "", &[]),
    ];
    for (body, code, message, fields) in cases {
        let error = error(body.as_bytes());
        assert_eq!((error.code.as_deref(), error.message.as_str()), (code, message), "{body}");
        assert_eq!(error.fields, fields, "{body}");
    }
    assert_eq!(error("x".repeat(10_000).as_bytes()).message.len(), 500);
}

#[test]
fn a_statement_quoted_in_a_message_is_not_taken_for_a_tag() {
    let body = r#"[{"errorCode":"INVALID_FIELD","message":"Contact WHERE SystemModstamp < 2026\n ^\nERROR\nNo such column 'X__c' on entity","fields":["a",1]}]"#;
    let error = error(body.as_bytes());
    assert!(error.raw.contains("No such column") && error.message.contains("< 2026 ^ ERROR No such column"));
    assert_eq!(error.fields, ["a"]);
}

#[test]
fn a_described_name_that_could_not_stand_in_a_statement_is_refused() {
    let body = |name: &str| format!(r#"{{"fields":[{{"name":"{name}","type":"string"}}]}}"#);
    assert!(described(body("ns__Fine_1__c").as_bytes()).is_some());
    for name in ["X__c = 'a' OR Name", "", "1x", "a b", "ü"] {
        assert!(described(body(name).as_bytes()).is_none(), "{name}");
    }
}

#[test]
fn a_page_that_is_not_whole_json_is_seen_at_its_ends() {
    assert_eq!(json_fault(&reply("application/json", r#"{"done":true}"#)), None);
    assert_eq!(json_fault(&reply("application/json;charset=UTF-8", " [ ] \n")), None);
    assert!(json_fault(&reply("text/html", "<html></html>")).is_some());
    assert!(json_fault(&reply("application/json", r#"{"records":[{"Id":"0"#)).is_some());
    assert!(json_fault(&reply("application/json", "")).is_some());
    assert!(json_fault(&reply("application/json", "so sorry")).is_some());
}

#[test]
fn the_pinned_version_or_the_newest_below_it_is_chosen_by_number() {
    let listed = |versions: &[&str]| {
        let items: Vec<String> =
            versions.iter().map(|v| format!(r#"{{"label":"Spring \u201926","url":"/x","version":"{v}"}}"#)).collect();
        choose_version(format!("[{}]", items.join(",")).as_bytes())
    };
    assert_eq!(listed(&["9.0", "31.0", "66.0", "67.0"]).as_deref(), Some("66.0"));
    assert_eq!(listed(&["9.0", "58.0", "100"]).as_deref(), Some("58.0"));
    assert_eq!(listed(&["67.0"]), None);
    assert_eq!(choose_version(b"<html>"), None);
}

#[test]
fn a_failed_query_inside_a_composite_is_found() {
    let body = r#"{"compositeResponse":[{"body":[{"errorCode":"INVALID_FIELD","message":"No such column"}],"httpHeaders":{},"httpStatusCode":400,"referenceId":"page"}]}"#;
    let (status, inner) = composite_error(body.as_bytes()).unwrap().unwrap();
    assert_eq!(status, 400);
    assert_eq!(error(&inner).code.as_deref(), Some("INVALID_FIELD"));
    let fine =
        r#"{"compositeResponse":[{"body":{"records":[]},"httpHeaders":{},"httpStatusCode":200,"referenceId":"page"}]}"#;
    assert_eq!(composite_error(fine.as_bytes()), Ok(None));
    assert!(composite_error(b"{}").is_err());
}

#[test]
fn either_of_two_queries_in_one_call_may_fail() {
    let part = |status: u16, body: &str| {
        format!(r#"{{"body":{body},"httpHeaders":{{}},"httpStatusCode":{status},"referenceId":"x"}}"#)
    };
    let error = r#"[{"errorCode":"INVALID_TYPE","message":"no such object"}]"#;
    let page = r#"{"totalSize":3,"done":true,"records":[]}"#;
    let both = |first: &str, second: &str| format!(r#"{{"compositeResponse":[{first},{second}]}}"#);
    let fine = both(&part(200, page), &part(200, page));
    assert_eq!(composite_error(fine.as_bytes()), Ok(None));
    assert_eq!(second_total(fine.as_bytes()), Some(3));
    let failed = both(&part(200, page), &part(400, error));
    assert_eq!(composite_error(failed.as_bytes()).unwrap().unwrap().0, 400);
    let (request, envelope) = query_pair(Reach::Live, "66.0", "SELECT Id FROM A", "SELECT COUNT() FROM A");
    let body = String::from_utf8(request.body.unwrap().to_vec()).unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok(), "{body}");
    assert!(body.contains("q=SELECT%20COUNT()%20FROM%20A"), "{body}");
    assert_eq!(envelope.records, "compositeResponse.0.body.records");
}
