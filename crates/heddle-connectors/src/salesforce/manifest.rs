//! What Salesforce is and can do, as data.

use super::objects::contact;
use heddle_connector::mapping::Op;
use heddle_connector::model::Object;
use heddle_connector::{AuthKind, ClientCredentials, HostRule, Manifest, ObjectSpec, Operation, Status};
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
    })],
    hosts: DATA_HOSTS,
    objects: &[ObjectSpec {
        object: Object::Contact,
        table: &contact::TABLE,
        operations: &[Operation::List, Operation::Fetch],
        filter_ops: &[
            Op::Eq,
            Op::Ne,
            Op::Gt,
            Op::Gte,
            Op::Lt,
            Op::Lte,
            Op::In,
            Op::Contains,
            Op::StartsWith,
            Op::IsNull,
        ],
        max_page: 2_000,
        expand: &["account", "owner"],
    }],
    // A row's stamp is set before its transaction commits.
    safety_lag: Duration::from_secs(300),
    guide: include_str!("guide.md"),
};
