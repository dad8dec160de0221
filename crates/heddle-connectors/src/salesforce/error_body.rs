//! What an error body says, in each of the shapes that Salesforce uses.

use super::ids;
use heddle_connector::mapping::peek;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest message that is passed on, in characters.
const CUT: usize = 500;

/// An error as one of the vendor's shapes says it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ApiError {
    /// `errorCode` or `statusCode`, at most 100 characters.
    pub(super) code: Option<String>,
    /// The message as sent, for telling errors apart.
    pub(super) raw: String,
    /// One clean line of at most 500 characters, for people.
    pub(super) message: String,
    /// Fields it names, at most 50.
    pub(super) fields: Vec<String>,
    /// Ids of records it names, at most 50: those that are there already.
    pub(super) records: Vec<String>,
}

/// One error as it stands in a body.
#[derive(Deserialize)]
pub(super) struct ErrorItem<'a> {
    #[serde(alias = "statusCode", rename = "errorCode")]
    code: Option<String>,
    message: Option<String>,
    #[serde(default, borrow)]
    fields: Option<Vec<&'a RawValue>>,
    #[serde(default, borrow)]
    errors: Option<Vec<ErrorItem<'a>>>,
    // The vendor's own spelling in REST; other places have the right one.
    #[serde(default, borrow, rename = "duplicateResut", alias = "duplicateResult")]
    duplicates: Option<&'a RawValue>,
}

/// Longest provider code or field name that is passed on.
const NAME_CUT: usize = 100;
const MAX_NAMES: usize = 50;

fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Reads an error body: an array of objects, an object, an array of addresses,
/// HTML, XML, bare text, or nothing.
pub(super) fn error(body: &[u8]) -> ApiError {
    let items: Vec<ErrorItem<'_>> = if body.trim_ascii_start().starts_with(b"{") {
        serde_json::from_slice::<ErrorItem<'_>>(body).map(|item| vec![item]).unwrap_or_default()
    } else {
        serde_json::from_slice(body).unwrap_or_default()
    };
    let flat: Vec<ErrorItem<'_>> = items
        .into_iter()
        .flat_map(|item| match item.errors {
            Some(inner) if item.code.is_none() => inner,
            _ => vec![item],
        })
        .collect();
    if flat.iter().any(|item| item.code.is_some() || item.message.is_some()) {
        return api_error(&flat);
    }
    if let Ok(addresses) = serde_json::from_slice::<Vec<String>>(body) {
        let ids = addresses.iter().filter_map(|address| ids::to_18(address.rsplit('/').next()?));
        let records: Vec<String> = ids.take(MAX_NAMES).collect();
        let message = format!("{} records have this key: {}", addresses.len(), records.join(", "));
        return ApiError { message: one_line(&message), records, ..ApiError::default() };
    }
    let head = body.get(..body.len().min(4 * CUT)).unwrap_or_default();
    ApiError { message: one_line(&without_tags(&String::from_utf8_lossy(head))), ..ApiError::default() }
}

/// One line without control characters, at most 500 characters.
pub(super) fn one_line(text: &str) -> String {
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>();
    cut(&spaced.split_whitespace().collect::<Vec<_>>().join(" "), CUT)
}

/// A web page's words. Not for JSON messages: they quote statements, in which
/// `<` is a comparison.
fn without_tags(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    let mut in_tag = false;
    for c in text.chars() {
        match c {
            '<' => in_tag = true,
            '>' if in_tag => {
                in_tag = false;
                words.push(' ');
            }
            _ if in_tag => {}
            c => words.push(c),
        }
    }
    words
}

/// The first error that says something; it decides.
pub(super) fn api_error(items: &[ErrorItem<'_>]) -> ApiError {
    let Some(item) = items.iter().find(|item| item.code.is_some() || item.message.is_some()) else {
        return ApiError::default();
    };
    let raw = item.message.clone().unwrap_or_default();
    let names = item.fields.iter().flatten().filter_map(|name| serde_json::from_str::<String>(name.get()).ok());
    ApiError {
        code: item.code.as_deref().map(|code| cut(code, NAME_CUT)),
        message: one_line(&raw),
        fields: names.take(MAX_NAMES).map(|name| cut(&name, NAME_CUT)).collect(),
        records: named_records(item, &raw),
        raw,
    }
}

/// Ids of the records that stand in the way: matches of a duplicate rule, or
/// the one that a message about a unique field ends with.
fn named_records(item: &ErrorItem<'_>, message: &str) -> Vec<String> {
    if let Some(result) = item.duplicates {
        let mut found = Vec::new();
        for rule in 0..MAX_NAMES {
            for at in 0..MAX_NAMES {
                let path = format!("matchResults.{rule}.matchRecords.{at}.record.Id");
                let Some(id) = peek(result.get().as_bytes(), &path).and_then(|tok| ids::to_18(&tok.text()?)) else {
                    break;
                };
                if found.len() < MAX_NAMES && !found.contains(&id) {
                    found.push(id);
                }
            }
            if peek(result.get().as_bytes(), &format!("matchResults.{}", rule + 1)).is_none() {
                break;
            }
        }
        return found;
    }
    let ids = message.rsplit_once("with id: ").map(|(_, ids)| ids).unwrap_or_default();
    let ids = ids.split([',', ' ']).filter_map(|id| ids::to_18(id.trim_end_matches('.')));
    ids.take(MAX_NAMES).collect()
}
