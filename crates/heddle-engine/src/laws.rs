//! Laws of the engine's own parts, as functions for whoever proves them on
//! many cases.

use crate::cursor::{self, Home, Position, Question};
use crate::{ConnectionId, ListRequest, MAX_CURSOR};
use heddle_auth::CursorKey;

/// A list that was stopped somewhere, and another one.
#[derive(Debug)]
pub struct CursorCase<'a> {
    /// The list.
    pub request: &'a ListRequest,
    /// The limit that the page had.
    pub limit: usize,
    /// Id of the last record.
    pub id: String,
    /// Its value in the order's field, as JSON.
    pub value: Option<String>,
    /// Generation of the connection.
    pub generation: u64,
    /// Another list.
    pub other: &'a ListRequest,
    /// Which character of the cursor is damaged, counted around.
    pub damaged: usize,
}

/// A cursor is short, brings back what was sealed, goes on alone or with its
/// own list's conditions, and nowhere else: not with another list, not for
/// another connection or account, not with another key, not damaged. Gives how
/// much was compared.
///
/// # Errors
/// What is not so.
pub fn cursor(key: &CursorKey, stranger: &CursorKey, case: &CursorCase<'_>) -> Result<usize, String> {
    let (mine, foreign) = (ConnectionId::generate(), ConnectionId::generate());
    let home = Home { connection: &mine, generation: case.generation };
    let question = Question::of(case.request);
    let position = Position {
        id: case.id.clone(),
        value: case.value.clone(),
        settled: "2026-05-18T06:12:35.000Z".to_owned(),
        newest: case.value.clone(),
    };
    let text = cursor::seal(key, home, &question, case.limit, &case.request.shape, position.clone());
    if text.len() > MAX_CURSOR {
        return Err(format!("{} characters", text.len()));
    }
    if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(format!("{text} does not stand in an address"));
    }
    let open = |key, home, request| cursor::open(key, home, request, &text);
    let alone = bare(case.request);
    let mut compared = 0;
    for request in [case.request, &alone] {
        match open(key, home, request) {
            Ok(resumed) => {
                let same = resumed.question == question && resumed.position == position;
                if !same || resumed.limit.is_some_and(|limit| limit != case.limit) {
                    return Err(format!("{:?} came back as {resumed:?}", case.request));
                }
                compared += 1;
            }
            // What did not fit must be asked for again, and is then enough.
            Err(problem) if *request == alone && problem.detail.contains("again") => {}
            Err(problem) => return Err(problem.detail),
        }
    }
    let elsewhere = Home { connection: &foreign, generation: case.generation };
    let later = Home { connection: &mine, generation: case.generation + 1 };
    let different = Question::of(case.other) != question;
    // With nothing but the cursor, and a shape of its own, a list goes on.
    let bare_other =
        case.other.object == case.request.object && Question::of(case.other) == Question::of(&bare(case.other));
    let refused = [
        ("another connection", open(key, elsewhere, case.request).is_err()),
        ("another account", open(key, later, case.request).is_err()),
        ("another key", open(stranger, home, case.request).is_err()),
        ("another list", !different || bare_other || open(key, home, case.other).is_err()),
        ("a damaged cursor", cursor::open(key, home, case.request, &damage(&text, case.damaged)).is_err()),
    ];
    match refused.iter().find(|(_, refused)| !refused) {
        Some((what, _)) => Err(format!("{what} was accepted: {:?}", case.request)),
        None => Ok(compared + refused.len()),
    }
}

/// A request with nothing but its object.
fn bare(request: &ListRequest) -> ListRequest {
    ListRequest::of(request.object)
}

fn damage(text: &str, at: usize) -> String {
    // The last character's lower bits may carry nothing; the others all count.
    let at = at % (text.len() - 1).max(1);
    let other = if text.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}
