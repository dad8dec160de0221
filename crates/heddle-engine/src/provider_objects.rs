//! The provider's other objects: custom ones, and standard ones that no common
//! object stands for.
//!
//! Their fields are not read when a connection is tested: an org has more than
//! a thousand objects. They are described when a request first names one, and
//! remembered for a while.

use crate::selection::ObjectSnapshot;
use crate::snapshot::{Snapshot, record_base};
use crate::{Caller, Code, Cost, Engine, Problem, RecordAnswer, SchemaAnswer, Scope, Shape, Target};
use heddle_connector::model::Object;
use heddle_connector::{Failure, FailureKind, ObjectInfo, ObjectSpec, Operation, Session};
use moka::future::Cache;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

/// How long an object's fields are used before they are read again.
const REMEMBERED: Duration = Duration::from_secs(600);
/// Fields remembered for all connections together; one takes some 500 bytes.
const MOST_FIELDS: u64 = 100_000;
/// A describe that changed nothing is believed for this long.
const UNCHANGED: Duration = Duration::from_secs(60);

/// An object of an account, described.
pub(crate) struct Described {
    pub(crate) info: ObjectInfo,
    pub(crate) spec: &'static ObjectSpec,
    pub(crate) object: ObjectSnapshot,
    /// When it was last described because of a stale field, and had not changed.
    unchanged: Option<SystemTime>,
}

/// What has been described, by connection and name.
pub(crate) type Remembered = Cache<String, Arc<Described>>;

pub(crate) fn remembered() -> Remembered {
    let weight = |_: &String, one: &Arc<Described>| u32::try_from(one.object.custom.len() + 1).unwrap_or(u32::MAX);
    Cache::builder().max_capacity(MOST_FIELDS).weigher(weight).time_to_live(REMEMBERED).build()
}

/// Objects of an account.
#[derive(Debug, Clone)]
pub struct ObjectsAnswer {
    /// Each with the common object that stands for it, if there is one.
    pub objects: Vec<(ObjectInfo, Option<Object>)>,
    /// What it cost.
    pub cost: Cost,
}

impl Described {
    /// Refuses what the connected user cannot do with the object.
    pub(crate) fn can(&self, operation: Operation, title: &str) -> Result<(), Problem> {
        let info = &self.info;
        let (may, what) = match operation {
            Operation::List | Operation::Search | Operation::Fetch => (info.queryable, "be read by queries"),
            Operation::Create => (info.createable, "be created"),
            Operation::Update => (info.updateable, "be changed"),
            Operation::Delete => (info.deletable, "be deleted"),
            Operation::Upsert | Operation::Batch | Operation::Convert => (false, "be written like this here"),
        };
        if !may {
            let detail =
                format!("{title} says that records of {} cannot {what}, at least not by the connected user", info.name);
            return Err(Problem::new(Code::UnsupportedOperation, detail));
        }
        if !self.object.schema.has(self.spec.table.id) {
            let detail = format!("records of {} have no id, by which pages and records are told apart", info.name);
            return Err(Problem::new(Code::UnsupportedOperation, detail));
        }
        Ok(())
    }

    /// What the connected user can do with it.
    fn operations(&self, title: &str) -> Vec<Operation> {
        self.spec.operations.iter().copied().filter(|operation| self.can(*operation, title).is_ok()).collect()
    }
}

impl Engine {
    /// The objects that the connected user sees, in one call.
    ///
    /// # Errors
    /// `unsupported_operation` where the provider has only the common objects;
    /// else as a list's.
    pub async fn provider_objects(&self, caller: &Caller, target: &Target) -> Result<ObjectsAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        let found = match snapshot.template() {
            Ok(_) => snapshot.connector.objects(&session).await.map_err(Problem::from),
            Err(problem) => Err(problem),
        };
        let found = match found {
            Ok(found) => found,
            Err(problem) => return Err(self.problem_of(&snapshot, &session, problem).await),
        };
        let manifest = snapshot.connector.manifest();
        let common = |info: &ObjectInfo| {
            let spec = manifest.objects.iter().find(|spec| spec.forms().any(|f| f.table.provider_object == info.name));
            spec.map(|spec| spec.object)
        };
        let objects = found.into_iter().map(|info| {
            let common = common(&info);
            (info, common)
        });
        let cost = Cost { calls: session.tally.sent(), quota: session.tally.quota() };
        Ok(ObjectsAnswer { objects: objects.collect(), cost })
    }

    /// One record of a provider object.
    ///
    /// # Errors
    /// As [`fetch_record`](Self::fetch_record)'s; `not_found` also when there
    /// is no such object.
    pub async fn fetch_provider_record(
        &self,
        caller: &Caller,
        target: &Target,
        name: &str,
        id: &str,
        shape: &Shape,
        include_deleted: bool,
    ) -> Result<RecordAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        let ended = match self.with_object(&snapshot, &session, name).await {
            Ok(snapshot) => self.fetch(&snapshot, &session, Object::Record, id, shape, include_deleted).await,
            Err(problem) => Err(problem),
        };
        match ended {
            Ok(answer) => Ok(answer),
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    /// The fields of a provider object, and what can be done with it.
    ///
    /// # Errors
    /// `not_found` when there is no such object; else as a list's.
    pub async fn provider_object_schema(
        &self,
        caller: &Caller,
        target: &Target,
        name: &str,
    ) -> Result<(SchemaAnswer, Cost), Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        match self.described(&snapshot, &session, name).await {
            Ok(described) => {
                let mut answer = SchemaAnswer::of(&snapshot, described.spec, &described.object);
                answer.operations = described.operations(snapshot.connector.manifest().title);
                Ok((answer, Cost { calls: session.tally.sent(), quota: session.tally.quota() }))
            }
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    /// The connection with the object that a request names, and the object's
    /// declaration, if this can be done with it.
    pub(crate) async fn subject(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        object: Object,
        name: Option<&str>,
        operation: Operation,
    ) -> Result<(Arc<Snapshot>, &'static ObjectSpec), Problem> {
        let snapshot = match name {
            Some(name) => self.with_object(snapshot, session, name).await?,
            None => Arc::clone(snapshot),
        };
        let spec = snapshot.spec(object, operation)?;
        Ok((snapshot, spec))
    }

    async fn with_object(
        &self,
        snapshot: &Arc<Snapshot>,
        session: &Session,
        name: &str,
    ) -> Result<Arc<Snapshot>, Problem> {
        let described = self.described(snapshot, session, name).await?;
        Ok(Arc::new(snapshot.with(described)))
    }

    /// An object by the provider's name in any case, described once for all
    /// requests that ask for it at the same time.
    async fn described(&self, snapshot: &Snapshot, session: &Session, name: &str) -> Result<Arc<Described>, Problem> {
        let template = snapshot.template()?;
        let title = snapshot.connector.manifest().title;
        let plain = name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !plain {
            return Err(no_such(title, name));
        }
        let key = key(snapshot, name);
        let describing = describe(template, snapshot, session, name);
        self.provider_objects.try_get_with(key, describing).await.map_err(|failure| match failure.kind {
            FailureKind::NotFound => no_such(title, name),
            _ => Problem::from(Failure::clone(&failure)),
        })
    }

    /// Describes an object again after the provider did not know a field of it.
    pub(crate) async fn object_redescribed(
        &self,
        stale: &Snapshot,
        spec: &ObjectSpec,
        session: &Session,
        failure: Failure,
    ) -> Result<Arc<Snapshot>, Problem> {
        let name = spec.table.provider_object;
        let (key, now) = (key(stale, name), self.wall());
        let before = stale.described.as_ref();
        let known = self.provider_objects.get(&key).await;
        if let Some(known) = &known {
            // Another request was first.
            if before.is_none_or(|before| before.object.schema.fields != known.object.schema.fields) {
                return Ok(Arc::new(stale.with(known.clone())));
            }
            let lately = |at: SystemTime| now.duration_since(at).is_ok_and(|age| age < UNCHANGED);
            if known.unchanged.is_some_and(lately) {
                return Err(crate::describe::hopeless(failure));
            }
        }
        let mut fresh = describe(stale.template()?, stale, session, name).await?;
        let same = before.is_some_and(|before| before.object.schema.fields == fresh.object.schema.fields);
        if same {
            let again = Described {
                info: fresh.info.clone(),
                spec: fresh.spec,
                object: ObjectSnapshot::whole(fresh.object.schema.clone()),
                unchanged: Some(now),
            };
            fresh = Arc::new(again);
        }
        self.provider_objects.insert(key, fresh.clone()).await;
        if same { Err(crate::describe::hopeless(failure)) } else { Ok(Arc::new(stale.with(fresh))) }
    }
}

/// Everything that plans made of a description depend on.
fn key(snapshot: &Snapshot, name: &str) -> String {
    let connection = &snapshot.connection;
    let base = record_base(connection);
    format!("{} {} {base} {}", connection.id, connection.generation, name.to_ascii_lowercase())
}

async fn describe(
    template: &'static ObjectSpec,
    snapshot: &Snapshot,
    session: &Session,
    name: &str,
) -> Result<Arc<Described>, Failure> {
    let (info, schema) = snapshot.connector.describe_record(session, name).await?;
    let spec = ObjectSpec::of_record(template, &info.name);
    tracing::info!(connection = %snapshot.connection.id, object = %info.name, fields = schema.fields.len(), "an object was described");
    Ok(Arc::new(Described { info, spec, object: ObjectSnapshot::whole(schema), unchanged: None }))
}

fn no_such(title: &str, name: &str) -> Problem {
    let detail = format!(
        "{title} has no object {name}, or hides it from the connected user; /v1/crm/objects lists those that there are"
    );
    Problem::new(Code::NotFound, detail)
}

impl Snapshot {
    /// What the provider's other objects are declared by.
    pub(crate) fn template(&self) -> Result<&'static ObjectSpec, Problem> {
        let manifest = self.connector.manifest();
        manifest.records.ok_or_else(|| {
            let detail = format!("{} has only its common objects here", manifest.title);
            Problem::new(Code::UnsupportedOperation, detail)
        })
    }
}
