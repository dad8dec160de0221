//! What a plan asks for, leaves out and notes as missing.

use heddle_mapping::{CustomField, CustomKind, Envelope, Missing};
use serde_json::{Value, json};

use crate::contacts::{Ask, TABLE};
use crate::pages::one;

fn keys(record: &Value) -> Vec<&str> {
    record.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn a_path_is_asked_for_once_and_the_id_first() {
    let plan = Ask { expand: &["account", "owner"], ..Ask::default() }.plan();
    assert_eq!(plan.asked()[0], "Id");
    for path in plan.asked() {
        assert_eq!(plan.asked().iter().filter(|p| *p == path).count(), 1, "{path}");
    }
    assert!(plan.missing().is_empty());
}

#[test]
fn groups_are_read_only_when_expanded() {
    let plain = Ask::default().plan();
    assert!(!plain.asked().contains(&"Owner.Name".to_owned()));
    assert!(plain.asked().contains(&"Account.Name".to_owned()), "account_name is always read");
    let record = r#"{"Id":"a","Account":{"Name":"S"},"AccountId":"1"}"#;
    assert!(one(&Ask::default(), record).get("account").is_none());
    let expanded = Ask { fields: Some(&["id"]), expand: &["account"], ..Ask::default() };
    assert_eq!(one(&expanded, record), json!({"id": "a", "account": {"id": "1", "name": "S"}}));
    let named_only = Ask { fields: Some(&["id", "account"]), ..Ask::default() };
    assert_eq!(keys(&one(&named_only, record)), ["id"]);
}

#[test]
fn a_group_without_any_value_is_null() {
    let expanded = Ask { fields: Some(&["account"]), expand: &["account"], ..Ask::default() };
    assert_eq!(one(&expanded, r#"{"Id":"a","Account":null,"AccountId":null}"#), json!({"account": null}));
}

#[test]
fn fields_leave_out_everything_else() {
    let ask = Ask { fields: Some(&["title", "phone_numbers", "lifecycle_stage_raw"]), ..Ask::default() };
    let plan = ask.plan();
    let expected = [
        "Id",
        "Title",
        "Phone",
        "Extension__c",
        "MobilePhone",
        "HomePhone",
        "OtherPhone",
        "Stage__c",
        "SystemModstamp",
    ];
    assert_eq!(plan.asked(), expected);
    let record = one(&ask, r#"{"Id":"a","Title":"t","Stage__c":"Odd"}"#);
    assert_eq!(record, json!({"title": "t", "phone_numbers": [], "lifecycle_stage_raw": "Odd"}));
}

#[test]
fn a_raw_word_stands_beside_other_selected_fields() {
    let ask = Ask { fields: Some(&["lead_source", "lifecycle_stage_raw"]), ..Ask::default() };
    let record = one(&ask, r#"{"Id":"a","LeadSource":"Web","Stage__c":"Buys"}"#);
    assert_eq!(record, json!({"lead_source": "Web", "lifecycle_stage_raw": "Buys"}));
}

#[test]
fn no_field_at_all_is_an_empty_object() {
    assert_eq!(one(&Ask { fields: Some(&[]), ..Ask::default() }, r#"{"Id":"a"}"#), json!({}));
}

#[test]
fn what_the_connection_lacks_reads_as_null_and_is_noted() {
    let ask = Ask {
        hidden: &["Title", "MailingCity", "Account.Name", "SystemModstamp", "Stage__c", "Email", "Email2__c"],
        expand: &["account"],
        ..Ask::default()
    };
    let plan = ask.plan();
    let missing: Vec<(&str, &str)> =
        plan.missing().iter().map(|Missing { field, provider_field }| (field.as_str(), *provider_field)).collect();
    assert_eq!(
        missing,
        [
            ("updated_at", "SystemModstamp"),
            ("title", "Title"),
            ("account_name", "Account.Name"),
            ("account.name", "Account.Name"),
            ("email_addresses.email", "Email"),
            ("email_addresses.email", "Email2__c"),
            ("addresses.city", "MailingCity"),
            ("lifecycle_stage", "Stage__c"),
        ]
    );
    let record = one(&ask, r#"{"Id":"a","AccountId":"1","MailingState":"NRW","Title":"not asked for"}"#);
    assert_eq!(record["title"], Value::Null);
    assert_eq!(record["updated_at"], Value::Null);
    assert_eq!(record["account"], json!({"id": "1", "name": null}));
    assert_eq!(record["email_addresses"], json!([]));
    assert_eq!(record["addresses"][0]["city"], Value::Null);
    assert_eq!(record["lifecycle_stage_raw"], Value::Null);
    serde_json::from_value::<heddle_model::Contact>(record).unwrap();
}

#[test]
fn a_custom_row_without_its_fields_reads_as_null() {
    let ask = Ask { fields: Some(&["is_active"]), hidden: &["Blocked__c", "Gone__c"], ..Ask::default() };
    assert_eq!(one(&ask, r#"{"Id":"a","Blocked__c":true}"#), json!({"is_active": null}));
    assert_eq!(ask.plan().missing().len(), 2);
}

#[test]
fn one_custom_field_can_be_picked() {
    let custom: Vec<CustomField> =
        ["A__c", "B\"c"].iter().map(|key| CustomField { key: (*key).to_owned(), kind: CustomKind::Text }).collect();
    let ask = Ask { custom: &custom, fields: Some(&["custom_fields.B\"c"]), ..Ask::default() };
    assert_eq!(one(&ask, r#"{"Id":"a","A__c":"1","B\"c":"2"}"#), json!({"custom_fields": {"B\"c": "2"}}));
    assert!(!ask.plan().asked().contains(&"A__c".to_owned()));
}

#[test]
fn a_wrapped_provider_keeps_its_custom_fields_below_the_wrap() {
    static WRAPPED: heddle_mapping::Table =
        heddle_mapping::Table { wrap: Some("properties"), clear: heddle_mapping::Clear::EmptyText, ..TABLE };
    let custom = [CustomField { key: "tier".to_owned(), kind: CustomKind::Text }];
    let ask = Ask { custom: &custom, fields: Some(&["custom_fields", "title"]), ..Ask::default() };
    let mut out = Vec::new();
    let body = br#"{"Id":"a","Title":"","properties":{"tier":"gold"}}"#;
    ask.plan_of(&WRAPPED).read(body, &Envelope::ONE, 1, &mut out).unwrap();
    assert_eq!(out, br#"{"title":null,"custom_fields":{"tier":"gold"}}"#, "an empty text is no value there");
}

#[test]
fn many_custom_fields_named_alike_are_told_apart() {
    let custom: Vec<CustomField> = (0..500)
        .map(|i| CustomField { key: format!("Custom_Field_With_Long_Name_{i}_Of_Many__c"), kind: CustomKind::Number })
        .collect();
    let members: Vec<String> =
        (0..500).rev().map(|i| format!("\"Custom_Field_With_Long_Name_{i}_Of_Many__c\":{i}")).collect();
    let ask = Ask { custom: &custom, fields: Some(&["custom_fields"]), ..Ask::default() };
    let record = one(&ask, &format!("{{\"Id\":\"a\",{}}}", members.join(",")));
    for (i, field) in custom.iter().enumerate() {
        assert_eq!(record["custom_fields"][&field.key], i);
    }
}
