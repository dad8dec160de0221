//! Salesforce: REST API over SOQL, keyset paging, one call a page.

mod check;
mod errors;
mod failure;
mod ids;
mod manifest;
pub mod objects;
mod soql;
mod wire;

use async_trait::async_trait;
use heddle_connector::model::Object;
use heddle_connector::{
    Account, CallPlan, Checkup, Connector, Failure, FailureKind, FetchQuery, ListQuery, Manifest, ObjectSchema,
    ObjectSpec, Page, Reply, Request, Session, Signals,
};

/// The connector.
pub struct Salesforce;

fn version(account: &Account) -> &str {
    account.api_version.as_deref().unwrap_or(wire::PINNED)
}

/// The three characters that ids of an object begin with.
fn key_prefix(object: Object) -> Option<&'static str> {
    (object == Object::Contact).then_some("003")
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
        let (request, envelope) =
            wire::record(version(&session.account), query.asked, table.provider_object, table.id, query.id);
        let reply = session.send(request).await?;
        Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope })
    }

    async fn describe(&self, session: &Session, spec: &ObjectSpec) -> Result<ObjectSchema, Failure> {
        let object = spec.table.provider_object;
        let path = format!("/services/data/v{}/sobjects/{object}/describe", version(&session.account));
        let reply = session.send(Request::get(wire::DESCRIBE, path)).await?;
        let schema = wire::described(&reply.body).map(|fields| ObjectSchema::new(object, fields));
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
