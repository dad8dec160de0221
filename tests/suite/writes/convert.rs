//! Converting leads: what comes of it, what is refused, and that the token
//! stays where it belongs.

use super::{rows_written, stored, write, write_with};
use heddle_tests::Server;
use serde_json::{Value, json};

async fn lead(server: &Server, last_name: &str) -> String {
    let body = json!({
        "first_name": "Ann", "last_name": last_name, "company_name": "Seats & Sons",
        "email_addresses": [{"email": format!("{last_name}@seats.example")}],
        "phone_numbers": [{"type": "WORK", "number": "+44 20 7946 0000"}],
        "addresses": [{"type": "MAILING", "city": "Leeds", "country": "United Kingdom"}],
        "lead_source": "Web",
    });
    let made = write(server, "POST", "/v1/crm/leads", body).await.expect(201);
    made.json["data"]["id"].as_str().unwrap().to_owned()
}

fn address(id: &str) -> String {
    format!("/v1/crm/leads/{id}/convert")
}

#[tokio::test]
async fn a_lead_becomes_an_account_a_contact_and_a_deal() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    let answer = write(&server, "POST", &address(&id), json!({"deal_name": "200 <seats>"})).await.expect(200);
    assert_eq!(answer.provider_calls(), 2, "the status is looked for");
    let data = &answer.json["data"];
    assert_eq!(data["lead_id"], id.as_str());
    let read = async |object: &str, field: &str| {
        let id = data[field].as_str().unwrap_or_else(|| panic!("{data}"));
        server.get(&format!("/v1/crm/{object}/{id}")).await.expect(200).json["data"].clone()
    };
    let account = read("accounts", "account_id").await;
    assert_eq!((&account["name"], &account["addresses"][0]["city"]), (&json!("Seats & Sons"), &json!("Leeds")));
    let contact = read("contacts", "contact_id").await;
    assert_eq!((&contact["name"], &contact["account_id"]), (&json!("Ann Ng"), &data["account_id"]));
    assert_eq!(contact["email_addresses"][0]["email"], "Ng@seats.example");
    let deal = read("deals", "deal_id").await;
    assert_eq!((&deal["name"], &deal["account_id"]), (&json!("200 <seats>"), &data["account_id"]));
    assert_eq!(deal["contact_ids"], json!([{"id": data["contact_id"], "role": null, "is_primary": true}]));
    let lead = read("leads", "lead_id").await;
    assert_eq!((&lead["is_converted"], &lead["status"]), (&json!(true), &json!("CONVERTED")));
    assert_eq!(lead["converted_deal_id"], data["deal_id"]);
    let again = write(&server, "POST", &address(&id), json!({})).await.expect_problem(409, "conflict");
    assert_eq!(again.json["provider_error"]["code"], "CANNOT_UPDATE_CONVERTED_LEAD", "{}", again.text);
}

#[tokio::test]
async fn a_lead_joins_an_account_and_a_contact_that_are_there() {
    let server = Server::start().await;
    let first = lead(&server, "Ng").await;
    let made =
        write(&server, "POST", &address(&first), json!({"create_deal": false})).await.expect(200).json["data"].clone();
    assert_eq!(made["deal_id"], Value::Null);
    let second = lead(&server, "Ito").await;
    let body = json!({
        "account_id": made["account_id"], "contact_id": made["contact_id"], "status": "Closed - Converted",
        "overwrite_lead_source": true, "send_notification": true,
    });
    let answer = write(&server, "POST", &address(&second), body).await.expect(200);
    assert_eq!(answer.provider_calls(), 1, "the status is given");
    assert_eq!(answer.json["data"]["contact_id"], made["contact_id"]);
    assert!(answer.json["data"]["deal_id"].is_string());
}

#[tokio::test]
async fn what_cannot_be_converted_is_refused_with_the_field_and_changes_nothing() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    let (before, rows) = (server.data_calls(), rows_written(&server));
    let contact = server.get("/v1/crm/contacts?limit=1").await.expect(200).data()[0]["id"].clone();
    for (body, pointer) in [
        (json!({"account_id": contact}), "/account_id"),
        (json!({"contact_id": contact}), "/account_id"),
        (json!({"owner_id": "nobody"}), "/owner_id"),
        (json!({"create_deal": false, "deal_name": "x"}), "/deal_name"),
        (json!({"deal_name": "two\nlines"}), "/deal_name"),
        (json!({"status": " "}), "/status"),
    ] {
        let refused = write(&server, "POST", &address(&id), body).await.expect_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], pointer, "{}", refused.text);
    }
    write(&server, "POST", &address(&id), json!({"campaign": 1})).await.expect_problem(400, "invalid_request");
    let back = format!("{}?return=record", address(&id));
    write(&server, "POST", &back, json!({})).await.expect_problem(400, "invalid_request");
    let other = format!("/v1/crm/contacts/{}/convert", contact.as_str().unwrap());
    write(&server, "POST", &other, json!({})).await.expect_problem(422, "unsupported_operation");
    assert_eq!(server.data_calls(), before + 1, "only the contact was read");
    let wrong = json!({"status": "Working - Contacted"});
    let refused = write(&server, "POST", &address(&id), wrong).await.expect_problem(422, "validation_failed");
    assert_eq!(refused.json["provider_error"]["code"], "INVALID_STATUS", "{}", refused.text);
    let nobody = address("00Q000000000001EAA");
    write(&server, "POST", &nobody, json!({})).await.expect_problem(404, "not_found");
    assert_eq!(rows_written(&server), rows);
}

#[tokio::test]
async fn a_conversion_is_carried_out_once_for_its_key() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    let key = [("idempotency-key", "convert-1")];
    let first = write_with(&server, "POST", &address(&id), &key, json!({})).await.expect(200);
    let again = write_with(&server, "POST", &address(&id), &key, json!({})).await.expect(200);
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!((&first.json["data"], again.provider_calls()), (&again.json["data"], 0));
    let other = json!({"create_deal": false});
    write_with(&server, "POST", &address(&id), &key, other).await.expect_problem(422, "idempotency_conflict");
}

#[tokio::test]
async fn a_dry_run_shows_the_conversion_without_the_token() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    let rows = rows_written(&server);
    let path = format!("{}?dry_run=true", address(&id));
    let answer = write(&server, "POST", &path, json!({"deal_name": "</opportunityName>"})).await.expect(200);
    let request = &answer.json["requests"][0];
    assert_eq!((&request["method"], &request["path"]), (&json!("POST"), &json!("/services/Soap/u/66.0")));
    let body = request["body"].as_str().unwrap();
    assert!(body.contains("<sessionId></sessionId>"), "{body}");
    assert!(body.contains("<opportunityName>&lt;/opportunityName&gt;</opportunityName>"), "{body}");
    assert_eq!((&answer.json["data"], rows_written(&server)), (&json!({}), rows));
    assert!(!answer.text.contains("00D"), "{}", answer.text);
}

#[tokio::test]
async fn an_expired_session_is_renewed_and_the_log_holds_no_token() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    server.control("POST", "expire_sessions", Value::Null).await;
    let answer = write(&server, "POST", &address(&id), json!({"status": "Closed - Converted"})).await.expect(200);
    assert_eq!(answer.provider_calls(), 2, "the first was refused for its session");
    server.wired.store.flush().await;
    let log = server.get("/v1/calls").await.expect(200);
    assert!(log.text.contains("convert_lead"), "{}", log.text);
    assert!(!log.text.contains("!"), "{}", log.text);
}

#[tokio::test]
async fn a_conversion_whose_answer_is_lost_is_said_to_be_unknown_and_not_repeated() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    server.faults(json!({"match": "soap", "kind": "truncate", "times": 1})).await;
    let status = json!({"status": "Closed - Converted"});
    write(&server, "POST", &address(&id), status).await.expect_problem(502, "outcome_unknown");
    assert_eq!(server.sandbox.calls("soap"), 1);
    assert_eq!(stored(&server, "Lead", &id, &["IsConverted"]).await["IsConverted"], json!(true));
}

#[tokio::test]
async fn a_duplicate_rule_stands_in_the_way_until_it_is_passed_over() {
    let server = Server::start().await;
    server.settings(json!({"duplicate_rule": "alert"})).await;
    let id = lead(&server, "Ng").await;
    let body = json!({"last_name": "Ng", "email_addresses": [{"email": "ng@seats.example"}]});
    write(&server, "POST", "/v1/crm/contacts", body).await.expect(201);
    write(&server, "POST", &address(&id), json!({})).await.expect_problem(409, "duplicate_detected");
    let anyway = format!("{}?allow_duplicates=true", address(&id));
    write(&server, "POST", &anyway, json!({})).await.expect(200);
}

#[tokio::test]
async fn a_locked_row_is_tried_again() {
    let server = Server::start().await;
    let id = lead(&server, "Ng").await;
    server.faults(json!({"match": "soap", "kind": "locked", "times": 1})).await;
    let answer = write(&server, "POST", &address(&id), json!({"status": "Closed - Converted"})).await.expect(200);
    assert_eq!(answer.provider_calls(), 2);
}
