//! What belongs to a record, by the fields that say so on either side.

use heddle_connector::model::Object;
use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::{Value, json};
use std::collections::BTreeSet;

async fn server() -> Server {
    Server::with(ServerOptions { accounts: 30, ..ServerOptions::default() }).await
}

async fn all(server: &Server, object: &str) -> Vec<Value> {
    server.get(&format!("/v1/crm/{object}?limit=2000")).await.expect(200).data().clone()
}

async fn of(server: &Server, object: &str, id: &str, other: &str) -> Answer {
    server.get(&format!("/v1/crm/{object}/{id}/associations/{other}?limit=200")).await
}

/// The ids of the records whose field holds, or whose list of ids has, this id.
fn naming(records: &[Value], field: &str, id: &str) -> BTreeSet<String> {
    let names = |record: &&Value| match &record[field] {
        Value::Array(ids) => ids.iter().any(|one| one == id || one["id"] == id),
        one => one == id,
    };
    records.iter().filter(names).map(|record| record["id"].as_str().unwrap().to_owned()).collect()
}

fn found(answer: &Answer) -> BTreeSet<String> {
    answer.ids().into_iter().collect()
}

#[tokio::test]
async fn references_are_followed_both_ways_in_one_call() {
    let server = server().await;
    // Few tasks of the sandbox are about these.
    for (object, field) in [("leads", "lead_ids"), ("deals", "deal_ids")] {
        let body = json!({"subject": "Call back", field: [all(&server, object).await[0]["id"]]});
        let request = server.request("POST", "/v1/crm/tasks").header("content-type", "application/json");
        server.sent(request.body(body.to_string())).await.expect(201);
    }
    let (contacts, deals, tasks) =
        (all(&server, "contacts").await, all(&server, "deals").await, all(&server, "tasks").await);
    let owned = contacts.iter().find(|c| !c["account_id"].is_null()).unwrap();
    let (contact, account) = (owned["id"].as_str().unwrap(), owned["account_id"].as_str().unwrap());
    let one = of(&server, "contacts", contact, "accounts").await.expect(200);
    assert_eq!(one.json, json!({"data": [{"id": account, "object": "account"}], "next_cursor": null}));
    assert_eq!(one.provider_calls(), 1);
    let back = of(&server, "accounts", account, "contacts").await.expect(200);
    assert_eq!((found(&back), back.provider_calls()), (naming(&contacts, "account_id", account), 1));
    assert_eq!(
        found(&of(&server, "accounts", account, "deals").await.expect(200)),
        naming(&deals, "account_id", account)
    );
    let lone = contacts.iter().find(|c| c["account_id"].is_null()).unwrap();
    let none = of(&server, "contacts", lone["id"].as_str().unwrap(), "accounts").await.expect(200);
    assert_eq!(none.json, json!({"data": [], "next_cursor": null}));

    // By the one field of activities that may be of several objects.
    for (object, field) in
        [("contacts", "contact_ids"), ("leads", "lead_ids"), ("accounts", "account_ids"), ("deals", "deal_ids")]
    {
        let about =
            tasks.iter().find_map(|t| t[field].get(0).and_then(Value::as_str)).unwrap_or_else(|| panic!("{field}"));
        let there = of(&server, object, about, "tasks").await.expect(200);
        assert_eq!(found(&there), naming(&tasks, field, about), "{object}");
        let task = there.ids().remove(0);
        let back = of(&server, "tasks", &task, object).await.expect(200);
        assert_eq!(back.ids(), [about], "{object}");
    }
    for other in ["calls", "meetings", "notes", "emails"] {
        let records = all(&server, other).await;
        let about = records.iter().find_map(|r| r["account_ids"].get(0).and_then(Value::as_str)).unwrap();
        let there = of(&server, "accounts", about, other).await.expect(200);
        assert_eq!(found(&there), naming(&records, "account_ids", about), "{other}");
    }
}

#[tokio::test]
async fn people_and_deals_are_joined_with_their_roles() {
    let server = server().await;
    let deals = all(&server, "deals").await;
    let deal = deals.iter().find(|d| d["contact_ids"].as_array().is_some_and(|people| people.len() > 1)).unwrap();
    let id = deal["id"].as_str().unwrap();
    let people = of(&server, "deals", id, "contacts").await.expect(200);
    assert_eq!(people.provider_calls(), 1);
    assert_eq!(people.data().len(), deal["contact_ids"].as_array().unwrap().len());
    for link in deal["contact_ids"].as_array().unwrap() {
        let one = people.data().iter().find(|one| one["id"] == link["id"]).unwrap();
        assert_eq!(one["object"], "contact");
        assert_eq!(one.get("role").unwrap_or(&Value::Null), &link["role"]);
        assert_eq!(one["is_primary"], link["is_primary"]);
    }
    let person = deal["contact_ids"][0]["id"].as_str().unwrap();
    let back = of(&server, "contacts", person, "deals").await.expect(200);
    assert_eq!(found(&back), naming(&deals, "contact_ids", person));
    assert!(back.data().iter().all(|one| one["is_primary"].is_boolean()));
}

#[tokio::test]
async fn pages_of_associations_follow_their_cursor_and_no_other_s() {
    let mut server = server().await;
    let (contacts, users) = (all(&server, "contacts").await, all(&server, "users").await);
    let owner =
        users.iter().map(|u| u["id"].as_str().unwrap()).max_by_key(|id| naming(&contacts, "owner_id", id).len());
    let owner = owner.unwrap();
    let wanted = naming(&contacts, "owner_id", owner);
    assert!(wanted.len() > 10, "{}", wanted.len());
    let path = format!("/v1/crm/users/{owner}/associations/contacts");
    let mut page = server.get(&format!("{path}?limit=4")).await.expect(200);
    let first = page.json["next_cursor"].as_str().unwrap().to_owned();
    let mut ids = page.ids();
    server.restart().await;
    while let Some(cursor) = page.json["next_cursor"].as_str().map(str::to_owned) {
        page = server.get(&format!("{path}?limit=4&cursor={cursor}")).await.expect(200);
        assert_eq!(page.provider_calls(), 1);
        ids.extend(page.ids());
    }
    assert_eq!((ids.len(), ids.into_iter().collect::<BTreeSet<_>>()), (wanted.len(), wanted));
    let leads = format!("/v1/crm/users/{owner}/associations/leads?cursor={first}");
    server.get(&leads).await.expect_problem(400, "invalid_cursor");
    server.get(&format!("/v1/crm/contacts?cursor={first}&limit=5")).await.expect_problem(400, "invalid_request");
}

#[tokio::test]
async fn what_is_not_associated_is_refused_with_what_is_and_the_catalogue_says_the_same() {
    let server = server().await;
    let catalogue = server.get("/v1/providers/salesforce").await.expect(200);
    let objects = catalogue.json["provider"]["objects"].as_array().unwrap().clone();
    let (before, mut refused, mut there) = (server.sandbox.counters()["calls"].clone(), 0, 0);
    // What notes belong to follows from the form of notes that an org has.
    let of_any_org = objects.iter().filter(|object| object["object"] != "notes");
    for object in of_any_org {
        let plural = object["object"].as_str().unwrap();
        let declared: Vec<&str> =
            object["associations"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
        there += declared.len();
        let others = Object::ALL.iter().map(|object| object.plural()).chain(["nothings"]);
        for other in others.filter(|other| *other != "notes" && !declared.contains(other)) {
            let answer = of(&server, plural, "0", other).await.expect_problem(422, "unsupported_operation");
            assert!(answer.detail().ends_with(&declared.join(", ")) || declared.is_empty(), "{}", answer.detail());
            refused += 1;
        }
    }
    assert!(refused > 20 && there > 40, "{refused} refused, {there} declared");
    let contacts = objects.iter().find(|object| object["object"] == "contacts").unwrap();
    assert_eq!(contacts["associations"], json!(["accounts", "deals", "users", "tasks", "calls", "meetings"]));
    of(&server, "contacts", "001dM0000000001", "accounts").await.expect_problem(404, "not_found");
    let many = "/v1/crm/contacts/003dM0000000001/associations/accounts?limit=201";
    server.get(many).await.expect_problem(400, "invalid_request");
    assert_eq!(server.sandbox.counters()["calls"], before, "a refusal reached the provider");
    of(&server, "contacts", "003dM0000000001", "accounts").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn every_declared_association_can_be_read() {
    let server = server().await;
    let catalogue = server.get("/v1/providers/salesforce").await.expect(200);
    for object in catalogue.json["provider"]["objects"].as_array().unwrap() {
        let plural = object["object"].as_str().unwrap();
        let id = all(&server, plural).await[0]["id"].as_str().unwrap().to_owned();
        for other in object["associations"].as_array().unwrap() {
            let answer = of(&server, plural, &id, other.as_str().unwrap()).await.expect(200);
            assert_eq!(answer.provider_calls(), 1, "{plural} {other}");
        }
    }
}
