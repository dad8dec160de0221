//! Salesforce: REST API over SOQL, keyset paging, one call a page.

mod check;
mod described;
mod error_body;
mod errors;
mod failure;
mod ids;
mod manifest;
pub mod objects;
mod soql;
mod wire;
mod write;

use async_trait::async_trait;
use heddle_connector::mapping::Table;
use heddle_connector::model::Object;
use heddle_connector::{
    Account, BatchQuery, CallPlan, Checkup, Connector, CreateQuery, Failure, FailureKind, FetchQuery, ListQuery,
    Manifest, ObjectSchema, ObjectSpec, Outcomes, Page, Reply, Request, Session, Signals, UpdateQuery, UpsertQuery,
    Written,
};

/// The connector.
pub struct Salesforce;

fn version(account: &Account) -> &str {
    account.api_version.as_deref().unwrap_or(wire::PINNED)
}

/// The three characters that ids of an object begin with.
const fn key_prefix(object: Object) -> Option<&'static str> {
    match object {
        Object::Contact => Some("003"),
        Object::Account => Some("001"),
        _ => None,
    }
}

/// An id that an answer names, in its one form.
fn id_of(table: &Table, text: &str) -> Option<String> {
    ids::to_18_of(key_prefix(table.object)?, text)
}

#[async_trait]
impl Connector for Salesforce {
    fn manifest(&self) -> &'static Manifest {
        &manifest::MANIFEST
    }

    fn id(&self, spec: &ObjectSpec, text: &str) -> Option<String> {
        ids::to_18_of(key_prefix(spec.object)?, text)
    }

    async fn list(&self, session: &Session, query: &ListQuery<'_>) -> Result<Page, Failure> {
        let (request, envelope) = wire::query(version(&session.account), &soql::list(query));
        let reply = session.send(request).await?;
        Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope })
    }

    async fn fetch(&self, session: &Session, query: &FetchQuery<'_>) -> Result<Page, Failure> {
        let table = query.table;
        // By query and not by row resource: only a query reaches the account's name in the same call.
        let (request, envelope) = wire::record(version(&session.account), query, table.provider_object, table.id);
        let reply = session.send(request).await?;
        Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope })
    }

    async fn create(&self, session: &Session, query: &CreateQuery<'_>) -> Result<Written, Failure> {
        let reply = session.send(write::create(version(&session.account), query)).await?;
        write::written(&reply, |id| id_of(query.table, id))
    }

    async fn update(&self, session: &Session, query: &UpdateQuery<'_>) -> Result<(), Failure> {
        let Some(request) = write::update(version(&session.account), query) else {
            let why = "the version is none that this CRM gives out; send the ETag of the record as it was read";
            return Err(Failure::new(FailureKind::PreconditionFailed, why));
        };
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

    async fn describe(&self, session: &Session, spec: &ObjectSpec) -> Result<ObjectSchema, Failure> {
        let object = spec.table.provider_object;
        let path = format!("/services/data/v{}/sobjects/{object}/describe", version(&session.account));
        let reply = session.send(Request::get(wire::DESCRIBE, path)).await?;
        let schema = described::described(&reply.body).map(|fields| ObjectSchema::new(object, fields));
        // Without these two there is no paging; an answer that lacks them is no describe.
        let whole = |schema: &ObjectSchema| schema.has(spec.table.id) && schema.has(spec.table.modified);
        schema
            .filter(whole)
            .ok_or_else(|| Failure::new(FailureKind::BadResponse, "Salesforce's describe answer cannot be read"))
    }

    async fn check(&self, session: &Session) -> Checkup {
        check::check(self, session).await
    }

    fn record_url(&self, spec: &ObjectSpec, base: &str) -> (String, String) {
        (format!("{base}/lightning/r/{}/", spec.table.provider_object), "/view".to_owned())
    }

    fn plan(&self, account: &Account, request: &Request) -> CallPlan {
        failure::plan(account, request)
    }

    fn signals(&self, request: &Request, reply: &Reply) -> Signals {
        failure::signals(request, reply)
    }
}
