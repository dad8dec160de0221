//! Fields that an administrator hides between two lists.

use heddle_tests::Server;
use serde_json::json;

#[tokio::test]
async fn a_hidden_field_costs_one_describe_and_no_error() {
    let server = Server::start().await;
    server.list(&[("limit", "5")]).await.expect(200);
    server.settings(json!({"hidden_fields": ["Contact.MobilePhone"]})).await;
    let before = server.sandbox.calls("describe");
    let answers = futures_util::future::join_all((0..20).map(|_| server.list(&[("limit", "5")]))).await;
    for answer in &answers {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("MobilePhone"), "the warning names it: {}", answer.text);
    }
    assert_eq!(server.sandbox.calls("describe"), before + 1, "described once for all of them");
    let next = server.list(&[("limit", "5")]).await.expect(200);
    assert_eq!(next.provider_calls(), 1);
    let id = next.ids()[0].clone();
    server.get(&format!("/v1/crm/contacts/{id}")).await.expect(200);
    let filter = server.list(&[("filter[custom_fields.MobilePhone]", "1")]).await;
    assert_eq!(filter.status, 400);
}

#[tokio::test]
async fn a_cursor_goes_on_after_a_field_was_hidden() {
    let server = Server::start().await;
    let first = server.list(&[("limit", "100")]).await.expect(200);
    server.settings(json!({"hidden_fields": ["Contact.Fax", "Contact.Title"]})).await;
    let cursor = first.json["next_cursor"].as_str().unwrap().to_owned();
    let second = server.list(&[("cursor", &cursor)]).await.expect(200);
    assert_eq!(second.data().len(), 100);
    assert!(second.data().iter().all(|r| r["title"].is_null()));
}

#[tokio::test]
async fn a_field_hidden_while_changes_are_read_is_recognised_behind_the_quoted_statement() {
    let server = Server::start().await;
    server.settings(json!({"hidden_fields": ["Contact.ns__Legacy_Id__c"]})).await;
    let page = server.list(&[("updated_before", "2099-01-01T00:00:00Z"), ("limit", "5")]).await.expect(200);
    assert_eq!(page.data().len(), 5);
}

#[tokio::test]
async fn a_field_that_describe_shows_and_queries_refuse_costs_one_describe_a_minute() {
    let server = Server::start().await;
    let body = r#"[{"message":"\nSELECT Odd FROM\n^\nERROR\nNo such column 'Odd' on entity 'Contact'.","errorCode":"INVALID_FIELD"}]"#;
    server
        .faults(json!([{"match": "query", "kind": "status", "status": 400, "body": body, "content_type": "application/json"}]))
        .await;
    for _ in 0..5 {
        server.list(&[("limit", "5")]).await.expect_problem(422, "connection_misconfigured");
    }
    assert_eq!(server.sandbox.calls("describe"), 1);
}
