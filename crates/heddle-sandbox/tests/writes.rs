//! Creating, changing and deleting one record by its id.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::{Client, Response, encoded};

async fn created(client: &Client, object: &str, body: Value) -> String {
    let answer = client.write("POST", &format!("sobjects/{object}"), &body);
    assert_eq!(answer.status, 201, "{}", answer.text());
    answer.json()["id"].as_str().unwrap().to_owned()
}

fn code(answer: &Response) -> (u16, String) {
    (answer.status, answer.error().0)
}

#[tokio::test]
async fn a_new_contact_is_created_owned_named_and_stamped() {
    let client = Client::small().await;
    let body = json!({ "FirstName": "Ada", "LastName": "Byron", "Email": "", "Score__c": 12.345 });
    let answer = client.write("POST", "sobjects/Contact/", &body);
    assert_eq!(answer.status, 201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.json(), json!({ "id": id, "success": true, "errors": [] }));
    let location = format!("/services/data/v66.0/sobjects/Contact/{id}");
    assert_eq!(answer.header("location"), Some(location.as_str()));
    let row = client.get(&location).json();
    assert_eq!(row["Name"], "Ada Byron");
    assert_eq!(row["Email"], Value::Null, "an empty text is stored as null");
    assert_eq!(row["Score__c"], 12.35, "numbers are kept at the field's scale");
    assert_eq!(row["Vip__c"], false);
    let user = client.get("/services/oauth2/userinfo").json()["user_id"].clone();
    for field in ["OwnerId", "CreatedById", "LastModifiedById"] {
        assert_eq!(row[field], user, "{field}");
    }
    assert_eq!(row["CreatedDate"], row["SystemModstamp"]);
    assert!(row["CreatedDate"].as_str().unwrap().ends_with(".000+0000"));
    assert_eq!(client.org.counters()["rows"], json!({ "created": 1, "updated": 0, "deleted": 0 }));
}

#[tokio::test]
async fn a_change_touches_what_it_names_and_null_clears() {
    let client = Client::small().await;
    let id = created(&client, "Contact", json!({ "FirstName": "A", "LastName": "B", "Title": "C" })).await;
    let answer = client.write("PATCH", &format!("sobjects/Contact/{id}"), &json!({ "FirstName": null, "Phone": "1" }));
    assert_eq!((answer.status, answer.body.len()), (204, 0));
    let row = client.get(&format!("/services/data/v66.0/sobjects/Contact/{id}")).json();
    assert_eq!((&row["Name"], &row["Title"], &row["Phone"]), (&json!("B"), &json!("C"), &json!("1")));
    assert!(row["LastModifiedDate"].as_str() >= row["CreatedDate"].as_str());
}

#[tokio::test]
async fn a_deleted_record_is_in_the_bin_and_cannot_be_written() {
    let client = Client::small().await;
    let id = created(&client, "Contact", json!({ "LastName": "Gone" })).await;
    let target = format!("sobjects/Contact/{id}");
    assert_eq!(client.write("DELETE", &target, &Value::Null).status, 204);
    let again = client.write("DELETE", &target, &Value::Null);
    assert_eq!(again.status, 404);
    assert_eq!(
        again.json(),
        json!([{ "message": "entity is deleted", "errorCode": "ENTITY_IS_DELETED", "fields": [] }])
    );
    assert_eq!(code(&client.write("PATCH", &target, &json!({ "Title": "x" }))), (404, "ENTITY_IS_DELETED".into()));
    assert_eq!(client.get(&format!("/services/data/v66.0/{target}")).error().0, "NOT_FOUND");
    let soql = "SELECT Id, IsDeleted FROM Contact WHERE LastName = 'Gone'";
    assert!(client.records(soql).is_empty());
    let all = client.get(&format!("/services/data/v66.0/queryAll?q={}", encoded(soql))).json();
    assert_eq!(all["records"][0]["IsDeleted"], true);
    let target = "sobjects/Contact/003dM0000000001";
    assert_eq!(code(&client.write("DELETE", target, &Value::Null)), (404, "NOT_FOUND".into()));
    assert_eq!(code(&client.write("PATCH", target, &json!({}))), (404, "NOT_FOUND".into()));
}

#[tokio::test]
async fn an_account_takes_its_contacts_into_the_bin() {
    let client = Client::small().await;
    let account = created(&client, "Account", json!({ "Name": "Parent" })).await;
    let contact = created(&client, "Contact", json!({ "LastName": "Child", "AccountId": account })).await;
    assert_eq!(client.write("DELETE", &format!("sobjects/Account/{account}"), &Value::Null).status, 204);
    let target = format!("sobjects/Contact/{contact}");
    assert_eq!(code(&client.write("DELETE", &target, &Value::Null)), (404, "ENTITY_IS_DELETED".into()));
    assert_eq!(client.org.counters()["rows"]["deleted"], 2);
}

#[tokio::test]
async fn if_unmodified_since_compares_whole_seconds_and_ignores_what_is_no_date() {
    let client = Client::small().await;
    let id = created(&client, "Account", json!({ "Name": "Old" })).await;
    let target = format!("sobjects/Account/{id}");
    let seen = client.get(&format!("/services/data/v66.0/{target}")).header("last-modified").unwrap().to_owned();
    let patch = |date: &str| {
        client.write_with("PATCH", &target, &[("if-unmodified-since", date)], &json!({ "Site": date }).to_string())
    };
    assert_eq!(patch(&seen).status, 204);
    assert_eq!(patch("yesterday").status, 204);
    let refused = patch("Wed, 06 May 2026 11:31:06 GMT");
    assert_eq!(code(&refused), (412, "MATCH_PRECONDITION_FAILED".into()));
    let stored = client.get(&format!("/services/data/v66.0/{target}")).json()["Site"].clone();
    assert_eq!(stored, "yesterday");
}

#[tokio::test]
async fn a_body_that_is_not_json_and_a_missing_content_type_are_refused() {
    let client = Client::small().await;
    let json = [("content-type", "application/json")];
    for body in ["", "{", "[]", "\"x\""] {
        let answer = client.raw_write("POST", "sobjects/Contact", &json, body);
        assert_eq!(code(&answer), (400, "JSON_PARSER_ERROR".into()), "{body}");
    }
    let answer = client.raw_write("POST", "sobjects/Contact", &[], r#"{"LastName":"x"}"#);
    assert_eq!(code(&answer), (415, "UNSUPPORTED_MEDIA_TYPE".into()));
    let answer = client.write("POST", "sobjects/User", &json!({ "LastName": "x" }));
    assert_eq!(code(&answer), (405, "METHOD_NOT_ALLOWED".into()));
    assert_eq!(code(&client.write("POST", "sobjects/Case", &json!({}))), (404, "NOT_FOUND".into()));
    assert_eq!(client.org.counters()["rows"]["created"], 0);
}

#[tokio::test]
async fn sorted_reads_between_writes_are_those_of_a_fresh_sort() {
    let client = Client::small().await;
    let soql = "SELECT Id, LastName FROM Contact ORDER BY LastName, Id LIMIT 500";
    let names = || client.column(soql, "LastName");
    names();
    let mut ids = Vec::new();
    for name in ["Zz", "Aa", "Mm", "Aa"] {
        ids.push(created(&client, "Contact", json!({ "LastName": name })).await);
        let all = names();
        let mut sorted = all.clone();
        sorted.sort_by_key(|name| name.as_str().map(str::to_lowercase));
        assert_eq!(all, sorted);
    }
    client.write("PATCH", &format!("sobjects/Contact/{}", ids[1]), &json!({ "LastName": "Zzz" }));
    client.write("DELETE", &format!("sobjects/Contact/{}", ids[0]), &Value::Null);
    let all = names();
    let mut sorted = all.clone();
    sorted.sort_by_key(|name| name.as_str().map(str::to_lowercase));
    assert_eq!(all, sorted);
    assert_eq!((all.len(), all.contains(&json!("Zzz"))), (123, true));
    let found = client.column("SELECT Id FROM Contact WHERE LastName = 'Aa' ORDER BY LastName, Id", "Id");
    assert_eq!(found, [json!(ids[3])]);
}

#[tokio::test]
async fn a_page_already_begun_does_not_see_later_writes() {
    let client = Client::start(heddle_sandbox::SalesforceOptions { contacts: 450, ..support::small() }).await;
    let target = "/services/data/v66.0/query?q=SELECT+Id,LastName+FROM+Contact+ORDER+BY+Id";
    let first = client.get_with(target, &[("Sforce-Query-Options", "batchSize=200")]).json();
    created(&client, "Contact", json!({ "LastName": "Later" })).await;
    let mut seen = first["records"].as_array().unwrap().len();
    let mut next = first["nextRecordsUrl"].clone();
    while let Some(url) = next.as_str() {
        let page = client.get(url).json();
        seen += page["records"].as_array().unwrap().len();
        next = page["nextRecordsUrl"].clone();
    }
    assert_eq!(seen, 450);
    assert_eq!(client.query("SELECT COUNT() FROM Contact").json()["totalSize"], 451);
}

#[tokio::test]
async fn a_record_put_between_others_past_the_api_is_found_by_all_means() {
    let client = Client::small().await;
    let sorted = || client.column("SELECT Id FROM Contact ORDER BY Id LIMIT 500", "Id");
    sorted();
    let fields = json!({ "Id": "003dM0000000001", "LastName": "Early", "ns__Legacy_Id__c": "early" });
    let id = client.control("POST", "contacts", fields).await["id"].clone();
    assert_eq!((sorted().len(), sorted()[0].clone()), (121, id.clone()));
    let by_value = client.get("/services/data/v66.0/sobjects/Contact/ns__Legacy_Id__c/EARLY").json();
    assert_eq!(by_value["Id"], id);
    let target = format!("sobjects/Contact/{}", id.as_str().unwrap());
    assert_eq!(client.write("PATCH", &target, &json!({ "LastName": "Later" })).status, 204);
    assert_eq!(client.column("SELECT Id FROM Contact WHERE LastName = 'Later'", "Id"), [id]);
}

#[tokio::test]
async fn an_opportunity_follows_its_stage() {
    let client = Client::small().await;
    let missing = client.write("POST", "sobjects/Opportunity", &json!({ "Amount": 1 }));
    assert_eq!(code(&missing), (400, "REQUIRED_FIELD_MISSING".to_owned()));
    assert_eq!(missing.json()[0]["fields"], json!(["Name", "StageName", "CloseDate"]));
    let body = json!({ "Name": "Seats", "StageName": "Prospecting", "CloseDate": "2026-09-30", "Amount": 200.5 });
    let id = created(&client, "Opportunity", body).await;
    let row = || client.get(&format!("/services/data/v66.0/sobjects/Opportunity/{id}")).json();
    let before = row();
    assert_eq!((&before["Probability"], &before["IsClosed"]), (&json!(10.0), &json!(false)));
    assert_eq!(before["ExpectedRevenue"], 20.05);
    let body = json!({ "StageName": "Closed Won", "Probability": 99 });
    assert_eq!(client.write("PATCH", &format!("sobjects/Opportunity/{id}"), &body).status, 204);
    let after = row();
    assert_eq!((&after["IsWon"], &after["Probability"]), (&json!(true), &json!(99.0)));
    assert_eq!((&after["ForecastCategory"], &after["ForecastCategoryName"]), (&json!("Closed"), &json!("Closed")));
    // The picklist is not restricted.
    let body = json!({ "StageName": "Somewhere" });
    assert_eq!(client.write("PATCH", &format!("sobjects/Opportunity/{id}"), &body).status, 204);
    assert_eq!((&row()["IsClosed"], &row()["Probability"]), (&json!(false), &json!(0.0)));
    let refused = client.write("POST", "sobjects/OpportunityStage", &json!({ "MasterLabel": "Mine" }));
    assert_eq!(refused.status, 405);
}

#[tokio::test]
async fn roles_go_with_the_opportunity_and_with_the_contact() {
    let client = Client::small().await;
    let account = created(&client, "Account", json!({ "Name": "Example" })).await;
    let contact = created(&client, "Contact", json!({ "LastName": "Ng", "AccountId": account })).await;
    let body = json!({ "Name": "Seats", "StageName": "Prospecting", "CloseDate": "2026-09-30", "AccountId": account });
    let deal = created(&client, "Opportunity", body).await;
    let role = json!({ "OpportunityId": deal, "ContactId": contact, "Role": "Evaluator" });
    let role = created(&client, "OpportunityContactRole", role).await;
    let count = |object: &str, id: &str| client.records(&format!("SELECT Id FROM {object} WHERE Id = '{id}'")).len();
    assert_eq!(count("OpportunityContactRole", &role), 1);
    assert_eq!(client.write("DELETE", &format!("sobjects/Account/{account}"), &Value::Null).status, 204);
    for (object, id) in [("Contact", &contact), ("Opportunity", &deal), ("OpportunityContactRole", &role)] {
        assert_eq!(count(object, id), 0, "{object}");
    }
}

#[tokio::test]
async fn a_converted_lead_cannot_be_changed() {
    let client = Client::small().await;
    let missing = client.write("POST", "sobjects/Lead", &json!({ "FirstName": "Ada" }));
    assert_eq!(missing.json()[0]["fields"], json!(["LastName", "Company"]));
    let id = created(&client, "Lead", json!({ "LastName": "Byron", "Company": "Example" })).await;
    let row = client.get(&format!("/services/data/v66.0/sobjects/Lead/{id}")).json();
    assert_eq!((&row["Status"], &row["IsConverted"]), (&json!("Open - Not Contacted"), &json!(false)));
    let soql = "SELECT Id, ConvertedContact.LastName, LastName FROM Lead WHERE IsConverted = true";
    let converted = &client.records(soql)[0];
    assert_eq!(converted["ConvertedContact"]["LastName"], converted["LastName"], "the same person");
    let target = format!("sobjects/Lead/{}", converted["Id"].as_str().unwrap());
    let refused = client.write("PATCH", &target, &json!({ "Title": "Countess" }));
    assert_eq!(
        refused.error(),
        ("CANNOT_UPDATE_CONVERTED_LEAD".to_owned(), "cannot reference converted lead".to_owned())
    );
}
