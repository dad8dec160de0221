//! The day's allowance, soft and hard.

use heddle_tests::{Server, ServerOptions};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn an_org_over_its_limit_is_served_with_a_warning_until_it_says_no() {
    let server = Server::with(ServerOptions { daily_limit: 100_000, ..ServerOptions::default() }).await;
    server.settings(json!({"soft_limit": true, "used": 100_999})).await;
    let answer = server.list(&[("limit", "1")]).await.expect(200);
    assert_eq!(answer.header("x-provider-ratelimit-remaining"), Some("0"));
    assert!(answer.warnings().contains(&"quota_overdrawn"), "{}", answer.text);
    server.list(&[("limit", "1")]).await.expect(200);
}

#[tokio::test]
async fn a_used_up_day_stops_calls_and_is_probed_by_one() {
    let server = Server::with(ServerOptions {
        daily_limit: 100_000,
        tune: |settings| settings.gate.exhausted_probe = Duration::from_millis(300),
        ..ServerOptions::default()
    })
    .await;
    server.settings(json!({"soft_limit": false, "used": 100_000})).await;
    let answer = server.list(&[("limit", "1")]).await.expect_problem(429, "provider_quota_exhausted");
    assert!(answer.json["retry_after"].as_f64().unwrap() > 0.0);
    assert_eq!(answer.json["provider_error"]["code"], "REQUEST_LIMIT_EXCEEDED");
    let before = server.data_calls();
    let refused = futures_util::future::join_all((0..20).map(|_| server.list(&[("limit", "1")]))).await;
    assert!(refused.iter().all(|a| a.code() == "provider_quota_exhausted"));
    assert_eq!(server.data_calls(), before, "nothing is sent meanwhile");
    server.settings(json!({"used": 10})).await;
    for _ in 0..20 {
        let answer = server.list(&[("limit", "1")]).await;
        if answer.status == 200 {
            return;
        }
        let wait = answer.json["retry_after"].as_f64().unwrap();
        tokio::time::timeout(Duration::from_secs_f64(wait), std::future::pending::<()>()).await.unwrap_err();
    }
    panic!("it was never asked again");
}
