//! Raw calls: what the common models do not have, through the same gate.

mod path;

pub use path::MAX_RAW_PATH;

use crate::snapshot::Snapshot;
use crate::write::{Fingerprint, Mark, Once, WriteAnswer, WriteBody};
use crate::{Caller, Code, Cost, Engine, Problem, Scope, Target};
use bytes::Bytes;
use heddle_connector::{BeforeSend, Method, RAW, Reply, Request, TokenPlace};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Longest address that is sent, path and query, in bytes.
pub const MAX_RAW_ADDRESS: usize = 14_000;
/// Most query parameters of one raw call.
pub const MAX_RAW_QUERY: usize = 50;

/// Request headers that any provider may be sent.
const SENT: [&str; 7] =
    ["accept", "accept-language", "if-match", "if-modified-since", "if-none-match", "if-unmodified-since", "prefer"];

/// Headers that any provider's answer shows.
const SHOWN: [&str; 5] = ["content-disposition", "content-language", "etag", "last-modified", "location"];

const ROUTE: &str = "POST /v1/passthrough";

/// A raw call.
#[derive(Debug, Clone)]
pub struct RawCall {
    /// HTTP method.
    pub method: Method,
    /// Path inside the provider's API.
    pub path: String,
    /// Query parameters, not yet encoded.
    pub query: Vec<(String, String)>,
    /// Headers, names in any case.
    pub headers: Vec<(String, String)>,
    /// Content type and body.
    pub body: Option<(String, Bytes)>,
    /// `Idempotency-Key`: 1 to 255 characters.
    pub idempotency_key: Option<String>,
}

/// What the provider answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawReply {
    /// HTTP status.
    pub status: u16,
    /// `Content-Type`, if it gave one.
    pub content_type: Option<String>,
    /// Headers that are shown, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as it came.
    #[serde(with = "stored")]
    pub body: Bytes,
}

/// A raw call's answer.
#[derive(Debug)]
pub struct RawAnswer {
    /// What the provider answered, its refusals too.
    pub reply: RawReply,
    /// What it cost; nothing for a replay.
    pub cost: Cost,
    /// The earlier request whose stored answer this is.
    pub replay_of: Option<String>,
}

impl Engine {
    /// Sends a raw call to the provider.
    ///
    /// With an idempotency key a call that is no `GET` is carried out at most
    /// once, as writes of records are.
    ///
    /// # Errors
    /// Refusals before any call: `forbidden`, `not_found`, `invalid_request`,
    /// `unsupported_operation`, `idempotency_conflict`,
    /// `idempotency_in_progress`; then what stood in the way of an answer.
    /// What the provider answers, its own errors too, is no error here.
    pub async fn call_raw(
        self: &Arc<Self>,
        caller: &Caller,
        target: &Target,
        call: RawCall,
    ) -> Result<RawAnswer, Problem> {
        caller.require(Scope::Passthrough)?;
        let snapshot = self.resolve(caller, target).await?;
        let request = request(&snapshot, &call)?;
        let answer = match call.idempotency_key.clone().filter(|_| call.method != Method::Get) {
            None => self.raw(caller, &snapshot, request, None).await?,
            Some(key) => {
                let fingerprint = fingerprint(&snapshot, &request);
                let once = Once { route: ROUTE, key, fingerprint };
                let (by, at) = (caller.clone(), Arc::clone(&snapshot));
                let work = |engine: Arc<Self>, mark| async move { engine.raw(&by, &at, request, Some(mark)).await };
                self.once(caller, snapshot, once, work).await?
            }
        };
        match answer.body {
            WriteBody::Raw(reply) => Ok(RawAnswer { reply, cost: answer.cost, replay_of: answer.replay_of }),
            _ => Err(Problem::new(Code::Internal, "the stored answer of this Idempotency-Key is of another kind")),
        }
    }

    async fn raw(
        &self,
        caller: &Caller,
        snapshot: &Arc<Snapshot>,
        request: Request,
        mark: Option<Arc<Mark>>,
    ) -> Result<WriteAnswer, Problem> {
        snapshot.usable(self.wall())?;
        let mut session = self.session(caller, snapshot);
        session.before_write = mark.map(|mark| mark as Arc<dyn BeforeSend>);
        match session.raw(request).await {
            Ok(reply) => {
                let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
                let shown = snapshot.connector.raw_headers();
                Ok(WriteAnswer::new(WriteBody::Raw(shown_reply(reply, shown)), Vec::new(), cost))
            }
            Err(failure) => Err(self.problem_of(snapshot, &session, failure.into()).await),
        }
    }
}

/// The provider request, or why there is none.
fn request(snapshot: &Snapshot, call: &RawCall) -> Result<Request, Problem> {
    path::check(&call.path)?;
    let account = &snapshot.account;
    let path = snapshot.connector.raw_path(account, &call.path).ok_or_else(|| {
        let title = snapshot.connector.manifest().title;
        snapshot.of(Problem::new(Code::UnsupportedOperation, format!("{title} takes no raw calls here")))
    })?;
    let path =
        path.map_err(|why| Problem::new(Code::InvalidRequest, why.clone()).with_error("/path", "not_allowed", why))?;
    let path = format!("{path}{}", query(&call.query)?);
    if path.len() > MAX_RAW_ADDRESS {
        let detail = format!("path and query, encoded, are longer than {MAX_RAW_ADDRESS} bytes");
        return Err(Problem::new(Code::InvalidRequest, detail.clone()).with_error("/query", "too_long", detail));
    }
    let mut headers = headers(snapshot.connector.raw_headers(), &call.headers)?;
    if call.body.is_some() && call.method == Method::Get {
        let detail = "a GET has no body";
        return Err(Problem::new(Code::InvalidRequest, detail).with_error("/body", "not_allowed", detail));
    }
    let body = call.body.as_ref().map(|(content_type, body)| {
        headers.push(("content-type", content_type.clone()));
        body.clone()
    });
    Ok(Request { method: call.method, path, headers, body, operation: RAW, token: TokenPlace::Header })
}

fn query(pairs: &[(String, String)]) -> Result<String, Problem> {
    if pairs.len() > MAX_RAW_QUERY {
        let detail = format!("at most {MAX_RAW_QUERY} query parameters");
        return Err(Problem::new(Code::InvalidRequest, detail.clone()).with_error("/query", "too_many", detail));
    }
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> = pairs.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    Ok(if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) })
}

/// Headers by their own names, each of them allowed.
fn headers(own: &'static [&'static str], given: &[(String, String)]) -> Result<Vec<(&'static str, String)>, Problem> {
    let mut headers: Vec<(&'static str, String)> = Vec::with_capacity(given.len());
    for (name, value) in given {
        let refuse = |code, detail: String| {
            let pointer = format!("/headers/{}", name.chars().take(64).collect::<String>());
            Err(Problem::new(Code::InvalidRequest, detail.clone()).with_error(pointer, code, detail))
        };
        let Some(known) = SENT.iter().chain(own).find(|known| name.eq_ignore_ascii_case(known)) else {
            let all: Vec<&str> = SENT.iter().chain(own).copied().collect();
            return refuse("not_allowed", format!("possible headers are {}", all.join(", ")));
        };
        if headers.iter().any(|(there, _)| there == known) {
            return refuse("not_allowed", format!("{known} is given more than once"));
        }
        let visible = value.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
        if value.is_empty() || value.len() > 1_024 || !visible {
            return refuse("invalid", format!("{known} takes 1 to 1024 visible ASCII characters"));
        }
        headers.push((known, value.clone()));
    }
    Ok(headers)
}

fn shown_reply(reply: Reply, own: &[&str]) -> RawReply {
    let shown = |name: &str| SHOWN.contains(&name) || own.contains(&name);
    RawReply {
        status: reply.status,
        content_type: reply.header("content-type").map(str::to_owned),
        headers: reply.headers.into_iter().filter(|(name, _)| shown(name)).collect(),
        body: reply.body,
    }
}

fn fingerprint(snapshot: &Snapshot, request: &Request) -> [u8; 32] {
    let mut fingerprint = Fingerprint::of(ROUTE);
    fingerprint.part(snapshot.connection.id.as_str().as_bytes());
    fingerprint.part(request.method.as_str().as_bytes());
    fingerprint.part(request.path.as_bytes());
    let mut headers: Vec<_> = request.headers.iter().collect();
    headers.sort_unstable();
    for (name, value) in headers {
        fingerprint.part(name.as_bytes());
        fingerprint.part(value.as_bytes());
    }
    fingerprint.json(request.body.as_deref().unwrap_or_default());
    fingerprint.finish()
}

/// A body as text, so that a stored answer is not four times as long.
mod stored {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    use bytes::Bytes;
    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(body: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD_NO_PAD.encode(body))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD_NO_PAD.decode(text).map(Bytes::from).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_headers_of_the_list_are_sent_and_each_once() {
        let given = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
            headers(&["sforce-query-options"], &pairs)
        };
        let taken = given(&[("Accept", "text/csv"), ("Sforce-Query-Options", "batchSize=200")]).unwrap();
        assert_eq!(taken, [("accept", "text/csv".to_owned()), ("sforce-query-options", "batchSize=200".to_owned())]);
        for no in [
            &[("Authorization", "Bearer x")][..],
            &[("Host", "evil.example")],
            &[("Cookie", "a=b")],
            &[("X-Forwarded-For", "1.2.3.4")],
            &[("Accept", "a\r\nHost: b")],
            &[("Accept", "")],
            &[("Accept", "a"), ("accept", "b")],
        ] {
            assert!(given(no).is_err(), "{no:?}");
        }
    }

    #[test]
    fn query_parameters_are_encoded_whatever_they_hold() {
        let pair = |n: &str, v: &str| (n.to_owned(), v.to_owned());
        assert_eq!(query(&[]).unwrap(), "");
        assert_eq!(
            query(&[pair("q", "SELECT Id & '#'"), pair("a", "")]).unwrap(),
            "?q=SELECT%20Id%20%26%20%27%23%27&a="
        );
        assert!(query(&vec![pair("a", "b"); MAX_RAW_QUERY + 1]).is_err());
    }
}
