//! The trait that every provider's adapter implements.

use crate::{
    Account, BatchQuery, Checkup, ConvertQuery, Converted, Counted, CreateQuery, ExportQuery, Feature, FeatureState,
    FetchQuery, JobPage, JobRecords, JobState, ListQuery, Manifest, ObjectInfo, ObjectSchema, ObjectSpec, Outcomes,
    Page, Session, UpdateQuery, UpsertQuery, Written,
};
use async_trait::async_trait;
use heddle_gate::{CallPlan, Classify, Failure, FailureKind, Reply, Request, Signals};
use std::sync::Arc;

/// A provider's adapter. Stateless: one value serves all connections.
///
/// The engine calls an operation only when the manifest declares it.
#[async_trait]
pub trait Connector: Send + Sync {
    /// What the provider is and can do.
    fn manifest(&self) -> &'static Manifest;

    /// Brings an id from outside into the provider's one form. `None`: no
    /// record can have such an id, so none is looked for.
    fn id(&self, spec: &ObjectSpec, text: &str) -> Option<String>;

    /// One page of records. Sends exactly one request where the provider can
    /// answer with one.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn list(&self, session: &Session, query: &ListQuery<'_>) -> Result<Page, Failure>;

    /// One record by id, as a page of at most one.
    ///
    /// # Errors
    /// `NotFound` or what the gate made of the answer. An empty page also
    /// means that there is no such record.
    async fn fetch(&self, session: &Session, query: &FetchQuery<'_>) -> Result<Page, Failure>;

    /// Makes a record, in one request.
    ///
    /// # Errors
    /// What the gate made of the answer. An answer that cannot be read is
    /// `OutcomeUnknown`: the record may be there.
    async fn create(&self, _session: &Session, _query: &CreateQuery<'_>) -> Result<Written, Failure> {
        Err(not_offered())
    }

    /// Changes a record, in one request.
    ///
    /// # Errors
    /// `NotFound`, `PreconditionFailed`, or what the gate made of the answer.
    async fn update(&self, _session: &Session, _query: &UpdateQuery<'_>) -> Result<(), Failure> {
        Err(not_offered())
    }

    /// Removes a record, in one request. One that is removed already counts as
    /// removed.
    ///
    /// # Errors
    /// `NotFound`, or what the gate made of the answer.
    async fn delete(&self, _session: &Session, _spec: &ObjectSpec, _id: &str) -> Result<(), Failure> {
        Err(not_offered())
    }

    /// Changes the record that has a key, or makes it, in one request.
    ///
    /// # Errors
    /// `Duplicate` with the ids when several records have the key, or what the
    /// gate made of the answer.
    async fn upsert(&self, _session: &Session, _query: &UpsertQuery<'_>) -> Result<Written, Failure> {
        Err(not_offered())
    }

    /// Writes several records in one request; each succeeds or fails alone.
    ///
    /// # Errors
    /// When the whole request failed; how single records ended is in the answer.
    async fn batch(&self, _session: &Session, _query: &BatchQuery<'_>) -> Result<Outcomes, Failure> {
        Err(not_offered())
    }

    /// Makes an account, a contact and a deal of a lead, in one request that
    /// writes; it may look something up before.
    ///
    /// # Errors
    /// `Conflict` when the lead is converted already, `NotFound`, or what the
    /// gate made of the answer. The fields of a failure that was not sent are
    /// names of the query's own.
    async fn convert(&self, _session: &Session, _query: &ConvertQuery<'_>) -> Result<Converted, Failure> {
        Err(not_offered())
    }

    /// Above how many records an export of this object is a job of the
    /// provider's; `None` where it has no jobs, and pages are read.
    fn job_above(&self, _spec: &ObjectSpec) -> Option<u64> {
        None
    }

    /// Why a job cannot give these fields or this order, if it cannot.
    fn job_refuses(&self, _query: &ExportQuery<'_>) -> Option<String> {
        None
    }

    /// How many records a query finds, in one request.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn count(&self, _session: &Session, _query: &ExportQuery<'_>) -> Result<Counted, Failure> {
        Err(not_offered())
    }

    /// Starts a job, in one request; its name, for the functions below. One
    /// that nobody reads costs nothing, so that a repeat does no harm.
    ///
    /// # Errors
    /// `Unsupported` when the provider has no jobs for the object; else what
    /// the gate made of the answer.
    async fn job_start(&self, _session: &Session, _query: &ExportQuery<'_>) -> Result<String, Failure> {
        Err(not_offered())
    }

    /// How a job stands, in one request.
    ///
    /// # Errors
    /// `NotFound` when the provider does not know it any more, or what the gate
    /// made of the answer.
    async fn job_state(&self, _session: &Session, _job: &str) -> Result<JobState, Failure> {
        Err(not_offered())
    }

    /// A part of a finished job's result, in one request: at most `rows`
    /// records from the beginning, or from where an earlier part said.
    ///
    /// # Errors
    /// `NotFound` when the provider does not keep it any more, or what the gate
    /// made of the answer.
    async fn job_page(
        &self,
        _session: &Session,
        _job: &str,
        _from: Option<&str>,
        _rows: usize,
    ) -> Result<JobPage, Failure> {
        Err(not_offered())
    }

    /// Writes at most `rows` records of a part into `out`, from `at` on (0 for
    /// its beginning), as a JSON array of records such as pages hold.
    ///
    /// # Errors
    /// `BadResponse` when the part cannot be read, or is cut off.
    fn job_records(
        &self,
        _schema: &ObjectSchema,
        _page: &JobPage,
        _at: usize,
        _rows: usize,
        _out: &mut Vec<u8>,
    ) -> Result<JobRecords, Failure> {
        Err(not_offered())
    }

    /// Ends a job and drops its result; one that is gone already counts as
    /// dropped.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn job_drop(&self, _session: &Session, _job: &str, _running: bool) -> Result<(), Failure> {
        Err(not_offered())
    }

    /// The fields that the connected user sees.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn describe(&self, session: &Session, spec: &ObjectSpec) -> Result<ObjectSchema, Failure>;

    /// The objects of the account that the connected user sees, in one request.
    ///
    /// # Errors
    /// What the gate made of the answer.
    async fn objects(&self, _session: &Session) -> Result<Vec<ObjectInfo>, Failure> {
        Err(not_offered())
    }

    /// An object of the account and its fields, by the provider's name in any
    /// case, in one request. The name is one word of letters, digits and
    /// underscores.
    ///
    /// # Errors
    /// `NotFound` when there is none, or what the gate made of the answer.
    async fn describe_record(&self, _session: &Session, _name: &str) -> Result<(ObjectInfo, ObjectSchema), Failure> {
        Err(not_offered())
    }

    /// Walks from the token to the data, noting each step: version, identity,
    /// limits, fields, rights.
    async fn check(&self, session: &Session) -> Checkup;

    /// Which features the account has, by the objects that were described; pure.
    /// What is not named is not known.
    fn features(&self, _described: &[&ObjectSchema]) -> Vec<FeatureState> {
        Vec::new()
    }

    /// The feature that a provider field comes with, if it comes with one.
    fn feature_of(&self, _path: &str) -> Option<Feature> {
        None
    }

    /// Address of a record in the provider's own pages, around its id:
    /// `(before, after)`.
    fn record_url(&self, spec: &ObjectSpec, base: &str) -> (String, String);

    /// Where a raw call's path leads below the account's host: into the
    /// provider's API, or nowhere. `path` begins with one slash and holds no
    /// segment that climbs. `None`: this provider takes no raw calls.
    ///
    /// The error says which paths there are.
    fn raw_path(&self, _account: &Account, _path: &str) -> Option<Result<String, String>> {
        None
    }

    /// Headers of the provider's own that raw calls may carry, and whose values
    /// their answers show; in lower case.
    fn raw_headers(&self) -> &'static [&'static str] {
        &[]
    }

    /// Scopes, cost and replay class of a request; token requests too.
    fn plan(&self, account: &Account, request: &Request) -> CallPlan;

    /// What an answer says; sees every answer, 200 and the token endpoint's too.
    fn signals(&self, request: &Request, reply: &Reply) -> Signals;
}

/// The engine asks only for what the manifest declares, so nobody should see this.
fn not_offered() -> Failure {
    Failure::new(FailureKind::Unsupported, "this provider does not offer the operation")
}

/// A connector and an account, as the gate's pure reader of requests and answers.
pub struct Reader {
    connector: Arc<dyn Connector>,
    account: Arc<Account>,
}

impl Reader {
    /// Reads for this account.
    pub fn new(connector: Arc<dyn Connector>, account: Arc<Account>) -> Self {
        Self { connector, account }
    }

    /// The same connector, for what is now known of the account.
    pub fn of(&self, account: Arc<Account>) -> Self {
        Self { connector: self.connector.clone(), account }
    }
}

impl Classify for Reader {
    fn plan(&self, request: &Request) -> CallPlan {
        self.connector.plan(&self.account, request)
    }

    fn signals(&self, request: &Request, reply: &Reply) -> Signals {
        self.connector.signals(request, reply)
    }
}
