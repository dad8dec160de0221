//! What operations cost at the provider.

use heddle_tests::Server;

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
async fn the_schema_of_a_tested_connection_is_no_call() {
    let server = Server::start().await;
    let before = (server.data_calls(), server.token_calls());
    for object in ["contacts", "accounts"] {
        let schema = server.get(&format!("/v1/crm/{object}/schema")).await.expect(200);
        assert_eq!(schema.header("x-provider-calls"), Some("0"));
    }
    assert_eq!((server.data_calls(), server.token_calls()), before);
}
