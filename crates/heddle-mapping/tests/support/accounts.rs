//! An account table of a made-up CRM that keeps fields below `properties` and
//! clears with empty texts, for what the contact table does not have: money,
//! codes of states and countries, several words for one, write-only fields.

use heddle_mapping::{
    BOOL, Clear, DECIMAL, INT, NUMBER, Row, TEXT, Table, Why, absent, both, check, read_only, reference, words,
    write_only,
};
use heddle_model::{AccountType, AddressAt, AddressKind, EmailKind, Object, PhoneKind, account as a};

const BILLING: AddressAt = a::ADDRESSES.of(AddressKind::Billing);
const SHIPPING: AddressAt = a::ADDRESSES.of(AddressKind::Shipping);

static ROWS: &[Row] = &[
    both(a::NAME, "properties.name", TEXT),
    both(a::DESCRIPTION, "properties.about", TEXT),
    write_only(a::INDUSTRY, "properties.branch", TEXT),
    both(a::WEBSITE, "properties.website", TEXT),
    absent(a::DOMAINS, Why::NoSuchConcept),
    both(a::NUMBER_OF_EMPLOYEES, "properties.employees", INT),
    both(a::ANNUAL_REVENUE.amount(), "properties.revenue", DECIMAL),
    both(a::ANNUAL_REVENUE.currency(), "properties.currency", TEXT),
    both(
        a::TYPE,
        "properties.type",
        words::<AccountType>(&[
            ("PROSPECT", "Prospect"),
            ("CUSTOMER", "Customer"),
            ("CUSTOMER", "Customer - Direct"),
            ("PARTNER", "Partner"),
        ]),
    ),
    absent(a::OWNERSHIP, Why::NoSuchConcept),
    absent(a::RATING, Why::NoSuchConcept),
    absent(a::TICKER_SYMBOL, Why::NoSuchConcept),
    absent(a::ACCOUNT_NUMBER, Why::OnlyAsCustomField),
    absent(a::SITE, Why::NoSuchConcept),
    both(a::PARENT_ID, "properties.parent", reference()),
    both(a::OWNER_ID, "properties.owner", reference()),
    read_only(a::OWNER.id(), "properties.owner", reference()),
    absent(a::OWNER.name(), Why::NeedsExtraCall),
    both(a::EMAILS.of(EmailKind::Billing), "properties.mail", TEXT),
    both(a::PHONES.of(PhoneKind::Work), "properties.phone", TEXT),
    both(a::PHONES.extension_of(PhoneKind::Work), "properties.extension", TEXT),
    both(a::PHONES.of(PhoneKind::Fax), "properties.fax", TEXT),
    both(BILLING.street_1(), "properties.street", TEXT),
    both(BILLING.city(), "properties.city", TEXT),
    both(BILLING.state(), "properties.state", TEXT),
    both(BILLING.state_code(), "properties.state_code", TEXT),
    both(BILLING.country(), "properties.country", TEXT),
    both(BILLING.country_code(), "properties.country_code", TEXT),
    both(BILLING.latitude(), "properties.latitude", NUMBER),
    both(SHIPPING.city(), "properties.ship_city", TEXT),
    both(SHIPPING.state(), "properties.ship_state", TEXT),
    read_only(SHIPPING.postal_code(), "properties.ship_zip", TEXT),
    absent(a::SOCIAL_LINKS, Why::NoSuchConcept),
    read_only(a::IMAGE_URL, "properties.logo", TEXT),
    absent(a::LIFECYCLE_STAGE, Why::NoSuchConcept),
    both(a::SOURCE, "properties.source", TEXT),
    absent(a::IS_PERSON_ACCOUNT, Why::NoSuchConcept),
    absent(a::CONTACT_IDS, Why::NeedsExtraCall),
    absent(a::DEAL_IDS, Why::NeedsExtraCall),
    absent(a::TAGS, Why::NotBuiltYet),
    absent(a::STATUS, Why::NoSuchConcept),
    both(a::IS_ACTIVE, "properties.active", BOOL),
    absent(a::TIMEZONE, Why::NoSuchConcept),
    absent(a::CREATED_BY_ID, Why::NoSuchConcept),
    absent(a::UPDATED_BY_ID, Why::NoSuchConcept),
    absent(a::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(a::MERGED_INTO_ID, Why::NoSuchConcept),
];

pub(crate) static TABLE: Table = Table {
    object: Object::Account,
    provider_object: "companies",
    id: "id",
    modified: "properties.changed",
    created: None,
    deleted: None,
    clear: Clear::EmptyText,
    wrap: Some("properties"),
    rows: ROWS,
};

const _: () = check(&TABLE);
