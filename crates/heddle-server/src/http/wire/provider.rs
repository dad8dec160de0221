//! The catalogue of providers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A CRM that this server knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Provider {
    /// Its stable id.
    #[schema(examples("salesforce"))]
    pub id: String,
    /// Its name.
    #[schema(examples("Salesforce"))]
    pub title: String,
    /// `ready`, or `planned`: listed, but every use is refused.
    #[schema(examples("ready"))]
    pub status: String,
    /// Ways to authorise a connection; the first is the default.
    pub auth: Vec<ProviderAuth>,
    /// What can be done with which object.
    pub objects: Vec<ProviderObject>,
}

/// A CRM with its guide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderDetail {
    /// The entry of the catalogue.
    pub provider: Provider,
    /// How a tenant connects it, in Markdown.
    pub guide: String,
}

/// A way to authorise a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderAuth {
    /// What to send as `auth.kind`.
    #[schema(examples("client_credentials"))]
    pub kind: String,
}

/// What a provider can do with an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderObject {
    /// The common object, as in addresses.
    #[schema(examples("contacts"))]
    pub object: String,
    /// The provider's own name of it.
    #[schema(examples("Contact"))]
    pub provider_object: String,
    /// `list`, `fetch`.
    pub operations: Vec<String>,
    /// Operators that filters may use.
    pub filter_operators: Vec<String>,
    /// Largest `limit` of a list.
    #[schema(examples(2000))]
    pub max_limit: u32,
    /// Whether `include_deleted` can show deleted records.
    pub include_deleted: bool,
    /// What `expand` can join.
    pub expand: Vec<String>,
    /// The objects whose records can belong to one of these:
    /// `/v1/crm/{object}/{id}/associations/{other}`.
    pub associations: Vec<String>,
}

/// The whole catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProviderList {
    /// Every provider, those that are ready first.
    pub data: Vec<Provider>,
}
