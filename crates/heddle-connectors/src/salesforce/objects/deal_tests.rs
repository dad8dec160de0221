use super::TABLE;
use crate::salesforce::objects::reading::read;
use heddle_connector::mapping::{Constants, Envelope, Op, Plan, PlanSpec, condition, laws};
use heddle_connector::model::{ContactLink, Deal, DealStatus, ForecastCategory};
use serde_json::{Value, json};

fn deal(record: &Value, hidden: &[&str]) -> Deal {
    read(&TABLE, record, hidden)
}

#[test]
fn the_laws_hold() {
    let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn the_status_follows_the_flags_and_not_the_stage_s_name() {
    let status = |closed: Value, won: Value| {
        deal(&json!({"StageName": "Closed Won", "IsClosed": closed, "IsWon": won}), &[]).status
    };
    assert_eq!(status(json!(true), json!(true)), Some(DealStatus::Won));
    assert_eq!(status(json!(true), json!(false)), Some(DealStatus::Lost));
    assert_eq!(status(json!(false), json!(false)), Some(DealStatus::Open));
    assert_eq!(deal(&json!({"IsClosed": true}), &["IsWon"]).status, None);
    assert_eq!(status(json!("yes"), json!(true)), None);
}

#[test]
fn only_a_closed_deal_has_a_time_of_closing() {
    let at = "2026-05-18T06:17:35.000+0000";
    let record = |closed: bool| json!({"IsClosed": closed, "LastStageChangeDate": at, "CloseDate": "2026-06-01"});
    let (open, closed) = (deal(&record(false), &[]), deal(&record(true), &[]));
    assert_eq!((open.closed_at, open.stage_changed_at.as_deref()), (None, Some("2026-05-18T06:17:35.000Z")));
    assert_eq!(closed.closed_at.as_deref(), Some("2026-05-18T06:17:35.000Z"));
    assert_eq!(closed.expected_close_date.as_deref(), Some("2026-06-01"));
}

#[test]
fn figures_are_exact_and_words_of_the_forecast_are_ours() {
    let record = json!({
        "Amount": 15000.10, "Probability": 70.0, "ExpectedRevenue": 10500.07, "ForecastCategoryName": "Best Case",
    });
    let read = deal(&record, &["CurrencyIsoCode"]);
    assert_eq!(serde_json::to_value(&read.amount).unwrap(), json!({"amount": "15000.1", "currency": null}));
    assert_eq!(read.probability.as_deref(), Some("70"));
    assert_eq!(read.expected_revenue.unwrap().amount.as_deref(), Some("10500.07"));
    assert_eq!(read.forecast_category, Some(ForecastCategory::BestCase));
}

#[test]
fn people_come_with_their_roles_from_the_sub_query() {
    let roles = json!({"totalSize": 2, "done": true, "records": [
        {"attributes": {"type": "OpportunityContactRole"}, "ContactId": "003A", "Role": "Decision \"Maker\"", "IsPrimary": true},
        {"attributes": {"type": "OpportunityContactRole"}, "ContactId": "003B", "Role": null, "IsPrimary": false},
    ]});
    let links = deal(&json!({"OpportunityContactRoles": roles}), &[]).contact_ids.unwrap();
    let link = |id: &str, role: Option<&str>, is_primary| ContactLink {
        id: Some(id.to_owned()),
        role: role.map(str::to_owned),
        is_primary: Some(is_primary),
    };
    assert_eq!(links, [link("003A", Some("Decision \"Maker\""), true), link("003B", None, false)]);
    assert_eq!(deal(&json!({"OpportunityContactRoles": null}), &[]).contact_ids, Some(Vec::new()));
    assert_eq!(deal(&json!({}), &["OpportunityContactRoles"]).contact_ids, None);
}

#[test]
fn people_left_out_of_a_long_list_are_warned_of() {
    let plan = Plan::build(&PlanSpec {
        table: &TABLE,
        described: &|_| true,
        fields: Some(&["contact_ids".to_owned()]),
        expand: &[],
        custom: &[],
        raw: false,
        sort: None,
        constants: Constants::default(),
    });
    for (roles, kept) in [
        (json!({"done": false, "records": [{"ContactId": "003A", "Role": null, "IsPrimary": false}]}), 1),
        (json!({"done": true, "records": [{"ContactId": 3}]}), 0),
        (json!("many"), 0),
    ] {
        let mut out = Vec::new();
        let body = json!({"Id": "006A", "OpportunityContactRoles": roles}).to_string();
        let page = plan.read(body.as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
        assert_eq!(page.warnings.len(), 1, "{body}");
        let record: Value = serde_json::from_slice(&out).unwrap();
        assert_eq!(record["contact_ids"].as_array().map_or(0, Vec::len), kept, "{record}");
    }
}

#[test]
fn an_org_without_record_types_has_one_pipeline() {
    let hidden = ["RecordTypeId", "RecordType.Name"];
    let read = deal(&json!({}), &hidden);
    assert_eq!((read.pipeline_id.as_deref(), read.pipeline_name.as_deref()), (Some("default"), Some("Default")));
    let typed = deal(&json!({"RecordTypeId": "012A", "RecordType": {"Name": "Renewal"}}), &[]);
    assert_eq!((typed.pipeline_id.as_deref(), typed.pipeline_name.as_deref()), (Some("012A"), Some("Renewal")));
    let untyped = deal(&json!({"RecordTypeId": null, "RecordType": null}), &[]);
    assert_eq!((untyped.pipeline_id, untyped.pipeline_name), (None, None));
    let filter = |value: &str| condition(&TABLE, &|path| !hidden.contains(&path), &[], "pipeline_id", Op::Eq, value);
    assert_ne!(filter("default"), filter("012A"));
}
