//! Leads, deals, pipelines, stages and users: keys, metadata and structs agree.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use heddle_model::{Deal, Kind, Lead, Model, Object, Pipeline, Role, Stage, User, account, deal, lead, stage, user};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::PartialSchema;

fn agree<T: Serialize + Default + PartialSchema>(object: Object) {
    let fields = Model::of(object).unwrap().fields();
    let names: Vec<String> = fields.iter().map(|f| format!("\"{}\":null", f.name)).collect();
    assert_eq!(serde_json::to_string(&T::default()).unwrap(), format!("{{{}}}", names.join(",")));
    let schema = serde_json::to_value(T::schema()).unwrap();
    for field in fields {
        let property = &schema["properties"][field.name];
        let property = property.pointer("/oneOf/0").unwrap_or(property);
        assert!(property["description"].as_str().is_some_and(|d| !d.is_empty()), "{}: {property}", field.name);
    }
    for (i, field) in fields.iter().enumerate().filter(|(_, field)| field.role == Role::RawWord) {
        assert_eq!(field.name, format!("{}_raw", fields[i - 1].name));
        assert!(matches!(fields[i - 1].kind, Kind::Enum(_)));
    }
    let envelope = |fields: &[heddle_model::FieldInfo]| {
        fields.iter().filter(|f| f.of_envelope()).map(|f| f.name).collect::<Vec<_>>()
    };
    assert_eq!(envelope(fields), envelope(account::MODEL.fields()));
}

#[test]
fn every_field_of_a_model_is_a_described_field_of_its_struct_in_the_same_order() {
    agree::<Lead>(Object::Lead);
    agree::<Deal>(Object::Deal);
    agree::<Pipeline>(Object::Pipeline);
    agree::<Stage>(Object::Stage);
    agree::<User>(Object::User);
}

#[test]
fn pipelines_stages_and_users_are_only_read() {
    let writable = |object| Model::of(object).unwrap().writable();
    for object in [Object::Pipeline, Object::Stage, Object::User] {
        assert!(!writable(object), "{object:?}");
    }
    for object in [Object::Contact, Object::Account, Object::Lead, Object::Deal] {
        assert!(writable(object), "{object:?}");
    }
}

#[test]
fn keys_point_at_their_own_fields() {
    for (place, object, name) in [
        (deal::TYPE.place(), Object::Deal, "type"),
        (deal::CAMPAIGN_ID.place(), Object::Deal, "campaign_id"),
        (lead::CONVERTED_DEAL_ID.place(), Object::Lead, "converted_deal_id"),
        (stage::FORECAST_CATEGORY_RAW.place(), Object::Stage, "forecast_category_raw"),
        (user::TYPE.place(), Object::User, "type"),
    ] {
        assert_eq!(Model::of(object).unwrap().fields()[usize::from(place.field)].name, name);
    }
}

#[test]
fn the_first_contact_of_a_deal_is_the_one_that_the_crm_says() {
    let links =
        json!([{"id": "1", "role": null, "is_primary": false}, {"id": "2", "role": "Buyer", "is_primary": true}]);
    let deal: Deal = serde_json::from_value(json!({"contact_ids": links, "probability": "70"})).unwrap();
    assert_eq!(serde_json::to_value(&deal).unwrap()["contact_ids"], links);
    assert!(serde_json::from_value::<Deal>(json!({"probability": 70})).is_err(), "figures are exact, in text");
    let names = Model::of(Object::Deal).unwrap().filter_names();
    assert!(names.contains(&"contact_ids.is_primary".to_owned()) && !names.contains(&"contact_ids".to_owned()));
    assert_eq!(deal.stage_id.map(Value::String), None);
}
