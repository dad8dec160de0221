//! Raw calls and their answers.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A call to send as it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PassthroughRequest {
    /// `GET`, `POST`, `PATCH`, `PUT` or `DELETE`.
    #[schema(examples("GET"))]
    pub method: String,
    /// Where in the provider's API: a path that begins with one slash, without
    /// scheme, host, query or segments that climb. At Salesforce it is below
    /// the connection's API version (`/sobjects/Contact/describe`), or a whole
    /// one below `/services/data/` or `/services/apexrest/`.
    #[schema(examples("/query"), min_length = 1, max_length = 4096)]
    pub path: String,
    /// Query parameters, not encoded: texts, numbers, truth values, or a list
    /// of them for a parameter that stands there several times.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Value>,
    /// Headers. Possible with every provider are `Accept`, `Accept-Language`,
    /// `If-Match`, `If-None-Match`, `If-Modified-Since`, `If-Unmodified-Since`
    /// and `Prefer`; a provider adds its own, at Salesforce most of `Sforce-...`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A JSON body, sent as it stands here. Not with `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Object)]
    pub body: Option<Box<RawValue>>,
    /// Any other body, with its `content_type`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub text: Option<String>,
    /// The content type of `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, examples("text/csv"), max_length = 255)]
    pub content_type: Option<String>,
}

/// What the provider answered, its own errors too.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PassthroughAnswer {
    /// The answer.
    pub data: ProviderAnswer,
}

/// A provider's answer as it came.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ProviderAnswer {
    /// HTTP status.
    #[schema(examples(200))]
    pub status: u16,
    /// Its `Content-Type`; null when it gave none.
    #[schema(required, examples("application/json;charset=UTF-8"))]
    pub content_type: Option<String>,
    /// Headers that belong to the answer, such as `etag` or `location`.
    pub headers: BTreeMap<String, String>,
    /// How `body` holds the provider's body: `json` as the same JSON, `text` as
    /// a text, `base64` as one in Base64, `none` where there was none.
    #[schema(examples("json"))]
    pub encoding: String,
    /// The body.
    #[schema(value_type = Object)]
    pub body: Box<RawValue>,
}
