//! The account's declaration: keys, metadata, struct and schema agree.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use heddle_model::{Account, FieldInfo, Kind, Model, Object, PartRole, Role, account};
use serde_json::json;
use utoipa::PartialSchema;

fn fields() -> &'static [FieldInfo] {
    account::MODEL.fields()
}

#[test]
fn every_field_of_the_model_is_a_field_of_the_struct_in_the_same_order() {
    let empty = serde_json::to_string(&Account::default()).unwrap();
    let names: Vec<String> = fields().iter().map(|f| format!("\"{}\":null", f.name)).collect();
    assert_eq!(empty, format!("{{{}}}", names.join(",")));
}

#[test]
fn keys_point_at_their_own_fields_and_parts() {
    for (place, name) in [
        (account::NAME.place(), "name"),
        (account::TYPE.place(), "type"),
        (account::TYPE_RAW.place(), "type_raw"),
        (account::ANNUAL_REVENUE.amount().place(), "annual_revenue"),
        (account::IS_PERSON_ACCOUNT.place(), "is_person_account"),
        (account::TIMEZONE.place(), "timezone"),
    ] {
        assert_eq!(fields()[usize::from(place.field)].name, name);
    }
    for (place, part) in
        [(account::ANNUAL_REVENUE.amount().place(), "amount"), (account::ANNUAL_REVENUE.currency().place(), "currency")]
    {
        assert_eq!(place.item, 0);
        let parts = fields()[usize::from(place.field)].parts();
        assert_eq!(parts[usize::from(place.part) - 1].name, part);
        assert_eq!(parts[usize::from(place.part) - 1].role, PartRole::Row);
    }
}

#[test]
fn money_is_filtered_by_its_parts() {
    let model = Model::of(Object::Account).unwrap();
    let (at, part) = model.addressed("annual_revenue.amount").unwrap().part.unwrap();
    assert_eq!((at, part.name), (0, "amount"));
    assert!(matches!(part.kind, Kind::Decimal));
    assert!(model.addressed("annual_revenue.sum").is_none());
    let names = model.filter_names();
    for name in ["annual_revenue.amount", "annual_revenue.currency", "number_of_employees", "type", "owner.name"] {
        assert!(names.iter().any(|n| n == name), "{name}");
    }
    assert!(!names.iter().any(|n| n == "annual_revenue"));
}

#[test]
fn money_is_an_amount_in_a_string_and_a_currency() {
    let money = json!({"annual_revenue": {"amount": "1200.5", "currency": "EUR"}});
    let account: Account = serde_json::from_value(money.clone()).unwrap();
    assert_eq!(serde_json::to_value(account).unwrap()["annual_revenue"], money["annual_revenue"]);
    for wrong in [json!({"amount": 1200.5, "currency": null}), json!({"amount": "1", "unit": "EUR"}), json!("1")] {
        assert!(serde_json::from_value::<Account>(json!({"annual_revenue": wrong})).is_err());
    }
}

#[test]
fn every_field_is_described_in_the_schema() {
    let schema = serde_json::to_value(Account::schema()).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    for field in fields() {
        let property = &schema["properties"][field.name];
        let property = property.pointer("/oneOf/0").unwrap_or(property);
        assert!(!field.doc.is_empty(), "{}", field.name);
        assert!(property["description"].as_str().is_some_and(|d| !d.is_empty()), "{}: {property}", field.name);
    }
}

#[test]
fn an_enum_stands_just_before_the_crm_s_own_word() {
    for (i, field) in fields().iter().enumerate() {
        if field.role == Role::RawWord {
            assert_eq!(field.name, format!("{}_raw", fields()[i - 1].name));
            assert!(matches!(fields()[i - 1].kind, Kind::Enum(_)));
        }
    }
}

#[test]
fn the_envelope_is_the_same_for_every_object() {
    let envelope = |object| {
        let fields = Model::of(object).unwrap().fields().iter();
        fields.filter(|f| f.of_envelope()).map(|f| f.name).collect::<Vec<_>>()
    };
    assert_eq!(envelope(Object::Account), envelope(Object::Contact));
    assert_eq!(
        envelope(Object::Account),
        [
            "id",
            "remote_id",
            "object",
            "connection_id",
            "provider",
            "url",
            "created_at",
            "updated_at",
            "created_by_id",
            "updated_by_id",
            "last_activity_at",
            "is_deleted",
            "merged_into_id",
            "raw",
        ]
    );
}
