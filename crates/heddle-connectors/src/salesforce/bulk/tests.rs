use super::*;
use heddle_connector::{FieldValue, ObjectSchema, SchemaField};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

fn schema() -> ObjectSchema {
    let field = |name: &str, value, kind: &str| SchemaField {
        name: name.to_owned(),
        value,
        kind: kind.to_owned(),
        ..SchemaField::default()
    };
    ObjectSchema::new(
        "Contact",
        vec![
            field("Id", FieldValue::Id, "id"),
            field("LastName", FieldValue::Text, "string"),
            field("DoNotCall", FieldValue::Bool, "boolean"),
            field("Score__c", FieldValue::Number, "double"),
            field("MailingAddress", FieldValue::Any, "address"),
        ],
    )
}

fn reply(headers: &[(&str, &str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    let body = body.as_bytes().to_vec().into();
    Reply { status: 200, headers, body, received: SystemTime::UNIX_EPOCH, took: Duration::ZERO }
}

fn part(body: &str) -> JobPage {
    page(reply(&[("content-type", "text/csv")], body))
}

#[test]
fn lines_become_the_records_of_a_page() {
    let body = "\"Id\",\"LastName\",\"DoNotCall\",\"Score__c\",\"Account.Name\",\"Account.Owner.Name\",\"New__c\"\n\
                \"1\",\"O\"\"Hara\\\n\t\u{1}é\",\"true\",\"0.50\",\"A, B\",\"\",\"12\"\n\
                \"2\",\"\",\"false\",\"007\",\"\",\"\",\"\"\n\
                \"3\",\"\"\"\",\"maybe\",\"-1.5E3\",\"\",\"x\",\"\"\n";
    let mut out = Vec::new();
    let read = records::read(&schema(), &part(body), 0, 10, &mut out).unwrap();
    assert_eq!((read.rows, read.at), (3, body.len()));
    let records: Value = serde_json::from_slice(&out).unwrap();
    let expected = json!([
        {"Id": "1", "LastName": "O\"Hara\\\n\t\u{1}é", "DoNotCall": true, "Score__c": 0.5,
         "Account": {"Name": "A, B", "Owner": null}, "New__c": "12"},
        {"Id": "2", "LastName": null, "DoNotCall": false, "Score__c": "007", "Account": null, "New__c": null},
        {"Id": "3", "LastName": "\"", "DoNotCall": "maybe", "Score__c": -1500.0,
         "Account": {"Name": null, "Owner": {"Name": "x"}}, "New__c": null},
    ]);
    assert_eq!(records, expected);
    assert!(std::str::from_utf8(&out).unwrap().contains("0.50"), "digits as sent");
}

#[test]
fn a_part_is_read_piece_by_piece() {
    let body = "Id\n1\n2\n3\n";
    let (mut at, mut sizes) = (0, Vec::new());
    loop {
        let mut out = Vec::new();
        let read = records::read(&schema(), &part(body), at, 2, &mut out).unwrap();
        sizes.push((read.rows, String::from_utf8(out).unwrap()));
        at = read.at;
        if read.rows < 2 {
            break;
        }
    }
    assert_eq!(sizes, [(2, r#"[{"Id":"1"},{"Id":"2"}]"#.to_owned()), (1, r#"[{"Id":"3"}]"#.to_owned())]);
}

#[test]
fn a_part_that_is_no_whole_table_is_refused() {
    for body in ["", "\"Id\n", "Id,LastName\n1,\"x", "Id,LastName\n1\n", "Id,LastName\n1,2,3\n", "1st\nx\n", "a b\nx\n"]
    {
        assert!(records::read(&schema(), &part(body), 0, 10, &mut Vec::new()).is_err(), "{body:?}");
    }
}

#[test]
fn the_end_is_marked_by_a_word_or_by_nothing() {
    let next = |headers: &[(&str, &str)]| page(reply(headers, "Id\n")).next;
    assert_eq!(next(&[("sforce-locator", "MTAwMA")]).as_deref(), Some("MTAwMA"));
    assert_eq!(next(&[("sforce-locator", "null")]), None);
    assert_eq!(next(&[]), None);
    assert_eq!(page(reply(&[("sforce-numberofrecords", "7")], "Id\n")).rows, Some(7));
}

#[test]
fn a_job_is_asked_for_in_its_own_version_and_by_nothing_but_its_id() {
    let job = made("66.0", &reply(&[], r#"{"id":"750Tn000004ZoR3IAK","state":"UploadComplete","apiVersion":66.0}"#));
    let job = job.unwrap();
    assert_eq!(job, "66.0/750Tn000004ZoR3IAK");
    let base = "/services/data/v66.0/jobs/query/750Tn000004ZoR3IAK";
    assert_eq!(state(&job).unwrap().path, base);
    assert_eq!(results(&job, None, 500).unwrap().path, format!("{base}/results?maxRecords=500"));
    let from = results(&job, Some("a&b"), 1).unwrap().path;
    assert_eq!(from, format!("{base}/results?maxRecords=1&locator=a%26b"));
    for bad in ["", "750", "66.0/", "66.0/../x", "66.0/a?b", "6 6/a", "/a"] {
        assert!(state(bad).is_err(), "{bad}");
    }
    assert!(made("66.0", &reply(&[], r#"{"id":"../x","state":"Open"}"#)).is_err());
}

#[test]
fn states_are_told_apart_and_unknown_ones_are_on_the_way() {
    let of = |body: &str| stands(&reply(&[], body)).unwrap();
    assert_eq!(of(r#"{"id":"1","state":"UploadComplete"}"#), JobState::Running { rows: None });
    let running = r#"{"id":"1","state":"InProgress","numberRecordsProcessed":40}"#;
    assert_eq!(of(running), JobState::Running { rows: Some(40) });
    assert_eq!(of(r#"{"id":"1","state":"Queued"}"#), JobState::Running { rows: None });
    let done = r#"{"id":"1","state":"JobComplete","numberRecordsProcessed":2}"#;
    assert_eq!(of(done), JobState::Done { rows: Some(2) });
    assert_eq!(of(r#"{"id":"1","state":"Aborted"}"#), JobState::Aborted);
    let failed = r#"{"id":"1","state":"Failed","errorMessage":"INVALID_FIELD: no\nsuch"}"#;
    assert!(matches!(of(failed), JobState::Failed { why } if why.starts_with("INVALID_FIELD")));
    assert!(stands(&reply(&[], "[]")).is_err());
}

#[test]
fn compound_fields_are_no_fields_of_a_job() {
    let asked = ["Id".to_owned(), "MailingAddress".to_owned()];
    let schema = schema();
    let table = &crate::salesforce::objects::contact::TABLE;
    let query = ExportQuery { table, schema: &schema, asked: &asked, filter: &[], deleted: false, order: None };
    assert!(refuses(&query).unwrap().contains("MailingAddress"));
    assert_eq!(refuses(&ExportQuery { asked: &asked[..1], ..query }), None);
}

#[test]
fn a_statement_is_sent_as_json_whatever_it_holds() {
    let request = create("66.0", Reach::Live, "SELECT Id FROM Contact WHERE Name = 'a\"\\n'");
    let body: Value = serde_json::from_slice(&request.body.unwrap()).unwrap();
    assert_eq!(body["query"], "SELECT Id FROM Contact WHERE Name = 'a\"\\n'");
    assert_eq!(body["operation"], "query");
    let all = create("66.0", Reach::All, "SELECT Id, IsDeleted FROM Contact");
    let body: Value = serde_json::from_slice(&all.body.unwrap()).unwrap();
    assert_eq!(body["operation"], "queryAll");
}
