//! Requests as the engine takes them and answers as it gives them: values
//! only, no HTTP.

use crate::{Connection, Cost, Notice, Problem, Scope, Search, TenantId};
use heddle_connector::Step;
use heddle_connector::model::Object;
use secrecy::SecretString;
use std::time::SystemTime;
use tokio::time::Instant;

/// Who calls: made from an API key (or, later, a dashboard session).
#[derive(Debug, Clone)]
pub struct Caller {
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// Whose data it may see.
    pub owner: crate::Owner,
    /// When its key ends; `None` for one that does not.
    pub expires_at: Option<SystemTime>,
    /// Names the API request in logs and answers.
    pub request_id: String,
    /// When the caller stops waiting.
    pub deadline: Instant,
}

impl Caller {
    /// The command line on the server's own machine: may do everything.
    pub fn operator(request_id: impl Into<String>, deadline: Instant) -> Self {
        Self {
            scopes: Scope::ALL.to_vec(),
            owner: crate::Owner::Operator,
            expires_at: None,
            request_id: request_id.into(),
            deadline,
        }
    }

    pub(crate) fn require(&self, scope: Scope) -> Result<(), Problem> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        let detail = format!("this API key lacks the scope {}", scope.as_str());
        Err(Problem::new(crate::Code::Forbidden, detail))
    }
}

/// Which connection a call is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `X-Connection-Id`.
    Connection(String),
    /// `X-Tenant-Id`, with `X-Provider` where the tenant has several.
    Tenant {
        /// Our tenant id, or the operator's own external id.
        tenant: String,
        /// Provider id.
        provider: Option<String>,
    },
}

/// `filter[field][op]=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterParam {
    /// Common field, part (`email_addresses.email`) or `custom_fields.Key`.
    pub field: String,
    /// The operator's word; `eq` when the request gives none.
    pub op: String,
    /// The value as text.
    pub value: String,
}

/// What of a record is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shape {
    /// Common fields; `None` = all.
    pub fields: Option<Vec<String>>,
    /// Objects to join.
    pub expand: Vec<String>,
    /// The provider's record as well.
    pub include_raw: bool,
}

/// A list request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRequest {
    /// Of what.
    pub object: Object,
    /// Of which object of the provider's, for [`Object::Record`].
    pub provider_object: Option<String>,
    /// Records a page.
    pub limit: Option<usize>,
    /// Where to go on.
    pub cursor: Option<String>,
    /// RFC 3339; exclusive.
    pub updated_after: Option<String>,
    /// RFC 3339; exclusive.
    pub updated_before: Option<String>,
    /// RFC 3339; exclusive.
    pub created_after: Option<String>,
    /// RFC 3339; exclusive.
    pub created_before: Option<String>,
    /// Conditions; all must hold.
    pub filters: Vec<FilterParam>,
    /// A tree of conditions, which must hold as well.
    pub search: Option<Search>,
    /// Field, with `-` before it for descending.
    pub sort: Option<String>,
    /// Whether deleted records are wanted too; `None` when the request does not
    /// say, which means no, or what the cursor says.
    pub include_deleted: Option<bool>,
    /// What of each record.
    pub shape: Shape,
}

impl ListRequest {
    /// All records of an object, in the shape that a request without words gets.
    pub fn of(object: Object) -> Self {
        Self {
            object,
            provider_object: None,
            limit: None,
            cursor: None,
            updated_after: None,
            updated_before: None,
            created_after: None,
            created_before: None,
            filters: Vec::new(),
            search: None,
            sort: None,
            include_deleted: None,
            shape: Shape::default(),
        }
    }
}

/// A page of common records.
#[derive(Debug)]
pub struct ListAnswer {
    /// Records as JSON, with commas between and no brackets around.
    pub data: Vec<u8>,
    /// For the next page.
    pub next_cursor: Option<String>,
    /// On the last page: `updated_after` for the next reading.
    pub resume_after: Option<String>,
    /// What did not fit, and what is missing.
    pub warnings: Vec<Notice>,
    /// What it cost.
    pub cost: Cost,
}

/// One common record.
#[derive(Debug)]
pub struct RecordAnswer {
    /// The record as JSON.
    pub data: Vec<u8>,
    /// What did not fit, and what is missing.
    pub warnings: Vec<Notice>,
    /// The record's version, where the provider has one: what stands between
    /// the quotes of an `ETag`.
    pub etag: Option<String>,
    /// What it cost.
    pub cost: Cost,
}

/// A tenant to make.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// 1 to 255 characters.
    pub name: String,
    /// The operator's own id.
    pub external_id: Option<String>,
}

/// A connection to make.
#[derive(Debug, Clone)]
pub struct NewConnection {
    /// Our tenant id.
    pub tenant_id: TenantId,
    /// Provider id.
    pub provider: String,
    /// How it authorises.
    pub auth: NewAuth,
}

/// Credentials of a new connection.
#[derive(Debug, Clone)]
pub enum NewAuth {
    /// OAuth client credentials of an app in the tenant's account.
    ClientCredentials {
        /// Login base URL: the org's My Domain.
        login: String,
        /// The app's client id.
        client_id: String,
        /// The app's client secret.
        client_secret: SecretString,
    },
    /// Assertions signed with the key whose certificate an app in the tenant's
    /// account has.
    JwtBearer {
        /// Login base URL.
        login: String,
        /// The app's client id.
        client_id: String,
        /// The user that calls run as.
        username: String,
        /// The private key in PEM, RSA.
        private_key: SecretString,
    },
}

impl NewAuth {
    /// The manifest's word for it.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ClientCredentials { .. } => "client_credentials",
            Self::JwtBearer { .. } => "jwt_bearer",
        }
    }
}

/// A connection test's result.
#[derive(Debug, Clone)]
pub struct TestReport {
    /// The connection as it stands after the test.
    pub connection: Connection,
    /// Whether it can be used.
    pub passed: bool,
    /// Each step in order.
    pub steps: Vec<Step>,
    /// What it cost.
    pub cost: Cost,
}

/// A key to make.
#[derive(Debug, Clone)]
pub struct NewKey {
    /// 1 to 255 characters.
    pub name: String,
    /// What it may do; at least one.
    pub scopes: Vec<Scope>,
    /// Only these tenants.
    pub tenants: Option<Vec<TenantId>>,
    /// When it ends.
    pub expires_at: Option<SystemTime>,
}

/// An app of the operator to register.
#[derive(Debug, Clone)]
pub struct NewOAuthApp {
    /// Provider id.
    pub provider: String,
    /// 1 to 255 characters.
    pub name: String,
    /// Login base URL; `None` for the provider's first environment.
    pub login: Option<String>,
    /// The provider's id of the app.
    pub client_id: String,
    /// Its secret.
    pub client_secret: SecretString,
    /// What consents ask for; `None` for what the connector needs.
    pub scopes: Option<Vec<String>>,
    /// The registered callback address; `None` for this server's own.
    pub redirect_uri: Option<String>,
}

/// What to change of an app; `None` keeps.
#[derive(Debug, Clone, Default)]
pub struct OAuthAppChange {
    /// 1 to 255 characters.
    pub name: Option<String>,
    /// Login base URL.
    pub login: Option<String>,
    /// A new secret.
    pub client_secret: Option<SecretString>,
    /// What consents ask for.
    pub scopes: Option<Vec<String>>,
    /// The registered callback address; `Some(None)` for this server's own.
    pub redirect_uri: Option<Option<String>>,
}

/// What a check of an app found.
#[derive(Debug, Clone)]
pub struct AppReport {
    /// The app as it stands after the check.
    pub app: crate::OAuthApp,
    /// Whether consents can be asked for with it.
    pub passed: bool,
    /// Each step in order.
    pub steps: Vec<Step>,
}

/// A consent to ask for.
#[derive(Debug, Clone)]
pub struct NewConsent {
    /// Whose connection it is going to be.
    pub tenant_id: TenantId,
    /// Provider id.
    pub provider: String,
    /// The app, by id; `None` where the provider has one.
    pub app_id: Option<String>,
    /// The connection to consent to anew, by id.
    pub connection_id: Option<String>,
    /// Another login host than the app's: the org's My Domain.
    pub login: Option<String>,
    /// Where the browser goes in the end; on the list of allowed origins.
    pub return_url: Option<String>,
    /// Whether the provider is to ask for the login although there is one.
    pub login_again: bool,
}

/// Where to send a person.
#[derive(Debug, Clone)]
pub struct ConsentStart {
    /// The provider's page.
    pub authorize_url: SecretString,
    /// Until when the browser must have come back.
    pub expires_at: SystemTime,
}

/// What the browser brought back.
#[derive(Debug, Clone)]
pub struct ConsentReturn {
    /// Provider id, from the address.
    pub provider: String,
    /// What names the consent.
    pub state: SecretString,
    /// The code, or the provider's error and its description.
    pub outcome: Result<SecretString, (String, String)>,
}

/// How a consent ended, and where the browser is to go.
#[derive(Debug)]
pub struct ConsentEnd {
    /// The connection, tested and stored.
    pub result: Result<TestReport, Problem>,
    /// Where the browser goes; `None`: it is shown a page here.
    pub return_url: Option<String>,
}
