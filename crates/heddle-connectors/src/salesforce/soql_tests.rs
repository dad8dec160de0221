use super::*;
use heddle_connector::mapping::{Table, ValueKind};
use std::borrow::Cow;

fn table() -> &'static Table {
    &crate::salesforce::objects::contact::TABLE
}

fn text(value: &str) -> Wire<'static> {
    Wire::Text(Cow::Owned(value.to_owned()))
}

fn is(path: &str, op: Op, values: Vec<Wire<'static>>) -> Filter {
    Filter::Is(Condition { path: path.to_owned(), op, kind: ValueKind::Text, values })
}

fn statement(filter: &[Filter], order: Order, after: Option<&Keyset>) -> String {
    let asked = vec!["Id".to_owned(), "Account.Name".to_owned()];
    list(&ListQuery { table: table(), asked: &asked, filter, order, after, limit: 51 })
}

#[test]
fn a_plain_list_is_ordered_by_id_and_goes_on_after_it() {
    assert_eq!(statement(&[], Order::Id, None), "SELECT Id,Account.Name FROM Contact ORDER BY Id ASC LIMIT 51");
    let after = Keyset { id: "003000000000001AAA".into(), value: None };
    assert_eq!(
        statement(&[], Order::Id, Some(&after)),
        "SELECT Id,Account.Name FROM Contact WHERE Id > '003000000000001AAA' ORDER BY Id ASC LIMIT 51"
    );
}

#[test]
fn equal_stamps_are_told_apart_by_id() {
    let order = Order::By { path: "SystemModstamp", descending: false, nullable: false };
    let after = Keyset {
        id: "003000000000001AAA".into(),
        value: Some(Wire::Timestamp(Cow::Borrowed("2026-05-18T06:17:35.000Z"))),
    };
    assert!(statement(&[], order, Some(&after)).ends_with(
        "WHERE (SystemModstamp > 2026-05-18T06:17:35Z OR (SystemModstamp = 2026-05-18T06:17:35Z \
         AND Id > '003000000000001AAA')) ORDER BY SystemModstamp ASC NULLS LAST, Id ASC LIMIT 51"
    ));
}

#[test]
fn a_nullable_column_ends_with_its_null_group() {
    let order = Order::By { path: "Birthdate", descending: true, nullable: true };
    let dated = Keyset { id: "003000000000001AAA".into(), value: Some(Wire::Date(Cow::Borrowed("1970-02-03"))) };
    assert!(statement(&[], order, Some(&dated)).ends_with(
        "WHERE (Birthdate < 1970-02-03 OR (Birthdate = 1970-02-03 AND Id > '003000000000001AAA') \
         OR Birthdate = null) ORDER BY Birthdate DESC NULLS LAST, Id ASC LIMIT 51"
    ));
    let null = Keyset { id: "003000000000001AAA".into(), value: Some(Wire::Null) };
    assert!(statement(&[], order, Some(&null)).contains("WHERE (Birthdate = null AND Id > '003000000000001AAA') "));
}

#[test]
fn hostile_text_stays_inside_its_quotes() {
    for (value, literal) in [
        ("O'Neill", r"'O\'Neill'"),
        (r"back\slash", r"'back\\slash'"),
        (r"\'", r"'\\\''"),
        ("' OR Id != null OR LastName = '", r"'\' OR Id != null OR LastName = \''"),
        ("two\r\nlines\ttab", r"'two\r\nlines\ttab'"),
        ("\u{8}\u{c}\u{1}", r"'\b\f\u0001'"),
        ("100%_sure", "'100%_sure'"),
        ("say \"hi\"", r#"'say \"hi\"'"#),
        ("Ünïcödé 😀", "'Ünïcödé 😀'"),
    ] {
        let soql = statement(&[is("LastName", Op::Eq, vec![text(value)])], Order::Id, None);
        assert!(soql.contains(&format!(" WHERE LastName = {literal} ORDER BY ")), "{soql}");
    }
}

#[test]
fn wildcards_are_escaped_in_like_only() {
    let soql = statement(&[is("Title", Op::Contains, vec![text(r"50%_\'")])], Order::Id, None);
    assert!(soql.contains(r"Title LIKE '%50\%\_\\\'%'"), "{soql}");
    let soql = statement(&[is("Title", Op::StartsWith, vec![text("VP")])], Order::Id, None);
    assert!(soql.contains("Title LIKE 'VP%'"), "{soql}");
}

#[test]
fn conditions_join_with_their_own_parentheses() {
    let either = Filter::Any(vec![
        is("Phone", Op::Eq, vec![text("1")]),
        Filter::Not(Box::new(is("Fax", Op::IsNull, vec![Wire::Bool(true)]))),
    ]);
    let among = is("LeadSource", Op::In, vec![text("Web"), text("Ph'one")]);
    assert!(
        statement(&[either, among], Order::Id, None)
            .contains(r"WHERE (Phone = '1' OR (NOT Fax = null)) AND LeadSource IN ('Web','Ph\'one') ORDER BY")
    );
}

#[test]
fn typed_values_are_not_quoted() {
    let filter = [
        is("Birthdate", Op::Gte, vec![Wire::Date(Cow::Borrowed("1970-01-01"))]),
        is("DoNotCall", Op::Eq, vec![Wire::Bool(false)]),
        is("Score__c", Op::Lt, vec![Wire::Number(Cow::Borrowed("12.5"))]),
        is("Email", Op::IsNull, vec![Wire::Bool(false)]),
    ];
    assert!(statement(&filter, Order::Id, None).contains(
        "WHERE Birthdate >= 1970-01-01 AND DoNotCall = false AND Score__c < 12.5 AND Email != null ORDER BY"
    ));
}

#[test]
fn a_path_that_is_not_a_name_never_reaches_the_statement() {
    let asked = vec!["Id".to_owned(), "Evil FROM User".to_owned(), "A.B__c".to_owned(), "1x".to_owned()];
    assert_eq!(
        by_id(&asked, None, "Contact", "Id", "003000000000001AAA"),
        "SELECT Id,A.B__c FROM Contact WHERE Id = '003000000000001AAA' LIMIT 1"
    );
}

#[test]
fn a_checkbox_is_never_without_a_value() {
    let checkbox = |is_null| {
        let values = vec![Wire::Bool(is_null)];
        Filter::Is(Condition { path: "DoNotCall".into(), op: Op::IsNull, kind: ValueKind::Bool, values })
    };
    // `DoNotCall = null` would find every one that is not ticked.
    assert!(statement(&[checkbox(true)], Order::Id, None).contains("WHERE Id = null ORDER BY"));
    assert!(statement(&[checkbox(false)], Order::Id, None).contains("WHERE Id != null ORDER BY"));
}

#[test]
fn a_moment_inside_a_second_is_compared_with_whole_seconds() {
    let stamp = |op, text: &'static str| {
        let values = vec![Wire::Timestamp(Cow::Borrowed(text))];
        let filter = Filter::Is(Condition { path: "CreatedDate".into(), op, kind: ValueKind::Timestamp, values });
        statement(&[filter], Order::Id, None)
    };
    let half = "2026-05-18T06:17:35.5Z";
    assert!(stamp(Op::Gt, half).contains("WHERE CreatedDate > 2026-05-18T06:17:35Z ORDER"));
    assert!(stamp(Op::Gte, half).contains("WHERE CreatedDate > 2026-05-18T06:17:35Z ORDER"));
    assert!(stamp(Op::Lt, half).contains("WHERE CreatedDate <= 2026-05-18T06:17:35Z ORDER"));
    assert!(stamp(Op::Lte, half).contains("WHERE CreatedDate <= 2026-05-18T06:17:35Z ORDER"));
    assert!(stamp(Op::Eq, half).contains("WHERE Id = null ORDER"));
    assert!(stamp(Op::Ne, half).contains("WHERE Id != null ORDER"));
    for whole in ["2026-05-18T06:17:35Z", "2026-05-18T06:17:35.0Z", "2026-05-18T06:17:35.000000Z"] {
        assert!(stamp(Op::Lt, whole).contains("WHERE CreatedDate < 2026-05-18T06:17:35Z ORDER"), "{whole}");
    }
}

#[test]
fn a_number_is_written_without_an_exponent() {
    let soql = |number: &'static str| {
        statement(&[is("Score__c", Op::Lt, vec![Wire::Number(Cow::Borrowed(number))])], Order::Id, None)
    };
    assert!(soql("1.5e3").contains("Score__c < 1500 ORDER"));
    assert!(soql("12.50").contains("Score__c < 12.50 ORDER"));
}

#[test]
fn a_condition_on_what_is_no_name_finds_nothing() {
    let soql = statement(&[is("X__c = 'a' OR Name", Op::Eq, vec![text("b")])], Order::Id, None);
    assert!(soql.contains("WHERE Id = null ORDER"), "{soql}");
}
