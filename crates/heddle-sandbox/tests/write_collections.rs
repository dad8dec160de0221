//! Up to 200 records in one call.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::Client;

fn account(name: &str) -> Value {
    json!({ "attributes": { "type": "Account" }, "Name": name })
}

fn statuses(items: &Value) -> Vec<String> {
    let status = |item: &Value| match item["success"].as_bool().unwrap() {
        true => "ok".to_owned(),
        false => item["errors"][0]["statusCode"].as_str().unwrap().to_owned(),
    };
    items.as_array().unwrap().iter().map(status).collect()
}

#[tokio::test]
async fn mixed_success_is_200_in_input_order_and_one_api_request() {
    let client = Client::small().await;
    let contact = json!({ "attributes": { "type": "Contact" }, "LastName": "x", "Email": "badone" });
    let records = json!([account("one"), account(""), contact, { "Name": "no type" }, account("two")]);
    let answer = client.write("POST", "composite/sobjects", &json!({ "allOrNone": false, "records": records }));
    assert_eq!(answer.status, 200);
    let expected = ["ok", "REQUIRED_FIELD_MISSING", "INVALID_EMAIL_ADDRESS", "JSON_PARSER_ERROR", "ok"];
    assert_eq!(statuses(&answer.json()), expected);
    let failed = json!({ "success": false, "errors": [{ "statusCode": "REQUIRED_FIELD_MISSING",
        "message": "Required fields are missing: [Name]", "fields": ["Name"] }] });
    assert_eq!(answer.json()[1], failed);
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=1/15000"));
    assert_eq!(client.org.counters()["rows"]["created"], 2);
    assert_eq!(client.org.calls("collections"), 1);
}

#[tokio::test]
async fn all_or_none_takes_everything_back_and_leaves_no_trace() {
    let client = Client::small().await;
    let before = client.control("GET", "rows?object=Account&field=Name", Value::Null).await;
    let mut good = account("good");
    good["Erp_Id__c"] = "E".into();
    let body = json!({ "allOrNone": true, "records": [good, account("")] });
    let answer = client.write("POST", "composite/sobjects", &body);
    assert_eq!(answer.status, 200);
    assert_eq!(statuses(&answer.json()), ["ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING"]);
    assert_eq!(client.control("GET", "rows?object=Account&field=Name", Value::Null).await, before);
    assert_eq!(client.org.counters()["rows"]["created"], 0);
    let good = json!({ "Name": "again" });
    assert_eq!(client.write("PATCH", "sobjects/Account/Erp_Id__c/E", &good).status, 201, "the value is free again");
}

#[tokio::test]
async fn updates_and_deletes_name_their_records() {
    let client = Client::small().await;
    let made = client.write("POST", "composite/sobjects", &json!({ "records": [account("a"), account("b")] })).json();
    let (a, b) = (made[0]["id"].clone(), made[1]["id"].clone());
    let update = |id: &Value| json!({ "attributes": { "type": "Account" }, "id": id, "Site": "s" });
    let missing = json!("001dM0000000001AAA");
    let mut nameless = update(&a);
    nameless.as_object_mut().unwrap().remove("id");
    let records = json!([update(&a), update(&missing), update(&json!("x")), nameless]);
    let answer = client.write("PATCH", "composite/sobjects", &json!({ "records": records }));
    let codes = statuses(&answer.json());
    assert_eq!(codes, ["ok", "MALFORMED_ID", "MALFORMED_ID", "MISSING_ARGUMENT"], "the checksum is wrong");
    let answer =
        client.write("PATCH", "composite/sobjects", &json!({ "records": [update(&json!("001dM0000000001"))] }));
    assert_eq!(statuses(&answer.json()), ["INVALID_CROSS_REFERENCE_KEY"]);
    let text = |id: &Value| id.as_str().unwrap().to_owned();
    let target = format!("composite/sobjects?ids={},{},001dM0000000001&allOrNone=true", text(&a), text(&b));
    let answer = client.write("DELETE", &target, &Value::Null);
    let rolled_back = "ALL_OR_NONE_OPERATION_ROLLED_BACK";
    assert_eq!(statuses(&answer.json()), [rolled_back, rolled_back, "INVALID_CROSS_REFERENCE_KEY"]);
    let target = format!("composite/sobjects?ids={},{}", text(&a), text(&a));
    assert_eq!(statuses(&client.write("DELETE", &target, &Value::Null).json()), ["ok", "ENTITY_IS_DELETED"]);
    let answer = client.write("PATCH", "composite/sobjects", &json!({ "records": [update(&a), update(&b)] }));
    assert_eq!(statuses(&answer.json()), ["ENTITY_IS_DELETED", "ok"]);
}

#[tokio::test]
async fn an_upsert_says_created_and_refuses_what_is_ambiguous() {
    let client = Client::small().await;
    for _ in 0..2 {
        client.write("POST", "sobjects/Contact", &json!({ "LastName": "x", "Email": "two@x.example" }));
    }
    let contact = |mail: &str| json!({ "attributes": { "type": "Contact" }, "LastName": "y", "Email": mail });
    let records = json!([contact("new@x.example"), contact("two@x.example"), contact("NEW@x.example")]);
    let answer = client.write("PATCH", "composite/sobjects/Contact/Email", &json!({ "records": records })).json();
    assert_eq!(statuses(&answer), ["ok", "DUPLICATE_EXTERNAL_ID", "ok"]);
    let created: Vec<&Value> = answer.as_array().unwrap().iter().map(|item| &item["created"]).collect();
    assert_eq!(created, [true, false, false]);
    let answer = client.write("PATCH", "composite/sobjects/Contact/Phone", &json!({ "records": [] }));
    assert_eq!((answer.status, answer.error().0), (404, "NOT_FOUND".to_owned()));
}

#[tokio::test]
async fn too_many_records_or_runs_of_types_refuse_the_call() {
    let client = Client::small().await;
    let contact = json!({ "attributes": { "type": "Contact" }, "LastName": "x" });
    let mixed: Vec<Value> = (0..11).map(|n| if n % 2 == 0 { account("x") } else { contact.clone() }).collect();
    for (records, status) in [(vec![account("x"); 201], 400), (mixed.clone(), 400), (mixed[..10].to_vec(), 200)] {
        let answer = client.write("POST", "composite/sobjects", &json!({ "records": records }));
        assert_eq!(answer.status, status);
    }
    assert_eq!(client.write("POST", "composite/sobjects", &json!({ "records": vec![account("x"); 200] })).status, 200);
    assert_eq!(client.org.counters()["rows"]["created"], 210);
}
