//! Operations and page sizes.

use super::stage::{Stage, address, stages};
use heddle_connector::model::Object;
use heddle_connector::{ObjectSpec, Operation};
use serde_json::{Value, json};

/// Whether the object has the operation, in the form that any account has it.
fn declares(stage: &Stage, object: Object, operation: Operation) -> bool {
    let has = |spec: &ObjectSpec| spec.operations.contains(&operation);
    stage.manifest.object(object).is_some_and(|spec| spec.forms().any(has))
}

#[tokio::test]
async fn every_operation_that_is_not_declared_is_refused_before_any_call() {
    for stage in stages().await {
        let (before, mut refused) = (stage.calls(), 0);
        let id = stage.all[0]["id"].as_str().unwrap();
        for object in Object::ALL.iter().copied() {
            let (list, one) = (address(object), format!("{}/{id}", address(object)));
            for (operation, method, path) in [
                (Operation::List, "GET", list.clone()),
                (Operation::Search, "POST", format!("{list}/search")),
                (Operation::Fetch, "GET", one.clone()),
                (Operation::Create, "POST", list.clone()),
                (Operation::Update, "PATCH", one.clone()),
                (Operation::Delete, "DELETE", one.clone()),
                (Operation::Upsert, "POST", format!("{list}/upsert")),
                (Operation::Batch, "POST", format!("{list}/batch")),
                (Operation::Convert, "POST", format!("{one}/convert")),
            ] {
                if !declares(&stage, object, operation) {
                    let request = stage.server.request(method, &path);
                    let request = match method {
                        "GET" | "DELETE" => request,
                        _ => request.header("content-type", "application/json").body("{}"),
                    };
                    stage.server.sent(request).await.expect_problem(422, "unsupported_operation");
                    refused += 1;
                }
            }
        }
        assert!(refused >= 7, "{refused}");
        assert_eq!(stage.calls(), before, "a refused operation reached the provider");
    }
}

#[tokio::test]
async fn deleted_records_are_shown_or_refused_as_declared() {
    for stage in stages().await {
        let one =
            format!("{}/{}?include_deleted=true", address(stage.spec.object), stage.all[0]["id"].as_str().unwrap());
        let before = stage.calls();
        if stage.spec.deleted {
            let (limit, all) = (stage.spec.max_page.to_string(), stage.all.len());
            let answer = stage.list(&[("include_deleted", "true"), ("limit", &limit)]).await.expect(200);
            assert!(answer.data().len() >= all, "live ones are among them");
            assert!(answer.data().iter().all(|record| record["is_deleted"].is_boolean()), "each says what it is");
            stage.server.get(&one).await.expect(200);
            assert_eq!(stage.calls(), before + 2, "one call each");
            continue;
        }
        for answer in [stage.list(&[("include_deleted", "true")]).await, stage.server.get(&one).await] {
            let answer = answer.expect_problem(422, "unsupported_operation");
            assert!(answer.detail().contains("it can show deleted contacts"), "{}", answer.text);
        }
        stage.list(&[("include_deleted", "false")]).await.expect(200);
        assert_eq!(stage.calls(), before + 1, "a refused list reached the provider");
    }
}

/// A field that names a record, one of free text, and what else a new record
/// needs.
fn sample(stage: &Stage) -> (&'static str, &'static str, Value) {
    match stage.spec.object {
        Object::Contact => ("last_name", "description", json!({})),
        Object::Account => ("name", "description", json!({})),
        Object::Lead => ("last_name", "description", json!({"company_name": "Example"})),
        Object::Deal => {
            ("name", "description", json!({"stage_id": "Prospecting", "expected_close_date": "2026-12-31"}))
        }
        Object::Task | Object::Call => ("subject", "content", json!({})),
        Object::Email => ("subject", "body_text", json!({})),
        Object::Meeting => {
            ("subject", "content", json!({"start_at": "2026-06-01T09:00:00Z", "end_at": "2026-06-01T09:30:00Z"}))
        }
        Object::Note => {
            let about = stage.all.iter().find(|note| note["account_ids"] != json!([])).unwrap();
            ("title", "content", json!({"account_ids": about["account_ids"]}))
        }
        other => panic!("nothing is known of {other:?}"),
    }
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn every_declared_write_works_and_is_read_back() {
    let writes = |stage: &Stage| stage.spec.operations.contains(&Operation::Create);
    for stage in stages().await.into_iter().filter(writes) {
        let list = address(stage.spec.object);
        let (name, text, rest) = sample(&stage);
        let send = |method: &'static str, path: String, body: Value| {
            let request = stage.server.request(method, &path).header("content-type", "application/json");
            stage.server.sent(if body.is_null() { request } else { request.body(body.to_string()) })
        };
        let made = send("POST", list.clone(), with(rest, json!({name: "Made"}))).await.expect(201);
        let id = made.json["data"]["id"].as_str().unwrap().to_owned();
        let one = format!("{list}/{id}");
        send("PATCH", one.clone(), json!({text: "Changed"})).await.expect(200);
        let read = stage.server.get(&one).await.expect(200).json;
        assert_eq!((&read["data"][name], &read["data"][text]), (&json!("Made"), &json!("Changed")));
        let batch = json!({"operation": "update", "records": [{"id": id, name: "Batched"}]});
        let batched = send("POST", format!("{list}/batch"), batch).await.expect(200);
        assert_eq!(batched.json["data"][0]["status"], 200, "{}", batched.text);
        let upsert = json!({"match": [name], "record": {name: "Batched", text: "Upserted"}});
        let upserted = send("POST", format!("{list}/upsert"), upsert).await.expect(200);
        assert_eq!(upserted.json["data"]["id"], id.as_str());
        assert_eq!(stage.server.get(&one).await.expect(200).json["data"][text], "Upserted");
        send("DELETE", one.clone(), Value::Null).await.expect(200);
        stage.server.get(&one).await.expect_problem(404, "not_found");
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_refused_with_those_it_takes() {
    let stage = stages().await.remove(0);
    let before = stage.calls();
    let list = address(stage.spec.object);
    let one = format!("{list}/{}", stage.all[0]["id"].as_str().unwrap());
    for (method, path, allow) in [
        ("PUT", one, "GET, HEAD, PATCH, DELETE"),
        ("DELETE", list.clone(), "GET, HEAD, POST"),
        ("GET", format!("{list}/batch"), "POST"),
        ("POST", format!("{list}/schema"), "GET, HEAD"),
    ] {
        let request = stage.server.request(method, &path).body("{}");
        let answer = stage.server.sent(request).await.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
    assert_eq!(stage.calls(), before);
}

#[tokio::test]
async fn the_declared_page_is_served_and_one_more_is_refused() {
    for stage in stages().await {
        let (most, more) = (stage.spec.max_page.to_string(), (stage.spec.max_page + 1).to_string());
        let answer = stage.list(&[("limit", &most), ("fields", "id")]).await.expect(200);
        assert_eq!(answer.data().len(), stage.all.len());
        let before = stage.calls();
        for limit in [more.as_str(), "0", "-1", "abc", "1.5", "", "99999999999999999999"] {
            stage.list(&[("limit", limit)]).await.expect_problem(400, "invalid_request");
        }
        assert_eq!(stage.calls(), before, "a refused limit reached the provider");
    }
}

#[tokio::test]
async fn the_catalogue_shows_what_the_manifest_declares() {
    for stage in stages().await {
        let answer = stage.server.get(&format!("/v1/providers/{}", stage.manifest.id)).await.expect(200);
        for word in stage.spec.operations.iter().map(|o| o.as_str()).chain(stage.spec.expand.iter().copied()) {
            assert!(answer.text.contains(&format!("\"{word}\"")), "{word} is not in {}", answer.text);
        }
        for op in stage.spec.filter_ops {
            assert!(answer.text.contains(&format!("\"{}\"", op.as_str())), "{} is not in {}", op.as_str(), answer.text);
        }
        assert!(answer.text.contains(&stage.spec.max_page.to_string()));
    }
}
