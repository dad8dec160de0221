//! Salesforce: REST API over SOQL, keyset paging, one call a page.

mod bulk;
mod check;
mod content_notes;
mod convert;
mod described;
mod error_body;
mod errors;
mod failure;
mod features;
mod ids;
mod lists;
mod manifest;
pub mod objects;
mod pipelines;
mod raw;
mod soap;
mod soql;
mod wire;
mod write;

use async_trait::async_trait;
use heddle_connector::mapping::Table;
use heddle_connector::model::Object;
use heddle_connector::{
    Account, BatchQuery, CallPlan, Checkup, Connector, ConvertQuery, Converted, Counted, CreateQuery, ExportQuery,
    Failure, FailureKind, Feature, FeatureState, FetchQuery, JobPage, JobRecords, JobState, ListQuery, Manifest,
    ObjectInfo, ObjectSchema, ObjectSpec, Outcomes, Page, Reply, Request, Session, Signals, UpdateQuery, UpsertQuery,
    Written,
};

/// The connector.
pub struct Salesforce;

fn version(account: &Account) -> &str {
    account.api_version.as_deref().unwrap_or(wire::PINNED)
}

/// The three characters that ids of an object begin with.
fn key_prefix(table: &Table) -> Option<&'static str> {
    match table.provider_object {
        "Contact" => Some("003"),
        "Account" => Some("001"),
        "Lead" => Some("00Q"),
        "Opportunity" => Some("006"),
        "RecordType" => Some("012"),
        "User" => Some("005"),
        "Task" => Some("00T"),
        "Event" => Some("00U"),
        "EmailMessage" => Some("02s"),
        "Note" => Some("002"),
        // Links name a note as a document, and documents begin so.
        "ContentNote" => Some("069"),
        _ => None,
    }
}

/// An id that an answer names, in its one form.
fn id_of(table: &Table, text: &str) -> Option<String> {
    match key_prefix(table) {
        Some(prefix) => ids::to_18_of(prefix, text),
        // Only the org knows what ids of its own objects begin with.
        None if table.object == Object::Record => ids::to_18(text),
        None => None,
    }
}

#[async_trait]
impl Connector for Salesforce {
    fn manifest(&self) -> &'static Manifest {
        &manifest::MANIFEST
    }

    fn id(&self, spec: &ObjectSpec, text: &str) -> Option<String> {
        match spec.object {
            // A word of the org's own.
            Object::Stage => (!text.is_empty()).then(|| text.to_owned()),
            Object::Pipeline if text == pipelines::DEFAULT => Some(text.to_owned()),
            _ => id_of(spec.table, text),
        }
    }

    async fn list(&self, session: &Session, query: &ListQuery<'_>) -> Result<Page, Failure> {
        if query.table.object == Object::Pipeline {
            return pipelines::list(session, query).await;
        }
        if content_notes::are(query.table) {
            return content_notes::list(session, query).await;
        }
        let statement = soql::list(query);
        if let Some(detail) = soql::too_long(&statement) {
            return Err(Failure::new(FailureKind::Unsupported, detail));
        }
        let reach = wire::Reach::of(query.deleted);
        let (request, envelope) = wire::reaching(reach, version(&session.account), &statement);
        let reply = session.send(request).await?;
        Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope })
    }

    async fn fetch(&self, session: &Session, query: &FetchQuery<'_>) -> Result<Page, Failure> {
        let table = query.table;
        if table.object == Object::Pipeline {
            return pipelines::fetch(session, query).await;
        }
        if content_notes::are(table) {
            return content_notes::fetch(session, query).await;
        }
        // By query and not by row resource: only a query reaches the account's name in the same call.
        let (request, envelope) = wire::record(version(&session.account), query, table.provider_object, table.id);
        let reply = session.send(request).await?;
        Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope })
    }

    async fn create(&self, session: &Session, query: &CreateQuery<'_>) -> Result<Written, Failure> {
        if content_notes::are(query.table) {
            return content_notes::create(session, query, |id| id_of(query.table, id)).await;
        }
        if let Some(parts) = lists::parts(query.table.provider_object, query.values) {
            return lists::create(session, query, &parts, |id| id_of(query.table, id)).await;
        }
        let reply = session.send(write::create(version(&session.account), query)).await?;
        write::written(&reply, |id| id_of(query.table, id))
    }

    async fn update(&self, session: &Session, query: &UpdateQuery<'_>) -> Result<(), Failure> {
        if content_notes::are(query.table) {
            return content_notes::update(session, query).await;
        }
        if let Some(parts) = lists::parts(query.table.provider_object, query.values) {
            return lists::update(session, query, &parts).await;
        }
        let request = write::update(version(&session.account), query).ok_or_else(write::no_version)?;
        session.send(request).await.map(drop)
    }

    async fn delete(&self, session: &Session, spec: &ObjectSpec, id: &str) -> Result<(), Failure> {
        let request = write::delete(version(&session.account), spec.table.provider_object, id);
        session.send(request).await.map(drop)
    }

    async fn upsert(&self, session: &Session, query: &UpsertQuery<'_>) -> Result<Written, Failure> {
        let Some(request) = write::upsert(version(&session.account), query) else {
            let why = format!("the record needs a value for its key {}", query.key);
            return Err(Failure {
                fields: vec![query.key.to_owned()],
                ..Failure::new(FailureKind::RequiredMissing, why)
            });
        };
        let reply = session.send(request).await?;
        write::written(&reply, |id| id_of(query.table, id))
    }

    async fn batch(&self, session: &Session, query: &BatchQuery<'_>) -> Result<Outcomes, Failure> {
        let reply = session.send(write::batch(version(&session.account), query)).await?;
        write::outcomes(&reply, query, |id| id_of(query.table, id))
    }

    async fn convert(&self, session: &Session, query: &ConvertQuery<'_>) -> Result<Converted, Failure> {
        convert::convert(session, query).await
    }

    fn job_above(&self, spec: &ObjectSpec) -> Option<u64> {
        bulk::above(spec.object)
    }

    fn job_refuses(&self, query: &ExportQuery<'_>) -> Option<String> {
        bulk::refuses(query)
    }

    async fn count(&self, session: &Session, query: &ExportQuery<'_>) -> Result<Counted, Failure> {
        let reach = wire::Reach::of(query.deleted);
        let (request, _) = wire::reaching(reach, version(&session.account), &soql::count(query));
        let in_composite = request.operation == wire::COMPOSITE_QUERY;
        let reply = session.send(request).await?;
        let rows = wire::total_size(&reply.body, in_composite);
        let rows = rows.ok_or_else(|| Failure::new(FailureKind::BadResponse, "Salesforce's count cannot be read"))?;
        Ok(Counted { rows, clock: reply.provider_clock() })
    }

    async fn job_start(&self, session: &Session, query: &ExportQuery<'_>) -> Result<String, Failure> {
        let version = version(&session.account);
        let reply = session.send(bulk::create(version, wire::Reach::of(query.deleted), &soql::export(query))).await?;
        bulk::made(version, &reply)
    }

    async fn job_state(&self, session: &Session, job: &str) -> Result<JobState, Failure> {
        bulk::stands(&session.send(bulk::state(job)?).await?)
    }

    async fn job_page(
        &self,
        session: &Session,
        job: &str,
        from: Option<&str>,
        rows: usize,
    ) -> Result<JobPage, Failure> {
        Ok(bulk::page(session.send(bulk::results(job, from, rows)?).await?))
    }

    fn job_records(
        &self,
        schema: &ObjectSchema,
        page: &JobPage,
        at: usize,
        rows: usize,
        out: &mut Vec<u8>,
    ) -> Result<JobRecords, Failure> {
        bulk::records::read(schema, page, at, rows, out)
    }

    async fn job_drop(&self, session: &Session, job: &str, running: bool) -> Result<(), Failure> {
        if running {
            match session.send(bulk::abort(job)?).await {
                // It has ended meanwhile.
                Err(failure) if failure.kind == FailureKind::Conflict => {}
                ended => drop(ended?),
            }
        }
        session.send(bulk::delete(job)?).await.map(drop)
    }

    async fn describe(&self, session: &Session, spec: &ObjectSpec) -> Result<ObjectSchema, Failure> {
        let object = spec.table.provider_object;
        let path = format!("/services/data/v{}/sobjects/{object}/describe", version(&session.account));
        let reply = session.send(Request::get(wire::DESCRIBE, path)).await?;
        let reads = spec.table.rows.iter().flat_map(|row| row.reads()).copied();
        let lists: Vec<&'static str> = reads.filter(|path| objects::sub_query(object, path).is_some()).collect();
        let schema = described::described(&reply.body).map(|mut fields| {
            fields.extend(described::lists(object, &reply.body, &lists));
            if content_notes::are(spec.table) {
                fields.extend(content_notes::joined_fields());
            }
            ObjectSchema::new(object, fields)
        });
        // Without these two there is no paging; an answer that lacks them is no describe.
        let whole = |schema: &ObjectSchema| schema.has(spec.table.id) && schema.has(spec.table.modified);
        schema
            .filter(whole)
            .ok_or_else(|| Failure::new(FailureKind::BadResponse, "Salesforce's describe answer cannot be read"))
    }

    async fn objects(&self, session: &Session) -> Result<Vec<ObjectInfo>, Failure> {
        let path = format!("/services/data/v{}/sobjects", version(&session.account));
        let reply = session.send(Request::get(wire::DESCRIBE_GLOBAL, path)).await?;
        described::objects(&reply.body)
            .ok_or_else(|| Failure::new(FailureKind::BadResponse, "Salesforce's list of objects cannot be read"))
    }

    async fn describe_record(&self, session: &Session, name: &str) -> Result<(ObjectInfo, ObjectSchema), Failure> {
        let path = format!("/services/data/v{}/sobjects/{name}/describe", version(&session.account));
        let reply = session.send(Request::get(wire::DESCRIBE_RECORD, path)).await?;
        let read = described::described(&reply.body).zip(described::object(&reply.body));
        let (fields, info) =
            read.ok_or_else(|| Failure::new(FailureKind::BadResponse, "Salesforce's describe answer cannot be read"))?;
        let schema = ObjectSchema::new(info.name.as_str(), fields);
        Ok((info, schema))
    }

    async fn check(&self, session: &Session) -> Checkup {
        check::check(self, session).await
    }

    fn features(&self, described: &[&ObjectSchema]) -> Vec<FeatureState> {
        features::found(described)
    }

    fn feature_of(&self, path: &str) -> Option<Feature> {
        features::of_field(path)
    }

    fn record_url(&self, spec: &ObjectSpec, base: &str) -> (String, String) {
        if matches!(spec.object, Object::Pipeline | Object::Stage) {
            // Parts of the org's setup, whose pages have other addresses.
            return (String::new(), String::new());
        }
        (format!("{base}/lightning/r/{}/", spec.table.provider_object), "/view".to_owned())
    }

    fn raw_path(&self, account: &Account, path: &str) -> Option<Result<String, String>> {
        Some(raw::path(version(account), path))
    }

    fn raw_headers(&self) -> &'static [&'static str] {
        raw::HEADERS
    }

    fn plan(&self, account: &Account, request: &Request) -> CallPlan {
        failure::plan(account, request)
    }

    fn signals(&self, request: &Request, reply: &Reply) -> Signals {
        failure::signals(request, reply)
    }
}
