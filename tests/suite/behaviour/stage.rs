//! A server for each provider that is ready, and the whole list that the
//! answers are compared with.

use heddle_connector::model::{Model, Object};
use heddle_connector::{Manifest, ObjectSpec, Status};
use heddle_tests::{Answer, Server, ServerOptions};
use serde_json::{Value, json};

/// What a sandbox's describe says beyond the tables. Written down here, not
/// asked for: the program's own knowledge would agree with itself.
pub(super) struct Org {
    /// Provider paths that the sandbox does not have.
    pub(super) hidden: &'static [&'static str],
    /// Provider paths that it has and that no condition may name.
    pub(super) unfilterable: &'static [&'static str],
    /// Custom fields and the class of their values.
    pub(super) custom: &'static [(&'static str, super::plan::Class)],
}

const CONTACTS: Org = Org {
    hidden: &["MiddleName", "Suffix", "RecordType.Name"],
    unfilterable: &["Description", "Notes__c"],
    custom: &[
        ("Loyalty_Tier__c", super::plan::Class::Text),
        ("Score__c", super::plan::Class::Number),
        ("Vip__c", super::plan::Class::Truth),
        ("Renewal_Date__c", super::plan::Class::Time),
        ("Notes__c", super::plan::Class::Text),
        ("ns__Legacy_Id__c", super::plan::Class::Text),
    ],
};

const ACCOUNTS: Org = Org {
    hidden: &["CurrencyIsoCode", "IsPersonAccount"],
    unfilterable: &["Description"],
    custom: &[("Erp_Id__c", super::plan::Class::Text)],
};

const LEADS: Org = Org {
    hidden: &["CurrencyIsoCode"],
    unfilterable: &["Description"],
    custom: &[("Web_Form_Id__c", super::plan::Class::Text)],
};

const DEALS: Org = Org {
    hidden: &["CurrencyIsoCode"],
    unfilterable: &["Description"],
    custom: &[("Erp_Order__c", super::plan::Class::Text), ("Renewal__c", super::plan::Class::Truth)],
};

/// Everything that the table names, and nothing else.
const PLAIN: Org = Org { hidden: &[], unfilterable: &[], custom: &[] };

/// Tasks and calls are of one object of the CRM.
const TASKS: Org =
    Org { hidden: &[], unfilterable: &["Description"], custom: &[("Ticket_Number__c", super::plan::Class::Text)] };

const MEETINGS: Org = Org { hidden: &[], unfilterable: &["Description"], custom: &[] };

const EMAILS: Org =
    Org { hidden: &[], unfilterable: &["TextBody", "HtmlBody", "ToAddress", "CcAddress", "BccAddress"], custom: &[] };

const NOTES: Org = Org { hidden: &[], unfilterable: &["Body"], custom: &[] };

fn org(spec: &ObjectSpec) -> Org {
    match spec.object {
        Object::Contact => CONTACTS,
        Object::Account => ACCOUNTS,
        Object::Lead => LEADS,
        Object::Deal => DEALS,
        Object::Pipeline | Object::Stage | Object::User => PLAIN,
        Object::Task | Object::Call => TASKS,
        Object::Meeting => MEETINGS,
        Object::Email => EMAILS,
        Object::Note => NOTES,
        Object::Record => panic!("no object of its own"),
    }
}

/// One object of one provider, with everything its sandbox holds of it.
pub(super) struct Stage {
    pub(super) server: Server,
    pub(super) manifest: &'static Manifest,
    pub(super) spec: &'static ObjectSpec,
    pub(super) org: Org,
    /// All records with every field and every expansion, by id.
    pub(super) all: Vec<Value>,
}

/// The form of an object that the default sandbox has: its org keeps notes of
/// the older kind. `writes/notes.rs` is about the newer one.
pub(super) fn here(spec: &'static ObjectSpec) -> &'static ObjectSpec {
    spec.forms().find(|form| form.table.provider_object != "ContentNote").unwrap_or(spec)
}

/// Every object of every provider that is ready.
pub(super) fn declared() -> Vec<(&'static Manifest, &'static ObjectSpec)> {
    let registry = heddle_connectors::registry();
    let ready = registry.all().iter().map(|c| c.manifest()).filter(|m| m.status == Status::Ready);
    let declared: Vec<_> = ready.flat_map(|m| m.objects.iter().map(move |spec| (m, here(spec)))).collect();
    assert!(!declared.is_empty());
    declared
}

/// The stages of all declared objects.
pub(super) async fn stages() -> Vec<Stage> {
    let mut stages = Vec::new();
    for (manifest, spec) in declared() {
        stages.push(Stage::new(manifest, spec).await);
    }
    stages
}

impl Stage {
    async fn new(manifest: &'static Manifest, spec: &'static ObjectSpec) -> Self {
        let (server, org) = match manifest.id {
            "salesforce" => (salesforce().await, org(spec)),
            other => panic!("{other} is ready and has no sandbox here"),
        };
        let mut stage = Self { server, manifest, spec, org, all: Vec::new() };
        let (limit, expand) = (spec.max_page.to_string(), spec.expand.join(","));
        let mut parameters = vec![("limit", limit.as_str())];
        // Some objects join nothing.
        parameters.extend((!expand.is_empty()).then_some(("expand", expand.as_str())));
        let answer = stage.list(&parameters).await.expect(200);
        assert!(answer.json["next_cursor"].is_null(), "the sandbox must fit into one page");
        stage.all = answer.data().clone();
        // An account has few users, pipelines and stages.
        let least = if stage.model().writable() { 100 } else { 3 };
        assert!(stage.all.len() >= least, "{} records are too few to tell conditions apart", stage.all.len());
        stage
    }

    /// How a condition or order is refused by a name that cannot be used so:
    /// not every object has every field.
    pub(super) fn refusal_of(&self, name: &str) -> &'static str {
        let field = name.trim_start_matches('-').split('.').next().unwrap_or_default();
        if self.model().field(field).is_some() { "unsupported_filter" } else { "invalid_request" }
    }

    pub(super) fn model(&self) -> &'static Model {
        Model::of(self.spec.object).unwrap()
    }

    /// A list of this object.
    pub(super) async fn list(&self, parameters: &[(&str, &str)]) -> Answer {
        self.server.get(&format!("{}?{}", address(self.spec.object), query(parameters))).await
    }

    /// A search of this object.
    pub(super) async fn search(&self, body: &Value) -> Answer {
        let path = format!("{}/search", address(self.spec.object));
        let request = self.server.request("POST", &path).header("content-type", "application/json");
        self.server.sent(request.body(body.to_string())).await
    }

    /// Every request that the sandbox has seen, of any kind.
    pub(super) fn calls(&self) -> u64 {
        let counters = self.server.sandbox.counters();
        counters["calls"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum()
    }
}

/// A sandbox org whose addresses have state and country codes, so that every
/// row of the table that can be there is there.
async fn salesforce() -> Server {
    let server = Server::with(ServerOptions { accounts: 130, ..ServerOptions::default() }).await;
    server.settings(json!({ "state_country_picklists": true })).await;
    let test = format!("/v1/connections/{}/test", server.connection);
    let request = server.bare("POST", &test).header("authorization", format!("Bearer {}", server.key));
    server.sent(request).await.expect(200);
    server
}

pub(super) fn address(object: Object) -> String {
    format!("/v1/crm/{}", object.plural())
}

fn query(parameters: &[(&str, &str)]) -> String {
    let encode =
        |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    pairs.join("&")
}
