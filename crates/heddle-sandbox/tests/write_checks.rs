//! What a value, a reference or a whole record is refused for.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::Client;

/// Code, message and fields of the refusal of a new record.
fn refusal(client: &Client, object: &str, body: &Value) -> (String, String, Value) {
    let answer = client.write("POST", &format!("sobjects/{object}"), body);
    assert_eq!(answer.status, 400, "{body}: {}", answer.text());
    let (code, message) = answer.error();
    (code, message, answer.json()[0]["fields"].clone())
}

fn new_id(client: &Client, object: &str, body: &Value) -> String {
    let answer = client.write("POST", &format!("sobjects/{object}"), body);
    assert_eq!(answer.status, 201, "{body}: {}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_kind_of_bad_value_has_its_code_text_and_field() {
    let client = Client::small().await;
    let long = "x".repeat(81);
    let emoji = "\u{1F600}".repeat(41);
    for (field, value, code, message) in [
        ("Score__c", json!("12"), "INVALID_TYPE_ON_FIELD_IN_RECORD", "Score: value not of required type: 12"),
        ("Vip__c", json!("yes"), "INVALID_TYPE_ON_FIELD_IN_RECORD", "VIP: value not of required type: yes"),
        ("Vip__c", json!(null), "INVALID_TYPE_ON_FIELD_IN_RECORD", "VIP: value not of required type: null"),
        ("Title", json!(7), "INVALID_TYPE_ON_FIELD_IN_RECORD", "Title: value not of required type: 7"),
        (
            "Birthdate",
            json!("1.2.1990"),
            "INVALID_TYPE_ON_FIELD_IN_RECORD",
            "Birthdate: value not of required type: 1.2.1990",
        ),
        ("Score__c", json!(1e16), "NUMBER_OUTSIDE_VALID_RANGE", "Score: value outside of valid range on numeric field"),
        ("Department", json!(long), "STRING_TOO_LONG", "(max length=80)"),
        ("Department", json!(emoji), "STRING_TOO_LONG", "(max length=80)"),
        ("Email", json!("badone"), "INVALID_EMAIL_ADDRESS", "Email: invalid email address: badone"),
        (
            "Loyalty_Tier__c",
            json!("Tin"),
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "bad value for restricted picklist field: Tin",
        ),
        ("AccountId", json!("nothing"), "MALFORMED_ID", "Account ID: id value of incorrect type: nothing"),
        ("AccountId", json!("003dM0000000001"), "FIELD_INTEGRITY_EXCEPTION", "Account ID: id value of incorrect type"),
        ("Name", json!("A B"), "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Name."),
        ("Id", json!("003dM0000000001"), "INVALID_FIELD_FOR_INSERT_UPDATE", "Unable to create/update fields: Id."),
        ("MailingAddress", json!({ "city": "X" }), "INVALID_FIELD_FOR_INSERT_UPDATE", "fields: MailingAddress."),
    ] {
        let refused = refusal(&client, "Contact", &json!({ "LastName": "x", field: value }));
        assert_eq!(refused.0, code, "{field} {value}");
        assert!(refused.1.contains(message), "{}", refused.1);
        assert_eq!(refused.2, json!([field]), "{field} {value}");
    }
    let (code, ..) = refusal(&client, "Contact", &json!({ "LastName": "x", "Title": ["x"] }));
    assert_eq!(code, "JSON_PARSER_ERROR");
    let (code, message, _) = refusal(&client, "Contact", &json!({ "LastName": "x", "Nope__c": 1 }));
    assert_eq!(
        (code.as_str(), message.as_str()),
        ("INVALID_FIELD", "No such column 'Nope__c' on sobject of type Contact")
    );
    let (code, ..) = refusal(&client, "Account", &json!({ "Name": "x", "NumberOfEmployees": 100_000_000 }));
    assert_eq!(code, "NUMBER_OUTSIDE_VALID_RANGE");
    assert_eq!(client.org.counters()["rows"]["created"], 0);
    // What just fits.
    new_id(&client, "Contact", &json!({ "LastName": "x".repeat(80), "LeadSource": "Of no list", "Score__c": 1e15 }));
    new_id(&client, "Account", &json!({ "Name": "x", "NumberOfEmployees": 99_999_999.0 }));
}

#[tokio::test]
async fn a_required_field_is_missed_on_create_and_cannot_be_cleared() {
    let client = Client::small().await;
    for body in [json!({}), json!({ "LastName": null }), json!({ "LastName": "" })] {
        let (code, message, fields) = refusal(&client, "Contact", &body);
        assert_eq!(code, "REQUIRED_FIELD_MISSING");
        assert_eq!(message, "Required fields are missing: [LastName]");
        assert_eq!(fields, json!(["LastName"]));
    }
    let id = new_id(&client, "Contact", &json!({ "LastName": "x", "OwnerId": null }));
    for body in [json!({ "LastName": "" }), json!({ "OwnerId": null })] {
        let answer = client.write("PATCH", &format!("sobjects/Contact/{id}"), &body);
        assert_eq!(answer.error().0, "REQUIRED_FIELD_MISSING", "{body}");
    }
    let answer = client.write("PATCH", &format!("sobjects/Contact/{id}"), &json!({ "Id": id }));
    assert_eq!(answer.error().0, "INVALID_FIELD_FOR_INSERT_UPDATE");
}

#[tokio::test]
async fn references_name_live_records_and_active_owners() {
    let client = Client::small().await;
    let account = new_id(&client, "Account", &json!({ "Name": "x", "Erp_Id__c": "E-1" }));
    new_id(&client, "Contact", &json!({ "LastName": "x", "AccountId": &account[..15] }));
    let related = new_id(&client, "Contact", &json!({ "LastName": "x", "Account": { "Erp_Id__c": "e-1" } }));
    assert_eq!(
        client.column(&format!("SELECT AccountId FROM Contact WHERE Id = '{related}'"), "AccountId"),
        [json!(account)]
    );
    let (code, ..) = refusal(&client, "Contact", &json!({ "LastName": "x", "Account": { "Erp_Id__c": "E-2" } }));
    assert_eq!(code, "INVALID_FIELD");
    client.write("DELETE", &format!("sobjects/Account/{account}"), &Value::Null);
    for id in [account.as_str(), "001dM0000000001"] {
        let (code, message, fields) = refusal(&client, "Contact", &json!({ "LastName": "x", "AccountId": id }));
        assert_eq!((code.as_str(), message.as_str()), ("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"));
        assert_eq!(fields, json!([]));
    }
    let gone = client.column("SELECT Id FROM User WHERE IsActive = false", "Id")[0].clone();
    let (code, ..) = refusal(&client, "Contact", &json!({ "LastName": "x", "OwnerId": gone }));
    assert_eq!(code, "INACTIVE_OWNER_OR_USER");
}

#[tokio::test]
async fn a_unique_value_belongs_to_one_live_record_in_any_case() {
    let client = Client::small().await;
    let id = new_id(&client, "Contact", &json!({ "LastName": "x", "ns__Legacy_Id__c": "Key-1" }));
    let (code, message, fields) = refusal(&client, "Contact", &json!({ "LastName": "y", "ns__Legacy_Id__c": "KEY-1" }));
    assert_eq!(code, "DUPLICATE_VALUE");
    assert_eq!(
        message,
        format!("duplicate value found: ns__Legacy_Id__c duplicates value on record with id: {}", &id[..15])
    );
    assert_eq!(fields, json!([]));
    let own = client.write("PATCH", &format!("sobjects/Contact/{id}"), &json!({ "ns__Legacy_Id__c": "key-1" }));
    assert_eq!(own.status, 204);
    client.write("PATCH", &format!("sobjects/Contact/{id}"), &json!({ "ns__Legacy_Id__c": "key-2" }));
    let next = new_id(&client, "Contact", &json!({ "LastName": "y", "ns__Legacy_Id__c": "Key-1" }));
    client.write("DELETE", &format!("sobjects/Contact/{next}"), &Value::Null);
    new_id(&client, "Contact", &json!({ "LastName": "z", "ns__Legacy_Id__c": "Key-1" }));
}

#[tokio::test]
async fn with_state_and_country_picklists_text_and_code_say_the_same() {
    let client = Client::small().await;
    new_id(&client, "Contact", &json!({ "LastName": "x", "MailingCountry": "Atlantis", "MailingState": "Deep" }));
    let (code, ..) = refusal(&client, "Contact", &json!({ "LastName": "x", "MailingCountryCode": "DE" }));
    assert_eq!(code, "INVALID_FIELD");
    client.control("POST", "settings", json!({ "state_country_picklists": true })).await;
    for (body, field) in [
        (json!({ "MailingCountry": "Atlantis" }), "MailingCountry"),
        (json!({ "MailingCountryCode": "ZZ" }), "MailingCountryCode"),
        (json!({ "MailingCountry": "Germany", "MailingCountryCode": "US" }), "MailingCountryCode"),
        (json!({ "MailingState": "Texas" }), "MailingState"),
        (json!({ "MailingCountry": "Germany", "MailingState": "Texas" }), "MailingState"),
    ] {
        let mut body = body;
        body["LastName"] = "x".into();
        let (code, _, fields) = refusal(&client, "Contact", &body);
        assert_eq!((code.as_str(), fields), ("FIELD_INTEGRITY_EXCEPTION", json!([field])), "{body}");
    }
    let (_, message, _) = refusal(&client, "Contact", &json!({ "LastName": "x", "MailingCountry": "Atlantis" }));
    let recorded = "There's a problem with this country, even though it may appear correct. Please select a \
                    country/territory from the list of valid countries.: Mailing Country";
    assert_eq!(message, recorded);
    let body = json!({ "LastName": "x", "MailingCountryCode": "US", "MailingState": "Texas" });
    let id = new_id(&client, "Contact", &body);
    let address = |client: &Client| {
        let row = client.get(&format!("/services/data/v66.0/sobjects/Contact/{id}")).json();
        ["MailingCountry", "MailingCountryCode", "MailingState", "MailingStateCode"].map(|part| row[part].clone())
    };
    assert_eq!(address(&client), [json!("United States"), json!("US"), json!("Texas"), json!("TX")]);
    let cleared = client.write("PATCH", &format!("sobjects/Contact/{id}"), &json!({ "MailingState": null }));
    assert_eq!(cleared.status, 204);
    assert_eq!(address(&client), [json!("United States"), json!("US"), Value::Null, Value::Null]);
}

#[tokio::test]
async fn a_duplicate_rule_names_the_contacts_and_only_an_alert_can_be_passed() {
    let client = Client::small().await;
    let body = json!({ "LastName": "x", "Email": "Same@post.example" });
    let first = new_id(&client, "Contact", &body);
    let second = new_id(&client, "Contact", &body);
    let allow = [("Sforce-Duplicate-Rule-Header", "allowSave=true; includeRecordDetails=true")];
    let same = json!({ "LastName": "y", "Email": "same@POST.example" });
    for (rule, may) in [("alert", true), ("block", false)] {
        client.control("POST", "settings", json!({ "duplicate_rule": rule })).await;
        let refused = client.write("POST", "sobjects/Contact", &same).json()[0].clone();
        assert_eq!(refused["errorCode"], "DUPLICATES_DETECTED");
        let result = &refused["duplicateResut"];
        assert_eq!(result["allowSave"], may);
        let records = result["matchResults"][0]["matchRecords"].as_array().unwrap();
        let ids: Vec<&Value> = records.iter().map(|found| &found["record"]["Id"]).collect();
        assert_eq!(ids, [&json!(first), &json!(second)]);
        let item = client.write(
            "POST",
            "composite/sobjects",
            &json!({ "records": [
            { "attributes": { "type": "Contact" }, "LastName": "y", "Email": "same@post.example" }] }),
        );
        let item = item.json()[0].clone();
        assert_eq!(item["errors"][0]["statusCode"], "DUPLICATES_DETECTED");
        assert!(item["errors"][0].get("duplicateResut").is_none());
        let insisted = client.write_with("POST", "sobjects/Contact", &allow, &same.to_string());
        assert_eq!(insisted.status, if may { 201 } else { 400 });
        if may {
            let id = insisted.json()["id"].as_str().unwrap().to_owned();
            client.write("DELETE", &format!("sobjects/Contact/{id}"), &Value::Null);
        } else {
            let record = insisted.json()[0]["duplicateResut"]["matchResults"][0]["matchRecords"][0]["record"].clone();
            assert_eq!(record["LastName"], "x");
        }
    }
    let own = client.write("PATCH", &format!("sobjects/Contact/{first}"), &json!({ "Title": "t" }));
    assert_eq!(own.status, 204);
}

#[tokio::test]
async fn describe_says_what_is_restricted_unique_and_names_records() {
    let client = Client::small().await;
    for (object, field, facts) in [
        ("Contact", "Loyalty_Tier__c", json!({ "restrictedPicklist": true })),
        ("Contact", "LeadSource", json!({ "restrictedPicklist": false })),
        ("Contact", "Email", json!({ "idLookup": true, "externalId": false, "unique": false })),
        ("Contact", "ns__Legacy_Id__c", json!({ "idLookup": true, "externalId": true, "unique": true })),
        ("Account", "Erp_Id__c", json!({ "idLookup": true, "externalId": true, "unique": true, "custom": true })),
    ] {
        let describe = client.get(&format!("/services/data/v66.0/sobjects/{object}/describe")).json();
        let fields = describe["fields"].as_array().unwrap();
        let described = fields.iter().find(|described| described["name"] == field).unwrap();
        for (fact, value) in facts.as_object().unwrap() {
            assert_eq!(&described[fact], value, "{object}.{field}.{fact}");
        }
    }
}
