//! The recorded exchanges against the sandbox: the same shapes.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;
use support::{Client, encoded, send, token_response};

fn recording(name: &str) -> Value {
    let folder = std::env::var_os("RECORDINGS_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings"), PathBuf::from);
    let path = folder.join("salesforce").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    serde_json::from_str(&text).unwrap()
}

fn exchanges(name: &str) -> Vec<Value> {
    recording(name)["exchanges"].as_array().unwrap().clone()
}

fn keys(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn recorded_queries_are_answered_with_the_recorded_keys() {
    let client = Client::small().await;
    for name in ["accounts", "articles", "users", "query-records", "query-all-records"] {
        let exchange = &exchanges(&format!("nango-recorded/{name}.json"))[0];
        let target =
            format!("{}?q={}", exchange["path"].as_str().unwrap(), encoded(exchange["query"]["q"].as_str().unwrap()));
        let answer = client.get(&target);
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        let (ours, theirs) = (answer.json(), &exchange["body"]);
        let mut expected = keys(theirs);
        // A small org has no second page.
        expected.remove("nextRecordsUrl");
        assert_eq!(keys(&ours), expected, "{name}");
        let (our_record, their_record) = (&ours["records"][0], &theirs["records"][0]);
        assert_eq!(keys(our_record), keys(their_record), "{name}");
        assert_eq!(keys(&our_record["attributes"]), keys(&their_record["attributes"]));
        assert!(answer.header("sforce-limit-info").is_some());
        assert_eq!(answer.header("content-type"), exchange["headers"]["content-type"].as_str());
    }
}

#[tokio::test]
async fn recorded_values_and_ours_have_the_same_json_types() {
    let client = Client::small().await;
    let name = "grouparoo-recorded/export-objects__export-records-custom.json";
    let theirs = exchanges(name)
        .into_iter()
        .find(|exchange| {
            exchange["path"].as_str().unwrap().contains("/sobjects/Contact/003") && exchange["status"] == 200
        })
        .unwrap()["body"]
        .clone();
    let id = client.column("SELECT Id FROM Contact LIMIT 1", "Id")[0].as_str().unwrap().to_owned();
    let ours = client.get(&format!("/services/data/v42.0/sobjects/Contact/{id}")).json();
    let kind = |value: &Value| match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        _ => "other",
    };
    let mut compared = 0;
    for (name, value) in theirs.as_object().unwrap() {
        let Some(our) = ours.get(name) else { continue };
        compared += 1;
        if !value.is_null() && !our.is_null() {
            assert_eq!(kind(our), kind(value), "{name}");
        }
    }
    assert!(compared > 50, "{compared}");
    let stamp = ours["SystemModstamp"].as_str().unwrap();
    assert_eq!(stamp.len(), theirs["SystemModstamp"].as_str().unwrap().len());
    assert!(stamp.ends_with(".000+0000"));
}

#[tokio::test]
async fn describe_has_the_recorded_members_and_field_facts() {
    let client = Client::small().await;
    client.control("POST", "settings", serde_json::json!({ "state_country_picklists": true })).await;
    let theirs = exchanges("nango-recorded/describe-sobject.json")[0]["body"].clone();
    let ours = client.get("/services/data/v58.0/sobjects/Account/describe").json();
    assert_eq!(keys(&ours), keys(&theirs));
    assert_eq!(keys(&ours["fields"][0]), keys(&theirs["fields"][0]));
    let by_name = |describe: &Value, name: &str| {
        let fields = describe["fields"].as_array().unwrap().clone();
        fields.into_iter().find(|field| field["name"] == name)
    };
    let facts = [
        "type",
        "length",
        "byteLength",
        "precision",
        "scale",
        "digits",
        "nillable",
        "createable",
        "updateable",
        "filterable",
        "sortable",
        "groupable",
        "custom",
        "defaultedOnCreate",
        "externalId",
        "idLookup",
        "unique",
        "compoundFieldName",
        "referenceTo",
        "relationshipName",
        "soapType",
        "label",
    ];
    let mut compared = 0;
    for field in theirs["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let Some(our) = by_name(&ours, name) else {
            continue;
        };
        compared += 1;
        for fact in facts {
            assert_eq!(our[fact], field[fact], "Account.{name}.{fact}");
        }
    }
    assert!(compared > 50, "{compared}");
    let contact = client.get("/services/data/v66.0/sobjects/Contact/describe").json();
    assert_eq!(by_name(&contact, "Description").unwrap()["filterable"], false);
    assert_eq!(by_name(&contact, "ns__Legacy_Id__c").unwrap()["unique"], true);
    let recorded = exchanges("grouparoo-recorded/export-contacts__destination-mapping-options.json");
    let recorded =
        recorded.iter().find(|exchange| exchange["path"].as_str().unwrap().ends_with("Contact/describe")).unwrap();
    for field in recorded["body"]["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let Some(our) = by_name(&contact, name) else {
            continue;
        };
        for fact in ["type", "filterable", "sortable", "nillable", "createable", "updateable", "compoundFieldName"] {
            assert_eq!(our[fact], field[fact], "Contact.{name}.{fact}");
        }
    }
    let lead = client.get("/services/data/v66.0/sobjects/Lead/describe").json();
    let recorded = exchanges("grouparoo-recorded/export-objects__destination-mapping-options.json");
    let recorded =
        recorded.iter().find(|exchange| exchange["path"].as_str().unwrap().ends_with("Lead/describe")).unwrap();
    let mut compared = 0;
    for field in recorded["body"]["fields"].as_array().unwrap() {
        let name = field["name"].as_str().unwrap();
        let Some(our) = by_name(&lead, name) else {
            continue;
        };
        compared += 1;
        for fact in facts {
            assert_eq!(our[fact], field[fact], "Lead.{name}.{fact}");
        }
    }
    assert!(compared > 40, "{compared}");
}

#[tokio::test]
async fn describe_is_not_sent_again_until_the_schema_changes() {
    let client = Client::small().await;
    let target = "/services/data/v66.0/sobjects/Contact/describe";
    let stamp = client.get(target).header("last-modified").unwrap().to_owned();
    let headers = [("If-Modified-Since", stamp.as_str())];
    assert_eq!(client.get_with(target, &headers).status, 304);
    client.control("POST", "settings", serde_json::json!({ "hidden_fields": ["Contact.Fax"] })).await;
    assert_eq!(client.get_with(target, &headers).status, 200);
}

#[tokio::test]
async fn user_versions_and_limits_have_the_recorded_shapes() {
    let client = Client::small().await;
    let theirs = exchanges("nango-recorded/get-current-user.json")[0]["body"].clone();
    let ours = client.get("/services/oauth2/userinfo").json();
    assert_eq!(keys(&ours), keys(&theirs));
    assert_eq!(keys(&ours["urls"]), keys(&theirs["urls"]));
    let theirs = exchanges("nango-recorded/list-available-resources.json")[0]["body"].clone();
    assert_eq!(send(&client.org.url(), "GET", "/services/data", &[], "").json(), theirs);
    let theirs = exchanges("nango-recorded/get-limits.json")[0]["body"].clone();
    let ours = client.get("/services/data/v60.0/limits").json();
    assert!(keys(&ours).is_subset(&keys(&theirs)), "{:?}", keys(&ours).difference(&keys(&theirs)));
    assert_eq!(keys(&ours["DailyApiRequests"]), keys(&theirs["DailyApiRequests"]));
}

#[tokio::test]
async fn a_composite_answer_has_the_recorded_members() {
    let client = Client::small().await;
    let exchange = exchanges("nango-recorded/composite-request.json")[0].clone();
    let bearer = client.bearer();
    let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
    let body = exchange["request_body"].to_string();
    let target = exchange["path"].as_str().unwrap();
    let ours = send(&client.org.url(), "POST", target, &headers, &body).json();
    let (our, their) = (&ours["compositeResponse"][0], &exchange["body"]["compositeResponse"][0]);
    assert_eq!(keys(our), keys(their));
    assert_eq!(our["httpStatusCode"], their["httpStatusCode"]);
    assert_eq!(our["referenceId"], their["referenceId"]);
    assert_eq!(keys(&our["body"]), keys(&their["body"]));
}

#[tokio::test]
async fn errors_are_the_recorded_ones() {
    let client = Client::small().await;
    let errors = recording("collected/errors.json");
    let recorded = |code: &str| {
        let items = errors["items"].as_array().unwrap().clone();
        let item = items.into_iter().find(|item| item["body"][0]["errorCode"] == code);
        item.unwrap_or_else(|| panic!("{code} is recorded"))
    };
    let same = |answer: &support::Response, code: &str| {
        let item = recorded(code);
        assert_eq!(u64::from(answer.status), item["status"].as_u64().unwrap(), "{code}");
        assert_eq!(answer.json()[0]["message"], item["body"][0]["message"], "{code}");
        assert_eq!(answer.json()[0]["errorCode"], code);
    };
    same(&client.get("/services/data/v66.0/sobjects/Contact/003dM0000000000"), "NOT_FOUND");
    client.control("POST", "settings", serde_json::json!({ "used": 15_000 })).await;
    same(&client.query("SELECT Id FROM Contact"), "REQUEST_LIMIT_EXCEEDED");
    client.control("POST", "expire_sessions", Value::Null).await;
    same(&client.query("SELECT Id FROM Contact"), "INVALID_SESSION_ID");

    let oauth = recording("collected/oauth.json");
    let wrong = token_response(&client.org.url(), "sandbox-client", "wrong");
    let items = oauth["items"].as_array().unwrap();
    let item = items.iter().find(|item| item["body"]["error"] == "invalid_client").unwrap();
    assert_eq!(wrong.json(), item["body"]);
    assert_eq!(u64::from(wrong.status), item["status"].as_u64().unwrap());
}

/// Ids of the recorded org stand for records that ours has.
fn with_our_ids(client: &Client, exchange: &Value) -> Value {
    let mut text = exchange.to_string();
    let account = client.write("POST", "sobjects/Account", &serde_json::json!({ "Name": "Stands in" })).json();
    for id in ["001dM00003kS3BpQAK", "001dM00003kS5tZQAS", "001dM00003kReWpQAK", "0014S000007dTS6QAM"] {
        text = text.replace(id, account["id"].as_str().unwrap());
    }
    serde_json::from_str(&text).unwrap()
}

/// Members and JSON types, values left out.
fn shape(value: &Value) -> Value {
    match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), shape(value))).collect(),
        Value::Array(items) => items.iter().map(shape).collect(),
        Value::String(_) => "text".into(),
        other => other.clone(),
    }
}

#[tokio::test]
async fn recorded_writes_are_answered_with_the_recorded_status_and_shape() {
    let client = Client::small().await;
    for name in [
        "create-record",
        "update-record",
        "delete-record",
        "upsert-record",
        "update-record-by-external-id",
        "create-sobject-collection",
        "update-sobject-collection",
        "upsert-sobject-collection",
    ] {
        let exchange = with_our_ids(&client, &exchanges(&format!("nango-recorded/{name}.json"))[0]);
        let query = exchange["query"]["updateOnly"].as_str().map_or("", |_| "?updateOnly=true");
        let target = format!("{}{query}", exchange["path"].as_str().unwrap());
        let bearer = client.bearer();
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body =
            if exchange["request_body"].is_null() { String::new() } else { exchange["request_body"].to_string() };
        let answer = send(&client.org.url(), exchange["method"].as_str().unwrap(), &target, &headers, &body);
        assert_eq!(u64::from(answer.status), exchange["status"].as_u64().unwrap(), "{name}: {}", answer.text());
        if answer.status == 204 {
            assert_eq!(answer.text(), "", "{name}");
            continue;
        }
        assert_eq!(shape(&answer.json()), shape(&exchange["body"]), "{name}");
        let location = exchange["headers"]["location"].is_string();
        assert_eq!(answer.header("location").is_some(), location, "{name}");
        assert_eq!(answer.header("content-type"), exchange["headers"]["content-type"].as_str(), "{name}");
    }
}

#[tokio::test]
async fn recorded_collections_of_2021_are_answered_item_by_item() {
    let client = Client::small().await;
    let mut replayed = 0;
    for file in ["export-account__export-records-enrich", "export-objects__export-records-reference"] {
        let mut ids: Vec<(String, String)> = Vec::new();
        for exchange in exchanges(&format!("grouparoo-recorded/{file}.json")) {
            let path = exchange["path"].as_str().unwrap_or_default();
            if !path.ends_with("/composite/sobjects") || exchange["method"] == "DELETE" {
                continue;
            }
            // Fields of that org alone.
            let mut text = exchange["request_body"].to_string().replace("\"email_field__c\"", "\"Custom__c\"");
            text = text.replace("Custom_External_ID__c", "ns__Legacy_Id__c");
            if text.contains("Custom__c") {
                continue;
            }
            for (theirs, ours) in &ids {
                text = text.replace(theirs, ours);
            }
            if ["0014S", "0034S"].iter().any(|foreign| text.contains(foreign)) {
                continue;
            }
            let bearer = client.bearer();
            let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
            let answer = send(&client.org.url(), exchange["method"].as_str().unwrap(), path, &headers, &text);
            assert_eq!(answer.status, 200, "{text}: {}", answer.text());
            assert_eq!(shape(&answer.json()), shape(&exchange["body"]), "{text}: {}", answer.text());
            for (theirs, ours) in exchange["body"].as_array().unwrap().iter().zip(answer.json().as_array().unwrap()) {
                match (theirs["id"].as_str(), ours["id"].as_str()) {
                    (Some(theirs), Some(ours)) => ids.push((theirs.to_owned(), ours.to_owned())),
                    _ => assert_eq!(theirs, ours),
                }
            }
            replayed += 1;
        }
    }
    assert!(replayed >= 7, "{replayed}");
}

#[tokio::test]
async fn the_recorded_refusals_of_writes_are_ours() {
    let client = Client::small().await;
    let errors = recording("collected/errors.json");
    let item = |code: &str| {
        let items = errors["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item.to_string().contains(code)).unwrap()
    };
    let id = client.column("SELECT Id FROM Contact LIMIT 1", "Id")[0].as_str().unwrap().to_owned();
    client.write("DELETE", &format!("sobjects/Contact/{id}"), &Value::Null);
    let gone = client.write("DELETE", &format!("sobjects/Contact/{id}"), &Value::Null);
    assert_eq!(gone.json(), item("ENTITY_IS_DELETED")["body"]);
    client.control("POST", "settings", serde_json::json!({ "duplicate_rule": "alert" })).await;
    let body = serde_json::json!({ "LastName": "x", "Email": "x@y.example" });
    client.write("POST", "sobjects/Contact", &body);
    let refused = client.write("POST", "sobjects/Contact", &body);
    assert_eq!(shape(&refused.json()), shape(&item("duplicateResut")["body"]));
    let urls = client.control("POST", "settings", serde_json::json!({ "duplicate_rule": "none" })).await;
    assert_eq!(urls["duplicate_rule"], "none");
    client.write("POST", "sobjects/Contact", &body);
    let several = client.write("PATCH", "sobjects/Contact/Email/x%40y.example", &serde_json::json!({ "Title": "t" }));
    assert_eq!(u64::from(several.status), item("Whizbang")["status"].as_u64().unwrap());
    assert_eq!(shape(&several.json()), shape(&item("Whizbang")["body"]));
}
