//! Each kind of fault, seen from a bare socket, and what the counters say.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Client, raw};

const SOQL: &str = "SELECT Id, Name, Email FROM Contact LIMIT 20";

async fn order(client: &Client, faults: Value) {
    client.control("POST", "faults", faults).await;
}

/// The sandbox's own clock in milliseconds.
fn clock(client: &Client) -> u64 {
    client.org.counters()["now_ms"].as_u64().unwrap()
}

fn bare(client: &Client) -> std::io::Result<Vec<u8>> {
    let request = format!(
        "GET /services/data/v66.0/query?q={} HTTP/1.1\r\nhost: s\r\nauthorization: {}\r\n\
         connection: close\r\n\r\n",
        SOQL.replace(' ', "+"),
        client.bearer(),
    );
    raw(&client.org.url(), &request)
}

#[tokio::test]
async fn a_status_fault_hits_so_many_calls_with_its_headers() {
    let client = Client::small().await;
    let fault = json!([{ "match": "query", "kind": "status", "status": 503, "times": 2,
        "headers": { "Retry-After": "2" } }]);
    order(&client, fault).await;
    for _ in 0..2 {
        let answer = client.query(SOQL);
        assert_eq!(answer.status, 503);
        assert_eq!(answer.header("retry-after"), Some("2"));
        assert_eq!(answer.error().0, "SERVER_UNAVAILABLE");
    }
    assert_eq!(client.query(SOQL).status, 200);
}

#[tokio::test]
async fn a_status_fault_may_bring_its_own_body() {
    let client = Client::small().await;
    let fault = json!({ "match": "data", "kind": "status", "status": 502, "body": "<p>bad</p>",
        "content_type": "text/html", "times": 1 });
    order(&client, fault).await;
    let answer = client.query(SOQL);
    assert_eq!(answer.status, 502);
    assert_eq!(answer.text(), "<p>bad</p>");
    assert_eq!(answer.header("content-type"), Some("text/html"));
}

#[tokio::test]
async fn a_fault_matches_its_kind_alone_and_can_be_ended() {
    let mut client = Client::small().await;
    order(&client, json!([{ "match": "token", "kind": "status", "status": 500 }])).await;
    assert_eq!(client.query(SOQL).status, 200);
    let answer = support::token_response(&client.org.url(), "sandbox-client", "sandbox-secret");
    assert_eq!(answer.status, 500);
    client.control("DELETE", "faults", json!(null)).await;
    client.renew();
}

#[tokio::test]
async fn a_window_that_has_not_begun_or_is_over_changes_nothing() {
    let client = Client::small().await;
    let later = json!({ "match": "any", "kind": "reset", "after_ms": 3_600_000 });
    let over = json!({ "match": "any", "kind": "reset", "for_ms": 0 });
    order(&client, json!([later, over])).await;
    assert_eq!(client.query(SOQL).status, 200);
    // A window that lasts, then is over by the sandbox's own clock.
    let fault = json!([{ "match": "query", "kind": "status", "status": 503, "for_ms": 300 }]);
    let ordered = client.control("POST", "faults", fault).await["now_ms"].as_u64().unwrap();
    let mut statuses = Vec::new();
    while statuses.last() != Some(&200) {
        statuses.push(client.query(SOQL).status);
    }
    assert!(clock(&client) >= ordered + 300);
    assert!(statuses[..statuses.len() - 1].iter().all(|status| *status == 503));
    assert!(statuses.len() > 1);
}

#[tokio::test]
async fn latency_delays_the_true_answer() {
    let client = Client::small().await;
    order(&client, json!([{ "match": "query", "kind": "latency", "ms": 60, "times": 1 }])).await;
    let started = clock(&client);
    assert_eq!(client.query(SOQL).status, 200);
    assert!(clock(&client) >= started + 60);
}

#[tokio::test]
async fn a_reset_closes_before_any_byte() {
    let client = Client::small().await;
    order(&client, json!([{ "match": "query", "kind": "reset", "times": 1 }])).await;
    let answer = bare(&client);
    assert!(answer.is_err() || answer.is_ok_and(|bytes| bytes.is_empty()));
    assert_eq!(client.query(SOQL).status, 200);
}

#[tokio::test]
async fn a_reset_in_the_middle_leaves_half_of_the_announced_body() {
    let client = Client::small().await;
    let whole = client.query(SOQL);
    order(&client, json!([{ "match": "query", "kind": "reset_mid_body", "times": 1 }])).await;
    let answer = String::from_utf8(bare(&client).unwrap()).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(&format!("content-length: {}", whole.body.len())), "{head}");
    assert_eq!(body.len(), whole.body.len() / 2);
}

#[tokio::test]
async fn a_truncated_answer_is_complete_http_and_half_json() {
    let client = Client::small().await;
    order(&client, json!([{ "match": "query", "kind": "truncate", "times": 1 }])).await;
    let answer = client.query(SOQL);
    assert_eq!(answer.status, 200);
    let announced = answer.header("content-length").unwrap().parse::<usize>().unwrap();
    assert_eq!(announced, answer.body.len());
    assert!(serde_json::from_slice::<Value>(&answer.body).is_err());
}

#[tokio::test]
async fn silence_answers_nothing_and_then_closes() {
    let client = Client::small().await;
    order(&client, json!([{ "match": "query", "kind": "silence", "ms": 50, "times": 1 }])).await;
    let started = clock(&client);
    let answer = bare(&client);
    assert!(clock(&client) >= started + 50);
    assert!(answer.is_err() || answer.is_ok_and(|bytes| bytes.is_empty()));
}

#[tokio::test]
async fn html_and_garbage_come_with_status_200() {
    let client = Client::small().await;
    let faults = json!([{ "match": "query", "kind": "html_200", "times": 1 },
        { "match": "query", "kind": "garbage", "times": 1 }]);
    order(&client, faults).await;
    let html = client.query(SOQL);
    assert_eq!(html.status, 200);
    assert!(html.header("content-type").unwrap().starts_with("text/html"));
    let garbage = client.query(SOQL);
    assert_eq!(garbage.status, 200);
    assert!(garbage.header("content-type").unwrap().starts_with("application/json"));
    assert!(serde_json::from_slice::<Value>(&garbage.body).is_err());
}

#[tokio::test]
async fn the_control_api_answers_over_http_on_both_listeners() {
    let client = Client::small().await;
    let send = |host: &str, method: &str, target: &str, body: &str| support::send(host, method, target, &[], body);
    let fault = r#"[{"match":"query","kind":"status","status":500,"times":1}]"#;
    let answer = send(&client.org.alternate_url(), "POST", "/_sandbox/faults", fault);
    assert_eq!(answer.status, 200);
    assert_eq!(client.query(SOQL).status, 500);
    let answer = send(&client.org.url(), "GET", "/_sandbox/counters", "");
    assert_eq!(answer.json()["refused"], 1);
    for (target, body) in [("/_sandbox/faults", "{"), ("/_sandbox/faults", r#"{"kind":"x"}"#), ("/_sandbox/x", "")] {
        assert_eq!(send(&client.org.url(), "POST", target, body).status, 400);
    }
    let unknown = client.org.control("POST", "settings", json!({ "no_such_switch": 1 })).await;
    assert!(unknown["error"].is_string());
}

#[tokio::test]
async fn every_call_that_arrives_is_counted_and_logged() {
    let client = Client::small().await;
    client.query(SOQL);
    order(&client, json!([{ "match": "describe", "kind": "status", "status": 503, "times": 1 }])).await;
    client.get("/services/data/v66.0/sobjects/Contact/describe");
    client.get("/services/data/v66.0/limits");
    client.get("/services/data");
    client.get("/services/oauth2/userinfo");
    client.get("/services/data/v66.0/sobjects/Contact/003dM0000000000");
    let counters = client.org.counters();
    let calls = json!({ "token": 1, "revoke": 0, "authorize": 0, "query": 1, "describe": 1, "limits": 1, "versions": 1,
        "userinfo": 1, "row": 1, "composite": 0, "create": 0, "update": 0, "delete": 0, "upsert": 0,
        "collections": 0, "job_create": 0, "job": 0, "job_results": 0, "replication": 0, "soap": 0, "other": 0 });
    assert_eq!(counters["calls"], calls);
    assert_eq!(counters["data_calls"], 4);
    assert_eq!(counters["tokens"], 1);
    assert_eq!(counters["refused"], 2);
    assert_eq!(counters["log"][1]["soql"], SOQL);
    assert_eq!(counters["log"][2]["status"], 503);
    client.control("POST", "counters/reset", json!(null)).await;
    assert_eq!(client.org.calls("query"), 0);
}
