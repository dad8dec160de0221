//! Records by an external id.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Client, Response, encoded};

fn code(answer: &Response) -> (u16, String) {
    (answer.status, answer.error().0)
}

#[tokio::test]
async fn an_upsert_creates_then_updates_and_reads_by_the_value() {
    let client = Client::small().await;
    let value = "a/b+c d%é@x";
    let target = format!("sobjects/Account/Erp_Id__c/{}", encoded(value));
    let first = client.write("PATCH", &target, &json!({ "Name": "One" }));
    assert_eq!(first.status, 201, "{}", first.text());
    let id = first.json()["id"].clone();
    assert_eq!(first.json(), json!({ "id": id, "success": true, "errors": [], "created": true }));
    let second = client.write("PATCH", &target, &json!({ "Name": "Two" }));
    assert_eq!((second.status, second.json()["created"].clone()), (200, json!(false)));
    assert!(second.header("location").unwrap().ends_with(id.as_str().unwrap()));
    let row = client.get(&format!("/services/data/v66.0/{target}")).json();
    assert_eq!((&row["Id"], &row["Name"], &row["Erp_Id__c"]), (&id, &json!("Two"), &json!(value)));
    assert_eq!(client.write("DELETE", &target, &Value::Null).status, 204);
    // Only live records are found.
    assert_eq!(code(&client.get(&format!("/services/data/v66.0/{target}"))), (404, "NOT_FOUND".into()));
    assert_eq!(code(&client.write("DELETE", &target, &Value::Null)), (404, "NOT_FOUND".into()));
    assert_eq!(client.write("PATCH", &target, &json!({ "Name": "Three" })).status, 201);
    assert_eq!(client.org.calls("upsert"), 3);
}

#[tokio::test]
async fn several_records_are_300_with_addresses_and_nothing_is_written() {
    let client = Client::small().await;
    let mut urls = Vec::new();
    for _ in 0..2 {
        let new = client.write("POST", "sobjects/Contact", &json!({ "LastName": "x", "Email": "two@x.example" }));
        urls.push(json!(new.header("location")));
    }
    let target = "sobjects/Contact/Email/Two%40x.example";
    for answer in [
        client.get(&format!("/services/data/v66.0/{target}")),
        client.write("PATCH", target, &json!({ "Title": "t" })),
        client.write("DELETE", target, &Value::Null),
    ] {
        assert_eq!(answer.status, 300);
        assert_eq!(answer.json(), json!(urls));
    }
    assert_eq!(client.org.counters()["rows"], json!({ "created": 2, "updated": 0, "deleted": 0 }));
}

#[tokio::test]
async fn update_only_wrong_fields_and_the_field_in_the_body_are_refused() {
    let client = Client::small().await;
    let upsert = |target: &str, body: Value| client.write("PATCH", &format!("sobjects/{target}"), &body);
    let body = || json!({ "Name": "x" });
    assert_eq!(code(&upsert("Account/Erp_Id__c/none?updateOnly=true", body())), (404, "NOT_FOUND".into()));
    for field in ["Namez", "Name", "Phone"] {
        let answer = upsert(&format!("Account/{field}/x"), body());
        assert_eq!(answer.status, 404);
        let text = format!("Provided external ID field does not exist or is not accessible: {field}");
        assert_eq!(answer.error(), ("NOT_FOUND".into(), text));
    }
    let twice = json!({ "Name": "x", "erp_id__c": "one" });
    assert_eq!(code(&upsert("Account/Erp_Id__c/one", twice)), (400, "INVALID_FIELD".into()));
    let missing = upsert("Account/Erp_Id__c/one", json!({ "Phone": "1" }));
    assert_eq!(code(&missing), (400, "REQUIRED_FIELD_MISSING".into()));
    assert_eq!(code(&upsert("Account/Id/001dM0000000001", body())), (404, "NOT_FOUND".into()));
    assert_eq!(code(&upsert("Account/Id/nothing", body())), (400, "MALFORMED_ID".into()));
    assert_eq!(client.org.counters()["rows"]["created"], 0);
}
