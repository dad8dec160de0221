//! Write requests as the engine takes them, and their answers.

use super::kept::KeptProblem;
use super::{DryRequest, Fingerprint};
use crate::snapshot::Snapshot;
use crate::{Code, Cost, Notice, Problem, RawReply};
use bytes::Bytes;
use heddle_connector::model::Object;
use heddle_connector::{Converted, Operation};
use serde::{Deserialize, Serialize};

/// Most records of one batch.
pub const MAX_BATCH: usize = 200;

/// What is to be done. Bodies are JSON as the client sent it.
#[derive(Debug, Clone)]
pub enum Change {
    /// Make a record.
    Create {
        /// The record.
        body: Bytes,
    },
    /// Change a record.
    Update {
        /// The provider's id, in any form it takes.
        id: String,
        /// A JSON merge patch of the record.
        body: Bytes,
    },
    /// Remove a record.
    Delete {
        /// The provider's id, in any form it takes.
        id: String,
    },
    /// Change the record that matches, or make it.
    Upsert {
        /// `{"match": …, "record": …}`.
        body: Bytes,
    },
    /// Write several records.
    Batch {
        /// `{"operation": …, "match": …, "records": […]}`.
        body: Bytes,
    },
    /// Make an account, a contact and a deal of a lead.
    Convert {
        /// The provider's id of the lead, in any form it takes.
        id: String,
        /// `{"account_id": …, "contact_id": …, "create_deal": …}`, all optional.
        body: Bytes,
    },
}

impl Change {
    /// What the provider must be able to do.
    pub(crate) const fn operation(&self) -> Operation {
        match self {
            Self::Create { .. } => Operation::Create,
            Self::Update { .. } => Operation::Update,
            Self::Delete { .. } => Operation::Delete,
            Self::Upsert { .. } => Operation::Upsert,
            Self::Batch { .. } => Operation::Batch,
            Self::Convert { .. } => Operation::Convert,
        }
    }

    /// Method and template of the address, without the object.
    pub(crate) const fn route(&self) -> &'static str {
        match self {
            Self::Create { .. } => "POST /v1/crm/{object}",
            Self::Update { .. } => "PATCH /v1/crm/{object}/{id}",
            Self::Delete { .. } => "DELETE /v1/crm/{object}/{id}",
            Self::Upsert { .. } => "POST /v1/crm/{object}/upsert",
            Self::Batch { .. } => "POST /v1/crm/{object}/batch",
            Self::Convert { .. } => "POST /v1/crm/{object}/{id}/convert",
        }
    }

    pub(super) fn id(&self) -> Option<&str> {
        match self {
            Self::Update { id, .. } | Self::Delete { id } | Self::Convert { id, .. } => Some(id),
            _ => None,
        }
    }

    pub(super) fn body(&self) -> &[u8] {
        match self {
            Self::Create { body }
            | Self::Update { body, .. }
            | Self::Upsert { body }
            | Self::Batch { body }
            | Self::Convert { body, .. } => body,
            Self::Delete { .. } => &[],
        }
    }
}

/// How it is to be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteOptions {
    /// Whether the record is read back, for one call more.
    pub return_record: bool,
    /// Whether only the requests are shown that would be sent.
    pub dry_run: bool,
    /// Whether a rule of the account that only warns of duplicates is passed over.
    pub allow_duplicates: bool,
    /// `If-Match`, as sent.
    pub if_match: Option<String>,
    /// `Idempotency-Key`: 1 to 255 characters.
    pub idempotency_key: Option<String>,
}

/// A write.
#[derive(Debug, Clone)]
pub struct WriteRequest {
    /// Of what.
    pub object: Object,
    /// Of which object of the provider's, for [`Object::Record`].
    pub provider_object: Option<String>,
    /// What is to be done.
    pub change: Change,
    /// How.
    pub options: WriteOptions,
}

impl WriteRequest {
    /// Refuses options that do not go with the change, before any call.
    pub(super) fn check(&self, snapshot: &Snapshot) -> Result<(), Problem> {
        let spec = match self.provider_object {
            // Which object it is costs a call, and a replay must cost none.
            Some(_) => snapshot.template()?,
            None => snapshot.spec(self.object, self.change.operation())?,
        };
        let title = snapshot.connector.manifest().title;
        if self.options.if_match.is_some() {
            let honoured = matches!(self.change, Change::Update { .. }) && spec.writes.version.is_some();
            if !honoured {
                let detail = format!("{title} cannot make this depend on a version; If-Match works with PATCH only");
                return Err(refused("If-Match", detail));
            }
            self.version()?;
        }
        if self.options.allow_duplicates && !spec.writes.allow_duplicates {
            let detail = format!("{title} has no duplicate rules that could be passed over");
            return Err(refused("?allow_duplicates", detail));
        }
        let no_record = matches!(self.change, Change::Delete { .. } | Change::Batch { .. } | Change::Convert { .. });
        if self.options.return_record && no_record {
            let detail = "return=record works for writes of one record that stays";
            return Err(Problem::parameter("return", "not_allowed", detail));
        }
        Ok(())
    }

    /// What another request must have in common with it to be the same one:
    /// route, object, id, connection, options and the meaning of the body.
    pub(super) fn fingerprint(&self, snapshot: &Snapshot) -> [u8; 32] {
        let mut fingerprint = Fingerprint::of(self.change.route());
        fingerprint.part(self.object.plural().as_bytes());
        if let Some(name) = &self.provider_object {
            fingerprint.part(name.as_bytes());
        }
        fingerprint.part(self.change.id().unwrap_or_default().as_bytes());
        fingerprint.part(snapshot.connection.id.as_str().as_bytes());
        let options = &self.options;
        fingerprint.part(&[u8::from(options.return_record), u8::from(options.allow_duplicates)]);
        fingerprint.part(options.if_match.as_deref().unwrap_or_default().as_bytes());
        fingerprint.json(self.change.body());
        fingerprint.finish()
    }

    /// The version that `If-Match` names; `None` when any will do.
    pub(super) fn version(&self) -> Result<Option<&str>, Problem> {
        let Some(text) = self.options.if_match.as_deref().map(str::trim).filter(|text| *text != "*") else {
            return Ok(None);
        };
        let version = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        match version.filter(|version| !version.is_empty() && !version.contains('"')) {
            Some(version) => Ok(Some(version)),
            None => {
                let detail = "If-Match takes one ETag as it was given, with its quotes, or *";
                Err(Problem::new(Code::InvalidRequest, detail).with_error("If-Match", "invalid", detail))
            }
        }
    }
}

fn refused(pointer: &str, detail: String) -> Problem {
    Problem::new(Code::UnsupportedOperation, detail.clone()).with_error(pointer, "not_allowed", detail)
}

/// What a write answers.
#[derive(Debug, Clone)]
pub struct WriteAnswer {
    /// The answer itself.
    pub body: WriteBody,
    /// What is worth knowing about it.
    pub warnings: Vec<Notice>,
    /// The record's version, where it was read back.
    pub etag: Option<String>,
    /// What it cost; nothing for a replay.
    pub cost: Cost,
    /// The earlier request whose stored answer this is.
    pub replay_of: Option<String>,
}

impl WriteAnswer {
    pub(crate) const fn new(body: WriteBody, warnings: Vec<Notice>, cost: Cost) -> Self {
        Self { body, warnings, etag: None, cost, replay_of: None }
    }
}

/// The answer of one kind of write.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum WriteBody {
    /// The record's id.
    Id {
        /// The provider's id.
        id: String,
        /// Whether the record is new.
        created: bool,
    },
    /// The record, read back.
    Record {
        /// The provider's id.
        id: String,
        /// Whether the record is new.
        created: bool,
        /// The common record as JSON.
        data: String,
    },
    /// How each record of a batch ended, in the order of the request.
    Batch(Vec<BatchOutcome>),
    /// What a lead became.
    Converted(Converted),
    /// The requests that would have been sent.
    Dry(Vec<DryRequest>),
    /// What the provider answered to a raw call.
    Raw(RawReply),
}

/// How one record of a batch ended.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum BatchOutcome {
    /// It is written.
    Written {
        /// The provider's id.
        id: String,
        /// Whether the record is new.
        created: bool,
    },
    /// It is not, or nobody knows.
    Failed(KeptProblem),
}
