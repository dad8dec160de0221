//! Why a write is refused: an error of its own, or one item of a collection.

use serde_json::{Map, Value as Json, json};

use crate::salesforce::errors::JSON;
use crate::salesforce::ids::Id;
use crate::serve::{Answer, Call};

/// One refusal in Salesforce's words.
#[derive(Debug)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    message: String,
    /// Absent where the request was refused before a record was looked at.
    fields: Option<Vec<String>>,
    /// What a duplicate rule found.
    duplicates: Option<Json>,
}

impl Refusal {
    /// A refusal of the request: HTTP 400 without a list of fields.
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Refusal {
        Refusal { status: 400, code, message: message.into(), fields: None, duplicates: None }
    }

    /// A refusal of the record: HTTP 400 with the fields at fault.
    pub(super) fn of_fields(code: &'static str, message: impl Into<String>, fields: &[&str]) -> Refusal {
        let fields = fields.iter().map(|field| (*field).to_owned()).collect();
        Refusal { fields: Some(fields), ..Refusal::new(code, message) }
    }

    /// Refused by a duplicate rule. The list of fields is absent in the
    /// recorded answer.
    pub(super) fn duplicates(message: &str, found: Json) -> Refusal {
        Refusal { duplicates: Some(found), ..Refusal::new("DUPLICATES_DETECTED", message) }
    }

    pub(super) fn not_found() -> Refusal {
        Refusal { status: 404, ..Refusal::new("NOT_FOUND", "The requested resource does not exist") }
    }

    /// The field is none to name records by, or no record holds the value:
    /// the text is the same.
    pub(super) fn no_such_external_id(named: &str) -> Refusal {
        let text = format!("Provided external ID field does not exist or is not accessible: {named}");
        Refusal { status: 404, ..Refusal::new("NOT_FOUND", text) }
    }

    pub(super) fn deleted() -> Refusal {
        Refusal { status: 404, ..Refusal::of_fields("ENTITY_IS_DELETED", "entity is deleted", &[]) }
    }

    pub(super) fn malformed_id(label: &str, id: &str, field: &str) -> Refusal {
        Refusal::of_fields("MALFORMED_ID", format!("{label}: id value of incorrect type: {id}"), &[field])
    }

    pub(super) fn invalid_reference() -> Refusal {
        Refusal::of_fields("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", &[])
    }

    /// As an answer of its own.
    pub(super) fn answer(self) -> Answer {
        let mut error = Map::new();
        if let Some(found) = self.duplicates {
            // The vendor's spelling.
            error.insert("duplicateResut".to_owned(), found);
        }
        error.insert("message".to_owned(), self.message.into());
        error.insert("errorCode".to_owned(), self.code.into());
        if let Some(fields) = self.fields {
            error.insert("fields".to_owned(), fields.into());
        }
        Answer::new(self.status, JSON, Json::from(vec![Json::from(error)]).to_string())
    }

    /// As an item of a collection: there only the code of a duplicate rule
    /// arrives.
    pub(super) fn item(&self) -> Json {
        json!({
            "success": false,
            "errors": [{
                "statusCode": self.code,
                "message": self.message,
                "fields": self.fields.as_deref().unwrap_or_default(),
            }],
        })
    }
}

/// The refusal of a write whose row another writer holds; in a collection one
/// held row refuses all. The status of a single write is not documented.
pub(crate) fn locked(call: &Call<'_>) -> Answer {
    let refusal = |id: &str| {
        let text = format!("unable to obtain exclusive access to this record or 1 records: {id}");
        Refusal::of_fields("UNABLE_TO_LOCK_ROW", text, &[])
    };
    let segments: Vec<&str> = call.path.split('/').collect();
    let id = segments.iter().rev().find_map(|segment| Id::parse(segment));
    let id = id.map_or_else(|| "0013000000ABCDeAAF".to_owned(), |id| id.as_str().to_owned());
    if !segments.contains(&"composite") {
        return refusal(&id).answer();
    }
    let body: Json = serde_json::from_slice(call.body).unwrap_or_default();
    let records = body.get("records").and_then(Json::as_array).map_or(0, Vec::len);
    let named = super::collection::listed_ids(call.query).map_or(0, |ids| ids.len());
    let items: Vec<Json> = (0..records.max(named)).map(|_| refusal(&id).item()).collect();
    Answer::new(200, JSON, Json::from(items).to_string())
}
