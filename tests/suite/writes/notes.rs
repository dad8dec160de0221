//! Notes of orgs with enhanced notes: HTML about several records at once.

use super::{contact, rows_written, stored, write};
use heddle_tests::{Answer, Server};
use serde_json::{Value, json};

/// An org with enhanced notes, whose connection has been tested since.
async fn enhanced() -> Server {
    let server = Server::start().await;
    server.settings(json!({"enhanced_notes": true})).await;
    let test = format!("/v1/connections/{}/test", server.connection);
    server.send("POST", &test, Value::Null).await.expect(200);
    server
}

/// Two contacts and an account.
async fn records(server: &Server) -> [String; 3] {
    let account = write(server, "POST", "/v1/crm/accounts", json!({"name": "Acme"})).await.expect(201);
    let account = account.json["data"]["id"].as_str().unwrap().to_owned();
    [contact(server, json!({"last_name": "Ng"})).await, contact(server, json!({"last_name": "Ito"})).await, account]
}

/// Makes a note with one call and gives its address.
async fn made(server: &Server, body: Value) -> String {
    let made = write(server, "POST", "/v1/crm/notes", body).await.expect(201);
    assert_eq!(made.provider_calls(), 1, "{}", made.text);
    format!("/v1/crm/notes/{}", made.json["data"]["id"].as_str().unwrap())
}

async fn read(server: &Server, path: &str) -> Value {
    let answer = server.get(path).await.expect(200);
    assert_eq!(answer.provider_calls(), 2, "one for the note and its links, one for its text");
    assert_eq!(answer.json["warnings"], json!([]), "{}", answer.text);
    answer.json["data"].clone()
}

/// Ids whose order says nothing.
fn sorted(ids: &Value) -> Vec<&str> {
    let mut ids: Vec<&str> = ids.as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

fn pointer(answer: &Answer) -> Value {
    answer.json["errors"][0]["pointer"].clone()
}

#[tokio::test]
async fn a_note_is_made_with_all_its_records_and_read_back() {
    let server = enhanced().await;
    let [ng, ito, account] = records(&server).await;
    let body =
        json!({"title": "Visit", "content": "One & two\n<b>", "contact_ids": [ng, ito], "account_ids": [account]});
    let path = made(&server, body).await;
    let note = read(&server, &path).await;
    let mut both = [ng.as_str(), ito.as_str()];
    both.sort_unstable();
    assert_eq!(sorted(&note["contact_ids"]), both);
    assert_eq!((&note["account_ids"], &note["lead_ids"]), (&json!([account]), &json!([])));
    assert_eq!(
        (&note["deal_ids"], &note["related_ids"]),
        (&json!([]), &json!([])),
        "its owner is not what it is about"
    );
    assert_eq!(note["content"], "<p>One &amp; two<br>&lt;b&gt;</p>");
    assert_eq!((&note["content_type"], &note["title"]), (&json!("HTML"), &json!("Visit")));
    assert_eq!((&note["preview"], &note["is_private"]), (&json!("One & two <b>"), &json!(false)));
    assert!(note["owner_id"].is_string() && note["url"].as_str().unwrap().contains("/ContentNote/"), "{note}");
    let title = server.get(&format!("{path}?fields=title")).await.expect(200);
    assert_eq!((title.provider_calls(), &title.json["data"]["title"]), (1, &json!("Visit")));
}

#[tokio::test]
async fn a_list_has_the_links_and_says_that_it_leaves_out_the_text() {
    let server = enhanced().await;
    let [ng, ito, account] = records(&server).await;
    let one = made(&server, json!({"title": "A", "content": "a", "contact_ids": [ng]})).await;
    let two =
        made(&server, json!({"title": "B", "content": "b", "contact_ids": [ito], "account_ids": [account]})).await;
    let before = server.data_calls();
    let page = server.get("/v1/crm/notes?limit=50").await.expect(200);
    assert_eq!((page.provider_calls(), server.data_calls() - before), (2, 2), "one for notes, one for links");
    for (path, people, accounts) in [(&one, [&ng], json!([])), (&two, [&ito], json!([account]))] {
        let note = page.data().iter().find(|note| path.ends_with(note["id"].as_str().unwrap())).unwrap();
        assert_eq!((&note["contact_ids"], &note["account_ids"]), (&json!(people), &accounts));
        assert_eq!((&note["content"], &note["content_type"]), (&Value::Null, &json!("HTML")));
    }
    let warnings = page.json["warnings"].as_array().unwrap();
    let told: Vec<&Value> = warnings.iter().filter(|warning| warning["field"] == "content").collect();
    assert_eq!(told.len(), 1, "{warnings:?}");
    assert!(told[0]["detail"].as_str().unwrap().contains("by its id"), "{}", told[0]);
    let bare = server.get("/v1/crm/notes?fields=id,title,preview").await.expect(200);
    assert_eq!((bare.provider_calls(), &bare.json["warnings"]), (1, &json!([])));
    let first = server.get("/v1/crm/notes?limit=1").await.expect(200);
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let second = server.get(&format!("/v1/crm/notes?cursor={cursor}")).await.expect(200);
    assert_eq!((first.data().len(), second.data().len()), (1, 1));
    let changed = server.get("/v1/crm/notes?updated_after=2026-01-01T00:00:00Z&filter[title]=b").await.expect(200);
    assert_eq!(changed.data().len(), 1);
}

#[tokio::test]
async fn text_and_links_are_changed_by_what_is_different() {
    let server = enhanced().await;
    let [ng, ito, account] = records(&server).await;
    let path =
        made(&server, json!({"title": "A", "content": "a", "contact_ids": [ng], "account_ids": [account]})).await;
    let before = rows_written(&server);
    let body = json!({"contact_ids": [ito]});
    let changed = write(&server, "PATCH", &path, body).await.expect(200);
    assert_eq!(changed.provider_calls(), 2, "one to look, one to write");
    let after = rows_written(&server);
    assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (1, 0, 1));
    let body = json!({"content": "<p>New</p>", "content_type": "HTML"});
    assert_eq!(write(&server, "PATCH", &path, body).await.expect(200).provider_calls(), 1);
    let note = read(&server, &path).await;
    assert_eq!((&note["content"], &note["contact_ids"]), (&json!("<p>New</p>"), &json!([ito])));
    assert_eq!(note["account_ids"], json!([account]), "a list that is not given stays");
    // What was read can be sent back.
    let before = rows_written(&server);
    write(&server, "PATCH", &path, note.clone()).await.expect(200);
    let after = rows_written(&server);
    assert_eq!((after.0 - before.0, after.2 - before.2), (1, 0), "a version of the text, and no link");
    assert_eq!(read(&server, &path).await["content"], note["content"]);
    write(&server, "PATCH", &path, json!({"contact_ids": [], "account_ids": []})).await.expect(200);
    let note = read(&server, &path).await;
    assert_eq!((&note["contact_ids"], &note["account_ids"]), (&json!([]), &json!([])));
    let etag = server.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    let held = super::write_with(&server, "PATCH", &path, &[("if-match", &etag)], json!({"contact_ids": [ng]})).await;
    held.expect(200);
    write(&server, "DELETE", &path, Value::Null).await.expect(200);
    server.get(&path).await.expect_problem(404, "not_found");
    let gone = server.get(&format!("{path}?include_deleted=true")).await.expect(200);
    assert_eq!((&gone.json["data"]["is_deleted"], &gone.json["data"]["content"]), (&json!(true), &Value::Null));
    assert_eq!(gone.json["warnings"][0]["field"], "content", "{}", gone.text);
}

#[tokio::test]
async fn what_such_notes_cannot_do_is_refused_before_any_call() {
    let server = enhanced().await;
    let [ng, ..] = records(&server).await;
    let path = made(&server, json!({"title": "A", "content": "a"})).await;
    let before = server.data_calls();
    let filter = server.get(&format!("/v1/crm/notes?filter[contact_ids]={ng}")).await;
    let filter = filter.expect_problem(400, "unsupported_filter");
    assert!(filter.detail().contains("cannot be compared"), "{}", filter.text);
    for (body, at) in [
        (json!({"content": null}), "/content"),
        (json!({"content_type": "HTML"}), "/content"),
        (json!({"contact_ids": ["001000000000001AAA"]}), "/contact_ids"),
        (json!({"related_ids": ["005000000000001AAA"]}), "/related_ids"),
    ] {
        let refused = write(&server, "PATCH", &path, body.clone()).await.expect_problem(422, "validation_failed");
        assert_eq!(pointer(&refused), at, "{}", refused.text);
    }
    let many: Vec<String> = (0..25).map(|n| format!("003dM00000{n:05}")).collect();
    let many = json!({"title": "Many", "contact_ids": many});
    let many = write(&server, "POST", "/v1/crm/notes", many).await.expect_problem(422, "validation_failed");
    assert!(many.detail().contains("25"), "{}", many.text);
    let batch = json!({"operation": "create", "records": [{"title": "x"}]});
    write(&server, "POST", "/v1/crm/notes/batch", batch).await.expect_problem(422, "unsupported_operation");
    let other = server.get(&format!("/v1/crm/contacts/{ng}/associations/notes")).await;
    other.expect_problem(422, "unsupported_operation");
    assert_eq!(server.data_calls(), before, "a refusal reached the provider");
    write(&server, "POST", "/v1/crm/notes", json!({"content": "x"}))
        .await
        .expect_problem(422, "required_field_missing");
}

#[tokio::test]
async fn a_note_whose_link_fails_is_not_made() {
    let server = enhanced().await;
    let before = rows_written(&server);
    let body = json!({"title": "A", "content": "a", "contact_ids": ["003dM0000000zzz"]});
    let refused = write(&server, "POST", "/v1/crm/notes", body).await.expect_problem(422, "validation_failed");
    assert_eq!(pointer(&refused), "/contact_ids", "{}", refused.text);
    assert_eq!(rows_written(&server), before);
}

#[tokio::test]
async fn an_org_without_enhanced_notes_keeps_the_older_ones() {
    let server = Server::start().await;
    let person = contact(&server, json!({"last_name": "Ng"})).await;
    let body = json!({"title": "T", "content": "C", "content_type": "TEXT", "contact_ids": [person]});
    let path = made(&server, body).await;
    let note = server.get(&path).await.expect(200);
    assert_eq!((note.provider_calls(), &note.json["data"]["content"]), (1, &json!("C")));
    let id = note.json["data"]["id"].as_str().unwrap();
    assert_eq!(stored(&server, "Note", id, &["ParentId"]).await, json!({"ParentId": person}));
    let page = server.get("/v1/crm/notes?limit=200").await.expect(200);
    assert_eq!(page.provider_calls(), 1);
    server.get(&format!("/v1/crm/contacts/{person}/associations/notes")).await.expect(200);
}
