//! The contact's declaration: keys, metadata, struct and schema agree.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use heddle_model::{
    AddressKind, CommonEnum, Contact, EmailKind, FieldInfo, Kind, LifecycleStage, Model, Object, PartRole, PhoneKind,
    Role, contact,
};
use serde_json::{Value, json};
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

fn fields() -> &'static [FieldInfo] {
    contact::MODEL.fields()
}

#[test]
fn every_field_of_the_model_is_a_field_of_the_struct_in_the_same_order() {
    let empty = serde_json::to_string(&Contact::default()).unwrap();
    let names: Vec<String> = fields().iter().map(|f| format!("\"{}\":null", f.name)).collect();
    assert_eq!(empty, format!("{{{}}}", names.join(",")));
}

#[test]
fn fields_the_model_does_not_know_are_refused() {
    assert!(serde_json::from_value::<Contact>(json!({"first_name": "a", "firstname": "b"})).is_err());
    assert!(serde_json::from_value::<Contact>(json!({"phone_numbers": [{"type": "WORK", "nr": "1"}]})).is_err());
}

#[test]
fn keys_point_at_their_own_fields() {
    for (place, name) in [
        (contact::ID.place(), "id"),
        (contact::FIRST_NAME.place(), "first_name"),
        (contact::TYPE.place(), "type"),
        (contact::EMAILS.of(EmailKind::Work).place(), "email_addresses"),
        (contact::OWNER.name().place(), "owner"),
        (contact::RAW.place(), "raw"),
    ] {
        assert_eq!(fields()[usize::from(place.field)].name, name);
    }
}

#[test]
fn keys_of_parts_point_at_their_own_parts() {
    let city = contact::ADDRESSES.of(AddressKind::Shipping).city().place();
    let mobile = contact::PHONES.of(PhoneKind::Mobile).place();
    let extension = contact::PHONES.extension_of(PhoneKind::Mobile).place();
    let owner = contact::OWNER.name().place();
    let part = |p: heddle_model::Place| fields()[usize::from(p.field)].parts()[usize::from(p.part) - 1].name;
    assert_eq!((part(city), AddressKind::NAMES[usize::from(city.item) - 1]), ("city", "SHIPPING"));
    assert_eq!((part(mobile), PhoneKind::NAMES[usize::from(mobile.item) - 1]), ("number", "MOBILE"));
    assert_eq!((part(extension), extension.item), ("extension", mobile.item));
    assert_eq!((part(owner), owner.item), ("name", 0));
    let at = contact::ADDRESSES.of(AddressKind::Other);
    let all = [
        at.street_1().place(),
        at.street_2().place(),
        at.city().place(),
        at.state().place(),
        at.state_code().place(),
        at.postal_code().place(),
        at.country().place(),
        at.country_code().place(),
        at.latitude().place(),
        at.longitude().place(),
    ];
    let names: Vec<&str> = all.into_iter().map(part).collect();
    let rows = contact::MODEL.field("addresses").unwrap().parts().iter().filter(|p| p.role == PartRole::Row);
    assert_eq!(names, rows.map(|p| p.name).collect::<Vec<_>>());
}

/// An item with every part of a list's metadata, as JSON.
fn item(field: &FieldInfo) -> Value {
    let Kind::List(list) = field.kind else { panic!("{} is no list", field.name) };
    let part = |p: &heddle_model::PartInfo| match (p.role, p.kind) {
        (PartRole::Type, Kind::Enum(words)) => json!(words[0]),
        (PartRole::Primary, _) => json!(true),
        (_, Kind::Number) => json!(1.5),
        _ => json!("x"),
    };
    list.parts.iter().map(|p| (p.name.to_owned(), part(p))).collect::<serde_json::Map<_, _>>().into()
}

#[test]
fn the_parts_of_lists_are_the_fields_of_their_items() {
    for name in ["email_addresses", "phone_numbers", "addresses", "websites", "social_links", "account_ids"] {
        let item = item(contact::MODEL.field(name).unwrap());
        let contact: Contact = serde_json::from_value(json!({name: [item.clone()]})).unwrap();
        let back = serde_json::to_value(contact).unwrap();
        assert_eq!(back[name][0], item, "{name}");
        assert_eq!(back[name][0].as_object().unwrap().len(), item.as_object().unwrap().len());
    }
}

#[test]
fn names_are_found_with_and_without_parts() {
    let model = Model::of(Object::Contact).unwrap();
    assert_eq!(model.addressed("first_name").unwrap().field.name, "first_name");
    let (at, part) = model.addressed("email_addresses.email").unwrap().part.unwrap();
    assert_eq!((at, part.name), (2, "email"));
    assert_eq!(model.addressed("account.name").unwrap().part.unwrap().1.name, "name");
    for name in ["", ".", "first_name.", "first_name.x", "email_addresses.", "addresses.planet", "First_name"] {
        assert!(model.addressed(name).is_none(), "{name}");
    }
    let names = model.filter_names();
    for name in &names {
        assert!(model.addressed(name).is_some(), "{name}");
    }
    for name in ["id", "updated_at", "phone_numbers.number", "addresses.city", "owner.name", "lead_source"] {
        assert!(names.iter().any(|n| n == name), "{name}");
    }
    for name in ["raw", "phone_numbers.e164", "addresses.is_primary", "provider"] {
        assert!(!names.iter().any(|n| n == name), "{name}");
    }
}

#[test]
fn every_field_is_described_in_the_metadata_and_in_the_schema() {
    let utoipa::openapi::RefOr::T(Schema::Object(schema)) = Contact::schema() else { panic!("no object") };
    assert_eq!(Contact::name(), "Contact");
    let schema = serde_json::to_value(&schema).unwrap();
    assert_eq!(schema["additionalProperties"], false);
    for field in fields() {
        let property = &schema["properties"][field.name];
        // Beside a reference the description stands with the reference.
        let property = property.pointer("/oneOf/0").unwrap_or(property);
        assert!(!field.doc.is_empty(), "{}", field.name);
        assert!(property["description"].as_str().is_some_and(|d| !d.is_empty()), "{}: {property}", field.name);
    }
    assert_eq!(schema["properties"]["created_at"]["format"], "date-time");
    assert_eq!(schema["properties"]["birthday"]["format"], "date");
    assert_eq!(schema["properties"]["first_name"]["type"], json!(["string", "null"]));
}

#[test]
fn an_enum_stands_just_before_the_crm_s_own_word() {
    for (i, field) in fields().iter().enumerate() {
        if field.role == Role::RawWord {
            assert_eq!(field.name, format!("{}_raw", fields()[i - 1].name));
            assert!(matches!(fields()[i - 1].kind, Kind::Enum(_)));
        }
    }
    assert_eq!(LifecycleStage::Mql.as_str(), "MQL");
    assert_eq!(serde_json::to_value(LifecycleStage::Mql).unwrap(), "MQL");
}

#[test]
fn objects_are_found_by_both_names_and_all_are_named() {
    assert_eq!(Object::ALL.len(), 12);
    for &object in Object::ALL {
        assert_eq!(Object::from_plural(object.plural()), Some(object));
        assert_eq!(Object::from_singular(object.singular()), Some(object));
        assert!(Model::of(object).is_none_or(|model| model.object == object), "{object:?}");
    }
    assert!(Model::of(Object::Contact).is_some());
    assert_eq!(Object::from_plural("contact"), None);
}
