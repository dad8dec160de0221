//! Leads and deals: what they need, what follows, and what is refused.

use super::{stored, write};
use heddle_tests::Server;
use serde_json::{Value, json};

fn deal(name: &str) -> Value {
    json!({"name": name, "stage_id": "Qualification", "expected_close_date": "2026-09-30"})
}

async fn made(server: &Server, path: &str, body: Value) -> String {
    let answer = write(server, "POST", path, body).await.expect(201);
    answer.json["data"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn what_a_lead_and_a_deal_need_is_said_of_the_common_fields() {
    let server = Server::start().await;
    let refused = write(&server, "POST", "/v1/crm/leads", json!({"first_name": "Ann"})).await;
    assert_eq!((refused.status, refused.code()), (422, "required_field_missing"), "{}", refused.text);
    for field in ["last_name", "company_name"] {
        assert!(refused.text.contains(&format!("\"/{field}\"")), "{}", refused.text);
    }
    let refused = write(&server, "POST", "/v1/crm/deals", json!({"amount": {"amount": "1"}})).await;
    assert_eq!((refused.status, refused.code()), (422, "required_field_missing"), "{}", refused.text);
    for field in ["name", "stage_id", "expected_close_date"] {
        assert!(refused.text.contains(&format!("\"/{field}\"")), "{}", refused.text);
    }
    assert_eq!(super::rows_written(&server), (0, 0, 0));
}

#[tokio::test]
async fn a_deal_follows_its_stage_and_keeps_what_is_said_with_it() {
    let server = Server::start().await;
    let mut body = deal("New seats");
    body["amount"] = json!({"amount": "1000.50"});
    body["forecast_category"] = json!("COMMIT");
    let id = made(&server, "/v1/crm/deals", body).await;
    let one = format!("/v1/crm/deals/{id}");
    let read = server.get(&one).await.expect(200).json;
    let of = |read: &Value, fields: &[&str]| fields.iter().map(|field| read["data"][field].clone()).collect::<Vec<_>>();
    let fields = ["status", "probability", "forecast_category", "expected_revenue"];
    let revenue = json!({"amount": "100.05", "currency": "USD"});
    assert_eq!(of(&read, &fields), [json!("OPEN"), json!("10"), json!("COMMIT"), revenue]);
    write(&server, "PATCH", &one, json!({"stage_id": "Closed Won"})).await.expect(200);
    let read = server.get(&one).await.expect(200).json;
    assert_eq!(of(&read, &["status", "is_won", "probability"]), [json!("WON"), json!(true), json!("100")]);
    assert!(read["data"]["closed_at"].is_string());
    write(&server, "PATCH", &one, json!({"stage_id": "Negotiation/Review", "probability": "55"})).await.expect(200);
    let read = server.get(&one).await.expect(200).json;
    assert_eq!(of(&read, &["status", "probability", "closed_at"]), [json!("OPEN"), json!("55"), Value::Null]);
}

#[tokio::test]
async fn a_deal_is_sent_back_as_it_was_read() {
    let server = Server::start().await;
    for record_types in [true, false] {
        server.settings(json!({"record_types": record_types})).await;
        server.send("POST", &format!("/v1/connections/{}/test", server.connection), Value::Null).await.expect(200);
        let page = server.get("/v1/crm/deals?filter[account_id][is_null]=false&limit=5").await.expect(200);
        for deal in page.data() {
            let one = format!("/v1/crm/deals/{}", deal["id"].as_str().unwrap());
            write(&server, "PATCH", &one, deal.clone()).await.expect(200);
            let again = server.get(&one).await.expect(200).json["data"].clone();
            for field in ["name", "amount", "stage_id", "pipeline_id", "probability", "contact_ids", "account_id"] {
                assert_eq!(again[field], deal[field], "{field}");
            }
        }
    }
}

#[tokio::test]
async fn a_pipeline_is_written_as_the_record_type() {
    let server = Server::start().await;
    let pipelines = server.get("/v1/crm/pipelines?filter[name]=Renewal").await.expect(200);
    let renewal = pipelines.data()[0]["id"].clone();
    let mut body = deal("Next year");
    body["pipeline_id"] = renewal.clone();
    let id = made(&server, "/v1/crm/deals", body).await;
    assert_eq!(stored(&server, "Opportunity", &id, &["RecordTypeId"]).await["RecordTypeId"], renewal);
    let unknown = write(&server, "PATCH", &format!("/v1/crm/deals/{id}"), json!({"pipeline_id": "default"})).await;
    assert!((400..500).contains(&unknown.status), "{}", unknown.text);
}

#[tokio::test]
async fn a_converted_lead_is_only_read() {
    let server = Server::start().await;
    let page = server.get("/v1/crm/leads?filter[is_converted]=true").await.expect(200);
    let lead = page.data()[0].clone();
    assert_eq!(lead["status"], "CONVERTED");
    for (field, path) in [("converted_contact_id", "contacts"), ("converted_deal_id", "deals")] {
        let id = lead[field].as_str().unwrap();
        server.get(&format!("/v1/crm/{path}/{id}")).await.expect(200);
    }
    let one = format!("/v1/crm/leads/{}", lead["id"].as_str().unwrap());
    let refused = write(&server, "PATCH", &one, json!({"title": "Head"})).await.expect_problem(409, "conflict");
    assert_eq!(refused.json["provider_error"]["code"], "CANNOT_UPDATE_CONVERTED_LEAD", "{}", refused.text);
}

#[tokio::test]
async fn a_lead_gets_the_first_status_and_takes_another_by_its_common_word() {
    let server = Server::start().await;
    let body = json!({
        "last_name": "Ng", "company_name": "Example",
        "addresses": [{"type": "MAILING", "street_1": "1 High Street", "city": "Leeds", "country": "United Kingdom"}],
        "annual_revenue": {"amount": "2500000"},
    });
    let id = made(&server, "/v1/crm/leads", body).await;
    let one = format!("/v1/crm/leads/{id}");
    let read = server.get(&one).await.expect(200).json["data"].clone();
    assert_eq!((&read["status"], &read["status_raw"]), (&json!("NEW"), &json!("Open - Not Contacted")));
    assert_eq!((&read["owner_type"], &read["is_converted"]), (&json!("USER"), &json!(false)));
    assert_eq!(read["addresses"][0]["city"], "Leeds");
    write(&server, "PATCH", &one, json!({"status": "UNQUALIFIED"})).await.expect(200);
    assert_eq!(stored(&server, "Lead", &id, &["Status"]).await["Status"], "Closed - Not Converted");
}

#[tokio::test]
async fn a_batch_of_deals_and_an_upsert_of_leads_cost_one_call() {
    let server = Server::start().await;
    let batch = json!({"operation": "create", "records": [deal("One"), deal("Two"), json!({"name": "Three"})]});
    let answer = write(&server, "POST", "/v1/crm/deals/batch", batch).await.expect(200);
    let statuses: Vec<&Value> = answer.json["data"].as_array().unwrap().iter().map(|item| &item["status"]).collect();
    assert_eq!((answer.provider_calls(), statuses), (1, vec![&json!(201), &json!(201), &json!(422)]));
    let record = json!({"last_name": "Ng", "company_name": "Example", "custom_fields": {"Web_Form_Id__c": "WF-new"}});
    let upsert = json!({"match": "custom_fields.Web_Form_Id__c", "record": record});
    let first = write(&server, "POST", "/v1/crm/leads/upsert", upsert.clone()).await.expect(201);
    let second = write(&server, "POST", "/v1/crm/leads/upsert", upsert).await.expect(200);
    assert_eq!((first.provider_calls(), second.provider_calls()), (1, 1));
    assert_eq!(first.json["data"]["id"], second.json["data"]["id"]);
}
