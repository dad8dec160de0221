//! A contact table in Salesforce's words, for the tests of the engine itself.
//! The connector's own table is tested with the connector.

use heddle_mapping::{
    BOOL, Clear, Constants, CustomField, DATE, DATE_ONLY, Fit, NUMBER, Plan, PlanSpec, Row, TEXT, TIMESTAMP, Table,
    Tok, Why, absent, both, check, custom, read_only, reference, words,
};
use heddle_model::{AddressAt, AddressKind, EmailKind, LifecycleStage, Object, PhoneKind, contact as c};

const MAILING: AddressAt = c::ADDRESSES.of(AddressKind::Mailing);
const OTHER: AddressAt = c::ADDRESSES.of(AddressKind::Other);

/// Active unless it says that it is blocked or gone.
fn is_active(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    let active = match toks {
        [Tok::True, _] | [_, Tok::True] => "false",
        [Tok::False | Tok::Null, Tok::False | Tok::Null] => "true",
        [Tok::Absent, Tok::Absent] => return Fit::Ok,
        _ => return Fit::Misfit("not two truth values"),
    };
    out.extend_from_slice(active.as_bytes());
    Fit::Ok
}

static ROWS: &[Row] = &[
    read_only(c::CREATED_BY_ID, "CreatedById", reference()),
    read_only(c::UPDATED_BY_ID, "LastModifiedById", reference()),
    read_only(c::LAST_ACTIVITY_AT, "LastActivityDate", DATE_ONLY),
    read_only(c::MERGED_INTO_ID, "MasterRecordId", reference()),
    both(c::FIRST_NAME, "FirstName", TEXT),
    both(c::LAST_NAME, "LastName", TEXT),
    both(c::MIDDLE_NAME, "MiddleName", TEXT).unseen("a test"),
    both(c::PREFIX, "Salutation", TEXT),
    absent(c::SUFFIX, Why::NoSuchConcept),
    read_only(c::NAME, "Name", TEXT),
    both(c::TITLE, "Title", TEXT),
    both(c::DEPARTMENT, "Department", TEXT),
    both(c::DESCRIPTION, "Description", TEXT),
    both(c::ACCOUNT_ID, "AccountId", reference()),
    absent(c::ACCOUNT_IDS, Why::NeedsExtraCall),
    read_only(c::ACCOUNT_NAME, "Account.Name", TEXT),
    read_only(c::ACCOUNT.id(), "AccountId", reference()),
    read_only(c::ACCOUNT.name(), "Account.Name", TEXT),
    both(c::OWNER_ID, "OwnerId", reference()),
    read_only(c::OWNER.id(), "OwnerId", reference()),
    read_only(c::OWNER.name(), "Owner.Name", TEXT),
    both(c::REPORTS_TO_ID, "ReportsToId", reference()),
    both(c::EMAILS.of(EmailKind::Work), "Email", TEXT),
    both(c::EMAILS.of(EmailKind::Other), "Email2__c", TEXT),
    both(c::PHONES.of(PhoneKind::Work), "Phone", TEXT),
    both(c::PHONES.extension_of(PhoneKind::Work), "Extension__c", TEXT),
    both(c::PHONES.of(PhoneKind::Mobile), "MobilePhone", TEXT),
    both(c::PHONES.of(PhoneKind::Home), "HomePhone", TEXT),
    both(c::PHONES.of(PhoneKind::Other), "OtherPhone", TEXT),
    both(MAILING.street_1(), "MailingStreet", TEXT),
    both(MAILING.city(), "MailingCity", TEXT),
    both(MAILING.state(), "MailingState", TEXT),
    both(MAILING.postal_code(), "MailingPostalCode", TEXT),
    both(MAILING.country(), "MailingCountry", TEXT),
    both(MAILING.latitude(), "MailingLatitude", NUMBER),
    both(MAILING.longitude(), "MailingLongitude", NUMBER),
    both(OTHER.street_1(), "OtherStreet", TEXT),
    both(OTHER.city(), "OtherCity", TEXT),
    absent(c::WEBSITES, Why::NoSuchConcept),
    absent(c::SOCIAL_LINKS, Why::NoSuchConcept),
    read_only(c::IMAGE_URL, "PhotoUrl", TEXT),
    both(c::BIRTHDAY, "Birthdate", DATE),
    both(c::LEAD_SOURCE, "LeadSource", TEXT),
    both(
        c::LIFECYCLE_STAGE,
        "Stage__c",
        words::<LifecycleStage>(&[("LEAD", "Interested"), ("CUSTOMER", "Buys"), ("CUSTOMER", "Buys a lot")]),
    ),
    absent(c::STATUS, Why::NoSuchConcept),
    custom(c::IS_ACTIVE, &["Blocked__c", "Gone__c"], is_active),
    absent(c::TYPE, Why::NotBuiltYet),
    absent(c::LANGUAGE, Why::OnlyAsCustomField),
    absent(c::TIMEZONE, Why::NoSuchConcept),
    absent(c::GENDER, Why::NoSuchConcept),
    both(c::DO_NOT_CALL, "DoNotCall", BOOL),
    both(c::EMAIL_OPT_OUT, "HasOptedOutOfEmail", BOOL),
    read_only(c::EMAIL_BOUNCED_AT, "EmailBouncedDate", TIMESTAMP),
    read_only(c::EMAIL_BOUNCED_REASON, "EmailBouncedReason", TEXT),
    absent(c::TAGS, Why::NeedsExtraCall),
    absent(c::DEAL_IDS, Why::NeedsExtraCall),
    absent(c::INDUSTRY, Why::ComputedElsewhere),
];

pub(crate) static TABLE: Table = Table {
    object: Object::Contact,
    provider_object: "Contact",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: ROWS,
};

const _: () = check(&TABLE);

/// What a test asks a plan for; the rest is as in the server.
#[derive(Default)]
pub(crate) struct Ask<'a> {
    pub(crate) fields: Option<&'a [&'a str]>,
    pub(crate) expand: &'a [&'a str],
    pub(crate) custom: &'a [CustomField],
    pub(crate) hidden: &'a [&'a str],
    pub(crate) raw: bool,
    pub(crate) sort: Option<&'a str>,
}

impl Ask<'_> {
    pub(crate) fn plan(&self) -> Plan {
        self.plan_of(&TABLE)
    }

    pub(crate) fn plan_of(&self, table: &'static Table) -> Plan {
        let own = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let fields = self.fields.map(own);
        Plan::build(&PlanSpec {
            table,
            described: &|path| !self.hidden.contains(&path),
            fields: fields.as_deref(),
            expand: &own(self.expand),
            custom: self.custom,
            raw: self.raw,
            sort: self.sort,
            constants: Constants {
                connection_id: "con_1",
                provider: "salesforce",
                url_prefix: "https://crm.example/lightning/r/Contact/",
                url_suffix: "/view",
            },
        })
    }
}
