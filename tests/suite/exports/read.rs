//! The data of exports: every record once, as lists have it, also after breaks.

use super::{begin, id, ids, large, lines, listed, records, state};
use heddle_tests::Server;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn by_id(records: impl IntoIterator<Item = Value>) -> BTreeMap<String, Value> {
    records.into_iter().map(|record| (record["id"].as_str().unwrap().to_owned(), record)).collect()
}

#[tokio::test]
async fn a_job_gives_every_record_once_and_just_as_the_list_does() {
    let server = large().await;
    let expand = "expand=account,owner";
    let begun = begin(&server, &format!("?{expand}")).await.expect(202);
    let before = server.data_calls();
    let read = lines(&server, &id(&begun), None).await;
    let calls = server.data_calls() - before;
    let found = records(&read);
    assert_eq!(ids(&found).len(), 2_600);
    let exported = by_id(found.into_iter().cloned());
    for (id, record) in by_id(listed(&server, &format!("&{expand}")).await) {
        assert_eq!(exported[&id], record, "{id}");
    }
    let end = &read.last().unwrap()["end"];
    assert_eq!((&end["rows"], &end["method"]), (&json!(2_600), &json!("bulk")));
    assert!(end["resume_after"].is_string());
    assert_eq!(end["calls"].as_u64().unwrap(), calls + 2, "the count and the job before");
    assert!(read.iter().any(|line| line["progress"]["state"] == "preparing"), "it was told while it was prepared");
    let after = state(&server, &id(&begun)).await.expect(200);
    assert_eq!((&after.json["data"]["state"], after.provider_calls()), (&json!("ready"), 0));
    assert_eq!(after.json["data"]["calls"], end["calls"]);
}

#[tokio::test]
async fn conditions_and_order_are_those_of_the_list() {
    let server = large().await;
    for query in [
        "filter[last_name][ne]=O%27Hara",
        "filter[created_at][gt]=2020-01-01T00:00:00Z&sort=-updated_at",
        "updated_after=2020-01-01T00:00:00Z",
    ] {
        let begun = begin(&server, &format!("?{query}&fields=id,updated_at")).await.expect(202);
        assert_eq!(begun.json["data"]["method"], "bulk", "{query}");
        let read = lines(&server, &id(&begun), None).await;
        let exported: Vec<Value> = records(&read).into_iter().cloned().collect();
        let expected = listed(&server, &format!("&{query}&fields=id,updated_at")).await;
        if query.contains("sort") {
            assert_eq!(exported, expected, "{query}");
        } else {
            assert_eq!(by_id(exported), by_id(expected), "{query}");
        }
    }
}

#[tokio::test]
async fn reading_goes_on_behind_any_checkpoint_on_a_server_that_was_started_anew() {
    let mut server = large().await;
    for (query, method) in [("?fields=id", "bulk"), ("?fields=id,description&include_raw=true", "rest")] {
        let export = id(&begin(&server, query).await.expect(202));
        let whole = lines(&server, &export, None).await;
        let all = ids(&records(&whole));
        let marks: Vec<usize> = (0..whole.len()).filter(|i| whole[*i].get("checkpoint").is_some()).collect();
        assert!(marks.len() > 1, "{method}: {} checkpoints", marks.len());
        for mark in marks {
            let checkpoint = &whole[mark]["checkpoint"];
            let first = records(&whole[..mark]);
            assert_eq!(checkpoint["rows"], json!(first.len()));
            server.restart().await;
            let rest = lines(&server, &export, checkpoint["after"].as_str()).await;
            let rest = records(&rest);
            assert_eq!(first.len() + rest.len(), all.len(), "{method}");
            let both: Vec<&Value> = first.into_iter().chain(rest).collect();
            assert_eq!(ids(&both), all, "{method}");
        }
    }
}

#[tokio::test]
async fn a_checkpoint_is_good_for_its_own_export_only() {
    let server = Server::start().await;
    let (one, other) = (begin(&server, "").await.expect(202), begin(&server, "").await.expect(202));
    let read = lines(&server, &id(&one), None).await;
    let checkpoint = read.iter().find_map(|line| line["checkpoint"]["after"].as_str()).unwrap().to_owned();
    for (export, after) in [(id(&other), checkpoint.as_str()), (id(&one), "x"), (id(&one), &checkpoint[1..])] {
        let answer = server.get(&format!("/v1/exports/{export}/data?after={after}")).await;
        answer.expect_problem(400, "invalid_cursor");
    }
    server.get(&format!("/v1/exports/{}/data?before=x", id(&one))).await.expect_problem(400, "invalid_request");
    // Behind the last one there is nothing but the end.
    let rest = lines(&server, &id(&one), Some(&checkpoint)).await;
    assert_eq!((rest.len(), rest[0]["end"]["rows"].as_u64()), (1, Some(300)));
}

#[tokio::test]
async fn a_break_at_the_provider_is_the_last_line_and_reading_goes_on_later() {
    let server = large().await;
    let export = id(&begin(&server, "?fields=id").await.expect(202));
    while state(&server, &export).await.expect(200).json["data"]["state"] == "preparing" {}
    // The second part is refused for good, the first is there.
    let fault = json!({"match": "job_results", "kind": "status", "status": 400, "times": 1,
        "body": "[{\"errorCode\":\"INVALID_QUERY_LOCATOR\",\"message\":\"invalid query locator\"}]",
        "content_type": "application/json"});
    let first = lines(&server, &export, None).await;
    let mark = first.iter().find_map(|line| line["checkpoint"]["after"].as_str()).unwrap().to_owned();
    server.faults(json!([fault.clone()])).await;
    let path = format!("/v1/exports/{export}/data?after={mark}");
    server.get(&path).await.expect_problem(400, "invalid_cursor");
    let rest = lines(&server, &export, Some(&mark)).await;
    assert_eq!(records(&rest).len() + 500, 2_600);
}

// Calls run in this runtime, which must not stand still while the server stops.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_stops_ends_its_streams_with_a_word() {
    let mut server = large().await;
    server.settings(json!({"job_polls": 1_000_000})).await;
    let export = id(&begin(&server, "?fields=id").await.expect(202));
    let response = server.request("GET", &format!("/v1/exports/{export}/data")).send().await.unwrap();
    server.restart().await;
    let text = response.text().await.unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&last["problem"]["retryable"], &last["problem"]["code"]), (&json!(true), &json!("deadline_exceeded")));
    assert!(text.starts_with("{\"progress\":"), "{text}");
}

#[tokio::test]
async fn a_part_that_is_cut_is_asked_for_again_and_never_taken_for_whole() {
    let server = large().await;
    let export = id(&begin(&server, "?fields=id,last_name").await.expect(202));
    server.faults(json!([{"match": "job_results", "kind": "reset_mid_body", "times": 1}])).await;
    assert_eq!(ids(&records(&lines(&server, &export, None).await)).len(), 2_600);
    server.faults(json!([{"match": "job_results", "kind": "truncate", "times": 1}])).await;
    let broken = server.get(&format!("/v1/exports/{export}/data")).await;
    let told = broken.code() == "provider_bad_response"
        || broken.text.lines().last().is_some_and(|line| line.contains("provider_bad_response"));
    assert!(told, "{}", broken.text);
    assert!(!broken.text.contains("\"end\""));
}
