//! Why a write is refused: an error of its own, or one item of a collection.

use serde_json::{Map, Value as Json, json};

use crate::salesforce::errors::JSON;
use crate::salesforce::ids::Id;
use crate::serve::{Answer, Call};

/// One refusal in Salesforce's words.
#[derive(Debug)]
pub(crate) struct Refusal {
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
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Refusal {
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

    /// Code, message and fields.
    pub(crate) fn parts(&self) -> (&'static str, &str, &[String]) {
        (self.code, &self.message, self.fields.as_deref().unwrap_or_default())
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
/// held row refuses all. A new record waits for its account, if it has one.
/// The status of a single write is not documented.
pub(crate) fn locked(call: &Call<'_>) -> Answer {
    let refusal = |id: Option<&str>| {
        let mut text = "unable to obtain exclusive access to this record".to_owned();
        if let Some(id) = id {
            text.push_str(" or 1 records: ");
            text.push_str(id);
        }
        Refusal::of_fields("UNABLE_TO_LOCK_ROW", text, &[])
    };
    let held = |record: &Json| {
        let id = ["id", "Id", "AccountId"].iter().find_map(|name| record.get(name)?.as_str());
        refusal(id)
    };
    let body: Json = serde_json::from_slice(call.body).unwrap_or_default();
    if !call.path.contains("/composite/sobjects") {
        let named = call.path.rsplit('/').find(|segment| Id::parse(segment).is_some());
        return named.map_or_else(|| held(&body), |id| refusal(Some(id))).answer();
    }
    let items: Vec<Json> = match super::collection::listed_ids(call.query) {
        Some(ids) => ids.iter().map(|id| refusal(Some(id)).item()).collect(),
        None => {
            body.get("records").and_then(Json::as_array).into_iter().flatten().map(|row| held(row).item()).collect()
        }
    };
    Answer::new(200, JSON, Json::from(items).to_string())
}
