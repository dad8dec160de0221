//! Cursors of random lists at random places.

use super::tapes::Tape;
use heddle_auth::CursorKey;
use heddle_engine::laws::{self, CursorCase};
use heddle_engine::{FilterParam, ListRequest, MAX_ID, Shape};
use heddle_model::Object;

/// Texts that stand in conditions, values and ids.
const TEXTS: &[&str] = &["", "a", "O'Neill", "\"quoted\"", "Ärger 😀", "2026-05-18T06:17:35.000Z", "x\u{0}y", "%_\\"];

/// Values of the last record in the order of its list: lists are in the order
/// of ids, times, days and numbers only, and those are short.
const VALUES: &[&str] = &[
    "null",
    "\"2026-05-18T06:17:35.000Z\"",
    "\"1970-01-01\"",
    "-12345678901234567890.123456789",
    "\"99999999999999.99\"",
    "\"005dM000000264XQAQ\"",
];

/// Checks one tape.
pub(super) fn check(choices: &[u16]) -> Result<usize, String> {
    let mut tape = Tape::new(choices);
    let (request, other) = (request(&mut tape), request(&mut tape));
    let case = CursorCase {
        request: &request,
        limit: 1 + tape.below(2_000),
        id: "3".repeat(1 + tape.below(MAX_ID)),
        value: tape.seldom(2).then(|| (*tape.one(VALUES)).to_owned()),
        generation: u64::try_from(tape.below(3)).unwrap_or_default(),
        other: &other,
        damaged: tape.below(2_000),
    };
    laws::cursor(&CursorKey::new([7; 32]), &CursorKey::new([8; 32]), &case)
}

fn text(tape: &mut Tape<'_>, most: usize) -> String {
    let mut text = String::new();
    for _ in 0..tape.below(most) {
        text.push_str(tape.one::<&str>(TEXTS));
    }
    text
}

fn request(tape: &mut Tape<'_>) -> ListRequest {
    let maybe = |tape: &mut Tape<'_>| tape.seldom(3).then(|| text(tape, 6));
    let filters = (0..tape.below(4)).map(|_| FilterParam {
        field: (*tape.one(&["last_name", "created_at", "custom_fields.Region__c"])).to_owned(),
        op: (*tape.one(&["eq", "in", "gte"])).to_owned(),
        value: text(tape, 30),
    });
    let filters = filters.collect();
    let names = ["id", "last_name", "email_addresses", "custom_fields.A_Rather_Long_Custom_Field_Name__c"];
    let fields = tape.seldom(3).then(|| (0..tape.below(60)).map(|_| (*tape.one(&names)).to_owned()).collect());
    ListRequest {
        updated_after: maybe(tape),
        updated_before: maybe(tape),
        created_after: maybe(tape),
        created_before: maybe(tape),
        filters,
        include_deleted: tape.seldom(3).then_some(true),
        sort: tape.seldom(3).then(|| (*tape.one(&["birthday", "-updated_at"])).to_owned()),
        shape: Shape { fields, expand: Vec::new(), include_raw: tape.seldom(4) },
        ..ListRequest::of(*tape.one(&[Object::Contact, Object::Account]))
    }
}
