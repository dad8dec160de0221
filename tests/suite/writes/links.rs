//! Activities linked to leads and deals, from both sides.

use super::{stored, write};
use heddle_tests::Server;
use serde_json::{Value, json};

async fn made(server: &Server, object: &str, body: Value) -> String {
    let made = write(server, "POST", &format!("/v1/crm/{object}"), body).await.expect(201);
    made.json["data"]["id"].as_str().unwrap().to_owned()
}

async fn lead(server: &Server) -> String {
    made(server, "leads", json!({"last_name": "Ito", "company_name": "X"})).await
}

async fn deal(server: &Server) -> String {
    let body = json!({"name": "Seats", "stage_id": "Qualification", "expected_close_date": "2026-09-30"});
    made(server, "deals", body).await
}

/// What each kind needs, and where the provider keeps leads and deals.
const KINDS: [(&str, &str, &str, &str); 5] = [
    ("tasks", "Task", "WhoId", "WhatId"),
    ("calls", "Task", "WhoId", "WhatId"),
    ("meetings", "Event", "WhoId", "WhatId"),
    ("emails", "EmailMessage", "", "RelatedToId"),
    ("notes", "Note", "ParentId", "ParentId"),
];

fn body(object: &str, field: &str, id: &str) -> Value {
    let mut body = match object {
        "notes" => json!({"title": "T", "content": "C"}),
        "meetings" => json!({"subject": "S", "start_at": "2026-06-01T09:00:00Z", "duration_seconds": 1800}),
        _ => json!({"subject": "S"}),
    };
    body[field] = json!([id]);
    body
}

#[tokio::test]
async fn a_lead_and_a_deal_are_linked_and_found_again() {
    let server = Server::start().await;
    let (lead, deal) = (lead(&server).await, deal(&server).await);
    for (object, provider, who, what) in KINDS {
        for (field, path, id) in [("lead_ids", who, &lead), ("deal_ids", what, &deal)] {
            if path.is_empty() {
                continue;
            }
            let made = made(&server, object, body(object, field, id)).await;
            assert_eq!(stored(&server, provider, &made, &[path]).await[path], *id, "{object} {field}");
            let read = server.get(&format!("/v1/crm/{object}/{made}")).await.expect(200).json["data"].clone();
            assert_eq!((&read[field], &read["account_ids"]), (&json!([id]), &json!([])), "{object}");
            let found = server.get(&format!("/v1/crm/{object}?filter[{field}]={id}")).await.expect(200).ids();
            assert_eq!(found, [made.as_str()], "{object} {field}");
        }
    }
}

#[tokio::test]
async fn a_lead_stands_alone_in_an_activity() {
    let server = Server::start().await;
    let (lead, deal) = (lead(&server).await, deal(&server).await);
    for object in ["tasks", "calls", "meetings"] {
        let mut both = body(object, "lead_ids", &lead);
        both["deal_ids"] = json!([deal]);
        let refused = write(&server, "POST", &format!("/v1/crm/{object}"), both).await;
        let refused = refused.expect_problem(422, "validation_failed");
        assert_eq!(refused.json["provider_error"]["code"], "FIELD_INTEGRITY_EXCEPTION", "{}", refused.text);
        let alone = made(&server, object, body(object, "lead_ids", &lead)).await;
        let path = format!("/v1/crm/{object}/{alone}");
        write(&server, "PATCH", &path, json!({"deal_ids": [deal]})).await.expect_problem(422, "validation_failed");
        let moved = json!({"contact_ids": [], "lead_ids": [], "deal_ids": [deal]});
        write(&server, "PATCH", &path, moved).await.expect(200);
        let read = server.get(&path).await.expect(200).json["data"].clone();
        assert_eq!((&read["lead_ids"], &read["deal_ids"]), (&json!([]), &json!([deal])));
    }
}
