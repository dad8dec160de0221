//! Searches of common records: `/v1/crm/{object}/search`.

use super::records::object;
use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::openapi::TargetHeaders;
use crate::http::openapi::responses::SearchProblems;
use crate::http::wire::{ContactPage, SearchRequest};
use crate::http::{body, search_body};
use actix_web::web::Payload;

/// Search contacts
///
/// One page of the contacts that fulfil a tree of conditions: groups of `and`,
/// `or` and `not` around comparisons, at most 20 comparisons and 5 groups deep.
/// Every field and operator that a list's `filter` takes; what the provider
/// cannot do is refused with the place in the body, before anything is sent. In
/// the order by id, or as `sort` says. One call a page.
///
/// A record without a value fulfils no comparison but `ne` and `is_null`, and
/// `not` is the exact opposite: `{"not": [{"field": "birthday", "op": "gt",
/// "value": "1980-01-01"}]}` finds those without a birthday too.
#[utoipa::path(
    post,
    path = "/v1/crm/contacts/search",
    operation_id = "search_contacts",
    tag = "contacts",
    params(TargetHeaders),
    request_body(
        content = SearchRequest,
        description = "The search; with nothing but a cursor the next page of the one that it came from.",
        example = json!({
            "filter": {"and": [
                {"field": "last_name", "op": "starts_with", "value": "N"},
                {"not": [{"field": "email_addresses.email", "op": "is_null", "value": true}]},
            ]},
            "sort": "-updated_at",
            "limit": 100,
        }),
    ),
    responses(
        (
            status = 200,
            description = "A page of contacts.",
            body = ContactPage,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
            ),
        ),
        SearchProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn search(call: Call, payload: Payload) -> Answer {
    let object = object(&call)?;
    call.no_query()?;
    let target = call.target()?;
    let request = search_body::read(object, body::read::<SearchRequest>(&call, payload).await?)?;
    answer::page(call.engine().search_records(&call.caller, &target, &request).await?)
}
