//! Bulk query jobs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use heddle_sandbox::SalesforceOptions;
use serde_json::{Value, json};
use support::{Client, Response, send, small};

const JOBS: &str = "/services/data/v66.0/jobs/query";

fn ask(client: &Client, method: &str, path: &str, body: &str) -> Response {
    let bearer = client.bearer();
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    send(&client.org.url(), method, path, &headers, body)
}

fn made(client: &Client, soql: &str) -> Response {
    ask(client, "POST", JOBS, &json!({"operation": "query", "query": soql, "contentType": "CSV"}).to_string())
}

/// The address of a job that is complete.
fn complete(client: &Client, soql: &str) -> String {
    let job = made(client, soql).json();
    assert_eq!((&job["state"], &job["apiVersion"]), (&json!("UploadComplete"), &json!(66.0)));
    let path = format!("{JOBS}/{}", job["id"].as_str().unwrap());
    let states: Vec<Value> = (0..3).map(|_| ask(client, "GET", &path, "").json()["state"].clone()).collect();
    assert_eq!(states, ["InProgress", "InProgress", "JobComplete"]);
    path
}

fn lines(answer: &Response) -> Vec<String> {
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/csv")));
    answer.text().lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_result_is_read_part_by_part_until_the_locator_is_the_word_null() {
    let client = Client::small().await;
    let path = complete(&client, "SELECT Id, Account.Name, SystemModstamp FROM Contact");
    let (mut ids, mut locator) = (Vec::new(), String::new());
    loop {
        let from = if locator.is_empty() { String::new() } else { format!("&locator={locator}") };
        let part = ask(&client, "GET", &format!("{path}/results?maxRecords=50{from}"), "");
        let lines = lines(&part);
        assert_eq!(lines[0], "\"Id\",\"Account.Name\",\"SystemModstamp\"");
        assert!(lines[1].ends_with("Z\""), "{}", lines[1]);
        assert_eq!(part.header("sforce-numberofrecords"), Some((lines.len() - 1).to_string().as_str()));
        ids.extend(lines[1..].iter().map(|line| line.split(',').next().unwrap().to_owned()));
        locator = part.header("sforce-locator").unwrap().to_owned();
        if locator == "null" {
            break;
        }
        // The same part again is the same.
        let again = ask(&client, "GET", &format!("{path}/results?maxRecords=50{from}"), "");
        assert_eq!(again.text(), part.text());
    }
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!((ids.len(), distinct.len()), (120, 120));
}

#[tokio::test]
async fn what_the_bulk_api_cannot_do_is_refused() {
    let client = Client::small().await;
    for (soql, code) in [
        ("SELECT Id, MailingAddress FROM Contact", "API_ERROR"),
        ("SELECT COUNT() FROM Contact", "API_ERROR"),
        ("SELECT Id FROM Contact LIMIT 5 OFFSET 5", "API_ERROR"),
        ("SELECT Nonsense FROM Contact", "INVALID_FIELD"),
        ("SELECT Id FROM", "MALFORMED_QUERY"),
    ] {
        let refused = made(&client, soql);
        assert_eq!((refused.status, refused.error().0.as_str()), (400, code), "{soql}");
    }
    client.org.control("POST", "settings", json!({"job_refused": ["Account"]})).await;
    assert_eq!(made(&client, "SELECT Id FROM Account").error().0, "INVALIDENTITY");
    assert_eq!(ask(&client, "POST", JOBS, "{}").status, 400);
}

#[tokio::test]
async fn a_job_is_read_when_it_is_complete_and_in_its_own_version_only() {
    let client = Client::small().await;
    let job = made(&client, "SELECT Id FROM Contact").json();
    let id = job["id"].as_str().unwrap().to_owned();
    let early = ask(&client, "GET", &format!("{JOBS}/{id}/results"), "");
    assert_eq!(early.error().0, "INVALIDJOBSTATE");
    let path = complete(&client, "SELECT Id FROM Contact");
    assert_eq!(ask(&client, "GET", &path.replace("v66.0", "v60.0"), "").status, 200);
    assert_eq!(ask(&client, "GET", &format!("{}/results", path.replace("v66.0", "v60.0")), "").status, 409);
    let lost = ask(&client, "GET", &format!("{path}/results?locator=MTx"), "");
    assert_eq!(lost.error().0, "INVALID_QUERY_LOCATOR");
    assert_eq!(ask(&client, "GET", &format!("{JOBS}/750000000000000AAA"), "").status, 404);
}

#[tokio::test]
async fn a_job_ends_early_late_or_badly() {
    let client = Client::small().await;
    let id = made(&client, "SELECT Id FROM Contact").json()["id"].as_str().unwrap().to_owned();
    let running = format!("{JOBS}/{id}");
    ask(&client, "GET", &running, "");
    assert_eq!(ask(&client, "DELETE", &running, "").error().0, "INVALIDJOBSTATE");
    assert_eq!(ask(&client, "PATCH", &running, r#"{"state":"Aborted"}"#).json()["state"], "Aborted");
    assert_eq!(ask(&client, "DELETE", &running, "").status, 204);
    assert_eq!(ask(&client, "GET", &running, "").status, 404);
    let done = complete(&client, "SELECT Id FROM Contact");
    assert_eq!(ask(&client, "PATCH", &done, r#"{"state":"Aborted"}"#).error().0, "INVALIDJOBSTATE");
    client.org.control("POST", "settings", json!({"job_polls": 0, "job_failure": "QUERY_TIMEOUT: too long"})).await;
    let id = made(&client, "SELECT Id FROM Contact").json()["id"].as_str().unwrap().to_owned();
    let failed = ask(&client, "GET", &format!("{JOBS}/{id}"), "").json();
    assert_eq!((&failed["state"], &failed["errorMessage"]), (&json!("Failed"), &json!("QUERY_TIMEOUT: too long")));
    client.org.control("POST", "drop_jobs", json!({})).await;
    assert_eq!(ask(&client, "GET", &done, "").status, 404);
}

#[tokio::test]
async fn a_very_large_org_repeats_itself_under_ids_of_its_own() {
    let options = SalesforceOptions { contacts: 20_500, ..small() };
    let client = Client::start(options).await;
    client.org.control("POST", "settings", json!({"job_polls": 0})).await;
    let id = made(&client, "SELECT Id, LastName FROM Contact").json()["id"].as_str().unwrap().to_owned();
    let path = format!("{JOBS}/{id}");
    assert_eq!(ask(&client, "GET", &path, "").json()["numberRecordsProcessed"], 20_500);
    let table = lines(&ask(&client, "GET", &format!("{path}/results"), ""));
    let ids: std::collections::BTreeSet<_> = table[1..].iter().map(|line| &line[..20]).collect();
    assert_eq!((table.len(), ids.len()), (20_501, 20_500));
    // The repeated ones are records like all others.
    let last = ids.last().unwrap().trim_matches('"').to_owned();
    let row = format!("/services/data/v66.0/sobjects/Contact/{last}");
    assert!(ask(&client, "GET", &row, "").json()["LastName"].is_string());
    assert_eq!(ask(&client, "PATCH", &row, r#"{"Title":"Changed"}"#).status, 204);
    let changed = ask(&client, "GET", &row, "").json();
    assert_eq!((&changed["Title"], changed["LastName"].is_string()), (&json!("Changed"), true));
}
