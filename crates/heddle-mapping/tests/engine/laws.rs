//! The laws hold for the test table, and notice a table that breaks them.

use heddle_mapping::{Clear, Codec, Fit, Misfit, Row, TEXT, Table, Tok, ValueKind, Wire, both, laws};
use heddle_model::{Bool, Object, Text, contact as c};

use crate::contacts::TABLE;

fn texts(found: Vec<laws::Violation>) -> Vec<String> {
    found.iter().map(ToString::to_string).collect()
}

#[test]
fn the_laws_hold_for_the_test_table() {
    assert_eq!(texts(laws::all(&TABLE)), Vec::<String>::new());
}

fn table(rows: &'static [Row]) -> Table {
    Table {
        object: Object::Contact,
        provider_object: "Contact",
        id: "Id",
        modified: "SystemModstamp",
        created: None,
        deleted: None,
        clear: Clear::Null,
        wrap: None,
        rows,
    }
}

#[test]
fn a_missing_and_a_double_field_are_found() {
    static ROWS: [Row; 2] = [both(c::FIRST_NAME, "FirstName", TEXT), both(c::FIRST_NAME, "GivenName", TEXT)];
    let found = texts(laws::total(&table(&ROWS)));
    assert!(found.contains(&"total: last_name: no row".to_owned()), "{found:?}");
    assert!(found.contains(&"total: first_name: more than one row".to_owned()));
    assert!(found.contains(&"total: first_name: one place in two rows".to_owned()));
}

const LOUD: Codec<Text> = Codec::new(
    "loud",
    ValueKind::Text,
    |_, tok, out| {
        out.push(b'"');
        out.extend(tok.text().unwrap_or_default().to_uppercase().bytes().filter(u8::is_ascii_alphanumeric));
        out.push(b'"');
        Fit::Ok
    },
    |_, tok| Ok(Wire::Text(format!("{}!x", tok.text().ok_or(Misfit("text"))?).into())),
);

const MUTE: Codec<Bool> = Codec::new(
    "mute",
    ValueKind::Bool,
    |_, tok, out| {
        out.extend_from_slice(if tok == Tok::True { b"true" } else { b"null" });
        Fit::Ok
    },
    |_, _| Ok(Wire::Null),
);

#[test]
fn a_codec_that_does_not_undo_itself_is_found() {
    static ROWS: [Row; 1] = [both(c::TITLE, "Title", LOUD)];
    let found = texts(laws::round_trip(&table(&ROWS)));
    assert!(found[0].contains("reads as \"PLAIN\" and comes back as \"PLAINX\""), "{found:?}");
}

#[test]
fn a_codec_that_loses_values_without_a_word_is_found() {
    static TABLE: Table = Table { rows: &[both(c::DO_NOT_CALL, "DoNotCall", MUTE)], ..crate::contacts::TABLE };
    let found = texts(laws::never_silent(&TABLE));
    assert!(found.contains(&"never silent: do_not_call: DoNotCall: {} is lost".to_owned()), "{found:?}");
}

#[test]
fn fields_neither_recorded_nor_marked_are_found() {
    let found = texts(laws::seen(&TABLE, &|path| path != "Title"));
    assert_eq!(
        found,
        [
            "seen: middle_name: MiddleName: marked unseen and yet recorded",
            "seen: title: Title: in no recording and not marked unseen",
        ]
    );
}

const FORGETFUL: Codec<Text> = Codec::new(
    "forgetful",
    ValueKind::Text,
    |_, tok, out| {
        out.extend_from_slice(if tok.text().is_some() { b"\"something\"" } else { b"1" });
        Fit::Ok
    },
    |_, _| Err(Misfit("nothing at all")),
);

#[test]
fn a_row_that_cannot_be_written_back_is_found() {
    static ROWS: [Row; 3] =
        [both(c::TITLE, "Title", FORGETFUL), both(c::FIRST_NAME, "Name", TEXT), both(c::LAST_NAME, "Name", TEXT)];
    static TABLE: Table = Table { rows: &ROWS, ..crate::contacts::TABLE };
    let found = texts(laws::written_back(&TABLE));
    assert!(found.contains(&"written back: title: no sample can be written to Title".to_owned()), "{found:?}");
    assert!(found.iter().any(|f| f.starts_with("written back: Contact: /title: must be nothing")), "{found:?}");
    static TWICE: Table = Table {
        rows: &[both(c::FIRST_NAME, "Name", TEXT), both(c::LAST_NAME, "Name", TEXT)],
        ..crate::contacts::TABLE
    };
    let found = texts(laws::written_back(&TWICE));
    assert!(found.contains(&"written back: first_name: Name is written twice".to_owned()), "{found:?}");
}
