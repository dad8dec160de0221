//! The parameters and headers of writes: one table, read by the parser and by
//! the OpenAPI document.

use super::list_query::{Form, Parameter, parameter};
use super::problem::Refusal;
use super::query::Query;
use actix_web::http::header::{HeaderMap, IF_MATCH};
use heddle_engine::{Code, MAX_ID, Problem, WriteOptions};

/// Names the request, so that it is carried out once however often it is sent.
pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Query parameters of every write.
pub(crate) const WRITE: &[Parameter] = &[
    parameter(
        "return",
        Form::Text,
        "`id`, or `record` to read the record back, for one call more. `id` when it is left out.",
    ),
    parameter(
        "dry_run",
        Form::Flag,
        "Whether only the provider requests are answered that would be sent. Required fields, lengths and words are \
         checked first, as the connection's schema has them.",
    ),
    parameter(
        "allow_duplicates",
        Form::Flag,
        "Whether a rule of the CRM that warns of duplicates is passed over. One that forbids them is not.",
    ),
];

/// Reads the options of a write.
pub(crate) fn read(mut query: Query, headers: &HeaderMap) -> Result<WriteOptions, Refusal> {
    let back = query.text("return")?;
    let return_record = match back.as_deref() {
        None | Some("id") => false,
        Some("record") => true,
        Some(_) => return Err(Problem::parameter("return", "invalid", "return takes id or record").into()),
    };
    let options = WriteOptions {
        return_record,
        dry_run: query.flag("dry_run")?,
        allow_duplicates: query.flag("allow_duplicates")?,
        if_match: header(headers, IF_MATCH.as_str(), false)?,
        idempotency_key: header(headers, IDEMPOTENCY_KEY, true)?,
    };
    query.finish(&WRITE.iter().map(|row| row.name).collect::<Vec<_>>())?;
    Ok(options)
}

/// The `Idempotency-Key` of a request that has no other options.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    header(headers, IDEMPOTENCY_KEY, true)
}

/// One header of visible ASCII characters, given once.
fn header(headers: &HeaderMap, name: &'static str, plain: bool) -> Result<Option<String>, Refusal> {
    let refuse = |code, detail: String| {
        Err(Refusal::from(Problem::new(Code::InvalidRequest, detail.clone()).with_error(name, code, detail)))
    };
    let mut values = headers.get_all(name);
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return refuse("not_allowed", format!("{name} is given more than once"));
    }
    let text = value.to_str().unwrap_or_default().trim();
    let visible = text.bytes().all(|b| b.is_ascii_graphic() || (!plain && b == b' '));
    match text.len() {
        0 => refuse("invalid", format!("{name} is empty or not ASCII")),
        1..=MAX_ID if visible => Ok(Some(text.to_owned())),
        1..=MAX_ID => refuse("invalid", format!("{name} takes visible ASCII characters")),
        _ => refuse("too_long", format!("{name} is longer than {MAX_ID} characters")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn options(raw: &str, headers: &[(&'static str, &str)]) -> Result<WriteOptions, Code> {
        let request = headers.iter().fold(TestRequest::post(), |r, (n, v)| r.append_header((*n, *v))).to_http_request();
        let query = Query::parse(raw).unwrap_or_else(|e| panic!("{e}"));
        read(query, request.headers()).map_err(|refusal| refusal.problem().code)
    }

    #[test]
    fn a_write_without_options_answers_the_id_and_is_carried_out() {
        assert_eq!(options("", &[]), Ok(WriteOptions::default()));
        assert_eq!(options("return=id&dry_run=false", &[]), Ok(WriteOptions::default()));
    }

    #[test]
    fn every_option_is_read() {
        let read = options(
            "return=record&dry_run=true&allow_duplicates=true",
            &[("idempotency-key", "order-17"), ("if-match", "\"2026\"")],
        );
        let all = WriteOptions {
            return_record: true,
            dry_run: true,
            allow_duplicates: true,
            if_match: Some("\"2026\"".to_owned()),
            idempotency_key: Some("order-17".to_owned()),
        };
        assert_eq!(read, Ok(all));
    }

    #[test]
    fn what_is_no_option_is_refused() {
        let long = "k".repeat(256);
        for raw in ["return=all", "dry_run=1", "return", "fields=id"] {
            assert_eq!(options(raw, &[]), Err(Code::InvalidRequest), "{raw}");
        }
        for key in ["", "two words", &long] {
            assert_eq!(options("", &[("idempotency-key", key)]), Err(Code::InvalidRequest), "{key}");
        }
        let twice = [("idempotency-key", "a"), ("idempotency-key", "b")];
        assert_eq!(options("", &twice), Err(Code::InvalidRequest));
    }
}
