//! Salesforce `Contact` to the common contact.
//!
//! Names: recorded describe and row answers; where no recording shows a field,
//! the row says which page of the vendor documents it. Every row is cut to
//! what the org's own describe has.

use heddle_connector::mapping::{
    BOOL, Clear, DATE, DATE_ONLY, NUMBER, Row, TEXT, TIMESTAMP, Table, Why, absent, both, check, read_only, reference,
};
use heddle_connector::model::{AddressAt, AddressKind, EmailKind, Object, PhoneKind, contact as c};

const OBJECT_REFERENCE: &str = "Object Reference: Contact";
const STATE_PICKLISTS: &str = "Object Reference: Contact, with state and country/territory picklists";

const MAILING: AddressAt = c::ADDRESSES.of(AddressKind::Mailing);
const OTHER: AddressAt = c::ADDRESSES.of(AddressKind::Other);

static ROWS: [Row; 66] = [
    both(c::FIRST_NAME, "FirstName", TEXT),
    both(c::LAST_NAME, "LastName", TEXT),
    both(c::MIDDLE_NAME, "MiddleName", TEXT).unseen(OBJECT_REFERENCE),
    both(c::PREFIX, "Salutation", TEXT),
    both(c::SUFFIX, "Suffix", TEXT).unseen(OBJECT_REFERENCE),
    read_only(c::NAME, "Name", TEXT),
    both(c::TITLE, "Title", TEXT),
    both(c::DEPARTMENT, "Department", TEXT),
    both(c::DESCRIPTION, "Description", TEXT),
    both(c::ACCOUNT_ID, "AccountId", reference()),
    absent(c::ACCOUNT_IDS, Why::NotBuiltYet),
    read_only(c::ACCOUNT_NAME, "Account.Name", TEXT),
    read_only(c::ACCOUNT.id(), "AccountId", reference()),
    read_only(c::ACCOUNT.name(), "Account.Name", TEXT),
    both(c::OWNER_ID, "OwnerId", reference()),
    read_only(c::OWNER.id(), "OwnerId", reference()),
    read_only(c::OWNER.name(), "Owner.Name", TEXT),
    both(c::REPORTS_TO_ID, "ReportsToId", reference()),
    both(c::EMAILS.of(EmailKind::Work), "Email", TEXT),
    both(c::PHONES.of(PhoneKind::Work), "Phone", TEXT),
    both(c::PHONES.of(PhoneKind::Mobile), "MobilePhone", TEXT),
    both(c::PHONES.of(PhoneKind::Home), "HomePhone", TEXT),
    both(c::PHONES.of(PhoneKind::Other), "OtherPhone", TEXT),
    both(c::PHONES.of(PhoneKind::Assistant), "AssistantPhone", TEXT),
    both(c::PHONES.of(PhoneKind::Fax), "Fax", TEXT),
    both(MAILING.street_1(), "MailingStreet", TEXT),
    both(MAILING.city(), "MailingCity", TEXT),
    both(MAILING.state(), "MailingState", TEXT),
    both(MAILING.state_code(), "MailingStateCode", TEXT).unseen(STATE_PICKLISTS),
    both(MAILING.postal_code(), "MailingPostalCode", TEXT),
    both(MAILING.country(), "MailingCountry", TEXT),
    both(MAILING.country_code(), "MailingCountryCode", TEXT).unseen(STATE_PICKLISTS),
    both(MAILING.latitude(), "MailingLatitude", NUMBER),
    both(MAILING.longitude(), "MailingLongitude", NUMBER),
    both(OTHER.street_1(), "OtherStreet", TEXT),
    both(OTHER.city(), "OtherCity", TEXT),
    both(OTHER.state(), "OtherState", TEXT),
    both(OTHER.state_code(), "OtherStateCode", TEXT).unseen(STATE_PICKLISTS),
    both(OTHER.postal_code(), "OtherPostalCode", TEXT),
    both(OTHER.country(), "OtherCountry", TEXT),
    both(OTHER.country_code(), "OtherCountryCode", TEXT).unseen(STATE_PICKLISTS),
    both(OTHER.latitude(), "OtherLatitude", NUMBER),
    both(OTHER.longitude(), "OtherLongitude", NUMBER),
    absent(c::WEBSITES, Why::NoSuchConcept),
    absent(c::SOCIAL_LINKS, Why::NoSuchConcept),
    read_only(c::IMAGE_URL, "PhotoUrl", TEXT),
    both(c::BIRTHDAY, "Birthdate", DATE),
    both(c::LEAD_SOURCE, "LeadSource", TEXT),
    absent(c::LIFECYCLE_STAGE, Why::NoSuchConcept),
    absent(c::STATUS, Why::NoSuchConcept),
    absent(c::IS_ACTIVE, Why::NoSuchConcept),
    // Only orgs with record types have it.
    read_only(c::TYPE, "RecordType.Name", TEXT).unseen("Object Reference: RecordType"),
    absent(c::LANGUAGE, Why::NoSuchConcept),
    absent(c::TIMEZONE, Why::NoSuchConcept),
    absent(c::GENDER, Why::NoSuchConcept),
    both(c::DO_NOT_CALL, "DoNotCall", BOOL).unseen(OBJECT_REFERENCE),
    both(c::EMAIL_OPT_OUT, "HasOptedOutOfEmail", BOOL).unseen(OBJECT_REFERENCE),
    read_only(c::EMAIL_BOUNCED_AT, "EmailBouncedDate", TIMESTAMP),
    read_only(c::EMAIL_BOUNCED_REASON, "EmailBouncedReason", TEXT),
    absent(c::TAGS, Why::NotBuiltYet),
    absent(c::DEAL_IDS, Why::OtherAddress),
    absent(c::INDUSTRY, Why::NoSuchConcept),
    read_only(c::CREATED_BY_ID, "CreatedById", reference()),
    read_only(c::UPDATED_BY_ID, "LastModifiedById", reference()),
    read_only(c::LAST_ACTIVITY_AT, "LastActivityDate", DATE_ONLY),
    read_only(c::MERGED_INTO_ID, "MasterRecordId", reference()),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Contact,
    provider_object: "Contact",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);
