//! Deals with their people, the pipelines they go through, and users.

use heddle_tests::Server;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn texts<'r>(records: &'r [Value], field: &str) -> BTreeSet<&'r str> {
    records.iter().filter_map(|record| record[field].as_str()).collect()
}

async fn all(server: &Server, path: &str) -> Vec<Value> {
    let answer = server.get(&format!("{path}{}limit=2000", if path.contains('?') { "&" } else { "?" })).await;
    let answer = answer.expect(200);
    assert_eq!(answer.provider_calls(), 1, "{path}");
    answer.data().clone()
}

/// The contact roles that the provider holds, by deal.
async fn roles(server: &Server) -> Vec<(String, Value)> {
    let fields = ["OpportunityId", "ContactId", "Role", "IsPrimary"].map(|field| format!("&field={field}")).concat();
    let rows = server.control("GET", &format!("rows?object=OpportunityContactRole{fields}"), Value::Null).await;
    let row = |row: &Value| {
        let values = &row["values"];
        let link = json!({"id": values["ContactId"], "role": values["Role"], "is_primary": values["IsPrimary"]});
        (values["OpportunityId"].as_str().unwrap().to_owned(), link)
    };
    rows["rows"].as_array().unwrap().iter().map(row).collect()
}

#[tokio::test]
async fn a_list_of_deals_brings_their_people_in_one_call() {
    let server = Server::start().await;
    let held = roles(&server).await;
    let deals = all(&server, "/v1/crm/deals").await;
    assert!(deals.len() >= 100 && held.len() >= 100, "{} deals, {} roles", deals.len(), held.len());
    for deal in &deals {
        let wanted: Vec<&Value> = held.iter().filter(|(id, _)| deal["id"] == *id).map(|(_, link)| link).collect();
        let got: Vec<&Value> = deal["contact_ids"].as_array().unwrap().iter().collect();
        assert_eq!(got, wanted, "{}", deal["id"]);
    }
}

#[tokio::test]
async fn one_deal_brings_its_people_in_the_same_call() {
    let server = Server::start().await;
    let (id, _) = roles(&server).await.remove(0);
    let deal = server.get(&format!("/v1/crm/deals/{id}?expand=account,owner")).await.expect(200);
    assert_eq!(deal.provider_calls(), 1);
    assert!(!deal.json["data"]["contact_ids"].as_array().unwrap().is_empty());
    let alone = server.get(&format!("/v1/crm/deals/{id}?fields=contact_ids")).await.expect(200);
    assert_eq!(alone.json["data"]["contact_ids"], deal.json["data"]["contact_ids"]);
}

#[tokio::test]
async fn a_deal_is_open_won_or_lost_as_its_stage_is() {
    let server = Server::start().await;
    let stages = all(&server, "/v1/crm/stages?sort=display_order").await;
    let deals = all(&server, "/v1/crm/deals").await;
    assert_eq!(stages[0]["name"], "Prospecting");
    for deal in &deals {
        let stage = stages.iter().find(|stage| stage["id"] == deal["stage_id"]).unwrap();
        for field in ["status", "is_closed", "is_won", "forecast_category"] {
            assert_eq!(deal[field], stage[field], "{field} of {}", deal["id"]);
        }
        assert_eq!(deal["closed_at"].is_null(), deal["status"] == "OPEN", "{}", deal["id"]);
    }
    assert_eq!(texts(&deals, "status"), BTreeSet::from(["LOST", "OPEN", "WON"]));
    let won = all(&server, "/v1/crm/deals?filter[is_won]=true").await;
    assert_eq!(won.len(), deals.iter().filter(|deal| deal["status"] == "WON").count());
    let by_stage = all(&server, "/v1/crm/deals?filter[stage_id]=Closed%20Won").await;
    assert_eq!(by_stage.len(), won.len());
}

#[tokio::test]
async fn record_types_of_opportunities_are_the_pipelines() {
    let server = Server::start().await;
    let pipelines = all(&server, "/v1/crm/pipelines").await;
    assert_eq!(texts(&pipelines, "name"), BTreeSet::from(["New Business", "Renewal", "Tender"]));
    let active = all(&server, "/v1/crm/pipelines?filter[is_active]=true").await;
    assert_eq!(texts(&active, "name"), BTreeSet::from(["New Business", "Renewal"]));
    assert!(all(&server, "/v1/crm/pipelines?filter[name]=Supplier").await.is_empty(), "of another object");
    let of = |name: &str| pipelines.iter().find(|pipeline| pipeline["name"] == name).unwrap()["id"].clone();
    let renewals =
        all(&server, &format!("/v1/crm/deals?filter[pipeline_id]={}", of("Renewal").as_str().unwrap())).await;
    assert!(!renewals.is_empty() && renewals.iter().all(|deal| deal["pipeline_name"] == "Renewal"));
    let one = server.get(&format!("/v1/crm/pipelines/{}", of("Tender").as_str().unwrap())).await.expect(200);
    assert_eq!((one.provider_calls(), &one.json["data"]["is_active"]), (1, &json!(false)));
    server.get("/v1/crm/pipelines/default").await.expect_problem(404, "not_found");
    let supplier = server.control("GET", "rows?object=RecordType&field=Name", Value::Null).await;
    let supplier = supplier["rows"].as_array().unwrap().iter().find(|row| row["values"]["Name"] == "Supplier").unwrap();
    let path = format!("/v1/crm/pipelines/{}", supplier["id"].as_str().unwrap());
    server.get(&path).await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn an_account_without_record_types_has_one_pipeline_called_default() {
    let server = Server::start().await;
    server.settings(json!({"record_types": false})).await;
    server.send("POST", &format!("/v1/connections/{}/test", server.connection), Value::Null).await.expect(200);
    let pipelines = all(&server, "/v1/crm/pipelines?include_raw=true").await;
    assert_eq!(
        (pipelines.len(), &pipelines[0]["id"], &pipelines[0]["is_active"]),
        (1, &json!("default"), &json!(true))
    );
    let one = server.get("/v1/crm/pipelines/default?fields=id,name").await.expect(200);
    assert_eq!((one.provider_calls(), &one.json["data"]), (1, &json!({"id": "default", "name": "Default"})));
    assert!(all(&server, "/v1/crm/pipelines?filter[is_active]=false").await.is_empty());
    let answer = server.get("/v1/crm/deals?limit=2000").await.expect(200);
    let deals = answer.data();
    assert_eq!(texts(deals, "pipeline_id"), BTreeSet::from(["default"]));
    assert!(!answer.text.contains("RecordTypeId"), "nothing is missing");
    assert_eq!(all(&server, "/v1/crm/deals?filter[pipeline_id]=default").await.len(), deals.len());
    assert!(all(&server, "/v1/crm/deals?filter[pipeline_id][ne]=default").await.is_empty());
    let schema = server.get("/v1/crm/deals/schema").await.expect(200).json;
    let fields = schema["data"]["fields"].as_array().unwrap();
    let pipeline = fields.iter().find(|field| field["name"] == "pipeline_id").unwrap();
    assert!(pipeline["unavailable"].is_null(), "{pipeline}");
}

#[tokio::test]
async fn people_and_robots_among_the_users_are_told_apart() {
    let server = Server::start().await;
    let users = all(&server, "/v1/crm/users").await;
    assert_eq!(texts(&users, "type"), BTreeSet::from(["AutomatedProcess", "Standard"]));
    let people = all(&server, "/v1/crm/users?filter[type]=Standard&filter[is_active]=true").await;
    assert!(!people.is_empty() && people.len() < users.len());
    assert!(users.iter().any(|user| user["role"] == "Sales" && user["manager_id"].is_string()));
    let owner = all(&server, "/v1/crm/deals").await[0]["owner_id"].clone();
    assert!(users.iter().any(|user| user["id"] == owner));
    server.send("POST", "/v1/crm/users", json!({"name": "x"})).await.expect_problem(400, "invalid_request");
}

#[tokio::test]
async fn an_object_that_the_user_cannot_see_leaves_the_others_usable() {
    let server = Server::start().await;
    server.settings(json!({"hidden_fields": ["Lead.*", "OpportunityContactRole.*"]})).await;
    let path = format!("/v1/connections/{}/test", server.connection);
    let report = server.send("POST", &path, Value::Null).await.expect(200);
    assert_eq!(report.json["passed"], true, "{}", report.text);
    assert!(report.text.contains("Lead: the run-as user cannot see this object"), "{}", report.text);
    let answer = server.get("/v1/crm/deals?limit=5").await.expect(200);
    assert!(answer.data().iter().all(|deal| deal["contact_ids"].is_null() && deal["name"].is_string()));
    assert!(answer.json["warnings"].to_string().contains("OpportunityContactRoles"), "{}", answer.text);
}
