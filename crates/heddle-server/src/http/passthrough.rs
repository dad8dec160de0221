//! Raw calls between JSON and the engine.

use super::answer::{Answer, write};
use super::headers;
use super::problem::Refusal;
use super::wire::{PassthroughAnswer, PassthroughRequest, ProviderAnswer};
use actix_web::HttpResponse;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use heddle_engine::{Code, Problem, RawAnswer, RawCall, RawReply};
use heddle_gate::Method;
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

const METHODS: [Method; 5] = [Method::Get, Method::Post, Method::Patch, Method::Put, Method::Delete];

/// Reads a raw call.
pub(crate) fn read(request: PassthroughRequest, idempotency_key: Option<String>) -> Result<RawCall, Refusal> {
    let Some(method) = METHODS.into_iter().find(|method| method.as_str() == request.method) else {
        return Err(refused("/method", "invalid", "method is GET, POST, PATCH, PUT or DELETE"));
    };
    if idempotency_key.is_some() && method == Method::Get {
        let detail = "a GET changes nothing, so that no Idempotency-Key is taken for it";
        return Err(refused("Idempotency-Key", "not_allowed", detail));
    }
    let mut query = Vec::new();
    for (name, value) in request.query {
        let values = match value {
            Value::Array(values) => values,
            one => vec![one],
        };
        for value in values {
            let text = match value {
                Value::String(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Bool(truth) => truth.to_string(),
                _ => {
                    let detail = "query parameters are texts, numbers, truth values, or lists of them";
                    return Err(refused(&format!("/query/{name}"), "invalid", detail));
                }
            };
            query.push((name.clone(), text));
        }
    }
    let body = match (request.body, request.text, request.content_type) {
        (None, None, None) => None,
        (Some(json), None, None) => {
            Some(("application/json; charset=UTF-8".to_owned(), Box::<str>::from(json).into_string().into()))
        }
        (None, Some(text), Some(kind)) if is_content_type(&kind) => Some((kind, text.into())),
        (None, Some(_), Some(_)) => {
            return Err(refused("/content_type", "invalid", "content_type is one such as text/csv; charset=UTF-8"));
        }
        (None, Some(_), None) => {
            return Err(refused("/content_type", "missing", "a text needs its content_type"));
        }
        (Some(_), Some(_), _) => {
            return Err(refused("/text", "not_allowed", "send body, which is JSON, or text; not both"));
        }
        (_, _, Some(_)) => {
            return Err(refused("/content_type", "not_allowed", "content_type goes with text; body is JSON"));
        }
    };
    let headers = request.headers.into_iter().collect();
    Ok(RawCall { method, path: request.path, query, headers, body, idempotency_key })
}

fn is_content_type(text: &str) -> bool {
    let essence = text.split(';').next().unwrap_or_default().trim();
    let token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$&^_.+-".contains(&b));
    text.len() <= 255
        && text.bytes().all(|b| b.is_ascii_graphic() || b == b' ')
        && essence.split_once('/').is_some_and(|(kind, sub)| token(kind) && token(sub))
}

fn refused(pointer: &str, code: &'static str, detail: &str) -> Refusal {
    let pointer: String = pointer.chars().take(128).collect();
    Problem::new(Code::InvalidRequest, detail).with_error(pointer, code, detail).into()
}

/// The answer to a raw call.
pub(crate) fn answer(answer: RawAnswer) -> Answer {
    let mut response = HttpResponse::Ok();
    headers::cost(&mut response, &answer.cost);
    if answer.replay_of.is_some() {
        headers::replayed(&mut response);
    }
    let mut body = Vec::with_capacity(answer.reply.body.len() + 256);
    write(&mut body, &PassthroughAnswer { data: shown(answer.reply)? })?;
    Ok(response.content_type("application/json").body(body))
}

fn shown(reply: RawReply) -> Result<ProviderAnswer, Refusal> {
    let (encoding, body) = encoded(reply.content_type.as_deref(), &reply.body)?;
    Ok(ProviderAnswer {
        status: reply.status,
        content_type: reply.content_type,
        headers: reply.headers.into_iter().collect(),
        encoding: encoding.to_owned(),
        body,
    })
}

/// A body inside JSON: one that says it is JSON and is, as it stands; numbers
/// keep their digits.
fn encoded(content_type: Option<&str>, body: &[u8]) -> Result<(&'static str, Box<RawValue>), Refusal> {
    let text_value = |text: &str| {
        to_raw_value(text).map_err(|_| Refusal::from(Problem::new(Code::Internal, "the answer could not be written")))
    };
    if body.is_empty() {
        return Ok(("none", RawValue::NULL.to_owned()));
    }
    let Ok(text) = std::str::from_utf8(body) else {
        return Ok(("base64", text_value(&STANDARD.encode(body))?));
    };
    let says_json = content_type.is_some_and(|kind| kind.to_ascii_lowercase().contains("json"));
    match says_json.then(|| serde_json::from_str::<&RawValue>(text)) {
        Some(Ok(json)) => Ok(("json", json.to_owned())),
        _ => Ok(("text", text_value(text)?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(json: &str) -> Result<RawCall, Refusal> {
        read(serde_json::from_str(json).unwrap(), None)
    }

    #[test]
    fn a_json_body_keeps_every_digit() {
        let call = request(r#"{"method":"POST","path":"/x","body":{"a":1.10,"b":12345678901234567890123}}"#).unwrap();
        assert_eq!(&call.body.unwrap().1[..], br#"{"a":1.10,"b":12345678901234567890123}"#);
    }

    #[test]
    fn parts_that_do_not_go_together_are_refused() {
        for json in [
            r#"{"method":"get","path":"/x"}"#,
            r#"{"method":"TRACE","path":"/x"}"#,
            r#"{"method":"POST","path":"/x","body":{},"text":"a"}"#,
            r#"{"method":"POST","path":"/x","text":"a"}"#,
            r#"{"method":"POST","path":"/x","text":"a","content_type":"csv"}"#,
            r#"{"method":"POST","path":"/x","text":"a","content_type":"text/csv\r\nHost: b"}"#,
            r#"{"method":"POST","path":"/x","body":{},"content_type":"text/csv"}"#,
            r#"{"method":"GET","path":"/x","query":{"a":{"b":1}}}"#,
            r#"{"method":"GET","path":"/x","query":{"a":null}}"#,
        ] {
            assert!(request(json).is_err(), "{json}");
        }
    }

    #[test]
    fn a_body_is_shown_as_what_it_is() {
        let of = |kind, body: &[u8]| {
            let (encoding, body) = encoded(kind, body).unwrap();
            (encoding, body.get().to_owned())
        };
        let json = Some("application/json;charset=UTF-8");
        assert_eq!(of(json, b"[ 1.0 ]"), ("json", "[ 1.0 ]".to_owned()));
        assert_eq!(of(json, b"{broken"), ("text", "\"{broken\"".to_owned()));
        assert_eq!(of(Some("text/csv"), b"a,\"b\"\n"), ("text", "\"a,\\\"b\\\"\\n\"".to_owned()));
        assert_eq!(of(Some("image/png"), &[0xff, 0xfe]), ("base64", "\"//4=\"".to_owned()));
        assert_eq!(of(None, b""), ("none", "null".to_owned()));
    }
}
