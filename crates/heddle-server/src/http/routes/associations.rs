//! What belongs to a record: `/v1/crm/{object}/{id}/associations/{other}`.

use super::page_query::MAX_PAGE;
use super::records::object;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::openapi::responses::RecordProblems;
use crate::http::openapi::{PageParameters, TargetHeaders};
use crate::http::wire::{Association, AssociationPage};
use actix_web::http::StatusCode;
use heddle_engine::AssociationRequest;

/// List what belongs to a contact
///
/// One page of the records of another object that a contact is associated with:
/// its account, the deals it has a part in, the tasks and notes about it. The
/// catalogue of providers says which there are; any other is refused with their
/// list. One call a page.
#[utoipa::path(
    get,
    path = "/v1/crm/contacts/{id}/associations/{other}",
    operation_id = "list_contact_associations",
    tag = "contacts",
    params(
        ("id" = String, Path, description = "The provider's id of the record.", max_length = 255),
        (
            "other" = String,
            Path,
            description = "The object of the records that belong to it, as in addresses: `deals`.",
            max_length = 255,
        ),
        PageParameters,
        TargetHeaders,
    ),
    responses((status = 200, description = "A page of associations.", body = AssociationPage), RecordProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    let object = object(&call)?;
    let mut query = call.query()?;
    let request = AssociationRequest {
        object,
        id: call.segment("id")?,
        other: call.segment("other")?,
        limit: query.count("limit", MAX_PAGE, "a whole number: 1 to 200")?,
        cursor: query.text("cursor")?,
    };
    query.finish(&["limit", "cursor"])?;
    let target = call.target()?;
    let answer = call.engine().associations(&call.caller, &target, &request).await?;
    let data = answer.data.into_iter().map(|one| Association {
        id: one.id,
        object: one.object.singular().to_owned(),
        role: one.role,
        is_primary: one.is_primary,
    });
    let page = AssociationPage { data: data.collect(), next_cursor: answer.next_cursor };
    answer::json_with_cost(StatusCode::OK, &page, &answer.cost)
}
