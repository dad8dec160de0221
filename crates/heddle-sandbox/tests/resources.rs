//! Pages, composites, single records, describes and writes past the API.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::HashSet;

use heddle_sandbox::SalesforceOptions;
use serde_json::{Value, json};
use support::{Client, encoded, send};

#[tokio::test]
async fn following_the_pages_yields_each_contact_once_and_ties_keep_their_order() {
    let client = Client::start(SalesforceOptions::default()).await;
    let read = |soql: &str, pages: usize| {
        let mut answer = client.query(soql).json();
        let mut ids = Vec::new();
        for page in 1.. {
            assert_eq!(answer["totalSize"], 5_000);
            ids.extend(answer["records"].as_array().unwrap().iter().map(|row| row["Id"].clone()));
            let Some(next) = answer.get("nextRecordsUrl") else {
                assert_eq!((answer["done"].clone(), page), (json!(true), pages));
                break;
            };
            let next = next.as_str().unwrap();
            assert!(next.starts_with("/services/data/v66.0/query/0r8"), "{next}");
            assert!(next.ends_with(&format!("-{}", ids.len())), "{next}");
            answer = client.get(next).json();
        }
        assert_eq!(ids.iter().map(Value::to_string).collect::<HashSet<_>>().len(), 5_000);
        ids
    };
    read("SELECT Id FROM Contact", 3);
    read("SELECT Id, Description FROM Contact", 5);
    let by_stamp = read("SELECT Id, SystemModstamp FROM Contact ORDER BY SystemModstamp, Id", 3);
    let limited = client.query("SELECT Id FROM Contact ORDER BY SystemModstamp, Id LIMIT 2001").json();
    assert_eq!(limited["totalSize"], 2_001);
    assert_eq!(limited["done"], false);
    assert_eq!(limited["records"][7]["Id"], by_stamp[7]);
    let stamps = client.column("SELECT SystemModstamp FROM Contact LIMIT 2000", "SystemModstamp");
    let distinct: HashSet<String> = stamps.iter().map(Value::to_string).collect();
    assert!(distinct.len() < 1_500, "bulk loads share their second");
    let offset = client.column("SELECT Id FROM Contact ORDER BY SystemModstamp, Id LIMIT 2 OFFSET 2000", "Id");
    assert_eq!(offset, by_stamp[2_000..2_002]);
}

#[tokio::test]
async fn a_batch_size_hint_shortens_pages_and_a_false_locator_is_refused() {
    let client = Client::start(SalesforceOptions { contacts: 450, ..support::small() }).await;
    let target = "/services/data/v66.0/query?q=SELECT+Id+FROM+Contact";
    let answer = client.get_with(target, &[("Sforce-Query-Options", "batchSize=200")]);
    assert_eq!(answer.json()["records"].as_array().unwrap().len(), 200);
    let answer = client.get_with(target, &[("Sforce-Query-Options", "batchSize=20")]);
    assert_eq!(answer.error().0, "INVALID_BATCH_SIZE");
    for locator in ["0r8dM0000000000AAA-2000", "x", "0r8-"] {
        let answer = client.get(&format!("/services/data/v66.0/query/{locator}"));
        assert_eq!((answer.status, answer.error().0.as_str()), (400, "INVALID_QUERY_LOCATOR"));
    }
}

#[tokio::test]
async fn deleted_contacts_are_seen_by_query_all_alone() {
    let client = Client::small().await;
    let count = |resource: &str, soql: &str| {
        let answer = client.get(&format!("/services/data/v66.0/{resource}?q={}", encoded(soql)));
        answer.json()["totalSize"].as_u64().unwrap()
    };
    let deleted = "SELECT Id, IsDeleted FROM Contact WHERE IsDeleted = true";
    assert_eq!(count("query", "SELECT COUNT() FROM Contact"), 120);
    assert_eq!(count("query", deleted), 0);
    assert_eq!(count("queryAll", deleted), 3);
    assert_eq!(count("queryAll", "SELECT COUNT() FROM Contact"), 123);
    let counted = client.query("SELECT COUNT() FROM Contact").json();
    assert_eq!(counted, json!({ "totalSize": 120, "done": true, "records": [] }));
}

#[tokio::test]
async fn a_hidden_field_is_gone_from_describe_and_unknown_to_queries() {
    let client = Client::small().await;
    let names = |client: &Client| {
        let describe = client.get("/services/data/v66.0/sobjects/Contact/describe").json();
        let fields = describe["fields"].as_array().unwrap().clone();
        fields.iter().map(|field| field["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert!(names(&client).contains(&"MobilePhone".to_owned()));
    assert!(!names(&client).contains(&"MailingCountryCode".to_owned()));
    let changes = json!({ "hidden_fields": ["Contact.MobilePhone"], "state_country_picklists": true,
        "extra_custom_fields": 500 });
    client.control("POST", "settings", changes).await;
    let now = names(&client);
    assert!(!now.contains(&"MobilePhone".to_owned()));
    assert!(now.contains(&"MailingCountryCode".to_owned()));
    assert_eq!(now.iter().filter(|name| name.starts_with("Imported_")).count(), 500);
    let (code, message) = client.refused("SELECT MobilePhone FROM Contact");
    assert_eq!(code, "INVALID_FIELD");
    assert!(message.contains("No such column 'MobilePhone' on entity 'Contact'"));
}

#[tokio::test]
async fn a_query_too_long_for_a_url_goes_through_composite_as_one_call() {
    let client = Client::small().await;
    client.control("POST", "settings", json!({ "extra_custom_fields": 500 })).await;
    let mut fields = vec!["Id".to_owned()];
    fields.extend((1..=500).map(|n| format!("Imported_Source_System_Attribute_{n:03}__c")));
    let soql = format!("SELECT {} FROM Contact LIMIT 3", fields.join(", "));
    assert_eq!(client.query(&soql).status, 414);
    let url = format!("/services/data/v66.0/query?q={}", encoded(&soql));
    let body = json!({ "compositeRequest": [
        { "method": "GET", "url": url, "referenceId": "page" },
        { "method": "GET", "url": "/services/data/v66.0/query?q=SELECT+Foo+FROM+Contact", "referenceId": "bad" },
    ] });
    let bearer = client.bearer();
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let target = "/services/data/v66.0/composite";
    let answer = send(&client.org.url(), "POST", target, &headers, &body.to_string());
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(answer.header("sforce-limit-info"), Some("api-usage=1/15000"));
    let parts = answer.json()["compositeResponse"].clone();
    assert_eq!(parts[0]["httpStatusCode"], 200);
    assert_eq!(parts[0]["referenceId"], "page");
    assert_eq!(parts[0]["body"]["records"][0].as_object().unwrap().len(), 502);
    assert_eq!(parts[1]["httpStatusCode"], 400);
    assert_eq!(parts[1]["body"][0]["errorCode"], "INVALID_FIELD");
    let many: Vec<Value> = (0..6)
        .map(|n| {
            json!({ "method": "GET", "referenceId": format!("r{n}"),
            "url": "/services/data/v66.0/query?q=SELECT+Id+FROM+Contact+LIMIT+1" })
        })
        .collect();
    let body = json!({ "compositeRequest": many }).to_string();
    assert_eq!(send(&client.org.url(), "POST", target, &headers, &body).status, 400);
}

#[tokio::test]
async fn a_statement_or_string_over_its_limit_is_refused() {
    let client = Client::small().await;
    let body = |soql: &str| {
        json!({ "compositeRequest": [{ "method": "GET", "referenceId": "r",
            "url": format!("/services/data/v66.0/query?q={}", encoded(soql)) }] })
        .to_string()
    };
    let bearer = client.bearer();
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let long = "a".repeat(100_001);
    for soql in [
        format!("SELECT Id FROM Contact WHERE Name = '{long}'"),
        format!("SELECT Id FROM Contact WHERE Name = '{}'", &long[..4_001]),
    ] {
        let answer = send(&client.org.url(), "POST", "/services/data/v66.0/composite", &headers, &body(&soql));
        let part = answer.json()["compositeResponse"][0].clone();
        assert_eq!(part["httpStatusCode"], 400);
        assert_eq!(part["body"][0]["errorCode"], "MALFORMED_QUERY");
    }
}

#[tokio::test]
async fn one_record_is_read_by_either_length_of_its_id() {
    let client = Client::small().await;
    let id = client.column("SELECT Id FROM Contact LIMIT 1", "Id")[0].as_str().unwrap().to_owned();
    let row = |id: &str, rest: &str| client.get(&format!("/services/data/v66.0/sobjects/Contact/{id}{rest}"));
    for name in [id.as_str(), &id[..15]] {
        let answer = row(name, "?fields=LastName,Id");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["attributes"]["type"], "Contact");
        assert_eq!(answer.json().as_object().unwrap().len(), 3);
        assert_eq!(answer.json()["Id"], id);
    }
    assert_eq!(row(&id, "?fields=Foo").error().0, "INVALID_FIELD");
    assert_eq!(row("003dM0000000000", "").status, 404);
    assert_eq!(row("nothing", "").error().0, "NOT_FOUND");
    let mut false_sum = id[..17].to_owned();
    false_sum.push(if id.ends_with('A') { 'B' } else { 'A' });
    assert_eq!(row(&false_sum, "").error().0, "MALFORMED_ID");
    client.control("POST", "touch", json!({ "id": id, "fields": { "IsDeleted": true } })).await;
    let answer = row(&id, "");
    assert_eq!((answer.status, answer.error().0.as_str()), (404, "NOT_FOUND"));
}

#[tokio::test]
async fn an_edit_moves_the_stamp_and_the_name() {
    let client = Client::small().await;
    let before = client.records("SELECT Id, SystemModstamp FROM Contact LIMIT 1").remove(0);
    let fields = json!({ "FirstName": "Zed", "LastName": "O'Edit" });
    client.control("POST", "touch", json!({ "id": before["Id"], "fields": fields })).await;
    let after = client.records(r"SELECT Id, SystemModstamp, Name FROM Contact WHERE LastName = 'O\'Edit'").remove(0);
    assert_eq!(after["Id"], before["Id"]);
    assert_eq!(after["Name"], "Zed O'Edit");
    assert!(after["SystemModstamp"].as_str() > before["SystemModstamp"].as_str());
    let answer = client.org.control("POST", "contacts", json!({ "Nope": 1 })).await;
    assert_eq!(answer["error"], "no field Nope");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_org() {
    let soql = "SELECT Id, Name, Email, SystemModstamp, MailingAddress FROM Contact";
    let (one, two) = (Client::small().await, Client::small().await);
    assert_eq!(one.records(soql), two.records(soql));
    one.control("POST", "seed", json!({ "seed": 2, "contacts": 7 })).await;
    assert_eq!(one.records(soql).len(), 7);
    assert_ne!(one.records(soql)[..], two.records(soql)[..7]);
}

#[tokio::test]
async fn answers_are_compressed_only_where_the_org_and_the_client_do_it() {
    let soql = "/services/data/v66.0/query?q=SELECT+Id+FROM+Contact";
    for gzip in [true, false] {
        let client = Client::start(SalesforceOptions { gzip, ..support::small() }).await;
        let answer = client.get_with(soql, &[("accept-encoding", "gzip")]);
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-encoding"), gzip.then_some("gzip"));
        assert_eq!(client.get(soql).header("content-encoding"), None);
    }
}

#[tokio::test]
async fn methods_and_resources_that_do_not_exist_are_refused() {
    let client = Client::small().await;
    let bearer = client.bearer();
    let headers = [("authorization", bearer.as_str())];
    let call = |method: &str, target: &str| {
        let target = format!("/services/data/v66.0/{target}");
        let answer = send(&client.org.url(), method, &target, &headers, "");
        (answer.status, answer.error().0)
    };
    let not_allowed = (405, "METHOD_NOT_ALLOWED".to_owned());
    let not_found = (404, "NOT_FOUND".to_owned());
    assert_eq!(call("POST", "query?q=SELECT+Id+FROM+Contact"), not_allowed);
    assert_eq!(call("PUT", "sobjects/Contact/003dM0000000000AAA"), not_allowed);
    assert_eq!(call("DELETE", "sobjects/User/005dM0000000000AAA"), not_allowed);
    assert_eq!(call("GET", "composite"), not_allowed);
    assert_eq!(call("POST", "composite"), (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()));
    assert_eq!(call("GET", "sobjects/Case/describe"), not_found);
    assert_eq!(call("GET", "tooling"), not_found);
    assert_eq!(send(&client.org.url(), "GET", "/elsewhere", &[], "").status, 404);
}

#[tokio::test]
async fn merged_contacts_name_the_one_they_went_into() {
    let client = Client::small().await;
    let soql = "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true AND MasterRecordId != null";
    let answer = client.get(&format!("/services/data/v66.0/queryAll?q={}", encoded(soql)));
    assert!(answer.json()["totalSize"].as_u64().unwrap() > 0);
}

#[tokio::test]
async fn two_hundred_callers_at_once_are_all_answered_and_counted() {
    let client = Client::small().await;
    std::thread::scope(|scope| {
        for _ in 0..200 {
            scope.spawn(|| assert_eq!(client.query("SELECT Id FROM Contact LIMIT 1").status, 200));
        }
    });
    assert_eq!(client.org.calls("query"), 200);
    assert_eq!(client.org.calls("token"), 1);
}
