//! Filters, sorts and cursor values in provider words.

use heddle_mapping::{
    Condition, CustomField, CustomKind, Filter, Op, RefusedKind, SortKind, ValueKind, Wire, condition, sort_key,
    wire_of_common,
};

use crate::contacts::TABLE;

fn everything(_: &str) -> bool {
    true
}

fn filter(name: &str, op: Op, value: &str) -> Result<Filter, (RefusedKind, String)> {
    let custom = [
        CustomField { key: "Score__c".to_owned(), kind: CustomKind::Number },
        CustomField { key: "Blob__c".to_owned(), kind: CustomKind::Any },
    ];
    condition(&TABLE, &everything, &custom, name, op, value).map(without_kinds).map_err(|r| (r.kind, r.reason))
}

/// The kinds are looked at in a test of their own.
fn without_kinds(filter: Filter) -> Filter {
    let all = |parts: Vec<Filter>| parts.into_iter().map(without_kinds).collect();
    match filter {
        Filter::Is(condition) => Filter::Is(Condition { kind: ValueKind::Text, ..condition }),
        Filter::Any(parts) => Filter::Any(all(parts)),
        Filter::All(parts) => Filter::All(all(parts)),
        Filter::Not(inner) => Filter::Not(Box::new(without_kinds(*inner))),
    }
}

#[test]
fn a_condition_says_what_its_field_holds() {
    for (name, kind) in [
        ("last_name", ValueKind::Text),
        ("id", ValueKind::Id),
        ("is_deleted", ValueKind::Bool),
        ("birthday", ValueKind::Date),
        ("updated_at", ValueKind::Timestamp),
    ] {
        match condition(&TABLE, &everything, &[], name, Op::IsNull, "true") {
            Ok(Filter::Is(condition)) => assert_eq!(condition.kind, kind, "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
}

fn is(path: &str, op: Op, values: Vec<Wire<'static>>) -> Filter {
    Filter::Is(Condition { path: path.to_owned(), op, kind: ValueKind::Text, values })
}

fn text(value: &str) -> Wire<'static> {
    Wire::Text(value.to_owned().into())
}

#[test]
fn a_scalar_is_one_condition() {
    assert_eq!(filter("last_name", Op::Eq, "O'Neill \"\\n"), Ok(is("LastName", Op::Eq, vec![text("O'Neill \"\\n")])));
    assert_eq!(
        filter("updated_at", Op::Gte, "2026-05-18T08:17:35.000+02:00"),
        Ok(is("SystemModstamp", Op::Gte, vec![Wire::Timestamp("2026-05-18T06:17:35.000Z".into())]))
    );
    assert_eq!(filter("id", Op::Eq, "003A"), Ok(is("Id", Op::Eq, vec![text("003A")])));
    assert_eq!(filter("is_deleted", Op::Eq, "false"), Ok(is("IsDeleted", Op::Eq, vec![Wire::Bool(false)])));
    assert_eq!(filter("account_name", Op::StartsWith, "S"), Ok(is("Account.Name", Op::StartsWith, vec![text("S")])));
    assert_eq!(filter("account.name", Op::Contains, "S"), Ok(is("Account.Name", Op::Contains, vec![text("S")])));
    assert_eq!(filter("lifecycle_stage_raw", Op::Eq, "Buys"), Ok(is("Stage__c", Op::Eq, vec![text("Buys")])));
    assert_eq!(
        filter("custom_fields.Score__c", Op::Gt, "7.50"),
        Ok(is("Score__c", Op::Gt, vec![Wire::Number("7.50".into())]))
    );
    assert_eq!(filter("first_name", Op::IsNull, "true"), Ok(is("FirstName", Op::IsNull, vec![Wire::Bool(true)])));
}

#[test]
fn a_common_word_asks_for_all_of_the_providers_words_and_other_for_the_rest() {
    let stage = |op, values: &[&'static str]| is("Stage__c", op, values.iter().map(|word| text(word)).collect());
    let null = |flag| is("Stage__c", Op::IsNull, vec![Wire::Bool(flag)]);
    let words = |op, value| filter("lifecycle_stage", op, value);
    let customer = ["Buys", "Buys a lot"];
    assert_eq!(words(Op::Eq, "CUSTOMER"), Ok(stage(Op::In, &customer)));
    let neither = Filter::All(customer.iter().map(|word| stage(Op::Ne, &[word])).collect());
    assert_eq!(words(Op::Ne, "CUSTOMER"), Ok(neither));
    let Ok(Filter::All(other)) = words(Op::Eq, "OTHER") else { panic!("{:?}", words(Op::Eq, "OTHER")) };
    assert_eq!(other.last(), Some(&null(false)));
    let Ok(Filter::Any(known)) = words(Op::Ne, "OTHER") else { panic!("{:?}", words(Op::Ne, "OTHER")) };
    assert_eq!(known.last(), Some(&null(true)));
    let Ok(Filter::Any(either)) = words(Op::In, "CUSTOMER,OTHER") else { panic!() };
    assert_eq!(either.first(), Some(&stage(Op::In, &customer)));
    assert_eq!(words(Op::Eq, "NOBODY").unwrap_err().0, RefusedKind::BadValue);
}

#[test]
fn the_values_of_in_are_split_at_commas_and_commas_can_be_escaped() {
    let values = vec![text("a"), text("b,c"), text("\\"), text("")];
    assert_eq!(filter("title", Op::In, r"a,b\,c,\\,"), Ok(is("Title", Op::In, values)));
    assert_eq!(filter("title", Op::In, r"a\b").unwrap_err().0, RefusedKind::BadValue);
    assert_eq!(filter("title", Op::In, r"a\").unwrap_err().0, RefusedKind::BadValue);
}

#[test]
fn a_part_of_a_list_asks_about_all_its_rows() {
    let both =
        |op: Op, values: &[Wire<'static>]| vec![is("Email", op, values.to_vec()), is("Email2__c", op, values.to_vec())];
    let some = [text("x@example.com")];
    assert_eq!(filter("email_addresses.email", Op::Eq, "x@example.com"), Ok(Filter::Any(both(Op::Eq, &some))));
    assert_eq!(filter("email_addresses.email", Op::Ne, "x@example.com"), Ok(Filter::All(both(Op::Ne, &some))));
    let (yes, no) = ([Wire::Bool(true)], [Wire::Bool(false)]);
    assert_eq!(filter("email_addresses.email", Op::IsNull, "true"), Ok(Filter::All(both(Op::IsNull, &yes))));
    assert_eq!(filter("email_addresses.email", Op::IsNull, "false"), Ok(Filter::Any(both(Op::IsNull, &no))));
    assert_eq!(filter("phone_numbers.extension", Op::Eq, "1"), Ok(is("Extension__c", Op::Eq, vec![text("1")])));
}

#[test]
fn rows_that_the_connection_does_not_have_are_left_out() {
    let one = |path: &str| path != "Email2__c";
    let got = condition(&TABLE, &one, &[], "email_addresses.email", Op::Eq, "x");
    assert_eq!(got, Ok(is("Email", Op::Eq, vec![text("x")])));
    let none = |path: &str| !path.starts_with("Email");
    let refused = condition(&TABLE, &none, &[], "email_addresses.email", Op::Eq, "x").unwrap_err();
    assert_eq!(refused.kind, RefusedKind::Unavailable);
    assert!(refused.reason.contains("Email, Email2__c"), "{refused}");
}

#[test]
fn what_cannot_be_compared_is_refused_with_its_reason() {
    for (name, kind, reason) in [
        ("surname", RefusedKind::UnknownField, "there is no such field"),
        ("addresses.planet", RefusedKind::UnknownField, "there is no such field"),
        ("custom_fields.Nope__c", RefusedKind::UnknownField, "this connection has no such custom field"),
        ("custom_fields.Blob__c", RefusedKind::NotSupported, "this custom field has no kind that can be compared"),
        ("custom_fields", RefusedKind::NotSupported, "it is not a field of the CRM and cannot be compared"),
        ("connection_id", RefusedKind::NotSupported, "it is not a field of the CRM and cannot be compared"),
        ("suffix", RefusedKind::Unavailable, "this CRM has no such field"),
        ("websites.url", RefusedKind::Unavailable, "this CRM has no such field"),
        ("tags", RefusedKind::Unavailable, "this CRM gives it only with one more call for every record"),
        ("phone_numbers.e164", RefusedKind::NotSupported, "e164 is computed and cannot be compared"),
        ("phone_numbers.is_primary", RefusedKind::NotSupported, "is_primary is computed and cannot be compared"),
        ("email_addresses", RefusedKind::NotSupported, "name a part of it: email_addresses.email"),
        (
            "is_active",
            RefusedKind::NotSupported,
            "it is computed from several fields of this CRM and cannot be compared",
        ),
        ("addresses.street_2", RefusedKind::NotSupported, "this CRM has no field for it"),
    ] {
        assert_eq!(filter(name, Op::Eq, "x"), Err((kind, reason.to_owned())), "{name}");
    }
}

#[test]
fn values_of_another_kind_are_refused_before_any_call() {
    for (name, op, value) in [
        ("birthday", Op::Lt, "1970-02-31"),
        ("birthday", Op::Lt, "1970-02-01T00:00:00Z"),
        ("updated_at", Op::Gt, "2026-05-18"),
        ("updated_at", Op::Gt, "2026-05-18T00:00:00"),
        ("do_not_call", Op::Eq, "yes"),
        ("addresses.latitude", Op::Gt, "north"),
        ("addresses.latitude", Op::Gt, "1e"),
        ("lifecycle_stage", Op::Eq, "Buys"),
        ("first_name", Op::IsNull, "maybe"),
        ("first_name", Op::Contains, ""),
    ] {
        assert_eq!(filter(name, op, value).unwrap_err().0, RefusedKind::BadValue, "{name} {value}");
    }
}

#[test]
fn comparisons_that_do_not_suit_the_kind_are_refused_with_those_that_do() {
    let (kind, reason) = filter("do_not_call", Op::Gt, "true").unwrap_err();
    assert_eq!(kind, RefusedKind::NotSupported);
    assert_eq!(reason, "gt does not apply here; use eq, ne, is_null");
    assert!(filter("last_name", Op::Lt, "M").is_err());
    assert!(filter("birthday", Op::Contains, "1970").is_err());
}

#[test]
fn only_ids_dates_times_and_numbers_sort() {
    let sort = |name| sort_key(&TABLE, &everything, name).map_err(|r| r.kind);
    assert_eq!(sort("updated_at"), Ok(("SystemModstamp", SortKind::Timestamp)));
    assert_eq!(sort("birthday"), Ok(("Birthdate", SortKind::Date)));
    assert_eq!(sort("last_activity_at"), Ok(("LastActivityDate", SortKind::Date)));
    assert_eq!(sort("id"), Ok(("Id", SortKind::Id)));
    assert_eq!(sort("account_id"), Ok(("AccountId", SortKind::Id)));
    for name in ["last_name", "do_not_call", "lifecycle_stage", "addresses.latitude"] {
        assert_eq!(sort(name), Err(RefusedKind::NotSupported), "{name}");
    }
    assert_eq!(sort("suffix"), Err(RefusedKind::Unavailable));
    assert_eq!(sort("nothing"), Err(RefusedKind::UnknownField));
    let hidden = sort_key(&TABLE, &|path| path != "Birthdate", "birthday");
    assert_eq!(hidden.unwrap_err().kind, RefusedKind::Unavailable);
}

#[test]
fn a_cursor_value_comes_back_as_the_provider_value() {
    let wire = |name, json| wire_of_common(&TABLE, &[], name, json).map_err(|r| r.kind);
    assert_eq!(wire("birthday", "\"1990-01-01\""), Ok(Wire::Date("1990-01-01".into())));
    assert_eq!(wire("updated_at", "\"2026-01-01T00:00:00Z\""), Ok(Wire::Timestamp("2026-01-01T00:00:00Z".into())));
    assert_eq!(wire("birthday", "null"), Ok(Wire::Null));
    assert_eq!(wire("last_name", r#""a\"b\u00e9""#), Ok(Wire::Text("a\"bé".into())));
    for bad in ["", "1990-01-01", "\"1990-01-01\" x", "{}", "true", "\"1990-13-01\""] {
        assert_eq!(wire("birthday", bad), Err(RefusedKind::BadValue), "{bad}");
    }
    assert_eq!(wire("addresses.city", "\"x\""), Err(RefusedKind::UnknownField));
}

#[test]
fn every_comparison_is_found_by_its_name() {
    for op in Op::ALL {
        assert_eq!(Op::from_str(op.as_str()), Some(*op));
    }
    assert_eq!(Op::from_str("like"), None);
}
