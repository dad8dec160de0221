//! Searches: pages, bounds and refusals.

use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::{Value, json};
use std::collections::HashSet;

async fn search(server: &Server, body: &Value) -> Answer {
    let request = server.request("POST", "/v1/crm/contacts/search").header("content-type", "application/json");
    server.sent(request.body(body.to_string())).await
}

/// All ids of a search, each page by its cursor and what is repeated with it.
async fn walk(server: &mut Server, first: &Value, repeated: &Value) -> Vec<String> {
    let mut page = search(server, first).await.expect(200);
    let mut ids = page.ids();
    while let Some(cursor) = page.json["next_cursor"].as_str().map(str::to_owned) {
        assert!(cursor.len() <= 1_024);
        assert_eq!(page.provider_calls(), 1);
        if ids.len() < 50 {
            server.restart().await;
        }
        let mut next = repeated.clone();
        next["cursor"] = json!(cursor);
        page = search(server, &next).await.expect(200);
        ids.extend(page.ids());
    }
    assert!(page.json["resume_after"].is_string(), "{}", page.text);
    ids
}

async fn many() -> Server {
    Server::with(ServerOptions { contacts: 300, ..ServerOptions::default() }).await
}

#[tokio::test]
async fn a_cursor_alone_is_enough_for_the_next_page_after_a_restart_too() {
    let mut server = many().await;
    let filter = json!({"not": [{"field": "birthday", "op": "gt", "value": "1980-01-01"}]});
    for sort in [json!(null), json!("-birthday"), json!("updated_at")] {
        let whole = search(&server, &json!({"filter": filter, "limit": 2_000, "sort": sort})).await.expect(200).ids();
        assert!(whole.len() > 60 && whole.len() < 300, "{}", whole.len());
        let first = json!({"filter": filter, "limit": 23, "sort": sort, "fields": ["id"]});
        let ids = walk(&mut server, &first, &json!({})).await;
        assert_eq!(ids, whole, "{sort}");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
    }
}

/// Conditions that no cursor can hold.
fn long() -> Value {
    let names: Vec<String> = (0..400).map(|i| format!("{i}: somebody who is not there")).collect();
    json!({"not": [{"field": "last_name", "op": "in", "value": names}]})
}

#[tokio::test]
async fn a_search_that_does_not_fit_into_its_cursor_is_sent_again_with_it() {
    let mut server = many().await;
    let first = json!({"filter": long(), "limit": 50});
    assert_eq!(walk(&mut server, &first, &first).await.len(), 300);
    let page = search(&server, &first).await.expect(200);
    let cursor = &page.json["next_cursor"];
    let alone = search(&server, &json!({ "cursor": cursor })).await.expect_problem(400, "invalid_cursor");
    assert!(alone.detail().contains("send them again"), "{}", alone.detail());
    assert_eq!(alone.json["errors"][0]["pointer"], "/cursor");
    let mut other = first.clone();
    other["cursor"] = cursor.clone();
    other["filter"]["not"][0]["value"][0] = json!("somebody else");
    let other = search(&server, &other).await.expect_problem(400, "invalid_cursor");
    assert!(other.detail().contains("other conditions"), "{}", other.detail());
}

#[tokio::test]
async fn a_long_search_is_one_call_and_one_that_is_too_long_is_none() {
    let server = many().await;
    let page = search(&server, &json!({"filter": long(), "limit": 1})).await.expect(200);
    assert_eq!((page.provider_calls(), page.data().len()), (1, 1));
    let before = server.sandbox.counters()["calls"].clone();
    // A telephone number stands in six fields.
    let numbers: Vec<String> = (0..400).map(|i| format!("'{i}'{}", "'".repeat(30))).collect();
    let wide = json!({"field": "phone_numbers.number", "op": "in", "value": numbers});
    let refused = search(&server, &json!({"filter": wide})).await.expect_problem(422, "unsupported_operation");
    assert!(refused.detail().contains("100000"), "{}", refused.detail());
    let leaf = json!({"field": "title", "value": "x"});
    let deep = (0..6).fold(leaf.clone(), |inner, _| json!({ "not": [inner] }));
    for (filter, pointer) in [
        (json!({"and": vec![leaf.clone(); 21]}), "/filter/and/20"),
        (deep, "/filter/not/0/not/0/not/0/not/0/not/0/not"),
        (json!({"or": []}), "/filter/or"),
        (json!({"field": "title", "op": "in", "value": vec!["x"; 501]}), "/filter/value"),
        (json!({"field": "title", "value": "x".repeat(1_025)}), "/filter/value"),
        (json!({"and": vec![json!({"field": "title", "value": "x".repeat(1_000)}); 17]}), "/filter/and/16"),
        (json!({"field": "title", "op": "gt", "value": null}), "/filter/value"),
        (json!({"field": "title", "value": "x", "or": [leaf]}), "/filter"),
    ] {
        let refused = search(&server, &json!({"filter": filter})).await.expect_problem(400, "invalid_request");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.text);
    }
    for (body, pointer) in [
        (json!({"limit": 0}), "/limit"),
        (json!({"limit": 2_001}), "/limit"),
        (json!({"updated_after": "yesterday"}), "/updated_after"),
        (json!({"fields": ["nothing"]}), "/fields"),
        (json!({"colour": 1}), "/colour"),
    ] {
        let refused = search(&server, &body).await.expect_problem(400, "invalid_request");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.text);
    }
    let refused = search(&server, &json!({"sort": "last_name"})).await.expect_problem(400, "unsupported_filter");
    assert_eq!(refused.json["errors"][0]["pointer"], "/sort");
    assert_eq!(server.sandbox.counters()["calls"], before, "a refused search reached the provider");
}

#[tokio::test]
async fn null_asks_whether_there_is_a_value_and_numbers_and_truth_need_no_quotes() {
    let server = many().await;
    let count = async |filter: Value| {
        search(&server, &json!({"filter": filter, "limit": 2_000, "fields": ["id"]})).await.expect(200).data().len()
    };
    let without = count(json!({"field": "birthday", "value": null})).await;
    let with = count(json!({"field": "birthday", "op": "ne", "value": null})).await;
    assert!(without > 0 && with > 0 && without + with == 300, "{without} and {with}");
    assert_eq!(without, count(json!({"field": "birthday", "op": "is_null", "value": true})).await);
    let score = |value: Value| json!({"field": "custom_fields.Score__c", "op": "gte", "value": value});
    assert_eq!(count(score(json!(50))).await, count(score(json!("50"))).await);
    let vip = |value: Value| json!({"field": "custom_fields.Vip__c", "value": value});
    assert_eq!(count(vip(json!(true))).await + count(vip(json!(false))).await, 300);
    assert_eq!(count(json!({"not": [vip(json!(true))]})).await, count(vip(json!("false"))).await);
    // Bounds stand beside the tree, and in the order of changes.
    let body = json!({"filter": vip(json!(false)), "updated_after": "2020-01-01T00:00:00Z", "limit": 2_000});
    let page = search(&server, &body).await.expect(200);
    assert_eq!(page.data().len(), count(vip(json!(false))).await);
    let stamps: Vec<&str> = page.data().iter().map(|r| r["updated_at"].as_str().unwrap()).collect();
    assert!(stamps.is_sorted());
}
