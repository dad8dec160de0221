//! SOQL through HTTP: what is found, in which order, and what is refused.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use serde_json::{Value, json};
use support::Client;

#[tokio::test]
async fn records_show_the_fields_in_the_order_asked_with_parents_nested() {
    let client = Client::small().await;
    let soql = "select email, Account.Name, ID, Owner.Name, Account.Owner.Name, Contact.LastName \
                FROM Contact WHERE AccountId != null AND Email != null LIMIT 1";
    let text = client.query(soql).text();
    let keys = [
        r#"{"totalSize":1,"done":true,"records":[{"attributes":{"type":"Contact","url":"/services/data/v66.0/sobjects/Contact/003"#,
        r#""Email":"#,
        r#""Account":{"attributes":{"type":"Account","url":"/services/data/v66.0/sobjects/Account/001"#,
        r#""Name":"#,
        r#""Owner":{"attributes":{"type":"User""#,
        r#""Id":"003"#,
        r#""Owner":{"#,
        r#""LastName":"#,
    ];
    let mut rest = text.as_str();
    for key in keys {
        let at = rest.find(key).unwrap_or_else(|| panic!("{key} in order in {text}"));
        rest = &rest[at + key.len()..];
    }
}

#[tokio::test]
async fn a_missing_parent_is_null_and_its_fields_count_as_null() {
    let client = Client::small().await;
    client.control("POST", "contacts", json!({ "LastName": "Alone" })).await;
    let soql = "SELECT Account.Name, ReportsTo.Name FROM Contact WHERE LastName = 'alone' AND Account.Name = null";
    let records = client.records(soql);
    assert_eq!(records.len(), 1);
    assert_eq!(records[0]["Account"], Value::Null);
    assert_eq!(records[0]["ReportsTo"], Value::Null);
}

#[tokio::test]
async fn quotes_backslashes_and_wildcards_are_found_only_as_escaped() {
    let client = Client::small().await;
    for name in [r"O'Hara \ Söhne", "100%", "a_b", "axb", "line\nbreak", "Ünïcode"] {
        client.control("POST", "contacts", json!({ "LastName": name })).await;
    }
    let found = |condition: &str| client.column(&format!("SELECT LastName FROM Contact WHERE {condition}"), "LastName");
    assert_eq!(found(r"LastName = 'o\'hara \\ söhne'"), [r"O'Hara \ Söhne"]);
    assert_eq!(found(r"LastName LIKE '100\%'"), ["100%"]);
    assert_eq!(found(r"LastName LIKE 'a\_b'"), ["a_b"]);
    assert_eq!(found("LastName LIKE 'a_b'"), ["a_b", "axb"]);
    assert_eq!(found("LastName = '100%'"), ["100%"]);
    assert_eq!(found(r"LastName = 'line\nbreak'"), ["line\nbreak"]);
    assert_eq!(found(r"LastName = '\u00dcnïcode'"), ["Ünïcode"]);
    assert_eq!(found("LastName LIKE '%NÏC%'"), ["Ünïcode"]);
}

#[tokio::test]
async fn a_backslash_sequence_outside_the_list_is_malformed() {
    let client = Client::small().await;
    for literal in [r"a\qb", r"a\_b", r"a\%b", r"\u12G4", r"a\ b"] {
        let (code, message) = client.refused(&format!("SELECT Id FROM Contact WHERE LastName = '{literal}'"));
        assert_eq!(code, "MALFORMED_QUERY");
        assert!(message.contains("Illegal character sequence"), "{message}");
    }
    let (code, _) = client.refused("SELECT Id FROM Contact WHERE LastName = 'a\nb'");
    assert_eq!(code, "MALFORMED_QUERY");
}

#[tokio::test]
async fn refusals_are_worded_and_placed_as_recorded() {
    let client = Client::small().await;
    let reference = "Please reference your WSDL or the describe call for the appropriate names.";
    let cases = [
        (
            "SELECT Id, Foo FROM Contact",
            "INVALID_FIELD",
            format!(
                "\nSELECT Id, Foo FROM Contact\n           ^\nERROR at Row:1:Column:12\nNo such \
                 column 'Foo' on entity 'Contact'. If you are attempting to use a custom field, \
                 be sure to append the '__c' after the custom field name. {reference}"
            ),
        ),
        ("SELECT Id, Name, id FROM Contact", "INVALID_FIELD", "duplicate field selected: id".into()),
        ("SELECT Id FROM Kontakt", "INVALID_TYPE", "sObject type 'Kontakt' is not supported.".into()),
        ("SELECT Foo.Name FROM Contact", "INVALID_FIELD", "Didn't understand relationship 'Foo' in field path.".into()),
        (
            "SELECT Id FROM Contact WHERE Description LIKE 'a%'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call".into(),
        ),
        (
            "SELECT Id FROM Contact ORDER BY Description",
            "MALFORMED_QUERY",
            "field 'Description' can not be sorted in a query call".into(),
        ),
        (
            "SELECT Id FROM Contact WHERE CreatedDate > '2026-01-01T00:00:00Z'",
            "INVALID_FIELD",
            "value of filter criterion for field 'CreatedDate' must be of type dateTime and \
             should not be enclosed in quotes"
                .into(),
        ),
        (
            "SELECT Id FROM Contact WHERE LastName = 5",
            "INVALID_FIELD",
            "value of filter criterion for field 'LastName' must be of type string and should be \
             enclosed in quotes"
                .into(),
        ),
        (
            "SELECT Id FROM Contact WHERE AccountId = 'nonsense'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid ID field: nonsense".into(),
        ),
        (
            "SELECT Id FROM Contact WHERE Id LIKE '003%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on id field".into(),
        ),
        (
            "SELECT Id FROM Contact WHERE LastName = 'a' AND Title = 'b' OR Email = 'c'",
            "MALFORMED_QUERY",
            "ERROR at Row:1:Column:61\nunexpected token: 'OR'".into(),
        ),
        (
            "SELECT Id FROM Contact OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000".into(),
        ),
        ("SELECT * FROM Contact", "MALFORMED_QUERY", "unexpected token: '*'".into()),
        ("SELECT Id FROM Contact WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'".into()),
        ("SELECT Id FROM Contact GROUP BY Id", "MALFORMED_QUERY", "unexpected token: 'GROUP'".into()),
        ("SELECT Id FROM Contact WHERE Name = 'a", "MALFORMED_QUERY", "".into()),
        ("SELECT Id FROM Contact WHERE CreatedDate > TODAY", "MALFORMED_QUERY", "unexpected token: 'TODAY'".into()),
        (
            "SELECT Id FROM Contact WHERE MailingAddress = 'x'",
            "INVALID_FIELD",
            "Address fields can only be filtered using Distance expressions".into(),
        ),
    ];
    for (soql, code, message) in cases {
        let refused = client.refused(soql);
        assert_eq!(refused.0, code, "{soql}");
        assert!(refused.1.contains(&message), "{soql}: {}", refused.1);
    }
    let answer = client.get("/services/data/v66.0/query");
    assert_eq!((answer.status, answer.error().0.as_str()), (400, "MALFORMED_QUERY"));
}

#[tokio::test]
async fn not_equal_keeps_nulls_and_orders_put_them_where_asked() {
    let client = Client::small().await;
    let birthdates =
        |tail: &str| client.column(&format!("SELECT Birthdate FROM Contact ORDER BY Birthdate {tail}"), "Birthdate");
    let ascending = birthdates("ASC");
    let nulls = ascending.iter().filter(|date| date.is_null()).count();
    assert!(nulls > 0 && nulls < 120);
    assert!(ascending[..nulls].iter().all(Value::is_null));
    assert!(ascending[nulls..].is_sorted_by_key(|date| date.as_str().unwrap().to_owned()));
    let last = birthdates("DESC NULLS LAST");
    assert!(last[120 - nulls..].iter().all(Value::is_null));
    let some = ascending[nulls].as_str().unwrap();
    let other = client.records(&format!("SELECT Id FROM Contact WHERE Birthdate != {some}"));
    let same = client.records(&format!("SELECT Id FROM Contact WHERE Birthdate = {some}"));
    assert_eq!(other.len() + same.len(), 120);
    let not_in = client.records(&format!("SELECT Id FROM Contact WHERE Birthdate NOT IN ({some}, null)"));
    assert_eq!(not_in.len(), 120 - nulls - same.len());
}

#[tokio::test]
async fn conditions_join_with_parentheses_not_and_lists() {
    let client = Client::small().await;
    for (name, title, vip) in [("Qa", "one", true), ("Qb", "two", false), ("Qc", "one", false)] {
        let fields = json!({ "LastName": name, "Title": title, "Vip__c": vip, "Score__c": 2.5 });
        client.control("POST", "contacts", fields).await;
    }
    let found = |condition: &str| {
        let soql = format!("SELECT LastName FROM Contact WHERE LastName LIKE 'Q_' AND ({condition})");
        client.column(&soql, "LastName")
    };
    assert_eq!(found("Title = 'ONE' AND Vip__c = true"), ["Qa"]);
    assert_eq!(found("(Title = 'one' AND Vip__c = false) OR LastName = 'qb'"), ["Qb", "Qc"]);
    assert_eq!(found("NOT (Title = 'one')"), ["Qb"]);
    assert_eq!(found("LastName IN ('qa', 'qc') AND NOT Vip__c = true"), ["Qc"]);
    assert_eq!(found("LastName NOT IN ('Qa')"), ["Qb", "Qc"]);
    assert_eq!(found("Vip__c = null"), ["Qb", "Qc"]);
    assert_eq!(found("Score__c >= 2.5 AND Score__c < 3").len(), 3);
    assert_eq!(found("LastName > 'Qa' AND LastName <= 'Qb'"), ["Qb"]);
    assert_eq!(found("Email = ''").len(), 3);
}

#[tokio::test]
async fn dates_and_moments_compare_in_any_offset() {
    let client = Client::small().await;
    let stamp = "2001-02-03T04:05:06.000+0000";
    let fields = json!({ "LastName": "Old", "SystemModstamp": stamp, "CreatedDate": stamp, "Birthdate": "1990-12-31" });
    client.control("POST", "contacts", fields).await;
    let found = |condition: &str| {
        client.column(&format!("SELECT SystemModstamp FROM Contact WHERE {condition}"), "SystemModstamp")
    };
    assert_eq!(found("SystemModstamp = 2001-02-03T04:05:06Z"), [stamp]);
    assert_eq!(found("SystemModstamp = 2001-02-03T05:05:06+01:00"), [stamp]);
    assert_eq!(found("SystemModstamp = 2001-02-03T04:05:06.000Z"), [stamp]);
    assert_eq!(found("SystemModstamp < 2001-02-03T04:05:06Z"), Vec::<Value>::new());
    assert_eq!(found("LastName = 'old' AND Birthdate > 1990-12-30 AND Birthdate < 1991-01-01"), [stamp]);
    let wrong = client.refused("SELECT Id FROM Contact WHERE SystemModstamp > 2001-02-03");
    assert_eq!(wrong.0, "INVALID_FIELD");
}

#[tokio::test]
async fn ids_compare_byte_by_byte_in_both_lengths() {
    let client = Client::small().await;
    let ids = client.column("SELECT Id FROM Contact", "Id");
    assert_eq!(ids.len(), 120);
    assert!(ids.is_sorted_by_key(|id| id.as_str().unwrap()[..15].to_owned()));
    let middle = ids[60].as_str().unwrap();
    for id in [middle, &middle[..15]] {
        assert_eq!(client.column(&format!("SELECT Id FROM Contact WHERE Id = '{id}'"), "Id"), [middle]);
        let after = client.column(&format!("SELECT Id FROM Contact WHERE Id > '{id}'"), "Id");
        assert_eq!(after, ids[61..]);
    }
}

#[tokio::test]
async fn the_rights_of_the_user_can_be_read_and_switched() {
    let client = Client::small().await;
    let soql = "SELECT PermissionsViewAllData, PermissionsApiEnabled FROM UserPermissionAccess";
    assert_eq!(client.column(soql, "PermissionsViewAllData"), [true]);
    client.control("POST", "settings", json!({ "view_all_data": false })).await;
    assert_eq!(client.column(soql, "PermissionsViewAllData"), [false]);
    assert_eq!(client.column(soql, "PermissionsApiEnabled"), [true]);
}

#[tokio::test]
async fn picklists_sort_in_setup_order_and_text_without_regard_to_case() {
    let client = Client::small().await;
    let soql = "SELECT Loyalty_Tier__c FROM Contact WHERE Loyalty_Tier__c != null ORDER BY Loyalty_Tier__c";
    let mut tiers = client.column(soql, "Loyalty_Tier__c");
    tiers.dedup();
    assert_eq!(tiers, ["Platinum", "Gold", "Silver", "Bronze"]);
    for name in ["zzb", "ZZA", "ZZc"] {
        client.control("POST", "contacts", json!({ "LastName": name })).await;
    }
    let soql = "SELECT LastName FROM Contact WHERE LastName > 'Zz' ORDER BY LastName DESC LIMIT 3";
    let names: Vec<Value> = client.column(soql, "LastName");
    let ours: Vec<&Value> = names.iter().filter(|name| name.as_str().unwrap().is_ascii()).collect();
    assert!(ours.is_sorted_by_key(|name| std::cmp::Reverse(name.as_str().unwrap().to_lowercase())));
}

#[tokio::test]
async fn without_view_all_data_a_private_org_hides_what_others_own() {
    let client = Client::small().await;
    client.control("POST", "settings", json!({ "private_sharing": true })).await;
    let owned = "SELECT Id FROM Contact WHERE Owner.Username = 'user0@sandbox.example'";
    let mine = client.column(owned, "Id");
    assert_eq!(client.records("SELECT Id FROM Contact").len(), 120);
    client.control("POST", "settings", json!({ "view_all_data": false })).await;
    assert_eq!(client.column("SELECT Id FROM Contact", "Id"), mine);
    assert!(!mine.is_empty() && mine.len() < 120);
}

#[tokio::test]
async fn a_sub_query_lists_the_children_of_each_record() {
    let client = Client::small().await;
    let soql = "SELECT Id, (SELECT ContactId, Contact.LastName, IsPrimary FROM OpportunityContactRoles \
                ORDER BY ContactId LIMIT 2) FROM Opportunity ORDER BY Id";
    let records = client.records(soql);
    let lists: Vec<&Value> = records.iter().map(|record| &record["OpportunityContactRoles"]).collect();
    assert!(lists.iter().any(|list| list.is_null()), "nobody has a part in some");
    let full: Vec<&Value> = lists.iter().filter(|list| !list.is_null()).copied().collect();
    assert!(!full.is_empty());
    for list in full {
        let inner = list["records"].as_array().unwrap();
        assert_eq!((list["done"].as_bool(), list["totalSize"].as_u64()), (Some(true), Some(inner.len() as u64)));
        assert!(inner.len() <= 2 && inner.is_sorted_by_key(|role| role["ContactId"].as_str().unwrap().to_owned()));
        assert_eq!(inner[0]["attributes"]["type"], "OpportunityContactRole");
        assert!(inner[0]["Contact"]["LastName"].is_string());
    }
    let primary = "SELECT Id, (SELECT Id FROM OpportunityContactRoles WHERE IsPrimary = true) FROM Opportunity";
    let most = client.records(primary).iter().filter_map(|r| r["OpportunityContactRoles"]["totalSize"].as_u64()).max();
    assert_eq!(most, Some(1));
    let unknown = client.query("SELECT Id, (SELECT Id FROM Friends) FROM Opportunity");
    assert_eq!((unknown.status, unknown.error().0.as_str()), (400, "INVALID_TYPE"));
    assert!(unknown.error().1.contains("Didn't understand relationship 'Friends' in FROM part of query call"));
    let nested = "SELECT Id, (SELECT Id, (SELECT Id FROM Contacts) FROM Opportunities) FROM Account";
    assert_eq!(client.query(nested).error().0, "MALFORMED_QUERY");
}

#[tokio::test]
async fn a_field_of_several_objects_shows_and_compares_what_all_of_them_have() {
    let client = Client::small().await;
    let people = client.records("SELECT WhoId, Who.Type, Who.Name, Owner.Name FROM Task WHERE Who.Type = 'Contact'");
    assert!(people.len() > 100, "{}", people.len());
    for task in &people {
        let who = &task["Who"];
        assert_eq!((&who["attributes"]["type"], &who["Type"]), (&json!("Name"), &json!("Contact")));
        assert!(who["attributes"]["url"].as_str().unwrap().contains("/sobjects/Contact/003"), "{who}");
        assert!(who["Name"].is_string() && task["Owner"]["Name"].is_string(), "{task}");
    }
    let all = client.records("SELECT Id FROM Task").len();
    // A missing record is of no type.
    let others = client.records("SELECT Id FROM Task WHERE Who.Type != 'Contact'").len();
    assert_eq!(people.len() + others, all);
    let refused = client.query("SELECT Who.Birthdate FROM Task").text();
    assert!(refused.contains("INVALID_FIELD"), "{refused}");
    let refused = client.query("SELECT Id FROM Name").text();
    assert!(refused.contains("INVALID_TYPE"), "{refused}");
}
