//! Composites that write: references, roll-back, and what is not taken.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::Client;

const BASE: &str = "/services/data/v66.0/sobjects";

fn step(method: &str, path: &str, name: &str, body: Value) -> Value {
    json!({ "method": method, "url": format!("{BASE}/{path}"), "referenceId": name, "body": body })
}

/// The statuses of all steps, and their bodies.
fn sent(client: &Client, all_or_none: bool, steps: &[Value]) -> (Vec<u64>, Vec<Value>) {
    let body = json!({ "allOrNone": all_or_none, "compositeRequest": steps });
    let answer = client.write("POST", "composite", &body);
    assert_eq!(answer.status, 200, "{}", answer.text());
    let answer = answer.json();
    let steps = answer["compositeResponse"].as_array().unwrap();
    let statuses = steps.iter().map(|step| step["httpStatusCode"].as_u64().unwrap());
    (statuses.collect(), steps.iter().map(|step| step["body"].clone()).collect())
}

fn named(client: &Client, object: &str, name: &str) -> usize {
    client.records(&format!("SELECT Id FROM {object} WHERE Name = '{name}'")).len()
}

#[tokio::test]
async fn a_step_takes_the_id_that_another_made() {
    let client = Client::small().await;
    let person = json!({ "LastName": "Composite", "AccountId": "@{acme.id}" });
    let steps = [
        step("POST", "Account", "acme", json!({ "Name": "Acme Composite" })),
        step("POST", "Contact", "person", person),
    ];
    let (statuses, bodies) = sent(&client, true, &steps);
    assert_eq!(statuses, [201, 201]);
    let of = client.column("SELECT AccountId FROM Contact WHERE LastName = 'Composite'", "AccountId");
    assert_eq!(of, [bodies[0]["id"].clone()]);
}

#[tokio::test]
async fn with_all_or_none_one_failure_takes_everything_back() {
    let client = Client::small().await;
    let steps = [
        step("POST", "Account", "acme", json!({ "Name": "Gone" })),
        step("POST", "Contact", "bad", json!({ "FirstName": "No last name" })),
        step("POST", "Account", "later", json!({ "Name": "Gone" })),
    ];
    let (statuses, bodies) = sent(&client, true, &steps);
    assert_eq!(statuses, [400, 400, 400]);
    let codes: Vec<&Value> = bodies.iter().map(|body| &body[0]["errorCode"]).collect();
    assert_eq!(codes, ["PROCESSING_HALTED", "REQUIRED_FIELD_MISSING", "PROCESSING_HALTED"]);
    assert_eq!(named(&client, "Account", "Gone"), 0);
    let (statuses, _) = sent(&client, false, &steps);
    assert_eq!((statuses, named(&client, "Account", "Gone")), (vec![201, 400, 201], 2));
}

#[tokio::test]
async fn a_reference_to_nothing_halts_and_reads_do_not_go_with_writes() {
    let client = Client::small().await;
    let lost = step("POST", "Contact", "person", json!({ "LastName": "X", "AccountId": "@{acme.id}" }));
    let (statuses, bodies) = sent(&client, true, std::slice::from_ref(&lost));
    assert_eq!((statuses, &bodies[0][0]["errorCode"]), (vec![400], &json!("PROCESSING_HALTED")));
    let read = json!({ "method": "GET", "url": "/services/data/v66.0/limits", "referenceId": "limits" });
    let body = json!({ "compositeRequest": [lost, read] });
    assert_eq!(client.write("POST", "composite", &body).status, 400);
}

#[tokio::test]
async fn an_opportunity_has_one_primary_contact_at_the_most() {
    let client = Client::small().await;
    let contacts = client.column("SELECT Id FROM Contact LIMIT 2", "Id");
    let deal = json!({ "Name": "Primary", "StageName": "Prospecting", "CloseDate": "2026-12-31" });
    let role = |contact: &Value, name: &str| {
        let body = json!({ "OpportunityId": "@{deal.id}", "ContactId": contact, "IsPrimary": true });
        step("POST", "OpportunityContactRole", name, body)
    };
    let steps = [step("POST", "Opportunity", "deal", deal), role(&contacts[0], "one"), role(&contacts[1], "two")];
    let (statuses, bodies) = sent(&client, true, &steps);
    assert_eq!(statuses, [201, 201, 201]);
    let id = bodies[0]["id"].as_str().unwrap();
    let soql =
        format!("SELECT ContactId FROM OpportunityContactRole WHERE OpportunityId = '{id}' AND IsPrimary = true");
    assert_eq!(client.column(&soql, "ContactId"), contacts[1..]);
}
