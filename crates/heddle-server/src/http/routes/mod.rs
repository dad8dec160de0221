//! The addresses, one file a resource.

pub(crate) mod api_keys;
pub(crate) mod connections;
mod docs;
pub(crate) mod health;
pub(crate) mod page_query;
pub(crate) mod providers;
pub(crate) mod records;
pub(crate) mod tenants;
mod values;

use super::answer::Answer;
use super::problem::Refusal;
use super::resource::address;
use actix_web::web;
use heddle_engine::{Code, Problem};

pub(crate) use docs::Document;

/// Registers every address; `docs` says whether `/docs` is one.
pub(crate) fn configure(config: &mut web::ServiceConfig, with_docs: bool) {
    config
        .service(address("/v1/crm/{object}").get(records::list).build())
        .service(address("/v1/crm/{object}/{id}").get(records::fetch).build())
        .service(address("/v1/providers").get(providers::list).build())
        .service(address("/v1/providers/{id}").get(providers::fetch).build())
        .service(address("/v1/tenants").get(tenants::list).post(tenants::create).build())
        .service(address("/v1/tenants/{id}").get(tenants::fetch).build())
        .service(address("/v1/connections").get(connections::list).post(connections::create).build())
        .service(address("/v1/connections/{id}").get(connections::fetch).delete(connections::delete).build())
        .service(address("/v1/connections/{id}/test").post(connections::test).build())
        .service(address("/v1/api-keys").get(api_keys::list).post(api_keys::create).build())
        .service(address("/v1/api-keys/{id}").delete(api_keys::delete).build())
        .service(address("/healthz").get(health::alive).build())
        .service(address("/readyz").get(health::ready).build())
        .service(address("/openapi.json").get(docs::openapi).build())
        .service(address("/docs/errors").get(docs::errors).build());
    if with_docs {
        config
            .service(address("/").get(docs::root).build())
            .service(address("/docs").get(docs::redirect).build())
            .service(address("/docs/{file:.*}").get(docs::file).build());
    }
    config.default_service(web::to(nothing_here));
}

async fn nothing_here() -> Answer {
    Err(Refusal::from(Problem::new(Code::NotFound, "there is nothing at this address")))
}
