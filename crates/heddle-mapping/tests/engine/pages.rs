//! Whole pages: what is written, what is told, and what it reads back into.

use heddle_mapping::{CustomField, CustomKind, Envelope, WarningKind};
use heddle_model::Contact;
use serde_json::{Value, json};

use crate::contacts::Ask;
use crate::page::{Layout, page};

pub(crate) const PAGE: Envelope = Envelope { records: "records", done: Some("done"), next: Some("nextRecordsUrl") };

/// Reads one record into JSON.
pub(crate) fn one(ask: &Ask<'_>, record: &str) -> Value {
    let mut out = Vec::new();
    ask.plan().read(record.as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&out)))
}

fn contacts(out: &[u8]) -> Vec<Contact> {
    serde_json::from_str(&format!("[{}]", std::str::from_utf8(out).unwrap())).unwrap()
}

#[test]
fn a_record_comes_out_in_the_common_shape() {
    let record = json!({
        "attributes": {"type": "Contact"},
        "Id": "003A", "FirstName": "Zoë", "LastName": "O'Hara \"Z\"\r\n",
        "CreatedDate": "2026-05-18T06:17:35.000+0000", "SystemModstamp": "2026-05-18T08:17:35.5+02:00",
        "IsDeleted": false, "AccountId": "001A", "Account": {"attributes": {}, "Name": "Söhne"},
        "OwnerId": "005A", "Owner": null,
        "Phone": "+49 (40) 123-4567", "Extension__c": "12", "MobilePhone": null, "HomePhone": "030 1",
        "Email": null, "Email2__c": "z@example.com",
        "MailingCity": "Köln", "MailingLatitude": 50.94, "OtherStreet": null, "OtherCity": null,
        "Birthdate": "1981-02-28", "LastActivityDate": "2026-01-02",
        "Stage__c": "Buys a lot", "Blocked__c": false, "Gone__c": null, "DoNotCall": true,
    });
    let got = one(&Ask { expand: &["account", "owner"], ..Ask::default() }, &record.to_string());
    let at = |pointer: &str| got.pointer(pointer).cloned().unwrap_or(json!("nowhere"));
    assert_eq!(at("/id"), "003A");
    assert_eq!(at("/remote_id"), "003A");
    assert_eq!(at("/object"), "contact");
    assert_eq!(at("/connection_id"), "con_1");
    assert_eq!(at("/url"), "https://crm.example/lightning/r/Contact/003A/view");
    assert_eq!(at("/created_at"), "2026-05-18T06:17:35.000Z");
    assert_eq!(at("/updated_at"), "2026-05-18T06:17:35.5Z");
    assert_eq!(at("/last_activity_at"), "2026-01-02");
    assert_eq!(at("/last_name"), "O'Hara \"Z\"\r\n");
    assert_eq!(at("/account_name"), "Söhne");
    assert_eq!(at("/account"), json!({"id": "001A", "name": "Söhne"}));
    assert_eq!(at("/owner"), json!({"id": "005A", "name": null}));
    assert_eq!(
        at("/email_addresses"),
        json!([{"type": "OTHER", "is_primary": true, "email": "z@example.com"}]),
        "the first address present is the primary one"
    );
    assert_eq!(
        at("/phone_numbers"),
        json!([
            {"type": "WORK", "is_primary": true, "number": "+49 (40) 123-4567", "e164": "+49401234567", "extension": "12"},
            {"type": "HOME", "is_primary": false, "number": "030 1", "e164": null, "extension": null},
        ])
    );
    assert_eq!(at("/addresses").as_array().unwrap().len(), 1);
    assert_eq!(at("/addresses/0/type"), "MAILING");
    assert_eq!(at("/addresses/0/latitude"), 50.94);
    assert_eq!(at("/lifecycle_stage"), "CUSTOMER");
    assert_eq!(at("/lifecycle_stage_raw"), "Buys a lot");
    assert_eq!(at("/is_active"), true);
    assert_eq!(at("/tags"), Value::Null);
    assert_eq!(at("/custom_fields"), json!({}));
    assert_eq!(at("/mapped_fields"), "nowhere");
    assert_eq!(at("/raw"), "nowhere");
}

#[test]
fn a_page_reads_back_into_the_model_with_no_unknown_field() {
    let body = page(50, Layout { custom: 4, ..Layout::default() });
    let custom: Vec<CustomField> = [CustomKind::Text, CustomKind::Number, CustomKind::Bool, CustomKind::Timestamp]
        .into_iter()
        .enumerate()
        .map(|(i, kind)| CustomField { key: format!("Custom_Field_{i}__c"), kind })
        .collect();
    let ask = Ask { custom: &custom, expand: &["account"], raw: true, ..Ask::default() };
    let mut out = Vec::new();
    let read = ask.plan().read(&body, &PAGE, 50, &mut out).unwrap();
    let list = contacts(&out);
    assert_eq!((read.written, read.extra, read.done), (50, false, Some(false)));
    assert_eq!(read.next.as_deref(), Some("/services/data/v66.0/query/0r8xx-50"));
    assert_eq!(list.len(), 50);
    let source: Value = serde_json::from_slice(&body).unwrap();
    for (contact, raw) in list.iter().zip(source["records"].as_array().unwrap()) {
        assert_eq!(contact.raw.as_ref(), Some(raw));
        assert_eq!(contact.last_name.as_deref(), raw["LastName"].as_str());
        assert_eq!(contact.account_name.as_deref(), raw["Account"]["Name"].as_str());
        let custom = contact.custom_fields.as_ref().unwrap();
        assert_eq!(custom["Custom_Field_1__c"], raw["Custom_Field_1__c"]);
        let stamp = raw["Custom_Field_3__c"].as_str().map(|s| s.replace("+0000", "Z"));
        assert_eq!(custom["Custom_Field_3__c"].as_str(), stamp.as_deref());
    }
    let newest = list.iter().filter_map(|c| c.updated_at.clone()).max();
    assert_eq!(read.newest_modified, newest);
}

#[test]
fn more_records_than_taken_are_checked_but_not_written() {
    let body = page(5, Layout::default());
    let mut out = Vec::new();
    let read = Ask::default().plan().read(&body, &PAGE, 3, &mut out).unwrap();
    let list = contacts(&out);
    assert_eq!((read.written, read.extra, list.len()), (3, true, 3));
    assert_eq!(Some(read.last.unwrap().id), list[2].id);
}

#[test]
fn taking_none_or_reading_an_empty_page_writes_nothing() {
    let mut out = b"kept".to_vec();
    let plan = Ask::default().plan();
    let read = plan.read(br#"{"done":true,"records":[]}"#, &PAGE, 50, &mut out).unwrap();
    assert_eq!((read.written, read.done, read.last, read.next), (0, Some(true), None, None));
    let read = plan.read(&page(2, Layout::default()), &PAGE, 0, &mut out).unwrap();
    assert_eq!((read.written, read.extra), (0, true));
    assert_eq!(out, b"kept");
}

#[test]
fn the_keys_of_the_last_record_are_given_even_when_not_selected() {
    let body = br#"{"records":[
        {"Id":"a","SystemModstamp":"2026-01-01T00:00:00.000+0000","Birthdate":"1990-01-01","LastName":"x"},
        {"Id":"b","SystemModstamp":"2026-01-01T00:00:00.25+0000","Birthdate":null,"LastName":"y"}]}"#;
    let ask = Ask { fields: Some(&["last_name"]), sort: Some("birthday"), ..Ask::default() };
    let plan = ask.plan();
    assert_eq!(plan.asked(), ["Id", "LastName", "SystemModstamp", "Birthdate"]);
    let mut out = Vec::new();
    let read = plan.read(body, &PAGE, 2, &mut out).unwrap();
    assert_eq!(out, br#"{"last_name":"x"},{"last_name":"y"}"#);
    let last = read.last.unwrap();
    assert_eq!((last.id.as_str(), last.modified.as_deref()), ("b", Some("2026-01-01T00:00:00.25Z")));
    assert_eq!(last.sort.as_deref(), Some("null"));
    assert_eq!(read.newest_modified.as_deref(), Some("2026-01-01T00:00:00.25Z"));
    let read = plan.read(body, &PAGE, 1, &mut out).unwrap();
    assert_eq!(read.last.unwrap().sort.as_deref(), Some("\"1990-01-01\""));
}

#[test]
fn an_envelope_deep_in_a_composite_answer_is_found() {
    let deep = Envelope {
        records: "compositeResponse.1.body.records",
        done: Some("compositeResponse.1.body.done"),
        next: None,
    };
    let body = br#"{"compositeResponse":[{"body":{"records":[{"Id":"no"}]}},
        {"body":{"totalSize":1,"records":[{"Id":"yes"}],"done":true},"httpStatusCode":200}]}"#;
    let mut out = Vec::new();
    let ask = Ask { fields: Some(&["id"]), ..Ask::default() };
    let read = ask.plan().read(body, &deep, 9, &mut out).unwrap();
    assert_eq!((out.as_slice(), read.done), (&br#"{"id":"yes"}"#[..], Some(true)));
}

#[test]
fn a_whole_answer_may_be_one_record_or_a_bare_list() {
    let plan = Ask { fields: Some(&["id"]), ..Ask::default() }.plan();
    let mut out = Vec::new();
    assert_eq!(plan.read(br#" {"Id":"a"} "#, &Envelope::ONE, 1, &mut out).unwrap().written, 1);
    out.push(b' ');
    assert_eq!(plan.read(br#"[{"Id":"b"},{"Id":"c"}]"#, &Envelope::ONE, 9, &mut out).unwrap().written, 2);
    assert_eq!(out, br#"{"id":"a"} {"id":"b"},{"id":"c"}"#);
}

#[test]
fn a_custom_field_that_does_not_fit_is_kept_as_sent_with_a_warning() {
    let custom = [
        CustomField { key: "When__c".to_owned(), kind: CustomKind::Timestamp },
        CustomField { key: "Any__c".to_owned(), kind: CustomKind::Any },
    ];
    let ask = Ask { custom: &custom, fields: Some(&["custom_fields"]), ..Ask::default() };
    let mut out = Vec::new();
    let body = br#"{"Id":"a","SystemModstamp":null,"When__c":"soon","Any__c":{"deep":[1,2]}}"#;
    let read = ask.plan().read(body, &Envelope::ONE, 1, &mut out).unwrap();
    assert_eq!(out, br#"{"custom_fields":{"When__c":"soon","Any__c":{"deep":[1,2]}}}"#);
    assert_eq!(read.warnings.len(), 1);
    let warning = &read.warnings[0];
    assert_eq!(warning.kind, WarningKind::ValueMisfit);
    assert_eq!(warning.field, "custom_fields.When__c");
    assert_eq!((warning.record.as_deref(), warning.value.as_deref()), (Some("a"), Some("soon")));
}

#[test]
fn shuffled_keys_give_the_same_records() {
    let plan = Ask::default().plan();
    let (mut fixed, mut shuffled) = (Vec::new(), Vec::new());
    // The dice fall the same way up to the shuffle of the first record.
    plan.read(&page(1, Layout::default()), &PAGE, 1, &mut fixed).unwrap();
    plan.read(&page(1, Layout { shuffled: true, ..Layout::default() }), &PAGE, 1, &mut shuffled).unwrap();
    assert_eq!(fixed, shuffled);
}
