//! A name for each request, in its answer, its problem and its log line.

use actix_web::http::header::HeaderMap;
use std::time::Instant;

/// Longest request id taken over from a client, in characters.
const MAX: usize = 64;

/// What is known of a request before anything is read from it; stands in the
/// request's extensions.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    /// The request's id.
    pub(crate) id: String,
    /// When it came.
    pub(crate) at: Instant,
}

impl Arrival {
    /// A request that came now, with the client's id for it if it is a sound one.
    #[expect(clippy::disallowed_methods, reason = "the outermost layer: here time enters the program")]
    pub(crate) fn now(headers: &HeaderMap) -> Self {
        let given = ["request-id", "x-request-id"].iter().find_map(|name| sound(headers, name));
        let id = given.unwrap_or_else(|| format!("req_{}", uuid::Uuid::now_v7().simple()));
        Self { id, at: Instant::now() }
    }
}

fn sound(headers: &HeaderMap, name: &str) -> Option<String> {
    let text = headers.get(name)?.to_str().ok()?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let sound = (1..=MAX).contains(&text.len()) && text.bytes().all(plain);
    sound.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn with(name: &'static str, value: &str) -> String {
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(value).unwrap_or_else(|e| panic!("{e}"));
        headers.insert(HeaderName::from_static(name), value);
        Arrival::now(&headers).id
    }

    #[test]
    fn a_sound_id_of_the_client_is_kept() {
        assert_eq!(with("request-id", "a.B_9-z"), "a.B_9-z");
        assert_eq!(with("x-request-id", "from-the-proxy"), "from-the-proxy");
        assert_eq!(with("request-id", &"x".repeat(64)), "x".repeat(64));
    }

    #[test]
    fn anything_else_is_replaced() {
        for bad in ["", "with space", "semi;colon", "quote\"", &"x".repeat(65)] {
            let id = with("request-id", bad);
            assert!(id.starts_with("req_") && id.len() == 36, "{bad:?} gave {id}");
        }
    }

    #[test]
    fn two_requests_have_two_ids() {
        assert_ne!(Arrival::now(&HeaderMap::new()).id, Arrival::now(&HeaderMap::new()).id);
    }
}
