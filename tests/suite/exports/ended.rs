//! Exports that give no data, and why.

use super::{begin, id, large, lines, records, state};
use heddle_tests::connection_body;
use serde_json::{Value, json};

#[tokio::test]
async fn a_job_that_failed_says_so_in_the_providers_words() {
    let server = large().await;
    server.settings(json!({"job_failure": "QUERY_TIMEOUT: Your query request was running for too long."})).await;
    let export = id(&begin(&server, "").await.expect(202));
    let data = server.get(&format!("/v1/exports/{export}/data")).await;
    // Told while it was prepared, so the answer had begun.
    let last: Value = serde_json::from_str(data.text.lines().last().unwrap()).unwrap();
    assert_eq!(last["problem"]["code"], "export_failed", "{}", data.text);
    assert!(last["problem"]["detail"].as_str().unwrap().contains("QUERY_TIMEOUT"));
    assert_eq!(last["problem"]["request_id"].as_str(), data.header("request-id"));
    let after = state(&server, &export).await.expect(200);
    assert_eq!((&after.json["data"]["state"], after.provider_calls()), (&json!("failed"), 0));
    server.get(&format!("/v1/exports/{export}/data")).await.expect_problem(502, "export_failed");
}

#[tokio::test]
async fn a_cancelled_export_leaves_no_job_behind() {
    let server = large().await;
    let preparing = id(&begin(&server, "").await.expect(202));
    state(&server, &preparing).await.expect(200);
    let ready = id(&begin(&server, "").await.expect(202));
    while state(&server, &ready).await.expect(200).json["data"]["state"] != "ready" {}
    let pages = id(&begin(&server, "?filter[title][eq]=Nobody").await.expect(202));
    for (export, calls) in [(&preparing, 2), (&ready, 1), (&pages, 0)] {
        let path = format!("/v1/exports/{export}");
        let ended = server.sent(server.request("DELETE", &path)).await.expect(200);
        assert_eq!((&ended.json["data"]["state"], ended.provider_calls()), (&json!("cancelled"), calls));
        let again = server.sent(server.request("DELETE", &path)).await.expect(200);
        assert_eq!((&again.json["data"]["state"], again.provider_calls()), (&json!("cancelled"), 0));
        server.get(&format!("{path}/data")).await.expect_problem(409, "export_cancelled");
        assert_eq!(state(&server, export).await.expect(200).json["data"]["state"], "cancelled");
    }
}

#[tokio::test]
async fn a_result_that_the_provider_dropped_has_expired() {
    let server = large().await;
    let ready = id(&begin(&server, "?fields=id").await.expect(202));
    while state(&server, &ready).await.expect(200).json["data"]["state"] != "ready" {}
    let preparing = id(&begin(&server, "?fields=id").await.expect(202));
    server.control("POST", "drop_jobs", json!({})).await;
    server.get(&format!("/v1/exports/{ready}/data")).await.expect_problem(410, "export_expired");
    assert_eq!(state(&server, &ready).await.expect(200).json["data"]["state"], "expired");
    let looked = state(&server, &preparing).await.expect(200);
    assert_eq!(looked.json["data"]["state"], "expired");
    server.get(&format!("/v1/exports/{preparing}/data")).await.expect_problem(410, "export_expired");
}

#[tokio::test]
async fn an_export_ends_with_its_connection() {
    let server = large().await;
    let blue = server.send("POST", "/v1/tenants", json!({"name": "Blue"})).await.expect(201);
    let body = connection_body(blue.json["id"].as_str().unwrap(), &server.sandbox.url());
    let made = server.send("POST", "/v1/connections", body).await;
    let connection = made.expect(201).json["connection"]["id"].as_str().unwrap().to_owned();
    let begun = server.bare("POST", "/v1/crm/contacts/exports").header("x-connection-id", &connection);
    let begun = begun.header("authorization", format!("Bearer {}", server.key));
    let export = id(&server.sent(begun).await.expect(202));
    state(&server, &export).await.expect(200);
    server.send("DELETE", &format!("/v1/connections/{connection}"), Value::Null).await.expect(200);
    state(&server, &export).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn what_the_provider_refuses_while_it_is_looked_at_leaves_the_export_as_it_is() {
    let server = large().await;
    let export = id(&begin(&server, "?fields=id").await.expect(202));
    let refused = json!({"match": "job", "kind": "status", "status": 403, "times": 1,
        "body": "[{\"errorCode\":\"INSUFFICIENT_ACCESS\",\"message\":\"no\"}]", "content_type": "application/json"});
    server.faults(json!([refused])).await;
    state(&server, &export).await.expect_problem(403, "permission_denied");
    assert_eq!(records(&lines(&server, &export, None).await).len(), 2_600);
}
