//! Writes with a key: carried out once, answered alike.

use super::{rows_written, write, write_with};
use futures_util::future::join_all;
use heddle_tests::{Answer, Client, Server, connection_body};
use serde_json::{Value, json};

const CONTACTS: &str = "/v1/crm/contacts";

async fn keyed(server: &Server, key: &str, body: Value) -> Answer {
    write_with(server, "POST", CONTACTS, &[("idempotency-key", key)], body).await
}

#[tokio::test]
async fn a_hundred_requests_with_one_key_make_one_record_and_get_one_answer() {
    let server = Server::start().await;
    let answers = join_all((0..100).map(|_| keyed(&server, "k", json!({"last_name": "Ng"})))).await;
    let mut made = 0;
    for answer in &answers {
        match answer.status {
            201 => made += 1,
            409 => {
                assert_eq!(answer.json["code"], "idempotency_in_progress");
                assert_eq!(answer.header("retry-after"), Some("1"));
            }
            _ => panic!("{}", answer.text),
        }
    }
    assert!(made >= 1);
    assert_eq!(rows_written(&server), (1, 0, 0));
    let later = keyed(&server, "k", json!({"last_name": "Ng"})).await.expect(201);
    assert_eq!(later.header("idempotency-replayed"), Some("true"));
    assert_eq!(later.header("x-provider-calls"), Some("0"));
    assert!(answers.iter().filter(|a| a.status == 201).all(|a| a.json == later.json));
    assert_eq!(rows_written(&server), (1, 0, 0));
}

#[tokio::test]
async fn the_same_key_with_another_request_is_refused() {
    let server = Server::start().await;
    let made = keyed(&server, "k", json!({"last_name": "Ng", "title": "a"})).await.expect(201);
    keyed(&server, "k", json!({"last_name": "Ng", "title": "b"})).await.expect_problem(422, "idempotency_conflict");
    let back = format!("{CONTACTS}?return=record");
    let other =
        write_with(&server, "POST", &back, &[("idempotency-key", "k")], json!({"last_name": "Ng", "title": "a"}));
    other.await.expect_problem(422, "idempotency_conflict");
    // The order of keys and blanks do not make another request.
    let request = server.request("POST", CONTACTS).header("idempotency-key", "k");
    let request =
        request.header("content-type", "application/json").body("{ \"title\":\"a\", \"last_name\" : \"Ng\" }");
    let same = server.sent(request).await.expect(201);
    assert_eq!(same.json, made.json);
    // Another route is another name.
    let id = made.json["data"]["id"].as_str().unwrap();
    let one = format!("{CONTACTS}/{id}");
    write_with(&server, "PATCH", &one, &[("idempotency-key", "k")], json!({"title": "c"})).await.expect(200);
    assert_eq!(rows_written(&server), (1, 1, 0));
}

#[tokio::test]
async fn what_is_refused_before_a_call_leaves_the_key_free() {
    let server = Server::start().await;
    keyed(&server, "k", json!({"colour": 1})).await.expect_problem(422, "validation_failed");
    keyed(&server, "k", json!({"last_name": "Ng"})).await.expect(201);
    assert_eq!(rows_written(&server).0, 1);
}

#[tokio::test]
async fn a_refusal_by_the_provider_is_stored_and_replayed() {
    let server = Server::start().await;
    let body = json!({"first_name": "No last name"});
    let first = keyed(&server, "k", body.clone()).await.expect_problem(422, "required_field_missing");
    let before = server.data_calls();
    let again = keyed(&server, "k", body).await.expect_problem(422, "required_field_missing");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(again.json["request_id"], first.json["request_id"]);
    assert_ne!(again.header("request-id"), first.header("request-id"));
    assert_eq!(again.json["errors"], first.json["errors"]);
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn an_unknown_outcome_is_stored_and_never_carried_out_again() {
    let server = Server::start().await;
    server.faults(json!({"match": "create", "kind": "reset", "when": "after", "times": 1})).await;
    keyed(&server, "k", json!({"last_name": "Ng"})).await.expect_problem(502, "outcome_unknown");
    let again = keyed(&server, "k", json!({"last_name": "Ng"})).await.expect_problem(502, "outcome_unknown");
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(rows_written(&server).0, 1);
}

#[tokio::test]
async fn what_surely_was_not_carried_out_may_run_again_with_its_key() {
    let server = Server::start().await;
    server.settings(json!({"daily_limit": 1, "used": 1})).await;
    let refused = keyed(&server, "k", json!({"last_name": "Ng"})).await;
    refused.expect_problem(429, "provider_quota_exhausted");
    assert_eq!(rows_written(&server).0, 0);
    server.settings(json!({"daily_limit": 1_000_000, "used": 1})).await;
    // The gate asks again by itself after a while; another org's connection need not wait for it.
    let (connection, org) = server.second_org().await;
    let headers = [
        ("authorization", format!("Bearer {}", server.key)),
        ("x-connection-id", connection),
        ("idempotency-key", "other".to_owned()),
    ];
    let url = format!("{}{CONTACTS}", server.url);
    let answer = Client::new().post(&url, &headers, &json!({"last_name": "Ng"})).await.unwrap();
    answer.expect(201);
    assert_eq!(org.counters()["rows"]["created"], 1);
}

#[tokio::test]
async fn a_caller_that_leaves_finds_the_answer_under_its_key() {
    let server = Server::start().await;
    let fault = json!({"match": "create", "kind": "latency", "when": "after", "ms": 400, "times": 1});
    server.faults(fault).await;
    let request = server.request("POST", CONTACTS).header("idempotency-key", "k");
    let request = request.header("content-type", "application/json").body(r#"{"last_name":"Ng"}"#);
    let left = request.timeout(std::time::Duration::from_millis(150)).send().await;
    assert!(left.is_err());
    let mut answer = keyed(&server, "k", json!({"last_name": "Ng"})).await;
    while answer.status == 409 {
        assert_eq!(answer.json["code"], "idempotency_in_progress");
        answer = keyed(&server, "k", json!({"last_name": "Ng"})).await;
    }
    answer.expect(201);
    assert_eq!(rows_written(&server).0, 1);
}

#[tokio::test]
async fn one_key_of_two_tenants_is_two_keys_and_survives_a_restart() {
    let mut server = Server::start().await;
    let tenant = server.send("POST", "/v1/tenants", json!({"name": "Second"})).await.expect(201);
    let tenant = tenant.json["id"].as_str().unwrap().to_owned();
    let made =
        server.send("POST", "/v1/connections", connection_body(&tenant, &server.sandbox.url())).await.expect(201);
    let second = made.json["connection"]["id"].as_str().unwrap().to_owned();
    keyed(&server, "k", json!({"last_name": "One"})).await.expect(201);
    let other = server.bare("POST", CONTACTS).header("authorization", format!("Bearer {}", server.key));
    let other = other.header("x-connection-id", second).header("idempotency-key", "k");
    let other = other.header("content-type", "application/json").body(r#"{"last_name":"Two"}"#);
    server.sent(other).await.expect(201);
    assert_eq!(rows_written(&server).0, 2);
    server.restart().await;
    let again = keyed(&server, "k", json!({"last_name": "One"})).await.expect(201);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(rows_written(&server).0, 2);
}

#[tokio::test]
async fn without_a_key_an_unknown_outcome_is_said_and_not_repeated() {
    let server = Server::start().await;
    for kind in ["reset", "truncate"] {
        server.faults(json!({"match": "create", "kind": kind, "when": "after", "times": 1})).await;
        let before = rows_written(&server).0;
        let answer = write(&server, "POST", CONTACTS, json!({"last_name": "Ng"})).await;
        let answer = answer.expect_problem(502, "outcome_unknown");
        assert_eq!((answer.json["retryable"].clone(), answer.header("x-provider-calls")), (json!(false), Some("1")));
        assert_eq!(rows_written(&server).0, before + 1, "{kind}");
    }
    // Turned away before anything was carried out: sent again.
    server.faults(json!({"match": "create", "kind": "status", "status": 503, "times": 1})).await;
    write(&server, "POST", CONTACTS, json!({"last_name": "Ng"})).await;
}
