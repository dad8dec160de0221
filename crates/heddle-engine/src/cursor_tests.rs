use super::*;

fn key() -> CursorKey {
    CursorKey::new([7; 32])
}

fn request() -> ListRequest {
    ListRequest::of(heddle_connector::model::Object::Contact)
}

fn filter(field: &str, value: &str) -> FilterParam {
    FilterParam { field: field.into(), op: "eq".into(), value: value.into() }
}

fn position() -> Position {
    Position {
        id: "003000000000001AAA".into(),
        value: Some("\"1970-01-01\"".into()),
        settled: "2026-05-18T06:12:35.000Z".into(),
        newest: Some("2026-05-18T06:10:00.000Z".into()),
    }
}

fn home(connection: &ConnectionId) -> Home<'_> {
    Home { connection, generation: 0 }
}

fn sealed(connection: &ConnectionId, asked: &ListRequest) -> String {
    seal(&key(), home(connection), &Question::of(asked), 200, &asked.shape, position())
}

#[test]
fn a_cursor_alone_is_enough_to_go_on() {
    let connection = ConnectionId::generate();
    let mut asked = request();
    asked.sort = Some("birthday".into());
    asked.filters = vec![filter("last_name", "O'Neill")];
    asked.shape.expand = vec!["owner".into()];
    let text = sealed(&connection, &asked);
    assert!(text.len() <= MAX_CURSOR);
    let resumed = open(&key(), home(&connection), &request(), &text).unwrap();
    assert_eq!(resumed.question, Question::of(&asked));
    assert_eq!(resumed.position, position());
    assert_eq!(resumed.limit, Some(200));
    assert_eq!(resumed.shape.expand, ["owner"]);
}

#[test]
fn the_same_conditions_in_another_order_fit_and_others_do_not() {
    let connection = ConnectionId::generate();
    let mut asked = request();
    asked.filters = vec![filter("last_name", "a"), filter("first_name", "b")];
    let text = sealed(&connection, &asked);
    asked.filters.reverse();
    asked.limit = Some(3);
    assert!(open(&key(), home(&connection), &asked, &text).is_ok());
    asked.filters.pop();
    assert_eq!(open(&key(), home(&connection), &asked, &text).unwrap_err().code, crate::Code::InvalidCursor);
}

#[test]
fn conditions_that_do_not_fit_must_be_repeated() {
    let connection = ConnectionId::generate();
    let mut asked = request();
    asked.filters = (0..20).map(|i| filter("description", &format!("{i}{}", "x".repeat(1_000)))).collect();
    asked.shape.fields = Some(vec!["first_name".into()]);
    let text = sealed(&connection, &asked);
    assert!(text.len() <= MAX_CURSOR);
    assert!(open(&key(), home(&connection), &asked, &text).is_ok());
    let problem = open(&key(), home(&connection), &request(), &text).unwrap_err();
    assert!(problem.detail.contains("send them again"), "{}", problem.detail);
}

#[test]
fn fields_that_do_not_fit_must_be_repeated_too() {
    let connection = ConnectionId::generate();
    let mut asked = request();
    asked.shape.fields = Some((0..60).map(|i| format!("custom_fields.Some_Long_Name_{i}__c")).collect());
    let text = sealed(&connection, &asked);
    assert!(text.len() <= MAX_CURSOR);
    let problem = open(&key(), home(&connection), &request(), &text).unwrap_err();
    assert!(problem.detail.contains("fields"), "{}", problem.detail);
    assert!(open(&key(), home(&connection), &asked, &text).is_ok());
}

#[test]
fn broken_altered_and_foreign_cursors_are_refused() {
    let connection = ConnectionId::generate();
    let text = sealed(&connection, &request());
    let refused = |connection: &ConnectionId, text: &str| {
        open(&key(), home(connection), &request(), text).unwrap_err().code == crate::Code::InvalidCursor
    };
    for place in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[place] = if bytes[place] == b'A' { b'B' } else { b'A' };
        assert!(refused(&connection, std::str::from_utf8(&bytes).unwrap()), "altered at {place}");
        assert!(refused(&connection, &text[..place]), "cut at {place}");
    }
    assert!(refused(&connection, ""));
    assert!(refused(&connection, "ünsinn"));
    assert!(refused(&connection, &"A".repeat(5_000)));
    assert!(refused(&ConnectionId::generate(), &text));
    assert!(open(&CursorKey::new([8; 32]), home(&connection), &request(), &text).is_err());
    let mut other = request();
    other.object = heddle_connector::model::Object::Account;
    assert!(open(&key(), home(&connection), &other, &text).is_err());
}

#[test]
fn a_cursor_of_an_earlier_account_says_so_and_later_ones_are_good() {
    let connection = ConnectionId::generate();
    let old = sealed(&connection, &request());
    let now = Home { connection: &connection, generation: 1 };
    let problem = open(&key(), now, &request(), &old).unwrap_err();
    assert_eq!(problem.code, crate::Code::InvalidCursor);
    assert!(problem.detail.contains("another account"), "{problem}");
    let new = seal(&key(), now, &Question::of(&request()), 200, &request().shape, position());
    assert!(open(&key(), now, &request(), &new).is_ok());
    assert!(open(&key(), home(&connection), &request(), &new).is_err());
}
