//! The API's document beside what the API does.

use heddle_tests::{Server, violations};
use serde_json::{Value, json};

fn document() -> Value {
    serde_json::from_str(&heddle_server::openapi_json()).unwrap()
}

/// Every place that has a schema and an example of it.
fn examples<'a>(value: &'a Value, found: &mut Vec<(&'a Value, &'a Value)>) {
    if let (Some(schema), Some(example)) = (value.get("schema"), value.get("example")) {
        found.push((schema, example));
    }
    for member in value.as_object().into_iter().flatten().map(|(_, member)| member) {
        examples(member, found);
    }
    value.as_array().into_iter().flatten().for_each(|item| examples(item, found));
}

#[test]
fn every_example_fits_its_schema() {
    let document = document();
    let mut found = Vec::new();
    examples(&document["paths"], &mut found);
    assert!(found.len() >= 3, "{}", found.len());
    for (schema, example) in found {
        assert_eq!(violations(&document, schema, example), Vec::<String>::new(), "{example}");
    }
}

#[tokio::test]
async fn a_list_and_a_problem_fit_their_schemas() {
    let server = Server::start().await;
    let document = document();
    let of = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let page = server.list(&[("limit", "300"), ("expand", "account,owner"), ("include_raw", "true")]).await.expect(200);
    assert_eq!(violations(&document, &of("ContactPage"), &page.json), Vec::<String>::new());
    let kinds = |field: &str| page.data().iter().filter_map(|r| r[field].as_array()).flatten().count();
    assert!(kinds("email_addresses") > 0 && kinds("phone_numbers") > 0 && kinds("addresses") > 0);
    let refused = server.list(&[("filter[colour]", "red")]).await;
    assert_eq!(violations(&document, &of("Problem"), &refused.json), Vec::<String>::new());
    let connection = server.get(&format!("/v1/connections/{}", server.connection)).await.expect(200);
    assert_eq!(violations(&document, &of("Connection"), &connection.json), Vec::<String>::new());
}

#[test]
fn a_word_that_the_document_does_not_have_is_found() {
    let document = document();
    let schema = json!({"$ref": "#/components/schemas/EmailAddress"});
    let address = |kind: &str| json!({"type": kind, "is_primary": true, "email": null});
    assert_eq!(violations(&document, &schema, &address("WORK")), Vec::<String>::new());
    assert_eq!(violations(&document, &schema, &address("Work")).len(), 1);
}
