//! Page cursors: sealed, self-sufficient, good on any replica and after a restart.

use crate::{ConnectionId, FilterParam, ListRequest, Problem, Search, Shape};
use heddle_auth::CursorKey;
use serde::{Deserialize, Serialize};

/// Longest cursor given out or taken, in characters.
pub const MAX_CURSOR: usize = 1_024;

/// Moves on when the stored form changes; older cursors are refused then.
const VERSION: u8 = 1;

/// What a list asks, without how much of it and in which shape: pages of one
/// list agree on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Question {
    #[serde(rename = "o")]
    pub(crate) object: String,
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub(crate) updated_after: Option<String>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    pub(crate) updated_before: Option<String>,
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub(crate) created_after: Option<String>,
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub(crate) created_before: Option<String>,
    #[serde(rename = "f", default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) filters: Vec<(String, String, String)>,
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub(crate) sort: Option<String>,
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub(crate) search: Option<Search>,
    #[serde(rename = "i", default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) include_deleted: bool,
}

impl Question {
    pub(crate) fn of(request: &ListRequest) -> Self {
        let filters = request.filters.iter().map(|f| (f.field.clone(), f.op.clone(), f.value.clone()));
        let mut filters: Vec<_> = filters.collect();
        // The order of conditions does not change what is asked.
        filters.sort();
        Self {
            object: match &request.provider_object {
                // Providers take their names in any case.
                Some(name) => format!("{}/{}", request.object.plural(), name.to_ascii_lowercase()),
                None => request.object.plural().to_owned(),
            },
            updated_after: request.updated_after.clone(),
            updated_before: request.updated_before.clone(),
            created_after: request.created_after.clone(),
            created_before: request.created_before.clone(),
            filters,
            sort: request.sort.clone(),
            search: request.search.clone(),
            include_deleted: request.include_deleted.unwrap_or_default(),
        }
    }

    /// Whether nothing but the object is asked.
    fn is_bare(&self) -> bool {
        *self == Self { object: self.object.clone(), ..Self::nothing() }
    }

    const fn nothing() -> Self {
        Self {
            object: String::new(),
            updated_after: None,
            updated_before: None,
            created_after: None,
            created_before: None,
            filters: Vec::new(),
            sort: None,
            search: None,
            include_deleted: false,
        }
    }

    pub(crate) fn conditions(&self) -> impl Iterator<Item = FilterParam> + '_ {
        self.filters.iter().map(|(field, op, value)| FilterParam {
            field: field.clone(),
            op: op.clone(),
            value: value.clone(),
        })
    }

    fn hash(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        let digest = ring::digest::digest(&ring::digest::SHA256, &text);
        digest.as_ref()[..12].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Where a list stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Position {
    /// Id of the last record given out.
    #[serde(rename = "i")]
    pub(crate) id: String,
    /// Its value in the order's field, as common JSON; absent in the order by id.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
    /// The provider's clock at page 1, less its safety lag, RFC 3339.
    #[serde(rename = "t")]
    pub(crate) settled: String,
    /// Newest modification stamp of all pages so far, RFC 3339.
    #[serde(rename = "m", default, skip_serializing_if = "Option::is_none")]
    pub(crate) newest: Option<String>,
}

fn is_first(generation: &u64) -> bool {
    *generation == 0
}

/// What a cursor is good for: one connection, as long as it has its account.
#[derive(Clone, Copy)]
pub(crate) struct Home<'a> {
    pub(crate) connection: &'a ConnectionId,
    pub(crate) generation: u64,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    v: u8,
    c: String,
    /// The connection's generation.
    #[serde(default, skip_serializing_if = "is_first")]
    g: u64,
    h: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    q: Option<Question>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    l: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    f: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    e: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    r: bool,
    /// The list of fields did not fit.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    x: bool,
    p: Position,
}

/// A list to go on with: what it asks, where it stands, and the page size and
/// shape of its first page for callers that give none.
#[derive(Debug)]
pub(crate) struct Resumed {
    pub(crate) question: Question,
    pub(crate) position: Position,
    pub(crate) limit: Option<usize>,
    pub(crate) shape: Shape,
}

/// Seals a position. What does not fit is left out, longest first: the list of
/// fields, then the question itself. Callers must repeat what is left out.
pub(crate) fn seal(
    key: &CursorKey,
    home: Home<'_>,
    question: &Question,
    limit: usize,
    shape: &Shape,
    position: Position,
) -> String {
    let mut sealed = Sealed {
        v: VERSION,
        c: home.connection.to_string(),
        g: home.generation,
        h: question.hash(),
        q: Some(question.clone()),
        l: Some(limit),
        f: shape.fields.clone(),
        e: shape.expand.clone(),
        r: shape.include_raw,
        x: false,
        p: position,
    };
    let text = encode(key, &sealed);
    if text.len() <= MAX_CURSOR {
        return text;
    }
    sealed.x = sealed.f.take().is_some();
    let text = encode(key, &sealed);
    if text.len() <= MAX_CURSOR {
        return text;
    }
    sealed.q = None;
    encode(key, &sealed)
}

fn encode(key: &CursorKey, sealed: &Sealed) -> String {
    key.seal(b"cursor", &serde_json::to_vec(sealed).unwrap_or_default())
}

/// Opens a request's cursor for a connection.
pub(crate) fn open(key: &CursorKey, home: Home<'_>, request: &ListRequest, text: &str) -> Result<Resumed, Problem> {
    let refuse =
        |detail: &str| Err(Problem::new(crate::Code::InvalidCursor, detail).with_error("?cursor", "invalid", detail));
    let broken = "the cursor is broken: send it exactly as next_cursor gave it";
    if text.len() > MAX_CURSOR {
        return refuse(broken);
    }
    let Some(sealed) = key.open(b"cursor", text).and_then(|bytes| serde_json::from_slice::<Sealed>(&bytes).ok()) else {
        return refuse(broken);
    };
    if sealed.v != VERSION {
        return refuse("the cursor is of another version of this server: start the list again");
    }
    if sealed.c != home.connection.as_str() {
        return refuse("the cursor belongs to another connection");
    }
    if sealed.g != home.generation {
        return refuse("the connection has got another account since this cursor was given out: start the list again");
    }
    let asked = Question::of(request);
    let question = match sealed.q {
        Some(question) if asked.is_bare() && question.object == asked.object => question,
        _ if asked.hash() == sealed.h => asked,
        None if asked.is_bare() => {
            return refuse("the list's conditions are too long for its cursor: send them again with it");
        }
        _ => {
            return refuse("the cursor belongs to a list of another object, or with other conditions or another order");
        }
    };
    if request.include_deleted.is_some_and(|wanted| wanted != question.include_deleted) {
        return refuse("the cursor belongs to a list with another include_deleted");
    }
    if sealed.x && request.shape == Shape::default() {
        return refuse("the list's fields are too many for its cursor: send them again with it");
    }
    let shape = Shape { fields: sealed.f, expand: sealed.e, include_raw: sealed.r };
    Ok(Resumed { question, position: sealed.p, limit: sealed.l, shape })
}

#[cfg(test)]
#[path = "cursor_tests.rs"]
mod tests;
