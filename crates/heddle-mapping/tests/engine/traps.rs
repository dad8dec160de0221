//! Traps that mappers of other people's JSON fall into, one test each.

use heddle_mapping::{CustomField, CustomKind, Envelope, PageRead, WarningKind};
use serde_json::{Value, json};

use crate::contacts::Ask;
use crate::pages::{PAGE, one};

fn read(ask: &Ask<'_>, body: &str) -> (PageRead, String) {
    let mut out = Vec::new();
    let page = ask.plan().read(body.as_bytes(), &PAGE, 100, &mut out).unwrap();
    (page, format!("[{}]", String::from_utf8(out).unwrap()))
}

fn title() -> Ask<'static> {
    Ask { fields: Some(&["title"]), ..Ask::default() }
}

#[test]
fn escapes_in_text_pass_as_sent() {
    let mut out = Vec::new();
    let body = br#"{"Id":"a","Title":"a\/b \u00e9 \"q\" \\ \r\n \ud83d\ude00"}"#;
    title().plan().read(body, &Envelope::ONE, 1, &mut out).unwrap();
    assert_eq!(out, br#"{"title":"a\/b \u00e9 \"q\" \\ \r\n \ud83d\ude00"}"#);
}

#[test]
fn half_a_surrogate_pair_is_replaced_with_a_warning() {
    let custom = [
        CustomField { key: "T__c".to_owned(), kind: CustomKind::Text },
        CustomField { key: "J__c".to_owned(), kind: CustomKind::Any },
    ];
    let ask = Ask { fields: Some(&["title", "custom_fields"]), custom: &custom, raw: true, ..Ask::default() };
    for lone in [r"\ud83d", r"\uDE00", r"\ud83d\ud83d\ude00", r"\ud83dx", r"\ud83d\u0041", r"\ud83d\n"] {
        let body = format!(
            r#"{{"records":[{{"Id":"a","SystemModstamp":null,"Title":"cut {lone}","T__c":"{lone}","J__c":["{lone}"]}},
                {{"Id":"b","SystemModstamp":null,"Title":"whole","T__c":null,"J__c":null}}]}}"#
        );
        let (page, out) = read(&ask, &body);
        let list: Value = serde_json::from_str(&out).unwrap_or_else(|e| panic!("{e}: {out}"));
        assert!(list[0]["title"].as_str().unwrap().starts_with("cut \u{fffd}"), "{out}");
        assert!(list[0]["custom_fields"]["J__c"][0].as_str().unwrap().starts_with('\u{fffd}'));
        assert!(list[0]["raw"]["Title"].as_str().unwrap().contains('\u{fffd}'));
        assert_eq!(list[1]["title"], "whole");
        let fields: Vec<&str> = page.warnings.iter().map(|w| w.field.as_str()).collect();
        assert_eq!(fields, ["title", "custom_fields.T__c"]);
        assert!(page.warnings.iter().all(|w| w.kind == WarningKind::ValueRepaired));
    }
    assert_eq!(one(&title(), r#"{"Id":"a","Title":"\ud83d\ud83d\ude00"}"#)["title"], "\u{fffd}😀");
}

#[test]
fn a_null_character_passes_and_is_the_stores_to_refuse() {
    assert_eq!(one(&title(), r#"{"Id":"a","Title":"a\u0000b"}"#)["title"], "a\0b");
}

#[test]
fn of_duplicate_keys_the_last_counts() {
    let record = r#"{"Title":"1","Id":"a","Title":"2","Account":{"Name":"x"},"Account":null,"Title":"3"}"#;
    let got = one(&Ask::default(), record);
    assert_eq!((&got["title"], &got["account_name"]), (&json!("3"), &Value::Null));
    let got = one(&Ask::default(), r#"{"Account":null,"Account":{"Name":"x"},"Account":{"Other":1}}"#);
    assert_eq!(got["account_name"], Value::Null);
    let (page, out) = read(&title(), r#"{"records":[{"Title":"old"},7],"records":[{"Title":"new"}]}"#);
    assert_eq!((page.written, out.as_str()), (1, r#"[{"title":"new"}]"#));
    assert!(page.warnings.iter().all(|w| w.kind == WarningKind::FieldNotSent));
}

#[test]
fn one_value_of_a_wrong_kind_does_not_fail_the_page() {
    let ask = Ask { fields: Some(&["id", "do_not_call", "title", "created_at", "birthday"]), ..Ask::default() };
    let body = r#"{"records":[
        {"Id":1,"SystemModstamp":7,"DoNotCall":"maybe","Title":{"a":1},"CreatedDate":"yesterday","Birthdate":"1970-02-31"},
        {"Id":"b","SystemModstamp":null,"DoNotCall":"true","Title":12.50,"CreatedDate":null,"Birthdate":"1970-02-28"}]}"#;
    let (page, out) = read(&ask, body);
    let list: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        list,
        json!([
            {"id": "1", "created_at": null, "title": null, "birthday": null, "do_not_call": null},
            {"id": "b", "created_at": null, "title": "12.50", "birthday": "1970-02-28", "do_not_call": true},
        ])
    );
    let told: Vec<_> = page
        .warnings
        .iter()
        .map(|w| (w.record.as_deref().unwrap(), w.field.as_str(), w.value.as_deref().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("1", "created_at", "yesterday"),
            ("1", "title", "{\"a\":1}"),
            ("1", "birthday", "1970-02-31"),
            ("1", "do_not_call", "maybe"),
        ]
    );
}

#[test]
fn something_that_is_no_record_is_left_out_with_a_warning() {
    let (page, out) = read(&title(), r#"{"records":[null,{"Title":"t"},"x",[1]]}"#);
    assert_eq!((page.written, out.as_str()), (1, r#"[{"title":"t"}]"#));
    let misfits = page.warnings.iter().filter(|w| w.kind == WarningKind::RecordMisfit);
    assert_eq!(misfits.map(|w| w.value.clone().unwrap()).collect::<Vec<_>>(), ["null", "x", "[1]"]);
}

#[test]
fn large_and_long_numbers_keep_their_digits() {
    let custom = [CustomField { key: "N__c".to_owned(), kind: CustomKind::Number }];
    let ask = Ask { custom: &custom, fields: Some(&["custom_fields"]), ..Ask::default() };
    for digits in ["12345678901234567.89", "1e999", "0.10", "123456789012345678901234567890"] {
        let mut out = Vec::new();
        let body = format!(r#"{{"Id":"a","N__c":{digits}}}"#);
        ask.plan().read(body.as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!(r#"{{"custom_fields":{{"N__c":{digits}}}}}"#));
    }
}

#[test]
fn escaped_keys_are_the_same_keys() {
    let record = r#"{"\u0049d":"a","T\u0069tle":"t","Acc\u006funt":{"N\u0061me":"n"}}"#;
    let got = one(&Ask::default(), record);
    assert_eq!((&got["id"], &got["title"], &got["account_name"]), (&json!("a"), &json!("t"), &json!("n")));
}

#[test]
fn null_and_absent_print_alike_and_only_absence_is_told_once_a_page() {
    let body = r#"{"records":[{"Id":"a","SystemModstamp":null,"Title":null},{"Id":"b","SystemModstamp":null},{"Id":"c","SystemModstamp":null}]}"#;
    let (page, out) = read(&title(), body);
    assert_eq!(out, r#"[{"title":null},{"title":null},{"title":null}]"#);
    assert_eq!(page.warnings.len(), 1);
    let warning = &page.warnings[0];
    assert_eq!(warning.kind, WarningKind::FieldNotSent);
    assert_eq!((warning.provider_field.as_str(), warning.record.as_deref()), ("Title", None));
}

#[test]
fn a_null_parent_is_null_and_a_parent_of_another_kind_is_a_misfit() {
    let ask = Ask { fields: Some(&["account_name"]), ..Ask::default() };
    let (page, _) = read(&ask, r#"{"records":[{"Id":"a","Account":null}]}"#);
    assert!(page.warnings.is_empty());
    let (page, out) = read(&ask, r#"{"records":[{"Id":"a","Account":"Söhne"},{"Id":"b","Account":[1]}]}"#);
    assert_eq!(out, r#"[{"account_name":null},{"account_name":null}]"#);
    assert_eq!(page.warnings.len(), 2);
    assert!(page.warnings.iter().all(|w| w.kind == WarningKind::ValueMisfit));
    assert_eq!(page.warnings[0].value.as_deref(), Some("\"Söhne\""));
}

#[test]
fn numbers_pass_as_they_stand_in_raw() {
    let ask = Ask { fields: Some(&[]), raw: true, ..Ask::default() };
    let body = r#"{"records":[ { "Id" : "a", "n": 1e999, "m":0.10 } ]}"#;
    assert_eq!(read(&ask, body).1, r#"[{"raw":{ "Id" : "a", "n": 1e999, "m":0.10 }}]"#);
}

#[test]
fn blanks_between_tokens_do_not_disturb_the_learned_keys() {
    let record =
        |id: &str| format!("{{ \"Id\" : \"{id}\" ,\r\n\t\"Title\" :  \"t\" , \"Account\" : {{ \"Name\" : \"n\" }} }}");
    let body = format!("{{ \"records\" : [ {} ,\n {},{} ] }}", record("a"), record("b"), record("c"));
    let ask = Ask { fields: Some(&["id", "title", "account_name"]), ..Ask::default() };
    let list: Value = serde_json::from_str(&read(&ask, &body).1).unwrap();
    for (record, id) in list.as_array().unwrap().iter().zip(["a", "b", "c"]) {
        assert_eq!(record, &json!({"id": id, "title": "t", "account_name": "n"}));
    }
}

#[test]
fn a_learned_key_is_not_mistaken_for_a_longer_one() {
    let body = r#"{"records":[{"Id":"a","Title":"1"},{"Id":"b","Title2":"x","Title":"2"},{"Identity":"x","Id":"c","Titl":"x","Title":"3"}]}"#;
    let ask = Ask { fields: Some(&["id", "title"]), ..Ask::default() };
    let list: Value = serde_json::from_str(&read(&ask, body).1).unwrap();
    assert_eq!(list, json!([{"id": "a", "title": "1"}, {"id": "b", "title": "2"}, {"id": "c", "title": "3"}]));
}

#[test]
fn quotes_and_backslashes_anywhere_in_eight_bytes_are_found() {
    // The test of eight bytes at a time may mark bytes above a true hit; every
    // position and neighbour must still come out right.
    for before in 0..20 {
        for special in
            ["\\\"", "\\\\", "\\n", "\\u0022", "\\\"\\\"", "\\\\\\\"", "\u{7f}", "\u{80}", "!", "#", "]", "[", "é"]
        {
            for after in 0..10 {
                let text = format!("{}{special}{}", "a".repeat(before), "!".repeat(after));
                let got = one(&title(), &format!(r#"{{"Id":"a","Title":"{text}"}}"#));
                let expected: Value = serde_json::from_str(&format!("\"{text}\"")).unwrap();
                assert_eq!(got["title"], expected);
            }
        }
    }
}

#[test]
fn warnings_are_capped_and_counted_and_values_cut() {
    let long = "ä".repeat(300);
    let records: Vec<String> =
        (0..250).map(|i| format!(r#"{{"Id":"{i}","SystemModstamp":null,"Birthdate":"{long}"}}"#)).collect();
    let ask = Ask { fields: Some(&["birthday"]), ..Ask::default() };
    let mut out = Vec::new();
    let body = format!(r#"{{"records":[{}]}}"#, records.join(","));
    let page = ask.plan().read(body.as_bytes(), &PAGE, 250, &mut out).unwrap();
    assert_eq!((page.warnings.len(), page.warnings_dropped, page.written), (200, 50, 250));
    assert_eq!(page.warnings[0].value.as_deref(), Some("ä".repeat(128).as_str()));
}

#[test]
fn telephone_numbers_that_name_their_country_get_their_e164_form() {
    for (number, e164) in [
        ("+49 (40) 123-4567", Some("+49401234567")),
        ("+1.415.555.0100", Some("+14155550100")),
        ("+1 415/555 0100", Some("+14155550100")),
        ("(415) 555-0100", None),
        ("0049 40 1234567", None),
        ("+49 40 1234567 ext 3", None),
        ("+1234567", None),
        ("+1234567890123456", None),
        ("+0123456789", None),
        ("+", None),
        ("+49\\t40 1234567", None),
    ] {
        let ask = Ask { fields: Some(&["phone_numbers"]), ..Ask::default() };
        let got = one(&ask, &format!(r#"{{"Id":"a","Phone":"{number}"}}"#));
        assert_eq!(got["phone_numbers"][0]["e164"].as_str(), e164, "{number}");
    }
}

#[test]
fn an_id_with_quotes_makes_no_link() {
    let ask = Ask { fields: Some(&["url", "id"]), ..Ask::default() };
    assert_eq!(one(&ask, r#"{"Id":"a\"b"}"#), json!({"id": "a\"b", "url": null}));
}
