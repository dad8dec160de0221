//! Writes: checked against the tables first, sent once, answered honestly.

mod batch;
mod body;
mod check;
mod convert;
mod dry;
mod failure;
mod kept;
mod kind;
mod once;
mod request;
mod single;
mod upsert;

pub use dry::DryRequest;
pub use request::{BatchOutcome, Change, MAX_BATCH, WriteAnswer, WriteBody, WriteOptions, WriteRequest};

pub(crate) use once::{Fingerprint, Mark, Once, Running};

use crate::snapshot::Snapshot;
use crate::{Caller, Code, Cost, Engine, Notice, Problem, Scope, Target};
use body::Checked;
use dry::Recorder;
use heddle_connector::mapping::{Changes, Purpose};
use heddle_connector::{BeforeSend, ObjectSpec, Session};
use std::sync::Arc;

/// One write under way.
struct Write<'a> {
    engine: &'a Engine,
    snapshot: Arc<Snapshot>,
    spec: &'static ObjectSpec,
    session: Session,
    request: &'a WriteRequest,
    warnings: Vec<Notice>,
}

impl Engine {
    /// Makes, changes or removes records.
    ///
    /// With an idempotency key the write is carried out at most once: the same
    /// request again gets the first answer, and the write goes on to its end
    /// when its caller leaves.
    ///
    /// # Errors
    /// Refusals before any call: `forbidden`, `not_found`, `invalid_request`,
    /// `validation_failed`, `unsupported_operation`, `idempotency_conflict`,
    /// `idempotency_in_progress`; then whatever the provider call ends in:
    /// `outcome_unknown` when nobody knows whether it was carried out.
    pub async fn write_records(
        self: &Arc<Self>,
        caller: &Caller,
        target: &Target,
        request: WriteRequest,
    ) -> Result<WriteAnswer, Problem> {
        caller.require(Scope::CrmWrite)?;
        if request.options.return_record {
            caller.require(Scope::CrmRead)?;
        }
        let snapshot = self.resolve(caller, target).await?;
        request.check(&snapshot)?;
        match request.options.idempotency_key.clone() {
            Some(key) if !request.options.dry_run => {
                let once = Once { route: request.change.route(), key, fingerprint: request.fingerprint(&snapshot) };
                let (by, at) = (caller.clone(), Arc::clone(&snapshot));
                let work = |engine: Arc<Self>, mark| async move { engine.written(&by, at, &request, Some(mark)).await };
                self.once(caller, snapshot, once, work).await
            }
            _ => self.written(caller, snapshot, &request, None).await,
        }
    }

    /// Carries a write out.
    async fn written(
        &self,
        caller: &Caller,
        snapshot: Arc<Snapshot>,
        request: &WriteRequest,
        mark: Option<Arc<Mark>>,
    ) -> Result<WriteAnswer, Problem> {
        snapshot.usable(self.wall())?;
        let mut session = self.session(caller, &snapshot);
        let (name, operation) = (request.provider_object.as_deref(), request.change.operation());
        let (snapshot, spec) = match self.subject(&snapshot, &session, request.object, name, operation).await {
            Ok(subject) => subject,
            Err(problem) => return Err(self.problem_of(&snapshot, &session, problem).await),
        };
        session.before_write = mark.map(|mark| mark as Arc<dyn BeforeSend>);
        let recorder = request.options.dry_run.then(|| Recorder::before(&mut session));
        let mut write = Write { engine: self, snapshot, spec, session, request, warnings: Vec::new() };
        let ended = write.run().await;
        let cost = Cost { calls: write.session.tally.sent(), quota: write.session.tally.quota() };
        let warnings = std::mem::take(&mut write.warnings);
        if let Some(recorder) = recorder {
            return match (recorder.taken(), ended) {
                (requests, Err(problem)) if requests.is_empty() => Err(write.snapshot.of(Problem { cost, ..problem })),
                (requests, _) => Ok(WriteAnswer::new(WriteBody::Dry(requests), warnings, cost)),
            };
        }
        match ended {
            Ok((body, etag)) => Ok(WriteAnswer { etag, ..WriteAnswer::new(body, warnings, cost) }),
            Err(problem) => Err(self.problem_of(&write.snapshot, &write.session, problem).await),
        }
    }
}

/// What a write came to, with the record's version where it is known.
type Ended = Result<(WriteBody, Option<String>), Problem>;

impl Write<'_> {
    async fn run(&mut self) -> Ended {
        match &self.request.change {
            Change::Create { body } => self.create(body).await,
            Change::Update { id, body } => self.update(id, body).await,
            Change::Delete { id } => self.delete(id).await,
            Change::Upsert { body } => self.upsert(body).await,
            Change::Batch { body } => Ok((self.batch(body).await?, None)),
            Change::Convert { id, body } => self.convert(id, body).await,
        }
    }

    /// A record's body as provider values, with every objection at once. In a
    /// dry run the account's own rules are looked at too, which otherwise the
    /// provider does.
    fn changes(&mut self, purpose: Purpose, body: &[u8], prefix: &str) -> Result<Changes, Problem> {
        let object = self.snapshot.object(self.spec)?;
        let Checked { mut changes, problem } = body::changes(self.spec, object, purpose, body, prefix);
        if purpose == Purpose::Create && problem.is_none() {
            changes.values.extend(self.spec.given());
        }
        let problem = problem.or_else(|| {
            let rules = self.request.options.dry_run;
            rules.then(|| check::against_schema(self.spec, object, purpose, &changes, prefix)).flatten()
        });
        if let Some(problem) = problem {
            return Err(problem);
        }
        self.warnings.extend(changes.warnings.iter().cloned().map(Notice::from));
        self.warnings.extend(Notice::dropped(changes.warnings_dropped));
        Ok(changes)
    }

    /// The record's id in the provider's one form.
    fn own_id(&self, id: &str) -> Result<String, Problem> {
        let missing = || Problem::not_found(self.spec.object.singular());
        self.snapshot.id(self.spec, id).ok_or_else(missing)
    }

    /// The answer to a write of one record: its id, or the record read back. A
    /// write that succeeded never fails because of the reading.
    async fn answer(&mut self, id: String, created: bool) -> Ended {
        if !self.request.options.return_record || self.request.options.dry_run {
            return Ok((WriteBody::Id { id, created }, None));
        }
        let shape = crate::Shape::default();
        let object = self.request.object;
        match self.engine.fetch(&self.snapshot, &self.session, object, &id, &shape, false).await {
            Ok(record) => {
                self.warnings.extend(record.warnings);
                let data = String::from_utf8(record.data).map_err(|_| Problem::new(Code::Internal, "not UTF-8"))?;
                Ok((WriteBody::Record { id, created, data }, record.etag))
            }
            Err(problem) => {
                let detail = format!("the record is written, but could not be read back: {}", problem.detail);
                self.warnings.push(Notice { record: Some(id.clone()), ..Notice::general("record_not_read", detail) });
                Ok((WriteBody::Id { id, created }, None))
            }
        }
    }
}
