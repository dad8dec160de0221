//! Exports that reach into the bin: by pages and by a job of the provider's.

use super::{begin, id, ids, lines, records, state};
use heddle_tests::{Server, ServerOptions};
use serde_json::{Value, json};

/// Everything in the bin of an org, and how many records it has in all.
async fn bin(server: &Server) -> (Vec<String>, usize) {
    let answer = server.control("GET", "rows", json!({"field": ["IsDeleted"], "deleted": true})).await;
    let rows = answer["rows"].as_array().unwrap();
    let gone = rows.iter().filter(|row| row["values"]["IsDeleted"] == true);
    (gone.map(|row| row["id"].as_str().unwrap().to_owned()).collect(), rows.len())
}

async fn exported(server: &Server, method: &str) -> Vec<Value> {
    let (gone, all) = bin(server).await;
    assert!(!gone.is_empty());
    let begun = begin(server, "?include_deleted=true&fields=id,is_deleted,merged_into_id").await.expect(202);
    assert_eq!((&begun.json["data"]["method"], &begun.json["data"]["rows"]), (&json!(method), &json!(all)));
    let read = lines(server, &id(&begun), None).await;
    let records = records(&read);
    assert_eq!(ids(&records).len(), all);
    let tombstones: Vec<&str> =
        records.iter().filter(|r| r["is_deleted"] == true).map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(tombstones, gone);
    assert!(records.iter().any(|r| r["merged_into_id"].is_string()));
    let end = read.iter().find_map(|line| line.get("end")).unwrap();
    assert!(end["resume_after"].is_string(), "{end}");
    assert_eq!(state(server, &id(&begun)).await.json["data"]["state"], "ready");
    records.into_iter().cloned().collect()
}

#[tokio::test]
async fn an_export_by_pages_has_the_deleted_records_too() {
    let server = Server::start().await;
    exported(&server, "rest").await;
    assert_eq!(server.data_calls(), 2, "one call to count, one page");
}

#[tokio::test]
async fn an_export_by_a_job_has_the_deleted_records_too() {
    let server = super::large().await;
    exported(&server, "bulk").await;
    let live = begin(&server, "?fields=id,is_deleted").await.expect(202);
    assert_eq!(live.json["data"]["rows"], 2_600);
}

#[tokio::test]
async fn a_job_is_chosen_by_all_records_that_it_gives() {
    let server = Server::with(ServerOptions { contacts: 1_999, accounts: 60, ..ServerOptions::default() }).await;
    assert_eq!(begin(&server, "?fields=id").await.expect(202).json["data"]["method"], "rest");
    let all = begin(&server, "?fields=id&include_deleted=true").await.expect(202);
    assert_eq!(all.json["data"]["method"], "bulk", "with the bin there are more than 2,000");
}
