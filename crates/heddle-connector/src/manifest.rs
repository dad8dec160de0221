//! What a connector declares about its provider: data only.

use heddle_gate::HostRule;
use heddle_mapping::{Op, Table};
use heddle_model::Object;
use std::time::Duration;

/// Whether a provider can be connected today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Connections can be made.
    Ready,
    /// Listed, but every use is refused.
    Planned,
}

/// What can be done with an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Read pages of records.
    List,
    /// Read one record by id.
    Fetch,
}

impl Operation {
    /// The word used in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Fetch => "fetch",
        }
    }
}

/// The OAuth client-credentials grant, as one provider speaks it.
#[derive(Debug, Clone, Copy)]
pub struct ClientCredentials {
    /// Path of the token endpoint on the login host.
    pub token_path: &'static str,
    /// Hosts that may be named as login host by the tenant.
    pub login_hosts: HostRule,
    /// Field of the token answer that holds the base URL of data calls.
    pub base_url_field: &'static str,
    /// Assumed life of a token when the answer names none.
    pub default_ttl: Duration,
}

/// A way to authorise a connection.
#[derive(Debug, Clone, Copy)]
pub enum AuthKind {
    /// Client id and secret of an app in the tenant's account.
    ClientCredentials(ClientCredentials),
}

impl AuthKind {
    /// The `kind` in a connection's `auth`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::ClientCredentials(_) => "client_credentials",
        }
    }
}

/// One object of a provider.
#[derive(Debug, Clone, Copy)]
pub struct ObjectSpec {
    /// The common object.
    pub object: Object,
    /// Its mapping table.
    pub table: &'static Table,
    /// What the connector can do with it.
    pub operations: &'static [Operation],
    /// Filter operators that the provider can evaluate.
    pub filter_ops: &'static [Op],
    /// Largest `limit` of one list call.
    pub max_page: usize,
    /// Objects that `expand` can join in the same call.
    pub expand: &'static [&'static str],
}

/// Everything the rest of the program knows about a provider.
#[derive(Debug, Clone, Copy)]
pub struct Manifest {
    /// Stable id: `salesforce`.
    pub id: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Usable or only planned.
    pub status: Status,
    /// Ways to authorise; the first is the default.
    pub auth: &'static [AuthKind],
    /// Hosts that may receive a token.
    pub hosts: HostRule,
    /// Objects and operations.
    pub objects: &'static [ObjectSpec],
    /// How late a committed record may become visible behind its own
    /// modification stamp; incremental reading stays this far behind.
    pub safety_lag: Duration,
    /// How a tenant connects it, in Markdown.
    pub guide: &'static str,
}

impl Manifest {
    /// The object's declaration, if the provider has it.
    pub fn object(&self, object: Object) -> Option<&'static ObjectSpec> {
        self.objects.iter().find(|o| o.object == object)
    }

    /// The way of authorising called `kind`.
    pub fn auth(&self, kind: &str) -> Option<&'static AuthKind> {
        self.auth.iter().find(|a| a.as_str() == kind)
    }
}
