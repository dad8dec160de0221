//! Lists in bodies to write: places, items and what they clear.

use serde_json::{Value, json};

use crate::connection::{Connection, create, whole};

#[test]
fn a_list_replaces_the_list() {
    let (values, _) = whole().contact(json!({"phone_numbers": [{"type": "MOBILE", "number": "+49 171 1"}]}));
    let expected = json!({
        "Phone": null, "Extension__c": null, "MobilePhone": "+49 171 1", "HomePhone": null, "OtherPhone": null
    });
    assert_eq!(values, expected);
    let (values, _) = create().contact(json!({"phone_numbers": [{"type": "MOBILE", "number": "1"}]}));
    assert_eq!(values, json!({"MobilePhone": "1"}));
    for empty in [json!([]), json!(null)] {
        let (values, _) = whole().contact(json!({ "email_addresses": empty }));
        assert_eq!(values, json!({"Email": null, "Email2__c": null}));
    }
}

#[test]
fn an_item_replaces_its_whole_place() {
    let (values, _) = whole().contact(json!({"addresses": [{"type": "OTHER", "city": "Leeds"}]}));
    assert_eq!(values["OtherCity"], "Leeds");
    assert_eq!(values["OtherStreet"], Value::Null);
    assert_eq!(values.as_object().unwrap().len(), 9);
}

#[test]
fn an_item_without_a_type_takes_the_first_free_place() {
    let emails = json!({"email_addresses": [{"email": "a@x.example"}, {"email": "b@x.example", "type": null}]});
    assert_eq!(whole().contact(emails).0, json!({"Email": "a@x.example", "Email2__c": "b@x.example"}));
    // Items with a type keep theirs, also behind one without.
    let emails = json!({"email_addresses": [{"email": "a@x.example"}, {"email": "b@x.example", "type": "WORK"}]});
    assert_eq!(whole().contact(emails).0, json!({"Email": "b@x.example", "Email2__c": "a@x.example"}));
    // A place that this connection does not have is not free.
    let hidden = Connection { unknown: &["Email"], ..create() };
    let emails = json!({"email_addresses": [{"email": "a@x.example"}]});
    assert_eq!(hidden.contact(emails).0, json!({"Email2__c": "a@x.example"}));
    // Nor is one that cannot hold all of it.
    let phones = json!({"phone_numbers": [{"type": "WORK", "number": "1"}, {"number": "2", "extension": "3"}]});
    assert_eq!(
        whole().contact_errors(&phones.to_string()),
        ["/phone_numbers/1 no_place: this CRM has no free place for it; it has WORK, MOBILE, HOME, OTHER"]
    );
}

#[test]
fn items_that_no_place_takes_are_refused() {
    let body = json!({
        "email_addresses": [
            {"type": "WORK", "email": "a"}, {"type": "WORK", "email": "b"}, {"type": "HOME", "email": "c"},
            {"type": "EMAIL", "email": "d"}, {"type": 5}, {}, {"email": null}, "e", {"mail": "f"}
        ],
        "phone_numbers": [{"type": "MOBILE", "number": "1", "extension": "2"}],
        "addresses": {"city": "Leeds"}
    });
    assert_eq!(
        whole().contact_errors(&body.to_string()),
        [
            "/email_addresses/1 duplicate_item: this CRM has one place for WORK, and an item before this one takes it",
            "/email_addresses/2 no_place: this CRM has no place for HOME; it has WORK, OTHER",
            "/email_addresses/3/type invalid_value: must be one of WORK, PERSONAL, HOME, BILLING, OTHER",
            "/email_addresses/4/type invalid_value: must be one of WORK, PERSONAL, HOME, BILLING, OTHER",
            "/email_addresses/7 invalid_value: must be an object",
            "/email_addresses/8/mail unknown_field: there is no such field",
            "/email_addresses/5 invalid_value: must be an item with a value or a type",
            "/email_addresses/6 invalid_value: must be an item with a value or a type",
            "/phone_numbers/0/extension no_place: this CRM has no place for extension here",
            "/addresses invalid_value: must be a list",
        ]
    );
}

#[test]
fn places_that_a_connection_does_not_have_are_left_alone_with_one_warning_a_part() {
    let unknown = &["HomePhone", "OtherPhone"];
    let connection = Connection { unknown, read_only: &["Extension__c"], ..whole() };
    let (values, warnings) = connection.contact(json!({"phone_numbers": [{"type": "WORK", "number": "1"}]}));
    assert_eq!(values, json!({"Phone": "1", "MobilePhone": null}));
    assert_eq!(
        warnings,
        ["ignored phone_numbers.extension (Extension__c)", "ignored phone_numbers.number (HomePhone, OtherPhone)"]
    );
    let errors = connection.contact_errors(r#"{"phone_numbers":[{"type":"HOME","number":"1"}]}"#);
    let expected =
        "/phone_numbers/0/number unavailable: this connection does not have HomePhone: it may be hidden from its user";
    assert_eq!(errors, [expected]);
}

#[test]
fn text_and_code_of_a_state_are_one_value() {
    let address = |parts: Value| json!({ "addresses": [parts] });
    let of = |connection: &Connection<'_>, parts: Value| {
        let (values, warnings) = connection.account(address(parts));
        assert_eq!(warnings, Vec::<String>::new());
        json!([values.get("state"), values.get("state_code")])
    };
    let both = json!({"type": "BILLING", "city": "Ulm", "state": "Bavaria", "state_code": "BY"});
    let text = json!({"type": "BILLING", "city": "Ulm", "state": "Bavaria", "state_code": null});
    let code = json!({"type": "BILLING", "city": "Ulm", "state_code": "BY"});
    let neither = json!({"type": "BILLING", "city": "Ulm"});
    assert_eq!(of(&whole(), both.clone()), json!([null, "BY"]));
    assert_eq!(of(&whole(), text.clone()), json!(["Bavaria", null]));
    assert_eq!(of(&whole(), code.clone()), json!([null, "BY"]));
    assert_eq!(of(&whole(), neither.clone()), json!(["", null]));
    assert_eq!(of(&create(), neither.clone()), json!([null, null]));
    let no_codes = Connection { unknown: &["properties.state_code", "properties.country_code"], ..whole() };
    assert_eq!(of(&no_codes, both.clone()), json!(["Bavaria", null]));
    assert_eq!(of(&no_codes, text), json!(["Bavaria", null]));
    assert_eq!(of(&no_codes, neither.clone()), json!(["", null]));
    assert_eq!(no_codes.account_errors(address(code)).len(), 1);
    let only_codes = Connection { unknown: &["properties.state", "properties.country"], ..whole() };
    assert_eq!(of(&only_codes, both), json!([null, "BY"]));
    assert_eq!(of(&only_codes, neither), json!([null, ""]));
    // Without a row for the code the text is enough, and a code alone is too little.
    let (values, _) = create().account(address(json!({"type": "SHIPPING", "state": "Bavaria", "state_code": "BY"})));
    assert_eq!(values, json!({"ship_state": "Bavaria"}));
    let errors = whole().account_errors(address(json!({"type": "SHIPPING", "state_code": "BY"})));
    assert_eq!(errors, ["/addresses/0/state_code no_place: this CRM has no place for state_code here"]);
    // The one that is not sent must still be a value.
    let errors = whole().account_errors(address(json!({"type": "BILLING", "state": 5, "state_code": "BY"})));
    assert_eq!(errors, ["/addresses/0/state invalid_value: must be text"]);
}
