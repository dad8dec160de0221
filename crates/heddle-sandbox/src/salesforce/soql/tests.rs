//! Edges of the grammar and of matching that need no org.

use super::lex::{TokenKind, tokens};
use super::parse::{Condition, parse};
use super::pattern::{decode, fits, pattern};

fn like(raw: &str, text: &str) -> bool {
    fits(&pattern(raw).unwrap(), &text.to_lowercase())
}

#[test]
fn percent_stands_for_any_run_and_underscore_for_one_character() {
    for (raw, text, fit) in [
        ("", "", true),
        ("", "a", false),
        ("%", "", true),
        ("_", "", false),
        ("_", "é", true),
        ("a%", "A", true),
        ("%b%", "abc", true),
        ("%ab%ab", "aabxab", true),
        ("%ab%ab", "aab", false),
        ("a__c", "abXc", true),
        ("a%_c", "ac", false),
        (r"\%", "%", true),
        (r"\%", "a", false),
        (r"\_\\", r"_\", true),
        ("%%%a", "bba", true),
    ] {
        assert_eq!(like(raw, text), fit, "{raw} {text}");
    }
}

#[test]
fn every_documented_escape_is_decoded_and_no_other() {
    let raw = r#"\n\r\t\b\f\"\'\\\u0041"#;
    assert_eq!(decode(raw).unwrap(), "\n\r\t\u{8}\u{c}\"'\\A");
    for raw in [r"\%", r"\_", r"\x", r"\N", r"\u00", r"\u00zz", r"\ud800", r"\"] {
        assert_eq!(decode(raw).unwrap_err().code, "MALFORMED_QUERY", "{raw}");
    }
}

#[test]
fn a_quote_inside_a_string_does_not_end_it() {
    let tokens = tokens(r"x = 'O\'Neill \\' ").unwrap();
    assert_eq!(tokens[2].kind, TokenKind::String);
    assert_eq!(tokens[2].text, r"O\'Neill \\");
    assert_eq!(tokens[3].kind, TokenKind::End);
}

#[test]
fn soql_words_inside_a_string_are_text() {
    let statement = parse("SELECT Id FROM Contact WHERE Name = 'x'' OR Name != '").unwrap_err();
    assert_eq!(statement.code, "MALFORMED_QUERY");
    let statement = parse(r"SELECT Id FROM Contact WHERE Name = 'x\' OR Name != \''").unwrap();
    assert!(matches!(statement.condition, Some(Condition::Compare(..))));
}

#[test]
fn and_and_or_mix_only_through_parentheses() {
    for (condition, fits) in [
        ("a = 1 AND b = 2 AND c = 3", true),
        ("a = 1 OR b = 2 AND c = 3", false),
        ("a = 1 OR (b = 2 AND c = 3)", true),
        ("(a = 1 OR b = 2) AND NOT c = 3", true),
        ("(a = 1 OR (b = 2 AND (c = 3 OR d = 4)))", true),
        ("(a = 1", false),
        ("a = 1)", false),
        ("a IN ()", false),
        ("a IN (1, 2", false),
        ("a NOT LIKE 'x'", false),
        ("a = b", false),
        ("a == 1", false),
        ("NOT", false),
    ] {
        let statement = format!("SELECT Id FROM Contact WHERE {condition}");
        assert_eq!(parse(&statement).is_ok(), fits, "{condition}");
    }
}

#[test]
fn clauses_come_once_and_in_order() {
    for (tail, fits) in [
        ("c WHERE c.Id != null ORDER BY Id DESC NULLS LAST, Name LIMIT 5 OFFSET 2000", true),
        ("LIMIT 5 ORDER BY Id", false),
        ("ORDER BY Id ASC DESC", false),
        ("ORDER BY", false),
        ("LIMIT -1", false),
        ("LIMIT x", false),
        ("LIMIT 5 LIMIT 6", false),
        ("OFFSET 2001", false),
        ("FOR UPDATE", false),
        ("USING SCOPE mine", false),
        ("; DROP", false),
    ] {
        let statement = format!("SELECT Id FROM Contact {tail}");
        assert_eq!(parse(&statement).is_ok(), fits, "{tail}");
    }
}

#[test]
fn the_place_of_a_refusal_counts_rows_columns_and_characters() {
    let refused = parse("SELECT Id\nFROM Contact WHERE Näme = 'x'").unwrap_err();
    assert_eq!(
        refused.message,
        "\nSELECT Id FROM Contact WHERE Näme = 'x'\n                              ^\n\
         ERROR at Row:2:Column:21\nunexpected token: 'ä'"
    );
}
