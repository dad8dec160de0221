//! The org's clock, open transactions, merges, the bin, and the resources that
//! tell what was deleted or changed.
#![allow(clippy::unwrap_used, missing_docs)]

mod support;

use serde_json::{Value, json};
use support::{Client, Response, encoded};

const START: &str = "2026-06-10T12:00:00Z";

async fn standing() -> Client {
    let client = Client::small().await;
    client.control("POST", "clock", json!({"at": START, "still": true})).await;
    client
}

fn all(client: &Client, soql: &str) -> Vec<Value> {
    let answer = client.get(&format!("/services/data/v66.0/queryAll?q={}", encoded(soql)));
    assert_eq!(answer.status, 200, "{soql}: {}", answer.text());
    answer.json()["records"].as_array().unwrap().clone()
}

/// One live record by its id, or the one in the bin.
fn one(client: &Client, object: &str, id: &Value) -> Value {
    let fields = "Id, IsDeleted, LastModifiedDate, SystemModstamp";
    let fields = if object == "Opportunity" { fields.to_owned() } else { format!("{fields}, MasterRecordId") };
    all(client, &format!("SELECT {fields} FROM {object} WHERE Id = {id}").replace('"', "'")).remove(0)
}

async fn change(client: &Client, changes: Value) -> Value {
    client.control("POST", "changes", json!({ "changes": changes })).await["ids"].clone()
}

async fn pass(client: &Client, seconds: i64) {
    client.control("POST", "clock", json!({ "advance_seconds": seconds })).await;
}

fn replication(client: &Client, object: &str, what: &str, start: &str, end: &str) -> Response {
    client.get(&format!("/services/data/v66.0/sobjects/{object}/{what}/?start={}&end={}", encoded(start), encoded(end)))
}

#[tokio::test]
async fn the_clock_goes_as_it_is_told_and_never_back() {
    let client = standing().await;
    let answer = client.query("SELECT Id FROM Contact LIMIT 1");
    assert_eq!(answer.header("date"), Some("Wed, 10 Jun 2026 12:00:00 GMT"));
    let made = client.control("POST", "contacts", json!({"LastName": "Now"})).await["id"].clone();
    assert_eq!(one(&client, "Contact", &made)["SystemModstamp"], "2026-06-10T12:00:00.000+0000");
    pass(&client, 90).await;
    assert_eq!(client.query("SELECT Id FROM Contact LIMIT 1").header("date"), Some("Wed, 10 Jun 2026 12:01:30 GMT"));
    let back = client.org.control("POST", "clock", json!({"at": "2026-06-10T11:59:00Z"})).await;
    assert!(back["error"].as_str().unwrap().contains("does not go back"), "{back}");
    client.control("POST", "reset", Value::Null).await;
    assert_eq!(client.org.control("GET", "clock", Value::Null).await["still"], false);
}

#[tokio::test]
async fn an_open_transaction_is_seen_by_nobody_and_keeps_its_stamp_and_ids() {
    let client = standing().await;
    let id = client.column("SELECT Id FROM Contact LIMIT 1", "Id").remove(0);
    let changes = json!([
        {"do": "update", "id": id, "fields": {"LastName": "Late"}},
        {"do": "create", "object": "Contact", "fields": {"LastName": "Late too"}},
    ]);
    let begun = client.control("POST", "changes", json!({"changes": changes, "commit_after_seconds": 40})).await;
    pass(&client, 10).await;
    let quick = client.control("POST", "contacts", json!({"LastName": "Quick"})).await["id"].clone();
    assert!(begun["ids"][1].as_str() < quick.as_str(), "ids are given out at the beginning");
    pass(&client, 29).await;
    assert!(client.records("SELECT Id FROM Contact WHERE LastName LIKE 'Late%'").is_empty());
    assert_eq!(client.control("GET", "clock", Value::Null).await["under_way"], 1);
    pass(&client, 1).await;
    let late = client.records("SELECT Id, SystemModstamp FROM Contact WHERE LastName LIKE 'Late%' ORDER BY Id");
    assert_eq!(late.len(), 2);
    assert!(late.iter().all(|row| row["SystemModstamp"] == "2026-06-10T12:00:00.000+0000"), "{late:?}");
    assert_eq!(late[1]["Id"], begun["ids"][1]);
    assert_eq!(one(&client, "Contact", &quick)["SystemModstamp"], "2026-06-10T12:00:10.000+0000");
}

#[tokio::test]
async fn a_transaction_whose_records_are_gone_by_its_end_leaves_no_trace() {
    let client = standing().await;
    let ids = client.column("SELECT Id FROM Contact LIMIT 2", "Id");
    let changes = json!([
        {"do": "update", "id": ids[0], "fields": {"LastName": "Late"}},
        {"do": "delete", "id": ids[1]},
    ]);
    client.control("POST", "changes", json!({"changes": changes, "commit_after_seconds": 5})).await;
    change(&client, json!([{"do": "delete", "id": ids[1]}])).await;
    pass(&client, 5).await;
    assert!(client.records("SELECT Id FROM Contact WHERE LastName = 'Late'").is_empty());
    assert_eq!(client.control("GET", "clock", Value::Null).await["taken_back"], 2);
}

#[tokio::test]
async fn the_losers_of_a_merge_name_the_winner_and_their_children_move() {
    let client = standing().await;
    let accounts = client.column("SELECT AccountId FROM Contact WHERE AccountId != null ORDER BY Id", "AccountId");
    let loser = accounts[0].clone();
    let winner = accounts.iter().find(|account| **account != loser).unwrap().clone();
    let of =
        |account: &Value| format!("SELECT Id FROM Contact WHERE AccountId = {account} ORDER BY Id").replace('"', "'");
    let moved = client.column(&of(&loser), "Id");
    let before = client.records(&of(&winner)).len();
    change(&client, json!([{"do": "merge", "winner": winner, "losers": [loser]}])).await;
    let gone = one(&client, "Account", &loser);
    assert_eq!((&gone["IsDeleted"], &gone["MasterRecordId"]), (&json!(true), &winner));
    assert_eq!(client.records(&of(&winner)).len(), before + moved.len());
    let child = one(&client, "Contact", &moved[0]);
    assert_eq!(child["SystemModstamp"], "2026-06-10T12:00:00.000+0000", "the system's stamp of a child moves");
    assert_ne!(child["LastModifiedDate"], child["SystemModstamp"], "but nobody has edited it");
    pass(&client, 60).await;
    change(&client, json!([{"do": "undelete", "id": loser}])).await;
    let back = one(&client, "Account", &loser);
    assert_eq!((&back["IsDeleted"], &back["MasterRecordId"]), (&json!(false), &Value::Null));
    assert!(client.records(&of(&loser)).is_empty(), "what moved stays with the winner");
}

#[tokio::test]
async fn merges_are_of_two_or_three_live_records_of_three_objects() {
    let client = standing().await;
    let ids = client.column("SELECT Id FROM Contact LIMIT 4", "Id");
    let deal = client.column("SELECT Id FROM Opportunity LIMIT 2", "Id");
    let lead = client.column("SELECT Id FROM Lead LIMIT 2", "Id");
    for (winner, losers) in [
        (&ids[0], json!([])),
        (&ids[0], json!([ids[0]])),
        (&ids[0], json!([ids[1], ids[1]])),
        (&ids[0], json!([ids[1], ids[2], ids[3]])),
        (&ids[0], json!([lead[0]])),
        (&deal[0], json!([deal[1]])),
    ] {
        let body = json!({"changes": [{"do": "merge", "winner": winner, "losers": losers}]});
        let refused = client.org.control("POST", "changes", body).await;
        assert!(refused["error"].is_string(), "{refused}");
    }
    change(&client, json!([{"do": "merge", "winner": ids[0], "losers": [ids[1], ids[2]]}])).await;
    change(&client, json!([{"do": "merge", "winner": lead[0], "losers": [lead[1]]}])).await;
    assert_eq!(one(&client, "Contact", &ids[2])["MasterRecordId"], ids[0]);
}

#[tokio::test]
async fn what_went_into_the_bin_along_with_an_account_comes_back_with_it() {
    let client = standing().await;
    let account = client.column("SELECT AccountId FROM Contact WHERE AccountId != null", "AccountId").remove(0);
    let soql = format!("SELECT Id, IsDeleted FROM Contact WHERE AccountId = {account} ORDER BY Id").replace('"', "'");
    let contacts = client.column(&soql, "Id");
    change(&client, json!([{"do": "delete", "id": contacts[0]}])).await;
    pass(&client, 60).await;
    change(&client, json!([{"do": "delete", "id": account}])).await;
    assert!(client.records(&soql).is_empty());
    assert!(all(&client, &soql).iter().all(|row| row["IsDeleted"] == true));
    pass(&client, 60).await;
    change(&client, json!([{"do": "undelete", "id": account}])).await;
    assert_eq!(client.column(&soql, "Id"), contacts[1..], "the one that went alone stays");
}

#[tokio::test]
async fn the_bin_loses_records_after_fifteen_days_or_when_it_is_told_to() {
    let client = standing().await;
    let ids = client.column("SELECT Id FROM Contact LIMIT 3", "Id");
    change(&client, json!([{"do": "delete", "id": ids[0]}])).await;
    change(&client, json!([{"do": "delete", "id": ids[1]}, {"do": "delete", "id": ids[2]}])).await;
    change(&client, json!([{"do": "purge", "id": ids[0]}])).await;
    let there = |client: &Client| {
        let found = all(client, "SELECT Id FROM Contact WHERE IsDeleted = true");
        ids.iter().map(|id| found.iter().any(|row| row["Id"] == *id)).collect::<Vec<bool>>()
    };
    assert_eq!(there(&client), [false, true, true]);
    pass(&client, 14 * 86_400).await;
    assert_eq!(there(&client), [false, true, true]);
    pass(&client, 2 * 86_400).await;
    assert_eq!(there(&client), [false, false, false]);
    let refused = json!({"changes": [{"do": "undelete", "id": ids[1]}]});
    assert!(client.org.control("POST", "changes", refused).await["error"].is_string());
    let next = client.control("POST", "contacts", json!({"LastName": "New"})).await["id"].clone();
    assert!(!ids.contains(&next), "no id is given out twice");
    change(&client, json!([{"do": "delete", "id": next}])).await;
    client.control("POST", "empty_bin", json!({"older_than_days": 15})).await;
    assert_eq!(all(&client, &format!("SELECT Id FROM Contact WHERE Id = {next}").replace('"', "'")).len(), 1);
}

#[tokio::test]
async fn deleted_and_updated_tell_what_lies_in_a_window_of_whole_minutes() {
    let client = standing().await;
    let ids = client.column("SELECT Id FROM Contact LIMIT 2", "Id");
    pass(&client, 30).await;
    change(&client, json!([{"do": "delete", "id": ids[0]}, {"do": "update", "id": ids[1], "fields": {}}])).await;
    pass(&client, 3_600).await;
    let (start, end) = ("2026-06-10T12:00:59Z", "2026-06-10T12:01:59+00:00");
    let deleted = replication(&client, "Contact", "deleted", start, end).json();
    assert_eq!(
        deleted,
        json!({
            "deletedRecords": [{"id": ids[0], "deletedDate": "2026-06-10T12:00:30.000+0000"}],
            "earliestDateAvailable": "2026-05-26T13:00:00.000+0000",
            "latestDateCovered": "2026-06-10T12:01:00.000+0000",
        })
    );
    let updated = replication(&client, "Contact", "updated", start, end).json();
    assert_eq!(updated, json!({"ids": [ids[1]], "latestDateCovered": "2026-06-10T12:01:00.000+0000"}));
    let ahead = replication(&client, "Contact", "updated", start, "2027-01-01T00:00:00Z").json();
    assert_eq!(ahead["latestDateCovered"], "2026-06-10T13:00:00.000+0000", "no answer covers what is to come");
    assert_eq!(client.org.calls("replication"), 3);
}

#[tokio::test]
async fn deleted_and_updated_refuse_other_windows_and_objects() {
    let client = standing().await;
    let code = |object: &str, what: &str, start: &str, end: &str| {
        let answer = replication(&client, object, what, start, end);
        (answer.status, answer.error().0)
    };
    let out = (400, "INVALID_REPLICATION_DATE".to_owned());
    let now = "2026-06-10T12:00:00Z";
    assert_eq!(code("Contact", "deleted", "2026-05-26T11:59:00Z", now), out, "15 days");
    assert_eq!(replication(&client, "Contact", "updated", "2026-05-26T11:59:00Z", now).status, 200);
    assert_eq!(code("Contact", "updated", "2026-05-11T11:59:00Z", now), out, "30 days");
    assert_eq!(code("Contact", "deleted", now, "2026-06-10T12:00:59Z"), out, "less than a minute");
    assert_eq!(code("OpportunityStage", "deleted", "2026-06-10T11:00:00Z", now).0, 404);
    let missing = client.get("/services/data/v66.0/sobjects/Contact/deleted/?end=2026-06-10T12:00:00Z");
    assert_eq!(missing.status, 400);
    client.control("POST", "settings", json!({"replication_ids": 2})).await;
    let ids = client.column("SELECT Id FROM Contact LIMIT 3", "Id");
    let changes = ids.iter().map(|id| json!({"do": "delete", "id": id})).collect();
    change(&client, changes).await;
    let many = code("Contact", "deleted", "2026-06-10T12:00:00Z", "2026-06-10T12:05:00Z");
    assert_eq!(many, (400, "EXCEEDED_ID_LIMIT".to_owned()));
}

#[tokio::test]
async fn archived_activities_are_seen_by_query_all_alone() {
    let client = standing().await;
    let id = client.column("SELECT Id FROM Task LIMIT 1", "Id").remove(0);
    client.control("POST", "touch", json!({"id": id, "fields": {"IsArchived": true}})).await;
    let soql = format!("SELECT Id, IsDeleted FROM Task WHERE Id = {id}").replace('"', "'");
    assert!(client.records(&soql).is_empty());
    assert_eq!(all(&client, &soql)[0]["IsDeleted"], false);
}
