//! Parameters as the document shows them, from the same table as the parser.

use crate::http::list_query::{FETCH, Form, LIST, Parameter as Row, SHAPE, is_asked};
use crate::http::target;
use crate::http::write_query::{IDEMPOTENCY_KEY, WRITE};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type,
};
use utoipa::openapi::{Object, Required};

/// Parameters of a list of records.
pub(crate) struct ListParameters;
/// Parameters of an export.
pub(crate) struct ExportParameters;
/// Where to go on in an export's data.
pub(crate) struct CheckpointParameter;
/// Parameters of one record.
pub(crate) struct FetchParameters;
/// Parameters of a list of the server's own resources.
pub(crate) struct PageParameters;
/// Filters of the list of connections.
pub(crate) struct ConnectionParameters;
/// Filters of the list of OAuth apps.
pub(crate) struct OAuthAppParameters;
/// Parameters of a write of one record.
pub(crate) struct WriteParameters;
/// Filters of the list of provider calls.
pub(crate) struct CallParameters;
/// Headers that name the connection.
pub(crate) struct TargetHeaders;
/// The header that names a write, so that it is carried out once.
pub(crate) struct KeyHeader;

impl IntoParams for ListParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        LIST.iter().chain(SHAPE).map(query).collect()
    }
}

impl IntoParams for ExportParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        LIST.iter().filter(|row| is_asked(row)).chain(SHAPE).map(query).collect()
    }
}

impl IntoParams for CheckpointParameter {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`after` of the last checkpoint that came: the data goes on behind it.";
        vec![named("after", ParameterIn::Query, about).schema(Some(text(4_096))).build()]
    }
}

impl IntoParams for FetchParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        SHAPE.iter().chain(FETCH).map(query).collect()
    }
}

impl IntoParams for PageParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = whole_number().maximum(Some(200)).build();
        vec![
            named("limit", ParameterIn::Query, "Entries a page; 50 when it is left out.").schema(Some(limit)).build(),
            named("cursor", ParameterIn::Query, "`next_cursor` of the page before.").schema(Some(text(1_024))).build(),
        ]
    }
}

impl IntoParams for ConnectionParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let one = |name, about| named(name, ParameterIn::Query, about).schema(Some(text(255))).build();
        vec![
            one("tenant_id", "Only this tenant's connections: our `ten_` id or the operator's `external_id`."),
            one("provider", "Only connections to this provider; an id that the catalogue does not have is refused."),
        ]
    }
}

impl IntoParams for OAuthAppParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Only apps at this provider; an id that the catalogue does not have is refused.";
        vec![named("provider", ParameterIn::Query, about).schema(Some(text(255))).build()]
    }
}

impl IntoParams for WriteParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        WRITE.iter().map(query).collect()
    }
}

impl IntoParams for KeyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "Any text of the client's own that names this write, such as a UUID. Sent again with the same \
                     key within 24 hours, the same request is answered with the first answer and not carried out \
                     again; another request with the key is refused.";
        vec![named(IDEMPOTENCY_KEY, ParameterIn::Header, about).schema(Some(text(255))).build()]
    }
}

impl IntoParams for CallParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let one = |name, about| named(name, ParameterIn::Query, about).schema(Some(text(255))).build();
        let time = |name, about| {
            let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
            let schema = ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build();
            named(name, ParameterIn::Query, about).schema(Some(schema)).build()
        };
        let flag = ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into())).build();
        vec![
            one("connection_id", "Only calls of this connection, which may be gone by now."),
            one("tenant_id", "Only this tenant's calls: our `ten_` id or the operator's `external_id`."),
            one("provider", "Only calls to this provider; an id that the catalogue does not have is refused."),
            one("request_id", "Only calls that this API request caused: the `Request-Id` of its answer."),
            named("failed", ParameterIn::Query, "Only calls that failed in the end.").schema(Some(flag)).build(),
            time("since", "Only calls that began at this time or later, to the millisecond."),
            time("until", "Only calls that began before this time, to the millisecond."),
        ]
    }
}

impl IntoParams for TargetHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let one = |name, about| named(name, ParameterIn::Header, about).schema(Some(text(255))).build();
        vec![
            one(target::CONNECTION, "The connection to use. Send this, or `X-Tenant-Id`; not both."),
            one(target::TENANT, "The tenant whose connection to use: our `ten_` id or the operator's `external_id`."),
            one(target::PROVIDER, "With `X-Tenant-Id`: the provider, where the tenant has several connections."),
        ]
    }
}

fn named(name: &str, place: ParameterIn, about: &str) -> ParameterBuilder {
    ParameterBuilder::new().name(name).parameter_in(place).required(Required::False).description(Some(about))
}

fn query(row: &Row) -> Parameter {
    let builder = named(row.name, ParameterIn::Query, row.about);
    match row.form {
        Form::Count => builder.schema(Some(whole_number().maximum(Some(2_000)).build())),
        Form::Text => builder.schema(Some(text(1_024))),
        Form::Time => {
            let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
            builder.schema(Some(ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build()))
        }
        Form::Flag => {
            let flag = ObjectBuilder::new().schema_type(Type::Boolean).default(Some(false.into()));
            builder.schema(Some(flag.build()))
        }
        Form::Names => {
            let list = ArrayBuilder::new().items(text(255)).min_items(Some(1)).max_items(Some(100));
            builder.style(Some(ParameterStyle::Form)).explode(Some(false)).schema(Some(list.build()))
        }
        Form::Filter => builder
            .style(Some(ParameterStyle::DeepObject))
            .explode(Some(true))
            .schema(Some(any_members()))
            .example(Some(serde_json::json!({"email_addresses.email": "person@example.com"}))),
    }
    .build()
}

fn whole_number() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int32);
    ObjectBuilder::new().schema_type(Type::Integer).format(Some(format)).minimum(Some(1))
}

fn text(max: usize) -> Object {
    ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(max)).build()
}

/// An object whose members have any name and any value: one is a text, or an
/// object of operators. A union would break generated clients.
fn any_members() -> Schema {
    let any = AdditionalProperties::FreeForm(true);
    Schema::Object(ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(any)).build())
}
