//! What Salesforce is and can do, as data.

use super::objects::{account, contact};
use heddle_connector::mapping::{Op, Table};
use heddle_connector::model::Object;
use heddle_connector::{
    AccountIdAt, AuthKind, ClientCredentials, HostRule, Manifest, ObjectSpec, Operation, Status, Writes,
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

const LOGIN_HOSTS: HostRule = HostRule {
    suffixes: &ORG_SUFFIXES,
    exact: &[],
    refused: &[
        ("login.salesforce.com", WANTS_MY_DOMAIN),
        ("test.salesforce.com", WANTS_MY_DOMAIN),
        (".lightning.force.com", LIGHTNING),
        (".salesforce-setup.com", LIGHTNING),
    ],
};

/// Hosts that a token answer may name; older instances have no My Domain.
const DATA_HOSTS: HostRule = HostRule {
    suffixes: &[".salesforce.com", ".my.salesforce.mil", ".my.sfcrmproducts.cn", ".cloudforce.com"],
    exact: &[],
    refused: &[
        ("login.salesforce.com", "a login host is not an API host"),
        ("test.salesforce.com", "a login host is not an API host"),
    ],
};

const ALL_OPERATIONS: [Operation; 7] = [
    Operation::List,
    Operation::Fetch,
    Operation::Create,
    Operation::Update,
    Operation::Delete,
    Operation::Upsert,
    Operation::Batch,
];

const ALL_FILTERS: [Op; 10] =
    [Op::Eq, Op::Ne, Op::Gt, Op::Gte, Op::Lt, Op::Lte, Op::In, Op::Contains, Op::StartsWith, Op::IsNull];

/// An object that queries, row resources and collections all serve.
const fn object(object: Object, table: &'static Table, expand: &'static [&'static str]) -> ObjectSpec {
    ObjectSpec {
        object,
        table,
        operations: &ALL_OPERATIONS,
        filter_ops: &ALL_FILTERS,
        max_page: 2_000,
        expand,
        // Conditions compare it, not the stamp that also moves by itself.
        writes: Writes { batch: 200, version: Some("LastModifiedDate"), allow_duplicates: true },
    }
}

/// The provider.
pub(super) static MANIFEST: Manifest = Manifest {
    id: "salesforce",
    title: "Salesforce",
    status: Status::Ready,
    auth: &[AuthKind::ClientCredentials(ClientCredentials {
        token_path: "/services/oauth2/token",
        login_hosts: LOGIN_HOSTS,
        base_url_field: "instance_url",
        // The answer names no lifetime; orgs set sessions to 15 minutes up to 24 hours.
        default_ttl: Duration::from_secs(3_600),
        // https://login.salesforce.com/id/ORG/USER, both of 18 characters.
        account: Some(AccountIdAt { field: "id", segment: 1, length: 18 }),
        revoke_path: Some("/services/oauth2/revoke"),
    })],
    hosts: DATA_HOSTS,
    objects: &[
        object(Object::Contact, &contact::TABLE, &["account", "owner"]),
        object(Object::Account, &account::TABLE, &["owner"]),
    ],
    // A row's stamp is set before its transaction commits.
    safety_lag: Duration::from_secs(300),
    guide: include_str!("guide.md"),
};
