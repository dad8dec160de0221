//! Whether the server lives and can work; without a key, for load balancers.

use crate::http::answer::{self, Answer};
use crate::http::app::App;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub(crate) struct Health {
    /// `ok` or `not_ready`.
    #[schema(examples("ok"))]
    status: String,
    /// What is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
}

/// Is the server alive?
///
/// Looks at nothing but the server itself.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "get_health",
    tag = "server",
    responses((status = 200, description = "It is.", body = Health)),
    security(()),
)]
pub(crate) async fn alive() -> Answer {
    answer::json(StatusCode::OK, &Health { status: "ok".to_owned(), reason: None })
}

/// Can the server work?
///
/// Looks at what it needs, such as the database.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "get_readiness",
    tag = "server",
    responses(
        (status = 200, description = "It can.", body = Health),
        (status = 503, description = "It cannot; the reason says why.", body = Health),
    ),
    security(()),
)]
pub(crate) async fn ready(app: Data<App>) -> Answer {
    let asked = tokio::time::timeout(app.settings.ready_timeout, app.readiness.ready()).await;
    let reason = match asked {
        Ok(Ok(())) => return answer::json(StatusCode::OK, &Health { status: "ok".to_owned(), reason: None }),
        Ok(Err(reason)) => reason,
        Err(_) => "what the server needs does not answer in time".to_owned(),
    };
    let health = Health { status: "not_ready".to_owned(), reason: Some(reason) };
    answer::json(StatusCode::SERVICE_UNAVAILABLE, &health)
}
