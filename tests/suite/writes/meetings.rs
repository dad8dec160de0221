//! Who was asked to a meeting.

use super::{contact, rows_written, write};
use heddle_tests::Server;
use serde_json::{Value, json};

fn meeting(attendees: Value) -> Value {
    json!({"subject": "Demo", "start_at": "2026-06-01T09:00:00Z", "duration_seconds": 1800, "attendees": attendees})
}

async fn read(server: &Server, path: &str) -> Value {
    let answer = server.get(path).await.expect(200);
    assert_eq!(answer.provider_calls(), 1, "in the same call");
    answer.json["data"]["attendees"].clone()
}

async fn people(server: &Server) -> [String; 3] {
    let ada = json!({"last_name": "Ng", "first_name": "Ann", "email_addresses": [{"email": "ann@x.example"}]});
    let ada = contact(server, ada).await;
    let lead = write(server, "POST", "/v1/crm/leads", json!({"last_name": "Ito", "company_name": "X"})).await;
    let lead = lead.expect(201).json["data"]["id"].as_str().unwrap().to_owned();
    let users = server.get("/v1/crm/users?filter[type]=Standard&filter[is_active]=true&limit=1").await.expect(200);
    [ada, lead, users.ids().remove(0)]
}

#[tokio::test]
async fn contacts_leads_and_users_are_asked_in_one_call() {
    let server = Server::start().await;
    let [ann, ito, user] = people(&server).await;
    let asked = json!([
        {"contact_id": ann, "status": "ACCEPTED"}, {"lead_id": ito, "status": "TENTATIVE"}, {"user_id": user},
    ]);
    let made = write(&server, "POST", "/v1/crm/meetings", meeting(asked)).await.expect(201);
    assert_eq!(made.provider_calls(), 1);
    let path = format!("/v1/crm/meetings/{}", made.json["data"]["id"].as_str().unwrap());
    let attendees = read(&server, &path).await;
    let ann_is = json!({
        "email": "ann@x.example", "name": "Ann Ng", "status": "ACCEPTED", "is_organizer": false, "contact_id": ann,
        "user_id": null, "lead_id": null,
    });
    assert_eq!(attendees[0], ann_is);
    assert_eq!((&attendees[1]["lead_id"], &attendees[1]["status"]), (&json!(ito), &json!("TENTATIVE")));
    assert_eq!((&attendees[2]["user_id"], &attendees[2]["status"]), (&json!(user), &json!("NEEDS_ACTION")));
    let before = rows_written(&server);
    let fewer = json!({"attendees": [{"contact_id": ann, "status": "DECLINED"}, attendees[2]]});
    let changed = write(&server, "PATCH", &path, fewer).await.expect(200);
    assert_eq!(changed.provider_calls(), 3, "one to look at the meeting, one at its people, one to write");
    let after = rows_written(&server);
    assert_eq!((after.0 - before.0, after.1 - before.1, after.2 - before.2), (0, 1, 1));
    let left = read(&server, &path).await;
    assert_eq!((&left[0]["status"], left.as_array().unwrap().len()), (&json!("DECLINED"), 2));
}

#[tokio::test]
async fn an_attendee_is_somebody_that_the_crm_knows() {
    let server = Server::start().await;
    let before = server.data_calls();
    for attendee in [
        json!({"email": "a@x.example", "name": "A"}),
        json!({"user_id": "003000000000001AAA"}),
        json!({"user_id": "005000000000001AAA", "is_organizer": true}),
    ] {
        let refused = write(&server, "POST", "/v1/crm/meetings", meeting(json!([attendee]))).await;
        let refused = refused.expect_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/attendees", "{}", refused.text);
    }
    assert_eq!(server.data_calls(), before);
}

#[tokio::test]
async fn lists_of_meetings_bring_their_people_and_mails_theirs() {
    let server = Server::start().await;
    let meetings = server.get("/v1/crm/meetings?limit=2000&fields=attendees").await.expect(200);
    assert_eq!(meetings.provider_calls(), 1);
    let asked = |who: &str| {
        meetings.data().iter().any(|m| m["attendees"].as_array().unwrap().iter().any(|a| a[who].is_string()))
    };
    assert!(asked("contact_id") && asked("user_id"));
    let mails = server.get("/v1/crm/emails?limit=2000&fields=contact_ids,lead_ids").await.expect(200);
    assert!(mails.data().iter().any(|mail| mail["contact_ids"] != json!([])), "{}", mails.text);
    assert!(mails.data().iter().all(|mail| mail["lead_ids"] == json!([])));
    let made =
        write(&server, "POST", "/v1/crm/emails", json!({"subject": "Hi", "contact_ids": ["003000000000001AAA"]}));
    assert_eq!(made.await.expect(201).warnings(), ["ignored"]);
}
