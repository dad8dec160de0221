//! JSON merge patch, at the provider.

use super::{contact, stored, write};
use heddle_tests::Server;
use serde_json::json;

const PHONES: [&str; 6] = ["Phone", "MobilePhone", "HomePhone", "OtherPhone", "AssistantPhone", "Fax"];

#[tokio::test]
async fn a_list_replaces_the_list_and_what_is_left_out_stays() {
    let server = Server::start().await;
    let id = contact(
        &server,
        json!({
            "last_name": "Ng",
            "title": "Boss",
            "email_addresses": [{"email": "a@example.com", "type": "WORK"}],
            "phone_numbers": [
                {"number": "1", "type": "WORK"},
                {"number": "2", "type": "MOBILE"},
                {"number": "3", "type": "FAX"},
            ],
        }),
    )
    .await;
    let one = format!("/v1/crm/contacts/{id}");
    let phones = json!({"phone_numbers": [{"number": "22", "type": "MOBILE"}, {"number": "11"}]});
    write(&server, "PATCH", &one, phones).await.expect(200);
    let values = stored(&server, "Contact", &id, &PHONES).await;
    let expected = json!({
        "Phone": "11", "MobilePhone": "22", "HomePhone": null, "OtherPhone": null, "AssistantPhone": null, "Fax": null,
    });
    assert_eq!(values, expected);
    let kept = stored(&server, "Contact", &id, &["Title", "Email"]).await;
    assert_eq!(kept, json!({"Title": "Boss", "Email": "a@example.com"}));
    write(&server, "PATCH", &one, json!({"phone_numbers": null, "email_addresses": []})).await.expect(200);
    let cleared = stored(&server, "Contact", &id, &["Phone", "MobilePhone", "Email"]).await;
    assert_eq!(cleared, json!({"Phone": null, "MobilePhone": null, "Email": null}));
}

#[tokio::test]
async fn custom_fields_merge_by_key() {
    let server = Server::start().await;
    let custom = json!({"Score__c": 1, "Vip__c": true, "Notes__c": "n"});
    let id = contact(&server, json!({"last_name": "Ng", "custom_fields": custom})).await;
    let one = format!("/v1/crm/contacts/{id}");
    write(&server, "PATCH", &one, json!({"custom_fields": {"Score__c": null, "Notes__c": "m"}})).await.expect(200);
    let values = stored(&server, "Contact", &id, &["Score__c", "Vip__c", "Notes__c"]).await;
    assert_eq!(values, json!({"Score__c": null, "Vip__c": true, "Notes__c": "m"}));
}

#[tokio::test]
async fn every_objection_to_a_body_comes_at_once_and_costs_no_call() {
    let server = Server::start().await;
    let before = server.data_calls();
    let body = json!({
        "last_name": 7,
        "colour": "red",
        "birthday": "1970-02-31",
        "websites": [{"url": "https://example.com"}],
        "email_addresses": [{"email": "a@example.com"}, {"email": "b@example.com"}],
        "custom_fields": {"Unknown__c": 1},
    });
    let answer = write(&server, "POST", "/v1/crm/contacts", body).await.expect_problem(422, "validation_failed");
    let pointers: Vec<&str> =
        answer.json["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    for pointer in ["/colour", "/birthday", "/websites", "/email_addresses/1", "/custom_fields/Unknown__c"] {
        assert!(pointers.iter().any(|p| p.starts_with(pointer)), "{pointer} in {pointers:?}");
    }
    assert_eq!(server.data_calls(), before);
    for bad in ["", "[]", "null", "\"x\"", "{", "{\"last_name\":\"x\"}x", "{\"a\":1,\"a\":2}"] {
        let request = server.request("POST", "/v1/crm/contacts").header("content-type", "application/json");
        let answer = server.sent(request.body(bad)).await;
        assert!([400, 422].contains(&answer.status), "{bad}: {}", answer.text);
    }
    let request = server.request("POST", "/v1/crm/contacts").body("last_name=x");
    server.sent(request).await.expect_problem(400, "invalid_request");
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn a_body_that_changes_nothing_costs_no_call_and_says_so() {
    let server = Server::start().await;
    let id = contact(&server, json!({"last_name": "Ng"})).await;
    let answer = write(&server, "PATCH", &format!("/v1/crm/contacts/{id}"), json!({})).await.expect(200);
    assert_eq!(answer.header("x-provider-calls"), Some("0"));
    assert_eq!(answer.json["warnings"][0]["code"], "nothing_to_change");
}
