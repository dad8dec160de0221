//! What operations cost at the provider.

use heddle_tests::{Server, ServerOptions};

#[tokio::test]
async fn a_list_of_two_hundred_with_account_and_owner_is_one_call() {
    let server = Server::start().await;
    let before = server.data_calls();
    let page = server.list(&[("limit", "200"), ("expand", "account,owner")]).await.expect(200);
    assert_eq!((page.data().len(), page.header("x-provider-calls")), (200, Some("1")));
    assert!(page.data().iter().any(|record| record["account"]["name"].is_string()));
    assert!(page.data().iter().all(|record| record["owner"]["name"].is_string()));
    assert_eq!(server.data_calls(), before + 1);
}

#[tokio::test]
async fn a_list_of_two_thousand_with_account_and_owner_is_one_call() {
    let server = Server::with(ServerOptions { contacts: 2_050, ..ServerOptions::default() }).await;
    let before = server.data_calls();
    // Salesforce sends shorter pages when a long text such as Description is among the fields.
    let fields = ("fields", "id,name,email_addresses,phone_numbers,account,owner");
    let page = server.list(&[("limit", "2000"), ("expand", "account,owner"), fields]).await.expect(200);
    assert_eq!((page.data().len(), page.provider_calls()), (2_000, 1));
    assert!(page.data().iter().any(|record| record["account"]["name"].is_string()));
    assert!(page.data().iter().all(|record| record["owner"]["name"].is_string()));
    assert_eq!(server.data_calls(), before + 1);
}

#[tokio::test]
async fn a_deal_with_the_people_who_have_a_part_in_it_is_one_call() {
    let server = Server::start().await;
    let deals = server.get("/v1/crm/deals?limit=200").await.expect(200);
    let with_people = deals.data().iter().find(|deal| deal["contact_ids"][0]["id"].is_string()).unwrap().clone();
    let before = server.data_calls();
    let one = server.get(&format!("/v1/crm/deals/{}", with_people["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(one.json["data"]["contact_ids"], with_people["contact_ids"]);
    assert_eq!((one.provider_calls(), server.data_calls()), (1, before + 1));
}

#[tokio::test]
async fn the_schema_of_a_tested_connection_is_no_call() {
    let server = Server::start().await;
    let before = (server.data_calls(), server.token_calls());
    for object in ["contacts", "accounts"] {
        let schema = server.get(&format!("/v1/crm/{object}/schema")).await.expect(200);
        assert_eq!(schema.header("x-provider-calls"), Some("0"));
    }
    assert_eq!((server.data_calls(), server.token_calls()), before);
}
