//! What comes back late, cut, wrong, or not at all.

use heddle_tests::{Server, ServerOptions};
use serde_json::{Value, json};
use std::time::Duration;

async fn hasty() -> Server {
    Server::with(ServerOptions {
        tune: |settings| {
            settings.gate.interactive_try = Duration::from_millis(400);
            settings.gate.min_try = Duration::from_millis(50);
            settings.gate.backoff_base = Duration::from_millis(5);
        },
        ..ServerOptions::default()
    })
    .await
}

#[tokio::test]
async fn one_passing_fault_is_not_seen_by_the_caller() {
    for fault in [
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 502, "body": "<html>bad gateway</html>", "content_type": "text/html"}),
        json!({"kind": "status", "status": 503}),
        json!({"kind": "status", "status": 406, "body": ""}),
        json!({"kind": "status", "status": 420, "body": "We are setting things up"}),
        json!({"kind": "reset"}),
        json!({"kind": "reset_mid_body"}),
        json!({"kind": "truncate"}),
        json!({"kind": "html_200"}),
        json!({"kind": "garbage"}),
        json!({"kind": "silence", "ms": 60_000}),
    ] {
        let server = hasty().await;
        let mut once = fault.clone();
        once["match"] = "query".into();
        once["times"] = 1.into();
        server.faults(json!([once])).await;
        let answer = server.list(&[("limit", "5")]).await;
        assert_eq!(answer.status, 200, "{fault}: {}", answer.text);
        assert_eq!(answer.data().len(), 5, "{fault}");
        assert_eq!(answer.provider_calls(), 2, "{fault}: the repeat is counted");
    }
}

#[tokio::test]
async fn a_lasting_fault_has_its_own_code() {
    for (fault, status, code) in [
        (json!({"kind": "status", "status": 500}), 503, "provider_unavailable"),
        (json!({"kind": "status", "status": 503}), 503, "provider_unavailable"),
        (json!({"kind": "html_200"}), 502, "provider_bad_response"),
        (json!({"kind": "truncate"}), 502, "provider_bad_response"),
        (json!({"kind": "silence", "ms": 60_000}), 504, "provider_timeout"),
    ] {
        let server = hasty().await;
        let mut lasting = fault.clone();
        lasting["match"] = "query".into();
        server.faults(json!([lasting])).await;
        let answer = server.list(&[("limit", "5")]).await.expect_problem(status, code);
        assert_eq!(answer.json["retryable"], true, "{fault}");
        assert!((1..=3).contains(&answer.provider_calls()), "{fault}: {}", answer.provider_calls());
        assert_eq!(answer.json["provider"], "salesforce");
        assert!(!answer.text.contains("<html"), "mark-up is stripped: {}", answer.text);
    }
}

#[tokio::test]
async fn an_answer_with_nonsense_inside_is_refused_as_a_whole() {
    let server = Server::start().await;
    let body = r#"{"totalSize":1,"done":true,"records":[{"Id":"003","Name":"a" "b"}]}"#;
    server
        .faults(json!([{"match": "query", "kind": "status", "status": 200, "body": body, "content_type": "application/json", "times": 5}]))
        .await;
    let answer = server.list(&[("limit", "5")]).await.expect_problem(502, "provider_bad_response");
    assert!(answer.detail().contains("byte"), "{}", answer.text);
}

#[tokio::test]
async fn a_record_that_does_not_fit_costs_one_field_and_not_the_page() {
    let server = Server::start().await;
    let body = json!({"totalSize": 2, "done": true, "records": [
        {"attributes": {"type": "Contact"}, "Id": "003000000000001AAA", "LastName": {"odd": 1}, "Birthdate": "31.12.1970", "SystemModstamp": "2026-05-18T06:17:35.000+0000"},
        {"attributes": {"type": "Contact"}, "Id": "003000000000002AAA", "LastName": "Fine", "SystemModstamp": "2026-05-18T06:17:35.000+0000"},
    ]});
    server
        .faults(json!([{"match": "query", "kind": "status", "status": 200, "body": body.to_string(), "content_type": "application/json", "times": 1}]))
        .await;
    let page = server.list(&[("limit", "5"), ("fields", "last_name,birthday")]).await.expect(200);
    assert_eq!(page.data().len(), 2);
    assert!(page.data()[0]["last_name"].is_null() && page.data()[0]["birthday"].is_null());
    assert_eq!(page.data()[1]["last_name"], "Fine");
    let misfits: Vec<&Value> =
        page.json["warnings"].as_array().unwrap().iter().filter(|w| w["code"] == "value_misfit").collect();
    assert_eq!(misfits.len(), 2, "{}", page.text);
    assert!(
        misfits
            .iter()
            .any(|w| w["provider_field"] == "Birthdate" && w["value"].as_str().unwrap().contains("31.12.1970"))
    );
}

#[tokio::test]
async fn a_429_waits_as_long_as_it_asks_and_no_longer_than_the_caller() {
    let server = Server::start().await;
    server
        .faults(
            json!([{"match": "query", "kind": "status", "status": 429, "headers": {"Retry-After": "1"}, "times": 1}]),
        )
        .await;
    let answer = server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(answer.provider_calls(), 2);

    server
        .faults(
            json!([{"match": "query", "kind": "status", "status": 429, "headers": {"Retry-After": "900"}, "times": 1}]),
        )
        .await;
    let answer = server.list(&[("limit", "1")]).await.expect_problem(429, "provider_rate_limited");
    let wait = answer.json["retry_after"].as_f64().unwrap();
    assert!((890.0..=910.0).contains(&wait), "{wait}");
    assert!(answer.header("retry-after").is_some());
    let before = server.data_calls();
    server.list(&[("limit", "1")]).await.expect_problem(429, "provider_rate_limited");
    assert_eq!(server.data_calls(), before, "nothing is sent while it cools");
}

#[tokio::test]
async fn a_429_without_a_hint_is_tried_again() {
    let server = Server::with(ServerOptions {
        tune: |settings| settings.gate.throttle_base = Duration::from_millis(20),
        ..ServerOptions::default()
    })
    .await;
    server.faults(json!([{"match": "query", "kind": "status", "status": 429, "times": 2}])).await;
    assert_eq!(server.list(&[("limit", "1")]).await.expect(200).provider_calls(), 3);
}

#[tokio::test]
async fn a_server_that_is_down_fails_fast_after_a_while_and_comes_back() {
    let server = Server::with(ServerOptions {
        tune: |settings| {
            settings.gate.backoff_base = Duration::from_millis(1);
            settings.gate.breaker_open = Duration::from_millis(300);
            settings.gate.breaker_open_cap = Duration::from_millis(300);
        },
        ..ServerOptions::default()
    })
    .await;
    server.faults(json!([{"match": "data", "kind": "status", "status": 503}])).await;
    for _ in 0..30 {
        server.list(&[("limit", "1")]).await.expect_problem(503, "provider_unavailable");
    }
    assert!(server.data_calls() < 40, "the breaker holds calls back: {}", server.data_calls());
    server.control("DELETE", "faults", Value::Null).await;
    // The problem says when a try makes sense; it is believed.
    for _ in 0..50 {
        let answer = server.list(&[("limit", "1")]).await;
        if answer.status == 200 {
            return;
        }
        let wait = answer.json["retry_after"].as_f64().unwrap();
        tokio::time::timeout(Duration::from_secs_f64(wait), std::future::pending::<()>()).await.unwrap_err();
    }
    panic!("it did not come back");
}
