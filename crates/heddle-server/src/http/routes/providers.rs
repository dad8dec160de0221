//! The catalogue: `/v1/providers`, made from the manifests.

use crate::http::answer::{self, Answer};
use crate::http::call::Call;
use crate::http::openapi::responses::{CatalogueProblems, FetchProblems};
use crate::http::wire::{Provider, ProviderAuth, ProviderDetail, ProviderList, ProviderObject};
use actix_web::http::StatusCode;
use heddle_connector::{Manifest, ObjectSpec, Status};
use heddle_engine::Problem;

/// What every provider answers in one list, in more calls where its own page
/// is smaller.
const COMMON_LIMIT: usize = 200;

/// List providers
///
/// Every CRM that this server knows, with what can be done with it.
#[utoipa::path(
    get,
    path = "/v1/providers",
    operation_id = "list_providers",
    tag = "providers",
    responses((status = 200, description = "The catalogue.", body = ProviderList), CatalogueProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn list(call: Call) -> Answer {
    call.no_query()?;
    let all = call.engine().registry().all();
    let mut data: Vec<_> = all.iter().map(|connector| view(connector.manifest())).collect();
    data.sort_by_key(|provider| provider.status != "ready");
    answer::json(StatusCode::OK, &ProviderList { data })
}

/// Get a provider
///
/// One CRM, and how a tenant connects it.
#[utoipa::path(
    get,
    path = "/v1/providers/{id}",
    operation_id = "get_provider",
    tag = "providers",
    params(("id" = String, Path, description = "The provider's id.", max_length = 255, example = "salesforce")),
    responses((status = 200, description = "The provider.", body = ProviderDetail), FetchProblems),
    security(("api_key" = [])),
)]
pub(crate) async fn fetch(call: Call) -> Answer {
    call.no_query()?;
    let id = call.segment("id")?;
    let connector = call.engine().registry().get(&id).ok_or_else(|| Problem::not_found("provider"))?;
    let manifest = connector.manifest();
    let detail = ProviderDetail { provider: view(manifest), guide: manifest.guide.to_owned() };
    answer::json(StatusCode::OK, &detail)
}

fn view(manifest: &Manifest) -> Provider {
    let status = match manifest.status {
        Status::Ready => "ready",
        Status::Planned => "planned",
    };
    Provider {
        id: manifest.id.to_owned(),
        title: manifest.title.to_owned(),
        status: status.to_owned(),
        auth: manifest.auth.iter().map(|auth| ProviderAuth { kind: auth.as_str().to_owned() }).collect(),
        objects: manifest.objects.iter().map(|spec| object(manifest, spec)).collect(),
    }
}

fn object(manifest: &Manifest, spec: &ObjectSpec) -> ProviderObject {
    let max = spec.max_page.max(COMMON_LIMIT);
    ProviderObject {
        object: spec.object.plural().to_owned(),
        provider_object: spec.table.provider_object.to_owned(),
        operations: spec.operations.iter().map(|operation| operation.as_str().to_owned()).collect(),
        filter_operators: spec.filter_ops.iter().map(|op| op.as_str().to_owned()).collect(),
        max_limit: u32::try_from(max).unwrap_or(u32::MAX),
        associations: manifest.associated(spec).into_iter().map(|object| object.plural().to_owned()).collect(),
        include_deleted: spec.deleted,
        expand: spec.expand.iter().map(|&name| name.to_owned()).collect(),
    }
}
