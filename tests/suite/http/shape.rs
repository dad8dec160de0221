//! What of a record comes, and in which form.

use heddle_model::Contact;
use heddle_tests::{Server, ServerOptions};

#[tokio::test]
async fn records_are_contacts_of_the_document() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "300")]).await.expect(200);
    for record in page.data() {
        let contact: Contact = serde_json::from_value(record.clone()).unwrap();
        assert_eq!(contact.id.as_deref(), record["id"].as_str());
        assert_eq!(record["object"], "contact");
        assert_eq!(record["provider"], "salesforce");
        assert_eq!(record["connection_id"].as_str(), Some(server.connection.as_str()));
        assert_eq!(record["id"], record["remote_id"]);
        assert!(record["updated_at"].as_str().unwrap().ends_with(".000Z"));
    }
}

#[tokio::test]
async fn account_and_owner_come_in_the_same_call() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "200"), ("expand", "account,owner")]).await.expect(200);
    assert_eq!(page.provider_calls(), 1);
    let with_account = page.data().iter().find(|r| !r["account_id"].is_null()).unwrap();
    assert_eq!(with_account["account"]["id"], with_account["account_id"]);
    assert_eq!(with_account["account"]["name"], with_account["account_name"]);
    assert!(with_account["owner"]["name"].is_string());
    let plain = server.list(&[("limit", "1")]).await.expect(200);
    assert!(plain.data()[0].get("account").is_none());
    assert!(plain.data()[0].get("account_name").is_some());
}

#[tokio::test]
async fn only_the_fields_asked_for_come_and_are_asked_for() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "2"), ("fields", "id,first_name,custom_fields.Vip__c")]).await.expect(200);
    for record in page.data() {
        let keys: Vec<&String> = record.as_object().unwrap().keys().collect();
        assert!(keys.iter().all(|k| ["id", "first_name", "custom_fields"].contains(&k.as_str())), "{keys:?}");
        assert_eq!(record["custom_fields"].as_object().unwrap().len(), 1);
    }
    let log = server.sandbox.counters();
    let soql = log["log"].as_array().unwrap().iter().rev().find_map(|e| e["soql"].as_str()).unwrap().to_owned();
    assert!(!soql.contains("Email"), "{soql}");
    assert!(soql.contains("SystemModstamp"), "cursors need it: {soql}");
}

#[tokio::test]
async fn the_providers_record_comes_on_request() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "3"), ("include_raw", "true")]).await.expect(200);
    for record in page.data() {
        assert_eq!(record["raw"]["Id"], record["id"]);
        assert_eq!(record["raw"]["attributes"]["type"], "Contact");
    }
    assert!(server.list(&[("limit", "1")]).await.expect(200).data()[0].get("raw").is_none());
}

#[tokio::test]
async fn five_hundred_custom_fields_are_still_one_call() {
    let server = Server::start().await;
    server.settings(serde_json::json!({"extra_custom_fields": 500})).await;
    let path = format!("/v1/connections/{}/test", server.connection);
    server.send("POST", &path, serde_json::Value::Null).await.expect(200);
    let page = server.list(&[("limit", "200")]).await.expect(200);
    assert_eq!(page.provider_calls(), 1);
    assert_eq!(page.data().len(), 200);
    assert!(page.data()[0]["custom_fields"].as_object().unwrap().len() >= 500);
    assert!(server.sandbox.calls("composite") >= 1);
    let next = page.json["next_cursor"].as_str().unwrap().to_owned();
    assert_eq!(server.list(&[("cursor", &next)]).await.expect(200).data().len(), 100);
}

#[tokio::test]
async fn what_an_answer_cost_is_said() {
    let server = Server::with(ServerOptions { daily_limit: 5_000, ..ServerOptions::default() }).await;
    let page = server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(page.header("x-provider-ratelimit-limit"), Some("5000"));
    let left: u32 = page.header("x-provider-ratelimit-remaining").unwrap().parse().unwrap();
    let later = server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(later.header("x-provider-ratelimit-remaining").unwrap().parse::<u32>().unwrap(), left - 1);
}

#[tokio::test]
async fn fields_the_account_lacks_are_named_once() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "5")]).await.expect(200);
    let missing = page.warnings().iter().filter(|c| **c == "fields_not_available").count();
    assert_eq!(missing, 1, "{}", page.text);
}
