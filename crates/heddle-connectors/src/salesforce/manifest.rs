//! What Salesforce is and can do, as data.

use super::objects::{
    account, call, contact, content_note, deal, email, email_task, lead, meeting, note, pipeline, record, stage, task,
    user,
};
use heddle_connector::mapping::{Op, Table};
use heddle_connector::model::Object;
use heddle_connector::{
    AccountIdAt, AuthKind, AuthorizationCode, Fixed, HostRule, Junction, JwtBearer, Manifest, ObjectSpec, Operation,
    Status, TokenEndpoint, Writes,
};
use std::time::Duration;

/// Said of the hosts that every org shares.
const WANTS_MY_DOMAIN: &str = "the client credentials flow does not work on this host (Salesforce answers \
     \"request not supported on this domain\"): give the org's My Domain host, such as \
     https://acme.my.salesforce.com, found in Setup under My Domain";
const LIGHTNING: &str = "this is the address of the Lightning pages, not of the API: give the org's My Domain host, \
     such as https://acme.my.salesforce.com";

/// Salesforce-owned suffixes under which orgs live.
const ORG_SUFFIXES: [&str; 3] = [".my.salesforce.com", ".my.salesforce.mil", ".my.sfcrmproducts.cn"];

/// Hosts of the client credentials flow: an org's own.
const OWN_HOSTS: HostRule = HostRule {
    suffixes: &ORG_SUFFIXES,
    exact: &[],
    refused: &[
        ("login.salesforce.com", WANTS_MY_DOMAIN),
        ("test.salesforce.com", WANTS_MY_DOMAIN),
        (".lightning.force.com", LIGHTNING),
        (".salesforce-setup.com", LIGHTNING),
    ],
};

/// Hosts of the other flows: those that all orgs share, or an org's own, since
/// an administrator can forbid the shared ones.
const LOGIN_HOSTS: HostRule = HostRule {
    suffixes: &ORG_SUFFIXES,
    exact: &["login.salesforce.com", "test.salesforce.com"],
    refused: &[(".lightning.force.com", LIGHTNING), (".salesforce-setup.com", LIGHTNING)],
};

/// The token endpoint on these login hosts.
const fn endpoint(login_hosts: HostRule) -> TokenEndpoint {
    TokenEndpoint {
        token_path: "/services/oauth2/token",
        login_hosts,
        base_url_field: "instance_url",
        // The answer names no lifetime; orgs set sessions to 15 minutes up to 24 hours.
        default_ttl: Duration::from_secs(3_600),
        // https://login.salesforce.com/id/ORG/USER, both of 18 characters.
        account: Some(AccountIdAt { field: "id", segment: 1, length: 18 }),
        revoke_path: Some("/services/oauth2/revoke"),
    }
}

/// The ways to authorise.
const AUTH: [AuthKind; 3] = [
    AuthKind::ClientCredentials(endpoint(OWN_HOSTS)),
    AuthKind::AuthorizationCode(AuthorizationCode {
        endpoint: endpoint(LOGIN_HOSTS),
        authorize_path: "/services/oauth2/authorize",
        environments: &[
            ("https://login.salesforce.com", "production and Developer Edition"),
            ("https://test.salesforce.com", "sandboxes"),
        ],
        scopes: &["api", "refresh_token", "id"],
        needs: &["api", "full"],
        offline: &["refresh_token", "offline_access"],
        // Orgs can end tokens that are idle; 30 days is the window that the vendor offers.
        idle_limit: Duration::from_secs(30 * 86_400),
    }),
    AuthKind::JwtBearer(JwtBearer {
        endpoint: endpoint(LOGIN_HOSTS),
        audiences: &[
            ("test.salesforce.com", "https://test.salesforce.com"),
            (".sandbox.my.salesforce.com", "https://test.salesforce.com"),
            ("login.salesforce.com", "https://login.salesforce.com"),
            (".my.salesforce.com", "https://login.salesforce.com"),
        ],
        life: Duration::from_secs(180),
    }),
];

/// Hosts that a token answer may name; older instances have no My Domain.
const DATA_HOSTS: HostRule = HostRule {
    suffixes: &[".salesforce.com", ".my.salesforce.mil", ".my.sfcrmproducts.cn", ".cloudforce.com"],
    exact: &[],
    refused: &[
        ("login.salesforce.com", "a login host is not an API host"),
        ("test.salesforce.com", "a login host is not an API host"),
    ],
};

const ALL_OPERATIONS: [Operation; 8] = [
    Operation::List,
    Operation::Search,
    Operation::Fetch,
    Operation::Create,
    Operation::Update,
    Operation::Delete,
    Operation::Upsert,
    Operation::Batch,
];

/// Leads become accounts, contacts and deals.
const LEAD_OPERATIONS: [Operation; 9] = [
    Operation::List,
    Operation::Search,
    Operation::Fetch,
    Operation::Create,
    Operation::Update,
    Operation::Delete,
    Operation::Upsert,
    Operation::Batch,
    Operation::Convert,
];

const ALL_FILTERS: [Op; 10] =
    [Op::Eq, Op::Ne, Op::Gt, Op::Gte, Op::Lt, Op::Lte, Op::In, Op::Contains, Op::StartsWith, Op::IsNull];

/// An object that queries, row resources and collections all serve.
const fn object(object: Object, table: &'static Table, expand: &'static [&'static str]) -> ObjectSpec {
    ObjectSpec {
        object,
        table,
        fixed: &[],
        instead: None,
        operations: &ALL_OPERATIONS,
        filter_ops: &ALL_FILTERS,
        max_page: 2_000,
        expand,
        deleted: table.deleted.is_some(),
        // Conditions compare it, not the stamp that also moves by itself.
        writes: Writes { batch: 200, version: Some("LastModifiedDate"), allow_duplicates: true },
    }
}

/// An object that is only read.
const fn read_only(object: Object, table: &'static Table) -> ObjectSpec {
    ObjectSpec {
        object,
        table,
        fixed: &[],
        instead: None,
        operations: &[Operation::List, Operation::Search, Operation::Fetch],
        filter_ops: &ALL_FILTERS,
        max_page: 2_000,
        expand: &[],
        deleted: table.deleted.is_some(),
        writes: Writes::NONE,
    }
}

/// What tells tasks, calls and e-mails apart.
const SUBTYPE: &str = "TaskSubtype";

/// An object that is one kind of several in an object of Salesforce's.
const fn activity(kind: Object, table: &'static Table, fixed: &'static [Fixed]) -> ObjectSpec {
    ObjectSpec { fixed, ..object(kind, table, &["owner"]) }
}

/// E-mails in orgs without Enhanced Email.
static EMAIL_TASKS: ObjectSpec =
    activity(Object::Email, &email_task::TABLE, &[Fixed::Word { path: SUBTYPE, word: "Email" }]);

/// Notes in orgs without enhanced notes.
static OLDER_NOTES: ObjectSpec = object(Object::Note, &note::TABLE, &["owner"]);

/// Notes of which several records can have the same. Their links take calls of
/// their own, for which a page must not be too long, and which no batch makes.
const ENHANCED_NOTES: ObjectSpec = ObjectSpec {
    instead: Some(&OLDER_NOTES),
    operations: RECORDS.operations,
    max_page: 200,
    ..object(Object::Note, &content_note::TABLE, &["owner"])
};

/// Every other object.
static RECORDS: ObjectSpec = ObjectSpec {
    operations: &[
        Operation::List,
        Operation::Search,
        Operation::Fetch,
        Operation::Create,
        Operation::Update,
        Operation::Delete,
    ],
    ..object(Object::Record, &record::TABLE, &[])
};

/// The provider.
pub(super) static MANIFEST: Manifest = Manifest {
    id: "salesforce",
    title: "Salesforce",
    status: Status::Ready,
    auth: &AUTH,
    hosts: DATA_HOSTS,
    objects: &[
        object(Object::Contact, &contact::TABLE, &["account", "owner"]),
        object(Object::Account, &account::TABLE, &["owner"]),
        ObjectSpec { operations: &LEAD_OPERATIONS, ..object(Object::Lead, &lead::TABLE, &["owner"]) },
        object(Object::Deal, &deal::TABLE, &["account", "owner"]),
        read_only(Object::Pipeline, &pipeline::TABLE),
        read_only(Object::Stage, &stage::TABLE),
        read_only(Object::User, &user::TABLE),
        activity(Object::Task, &task::TABLE, &[Fixed::NoneOf { path: SUBTYPE, words: &["Call", "Email"] }]),
        activity(Object::Call, &call::TABLE, &[Fixed::Word { path: SUBTYPE, word: "Call" }]),
        // Those who were invited have copies of it.
        activity(Object::Meeting, &meeting::TABLE, &[Fixed::Flag { path: "IsChild", value: false }]),
        ObjectSpec { instead: Some(&EMAIL_TASKS), ..object(Object::Email, &email::TABLE, &[]) },
        ENHANCED_NOTES,
    ],
    junctions: &[Junction {
        provider_object: "OpportunityContactRole",
        ends: [(Object::Deal, "OpportunityId"), (Object::Contact, "ContactId")],
        role: "Role",
        primary: "IsPrimary",
    }],
    records: Some(&RECORDS),
    // A row's stamp is set before its transaction commits.
    safety_lag: Duration::from_secs(300),
    guide: include_str!("guide.md"),
};
