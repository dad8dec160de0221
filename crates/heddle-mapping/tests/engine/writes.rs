//! Bodies of creates and updates in provider values.

use heddle_mapping::{
    CustomField, CustomKind, Purpose, Wire, Writable, WriteRefused, WriteSpec, laws, pointer_of, write,
};
use serde_json::json;

use crate::connection::{Connection, create, errors, whole};
use crate::{accounts, contacts};

#[test]
fn what_is_absent_stays_and_null_clears() {
    let (values, warnings) = whole().contact(json!({"last_name": "O'Hara", "title": null, "birthday": "1981-07-09"}));
    assert_eq!(values, json!({"LastName": "O'Hara", "Title": null, "Birthdate": "1981-07-09"}));
    assert_eq!(warnings, Vec::<String>::new());
    assert_eq!(whole().account(json!({"description": null})).0, json!({"about": ""}));
    assert_eq!(whole().contact(json!({})).0, json!({}));
}

#[test]
fn on_a_new_record_null_says_nothing() {
    let body = json!({"last_name": "Tan", "title": null, "email_addresses": [], "phone_numbers": null});
    let connection = Connection { unknown: &["Title"], ..create() };
    assert_eq!(connection.contact(body), (json!({"LastName": "Tan"}), vec![]));
}

#[test]
fn derived_parts_and_the_envelope_are_passed_over() {
    let body = json!({
        "id": "003", "remote_id": "003", "object": "contact", "connection_id": "con_1", "provider": "x", "url": null,
        "created_at": "2026-05-18T06:17:35Z", "updated_at": null, "created_by_id": "005", "updated_by_id": null,
        "last_activity_at": null, "is_deleted": false, "merged_into_id": null, "raw": {"a": 1},
        "phone_numbers": [{"type": "WORK", "is_primary": false, "number": "1", "e164": "nonsense", "extension": null}]
    });
    let (values, warnings) = create().contact(body);
    assert_eq!((values, warnings), (json!({"Phone": "1"}), vec![]));
}

#[test]
fn fields_that_are_only_read_are_left_alone_with_a_warning() {
    let body = json!({"name": "A B", "account": {"id": "001", "name": "c"}, "account_name": null, "is_active": true});
    let (values, warnings) = whole().contact(body);
    assert_eq!(values, json!({}));
    assert_eq!(
        warnings,
        [
            "ignored name (Name)",
            "ignored account_name (Account.Name)",
            "ignored account (AccountId)",
            "ignored is_active (Blocked__c)",
        ]
    );
    let address = json!({"addresses": [{"type": "SHIPPING", "city": "Leeds", "postal_code": "LS1"}]});
    let (values, warnings) = create().account(address);
    assert_eq!(values, json!({"ship_city": "Leeds"}));
    assert_eq!(warnings, ["ignored addresses.postal_code (properties.ship_zip)"]);
}

#[test]
fn what_the_crm_does_not_have_is_refused_with_the_reason_unless_it_is_null() {
    let body = json!({"status": null, "tags": [], "websites": null, "deal_ids": null, "type": null});
    assert_eq!(whole().contact(body), (json!({}), vec![]));
    let body = json!({"status": "x", "tags": ["a"], "deal_ids": ["006"], "language": "de"});
    assert_eq!(
        whole().contact_errors(&body.to_string()),
        [
            "/status unavailable: this CRM has no such field",
            "/language unavailable: this CRM has it only as a custom field of the account",
            "/tags unavailable: this CRM gives it only with one more call for every record",
            "/deal_ids unavailable: this CRM gives it only with one more call for every record",
        ]
    );
    let errors = whole().account_errors(json!({"lifecycle_stage": "LEAD", "lifecycle_stage_raw": "lead"}));
    assert_eq!(errors, ["/lifecycle_stage unavailable: this CRM has no such field"]);
    let errors = whole().account_errors(json!({"lifecycle_stage_raw": "lead"}));
    assert_eq!(errors, ["/lifecycle_stage_raw unavailable: this CRM has no such field"]);
}

#[test]
fn unknown_names_are_refused_also_when_null() {
    assert_eq!(
        whole().contact_errors(r#"{"firstname": null, "a/b~c": 1, "": 2}"#),
        [
            "/firstname unknown_field: there is no such field",
            "/a~1b~0c unknown_field: there is no such field",
            "/ unknown_field: there is no such field",
        ]
    );
}

#[test]
fn keys_that_stand_twice_are_refused_at_every_depth() {
    let body = r#"{"title":"a","email_addresses":[{"email":"x","\u0065mail":"y"}],"custom_fields":{"A":1,"A":2},"title":null}"#;
    let custom = [CustomField { key: "A".to_owned(), kind: CustomKind::Number }];
    let connection = Connection { custom: &custom, ..whole() };
    assert_eq!(
        connection.contact_errors(body),
        [
            "/title duplicate_key: the key stands twice in one object",
            "/email_addresses/0/email duplicate_key: the key stands twice in one object",
            "/custom_fields/A duplicate_key: the key stands twice in one object",
        ]
    );
    let money = r#"{"annual_revenue":{"amount":"1","amount":"2"}}"#;
    let errors = errors(whole().write(&accounts::TABLE, money));
    assert_eq!(errors, ["/annual_revenue/amount duplicate_key: the key stands twice in one object"]);
}

#[test]
fn values_of_another_kind_are_refused_all_at_once() {
    let body = r#"{"first_name":5,"birthday":"1970-02-31","do_not_call":"true","owner_id":{},"title":"cut \ud83d",
        "addresses":[{"type":"MAILING","city":1,"latitude":"50.9"}],"custom_fields":null}"#;
    assert_eq!(
        whole().contact_errors(body),
        [
            "/title invalid_value: must be text without half of a surrogate pair",
            "/first_name invalid_value: must be text",
            "/owner_id invalid_value: must be text",
            "/addresses/0/city invalid_value: must be text",
            "/addresses/0/latitude invalid_value: must be a number",
            "/birthday invalid_value: must be a day that exists, such as 2026-05-18",
            "/do_not_call invalid_value: must be true or false",
            "/custom_fields invalid_value: must be an object; null clears one key at a time",
        ]
    );
    let errors = whole().account_errors(json!({"number_of_employees": 5.5, "annual_revenue": {"amount": 5}}));
    assert_eq!(
        errors,
        [
            "/number_of_employees invalid_value: must be a whole number",
            "/annual_revenue/amount invalid_value: must be a decimal number in a string",
        ]
    );
}

#[test]
fn what_the_connection_does_not_have_is_told_apart_from_what_it_may_not_write() {
    let connection = Connection { unknown: &["Title"], read_only: &["Department"], ..whole() };
    assert_eq!(
        connection.contact_errors(r#"{"title":"a","department":"b"}"#),
        [
            "/title unavailable: this connection does not have Title: it may be hidden from its user",
            "/department read_only: the connection's user may not write Department",
        ]
    );
    let (values, warnings) = connection.contact(json!({"title": null, "department": null, "first_name": "c"}));
    assert_eq!(values, json!({"FirstName": "c"}));
    assert_eq!(warnings, ["ignored title (Title)", "ignored department (Department)"]);
}

#[test]
fn an_enum_is_written_as_the_first_word_that_the_connection_offers() {
    let word = |connection: &Connection<'_>, word: &str| connection.account(json!({ "type": word })).0;
    assert_eq!(word(&whole(), "CUSTOMER"), json!({"type": "Customer"}));
    let direct = Connection { not_offered: &["Customer"], ..whole() };
    assert_eq!(word(&direct, "CUSTOMER"), json!({"type": "Customer - Direct"}));
    let none = Connection { not_offered: &["Customer", "Customer - Direct"], ..whole() };
    assert_eq!(word(&none, "CUSTOMER"), json!({"type": "Customer"}));
    assert_eq!(
        whole().account_errors(json!({"type": "VENDOR"})),
        ["/type invalid_value: must be one of PROSPECT, CUSTOMER, PARTNER, or the CRM's own word in type_raw"]
    );
    assert_eq!(
        whole().account_errors(json!({"type": "Customer"})),
        ["/type invalid_value: must be one of PROSPECT, CUSTOMER, PARTNER, VENDOR, COMPETITOR, OTHER"]
    );
}

#[test]
fn the_crm_s_own_word_wins_where_it_agrees() {
    for (body, sent) in [
        (json!({"type": "CUSTOMER", "type_raw": "Customer - Direct"}), json!("Customer - Direct")),
        (json!({"type": "OTHER", "type_raw": "Press"}), json!("Press")),
        (json!({"type": "OTHER", "type_raw": "Partner"}), json!("Partner")),
        (json!({"type_raw": "Press"}), json!("Press")),
        (json!({"type": "PARTNER", "type_raw": null}), json!("Partner")),
        (json!({"type": null, "type_raw": null}), json!("")),
        (json!({"type": null}), json!("")),
        (json!({"type_raw": null}), json!("")),
    ] {
        assert_eq!(whole().account(body.clone()).0, json!({ "type": sent }), "{body}");
    }
    for (body, error) in [
        (
            json!({"type": "PARTNER", "type_raw": "Customer"}),
            "/type_raw conflicting_values: Customer reads as CUSTOMER, not as PARTNER",
        ),
        (
            json!({"type": "PARTNER", "type_raw": "Press"}),
            "/type_raw conflicting_values: Press reads as OTHER, not as PARTNER",
        ),
        (json!({"type": null, "type_raw": "Press"}), "/type_raw conflicting_values: type is null and type_raw is not"),
        (json!({"type_raw": 5}), "/type_raw invalid_value: must be text"),
        (
            json!({"type": "OTHER"}),
            "/type raw_word_needed: OTHER stands for many words of the CRM: give the one that is meant in type_raw",
        ),
        (
            json!({"type": "OTHER", "type_raw": null}),
            "/type raw_word_needed: OTHER stands for many words of the CRM: give the one that is meant in type_raw",
        ),
    ] {
        assert_eq!(whole().account_errors(body), [error]);
    }
}

#[test]
fn money_merges_by_part() {
    for (body, sent) in [
        (json!({"amount": "1200.50", "currency": "EUR"}), json!({"revenue": 1200.5, "currency": "EUR"})),
        (json!({"amount": "1"}), json!({"revenue": 1})),
        (json!({"amount": "1", "currency": null}), json!({"revenue": 1})),
        (json!({"currency": "EUR"}), json!({"currency": "EUR"})),
        (json!({"amount": null}), json!({"revenue": ""})),
        (json!({}), json!({})),
        (json!(null), json!({"revenue": ""})),
    ] {
        assert_eq!(whole().account(json!({ "annual_revenue": body })).0, sent, "{body}");
    }
    let one_currency = Connection { unknown: &["properties.currency"], ..whole() };
    let read = json!({"annual_revenue": {"amount": "1", "currency": null}});
    assert_eq!(one_currency.account(read), (json!({"revenue": 1}), vec![]));
    let errors = one_currency.account_errors(json!({"annual_revenue": {"amount": "1", "currency": "EUR"}}));
    assert_eq!(errors.len(), 1);
    assert!(errors[0].starts_with("/annual_revenue/currency unavailable"), "{errors:?}");
    assert_eq!(
        whole().account_errors(json!({"annual_revenue": "5"})),
        ["/annual_revenue invalid_value: must be an object with amount and currency, or null"]
    );
    assert_eq!(
        whole().account_errors(json!({"annual_revenue": {"sum": "5"}})),
        ["/annual_revenue/sum unknown_field: there is no such field"]
    );
}

#[test]
fn custom_fields_merge_by_key() {
    let field = |key: &str, kind| CustomField { key: key.to_owned(), kind };
    let custom = [
        field("Text__c", CustomKind::Text),
        field("Number__c", CustomKind::Number),
        field("When__c", CustomKind::Timestamp),
        field("Any__c", CustomKind::Any),
        field("Formula__c", CustomKind::Text),
        field("Gone__c", CustomKind::Text),
    ];
    let connection = Connection { custom: &custom, unknown: &["Gone__c"], read_only: &["Formula__c"], ..whole() };
    let body = json!({"custom_fields": {
        "Text__c": null, "Number__c": 12.5, "When__c": "2026-05-18T08:17:35+02:00", "Any__c": {"a": [1, "b"]},
        "Formula__c": "x"
    }});
    let (values, warnings) = connection.contact(body);
    let expected = json!({
        "Text__c": null, "Number__c": 12.5, "When__c": "2026-05-18T06:17:35Z", "Any__c": {"a": [1, "b"]}
    });
    assert_eq!((values, warnings), (expected, vec!["ignored custom_fields.Formula__c (Formula__c)".to_owned()]));
    for value in [json!("t\u{e9}xt\n"), json!(true), json!([]), json!(1e3)] {
        assert_eq!(connection.contact(json!({"custom_fields": {"Any__c": value}})).0, json!({ "Any__c": value }));
    }
    assert_eq!(
        connection.contact_errors(r#"{"custom_fields":{"Text__c":5,"Nix__c":null,"Gone__c":"a","When__c":"now"}}"#),
        [
            "/custom_fields/Text__c invalid_value: must be text",
            "/custom_fields/Nix__c unknown_field: this connection has no such custom field",
            "/custom_fields/Gone__c unavailable: this connection does not have Gone__c: it may be hidden from its user",
            "/custom_fields/When__c invalid_value: must be a timestamp such as 2026-05-18T06:17:35Z",
        ]
    );
    let wrapped = [field("tier", CustomKind::Text)];
    let connection = Connection { custom: &wrapped, ..whole() };
    assert_eq!(connection.account(json!({"custom_fields": {"tier": "gold"}})).0, json!({"tier": "gold"}));
}

#[test]
fn what_is_no_object_of_json_is_refused_as_a_body() {
    for (body, reason) in [
        ("", "not an object at byte 0"),
        (" [1]", "not an object at byte 1"),
        ("{\"title\":}", "expected a value at byte 9"),
        ("{} x", "text after the end at byte 3"),
        ("{\"title\":\"a\"", "expected a comma or the end of an object or array at byte 12"),
    ] {
        assert_eq!(whole().contact_errors(body), [reason], "{body}");
    }
    let spec = WriteSpec {
        table: &contacts::TABLE,
        purpose: Purpose::Update,
        writable: &|_| Writable::Yes,
        offers: &|_, _| true,
        custom: &[],
    };
    let refused = write(&spec, b"{\"title\":\"\xff\"}").unwrap_err();
    assert_eq!(refused, WriteRefused::Body { reason: "not UTF-8", offset: 10 });
    let deep = format!("{{\"raw\":{}{}}}", "[".repeat(64), "]".repeat(64));
    assert_eq!(whole().contact_errors(&deep), ["nested too deep at byte 70"]);
}

#[test]
fn a_body_full_of_errors_costs_a_hundred_of_them() {
    let members: Vec<String> = (0..50_000).map(|n| format!("\"f{n}\":1")).collect();
    assert_eq!(whole().contact_errors(&format!("{{{}}}", members.join(","))).len(), 100);
    let items = vec!["{\"email\":\"a\"}"; 50_000].join(",");
    assert_eq!(whole().contact_errors(&format!("{{\"email_addresses\":[{items}]}}")).len(), 99);
}

#[test]
fn values_stand_in_the_order_of_the_model_and_keep_their_kinds() {
    let body = r#"{"do_not_call":true,"birthday":"1981-07-09","first_name":"A\u00e9\n"}"#;
    let changes = whole().write(&contacts::TABLE, body).unwrap();
    assert_eq!(
        changes.values,
        [
            ("FirstName".to_owned(), Wire::Text("Aé\n".into())),
            ("Birthdate".to_owned(), Wire::Date("1981-07-09".into())),
            ("DoNotCall".to_owned(), Wire::Bool(true)),
        ]
    );
}

#[test]
fn a_provider_s_field_is_found_in_the_body() {
    let custom = [CustomField { key: "a/b__c".to_owned(), kind: CustomKind::Text }];
    let contact = |field| pointer_of(&contacts::TABLE, &custom, field);
    assert_eq!(contact("LastName").as_deref(), Some("/last_name"));
    assert_eq!(contact("Email").as_deref(), Some("/email_addresses"));
    assert_eq!(contact("MailingCity").as_deref(), Some("/addresses"));
    assert_eq!(contact("OwnerId").as_deref(), Some("/owner_id"));
    assert_eq!(contact("Account.Name").as_deref(), Some("/account_name"));
    assert_eq!(contact("Blocked__c").as_deref(), Some("/is_active"));
    assert_eq!(contact("a/b__c").as_deref(), Some("/custom_fields/a~1b__c"));
    assert_eq!(contact("SystemModstamp").as_deref(), Some("/updated_at"));
    assert_eq!(contact("lastname"), None);
    let account = |field| pointer_of(&accounts::TABLE, &[], field);
    assert_eq!(account("revenue").as_deref(), Some("/annual_revenue/amount"));
    assert_eq!(account("properties.revenue").as_deref(), Some("/annual_revenue/amount"));
    assert_eq!(account("changed").as_deref(), Some("/updated_at"));
    assert_eq!(account("properties"), None);
}

#[test]
fn the_laws_hold_for_the_account_table() {
    let found: Vec<String> = laws::all(&accounts::TABLE).iter().map(ToString::to_string).collect();
    assert_eq!(found, Vec::<String>::new());
}
