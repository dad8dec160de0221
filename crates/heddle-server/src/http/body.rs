//! JSON request bodies, bounded in size and time, refused with the place.

use super::call::Call;
use super::object;
use super::pointer::pointer_at;
use super::problem::Refusal;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap};
use actix_web::web::Bytes;
use actix_web::web::Payload;
use futures_util::StreamExt;
use heddle_engine::{Code, FieldError, Problem};
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// Reads the body of a request as `T`.
pub(crate) async fn read<T: DeserializeOwned>(call: &Call, payload: Payload) -> Result<T, Refusal> {
    json_only(call.headers())?;
    let bytes = collect(call, payload).await?;
    parse(&bytes)
}

/// The body of a request as it came, which must say that it is JSON.
pub(crate) async fn raw(call: &Call, payload: Payload, patch: bool) -> Result<Bytes, Refusal> {
    let merge = "application/merge-patch+json";
    let said = call.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let essence = said.split(';').next().unwrap_or_default().trim();
    if !(patch && essence.eq_ignore_ascii_case(merge)) {
        json_only(call.headers())?;
    }
    Ok(collect(call, payload).await?.into())
}

/// Refuses a body on a route that takes none; an empty one is no body.
pub(crate) async fn none(call: &Call, payload: Payload) -> Result<(), Refusal> {
    if collect(call, payload).await?.is_empty() {
        return Ok(());
    }
    Err(Problem::new(Code::InvalidRequest, "this address takes no request body").into())
}

fn json_only(headers: &HeaderMap) -> Result<(), Refusal> {
    let refused = |name: &str, code, detail: &str| {
        Err(Problem::new(Code::InvalidRequest, detail).with_error(name, code, detail).into())
    };
    let value = |name| headers.get(name).map(|v| v.to_str().unwrap_or_default());
    let json = |text: &str| {
        let essence = text.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
    };
    match value(CONTENT_TYPE) {
        Some(text) if json(text) => {}
        Some(_) => return refused("Content-Type", "not_allowed", "send the body as application/json"),
        None => return refused("Content-Type", "missing", "send the body with Content-Type: application/json"),
    }
    match value(CONTENT_ENCODING) {
        None => Ok(()),
        Some(text) if text.eq_ignore_ascii_case("identity") => Ok(()),
        Some(_) => refused("Content-Encoding", "not_allowed", "send the body uncompressed"),
    }
}

async fn collect(call: &Call, mut payload: Payload) -> Result<Vec<u8>, Refusal> {
    let max = call.app.settings.max_body;
    let too_large = || Refusal::from(Problem::new(Code::PayloadTooLarge, format!("at most {max} bytes are read")));
    let declared = call.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    let reading = async {
        let mut bytes = Vec::with_capacity(declared.unwrap_or(0));
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| Problem::new(Code::InvalidRequest, "the body ended too early"))?;
            if bytes.len() + chunk.len() > max {
                return Err(too_large());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    };
    match tokio::time::timeout_at(call.caller.deadline, reading).await {
        Ok(read) => read,
        Err(_) => Err(Problem::new(Code::DeadlineExceeded, "the body did not arrive in time").into()),
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let read = object::only(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| explain(bytes, &error))
}

/// The refusal of a body. Values are never repeated in it: one of them may be
/// a secret in the wrong place.
fn explain(bytes: &[u8], error: &serde_json::Error) -> Refusal {
    let place = format!("line {}, column {}", error.line(), error.column());
    if error.classify() != Category::Data {
        let detail = match bytes.is_empty() {
            true => "the body is empty; send a JSON object".to_owned(),
            false => format!("the body is not JSON: it goes wrong at {place}"),
        };
        return Problem::new(Code::InvalidRequest, detail).into();
    }
    let text = error.to_string();
    let mut pointer = pointer_at(bytes, error.line(), error.column());
    let (code, what) = if let Some(field) = quoted_after(&text, "missing field ") {
        let object = match whole_object(bytes, error) {
            true => pointer.as_str(),
            false => pointer.rsplit_once('/').map_or("", |(object, _)| object),
        };
        pointer = format!("{object}/{field}");
        ("missing", format!("the field {pointer} is missing"))
    } else if quoted_after(&text, "unknown field ").is_some() {
        ("unknown", format!("the field {} is not known here{}", cut(&pointer), expected(&text)))
    } else if quoted_after(&text, "duplicate field ").is_some() {
        ("not_allowed", format!("the field {} stands there twice", cut(&pointer)))
    } else {
        let pointer = if pointer.is_empty() { "the body" } else { &pointer };
        ("invalid", format!("{pointer} has a value that does not fit{}", expected(&text)))
    };
    let part = FieldError { pointer: cut(&pointer), code, detail: what.clone(), provider_field: None };
    let mut problem = Problem::new(Code::InvalidRequest, format!("{what} ({place})"));
    problem.errors.push(part);
    problem.into()
}

/// Whether the position is just behind an object, so that its pointer is the
/// object's own and not that of its last field.
fn whole_object(bytes: &[u8], error: &serde_json::Error) -> bool {
    let before = bytes.split_inclusive(|b| *b == b'\n').take(error.line().saturating_sub(1));
    let at = before.map(<[u8]>::len).sum::<usize>() + error.column();
    at.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'}')
}

fn quoted_after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    text.strip_prefix(start)?.strip_prefix('`')?.split('`').next()
}

/// What would have been right, from the parser's words.
fn expected(text: &str) -> String {
    let Some((_, tail)) = text.rsplit_once(", expected ") else { return String::new() };
    let tail = tail.split(" at line ").next().unwrap_or(tail);
    let tail = tail.strip_prefix("struct ").map_or(tail, |_| "an object");
    format!("; expected {tail}")
}

fn cut(pointer: &str) -> String {
    match pointer.char_indices().nth(128) {
        Some((at, _)) => format!("{}...", &pointer[..at]),
        None => pointer.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::{ConnectionCreate, TenantCreate};
    use super::*;
    use actix_web::test::TestRequest;

    fn refused<T: DeserializeOwned>(body: &str) -> (String, String, &'static str) {
        match parse::<T>(body.as_bytes()) {
            Ok(_) => panic!("{body} was taken"),
            Err(refusal) => {
                let problem = refusal.problem();
                assert_eq!(problem.code, Code::InvalidRequest);
                let part = problem.errors.first();
                let pointer = part.map_or(String::new(), |p| p.pointer.clone());
                (problem.detail.clone(), pointer, part.map_or("", |p| p.code))
            }
        }
    }

    #[test]
    fn the_refused_part_of_a_body_is_named() {
        let auth = |auth: &str| format!(r#"{{"tenant_id":"t","provider":"salesforce","auth":{auth}}}"#);
        let table = [
            (auth("{}"), "/auth/kind", "missing"),
            (auth(r#"{"kind":"magic"}"#), "/auth/kind", "invalid"),
            (auth(r#"{"kind":"client_credentials","colour":1}"#), "/auth/colour", "unknown"),
            (auth(r#"{"kind":"client_credentials","client_id":7}"#), "/auth/client_id", "invalid"),
            (auth("7"), "/auth", "invalid"),
            (r#"{"tenant_id":"t"}"#.to_owned(), "/provider", "missing"),
            (r#"{"tenant_id":"t","tenant_id":"t"}"#.to_owned(), "/tenant_id", "not_allowed"),
            ("{\n  \"owner\": 1\n}".to_owned(), "/owner", "unknown"),
            (auth(r#"["client_credentials","https://a.my.salesforce.com","i","s"]"#), "/auth", "invalid"),
            (r#" ["t","salesforce",{"kind":"client_credentials"}]"#.to_owned(), "", "invalid"),
            ("[]".to_owned(), "", "invalid"),
            ("null".to_owned(), "", "invalid"),
        ];
        for (body, pointer, code) in table {
            let (_, got, kind) = refused::<ConnectionCreate>(&body);
            assert_eq!((got.as_str(), kind), (pointer, code), "{body}");
        }
    }

    #[test]
    fn a_value_is_never_repeated_in_the_refusal() {
        let body = r#"{"tenant_id":"t","provider":"p","auth":{"kind":"client_credentials","client_secret":4711}}"#;
        let (detail, _, _) = refused::<ConnectionCreate>(body);
        assert!(!detail.contains("4711"), "{detail}");
        let (detail, _, _) = refused::<ConnectionCreate>(r#"{"auth":"canary, expected nothing"}"#);
        assert!(!detail.contains("canary"), "{detail}");
    }

    #[test]
    fn what_is_not_json_is_refused_with_the_place() {
        for body in ["", "{", "nonsense", "{\"name\": \"x\"} {}", "{\"name\": \"\u{1}\"}", "{'name': 1}"] {
            let (detail, _, _) = refused::<TenantCreate>(body);
            assert!(body.is_empty() || detail.contains("line 1"), "{body}: {detail}");
        }
        let deep = "[".repeat(100_000);
        let _ = refused::<TenantCreate>(&deep);
    }

    #[test]
    fn only_uncompressed_json_is_read() {
        let of = |pairs: &[(&'static str, &'static str)]| {
            let mut request = TestRequest::post();
            for pair in pairs {
                request = request.insert_header(*pair);
            }
            json_only(request.to_http_request().headers()).is_ok()
        };
        assert!(of(&[("content-type", "application/json")]));
        assert!(of(&[("content-type", "Application/JSON; charset=utf-8"), ("content-encoding", "identity")]));
        assert!(!of(&[]));
        assert!(!of(&[("content-type", "text/plain")]));
        assert!(!of(&[("content-type", "application/jsonx")]));
        assert!(!of(&[("content-type", "application/json"), ("content-encoding", "gzip")]));
    }
}
