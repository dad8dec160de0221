//! What is not JSON is refused, with the place, and leaves no output behind.

use heddle_mapping::{BadPage, Envelope, Tok, peek};

use crate::contacts::Ask;
use crate::pages::PAGE;

fn refused(body: &[u8]) -> BadPage {
    let mut out = b"before".to_vec();
    let refusal = Ask::default().plan().read(body, &PAGE, 10, &mut out);
    assert_eq!(out, b"before", "{}", String::from_utf8_lossy(body));
    refusal.expect_err(&String::from_utf8_lossy(body))
}

/// A page whose only record has this value in a field that the plan reads and
/// in one that it skips.
fn with_value(value: &str) -> [String; 3] {
    [
        format!("{{\"records\":[{{\"Id\":\"a\",\"Title\":{value}}}]}}"),
        format!("{{\"records\":[{{\"Id\":\"a\",\"Unknown\":{value}}}]}}"),
        format!("{{\"Unknown\":{value},\"records\":[]}}"),
    ]
}

#[test]
fn values_that_are_not_json_are_refused_wherever_they_stand() {
    for value in [
        "01",
        "-01",
        "1.",
        ".5",
        "+1",
        "-",
        "1e",
        "1e+",
        "1.e3",
        "0x1",
        "NaN",
        "Infinity",
        "nul",
        "nulll",
        "True",
        "tru",
        "'x'",
        "\"x",
        "\"\\x\"",
        "\"\\u12g4\"",
        "\"\\u12\"",
        "\"a\nb\"",
        "\"a\u{1}b\"",
        "\"tab\there\"",
        "\"12345678\u{0}\"",
        "[1,]",
        "[,1]",
        "[1 2]",
        "[1",
        "{\"a\":1,}",
        "{,}",
        "{\"a\"}",
        "{\"a\" 1}",
        "{a:1}",
        "{\"a\":}",
        "{1:2}",
        "{null:1}",
        "",
        " ",
        "\u{feff}1",
        "1]",
        "}",
        "// note\n1",
        "1 /* note */",
    ] {
        for body in with_value(value) {
            refused(body.as_bytes());
        }
    }
}

#[test]
fn the_place_of_the_trouble_is_told() {
    let bad = refused(br#"{"records":[{"Id":"a","Title":01}]}"#);
    assert_eq!((bad.reason, bad.offset), ("expected a comma or the end of an object or array", 31));
    assert_eq!(bad.to_string(), "expected a comma or the end of an object or array at byte 31");
}

#[test]
fn text_after_the_end_is_refused() {
    assert_eq!(refused(br#"{"records":[]} x"#).reason, "text after the end");
    assert_eq!(refused(br#"{"records":[]}{"records":[]}"#).reason, "text after the end");
}

#[test]
fn answers_without_records_are_refused() {
    for body in
        ["", "   ", "null", "[]", "{}", "\"records\"", "{\"records\":null}", "{\"records\":\"x\"}", "{\"Records\":[]}"]
    {
        refused(body.as_bytes());
    }
    refused(b"<html><body>Service Unavailable</body></html>");
}

#[test]
fn a_body_cut_anywhere_is_refused() {
    let body =
        br#"{"done":true,"records":[{"Id":"a","Account":{"Name":"S\u00f6"},"MailingLatitude":-1.5e3,"X":[{}]}]}"#;
    Ask::default().plan().read(body, &PAGE, 10, &mut Vec::new()).unwrap();
    for end in 0..body.len() {
        refused(&body[..end]);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_refused_at_their_place() {
    let mut body = br#"{"records":[{"Title":"caf"#.to_vec();
    let at = body.len();
    body.extend_from_slice(b"\xe9\"}]}");
    let bad = refused(&body);
    assert_eq!((bad.reason, bad.offset), ("not UTF-8", at));
}

#[test]
fn nesting_beyond_64_is_refused_and_100000_brackets_do_no_harm() {
    for close in [true, false] {
        for (open, shut) in [("[", "]"), ("{\"a\":", "}")] {
            let end = if close { format!("1{}", shut.repeat(100_000)) } else { String::new() };
            let value = format!("{}{end}", open.repeat(100_000));
            for body in with_value(&value) {
                assert_eq!(refused(body.as_bytes()).reason, "nested too deep");
            }
        }
    }
    // The record stands three deep, so 61 more fit.
    let deep = |n: usize| format!("{{\"records\":[{{\"X\":{}{}}}]}}", "[".repeat(n) + "1", "]".repeat(n));
    let plan = Ask::default().plan();
    assert!(plan.read(deep(61).as_bytes(), &PAGE, 1, &mut Vec::new()).is_ok());
    assert_eq!(refused(deep(62).as_bytes()).reason, "nested too deep");
}

#[test]
fn ten_megabytes_of_text_or_escapes_pass() {
    for piece in ["plain text, ", "\\u00e9\\n\\\"", "é"] {
        let long = piece.repeat(10_000_000 / piece.len());
        let body = format!("{{\"Id\":\"a\",\"Title\":\"{long}\",\"Unknown\":\"{long}\"}}");
        let mut out = Vec::new();
        let ask = Ask { fields: Some(&["title"]), ..Ask::default() };
        ask.plan().read(body.as_bytes(), &Envelope::ONE, 1, &mut out).unwrap();
        assert_eq!(out.len(), long.len() + 12);
    }
}

#[test]
fn one_value_can_be_looked_at_in_an_error_body() {
    let body = br#" [ {"message":"gone\n","errorCode":"NOT_FOUND","fields":["a",{"b":2}],"n":null} ] "#;
    assert_eq!(peek(body, "0.errorCode"), Some(Tok::Str(b"NOT_FOUND")));
    assert_eq!(peek(body, "0.message").and_then(Tok::text).as_deref(), Some("gone\n"));
    assert_eq!(peek(body, "0.fields.1.b"), Some(Tok::Num(b"2")));
    assert_eq!(peek(body, "0.n"), Some(Tok::Null));
    assert_eq!(peek(br#"{"a":{"b":1}}"#, ""), Some(Tok::Json(br#"{"a":{"b":1}}"#)));
    for path in ["1.errorCode", "0.none", "errorCode", "0.message.x", "0.fields.2"] {
        assert_eq!(peek(body, path), None, "{path}");
    }
    for body in ["", "<html>", "{\"a\"", "\u{0}"] {
        assert_eq!(peek(body.as_bytes(), "a"), None);
    }
    assert_eq!(peek(b"{\"a\":\"\xff\"}", "a"), None);
}
