//! The OpenAPI 3.1 document, made from the routes and the wire types.

mod error_docs;
mod objects;
mod parameters;
pub(crate) mod responses;
mod state_docs;

pub use error_docs::errors_markdown;
pub(crate) use error_docs::errors_page;
pub(crate) use parameters::{
    CallParameters, CheckpointParameter, ConnectionParameters, ExportParameters, FetchParameters, KeyHeader,
    ListParameters, OAuthAppParameters, PageParameters, TargetHeaders, WriteParameters,
};
pub use state_docs::connections_markdown;

use super::{routes, wire};
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{LicenseBuilder, OpenApi as Document, RefOr, Schema};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Heddle",
        description = "One REST API over many CRMs: live reads in one common form, through one gate that keeps \
                       every provider's limits.",
    ),
    paths(
        routes::records::list,
        routes::records::fetch,
        routes::search::search,
        routes::associations::list,
        routes::schema::fetch,
        routes::objects::list,
        routes::objects::records,
        routes::objects::search,
        routes::objects::schema,
        routes::objects::fetch,
        routes::objects::create,
        routes::objects::update,
        routes::objects::delete,
        routes::writes::create,
        routes::writes::update,
        routes::writes::delete,
        routes::writes::upsert,
        routes::writes::batch,
        routes::convert::convert,
        routes::exports::start,
        routes::exports::fetch,
        routes::exports::cancel,
        routes::exports::data,
        routes::passthrough::call,
        routes::providers::list,
        routes::providers::fetch,
        routes::tenants::list,
        routes::tenants::create,
        routes::tenants::fetch,
        routes::connections::list,
        routes::connections::create,
        routes::consents::start,
        routes::connections::fetch,
        routes::connections::update,
        routes::connections::delete,
        routes::connections::confirm,
        routes::connections::test,
        routes::field_mappings::of_tenant,
        routes::field_mappings::put_of_tenant,
        routes::field_mappings::delete_of_tenant,
        routes::field_mappings::of_connection,
        routes::field_mappings::put_of_connection,
        routes::field_mappings::delete_of_connection,
        routes::oauth_apps::list,
        routes::oauth_apps::create,
        routes::oauth_apps::fetch,
        routes::oauth_apps::update,
        routes::oauth_apps::delete,
        routes::oauth_apps::check,
        routes::api_keys::list,
        routes::api_keys::create,
        routes::api_keys::delete,
        routes::calls::list,
        routes::calls::fetch,
        routes::health::alive,
        routes::health::ready,
    ),
    components(schemas(
        wire::Problem,
        wire::AccountPage,
        wire::AccountRecord,
        wire::AccountWritten,
        heddle_model::Account,
        wire::LeadPage,
        wire::LeadRecord,
        wire::LeadWritten,
        heddle_model::Lead,
        wire::DealPage,
        wire::DealRecord,
        wire::DealWritten,
        heddle_model::Deal,
        wire::PipelinePage,
        wire::PipelineRecord,
        heddle_model::Pipeline,
        wire::StagePage,
        wire::StageRecord,
        heddle_model::Stage,
        wire::UserPage,
        wire::UserRecord,
        heddle_model::User,
        wire::TaskPage,
        wire::TaskRecord,
        wire::TaskWritten,
        heddle_model::Task,
        wire::CallPage,
        wire::CallRecord,
        wire::CallWritten,
        heddle_model::Call,
        wire::MeetingPage,
        wire::MeetingRecord,
        wire::MeetingWritten,
        heddle_model::Meeting,
        wire::EmailPage,
        wire::EmailRecord,
        wire::EmailWritten,
        heddle_model::Email,
        wire::NotePage,
        wire::NoteRecord,
        wire::NoteWritten,
        heddle_model::Note,
    )),
    tags(
        (name = "contacts", description = "People in a tenant's CRM."),
        (name = "accounts", description = "Companies in a tenant's CRM."),
        (name = "leads", description = "People and companies that are not qualified yet."),
        (name = "deals", description = "Possible sales, with the people who have a part in them."),
        (name = "pipelines", description = "The sequences of stages that deals go through; only read."),
        (name = "stages", description = "The steps of pipelines; only read."),
        (name = "users", description = "Those who work in a tenant's CRM; only read."),
        (name = "tasks", description = "Things to do in a tenant's CRM."),
        (name = "calls", description = "Telephone calls in a tenant's CRM."),
        (name = "meetings", description = "Events in the calendars of a tenant's CRM."),
        (name = "emails", description = "E-mail messages in a tenant's CRM."),
        (name = "notes", description = "Notes in a tenant's CRM."),
        (name = "objects", description = "Custom objects, and every other object of a tenant's CRM."),
        (name = "exports", description = "Large reads of a tenant's CRM."),
        (name = "passthrough", description = "Calls of the client's own to a tenant's CRM."),
        (name = "providers", description = "The CRMs that this server knows."),
        (name = "tenants", description = "The operator's customers."),
        (name = "connections", description = "Tenants' authorised accounts at providers."),
        (name = "field-mappings", description = "Fields of a tenant's CRM under the operator's own names."),
        (name = "oauth-apps", description = "The operator's apps at providers, which tenants' people consent to."),
        (name = "api-keys", description = "Keys to this API."),
        (name = "provider-calls", description = "What was sent to providers."),
        (name = "server", description = "The server itself."),
    ),
    modifiers(&Finish),
)]
struct Api;

/// What attributes cannot say.
struct Finish;

impl Modify for Finish {
    fn modify(&self, document: &mut Document) {
        let mut license = LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).build();
        license.identifier = Some(env!("CARGO_PKG_LICENSE").to_owned());
        document.info.license = Some(license);
        document.info.contact = None;
        objects::add(document);
        for item in document.paths.paths.values_mut() {
            for operation in
                [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
            {
                for response in operation.responses.responses.values_mut() {
                    if let RefOr::T(response) = response {
                        let about =
                            "The request's id, as in the server's log: the client's own, if it sent a sound one.";
                        let header = responses::header(Type::String, about);
                        response.headers.insert("Request-Id".to_owned(), RefOr::T(header));
                    }
                }
            }
        }
        if let Some(components) = &mut document.components {
            let mut bearer = Http::new(HttpAuthScheme::Bearer);
            bearer.description = Some("An API key of this server: `hdl_...`.".to_owned());
            components.add_security_scheme("api_key", SecurityScheme::Http(bearer));
            if let Some(RefOr::T(Schema::Object(problem))) = components.schemas.get_mut("Problem")
                && let Some(RefOr::T(Schema::Object(code))) = problem.properties.get_mut("code")
            {
                // Described and not an enum: clients must bear new codes.
                code.description = Some(format!("The stable code.\n\n{}", error_docs::table()));
            }
        }
    }
}

/// The OpenAPI document of this version.
pub fn openapi() -> Document {
    Api::openapi()
}

/// The document as stable, indented JSON that ends in a newline.
pub fn openapi_json() -> String {
    let mut text = match openapi().to_pretty_json() {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, "the OpenAPI document could not be written");
            String::from("{}")
        }
    };
    text.push('\n');
    text
}
