//! Converting leads: `/v1/crm/leads/{id}/convert`.

use super::writes::write;
use crate::http::answer::Answer;
use crate::http::call::Call;
use crate::http::openapi::responses::WriteProblems;
use crate::http::openapi::{KeyHeader, TargetHeaders, WriteParameters};
use crate::http::wire::{ConvertRequest, LeadConverted};
use actix_web::web::Payload;
use heddle_engine::Change;

/// Convert a lead
///
/// Makes an account, a contact and a deal of a lead, or adds it to those that
/// are named. One call to Salesforce with `status`, two without: the first
/// looks for the account's status of converted leads. A lead that is converted
/// already is `conflict`; its `converted_*` fields say what it became. A
/// conversion is never repeated: when nobody knows whether it was carried out
/// the answer is `outcome_unknown`, and the lead itself tells. `return=record`
/// is not possible here.
#[utoipa::path(
    post,
    path = "/v1/crm/leads/{id}/convert",
    operation_id = "convert_lead",
    tag = "leads",
    params(
        ("id" = String, Path, description = "The provider's id of the lead.", max_length = 255),
        WriteParameters,
        KeyHeader,
        TargetHeaders,
    ),
    request_body(
        content = ConvertRequest,
        description = "How it is converted; `{}` takes the defaults.",
        example = json!({"create_deal": true, "deal_name": "200 seats"}),
    ),
    responses(
        (
            status = 200,
            description = "The lead is converted; with `dry_run`: what would be sent.",
            body = LeadConverted,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        WriteProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn convert(call: Call, payload: Payload) -> Answer {
    let id = call.segment("id")?;
    write(&call, |body| Change::Convert { id, body }, Some((payload, false))).await
}
