//! `ETag` and `If-Match`.

use super::{contact, rows_written, stored, write, write_with};
use heddle_tests::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn a_change_that_depends_on_a_version_is_made_once_and_refused_after_another() {
    let server = Server::start().await;
    let id = server.list(&[("limit", "1")]).await.expect(200).data()[0]["id"].as_str().unwrap().to_owned();
    let one = format!("/v1/crm/contacts/{id}");
    let etag = server.get(&one).await.expect(200).header("etag").unwrap().to_owned();
    assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
    let if_match = [("if-match", etag.as_str())];
    let back = format!("{one}?return=record");
    let changed = write_with(&server, "PATCH", &back, &if_match, json!({"title": "first"})).await.expect(200);
    let newer = changed.header("etag").unwrap().to_owned();
    assert_ne!(newer, etag);
    let late = write_with(&server, "PATCH", &one, &if_match, json!({"title": "second"})).await;
    late.expect_problem(412, "precondition_failed");
    assert_eq!(stored(&server, "Contact", &id, &["Title"]).await["Title"], "first");
    let any = write_with(&server, "PATCH", &one, &[("if-match", "*")], json!({"title": "third"})).await;
    any.expect(200);
}

#[tokio::test]
async fn a_conditional_change_whose_answer_is_lost_is_not_sent_again() {
    let server = Server::start().await;
    let id = server.list(&[("limit", "1")]).await.expect(200).data()[0]["id"].as_str().unwrap().to_owned();
    let one = format!("/v1/crm/contacts/{id}");
    let etag = server.get(&one).await.expect(200).header("etag").unwrap().to_owned();
    server.faults(json!({"match": "update", "kind": "reset", "when": "after", "times": 1})).await;
    let lost = write_with(&server, "PATCH", &one, &[("if-match", &etag)], json!({"title": "once"})).await;
    lost.expect_problem(502, "outcome_unknown");
    assert_eq!(rows_written(&server).1, 1);
}

#[tokio::test]
async fn a_condition_that_cannot_be_honoured_is_refused_before_any_call() {
    let server = Server::start().await;
    let id = contact(&server, json!({"last_name": "Ng"})).await;
    let before = server.data_calls();
    let one = format!("/v1/crm/contacts/{id}");
    let body = || json!({"last_name": "Ng"});
    let with = |value: &'static str| [("if-match", value)];
    for (method, path, body) in [("POST", "/v1/crm/contacts", body()), ("DELETE", one.as_str(), Value::Null)] {
        let answer = write_with(&server, method, path, &with("\"v\""), body).await;
        answer.expect_problem(422, "unsupported_operation");
    }
    for bad in ["v", "\"a\", \"b\"", "W/\"a\"", "\"\""] {
        let answer = write_with(&server, "PATCH", &one, &with(bad), body()).await;
        answer.expect_problem(400, "invalid_request");
    }
    let never = write_with(&server, "PATCH", &one, &with("\"nonsense\""), body()).await;
    never.expect_problem(412, "precondition_failed");
    assert_eq!(server.data_calls(), before);
    write(&server, "DELETE", &one, Value::Null).await.expect(200);
}
