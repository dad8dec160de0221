//! Raw calls: `/v1/passthrough`.

use crate::http::answer::Answer;
use crate::http::body;
use crate::http::call::Call;
use crate::http::openapi::responses::PassthroughProblems;
use crate::http::openapi::{KeyHeader, TargetHeaders};
use crate::http::passthrough;
use crate::http::problem::Refusal;
use crate::http::wire::{PassthroughAnswer, PassthroughRequest};
use crate::http::write_query;
use actix_web::web::Payload;

/// Call the provider
///
/// Sends a call of the client's own to the connected account, for what the
/// common models do not have: inside the provider's API, with the connection's
/// login, through the same limits, and with an entry in the call log. What the
/// provider answers is in the answer as it is, its own errors too, and the
/// status of this answer is 200; a problem says why there is no answer of the
/// provider, or none that this call could do anything about: a limit, a login,
/// a host that is down. A `GET` is repeated like any read. Any other method is
/// never repeated when it may have been carried out; with an `Idempotency-Key`
/// the client can safely ask again.
#[utoipa::path(
    post,
    path = "/v1/passthrough",
    operation_id = "call_provider",
    tag = "passthrough",
    params(KeyHeader, TargetHeaders),
    request_body(
        content = PassthroughRequest,
        description = "The call.",
        example = json!({"method": "GET", "path": "/query", "query": {"q": "SELECT Id, Name FROM Campaign LIMIT 5"}}),
    ),
    responses(
        (
            status = 200,
            description = "The provider answered.",
            body = PassthroughAnswer,
            headers(
                ("X-Provider-Calls" = u32, description = "Requests sent to the provider for this answer."),
                ("X-Provider-RateLimit-Limit" = u64, description = "The account's allowance of calls, where known."),
                ("X-Provider-RateLimit-Remaining" = u64, description = "What is left of it."),
                ("Idempotency-Replayed" = bool, description = "Present when this is the stored answer of an earlier request."),
            ),
        ),
        PassthroughProblems,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn call(call: Call, payload: Payload) -> Answer {
    call.no_query()?;
    let key = write_query::idempotency_key(call.headers())?;
    let target = call.target()?;
    let request: PassthroughRequest = body::read(&call, payload).await?;
    let request = passthrough::read(request, key)?;
    let answer = call.shared_engine().call_raw(&call.caller, &target, request).await.map_err(Refusal::from)?;
    passthrough::answer(answer)
}
