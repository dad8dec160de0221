//! Faults before and after a write is carried out, and lost certainty.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Client, raw};

async fn order(client: &Client, faults: Value) {
    client.control("POST", "faults", faults).await;
}

/// A create from a bare socket: the bytes that came, if any.
fn bare_create(client: &Client) -> String {
    let body = r#"{"Name":"Once"}"#;
    let request = format!(
        "POST /services/data/v66.0/sobjects/Account HTTP/1.1\r\nhost: s\r\nauthorization: {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        client.bearer(),
        body.len(),
    );
    String::from_utf8(raw(&client.org.url(), &request).unwrap_or_default()).unwrap()
}

fn created(client: &Client) -> Value {
    client.org.counters()["rows"]["created"].clone()
}

#[tokio::test]
async fn a_fault_before_writes_nothing_and_one_after_has_written() {
    let client = Client::small().await;
    for (kind, before, after) in [("reset", 0, 1), ("status", 0, 2), ("silence", 0, 3), ("truncate", 3, 4)] {
        let fault = |when: &str| json!({ "match": "create", "kind": kind, "when": when, "ms": 1, "times": 1 });
        if kind != "truncate" {
            let so_far = created(&client);
            order(&client, fault("before")).await;
            bare_create(&client);
            assert_eq!(created(&client), so_far, "{kind} {before}");
        }
        order(&client, fault("after")).await;
        let answer = bare_create(&client);
        assert_eq!(created(&client), after, "{kind}");
        match kind {
            "status" => assert!(answer.starts_with("HTTP/1.1 503"), "{answer}"),
            "truncate" => assert!(answer.starts_with("HTTP/1.1 201") && !answer.ends_with('}'), "{answer}"),
            _ => assert_eq!(answer, ""),
        }
    }
    let rows = client.control("GET", "salesforce/rows?object=Account&field=Name&field=Site", Value::Null).await;
    let once = rows["rows"].as_array().unwrap().iter().filter(|row| row["values"]["Name"] == "Once").count();
    assert_eq!((once, rows["total"].clone()), (4, json!(24)));
}

#[tokio::test]
async fn a_late_answer_comes_after_the_write_is_visible() {
    let client = Client::small().await;
    order(&client, json!({ "match": "write", "kind": "latency", "when": "after", "ms": 60, "times": 1 })).await;
    let started = client.org.counters()["now_ms"].as_u64().unwrap();
    assert!(bare_create(&client).starts_with("HTTP/1.1 201"));
    assert!(client.org.counters()["now_ms"].as_u64().unwrap() >= started + 60);
    // A cut in the middle of no body is a reset.
    let id = client.column("SELECT Id FROM Account WHERE Name = 'Once'", "Id")[0].as_str().unwrap().to_owned();
    order(&client, json!({ "match": "delete", "kind": "reset_mid_body", "times": 1 })).await;
    let request = format!(
        "DELETE /services/data/v66.0/sobjects/Account/{id} HTTP/1.1\r\nhost: s\r\nauthorization: {}\r\n\r\n",
        client.bearer()
    );
    assert_eq!(raw(&client.org.url(), &request).unwrap_or_default(), b"");
    assert_eq!(client.org.counters()["rows"]["deleted"], 1);
}

#[tokio::test]
async fn a_held_row_is_refused_once_then_written() {
    let client = Client::small().await;
    let id = client.column("SELECT Id FROM Contact LIMIT 1", "Id")[0].as_str().unwrap().to_owned();
    let locked = json!({ "match": "write", "kind": "locked", "times": 1 });
    order(&client, locked.clone()).await;
    let target = format!("sobjects/Contact/{id}");
    let refused = client.write("PATCH", &target, &json!({ "Title": "t" }));
    assert_eq!((refused.status, refused.error().0), (400, "UNABLE_TO_LOCK_ROW".to_owned()));
    assert!(refused.error().1.ends_with(&id));
    assert_eq!(client.write("PATCH", &target, &json!({ "Title": "t" })).status, 204);
    order(&client, locked).await;
    let record = json!({ "attributes": { "type": "Account" }, "Name": "x" });
    let answer = client.write("POST", "composite/sobjects", &json!({ "records": [record, record] }));
    assert_eq!((answer.status, answer.json().as_array().unwrap().len()), (200, 2));
    assert_eq!(answer.json()[1]["errors"][0]["statusCode"], "UNABLE_TO_LOCK_ROW");
    assert_eq!(client.org.counters()["rows"], json!({ "created": 0, "updated": 1, "deleted": 0 }));
}

#[tokio::test]
async fn the_same_dice_hit_the_same_calls() {
    let mut runs = Vec::new();
    for seed in [7, 7, 8] {
        let client = Client::small().await;
        let fault = json!({ "match": "create", "kind": "status", "status": 503, "probability": 0.5, "seed": seed });
        order(&client, fault).await;
        let statuses: Vec<u16> =
            (0..40).map(|_| client.write("POST", "sobjects/Account", &json!({ "Name": "x" })).status).collect();
        assert!(statuses.contains(&201) && statuses.contains(&503));
        let written = statuses.iter().filter(|status| **status == 201).count();
        assert_eq!(created(&client), written);
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}
