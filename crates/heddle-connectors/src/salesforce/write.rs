//! Writes as Salesforce takes them: row resources for one record, collections
//! for several. Pure.

use super::error_body::{self, ErrorItem};
use super::errors::data_row;
use heddle_connector::mapping::{Wire, json_object};
use heddle_connector::{
    BatchKind, BatchQuery, CreateQuery, Failure, FailureKind, Method, Outcomes, ProviderError, Reply, Request,
    TokenPlace, UpdateQuery, UpsertQuery, Written,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

/// A new record.
pub(super) const CREATE: &str = "create";
/// A change of one record.
pub(super) const UPDATE: &str = "update";
/// A change that depends on the record's version: a repeat would meet its own
/// change and take it for somebody else's.
pub(super) const UPDATE_IF: &str = "update_if_unchanged";
/// A removal.
pub(super) const DELETE: &str = "delete";
/// A change or a new record, by a key.
pub(super) const UPSERT: &str = "upsert";
/// New records.
pub(super) const BATCH_CREATE: &str = "batch_create";
/// Changes of several records.
pub(super) const BATCH_UPDATE: &str = "batch_update";
/// Removals.
pub(super) const BATCH_DELETE: &str = "batch_delete";
/// Changes or new records, by a key.
pub(super) const BATCH_UPSERT: &str = "batch_upsert";

pub(super) const JSON: &str = "application/json; charset=UTF-8";

/// Said when a write was answered with something that cannot be read.
pub(super) const UNREADABLE: &str = "Salesforce's answer to the write cannot be read, so nobody knows what it did; look before \
                          sending it again";

fn request(operation: &'static str, method: Method, path: String, body: Option<Vec<u8>>, duplicates: bool) -> Request {
    let mut headers = Vec::new();
    if body.is_some() {
        headers.push(("content-type", JSON.to_owned()));
    }
    if duplicates {
        headers.push(("sforce-duplicate-rule-header", "allowSave=true".to_owned()));
    }
    Request { method, path, headers, body: body.map(Into::into), operation, token: TokenPlace::Header }
}

/// One path segment.
fn segment(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

pub(super) fn create(version: &str, query: &CreateQuery<'_>) -> Request {
    let path = format!("/services/data/v{version}/sobjects/{}", query.table.provider_object);
    request(CREATE, Method::Post, path, Some(json_object(query.values, false)), query.allow_duplicates)
}

/// The request for a change. `None`: the version is none that Salesforce gives out.
pub(super) fn update(version: &str, query: &UpdateQuery<'_>) -> Option<Request> {
    let path = format!("/services/data/v{version}/sobjects/{}/{}", query.table.provider_object, query.id);
    let operation = if query.version.is_some() { UPDATE_IF } else { UPDATE };
    let mut request =
        request(operation, Method::Patch, path, Some(json_object(query.values, false)), query.allow_duplicates);
    if let Some(stamp) = query.version {
        request.headers.push(("if-unmodified-since", http_date(stamp)?));
    }
    Some(request)
}

/// Said of a version that cannot be one.
pub(super) fn no_version() -> Failure {
    let why = "the version is none that this CRM gives out; send the ETag of the record as it was read";
    Failure::new(FailureKind::PreconditionFailed, why)
}

/// `2026-05-18T06:17:35.000+0000` as an HTTP date, which has whole seconds.
pub(super) fn http_date(stamp: &str) -> Option<String> {
    let at = jiff::fmt::strtime::parse("%Y-%m-%dT%H:%M:%S%.f%z", stamp).ok()?.to_timestamp().ok()?;
    let at = std::time::SystemTime::from(at);
    // Before 1970 there are no HTTP dates, and no records.
    at.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some(httpdate::fmt_http_date(at))
}

pub(super) fn delete(version: &str, object: &str, id: &str) -> Request {
    request(DELETE, Method::Delete, format!("/services/data/v{version}/sobjects/{object}/{id}"), None, false)
}

pub(super) fn upsert(version: &str, query: &UpsertQuery<'_>) -> Option<Request> {
    let value = segment(key_text(query.value)?);
    let path = format!("/services/data/v{version}/sobjects/{}/{}/{value}", query.table.provider_object, query.key);
    Some(request(UPSERT, Method::Patch, path, Some(json_object(query.values, false)), query.allow_duplicates))
}

fn key_text<'a>(value: &'a Wire<'_>) -> Option<&'a str> {
    match value {
        Wire::Text(text) | Wire::Number(text) | Wire::Date(text) | Wire::Timestamp(text) => {
            Some(&**text).filter(|text| !text.is_empty())
        }
        _ => None,
    }
}

/// The request for several records, in the order of the items.
pub(super) fn batch(version: &str, query: &BatchQuery<'_>) -> Request {
    let base = format!("/services/data/v{version}/composite/sobjects");
    let (operation, method, path) = match query.kind {
        BatchKind::Create => (BATCH_CREATE, Method::Post, base),
        BatchKind::Update => (BATCH_UPDATE, Method::Patch, base),
        BatchKind::Upsert { key } => {
            (BATCH_UPSERT, Method::Patch, format!("{base}/{}/{key}", query.table.provider_object))
        }
        BatchKind::Delete => {
            let ids: Vec<&str> = query.items.iter().filter_map(|item| item.id.as_deref()).collect();
            let path = format!("{base}?ids={}&allOrNone=false", ids.join(","));
            return request(BATCH_DELETE, Method::Delete, path, None, false);
        }
    };
    let mut body = br#"{"allOrNone":false,"records":["#.to_vec();
    for (at, item) in query.items.iter().enumerate() {
        let mut values = Vec::with_capacity(item.values.len() + 1);
        if let Some(id) = &item.id {
            values.push(("Id".to_owned(), Wire::Text(id.clone().into())));
        }
        if let (BatchKind::Upsert { key }, Some(value)) = (query.kind, &item.key) {
            values.push((key.to_owned(), value.clone()));
        }
        values.extend(item.values.iter().cloned());
        if at > 0 {
            body.push(b',');
        }
        // The type must stand before every other field.
        body.extend_from_slice(format!(r#"{{"attributes":{{"type":"{}"}}"#, query.table.provider_object).as_bytes());
        let fields = json_object(&values, false);
        if let [b'{', fields @ .., b'}'] = fields.as_slice()
            && !fields.is_empty()
        {
            body.push(b',');
            body.extend_from_slice(fields);
        }
        body.push(b'}');
    }
    body.extend_from_slice(b"]}");
    request(operation, method, path, Some(body), query.allow_duplicates)
}

#[derive(Deserialize)]
struct Saved<'a> {
    id: Option<String>,
    success: bool,
    created: Option<bool>,
    #[serde(default, borrow)]
    errors: Vec<ErrorItem<'a>>,
}

/// Id and newness from the answer to one write.
pub(super) fn written(reply: &Reply, id_of: impl Fn(&str) -> Option<String>) -> Result<Written, Failure> {
    let saved: Saved<'_> = serde_json::from_slice(&reply.body).map_err(|_| unreadable(reply))?;
    match saved.id.as_deref().and_then(id_of) {
        // By the body: proxies have been seen to turn 201 into 200.
        Some(id) if saved.success => Ok(Written { id, created: saved.created.unwrap_or(reply.status == 201) }),
        _ => Err(unreadable(reply)),
    }
}

/// How each record of a collection ended.
pub(super) fn outcomes(
    reply: &Reply,
    query: &BatchQuery<'_>,
    id_of: impl Fn(&str) -> Option<String>,
) -> Result<Outcomes, Failure> {
    let saved: Vec<Saved<'_>> = serde_json::from_slice(&reply.body).map_err(|_| unreadable(reply))?;
    if saved.len() != query.items.len() {
        return Err(unreadable(reply));
    }
    let created = matches!(query.kind, BatchKind::Create);
    let ended = saved.into_iter().zip(query.items).map(|(saved, item)| {
        let id = saved.id.as_deref().and_then(&id_of).or_else(|| item.id.clone());
        if saved.success {
            return match id {
                Some(id) => Ok(Written { id, created: saved.created.unwrap_or(created) }),
                None => Err(unreadable(reply)),
            };
        }
        let failure = refused(&saved.errors, reply.status, item.id.is_some());
        let removed = failure.provider.as_ref().and_then(|p| p.code.as_deref()) == Some("ENTITY_IS_DELETED");
        match id {
            Some(id) if removed && query.kind == BatchKind::Delete => Ok(Written { id, created: false }),
            _ => Err(failure),
        }
    });
    Ok(ended.collect())
}

fn unreadable(reply: &Reply) -> Failure {
    let provider = ProviderError { status: reply.status, code: None, message: "not the answer of a write".to_owned() };
    Failure { provider: Some(provider), sent: true, ..Failure::new(FailureKind::OutcomeUnknown, UNREADABLE) }
}

/// A record of a collection that was not saved; the first error speaks.
fn refused(errors: &[ErrorItem<'_>], status: u16, by_id: bool) -> Failure {
    let error = error_body::api_error(errors);
    let code = error.code.as_deref();
    let kind = code.and_then(|code| data_row(code, &error.raw)).map_or(FailureKind::ValidationFailed, |row| row.kind);
    // An id that is given to update or delete, and not found, is the record's own.
    let own = by_id && kind == FailureKind::ValidationFailed && code == Some("INVALID_CROSS_REFERENCE_KEY");
    let kind = if own && error.fields.is_empty() { FailureKind::NotFound } else { kind };
    let message = match error.message.is_empty() {
        true => "Salesforce refused the record without a readable text".to_owned(),
        false => error.message.clone(),
    };
    Failure {
        provider: Some(ProviderError { status, code: error.code, message: message.clone() }),
        fields: error.fields,
        records: error.records,
        sent: true,
        ..Failure::new(kind, message)
    }
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;
