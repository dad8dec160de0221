//! Sums of money: read as one value, filtered and sorted by amount.

use heddle_mapping::{
    Clear, DECIMAL, Envelope, Filter, Op, Row, SortKind, TEXT, Table, Wire, both, condition, sort_key,
};
use heddle_mapping::{json_object, wire_of_common};
use heddle_model::{Object, account as a};
use serde_json::{Value, json};

use crate::contacts::Ask;

static ROWS: [Row; 3] = [
    both(a::NAME, "Name", TEXT),
    both(a::ANNUAL_REVENUE.amount(), "money.Sum", DECIMAL),
    both(a::ANNUAL_REVENUE.currency(), "money.Unit", TEXT),
];

/// Not whole: only what these tests need.
static TABLE: Table = Table {
    object: Object::Account,
    provider_object: "Account",
    id: "Id",
    modified: "Changed",
    created: None,
    deleted: None,
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

fn read(record: &Value, hidden: &[&str]) -> (Value, Vec<String>) {
    let fields = Some(&["annual_revenue"][..]);
    let plan = Ask { fields, hidden, ..Ask::default() }.plan_of(&TABLE);
    let mut out = Vec::new();
    let page = plan.read(record.to_string().as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
    let common: Value = serde_json::from_slice(&out).unwrap();
    (common["annual_revenue"].clone(), page.warnings.iter().map(|w| w.field.clone()).collect())
}

#[test]
fn an_amount_is_an_exact_decimal_with_its_currency() {
    let record = json!({"Changed": null, "money": {"Sum": "12345678901234567.890", "Unit": "EUR"}});
    let expected = json!({"amount": "12345678901234567.89", "currency": "EUR"});
    assert_eq!(read(&record, &[]), (expected, vec![]));
}

#[test]
fn without_an_amount_there_is_no_money() {
    assert_eq!(read(&json!({"money": {"Sum": null, "Unit": "EUR"}}), &[]).0, Value::Null);
    let (money, warned) = read(&json!({"money": {"Sum": "lots", "Unit": "EUR"}}), &[]);
    assert_eq!((money, warned), (Value::Null, vec!["annual_revenue.amount".to_owned()]));
    assert_eq!(read(&json!({"money": {"Sum": 1, "Unit": null}}), &[]).0, json!({"amount": "1", "currency": null}));
}

#[test]
fn a_connection_without_the_amount_has_no_money_and_says_so() {
    let fields = Some(&["annual_revenue"][..]);
    let plan = Ask { fields, hidden: &["money.Sum"], ..Ask::default() }.plan_of(&TABLE);
    let missing: Vec<&str> = plan.missing().iter().map(|m| m.field.as_str()).collect();
    assert_eq!(missing, ["annual_revenue.amount"]);
    assert!(!plan.asked().iter().any(|path| path == "money.Unit"));
    let record = json!({"money": {"Sum": 1, "Unit": "EUR"}});
    assert_eq!(read(&record, &["money.Sum"]).0, Value::Null);
    assert_eq!(read(&record, &["money.Unit"]).0, json!({"amount": "1", "currency": null}));
}

#[test]
fn money_is_filtered_and_sorted_by_its_amount() {
    let filter = condition(&TABLE, &|_| true, &[], "annual_revenue.amount", Op::Gte, "1000.50").unwrap();
    let Filter::Is(is) = filter else { panic!("{filter:?}") };
    assert_eq!((is.path.as_str(), &is.values[..]), ("money.Sum", &[Wire::Number("1000.5".into())][..]));
    assert_eq!(sort_key(&TABLE, &|_| true, "annual_revenue.amount").unwrap(), ("money.Sum", SortKind::Number));
    let reason = sort_key(&TABLE, &|_| true, "annual_revenue").unwrap_err().reason;
    assert_eq!(reason, "name a part of it: annual_revenue.amount, annual_revenue.currency");
    assert!(sort_key(&TABLE, &|_| true, "annual_revenue.currency").is_err());
    let back = wire_of_common(&TABLE, &[], "annual_revenue.amount", "\"1000.5\"").unwrap();
    assert_eq!(back, Wire::Number("1000.5".into()));
}

#[test]
fn a_sort_by_amount_gives_the_cursor_its_value() {
    let plan = Ask { fields: Some(&["name"]), sort: Some("annual_revenue.amount"), ..Ask::default() }.plan_of(&TABLE);
    let mut out = Vec::new();
    let record = br#"{"Id":"1","Name":"a","Changed":null,"money":{"Sum":2.50}}"#;
    let page = plan.read(record, &Envelope::ONE, 1, &mut out).unwrap();
    assert_eq!(page.last.unwrap().sort.as_deref(), Some("\"2.5\""));
}

#[test]
fn dotted_paths_nest_when_asked_to() {
    let text = |t: &'static str| Wire::Text(t.into());
    let values = [
        ("id".to_owned(), Wire::Number("1".into())),
        ("p.a".to_owned(), text("x\"")),
        ("q".to_owned(), Wire::Json("[1]".into())),
        ("p.b.c".to_owned(), Wire::Null),
    ];
    let nested: Value = serde_json::from_slice(&json_object(&values, true)).unwrap();
    assert_eq!(nested, json!({"id": 1, "p": {"a": "x\"", "b": {"c": null}}, "q": [1]}));
    let flat: Value = serde_json::from_slice(&json_object(&values, false)).unwrap();
    assert_eq!(flat, json!({"id": 1, "p.a": "x\"", "q": [1], "p.b.c": null}));
    assert_eq!(json_object(&[], true), b"{}");
}
