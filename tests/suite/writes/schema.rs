//! The fields of an object, as a connection has them.

use heddle_tests::Server;
use serde_json::{Value, json};

fn field<'a>(schema: &'a Value, name: &str) -> &'a Value {
    let fields = schema["data"]["fields"].as_array().unwrap();
    fields.iter().find(|field| field["name"] == name).unwrap_or_else(|| panic!("no {name}"))
}

#[tokio::test]
async fn the_schema_tells_what_can_be_written_and_why_not() {
    let server = Server::start().await;
    let schema = server.get("/v1/crm/contacts/schema").await.expect(200).json;
    assert_eq!(schema["data"]["provider_object"], "Contact");
    let last = field(&schema, "last_name");
    assert_eq!(
        (&last["required"], &last["createable"], &last["updateable"]),
        (&json!(true), &json!(true), &json!(true))
    );
    assert_eq!(last["slots"][0]["max_length"], 80);
    let name = field(&schema, "name");
    assert_eq!((&name["createable"], &name["updateable"]), (&json!(false), &json!(false)));
    let phones = field(&schema, "phone_numbers")["slots"].as_array().unwrap();
    assert!(phones.iter().any(|slot| slot["type"] == "MOBILE" && slot["provider_field"] == "MobilePhone"));
    assert!(field(&schema, "websites")["unavailable"].as_str().unwrap().contains("no such field"));
    assert!(field(&schema, "middle_name")["unavailable"].as_str().unwrap().contains("hides"));
    let tier = field(&schema, "custom_fields.Loyalty_Tier__c");
    assert_eq!(tier["slots"][0]["restricted"], true);
    assert!(!tier["slots"][0]["options"].as_array().unwrap().is_empty());
    let keys = schema["data"]["upsert_keys"].as_array().unwrap();
    assert!(keys.contains(&json!("email_addresses.email")) && keys.contains(&json!("custom_fields.ns__Legacy_Id__c")));
    assert!(!keys.contains(&json!("id")));
}

#[tokio::test]
async fn the_schema_of_accounts_has_their_words_and_keys() {
    let server = Server::start().await;
    let schema = server.get("/v1/crm/accounts/schema").await.expect(200).json;
    assert_eq!(field(&schema, "name")["required"], true);
    assert!(field(&schema, "type")["words"].as_array().unwrap().contains(&json!("PROSPECT")));
    assert_eq!(field(&schema, "annual_revenue")["kind"], "money");
    assert_eq!(schema["data"]["upsert_keys"], json!(["custom_fields.Erp_Id__c"]));
    server.get("/v1/crm/contacts/schema?x=1").await.expect_problem(400, "invalid_request");
}
