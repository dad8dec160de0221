//! Custom objects and the provider's other ones.

use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::{Value, json};
use std::collections::HashSet;

const PROJECTS: &str = "/v1/crm/objects/Project__c";

async fn server() -> Server {
    Server::with(ServerOptions { accounts: 20, ..ServerOptions::default() }).await
}

async fn send(server: &Server, method: &str, path: &str, body: &Value) -> Answer {
    let request = server.request(method, path).header("content-type", "application/json");
    server.sent(request.body(body.to_string())).await
}

fn described(server: &Server) -> u64 {
    server.sandbox.counters()["calls"]["describe"].as_u64().unwrap()
}

#[tokio::test]
async fn the_objects_of_the_account_are_listed_with_what_can_be_done_with_them() {
    let server = server().await;
    let answer = server.get("/v1/crm/objects").await.expect(200);
    assert_eq!(answer.provider_calls(), 1);
    let of = |name: &str| answer.data().iter().find(|object| object["name"] == name).unwrap().clone();
    assert_eq!(
        of("Project__c"),
        json!({
            "name": "Project__c", "label": "Project", "label_plural": "Projects", "is_custom": true,
            "common_object": null, "queryable": true, "createable": true, "updateable": true, "deletable": true,
        })
    );
    let campaign = of("Campaign");
    assert_eq!((&campaign["queryable"], &campaign["createable"]), (&json!(true), &json!(false)));
    assert_eq!(of("Contact")["common_object"], "contacts");
    assert_eq!(of("Event")["common_object"], "meetings");
}

#[tokio::test]
async fn records_have_the_envelope_and_every_field_typed_by_the_describe() {
    let server = server().await;
    let first = server.get(&format!("{PROJECTS}?limit=200&include_raw=true")).await.expect(200);
    assert_eq!(first.provider_calls(), 2, "one describe, one query");
    assert_eq!((first.data().len(), first.warnings().len()), (60, 0), "{:?}", first.warnings());
    let whole = first.data().iter().find(|r| !r["fields"]["Budget__c"].is_null() && !r["fields"]["Staff__c"].is_null());
    let record = whole.unwrap();
    let (fields, raw) = (&record["fields"], &record["raw"]);
    assert_eq!(record["object"], "Project__c");
    assert_eq!((&record["name"], &record["owner_id"]), (&raw["Name"], &raw["OwnerId"]));
    assert!(record["url"].as_str().unwrap().ends_with(&format!("/Project__c/{}/view", record["id"].as_str().unwrap())));
    for (name, time) in [("created_at", "CreatedDate"), ("updated_at", "SystemModstamp")] {
        let sent = raw[time].as_str().unwrap().replace("+0000", "Z");
        assert_eq!((&record[name], &fields[time]), (&json!(sent), &json!(sent)));
    }
    assert!(fields["Budget__c"].is_number() && fields["Progress__c"].is_number() && fields["Staff__c"].is_i64());
    assert!(fields["Go_Live__c"].as_str().unwrap().ends_with('Z'), "{fields}");
    assert_eq!(fields["Start__c"].as_str().unwrap().len(), 10);
    assert!(fields["Billable__c"].is_boolean());
    assert_eq!(fields["Stand_Up__c"], raw["Stand_Up__c"]);
    let tags: Vec<&str> = raw["Tags__c"].as_str().map(|text| text.split(';').collect()).unwrap_or_default();
    assert!(fields["Tags__c"].is_null() && tags.is_empty() || fields["Tags__c"] == json!(tags), "{fields}");
    assert!(first.data().iter().any(|r| r["fields"]["Tags__c"].as_array().is_some_and(|tags| tags.len() > 1)));

    let one = format!("{PROJECTS}/{}", record["id"].as_str().unwrap());
    let fetched = server.get(&format!("{one}?fields=name,Status__c")).await.expect(200);
    assert_eq!(fetched.provider_calls(), 1, "the object is known by now");
    assert_eq!(fetched.json["data"], json!({"name": record["name"], "fields": {"Status__c": fields["Status__c"]}}));
    // In any case, as Salesforce takes it, and known under that name too after one describe.
    let lower = server.get("/v1/crm/objects/project__c?limit=1").await.expect(200);
    assert_eq!(lower.data()[0]["object"], "Project__c");
}

#[tokio::test]
async fn pages_follow_each_other_in_every_order_by_their_cursor_alone() {
    let mut server = server().await;
    for sort in ["id", "-updated_at", "created_at", "Budget__c", "-Go_Live__c", "fields.Start__c"] {
        let whole = server.get(&format!("{PROJECTS}?limit=2000&sort={sort}")).await.expect(200).ids();
        let mut page = server.get(&format!("{PROJECTS}?limit=7&sort={sort}")).await.expect(200);
        let mut ids = page.ids();
        while let Some(cursor) = page.json["next_cursor"].as_str().map(str::to_owned) {
            if ids.len() < 10 {
                server.restart().await;
            }
            page = server.get(&format!("{PROJECTS}?cursor={cursor}")).await.expect(200);
            ids.extend(page.ids());
        }
        assert_eq!(ids, whole, "{sort}");
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 60);
        assert!(page.json["resume_after"].is_string());
    }
    let page = server.get(&format!("{PROJECTS}?limit=7")).await.expect(200);
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let elsewhere = format!("/v1/crm/objects/Campaign?cursor={cursor}");
    server.get(&elsewhere).await.expect_problem(400, "invalid_cursor");
}

#[tokio::test]
async fn filters_and_searches_name_fields_by_the_provider_s_own_names() {
    let server = server().await;
    let all = server.get(&format!("{PROJECTS}?limit=2000")).await.expect(200).data().clone();
    let count = |fits: &dyn Fn(&Value) -> bool| all.iter().filter(|record| fits(&record["fields"])).count();
    let active = count(&|f| f["Status__c"] == "Active");
    assert!(active > 0 && active < 60);
    let listed = server.get(&format!("{PROJECTS}?limit=2000&filter[Status__c]=active")).await.expect(200);
    assert_eq!(listed.data().len(), active);
    let search = async |filter: Value| {
        let body = json!({"filter": filter, "limit": 2_000});
        send(&server, "POST", &format!("{PROJECTS}/search"), &body).await.expect(200).data().len()
    };
    let rich = json!({"field": "Budget__c", "op": "gt", "value": 5_000});
    assert_eq!(search(rich.clone()).await, count(&|f| f["Budget__c"].as_f64().is_some_and(|b| b > 5_000.0)));
    assert_eq!(search(json!({"not": [rich]})).await, count(&|f| f["Budget__c"].as_f64().is_none_or(|b| b <= 5_000.0)));
    let both = json!({"and": [
        {"field": "Billable__c", "value": true},
        {"or": [{"field": "fields.Kind__c", "value": null}, {"field": "Staff__c", "op": "in", "value": [1, 2, 3, 4, 5, 6]}]},
    ]});
    let wanted = count(&|f| {
        f["Billable__c"] == true
            && (f["Kind__c"].is_null() || f["Staff__c"].as_i64().is_some_and(|n| (1..=6).contains(&n)))
    });
    assert_eq!(search(both).await, wanted);
    let before = server.sandbox.counters()["calls"].clone();
    for (filter, code) in [
        (json!({"field": "Nothing__c", "value": 1}), "invalid_request"),
        (json!({"field": "Notes__c", "value": "x"}), "unsupported_filter"),
        (json!({"field": "Tags__c", "value": "urgent"}), "unsupported_filter"),
        (json!({"field": "Budget__c", "op": "contains", "value": "1"}), "unsupported_filter"),
    ] {
        let refused = send(&server, "POST", &format!("{PROJECTS}/search"), &json!({"filter": filter})).await;
        let refused = refused.expect_problem(400, code);
        assert_eq!(refused.json["errors"][0]["pointer"], "/filter/field", "{}", refused.text);
    }
    server.get(&format!("{PROJECTS}?sort=Status__c")).await.expect_problem(400, "unsupported_filter");
    server.get(&format!("{PROJECTS}?fields=Nothing__c")).await.expect_problem(400, "invalid_request");
    assert_eq!(server.sandbox.counters()["calls"], before);
}

#[tokio::test]
async fn a_record_is_made_changed_and_removed_and_reads_back_as_it_was_written() {
    let server = server().await;
    let account = server.get("/v1/crm/accounts?limit=1").await.expect(200).ids().remove(0);
    let fields = json!({
        "Name": "Roof", "Status__c": "Active", "Account__c": account, "Tags__c": ["urgent", "remote"],
        "Budget__c": 1234.56, "Progress__c": 12.5, "Staff__c": 3, "Billable__c": true, "Start__c": "2026-06-01",
        "Go_Live__c": "2026-07-01T10:00:00+02:00", "Stand_Up__c": "09:15:00.000Z", "Erp_Key__c": "NEW-1",
        "Contact_Email__c": "a@b.example", "Notes__c": "Long text",
    });
    let made = send(&server, "POST", PROJECTS, &json!({ "fields": fields })).await.expect(201);
    let id = made.json["data"]["id"].as_str().unwrap().to_owned();
    assert_eq!(made.header("location"), Some(format!("{PROJECTS}/{id}").as_str()));
    let one = format!("{PROJECTS}/{id}");
    let read = server.get(&one).await.expect(200);
    for (name, value) in fields.as_object().unwrap() {
        let wanted = if name == "Go_Live__c" { json!("2026-07-01T08:00:00.000Z") } else { value.clone() };
        assert_eq!(read.json["data"]["fields"][name], wanted, "{name}");
    }
    let patch = json!({"fields": {"Status__c": "Done", "Tags__c": [], "Budget__c": null, "Staff__c": 4}});
    send(&server, "PATCH", &one, &patch).await.expect(200);
    let changed = server.get(&one).await.expect(200).json["data"]["fields"].clone();
    assert_eq!((&changed["Status__c"], &changed["Staff__c"]), (&json!("Done"), &json!(4)));
    assert!(changed["Tags__c"].is_null() && changed["Budget__c"].is_null());
    assert_eq!(changed["Name"], "Roof");
    // What was read can be sent back: what only the org sets is left alone.
    let back = server.get(&one).await.expect(200).json["data"].clone();
    let sent = send(&server, "PATCH", &format!("{one}?return=record"), &back).await.expect(200);
    assert!(!sent.warnings().is_empty());
    assert_eq!(sent.json["data"]["fields"]["Staff__c"], 4);
    send(&server, "DELETE", &one, &Value::Null).await.expect(400);
    server.sent(server.request("DELETE", &one)).await.expect(200);
    server.get(&one).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_dry_run_shows_the_request_and_checks_it_by_the_describe() {
    let server = server().await;
    let dry = async |fields: Value| {
        send(&server, "POST", &format!("{PROJECTS}?dry_run=true"), &json!({ "fields": fields })).await
    };
    let shown = dry(json!({"Name": "Roof", "Status__c": "Draft", "Tags__c": ["urgent", "outdoor"]})).await.expect(200);
    let request = &shown.json["requests"][0];
    assert_eq!((&request["method"], shown.json["requests"].as_array().unwrap().len()), (&json!("POST"), 1));
    assert!(request["path"].as_str().unwrap().ends_with("/sobjects/Project__c"));
    assert_eq!(request["body"]["Tags__c"], "urgent;outdoor", "{}", shown.text);
    for (fields, code, pointer) in [
        (json!({"Name": "Roof"}), "required_field_missing", "/fields/Status__c"),
        (json!({"Status__c": "Nowhere"}), "validation_failed", "/fields/Status__c"),
        (json!({"Status__c": "Draft", "Tags__c": ["urgent", "strange"]}), "validation_failed", "/fields/Tags__c"),
        (json!({"Status__c": "Draft", "Erp_Key__c": "x".repeat(21)}), "validation_failed", "/fields/Erp_Key__c"),
        (json!({"Status__c": "Draft", "Budget__c": "much"}), "validation_failed", "/fields/Budget__c"),
        (json!({"Status__c": "Draft", "Nothing__c": 1}), "validation_failed", "/fields/Nothing__c"),
        (json!({"Status__c": "Draft", "Tags__c": "urgent;outdoor"}), "validation_failed", "/fields/Tags__c"),
    ] {
        let refused = dry(fields).await.expect_problem(422, code);
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.text);
    }
    assert_eq!(server.get(&format!("{PROJECTS}?limit=200")).await.expect(200).data().len(), 60);
    let real = send(&server, "POST", PROJECTS, &json!({"fields": {"Name": "Roof"}})).await;
    let real = real.expect_problem(422, "required_field_missing");
    assert_eq!(real.json["errors"][0]["pointer"], "/fields/Status__c", "{}", real.text);
    let twin = json!({"fields": {"Status__c": "Draft", "Erp_Key__c": "P-0001"}});
    let twin = send(&server, "POST", PROJECTS, &twin).await.expect_problem(409, "duplicate_detected");
    assert_eq!(twin.json["errors"][0]["pointer"].as_str().unwrap_or("/fields/Erp_Key__c"), "/fields/Erp_Key__c");
}

#[tokio::test]
async fn a_key_makes_one_record_of_one_object_and_a_replay_costs_nothing() {
    let mut server = server().await;
    let post = async |server: &Server, path: &str| {
        let request = server.request("POST", path).header("content-type", "application/json");
        let body = json!({"fields": {"Status__c": "Draft"}}).to_string();
        server.sent(request.header("idempotency-key", "one").body(body)).await
    };
    let first = post(&server, PROJECTS).await.expect(201);
    server.restart().await;
    let again = post(&server, PROJECTS).await.expect(201);
    assert_eq!((again.header("idempotency-replayed"), again.provider_calls()), (Some("true"), 0));
    assert_eq!(again.json["data"]["id"], first.json["data"]["id"]);
    post(&server, "/v1/crm/objects/Contact").await.expect_problem(422, "idempotency_conflict");
}

#[tokio::test]
async fn what_an_object_cannot_do_is_refused_with_the_reason() {
    let server = server().await;
    let campaigns = server.get("/v1/crm/objects/Campaign?limit=200").await.expect(200);
    assert_eq!(campaigns.data().len(), 6);
    let schema = server.get("/v1/crm/objects/Campaign/schema").await.expect(200);
    assert_eq!((schema.provider_calls(), &schema.json["data"]["operations"]), (0, &json!(["list", "search", "fetch"])));
    let calls = server.sandbox.counters()["calls"].clone();
    let one = format!("/v1/crm/objects/Campaign/{}", campaigns.ids()[0]);
    for (method, path) in [("POST", "/v1/crm/objects/Campaign"), ("PATCH", one.as_str())] {
        let refused = send(&server, method, path, &json!({"fields": {"Name": "x"}})).await;
        let refused = refused.expect_problem(422, "unsupported_operation");
        assert!(refused.detail().contains("Campaign"), "{}", refused.detail());
    }
    server.sent(server.request("DELETE", &one)).await.expect_problem(422, "unsupported_operation");
    // An id of another object names none of this one.
    let project = server.sandbox.counters()["calls"].clone();
    server.get("/v1/crm/objects/Campaign/a01dM0000000001").await.expect_problem(404, "not_found");
    assert_eq!((&server.sandbox.counters()["calls"], &project), (&calls, &calls));

    let history = "/v1/crm/objects/AccountHistory";
    let read = server.get(&format!("{history}?limit=200")).await.expect(200);
    assert_eq!((read.data().len(), &read.data()[0]["updated_at"]), (20, &Value::Null));
    assert!(read.json["resume_after"].is_null() && read.warnings().is_empty(), "{}", read.text);
    let calls = server.sandbox.counters()["calls"].clone();
    for query in
        ["updated_after=2026-01-01T00:00:00Z", "sort=-updated_at", "filter[updated_at][gt]=2026-01-01T00:00:00Z"]
    {
        let refused = server.get(&format!("{history}?{query}")).await.expect_problem(400, "unsupported_filter");
        assert!(refused.detail().contains("SystemModstamp"), "{}", refused.detail());
    }
    assert_eq!(server.sandbox.counters()["calls"], calls);
    let since = server.get(&format!("{history}?created_after=2020-01-01T00:00:00Z&sort=-created_at")).await.expect(200);
    assert_eq!(since.data().len(), 20);
}

#[tokio::test]
async fn an_object_that_is_not_there_is_not_found_and_a_name_that_can_be_none_costs_no_call() {
    let server = server().await;
    let before = described(&server);
    let missing = server.get("/v1/crm/objects/Nothing__c").await.expect_problem(404, "not_found");
    assert!(missing.detail().contains("/v1/crm/objects"), "{}", missing.detail());
    assert_eq!((missing.provider_calls(), described(&server)), (1, before + 1));
    for name in ["Project__c%27", "1x", "_x", "a.b", "a%2Fb", "Proj%20ect", "%C3%A4"] {
        server.get(&format!("/v1/crm/objects/{name}")).await.expect_problem(404, "not_found");
    }
    assert_eq!(described(&server), before + 1);
    // A common object is one of the provider's as well.
    let contacts = server.get("/v1/crm/objects/Contact?limit=3").await.expect(200);
    assert_eq!(contacts.ids(), server.get("/v1/crm/contacts?limit=3").await.expect(200).ids());
    assert_eq!(contacts.data()[0]["object"], "Contact");
}

#[tokio::test]
async fn requests_at_the_same_time_describe_an_object_once_and_a_hidden_field_is_noticed() {
    let server = server().await;
    let before = described(&server);
    let list = || server.get("/v1/crm/objects/Project__c?limit=1");
    let all = futures_util::future::join_all((0..8).map(|_| list())).await;
    assert!(all.iter().all(|answer| answer.status == 200));
    assert_eq!(described(&server), before + 1);
    server.settings(json!({"hidden_fields": ["Project__c.Budget__c"]})).await;
    let read = list().await.expect(200);
    assert_eq!(read.provider_calls(), 3, "refused, described again, sent again");
    assert!(read.data()[0]["fields"].get("Budget__c").is_none());
    assert_eq!(list().await.expect(200).provider_calls(), 1);
    server.settings(json!({"hidden_fields": ["Project__c"]})).await;
    let gone = list().await;
    assert_ne!(gone.status, 200, "{}", gone.text);
}
