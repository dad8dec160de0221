//! What an object is on a connection: `/v1/crm/{object}/schema`.

use super::records::object;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::openapi::TargetHeaders;
use crate::http::openapi::responses::SchemaProblems;
use crate::http::wire::{FieldOption, FieldSlot, MissingField, ObjectField, ObjectFields, ObjectSchema};
use actix_web::http::StatusCode;
use heddle_engine::{Cost, FieldView, SchemaAnswer, SlotView};

/// Get the schema of contacts
///
/// The fields of contacts as this connection has them, custom ones too: what
/// can be written, what must be, the provider's words, and why a field cannot
/// be had. As found by the last test of the connection, without a call.
#[utoipa::path(
    get,
    path = "/v1/crm/contacts/schema",
    operation_id = "get_contact_schema",
    tag = "contacts",
    params(TargetHeaders),
    responses((status = 200, description = "The fields.", body = ObjectSchema), SchemaProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    let object = object(&call)?;
    call.no_query()?;
    let schema = call.engine().object_schema(&call.caller, &call.target()?, object).await?;
    answer::json_with_cost(StatusCode::OK, &ObjectSchema { data: shown(object.plural(), schema) }, &Cost::default())
}

/// An object's fields as the answer shows them.
pub(super) fn shown(object: &str, schema: SchemaAnswer) -> ObjectFields {
    ObjectFields {
        object: object.to_owned(),
        provider_object: schema.provider_object.to_owned(),
        operations: schema.operations.iter().map(|operation| operation.as_str().to_owned()).collect(),
        fields: schema.fields.into_iter().map(field).collect(),
        missing: schema.missing.into_iter().map(lacking).collect(),
        upsert_keys: schema.upsert_keys,
        filterable: schema.filterable,
        sortable: schema.sortable,
    }
}

fn lacking(missing: heddle_engine::MissingField) -> MissingField {
    MissingField {
        field: missing.field,
        reason: missing.reason.as_str().to_owned(),
        feature: missing.reason.feature().map(str::to_owned),
        detail: missing.reason.detail(),
        provider_field: missing.provider_field,
    }
}

fn field(view: FieldView) -> ObjectField {
    let any = |flag: fn(&SlotView) -> bool| view.slots.iter().any(flag);
    ObjectField {
        kind: view.kind.to_owned(),
        createable: any(|slot| slot.createable),
        updateable: any(|slot| slot.updateable),
        required: any(|slot| slot.required),
        words: view.words.iter().map(|word| (*word).to_owned()).collect(),
        name: view.name,
        description: view.about,
        unavailable: view.unavailable,
        slots: view.slots.into_iter().map(slot).collect(),
    }
}

fn slot(view: SlotView) -> FieldSlot {
    FieldSlot {
        r#type: view.item.map(str::to_owned),
        part: view.part.map(str::to_owned),
        provider_field: view.provider_field,
        label: view.label,
        provider_type: view.provider_type,
        required: view.required,
        createable: view.createable,
        updateable: view.updateable,
        max_length: view.max_length,
        options: view
            .options
            .into_iter()
            .map(|option| FieldOption { value: option.value, label: option.label, default: option.default })
            .collect(),
        restricted: view.restricted,
        unique: view.unique,
        mapped_to: view.mapped_to,
        references: view.references,
        unavailable: view.unavailable,
    }
}
