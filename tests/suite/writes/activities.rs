//! Tasks, calls, meetings, e-mails and notes: what tells them apart, and the
//! records that they are about.

use super::{contact, stored, write};
use heddle_tests::Server;
use serde_json::{Value, json};

/// Makes a record and gives its id.
async fn made(server: &Server, object: &str, body: Value) -> String {
    let made = write(server, "POST", &format!("/v1/crm/{object}"), body).await.expect(201);
    assert_eq!(made.header("x-provider-calls"), Some("1"));
    made.json["data"]["id"].as_str().unwrap().to_owned()
}

async fn one(server: &Server, object: &str, id: &str) -> Value {
    let answer = server.get(&format!("/v1/crm/{object}/{id}")).await.expect(200);
    assert_eq!(answer.provider_calls(), 1);
    answer.json["data"].clone()
}

/// Tests the connection, so that it sees what the org has now.
async fn tested(server: &Server) -> Value {
    let test = format!("/v1/connections/{}/test", server.connection);
    server.send("POST", &test, Value::Null).await.expect(200).json
}

#[tokio::test]
async fn a_call_is_made_as_a_call_and_is_no_task() {
    let server = Server::start().await;
    let account = made(&server, "accounts", json!({"name": "Acme"})).await;
    let person = contact(&server, json!({"last_name": "Ng", "account_id": account})).await;
    let call = made(
        &server,
        "calls",
        json!({
            "subject": "Quote", "direction": "INBOUND", "duration_seconds": 65, "status": "COMPLETED",
            "start_at": "2026-05-18", "contact_ids": [person],
        }),
    )
    .await;
    let fields = ["TaskSubtype", "CallType", "CallDurationInSeconds", "Status", "WhoId"];
    assert_eq!(
        stored(&server, "Task", &call, &fields).await,
        json!({
            "TaskSubtype": "Call", "CallType": "Inbound", "CallDurationInSeconds": 65, "Status": "Completed",
            "WhoId": person,
        })
    );
    let read = one(&server, "calls", &call).await;
    assert_eq!((&read["object"], &read["contact_ids"]), (&json!("call"), &json!([person])));
    assert_eq!((&read["account_id"], &read["account_ids"]), (&json!(account), &json!([])));
    assert_eq!((&read["is_closed"], &read["start_at"]), (&json!(true), &json!("2026-05-18")));
    let filter = format!("/v1/crm/calls?filter[contact_ids]={person}");
    assert_eq!(server.get(&filter).await.expect(200).ids(), [call.as_str()]);
    let none = server.get(&format!("/v1/crm/tasks?filter[contact_ids]={person}")).await.expect(200);
    assert_eq!(none.data().len(), 0);
    server.get(&format!("/v1/crm/tasks/{call}")).await.expect_problem(404, "not_found");
    server.get(&format!("/v1/crm/emails/{call}")).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_write_by_id_reaches_only_records_of_its_own_kind() {
    let server = Server::start().await;
    let task = made(&server, "tasks", json!({"subject": "Task"})).await;
    let call = made(&server, "calls", json!({"subject": "Call"})).await;
    assert_eq!(stored(&server, "Task", &task, &["TaskSubtype"]).await, json!({"TaskSubtype": "Task"}));
    let path = format!("/v1/crm/tasks/{call}");
    write(&server, "PATCH", &path, json!({"subject": "x"})).await.expect_problem(404, "not_found");
    write(&server, "DELETE", &path, Value::Null).await.expect_problem(404, "not_found");
    let records = json!([{"id": call, "subject": "x"}, {"id": task, "subject": "Changed"}]);
    let body = json!({"operation": "update", "records": records});
    let batch = write(&server, "POST", "/v1/crm/tasks/batch", body).await.expect(200);
    assert_eq!(batch.header("x-provider-calls"), Some("2"), "one to look, one to write");
    let statuses = [&batch.json["data"][0]["status"], &batch.json["data"][1]["status"]];
    assert_eq!(statuses, [&json!(404), &json!(200)], "{}", batch.text);
    assert_eq!(stored(&server, "Task", &call, &["Subject"]).await, json!({"Subject": "Call"}));
    assert_eq!(stored(&server, "Task", &task, &["Subject"]).await, json!({"Subject": "Changed"}));
    let changed = write(&server, "PATCH", &format!("/v1/crm/tasks/{task}"), json!({"status": "COMPLETED"})).await;
    assert_eq!(changed.expect(200).header("x-provider-calls"), Some("2"));
    assert_eq!(one(&server, "tasks", &task).await["is_closed"], true);
    // A key of the CRM's own would find calls too, so it is looked for by conditions.
    let upsert = json!({"match": "custom_fields.Ticket_Number__c",
        "record": {"subject": "By key", "custom_fields": {"Ticket_Number__c": "X-1"}}});
    let first = write(&server, "POST", "/v1/crm/calls/upsert", upsert.clone()).await.expect(201);
    assert_eq!(first.header("x-provider-calls"), Some("2"));
    let again = write(&server, "POST", "/v1/crm/calls/upsert", upsert).await.expect(200);
    assert_eq!(again.json["data"]["id"], first.json["data"]["id"]);
}

#[tokio::test]
async fn links_are_one_record_each_and_taken_away_together() {
    let server = Server::start().await;
    let account = made(&server, "accounts", json!({"name": "Acme"})).await;
    let person = contact(&server, json!({"last_name": "Ng"})).await;
    let task = made(&server, "tasks", json!({"contact_ids": [person], "account_ids": [account]})).await;
    let path = format!("/v1/crm/tasks/{task}");
    let before = server.data_calls();
    for (body, pointer) in [
        (json!({"contact_ids": [person, person]}), "/contact_ids"),
        (json!({"contact_ids": [person], "lead_ids": ["00QdM0000000001"]}), "/lead_ids"),
        (json!({"contact_ids": [account]}), "/contact_ids"),
        (json!({"related_ids": [account]}), "/related_ids"),
        (json!({"contact_ids": []}), "/contact_ids"),
    ] {
        let answer = write(&server, "PATCH", &path, body).await.expect_problem(422, "validation_failed");
        assert_eq!(answer.json["errors"][0]["pointer"], pointer, "{}", answer.text);
    }
    assert_eq!(server.data_calls(), before, "a refused link reached the provider");
    let clear = json!({"contact_ids": [], "lead_ids": [], "status": "WAITING"});
    write(&server, "PATCH", &path, clear).await.expect(200);
    let read = one(&server, "tasks", &task).await;
    assert_eq!((&read["contact_ids"], &read["account_ids"]), (&json!([]), &json!([account])));
    assert_eq!(read["status_raw"], "Waiting on someone else");
    let none = write(&server, "POST", "/v1/crm/tasks", json!({"contact_ids": ["003dM0000000zzz"]})).await;
    none.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_meeting_has_an_end_or_a_duration_and_copies_are_not_shown() {
    let server = Server::start().await;
    let body = json!({"subject": "Demo", "start_at": "2026-06-01T09:00:00+02:00", "duration_seconds": 2700});
    let meeting = made(&server, "meetings", body).await;
    let read = one(&server, "meetings", &meeting).await;
    assert_eq!(
        (&read["start_at"], &read["end_at"]),
        (&json!("2026-06-01T07:00:00.000Z"), &json!("2026-06-01T07:45:00.000Z"))
    );
    let path = format!("/v1/crm/meetings/{meeting}");
    write(&server, "PATCH", &path, json!({"end_at": "2026-06-01T08:00:00Z"})).await.expect(200);
    assert_eq!(one(&server, "meetings", &meeting).await["duration_seconds"], 3600);
    let half = write(&server, "PATCH", &path, json!({"duration_seconds": 90})).await;
    half.expect_problem(422, "validation_failed");
    for (body, code) in [
        (json!({"subject": "No time"}), "required_field_missing"),
        (json!({"start_at": "2026-06-01T09:00:00Z", "end_at": "2026-06-01T08:00:00Z"}), "validation_failed"),
    ] {
        write(&server, "POST", "/v1/crm/meetings", body).await.expect_problem(422, code);
    }
    let rows = server.control("GET", "rows?object=Event&field=IsChild", Value::Null).await;
    let copies = rows["rows"].as_array().unwrap().iter().filter(|row| row["values"]["IsChild"] == true);
    let copies: Vec<&str> = copies.map(|row| row["id"].as_str().unwrap()).collect();
    assert!(copies.len() > 10, "{}", copies.len());
    let listed = server.get("/v1/crm/meetings?limit=2000&fields=id").await.expect(200).ids();
    assert!(listed.iter().all(|id| !copies.contains(&id.as_str())));
    server.get(&format!("/v1/crm/meetings/{}", copies[0])).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_e_mail_is_a_message_where_the_org_keeps_them_and_a_task_elsewhere() {
    let server = Server::start().await;
    let body = json!({"subject": "Hi", "from": "a@x.example", "to": ["b@x.example", "c@x.example"],
        "body_html": "<p>Hi</p>", "is_incoming": true, "status": "NEW", "sent_at": "2026-05-18T06:00:00Z"});
    let mail = made(&server, "emails", body).await;
    let fields = ["ToAddress", "Incoming", "Status"];
    assert_eq!(
        stored(&server, "EmailMessage", &mail, &fields).await,
        json!({"ToAddress": "b@x.example; c@x.example", "Incoming": true, "Status": "0"})
    );
    let read = one(&server, "emails", &mail).await;
    assert_eq!((&read["to"], &read["cc"]), (&json!(["b@x.example", "c@x.example"]), &json!([])));
    server.settings(json!({"hidden_fields": ["EmailMessage"]})).await;
    let report = tested(&server).await;
    assert!(report.to_string().contains("EmailMessage: "), "{report}");
    let schema = server.get("/v1/crm/emails/schema").await.expect(200).json;
    assert_eq!(schema["data"]["provider_object"], "Task");
    server.get(&format!("/v1/crm/emails/{mail}")).await.expect_problem(404, "not_found");
    let mail = made(&server, "emails", json!({"subject": "Hi", "body_text": "Hello", "sent_at": "2026-05-18"})).await;
    let fields = ["TaskSubtype", "Description", "ActivityDate"];
    assert_eq!(
        stored(&server, "Task", &mail, &fields).await,
        json!({"TaskSubtype": "Email", "Description": "Hello", "ActivityDate": "2026-05-18"})
    );
    let listed = server.get("/v1/crm/emails?limit=2000").await.expect(200);
    assert!(listed.data().len() > 100 && listed.ids().contains(&mail));
    assert!(listed.data().iter().all(|mail| mail["object"] == "email"));
    let html = write(&server, "POST", "/v1/crm/emails", json!({"body_html": "<p>"})).await;
    html.expect_problem(422, "validation_failed");
}

#[tokio::test]
async fn a_note_keeps_its_parent_and_an_org_without_notes_says_so() {
    let server = Server::start().await;
    let person = contact(&server, json!({"last_name": "Ng"})).await;
    let alone = write(&server, "POST", "/v1/crm/notes", json!({"title": "No parent"})).await;
    alone.expect_problem(422, "required_field_missing");
    let note = made(&server, "notes", json!({"title": "T", "content": "Line\n<b>", "contact_ids": [person]})).await;
    let read = one(&server, "notes", &note).await;
    assert_eq!((&read["content"], &read["content_type"]), (&json!("Line\n<b>"), &json!("TEXT")));
    assert_eq!((&read["contact_ids"], &read["account_ids"]), (&json!([person]), &json!([])));
    server.settings(json!({"hidden_fields": ["Note"]})).await;
    tested(&server).await;
    let refused = server.get("/v1/crm/notes").await.expect_problem(422, "connection_misconfigured");
    assert!(refused.detail().contains("notes"), "{}", refused.text);
    server.get("/v1/crm/tasks").await.expect(200);
}

#[tokio::test]
async fn activities_that_were_read_can_be_sent_back() {
    let server = Server::start().await;
    for (object, provider, fields) in [
        ("tasks", "Task", &["WhoId", "WhatId", "Status", "Priority", "ActivityDate", "ReminderDateTime"][..]),
        ("calls", "Task", &["WhoId", "WhatId", "CallType", "CallDurationInSeconds", "TaskSubtype"]),
        ("meetings", "Event", &["WhoId", "WhatId", "StartDateTime", "EndDateTime", "DurationInMinutes", "ShowAs"]),
        ("emails", "EmailMessage", &["RelatedToId", "ToAddress", "CcAddress", "Status", "MessageDate"]),
        ("notes", "Note", &["ParentId", "Title", "Body", "IsPrivate", "OwnerId"]),
    ] {
        let page = server.get(&format!("/v1/crm/{object}?limit=20")).await.expect(200);
        for record in page.data() {
            let id = record["id"].as_str().unwrap();
            // An owner who has left is refused as a new one.
            let mut body = record.clone();
            body.as_object_mut().unwrap().remove("owner_id");
            let before = stored(&server, provider, id, fields).await;
            write(&server, "PATCH", &format!("/v1/crm/{object}/{id}"), body).await.expect(200);
            assert_eq!(stored(&server, provider, id, fields).await, before, "{record}");
        }
    }
}
