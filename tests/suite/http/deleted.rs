//! `include_deleted`: what it shows, what it costs, and where it is refused.

use heddle_tests::Server;
use serde_json::{Value, json};

/// A contact that was merged into another, and one that was deleted.
async fn merged_and_deleted(server: &Server) -> (String, String, String) {
    let ids = server.list(&[("limit", "3")]).await.expect(200).ids();
    let changes = json!([{"do": "merge", "winner": ids[0], "losers": [ids[1]]}, {"do": "delete", "id": ids[2]}]);
    let done = server.control("POST", "changes", json!({ "changes": changes })).await;
    assert!(done.get("error").is_none(), "{done}");
    server.control("POST", "counters/reset", Value::Null).await;
    (ids[0].clone(), ids[1].clone(), ids[2].clone())
}

#[tokio::test]
async fn deleted_and_merged_records_are_in_the_list_and_say_so_for_one_call() {
    let server = Server::start().await;
    let (winner, loser, gone) = merged_and_deleted(&server).await;
    let all = server.list(&[("include_deleted", "true"), ("limit", "2000")]).await.expect(200);
    assert_eq!((all.provider_calls(), server.data_calls()), (1, 1));
    let of = |id: &str| all.data().iter().find(|record| record["id"] == id).unwrap();
    assert_eq!((&of(&loser)["is_deleted"], &of(&loser)["merged_into_id"]), (&json!(true), &json!(winner)));
    assert_eq!((&of(&gone)["is_deleted"], &of(&gone)["merged_into_id"]), (&json!(true), &Value::Null));
    assert_eq!((&of(&winner)["is_deleted"], &of(&winner)["merged_into_id"]), (&json!(false), &Value::Null));
    assert_eq!(winner.len(), 18);
    let live = server.list(&[("limit", "2000")]).await.expect(200);
    assert!(!live.ids().contains(&loser) && !live.ids().contains(&gone));
    assert_eq!(all.data().iter().filter(|record| record["is_deleted"] == false).count(), live.data().len());
    let narrow = server.list(&[("include_deleted", "true"), ("fields", "id,name")]).await.expect(200);
    assert!(narrow.data()[0].get("is_deleted").is_none(), "fields gives what it names");
}

#[tokio::test]
async fn tombstones_alone_can_be_asked_for() {
    let server = Server::start().await;
    let (winner, loser, gone) = merged_and_deleted(&server).await;
    let only = [("include_deleted", "true"), ("filter[is_deleted]", "true"), ("limit", "2000")];
    let ids = server.list(&only).await.expect(200).ids();
    assert!(ids.contains(&loser) && ids.contains(&gone) && !ids.contains(&winner));
    let losers = [("include_deleted", "true"), ("filter[merged_into_id]", winner.as_str())];
    assert_eq!(server.list(&losers).await.expect(200).ids(), [loser]);
    server.list(&[("filter[is_deleted]", "true")]).await.expect_problem(400, "unsupported_filter");
}

#[tokio::test]
async fn a_deleted_record_is_fetched_when_it_is_asked_for_as_such() {
    let server = Server::start().await;
    let (winner, loser, gone) = merged_and_deleted(&server).await;
    for id in [&loser, &gone] {
        server.get(&format!("/v1/crm/contacts/{id}")).await.expect_problem(404, "not_found");
        server.get(&format!("/v1/crm/contacts/{id}?include_deleted=false")).await.expect_problem(404, "not_found");
        let found = server.get(&format!("/v1/crm/contacts/{id}?include_deleted=true")).await.expect(200);
        assert_eq!((found.provider_calls(), &found.json["data"]["is_deleted"]), (1, &json!(true)));
    }
    let short = server.get(&format!("/v1/crm/contacts/{}?include_deleted=true", &loser[..15])).await.expect(200);
    assert_eq!(short.json["data"]["merged_into_id"], json!(winner));
    let never = server.get("/v1/crm/contacts/003zzzzzzzzzzzzAAA?include_deleted=true").await;
    never.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_cursor_goes_on_as_its_list_began_and_not_otherwise() {
    let server = Server::start().await;
    merged_and_deleted(&server).await;
    let cursor = |page: &heddle_tests::Answer| page.json["next_cursor"].as_str().unwrap().to_owned();
    let (mut ids, mut page) = (Vec::new(), server.list(&[("include_deleted", "true"), ("limit", "100")]).await);
    let with = cursor(&page);
    loop {
        ids.extend(page.ids());
        let Some(next) = page.json["next_cursor"].as_str() else { break };
        page = server.list(&[("cursor", next)]).await;
    }
    let all = server.list(&[("include_deleted", "true"), ("limit", "2000")]).await.expect(200).ids();
    assert_eq!(ids, all, "a cursor alone goes on with deleted records");
    let without = cursor(&server.list(&[("limit", "100")]).await.expect(200));
    let before = server.data_calls();
    for (cursor, flag) in [(&with, "false"), (&without, "true")] {
        let mixed = server.list(&[("cursor", cursor), ("include_deleted", flag)]).await;
        mixed.expect_problem(400, "invalid_cursor");
    }
    assert_eq!(server.data_calls(), before);
    server.list(&[("cursor", &with), ("include_deleted", "true")]).await.expect(200);
    server.list(&[("cursor", &without), ("include_deleted", "false")]).await.expect(200);
}

#[tokio::test]
async fn an_object_without_deleted_records_is_refused_with_those_that_have_them() {
    let server = Server::start().await;
    let id = server.get("/v1/crm/users?limit=1").await.expect(200).ids()[0].clone();
    let before = server.data_calls();
    for path in ["users?include_deleted=true".to_owned(), format!("users/{id}?include_deleted=true")] {
        let refused = server.get(&format!("/v1/crm/{path}")).await.expect_problem(422, "unsupported_operation");
        assert_eq!(refused.json["errors"][0]["pointer"], "?include_deleted");
        for object in ["contacts", "accounts", "leads", "deals", "tasks", "notes"] {
            assert!(refused.detail().contains(object), "{}", refused.text);
        }
    }
    for object in ["pipelines", "stages"] {
        let refused = server.get(&format!("/v1/crm/{object}?include_deleted=true")).await;
        refused.expect_problem(422, "unsupported_operation");
    }
    let export = server.request("POST", "/v1/crm/users/exports?include_deleted=true");
    server.sent(export).await.expect_problem(422, "unsupported_operation");
    assert_eq!(server.data_calls(), before, "a refusal costs no call");
    let catalogue = server.get("/v1/providers/salesforce").await.expect(200);
    let objects = catalogue.json["provider"]["objects"].as_array().unwrap();
    let with: Vec<&str> =
        objects.iter().filter(|o| o["include_deleted"] == true).map(|o| o["object"].as_str().unwrap()).collect();
    assert!(with.contains(&"contacts") && !with.contains(&"users") && !with.contains(&"pipelines"), "{with:?}");
}

#[tokio::test]
async fn archived_tasks_are_seen_with_the_deleted_ones_only() {
    let server = Server::start().await;
    let id = server.get("/v1/crm/tasks?limit=1").await.expect(200).ids()[0].clone();
    let touched = server.control("POST", "touch", json!({"id": id, "fields": {"IsArchived": true}})).await;
    assert!(touched.get("error").is_none(), "{touched}");
    let live = server.get("/v1/crm/tasks?limit=2000&fields=id").await.expect(200);
    assert!(!live.ids().contains(&id));
    server.get(&format!("/v1/crm/tasks/{id}")).await.expect_problem(404, "not_found");
    let all = server.get("/v1/crm/tasks?limit=2000&fields=id,is_deleted&include_deleted=true").await.expect(200);
    let record = all.data().iter().find(|record| record["id"] == id.as_str()).unwrap();
    assert_eq!(record["is_deleted"], false);
    server.get(&format!("/v1/crm/tasks/{id}?include_deleted=true")).await.expect(200);
}

#[tokio::test]
async fn a_deal_shows_the_people_that_are_there_and_not_those_that_were() {
    let server = Server::start().await;
    let deals = server.get("/v1/crm/deals?limit=2000&fields=id,contact_ids").await.expect(200);
    let with = deals.data().iter().find(|deal| deal["contact_ids"].as_array().is_some_and(|c| c.len() > 1)).unwrap();
    let person = with["contact_ids"][0]["id"].as_str().or(with["contact_ids"][0].as_str()).unwrap();
    let gone = server.control("POST", "changes", json!({"changes": [{"do": "delete", "id": person}]})).await;
    assert!(gone.get("error").is_none(), "{gone}");
    let id = with["id"].as_str().unwrap();
    let live = server.get(&format!("/v1/crm/deals/{id}?fields=contact_ids")).await.expect(200);
    let all = server.get(&format!("/v1/crm/deals/{id}?fields=contact_ids&include_deleted=true")).await.expect(200);
    assert_eq!(live.json["data"]["contact_ids"], all.json["data"]["contact_ids"]);
    assert!(!all.text.contains(person), "{}", all.text);
}

#[tokio::test]
async fn a_connection_that_cannot_tell_deleted_records_apart_is_refused() {
    let server = Server::start().await;
    server.settings(json!({"hidden_fields": ["Contact.IsDeleted"]})).await;
    let test = format!("/v1/connections/{}/test", server.connection);
    server.send("POST", &test, Value::Null).await.expect(200);
    let before = server.data_calls();
    let refused = server.list(&[("include_deleted", "true")]).await;
    refused.expect_problem(422, "connection_misconfigured");
    assert_eq!(server.data_calls(), before);
    server.list(&[("limit", "1")]).await.expect(200);
}
