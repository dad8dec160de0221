//! The connection test over recorded answers: versions, user, limits, fields.

use super::exchange::{Exchange, exchanges, text};
use super::{recordings, say, stage};
use heddle_connector::{Reply, StepOutcome};
use std::path::Path;

fn recorded(all: &[Exchange], name: &str) -> Reply {
    all.iter().find(|e| e.source == format!("nango-recorded/{name}.json#0")).unwrap().reply()
}

/// The recorded describe of the object that a path names; where there is none,
/// the answer to a user who cannot see the object.
fn describe(all: &[Exchange], path: &str) -> Reply {
    let object = path.split("/sobjects/").nth(1).unwrap();
    let found = all.iter().find(|e| e.status == 200 && e.path.ends_with(&format!("/sobjects/{object}")));
    found.map_or_else(
        || {
            let body = br#"[{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}]"#;
            Exchange::bare(String::new(), 404, body.to_vec()).reply()
        },
        Exchange::reply,
    )
}

fn empty_page(folder: &Path) -> Reply {
    let body = text(folder, "restforce-fixtures/sobject_query_empty_response.json");
    Exchange::bare(String::new(), 200, body.into_bytes()).reply()
}

#[tokio::test]
async fn a_connection_test_understands_every_recorded_step() {
    let Some(folder) = recordings("salesforce") else { return };
    let all = exchanges(&folder);
    let (versions, user) = (recorded(&all, "list-available-resources"), recorded(&all, "get-current-user"));
    let (limits, empty) = (recorded(&all, "get-limits"), empty_page(&folder));
    let info: serde_json::Value = serde_json::from_slice(&user.body).unwrap();
    let daily: serde_json::Value = serde_json::from_slice(&limits.body).unwrap();
    let offered: Vec<serde_json::Value> = serde_json::from_slice(&versions.body).unwrap();
    let connector = stage::salesforce();
    let scripted = stage::Scripted::new(move |request| match request.operation {
        "versions" => versions.clone(),
        "userinfo" => user.clone(),
        "limits" => limits.clone(),
        "describe" => describe(&all, &request.path),
        _ => empty.clone(),
    });
    let checkup = connector.check(&stage::session(&connector, &scripted)).await;
    let steps: Vec<String> =
        checkup.steps.iter().map(|s| format!("{} {}: {}", s.name, s.outcome.as_str(), s.detail)).collect();
    say(&format!("connection test: {steps:#?}"));
    assert!(checkup.passed(), "{steps:#?}");
    let identity = checkup.identity.unwrap();
    assert_eq!(identity.remote_id, info["organization_id"]);
    assert_eq!(identity.user, info["preferred_username"]);
    let used =
        daily["DailyApiRequests"]["Max"].as_u64().unwrap() - daily["DailyApiRequests"]["Remaining"].as_u64().unwrap();
    let step = |name: &str| checkup.steps.iter().find(|s| s.name == name).unwrap();
    assert!(step("limits").detail.starts_with(&format!("{used} of ")), "{}", step("limits").detail);
    assert_eq!(step("describe").outcome, StepOutcome::Ok);
    let described: Vec<&str> = checkup.schemas.iter().map(|schema| schema.object.as_str()).collect();
    assert_eq!(described, ["Contact", "Account", "Lead"]);
    let unseen = checkup.steps.iter().filter(|s| s.name == "describe" && s.outcome == StepOutcome::Warning);
    let unseen: Vec<&str> = unseen.map(|step| step.detail.as_str()).collect();
    assert!(unseen.len() >= 4 && unseen.iter().all(|detail| detail.contains("cannot see this object")), "{unseen:?}");
    // No recording shows the run-as user's rights or a count of contacts: an empty page is a note and a warning.
    assert_eq!(step("rights").outcome, StepOutcome::Note);
    assert_eq!(step("visible_contacts").outcome, StepOutcome::Warning);
    let version = checkup.api_version.unwrap();
    assert!(offered.iter().any(|o| o["version"] == version.as_str()), "{version} is not offered");
    assert_eq!(checkup.schemas[0].object, "Contact");
}
