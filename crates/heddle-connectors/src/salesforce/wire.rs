//! Requests and bodies as Salesforce speaks them. Pure.

use super::error_body::one_line;
use super::soql;
use heddle_connector::mapping::{Envelope, Tok, peek};
use heddle_connector::{FetchQuery, Reply, Request};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// Token requests, as the keeper names them.
pub(super) const TOKEN: &str = "token";
/// Token requests that use up what they send, as the keeper names them.
pub(super) const TOKEN_ONCE: &str = "token_once";
/// Requests that end a token, as the keeper names them.
pub(super) const REVOKE: &str = "revoke";
/// A query by `GET`.
pub(super) const QUERY: &str = "query";
/// A query inside a composite, for its length.
pub(super) const COMPOSITE_QUERY: &str = "composite_query";
/// An object's fields.
pub(super) const DESCRIBE: &str = "describe";
/// An object that a caller names: it may be none.
pub(super) const DESCRIBE_RECORD: &str = "describe_object";
/// The text of a note, which is no JSON.
pub(super) const NOTE_CONTENT: &str = "note_content";
/// All objects.
pub(super) const DESCRIBE_GLOBAL: &str = "describe_global";
/// Who the token belongs to.
pub(super) const USERINFO: &str = "userinfo";
/// Allowances.
pub(super) const LIMITS: &str = "limits";
/// API versions of the host.
pub(super) const VERSIONS: &str = "versions";

/// The tested API version: Spring '26.
pub(super) const PINNED: &str = "66.0";

/// Longest encoded query that is sent as a `GET`, in bytes. The vendor takes
/// 16,384 for the address and as much again for address and headers together;
/// token and proxies need room.
const MAX_GET_QUERY: usize = 12_000;

/// Unreserved characters, and those that SOQL is full of and a query may hold.
const QUERY_SET: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b',').remove(b'(').remove(b')');

/// Where a query's answer keeps its records.
pub(super) static QUERY_ENVELOPE: Envelope =
    Envelope { records: "records", done: Some("done"), next: Some("nextRecordsUrl") };

/// The same inside a composite with one subrequest.
pub(super) static COMPOSITE_ENVELOPE: Envelope = Envelope {
    records: "compositeResponse.0.body.records",
    done: Some("compositeResponse.0.body.done"),
    next: Some("compositeResponse.0.body.nextRecordsUrl"),
};

/// Which records a statement reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// Those that people see.
    Live,
    /// Those in the bin too, and archived activities.
    All,
}

impl Reach {
    pub(super) const fn of(deleted: bool) -> Self {
        if deleted { Self::All } else { Self::Live }
    }

    /// The resource, and a job's word for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "query",
            Self::All => "queryAll",
        }
    }
}

/// The request for a statement about live records.
pub(super) fn query(version: &str, soql: &str) -> (Request, &'static Envelope) {
    reaching(Reach::Live, version, soql)
}

/// The request for a statement, with the envelope of its answer: one call,
/// whatever the length.
pub(super) fn reaching(reach: Reach, version: &str, soql: &str) -> (Request, &'static Envelope) {
    let encoded = utf8_percent_encode(soql, QUERY_SET).to_string();
    let path = format!("/services/data/v{version}/{}?q={encoded}", reach.as_str());
    if encoded.len() <= MAX_GET_QUERY {
        return (Request::get(QUERY, path), &QUERY_ENVELOPE);
    }
    // The address is percent-encoded ASCII without quotes: it needs no escaping here.
    let body =
        format!(r#"{{"allOrNone":false,"compositeRequest":[{{"method":"GET","url":"{path}","referenceId":"page"}}]}}"#);
    let composite = format!("/services/data/v{version}/composite");
    (Request::post(COMPOSITE_QUERY, composite, "application/json; charset=UTF-8", body), &COMPOSITE_ENVELOPE)
}

/// The request for two statements in one call; the envelope is that of the
/// first one's answer.
pub(super) fn query_pair(reach: Reach, version: &str, first: &str, second: &str) -> (Request, &'static Envelope) {
    let resource = reach.as_str();
    let part = |soql: &str, name: &str| {
        let encoded = utf8_percent_encode(soql, QUERY_SET);
        format!(r#"{{"method":"GET","url":"/services/data/v{version}/{resource}?q={encoded}","referenceId":"{name}"}}"#)
    };
    let (first, second) = (part(first, "page"), part(second, "count"));
    let body = format!(r#"{{"allOrNone":false,"compositeRequest":[{first},{second}]}}"#);
    let composite = format!("/services/data/v{version}/composite");
    (Request::post(COMPOSITE_QUERY, composite, "application/json; charset=UTF-8", body), &COMPOSITE_ENVELOPE)
}

/// `totalSize` of the second statement's answer.
pub(super) fn second_total(body: &[u8]) -> Option<u64> {
    number(peek(body, "compositeResponse.1.body.totalSize")?)
}

/// The request for one record by id.
pub(super) fn record(
    version: &str,
    fetch: &FetchQuery<'_>,
    object: &str,
    id_field: &str,
) -> (Request, &'static Envelope) {
    reaching(Reach::of(fetch.deleted), version, &soql::by_id(fetch, object, id_field))
}

/// Why a successful answer is not the JSON that was asked for, judged by its
/// type and its two ends. The reader finds what is wrong between them.
pub(super) fn json_fault(reply: &Reply) -> Option<&'static str> {
    if reply.status == 204 {
        return None;
    }
    if reply.header("content-type").is_some_and(|t| t.contains("html") || t.contains("xml")) {
        return Some("it is a web page");
    }
    let body = reply.body.trim_ascii();
    match (body.first(), body.last()) {
        (None, _) => Some("it is empty"),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')) => None,
        (Some(b'{' | b'['), _) => Some("it is cut off"),
        _ => Some("it is not JSON"),
    }
}

/// The first failed subrequest of a composite: its status and body.
pub(super) fn composite_error(body: &[u8]) -> Result<Option<(u16, Vec<u8>)>, &'static str> {
    let mut at = 0;
    while let Some(Tok::Num(status)) = peek(body, &format!("compositeResponse.{at}.httpStatusCode")) {
        let status = std::str::from_utf8(status).ok().and_then(|text| text.parse::<u16>().ok()).unwrap_or_default();
        if !(200..300).contains(&status) {
            let inner = match peek(body, &format!("compositeResponse.{at}.body")) {
                Some(Tok::Json(inner)) => inner.to_vec(),
                _ => Vec::new(),
            };
            return Ok(Some((status, inner)));
        }
        at += 1;
    }
    if at == 0 { Err("the composite answer has no status") } else { Ok(None) }
}

/// `error` and `error_description` of a token answer.
pub(super) fn token_error(body: &[u8]) -> Option<(String, String)> {
    #[derive(Deserialize)]
    struct Wire {
        error: String,
        #[serde(default)]
        error_description: String,
    }
    let wire: Wire = serde_json::from_slice(body).ok()?;
    Some((one_line(&wire.error), one_line(&wire.error_description)))
}

/// Error and description of a refused revocation: JSON, or a form as some
/// clients have met it.
pub(super) fn revoke_error(body: &[u8]) -> Option<(String, String)> {
    token_error(body).or_else(|| {
        let text = std::str::from_utf8(body).ok()?;
        let field = |name: &str| text.trim().split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        let plain = |value: &str| one_line(&value.replace('+', " "));
        Some((plain(field("error")?), field("error_description").map(plain).unwrap_or_default()))
    })
}

/// The version to use of those a host lists: the pinned one, else the newest
/// below it. Compared as numbers: as text, 9.0 is above 66.0.
pub(super) fn choose_version(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Listed {
        version: String,
    }
    let number = |text: &str| {
        let (major, minor) = text.split_once('.').unwrap_or((text, "0"));
        Some((major.parse::<u32>().ok()?, minor.parse::<u32>().ok()?))
    };
    let pinned = number(PINNED)?;
    let listed: Vec<Listed> = serde_json::from_slice(body).ok()?;
    listed
        .into_iter()
        .filter_map(|l| number(&l.version).filter(|n| *n <= pinned).map(|n| (n, l.version)))
        .max()
        .map(|(_, version)| version)
}

/// Who the token belongs to.
#[derive(Debug, Deserialize)]
pub(super) struct UserInfo {
    /// 18 characters.
    pub(super) organization_id: String,
    /// Log-in name.
    pub(super) preferred_username: String,
    /// Addresses by kind.
    #[serde(default)]
    pub(super) urls: std::collections::HashMap<String, String>,
}

/// Used and allowed calls of the day from the limits resource.
pub(super) fn daily_requests(body: &[u8]) -> Option<(u64, u64)> {
    #[derive(Deserialize)]
    struct Limits {
        #[serde(rename = "DailyApiRequests")]
        daily: Figure,
    }
    #[derive(Deserialize)]
    struct Figure {
        #[serde(rename = "Max")]
        max: u64,
        #[serde(rename = "Remaining")]
        remaining: u64,
    }
    let limits: Limits = serde_json::from_slice(body).ok()?;
    Some((limits.daily.max.saturating_sub(limits.daily.remaining), limits.daily.max))
}

/// One flag of a query's first record.
pub(super) fn first_flag(body: &[u8], field: &str) -> Option<bool> {
    match peek(body, &format!("records.0.{field}"))? {
        Tok::True => Some(true),
        Tok::False => Some(false),
        _ => None,
    }
}

/// One text of a query's first record.
pub(super) fn first_text(body: &[u8], field: &str) -> Option<String> {
    Some(peek(body, &format!("records.0.{field}"))?.text()?.into_owned())
}

/// `totalSize` of a query's answer.
pub(super) fn total_size(body: &[u8], in_composite: bool) -> Option<u64> {
    number(peek(body, if in_composite { "compositeResponse.0.body.totalSize" } else { "totalSize" })?)
}

fn number(tok: Tok<'_>) -> Option<u64> {
    match tok {
        Tok::Num(digits) => std::str::from_utf8(digits).ok()?.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
#[path = "wire_tests.rs"]
mod tests;
