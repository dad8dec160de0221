//! Several records in as few calls as the provider takes, each with its own end.

use super::body::{self, BatchWord};
use super::kept::KeptProblem;
use super::{BatchOutcome, Write, WriteBody};
use crate::{Code, Problem};
use heddle_connector::mapping::{Purpose, peek};
use heddle_connector::{BatchItem, BatchKind, BatchQuery, Failure, FailureKind};

/// An item ready to be sent, and its place in the request.
struct Ready {
    index: usize,
    item: BatchItem,
}

impl Write<'_> {
    pub(super) async fn batch(&mut self, bytes: &[u8]) -> Result<WriteBody, Problem> {
        let asked: body::BatchBody<'_> = body::read(bytes)?;
        body::bounded(asked.records.len())?;
        let names = asked.key.map(body::Names::list);
        let key = self.batch_key(asked.operation, names.as_deref())?;
        let mut ends: Vec<Option<BatchOutcome>> = asked.records.iter().map(|_| None).collect();
        let mut ready = Vec::with_capacity(asked.records.len());
        for (index, record) in asked.records.iter().enumerate() {
            let item = self.item(asked.operation, names.as_deref(), record.get().as_bytes(), index);
            match item {
                Ok(item) => ready.push(Ready { index, item }),
                Err(problem) => ends[index] = Some(BatchOutcome::Failed(KeptProblem::from(&problem))),
            }
        }
        let twice = twice(&ready);
        for (index, detail) in twice {
            ready.retain(|one| one.index != index);
            let problem = Problem::new(Code::ValidationFailed, detail.clone());
            let problem = problem.with_error(format!("/records/{index}"), "not_allowed", detail);
            ends[index] = Some(BatchOutcome::Failed(KeptProblem::from(&problem)));
        }
        let ids: Vec<String> = ready.iter().filter_map(|one| one.item.id.clone()).collect();
        let own = self.of_kind(&ids).await?;
        for one in ready.extract_if(.., |one| one.item.id.as_ref().is_some_and(|id| !own.contains(id))) {
            let problem = Problem::not_found(self.spec.object.singular());
            ends[one.index] = Some(BatchOutcome::Failed(KeptProblem::from(&problem)));
        }
        let kind = match (asked.operation, &key) {
            (BatchWord::Create, _) => BatchKind::Create,
            (BatchWord::Update, _) => BatchKind::Update,
            (BatchWord::Delete, _) => BatchKind::Delete,
            (BatchWord::Upsert, key) => BatchKind::Upsert { key: key.as_deref().unwrap_or_default() },
        };
        let size = self.spec.writes.batch.max(1);
        let chunks = ready.len().div_ceil(size);
        for chunk in ready.chunks(size) {
            let items: Vec<BatchItem> = chunk.iter().map(|one| one.item.clone()).collect();
            match self.send_batch(kind, &items).await {
                Ok(outcomes) => {
                    for (one, outcome) in chunk.iter().zip(outcomes) {
                        let prefix = format!("/records/{}", one.index);
                        ends[one.index] = Some(match outcome {
                            Ok(written) => BatchOutcome::Written { id: written.id, created: written.created },
                            Err(failure) => BatchOutcome::Failed(KeptProblem::from(&self.refused(failure, &prefix))),
                        });
                    }
                }
                // The one call there was: its failure is the request's.
                Err(failure) if chunks == 1 => return Err(self.refused(failure, "")),
                Err(failure) => {
                    let problem = KeptProblem::from(&self.refused(failure, ""));
                    for one in chunk {
                        ends[one.index] = Some(BatchOutcome::Failed(problem.clone()));
                    }
                }
            }
        }
        let lost = || BatchOutcome::Failed(KeptProblem::from(&Problem::new(Code::Internal, "the record was not sent")));
        Ok(WriteBody::Batch(ends.into_iter().map(|end| end.unwrap_or_else(lost)).collect()))
    }

    async fn send_batch(
        &self,
        kind: BatchKind<'_>,
        items: &[BatchItem],
    ) -> Result<heddle_connector::Outcomes, Failure> {
        let allow_duplicates = self.request.options.allow_duplicates;
        let query = BatchQuery { table: self.spec.table, kind, items, allow_duplicates };
        let outcomes = self.snapshot.connector.batch(&self.session, &query).await?;
        if outcomes.len() != items.len() {
            let why = "the provider answered for another number of records than were sent";
            return Err(Failure { sent: true, ..Failure::new(FailureKind::OutcomeUnknown, why) });
        }
        Ok(outcomes)
    }

    /// One record of the body, checked without a call.
    fn item(
        &mut self,
        word: BatchWord,
        names: Option<&[String]>,
        record: &[u8],
        index: usize,
    ) -> Result<BatchItem, Problem> {
        let prefix = format!("/records/{index}");
        let id = match word {
            BatchWord::Update | BatchWord::Delete => {
                let id = peek(record, "id").and_then(|tok| tok.text()).filter(|id| !id.is_empty());
                let Some(id) = id else {
                    let detail = "the record needs its id";
                    let problem = Problem::new(Code::RequiredFieldMissing, detail);
                    return Err(problem.with_error(format!("{prefix}/id"), "missing", detail));
                };
                Some(self.own_id(&id)?)
            }
            BatchWord::Create | BatchWord::Upsert => None,
        };
        if word == BatchWord::Delete {
            return Ok(BatchItem { id, key: None, values: Vec::new() });
        }
        let purpose = if word == BatchWord::Create { Purpose::Create } else { Purpose::Update };
        let mut changes = self.changes(purpose, record, &prefix)?;
        if let Some(field) = changes.values.iter().find_map(|(path, _)| self.spec.table.list(path)) {
            let detail = format!("{field} is a list of other records, which are written one record at a time");
            let problem = Problem::new(Code::UnsupportedOperation, detail.clone());
            return Err(problem.with_error(format!("{prefix}/{field}"), "not_allowed", detail));
        }
        let key = match (word, names) {
            (BatchWord::Upsert, Some([name])) => {
                let filter = self.matching(name, record, &prefix)?;
                let key = self.key_of(std::slice::from_ref(&filter)).ok_or_else(|| self.no_key(name))?;
                changes.values.retain(|(path, _)| *path != key.path);
                Some(key.value)
            }
            _ => None,
        };
        Ok(BatchItem { id, key, values: changes.values })
    }

    /// The provider's field by which a batch upserts.
    fn batch_key(&self, word: BatchWord, names: Option<&[String]>) -> Result<Option<String>, Problem> {
        let refuse = |detail: String| {
            Problem::new(Code::ValidationFailed, detail.clone()).with_error("/match", "not_allowed", detail)
        };
        match (word, names) {
            (BatchWord::Upsert, Some([name])) => {
                let keys = self.snapshot.object(self.spec)?.keys(self.spec);
                let key = keys.into_iter().find(|(common, _)| common == name).map(|(_, path)| path);
                key.map(Some).ok_or_else(|| self.no_key(name))
            }
            (BatchWord::Upsert, _) => {
                Err(refuse(format!("a batch upsert names one field in match: {}", self.keys().join(", "))))
            }
            (_, Some(_)) => Err(refuse("match goes with the operation upsert only".to_owned())),
            (_, None) => Ok(None),
        }
    }

    fn no_key(&self, name: &str) -> Problem {
        let keys = self.keys().join(", ");
        let detail = format!("this CRM cannot upsert several records by {name}; it can by: {keys}");
        Problem::new(Code::UnsupportedOperation, detail.clone()).with_error("/match", "not_allowed", detail)
    }

    /// Common names of the fields by which this connection can upsert.
    fn keys(&self) -> Vec<String> {
        let Ok(object) = self.snapshot.object(self.spec) else { return Vec::new() };
        object.keys(self.spec).into_iter().map(|(common, _)| common).collect()
    }
}

/// Later items that name a record or key which an earlier one names: the order
/// in which a provider carries them out is its own.
fn twice(ready: &[Ready]) -> Vec<(usize, String)> {
    let mut seen = std::collections::HashMap::new();
    let mut found = Vec::new();
    for one in ready {
        let name = match (&one.item.id, &one.item.key) {
            (Some(id), _) => id.clone(),
            (None, Some(key)) => format!("{key:?}"),
            (None, None) => continue,
        };
        match seen.entry(name) {
            std::collections::hash_map::Entry::Occupied(earlier) => {
                let first: &usize = earlier.get();
                found.push((one.index, format!("record {first} of this batch is the same record")));
            }
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(one.index);
            }
        }
    }
    found
}
