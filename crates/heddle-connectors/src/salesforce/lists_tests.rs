use super::*;
use serde_json::json;

fn items(list: Value) -> Vec<Item> {
    serde_json::from_value(list).unwrap()
}

fn roles(list: &Value) -> Parts {
    let wire = Wire::Json(json!({"records": list}).to_string().into());
    let values = [("Name".to_owned(), Wire::Text("Deal".into())), ("OpportunityContactRoles".to_owned(), wire)];
    parts("Opportunity", &values).unwrap()
}

fn steps(composite: Composite<'_>) -> Vec<Value> {
    let request = composite.request(UPDATE_WITH).unwrap();
    let body: Value = serde_json::from_slice(&request.body.unwrap()).unwrap();
    assert_eq!(body["allOrNone"], true);
    body["compositeRequest"].as_array().unwrap().clone()
}

fn role(contact: &str, role: &str, primary: bool) -> Value {
    json!({"ContactId": contact, "Role": role, "IsPrimary": primary})
}

#[test]
fn lists_are_told_from_fields() {
    let given = roles(&json!([role("003A", "User", false)]));
    assert_eq!((given.values.len(), given.lists.len()), (1, 1));
    assert!(parts("Opportunity", &[("Name".to_owned(), Wire::Null)]).is_none());
    let cleared = parts("Opportunity", &[("OpportunityContactRoles".to_owned(), Wire::Null)]).unwrap();
    assert!(cleared.lists[0].items.is_empty());
}

#[test]
fn only_the_difference_is_written_and_flags_are_taken_before_they_are_given() {
    let given = roles(&json!([role("003A", "User", false), role("003B", "User", true), role("003D", "Buyer", false)]));
    let with_id = |id: &str, mut role: Value| {
        role["Id"] = json!(id);
        role
    };
    let present = items(json!([
        with_id("00K1", role("003B", "User", false)),
        with_id("00K2", role("003A", "User", true)),
        with_id("00K3", role("003C", "User", false)),
    ]));
    let mut composite = Composite { version: "66.0", parts: Vec::new(), references: 0 };
    difference(&mut composite, &given.lists[0], "006A", present);
    let steps = steps(composite);
    let seen: Vec<(&str, &str)> = steps
        .iter()
        .map(|s| (s["method"].as_str().unwrap(), s["url"].as_str().unwrap().rsplit('/').next().unwrap()))
        .collect();
    assert_eq!(
        seen,
        [("DELETE", "00K3"), ("PATCH", "00K2"), ("PATCH", "00K1"), ("POST", "OpportunityContactRole")],
        "{steps:?}"
    );
    assert_eq!(steps[1]["body"], json!({"IsPrimary": false}));
    assert_eq!(
        steps[3]["body"],
        json!({"OpportunityId": "006A", "ContactId": "003D", "Role": "Buyer", "IsPrimary": false})
    );
}

#[test]
fn what_is_there_already_is_left_alone() {
    let given = roles(&json!([role("003A", "User", true)]));
    let present = items(json!([{"Id": "00K1", "ContactId": "003A", "Role": "User", "IsPrimary": true}]));
    let mut composite = Composite { version: "66.0", parts: Vec::new(), references: 0 };
    difference(&mut composite, &given.lists[0], "006A", present);
    assert!(composite.parts.is_empty());
}

#[test]
fn a_text_that_would_be_taken_for_a_reference_and_too_many_steps_are_refused() {
    let given = roles(&json!([role("003A", "@{record.id}", true)]));
    let mut composite = Composite { version: "66.0", parts: Vec::new(), references: 0 };
    composite.add(given.lists[0].children, PARENT, &given.lists[0].items[0]);
    assert_eq!(composite.request(CREATE_WITH).unwrap_err().kind, FailureKind::ValidationFailed);
    let mut composite = Composite { version: "66.0", parts: Vec::new(), references: 0 };
    for _ in 0..26 {
        composite.push(Method::Delete, "OpportunityContactRole/00K1", "x", &[], None);
    }
    assert_eq!(composite.request(UPDATE_WITH).unwrap_err().kind, FailureKind::ValidationFailed);
}

#[test]
fn the_step_that_failed_by_itself_speaks() {
    let step = |status: u16, name: &str, code: &str| json!({"httpStatusCode": status, "referenceId": name, "body": [{"errorCode": code, "message": "m"}]});
    let body = json!({"compositeResponse": [
        step(400, "record", "PROCESSING_HALTED"),
        step(400, "list_OpportunityContactRoles_1", "INVALID_CROSS_REFERENCE_KEY"),
    ]});
    let step = failed(body.to_string().as_bytes()).unwrap().unwrap();
    assert_eq!((step.status, step.list.as_deref()), (400, Some("OpportunityContactRoles")));
    assert_eq!(error_body::error(&step.body).code.as_deref(), Some("INVALID_CROSS_REFERENCE_KEY"));
    let sound = json!({"compositeResponse": [{"httpStatusCode": 204, "referenceId": "record", "body": null}]});
    assert!(failed(sound.to_string().as_bytes()).unwrap().is_none());
    assert!(failed(b"{}").is_err() && failed(br#"{"compositeResponse":[]}"#).is_err());
}
