//! Every selection of fields, every expansion, and single records.

use super::plan::{Behind, names};
use super::stage::{Stage, address, stages};
use heddle_connector::Operation;
use heddle_connector::mapping::{Row, Way};
use heddle_connector::model::{
    Account, Call, Contact, Deal, Email, Lead, Meeting, Note, Object, Pipeline, Record, Role, Stage as StageOfDeals,
    Task, User,
};
use serde_json::{Value, json};

async fn selected(stage: &Stage, parameters: &[(&str, &str)]) -> Vec<Value> {
    let limit = stage.spec.max_page.to_string();
    let parameters: Vec<(&str, &str)> = parameters.iter().copied().chain([("limit", limit.as_str())]).collect();
    let answer = stage.list(&parameters).await.expect(200);
    assert_eq!(answer.provider_calls(), 1, "{parameters:?}");
    answer.data().clone()
}

#[tokio::test]
async fn each_field_alone_has_the_values_that_it_has_among_all() {
    for stage in stages().await {
        for field in stage.model().fields() {
            let records = match field.role {
                // The operator's own names, of which this connection has none, and what include_raw asks for.
                Role::Mapped | Role::Raw => continue,
                Role::Expand if !stage.spec.expand.contains(&field.name) => continue,
                Role::Expand => selected(&stage, &[("fields", field.name), ("expand", field.name)]).await,
                _ => selected(&stage, &[("fields", field.name)]).await,
            };
            assert_eq!(records.len(), stage.all.len(), "{}", field.name);
            for (record, whole) in records.iter().zip(&stage.all) {
                assert_eq!(record, &json!({ field.name: whole[field.name] }), "{} of {}", field.name, whole["id"]);
            }
        }
        for (key, _) in stage.org.custom {
            let records = selected(&stage, &[("fields", &format!("custom_fields.{key}"))]).await;
            for (record, whole) in records.iter().zip(&stage.all) {
                assert_eq!(record, &json!({ "custom_fields": { *key: whole["custom_fields"][key] } }), "{key}");
            }
        }
    }
}

#[tokio::test]
async fn the_whole_record_has_every_field_of_the_model_and_shows_what_the_sandbox_holds() {
    for stage in stages().await {
        for record in &stage.all {
            let typed = match stage.spec.object {
                Object::Contact => serde_json::from_value::<Contact>(record.clone()).map(drop),
                Object::Account => serde_json::from_value::<Account>(record.clone()).map(drop),
                Object::Lead => serde_json::from_value::<Lead>(record.clone()).map(drop),
                Object::Deal => serde_json::from_value::<Deal>(record.clone()).map(drop),
                Object::Pipeline => serde_json::from_value::<Pipeline>(record.clone()).map(drop),
                Object::Stage => serde_json::from_value::<StageOfDeals>(record.clone()).map(drop),
                Object::User => serde_json::from_value::<User>(record.clone()).map(drop),
                Object::Task => serde_json::from_value::<Task>(record.clone()).map(drop),
                Object::Call => serde_json::from_value::<Call>(record.clone()).map(drop),
                Object::Meeting => serde_json::from_value::<Meeting>(record.clone()).map(drop),
                Object::Email => serde_json::from_value::<Email>(record.clone()).map(drop),
                Object::Note => serde_json::from_value::<Note>(record.clone()).map(drop),
                Object::Record => serde_json::from_value::<Record>(record.clone()).map(drop),
            };
            typed.unwrap_or_else(|error| panic!("{}: {error}", record["id"]));
            assert_eq!(record["object"], stage.spec.object.singular());
            assert_eq!(record["provider"], stage.manifest.id);
            assert_eq!(record["connection_id"], stage.server.connection);
            for (key, _) in stage.org.custom {
                assert!(record["custom_fields"].get(key).is_some(), "{key}");
            }
        }
        for name in names(&stage) {
            let filled = stage.all.iter().any(|record| !super::oracle::values(record, &name.name).is_empty());
            // What a function makes of a provider field is compared with nothing.
            let computed = |row: &Row| {
                let apart = matches!(row.way, Way::Custom { .. }) || row.is_list();
                apart && name.name.split('.').next() == Some(row.name)
            };
            // The account's own currency is read once, and not from records.
            let once = name.name.ends_with(".currency");
            if filled && !once && !stage.spec.table.rows.iter().any(computed) {
                assert!(matches!(name.behind, Behind::Paths(_)), "{} has values from nowhere", name.name);
            }
        }
    }
}

#[tokio::test]
async fn each_expansion_joins_its_record_in_the_same_call_and_no_other_is_taken() {
    for stage in stages().await {
        for name in stage.spec.expand {
            let records = selected(&stage, &[("expand", name)]).await;
            let joined = records.iter().filter(|r| r[name]["id"].is_string() && r[name]["name"].is_string()).count();
            assert!(joined > stage.all.len() / 2, "{name}: {joined}");
            for (record, whole) in records.iter().zip(&stage.all) {
                assert_eq!(record[name], whole[name]);
                assert_eq!(record[name]["id"], record[format!("{name}_id")], "{name} of {}", record["id"]);
                for other in stage.spec.expand.iter().filter(|other| *other != name) {
                    assert!(record.get(other).is_none(), "{other} without being asked for");
                }
            }
        }
        let before = stage.calls();
        for other in ["reports_to", "deals", "nothing", "account_id", "custom_fields"] {
            let answer = stage.list(&[("expand", other)]).await.expect_problem(400, "invalid_request");
            for name in stage.spec.expand {
                assert!(answer.detail().contains(name), "{}", answer.detail());
            }
        }
        for fields in ["nothing", "email_addresses.email", "custom_fields.Nothing__c"] {
            stage.list(&[("fields", fields)]).await.expect_problem(400, "invalid_request");
        }
        assert_eq!(stage.calls(), before, "a refused selection reached the provider");
    }
}

#[tokio::test]
async fn a_record_by_its_id_is_the_one_from_the_list() {
    for stage in stages().await.into_iter().filter(|s| s.spec.operations.contains(&Operation::Fetch)) {
        let expand = match stage.spec.expand {
            [] => String::new(),
            names => format!("?expand={}", names.join(",")),
        };
        for whole in stage.all.iter().step_by((stage.all.len() / 5).max(1)) {
            let id = whole["id"].as_str().unwrap();
            let path = format!("{}/{}{expand}", address(stage.spec.object), segment(id));
            let answer = stage.server.get(&path).await.expect(200);
            assert_eq!(answer.provider_calls(), 1);
            assert_eq!(&answer.json["data"], whole, "{id}");
            if stage.manifest.id == "salesforce" && stage.spec.object != Object::Stage {
                // The short form of the same id, without its checksum.
                let path = format!("{}/{}{expand}", address(stage.spec.object), &id[..15]);
                assert_eq!(&stage.server.get(&path).await.expect(200).json["data"], whole, "{id}");
            }
        }
        if stage.spec.object == Object::Stage {
            // Its id is a word: any could be one.
            let path = format!("{}/nothing", address(stage.spec.object));
            stage.server.get(&path).await.expect_problem(404, "not_found");
            continue;
        }
        let before = stage.calls();
        // An id of another object is none of this one.
        let foreign = if stage.spec.object == Object::Account { "003dM0000000001QAA" } else { "001dM0000000001QAA" };
        for id in ["nothing", "003", foreign, "003dM000000000%27"] {
            let path = format!("{}/{id}", address(stage.spec.object));
            stage.server.get(&path).await.expect_problem(404, "not_found");
        }
        assert_eq!(stage.calls(), before, "an id that cannot exist was looked for");
    }
}

/// An id as a segment of a path.
fn segment(id: &str) -> String {
    percent_encoding::utf8_percent_encode(id, percent_encoding::NON_ALPHANUMERIC).to_string()
}
