//! The OpenAPI document is sound, complete, and the same each time.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use heddle_engine::Code;
use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(&heddle_server::openapi_json()).unwrap()
}

/// Every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                found.push((format!("{method} {path}"), operation));
            }
        }
    }
    found
}

fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

#[test]
fn the_document_is_openapi_3_1_with_a_licence_and_one_security_scheme() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["license"]["name"], "MIT OR Apache-2.0");
    assert_eq!(document["info"]["license"]["identifier"], "MIT OR Apache-2.0");
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    assert_eq!(schemes.len(), 1);
    assert_eq!(schemes["api_key"]["scheme"], "bearer");
}

#[test]
fn the_document_is_the_same_each_time_and_ends_in_a_newline() {
    let text = heddle_server::openapi_json();
    assert_eq!(text, heddle_server::openapi_json());
    assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
}

#[test]
fn operation_ids_are_a_verb_and_a_resource_and_unique() {
    let document = document();
    let mut seen = BTreeSet::new();
    for (name, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap_or_default();
        let verb = id.split('_').next().unwrap_or_default();
        assert!(
            [
                "list",
                "search",
                "get",
                "create",
                "update",
                "set",
                "upsert",
                "batch",
                "delete",
                "test",
                "confirm",
                "call",
                "authorize",
                "check",
                "convert",
            ]
            .contains(&verb),
            "{name}: {id}"
        );
        assert!(seen.insert(id.to_owned()), "{name}: {id} is used twice");
        assert!(operation["summary"].is_string(), "{name} has no summary");
        assert_eq!(operation["tags"].as_array().map(Vec::len), Some(1), "{name}");
    }
    assert_eq!(seen.len(), 159);
}

#[test]
fn every_response_parameter_and_field_is_described() {
    let document = document();
    let described = |value: &Value| value["description"].as_str().is_some_and(|text| !text.trim().is_empty());
    for (name, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(described(response), "{name}: {status}");
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(described(parameter), "{name}: {parameter}");
            assert!(parameter["schema"].is_object(), "{name}: {parameter}");
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(described(schema), "{name}");
        for (field, property) in schema["properties"].as_object().into_iter().flatten() {
            let by_option = property["oneOf"].as_array().is_some_and(|options| options.iter().any(described));
            let by_schema = property.get("$ref").is_some();
            assert!(described(property) || by_option || by_schema, "{name}.{field}: {property}");
        }
    }
}

#[test]
fn every_reference_leads_somewhere_and_every_schema_is_used() {
    let document = document();
    let mut used = BTreeSet::new();
    walk(&document, &mut |value| {
        if let Some(Value::String(target)) = value.get("$ref") {
            let found = document.pointer(target.trim_start_matches('#'));
            assert!(found.is_some(), "{target} leads nowhere");
            used.insert(target.rsplit('/').next().unwrap_or_default().to_owned());
        }
    });
    let all: BTreeSet<_> = document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(all, used);
}

#[test]
fn every_error_code_is_in_the_document() {
    let document = document();
    let text = document["components"]["schemas"]["Problem"]["properties"]["code"]["description"].as_str().unwrap();
    for row in Code::TABLE {
        assert!(text.contains(&format!("`{}`", row.name)), "{}", row.name);
    }
}

#[test]
fn every_operation_behind_the_key_says_which_problems_it_has() {
    let document = document();
    for (name, operation) in operations(&document) {
        if !name.contains("/v1/") {
            continue;
        }
        assert_eq!(operation["security"][0]["api_key"], serde_json::json!([]), "{name}");
        for status in ["400", "401", "403", "500"] {
            let response = &operation["responses"][status];
            let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
            assert_eq!(schema, "#/components/schemas/Problem", "{name}: {status}");
        }
    }
}

#[test]
fn every_answer_names_its_request_and_every_problem_what_it_cost() {
    let document = document();
    for (name, operation) in operations(&document) {
        for (status, response) in operation["responses"].as_object().unwrap() {
            assert!(response["headers"]["Request-Id"].is_object(), "{name}: {status}");
            let problem = response["content"].get("application/problem+json").is_some();
            assert!(!problem || response["headers"]["X-Provider-Calls"].is_object(), "{name}: {status}");
        }
    }
}

#[test]
fn lists_of_the_servers_own_resources_declare_their_cursors_refusal() {
    let document = document();
    for path in ["/v1/tenants", "/v1/connections", "/v1/api-keys"] {
        let refused = &document["paths"][path]["get"]["responses"]["400"]["description"];
        assert!(refused.as_str().unwrap().contains("`invalid_cursor`"), "{path}");
    }
    assert!(document["paths"]["/v1/connections"]["get"]["responses"]["404"].is_object());
}

#[test]
fn nothing_in_the_document_breaks_client_generators() {
    let document = document();
    walk(&document, &mut |value| {
        for union in ["oneOf", "anyOf"] {
            let nullable = value
                .get(union)
                .and_then(Value::as_array)
                .is_none_or(|options| options.len() == 2 && options.iter().any(|option| option["type"] == "null"));
            assert!(nullable, "a union: {value}");
        }
    });
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(!name.starts_with("New") && !name.contains('_'), "{name}");
    }
    let page = &document["components"]["schemas"]["ContactPage"]["properties"]["data"]["items"];
    assert_eq!(page["$ref"], "#/components/schemas/Contact");
}
