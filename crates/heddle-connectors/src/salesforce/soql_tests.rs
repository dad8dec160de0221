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
    list(&ListQuery { table: table(), asked: &asked, filter, deleted: false, order, after, limit: 51 })
}

fn fetch<'a>(asked: &'a [String], filter: &'a [Filter]) -> FetchQuery<'a> {
    FetchQuery { table: table(), asked, version: None, filter, deleted: false, id: "003000000000001AAA" }
}

#[test]
fn one_record_must_be_of_its_kind_too() {
    let asked = vec!["Id".to_owned()];
    let call = heddle_connector::Fixed::Word { path: "TaskSubtype", word: "Call" }.condition();
    assert_eq!(
        by_id(&fetch(&asked, &[call]), "Task", "Id"),
        "SELECT Id FROM Task WHERE Id = '003000000000001AAA' AND TaskSubtype = 'Call' LIMIT 1"
    );
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
fn an_export_has_an_order_only_when_one_is_wanted_and_never_a_limit() {
    let asked = vec!["Id".to_owned(), "Account.Name".to_owned()];
    let filter = [is("LastName", Op::Eq, vec![text("Ng")])];
    let schema = heddle_connector::ObjectSchema::new("Contact", Vec::new());
    let of =
        |order| ExportQuery { table: table(), schema: &schema, asked: &asked, filter: &filter, deleted: false, order };
    let plain = "SELECT Id,Account.Name FROM Contact WHERE LastName = 'Ng'";
    assert_eq!(export(&of(None)), plain);
    assert_eq!(export(&of(Some(Order::Id))), format!("{plain} ORDER BY Id ASC"));
    let by = Order::By { path: "CreatedDate".into(), descending: true, nullable: false };
    assert_eq!(export(&of(Some(by.clone()))), format!("{plain} ORDER BY CreatedDate DESC NULLS LAST, Id ASC"));
    assert_eq!(count(&of(Some(by))), "SELECT COUNT() FROM Contact WHERE LastName = 'Ng'");
}

#[test]
fn equal_stamps_are_told_apart_by_id() {
    let order = Order::By { path: "SystemModstamp".into(), descending: false, nullable: false };
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
    let order = Order::By { path: "Birthdate".into(), descending: true, nullable: true };
    let dated = Keyset { id: "003000000000001AAA".into(), value: Some(Wire::Date(Cow::Borrowed("1970-02-03"))) };
    assert!(statement(&[], order.clone(), Some(&dated)).ends_with(
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
        by_id(&fetch(&asked, &[]), "Contact", "Id"),
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

#[test]
fn a_list_of_child_records_is_asked_for_by_a_statement_of_its_own() {
    let asked: Vec<String> = ["Id", "OpportunityContactRoles", "Name"].map(str::to_owned).into();
    let table = &crate::salesforce::objects::deal::TABLE;
    let query =
        ListQuery { table, asked: &asked, filter: &[], deleted: false, order: Order::Id, after: None, limit: 51 };
    let inner = "(SELECT ContactId,Role,IsPrimary FROM OpportunityContactRoles WHERE IsDeleted = false ORDER BY Id)";
    assert_eq!(list(&query), format!("SELECT Id,{inner},Name FROM Opportunity ORDER BY Id ASC LIMIT 51"));
    // Only where the object has such a list.
    let query = ListQuery { table: self::table(), ..query };
    assert!(list(&query).starts_with("SELECT Id,OpportunityContactRoles,Name FROM Contact "));
}
