//! Fields that a provider does not have: null, and refused with the reason.

use super::stage::{Stage, declared, stages};
use heddle_connector::mapping::{Op, Way, Why};
use heddle_connector::model::{Object, PartRole};
use serde_json::Value;

/// The whole list of what may be absent. A field with a source at the
/// provider may only be missing because nobody has built it yet.
const ALLOWED: &[(&str, Object, &[&str], Why)] = &[
    ("salesforce", Object::Contact, &["account_ids", "tags"], Why::NotBuiltYet),
    ("salesforce", Object::Contact, &["deal_ids"], Why::OtherAddress),
    (
        "salesforce",
        Object::Contact,
        &[
            "websites",
            "social_links",
            "lifecycle_stage",
            "status",
            "is_active",
            "language",
            "timezone",
            "gender",
            "industry",
        ],
        Why::NoSuchConcept,
    ),
    ("salesforce", Object::Account, &["tags"], Why::NotBuiltYet),
    ("salesforce", Object::Account, &["contact_ids", "deal_ids"], Why::OtherAddress),
    (
        "salesforce",
        Object::Account,
        &["email_addresses", "is_active", "lifecycle_stage", "social_links", "status", "timezone"],
        Why::NoSuchConcept,
    ),
    ("salesforce", Object::Lead, &["tags"], Why::NotBuiltYet),
    (
        "salesforce",
        Object::Lead,
        &["amount", "social_links", "contact_id", "account_id", "language"],
        Why::NoSuchConcept,
    ),
    ("salesforce", Object::Deal, &["tags"], Why::NotBuiltYet),
    ("salesforce", Object::Deal, &["won_reason", "lost_reason", "priority"], Why::OnlyAsCustomField),
    ("salesforce", Object::Deal, &["merged_into_id"], Why::NoSuchConcept),
    (
        "salesforce",
        Object::Pipeline,
        &["display_order", "currency", "last_activity_at", "merged_into_id"],
        Why::NoSuchConcept,
    ),
    ("salesforce", Object::Stage, &["pipeline_id", "last_activity_at", "merged_into_id"], Why::NoSuchConcept),
    ("salesforce", Object::User, &["teams"], Why::NotBuiltYet),
    ("salesforce", Object::User, &["last_activity_at", "merged_into_id"], Why::NoSuchConcept),
    ("salesforce", Object::Task, &["last_activity_at", "merged_into_id"], Why::NoSuchConcept),
    (
        "salesforce",
        Object::Call,
        &["end_at", "recording_url", "from", "to", "last_activity_at", "merged_into_id"],
        Why::NoSuchConcept,
    ),
    ("salesforce", Object::Meeting, &["video_url", "last_activity_at", "merged_into_id"], Why::NoSuchConcept),
    (
        "salesforce",
        Object::Email,
        &["owner_id", "owner", "account_id", "last_activity_at", "merged_into_id"],
        Why::NoSuchConcept,
    ),
    ("salesforce", Object::Note, &["preview", "last_activity_at", "merged_into_id"], Why::NoSuchConcept),
];

fn absent(provider: &str, object: Object) -> Vec<(&'static str, Why)> {
    let (_, spec) = declared().into_iter().find(|(m, s)| m.id == provider && s.object == object).unwrap();
    let rows = spec.table.rows.iter().filter_map(|row| match row.way {
        Way::Absent(why) => Some((row.name, why)),
        _ => None,
    });
    rows.collect()
}

#[test]
fn no_field_is_absent_that_the_list_does_not_allow() {
    for (manifest, spec) in declared() {
        let mut found = absent(manifest.id, spec.object);
        let allowed = ALLOWED.iter().filter(|(id, object, ..)| *id == manifest.id && *object == spec.object);
        let mut allowed: Vec<(&str, Why)> =
            allowed.flat_map(|(_, _, names, why)| names.iter().map(move |name| (*name, *why))).collect();
        found.sort_by_key(|(name, _)| *name);
        allowed.sort_by_key(|(name, _)| *name);
        assert_eq!(found, allowed, "{} {}", manifest.id, spec.object.plural());
    }
}

async fn refused(stage: &Stage, parameter: &str, text: &str, why: Why) {
    let answer = stage.list(&[(parameter, text)]).await.expect_problem(400, "unsupported_filter");
    assert!(answer.detail().contains(&why.to_string()), "{parameter}={text}: {}", answer.detail());
    assert!(answer.detail().contains("possible here are"), "{}", answer.detail());
}

#[tokio::test]
async fn an_absent_field_is_null_and_refused_with_its_reason_before_any_call() {
    for stage in stages().await {
        let before = stage.calls();
        for (name, why) in absent(stage.manifest.id, stage.spec.object) {
            for record in &stage.all {
                assert_eq!(record[name], Value::Null, "{name} of {}", record["id"]);
            }
            let parts = stage.model().field(name).unwrap().parts().iter().filter(|part| part.role == PartRole::Row);
            let names = parts.map(|part| format!("{name}.{}", part.name)).chain([name.to_owned()]);
            for name in names {
                for op in stage.spec.filter_ops {
                    let text = if *op == Op::IsNull { "true" } else { "x" };
                    refused(&stage, &format!("filter[{name}][{}]", op.as_str()), text, why).await;
                }
                refused(&stage, "sort", &name, why).await;
            }
        }
        assert_eq!(stage.calls(), before, "an absent field was asked for");
    }
}
