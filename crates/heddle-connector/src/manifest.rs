//! What a connector declares about its provider: data only.

use crate::{Fixed, Junction};
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
    /// Read pages of the records that fulfil a tree of conditions.
    Search,
    /// Read one record by id.
    Fetch,
    /// Make a record.
    Create,
    /// Change a record by id.
    Update,
    /// Remove a record by id.
    Delete,
    /// Change a record by a key of the provider's, or make it.
    Upsert,
    /// Write several records in one call.
    Batch,
    /// Make an account, a contact and a deal of a lead.
    Convert,
}

impl Operation {
    /// The word used in the catalogue.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Search => "search",
            Self::Fetch => "fetch",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Upsert => "upsert",
            Self::Batch => "batch",
            Self::Convert => "convert",
        }
    }
}

/// Where a token answer names the account that the token is for: a segment of
/// the path of an address.
#[derive(Debug, Clone, Copy)]
pub struct AccountIdAt {
    /// Field of the token answer that holds the address.
    pub field: &'static str,
    /// Which segment of the path, from 0.
    pub segment: usize,
    /// Characters of an id in the form in which `Identity::remote_id` has it;
    /// a segment of another length is not believed.
    pub length: usize,
}

impl AccountIdAt {
    /// The account's id in this address, if it has one.
    pub fn read<'a>(&self, address: &'a str) -> Option<&'a str> {
        let path = address.split_once("://")?.1.split_once('/')?.1;
        let path = path.split(['?', '#']).next()?;
        let id = path.split('/').nth(self.segment)?;
        (id.len() == self.length && id.bytes().all(|b| b.is_ascii_alphanumeric())).then_some(id)
    }
}

/// A provider's token endpoint, the same for every way of authorising there.
#[derive(Debug, Clone, Copy)]
pub struct TokenEndpoint {
    /// Path of the token endpoint on the login host.
    pub token_path: &'static str,
    /// Hosts that may be named as login host.
    pub login_hosts: HostRule,
    /// Field of the token answer that holds the base URL of data calls.
    pub base_url_field: &'static str,
    /// Assumed life of a token when the answer names none.
    pub default_ttl: Duration,
    /// Where a token answer names its account; `None` where it does not.
    pub account: Option<AccountIdAt>,
    /// Path on the login host that ends a token (RFC 7009: form `token=`);
    /// `None` where the provider has none.
    pub revoke_path: Option<&'static str>,
}

/// The OAuth authorization-code grant with PKCE: a person consents in a browser.
#[derive(Debug, Clone, Copy)]
pub struct AuthorizationCode {
    /// Where codes and refresh tokens are exchanged.
    pub endpoint: TokenEndpoint,
    /// Path of the consent page on the login host.
    pub authorize_path: &'static str,
    /// Login hosts that people may be sent to by name, with what each is for.
    pub environments: &'static [(&'static str, &'static str)],
    /// Scopes to ask for when the operator names none.
    pub scopes: &'static [&'static str],
    /// A grant that names its scopes must have one of these to be of use.
    pub needs: &'static [&'static str],
    /// One of these must be asked for, or there is no refresh token.
    pub offline: &'static [&'static str],
    /// A refresh token that is not used for this long may end by itself.
    pub idle_limit: Duration,
}

/// The OAuth JWT-bearer grant: assertions signed with the tenant's key (RS256).
#[derive(Debug, Clone, Copy)]
pub struct JwtBearer {
    /// Where assertions are exchanged.
    pub endpoint: TokenEndpoint,
    /// Whom an assertion is addressed to, by the end of the login host; the
    /// first that fits, and the login address itself where none does.
    pub audiences: &'static [(&'static str, &'static str)],
    /// Life of an assertion.
    pub life: Duration,
}

/// A way to authorise a connection.
#[derive(Debug, Clone, Copy)]
pub enum AuthKind {
    /// Client id and secret of an app in the tenant's account.
    ClientCredentials(TokenEndpoint),
    /// A person's consent to the operator's app.
    AuthorizationCode(AuthorizationCode),
    /// Client id of an app in the tenant's account, a user, and the key whose
    /// certificate the app has.
    JwtBearer(JwtBearer),
}

impl AuthKind {
    /// The `kind` in a connection's `auth`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::ClientCredentials(_) => "client_credentials",
            Self::AuthorizationCode(_) => "authorization_code",
            Self::JwtBearer(_) => "jwt_bearer",
        }
    }

    /// Where its tokens come from.
    pub const fn endpoint(&self) -> &TokenEndpoint {
        match self {
            Self::ClientCredentials(endpoint) => endpoint,
            Self::AuthorizationCode(consent) => &consent.endpoint,
            Self::JwtBearer(bearer) => &bearer.endpoint,
        }
    }
}

/// How an object's records are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writes {
    /// Records of one batch call, at most 200; larger batches take several.
    pub batch: usize,
    /// The provider's field that moves with every change by people, from which
    /// `ETag`s are made and which an update can be made to depend on.
    pub version: Option<&'static str>,
    /// Whether a rule of the account that warns of duplicates can be passed over.
    pub allow_duplicates: bool,
}

impl Writes {
    /// For objects that are only read.
    pub const NONE: Writes = Writes { batch: 0, version: None, allow_duplicates: false };
}

/// One object of a provider.
#[derive(Debug, Clone, Copy)]
pub struct ObjectSpec {
    /// The common object.
    pub object: Object,
    /// Its mapping table.
    pub table: &'static Table,
    /// What makes a record of the provider's object one of these; empty where
    /// all of them are.
    pub fixed: &'static [Fixed],
    /// What stands in for it in an account that does not have the table's
    /// provider object: another form of the same common object.
    pub instead: Option<&'static ObjectSpec>,
    /// What the connector can do with it.
    pub operations: &'static [Operation],
    /// Filter operators that the provider can evaluate.
    pub filter_ops: &'static [Op],
    /// Largest `limit` of one list call.
    pub max_page: usize,
    /// Objects that `expand` can join in the same call.
    pub expand: &'static [&'static str],
    /// Whether lists, fetches and exports can show deleted records too. The
    /// table must then name the field that tells them apart.
    pub deleted: bool,
    /// How it is written, as far as `operations` has writes.
    pub writes: Writes,
}

impl ObjectSpec {
    /// This form and those that stand in for it, in the order of preference.
    pub fn forms(&'static self) -> impl Iterator<Item = &'static ObjectSpec> {
        std::iter::successors(Some(self), |form| form.instead)
    }
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
    /// Objects of the provider's that join two common ones; the other
    /// associations are in the tables.
    pub junctions: &'static [Junction],
    /// What can be done with all other objects of an account, custom ones
    /// among them; its table stands for any of them. `None`: nothing.
    pub records: Option<&'static ObjectSpec>,
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

    /// How a person consents, where the provider has that.
    pub fn consent(&self) -> Option<(&'static AuthKind, &'static AuthorizationCode)> {
        self.auth.iter().find_map(|kind| match kind {
            AuthKind::AuthorizationCode(consent) => Some((kind, consent)),
            _ => None,
        })
    }

    /// Every form of every object, those that stand in for others too.
    pub fn forms(&self) -> impl Iterator<Item = &'static ObjectSpec> + use<> {
        self.objects.iter().flat_map(ObjectSpec::forms)
    }

    /// The way of authorising called `kind`.
    pub fn auth(&self, kind: &str) -> Option<&'static AuthKind> {
        self.auth.iter().find(|a| a.as_str() == kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_of_a_token_answer_is_a_segment_of_the_right_length() {
        let at = AccountIdAt { field: "id", segment: 1, length: 18 };
        let host = "https://login.salesforce.com";
        let read = |path: &str| at.read(&format!("{host}{path}")).map(str::to_owned);
        assert_eq!(read("/id/00D000000000001EAA/005000000000001AAA").as_deref(), Some("00D000000000001EAA"));
        assert_eq!(read("/id/00D000000000001EAA?x=1").as_deref(), Some("00D000000000001EAA"));
        assert_eq!(read("/id/00D000000000001/005000000000001AAA"), None, "another form of the id");
        assert_eq!(read("/id/00D00000000000%EAA/x"), None);
        assert_eq!(read("/id"), None);
        assert_eq!(read(""), None);
        assert_eq!(at.read("00D000000000001EAA"), None);
    }
}
