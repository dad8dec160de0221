//! What an export asks, and where a reader of it stands: sealed, so that both
//! survive every restart without a copy of any record.

use crate::cursor::Question;
use crate::{Code, ExportId, FilterParam, ListRequest, Problem, Shape};
use heddle_auth::CursorKey;
use heddle_connector::model::Object;
use serde::{Deserialize, Serialize};

/// Moves on when a stored form changes.
const VERSION: u8 = 1;

const ASKED: &[u8] = b"export";
const STANDS: &[u8] = b"checkpoint";

/// What an export asks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Asked {
    v: u8,
    q: Question,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    f: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    e: Vec<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    r: bool,
    /// The provider's name of the job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) job: Option<String>,
    /// `updated_after` for the next reading.
    pub(super) resume: String,
}

impl Asked {
    pub(super) fn new(request: &ListRequest, job: Option<String>, resume: String) -> Self {
        let Shape { fields, expand, include_raw } = request.shape.clone();
        Self { v: VERSION, q: Question::of(request), f: fields, e: expand, r: include_raw, job, resume }
    }

    pub(super) fn seal(&self, key: &CursorKey) -> String {
        key.seal(ASKED, &serde_json::to_vec(self).unwrap_or_default())
    }

    pub(super) fn open(key: &CursorKey, text: &str) -> Result<Self, Problem> {
        let opened = key.open(ASKED, text).and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        opened.filter(|asked| asked.v == VERSION).ok_or_else(|| {
            let detail = "what this export asks cannot be read: the server's secret or version has changed; \
                          start a new one";
            Problem::new(Code::ExportExpired, detail)
        })
    }

    /// The list that gives the same records.
    pub(super) fn request(&self, limit: usize) -> Option<ListRequest> {
        let q = &self.q;
        let filter = |(field, op, value): &(String, String, String)| FilterParam {
            field: field.clone(),
            op: op.clone(),
            value: value.clone(),
        };
        Some(ListRequest {
            limit: Some(limit),
            updated_after: q.updated_after.clone(),
            updated_before: q.updated_before.clone(),
            created_after: q.created_after.clone(),
            created_before: q.created_before.clone(),
            filters: q.filters.iter().map(filter).collect(),
            sort: q.sort.clone(),
            include_deleted: Some(q.include_deleted),
            shape: Shape { fields: self.f.clone(), expand: self.e.clone(), include_raw: self.r },
            ..ListRequest::of(Object::from_plural(&q.object)?)
        })
    }
}

/// Where a reader stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// Where the next part begins: a list's cursor, or the provider's word for
    /// a part of a job's result. `None` at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<String>,
    /// Whether everything has been read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) end: bool,
    /// Records before it.
    pub(super) rows: u64,
}

/// Longest checkpoint that is taken, in characters.
pub const MAX_CHECKPOINT: usize = 4_096;

#[derive(Serialize, Deserialize)]
struct Sealed {
    v: u8,
    x: String,
    p: Place,
}

pub(super) fn seal(key: &CursorKey, export: &ExportId, place: &Place) -> String {
    let sealed = Sealed { v: VERSION, x: export.to_string(), p: place.clone() };
    key.seal(STANDS, &serde_json::to_vec(&sealed).unwrap_or_default())
}

pub(super) fn open(key: &CursorKey, export: &ExportId, text: &str) -> Result<Place, Problem> {
    let refuse = |detail: &str| Problem::new(Code::InvalidCursor, detail).with_error("?after", "invalid", detail);
    let broken = "the checkpoint is broken: send it exactly as the data gave it";
    let sealed = Some(text).filter(|text| text.len() <= MAX_CHECKPOINT).and_then(|text| key.open(STANDS, text));
    let sealed = sealed.and_then(|bytes| serde_json::from_slice::<Sealed>(&bytes).ok());
    let sealed = sealed.filter(|sealed| sealed.v == VERSION).ok_or_else(|| refuse(broken))?;
    if sealed.x != export.as_str() {
        return Err(refuse("the checkpoint belongs to another export"));
    }
    Ok(sealed.p)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> CursorKey {
        CursorKey::new([7; 32])
    }

    #[test]
    fn a_checkpoint_opens_for_its_own_export_only() {
        let (one, other) = (ExportId::generate(), ExportId::generate());
        let place = Place { from: Some("MTAw".to_owned()), end: false, rows: 12 };
        let text = seal(&key(), &one, &place);
        assert_eq!(open(&key(), &one, &text).unwrap(), place);
        for (id, text) in [(&other, text.as_str()), (&one, &text[1..]), (&one, "")] {
            assert_eq!(open(&key(), id, text).unwrap_err().code, Code::InvalidCursor);
        }
        assert!(open(&CursorKey::new([8; 32]), &one, &text).is_err());
    }

    #[test]
    fn what_is_asked_survives_storage() {
        let request = ListRequest {
            limit: Some(2_000),
            updated_after: Some("2026-01-01T00:00:00Z".to_owned()),
            filters: vec![FilterParam { field: "last_name".into(), op: "eq".into(), value: "Ng".into() }],
            sort: Some("-created_at".to_owned()),
            include_deleted: Some(true),
            shape: Shape { fields: Some(vec!["id".to_owned()]), expand: vec!["owner".to_owned()], include_raw: true },
            ..ListRequest::of(Object::Contact)
        };
        let asked = Asked::new(&request, Some("66.0/750".to_owned()), "2026-01-01T00:00:00Z".to_owned());
        let sealed = asked.seal(&key());
        assert!(!sealed.contains("Ng"));
        let back = Asked::open(&key(), &sealed).unwrap();
        assert_eq!((back.request(2_000), &back), (Some(request), &asked));
        assert_eq!(Asked::open(&CursorKey::new([8; 32]), &sealed).unwrap_err().code, Code::ExportExpired);
    }
}
