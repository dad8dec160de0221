//! The addresses, one file a resource.

pub(crate) mod api_keys;
pub(crate) mod associations;
pub(crate) mod calls;
mod connection_body;
mod connection_view;
pub(crate) mod connections;
pub(crate) mod consents;
pub(crate) mod convert;
mod docs;
pub(crate) mod exports;
pub(crate) mod field_mappings;
pub(crate) mod health;
mod metrics;
pub(crate) mod oauth_apps;
pub(crate) mod objects;
pub(crate) mod page_query;
pub(crate) mod passthrough;
pub(crate) mod providers;
pub(crate) mod records;
pub(crate) mod schema;
pub(crate) mod search;
pub(crate) mod tenants;
mod values;
pub(crate) mod writes;

use super::answer::Answer;
use super::problem::Refusal;
use super::resource::address;
use actix_web::web;
use heddle_engine::{Code, Problem};

pub(crate) use docs::Document;

/// Registers every address; `with_docs` and `with_metrics` say whether `/docs`
/// and `/metrics` are among them.
pub(crate) fn configure(config: &mut web::ServiceConfig, with_docs: bool, with_metrics: bool) {
    config
        .service(
            // Before the common objects, of which it would be one otherwise.
            web::scope("/v1/crm/objects")
                .service(address("").get(objects::list).build())
                .service(address("/{provider_object}").get(objects::records).post(objects::create).build())
                .service(address("/{provider_object}/schema").get(objects::schema).build())
                .service(address("/{provider_object}/search").post(objects::search).build())
                .service(
                    address("/{provider_object}/{id}")
                        .get(objects::fetch)
                        .patch(objects::update)
                        .delete(objects::delete)
                        .build(),
                ),
        )
        .service(
            // A scope, so that the object's part of an address is matched once.
            web::scope("/v1/crm/{object}")
                .service(address("").get(records::list).post(writes::create).build())
                .service(address("/schema").get(schema::fetch).build())
                .service(address("/upsert").post(writes::upsert).build())
                .service(address("/batch").post(writes::batch).build())
                .service(address("/search").post(search::search).build())
                .service(address("/exports").post(exports::start).build())
                .service(address("/{id}/associations/{other}").get(associations::list).build())
                .service(address("/{id}/convert").post(convert::convert).build())
                .service(address("/{id}").get(records::fetch).patch(writes::update).delete(writes::delete).build()),
        )
        .service(address("/v1/exports/{id}").get(exports::fetch).delete(exports::cancel).build())
        .service(address("/v1/exports/{id}/data").get(exports::data).build())
        .service(address("/v1/passthrough").post(passthrough::call).build())
        .service(address("/v1/providers").get(providers::list).build())
        .service(address("/v1/providers/{id}").get(providers::fetch).build())
        .service(address("/v1/tenants").get(tenants::list).post(tenants::create).build())
        .service(address("/v1/tenants/{id}").get(tenants::fetch).build())
        .service(address("/v1/tenants/{id}/field-mappings").get(field_mappings::of_tenant).build())
        .service(
            address("/v1/tenants/{id}/field-mappings/{provider}/{object}/{name}")
                .put(field_mappings::put_of_tenant)
                .delete(field_mappings::delete_of_tenant)
                .build(),
        )
        .service(address("/v1/connections").get(connections::list).post(connections::create).build())
        // Before the address of one connection, whose id it would be otherwise.
        .service(address("/v1/connections/authorize").post(consents::start).build())
        .service(
            address("/v1/connections/{id}")
                .get(connections::fetch)
                .patch(connections::update)
                .delete(connections::delete)
                .build(),
        )
        .service(address("/v1/connections/{id}/confirm").post(connections::confirm).build())
        .service(address("/v1/connections/{id}/test").post(connections::test).build())
        .service(address("/v1/connections/{id}/field-mappings").get(field_mappings::of_connection).build())
        .service(
            address("/v1/connections/{id}/field-mappings/{object}/{name}")
                .put(field_mappings::put_of_connection)
                .delete(field_mappings::delete_of_connection)
                .build(),
        )
        .service(address("/v1/oauth-apps").get(oauth_apps::list).post(oauth_apps::create).build())
        .service(
            address("/v1/oauth-apps/{id}")
                .get(oauth_apps::fetch)
                .patch(oauth_apps::update)
                .delete(oauth_apps::delete)
                .build(),
        )
        .service(address("/v1/oauth-apps/{id}/check").post(oauth_apps::check).build())
        .service(address("/oauth/callback/{provider}").get(consents::finish).build())
        .service(address("/v1/api-keys").get(api_keys::list).post(api_keys::create).build())
        .service(address("/v1/api-keys/{id}").delete(api_keys::delete).build())
        .service(address("/v1/calls").get(calls::list).build())
        .service(address("/v1/calls/{id}").get(calls::fetch).build())
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
    if with_metrics {
        config.service(address("/metrics").get(metrics::read).build());
    }
    config.default_service(web::to(nothing_here));
}

async fn nothing_here() -> Answer {
    Err(Refusal::from(Problem::new(Code::NotFound, "there is nothing at this address")))
}
