//! Make, read back, change, remove.

use super::{contact, rows_written, stored, write};
use heddle_tests::Server;
use serde_json::{Value, json};

#[tokio::test]
async fn a_contact_is_made_read_back_changed_and_removed() {
    let server = Server::start().await;
    let body = json!({
        "first_name": "Zoë",
        "last_name": "O'Neill \"Z\"",
        "title": "Line\nbreak",
        "birthday": "1980-02-29",
        "do_not_call": true,
        "email_addresses": [{"email": "zoe@example.com", "type": "WORK"}],
        "phone_numbers": [{"number": "+49 30 1", "type": "MOBILE"}, {"number": "+49 30 2", "type": "WORK"}],
        "addresses": [{"type": "MAILING", "street_1": "Weg 1\r\nHof", "city": "Köln", "postal_code": "50667"}],
        "custom_fields": {"Score__c": 12.5, "Vip__c": true, "Renewal_Date__c": "2027-01-31"},
    });
    let made = write(&server, "POST", "/v1/crm/contacts", body).await.expect(201);
    assert_eq!(made.json["created"], true);
    assert_eq!(made.json["warnings"], json!([]), "{}", made.text);
    assert_eq!(made.header("x-provider-calls"), Some("1"));
    let id = made.json["data"]["id"].as_str().unwrap();
    assert_eq!(made.header("location"), Some(format!("/v1/crm/contacts/{id}").as_str()));
    let read = server.get(&format!("/v1/crm/contacts/{id}")).await.expect(200);
    let data = &read.json["data"];
    assert_eq!(data["name"], "Zoë O'Neill \"Z\"");
    assert_eq!(data["title"], "Line\nbreak");
    assert_eq!(data["birthday"], "1980-02-29");
    assert_eq!(data["do_not_call"], true);
    assert_eq!(data["email_addresses"][0]["email"], "zoe@example.com");
    assert_eq!(data["phone_numbers"].as_array().unwrap().len(), 2);
    assert_eq!(data["addresses"][0]["street_1"], "Weg 1\r\nHof");
    assert_eq!(data["custom_fields"]["Score__c"], 12.5);
    assert_eq!(data["custom_fields"]["Renewal_Date__c"], "2027-01-31");
    let one = format!("/v1/crm/contacts/{id}");
    let changed = write(&server, "PATCH", &one, json!({"title": null, "department": "R&D"})).await.expect(200);
    assert_eq!(changed.json, json!({"data": {"id": id}, "created": false, "warnings": []}));
    let values = stored(&server, "Contact", id, &["Title", "Department", "LastName"]).await;
    assert_eq!(values, json!({"Title": null, "Department": "R&D", "LastName": "O'Neill \"Z\""}));
    let removed = write(&server, "DELETE", &one, Value::Null).await.expect(200);
    assert_eq!(removed.json["data"]["id"], id);
    server.get(&one).await.expect_problem(404, "not_found");
    assert_eq!(stored(&server, "Contact", id, &["Id"]).await, Value::Null);
    // What is in the bin already is where the caller wants it.
    write(&server, "DELETE", &one, Value::Null).await.expect(200);
    assert_eq!(rows_written(&server), (1, 1, 1));
}

#[tokio::test]
async fn an_account_is_made_read_back_changed_and_removed() {
    let server = Server::start().await;
    let body = json!({
        "name": "Acme & Söhne",
        "website": "https://www.acme.example/about",
        "number_of_employees": 120,
        "annual_revenue": {"amount": "1250000", "currency": null},
        "type": "PROSPECT",
        "industry": "Energy",
        "phone_numbers": [{"number": "+49 30 1", "type": "WORK"}],
        "addresses": [{"type": "BILLING", "city": "Bonn"}],
        "custom_fields": {"Erp_Id__c": "E-1"},
    });
    let made = write(&server, "POST", "/v1/crm/accounts?return=record", body).await.expect(201);
    assert_eq!(made.header("x-provider-calls"), Some("2"));
    let data = &made.json["data"];
    assert_eq!((&data["object"], &data["name"]), (&json!("account"), &json!("Acme & Söhne")));
    assert_eq!(data["domains"], json!(["acme.example"]));
    assert_eq!(data["annual_revenue"]["amount"], "1250000");
    assert_eq!((&data["type"], &data["type_raw"]), (&json!("PROSPECT"), &json!("Prospect")));
    assert_eq!(data["number_of_employees"], 120);
    let one = format!("/v1/crm/accounts/{}", data["id"].as_str().unwrap());
    write(&server, "PATCH", &one, json!({"annual_revenue": null, "type": "CUSTOMER"})).await.expect(200);
    let read = server.get(&one).await.expect(200);
    assert_eq!((&read.json["data"]["annual_revenue"], &read.json["data"]["type"]), (&Value::Null, &json!("CUSTOMER")));
    write(&server, "DELETE", &one, Value::Null).await.expect(200);
    server.get(&one).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn what_was_read_can_be_sent_back_and_changes_nothing_else() {
    let server = Server::start().await;
    let page = server.list(&[("limit", "20"), ("include_raw", "false")]).await.expect(200);
    for record in page.data() {
        let id = record["id"].as_str().unwrap();
        let fields = ["FirstName", "LastName", "Email", "Phone", "MobilePhone", "HomePhone", "OtherPhone", "Fax"];
        let more = ["MailingStreet", "MailingCity", "MailingCountry", "OtherCity", "Birthdate", "Score__c", "Vip__c"];
        let all: Vec<&str> = fields.iter().chain(&more).copied().collect();
        let before = stored(&server, "Contact", id, &all).await;
        let mut body = record.clone();
        body["title"] = json!("Sent back");
        let answer = write(&server, "PATCH", &format!("/v1/crm/contacts/{id}"), body).await.expect(200);
        let codes: Vec<&str> =
            answer.json["warnings"].as_array().unwrap().iter().map(|w| w["code"].as_str().unwrap()).collect();
        assert!(codes.iter().all(|code| ["ignored", "left_alone"].contains(code)), "{}", answer.text);
        assert_eq!(stored(&server, "Contact", id, &all).await, before, "{record}");
        let title = stored(&server, "Contact", id, &["Title"]).await;
        assert_eq!(title["Title"], "Sent back");
    }
}

#[tokio::test]
async fn ids_are_taken_in_both_lengths_and_foreign_ones_are_not_found_without_a_call() {
    let server = Server::start().await;
    let id = contact(&server, json!({"last_name": "Ng"})).await;
    let short = format!("/v1/crm/contacts/{}", &id[..15]);
    let changed = write(&server, "PATCH", &short, json!({"title": "x"})).await.expect(200);
    assert_eq!(changed.json["data"]["id"], id.as_str());
    let before = server.data_calls();
    for bad in ["001dM00003kReWpQAK", "nonsense", "003"] {
        let one = format!("/v1/crm/contacts/{bad}");
        write(&server, "PATCH", &one, json!({"title": "x"})).await.expect_problem(404, "not_found");
        write(&server, "DELETE", &one, Value::Null).await.expect_problem(404, "not_found");
    }
    assert_eq!(server.data_calls(), before);
    let gone = "/v1/crm/contacts/003000000000001AAA";
    write(&server, "PATCH", gone, json!({"title": "x"})).await.expect_problem(404, "not_found");
    write(&server, "DELETE", gone, Value::Null).await.expect_problem(404, "not_found");
}
