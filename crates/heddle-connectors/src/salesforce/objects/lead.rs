//! Salesforce `Lead` to the common lead.
//!
//! Names: a recorded describe; where it shows no such field, the row says which
//! page of the vendor documents it. Every row is cut to what the org's own
//! describe has. A lead's one address has no name of its own: conversion makes
//! it the contact's mailing address.

use heddle_connector::mapping::{
    BOOL, Clear, DATE_ONLY, DECIMAL, Fit, INT, NUMBER, Row, TEXT, Table, Tok, Why, absent, both, check, custom,
    read_only, reference, words,
};
use heddle_connector::model::{AddressAt, AddressKind, EmailKind, LeadStatus, Object, OwnerType, PhoneKind, lead as l};

const STATE_PICKLISTS: &str = "Object Reference: Lead, with state and country/territory picklists";
const CURRENCIES: &str = "Object Reference: Lead, Multiple Currencies";

const MAILING: AddressAt = l::ADDRESSES.of(AddressKind::Mailing);

/// The words of the picklists that orgs have had from the beginning, older and
/// newer ones. Of several for one common word the first that the org has is
/// written.
const STATUSES: &[(&str, &str)] = &[
    ("NEW", "Open - Not Contacted"),
    ("NEW", "New"),
    ("WORKING", "Working - Contacted"),
    ("WORKING", "Working"),
    ("WORKING", "Contacted"),
    ("NURTURING", "Nurturing"),
    ("QUALIFIED", "Qualified"),
    ("UNQUALIFIED", "Closed - Not Converted"),
    ("UNQUALIFIED", "Unqualified"),
    ("CONVERTED", "Closed - Converted"),
    ("CONVERTED", "Converted"),
];

static ROWS: [Row; 47] = [
    both(l::FIRST_NAME, "FirstName", TEXT),
    both(l::LAST_NAME, "LastName", TEXT),
    read_only(l::NAME, "Name", TEXT),
    both(l::PREFIX, "Salutation", TEXT),
    both(l::COMPANY_NAME, "Company", TEXT),
    both(l::TITLE, "Title", TEXT),
    both(l::DESCRIPTION, "Description", TEXT),
    both(l::WEBSITE, "Website", TEXT),
    both(l::INDUSTRY, "Industry", TEXT),
    both(l::LEAD_SOURCE, "LeadSource", TEXT),
    both(l::STATUS, "Status", words::<LeadStatus>(STATUSES)),
    both(l::RATING, "Rating", TEXT),
    absent(l::AMOUNT, Why::NoSuchConcept),
    both(l::ANNUAL_REVENUE.amount(), "AnnualRevenue", DECIMAL),
    // Only orgs with several currencies have it.
    both(l::ANNUAL_REVENUE.currency(), "CurrencyIsoCode", TEXT).unseen(CURRENCIES),
    both(l::NUMBER_OF_EMPLOYEES, "NumberOfEmployees", INT),
    both(l::EMAILS.of(EmailKind::Work), "Email", TEXT),
    both(l::PHONES.of(PhoneKind::Work), "Phone", TEXT),
    both(l::PHONES.of(PhoneKind::Mobile), "MobilePhone", TEXT),
    both(l::PHONES.of(PhoneKind::Fax), "Fax", TEXT),
    both(MAILING.street_1(), "Street", TEXT),
    both(MAILING.city(), "City", TEXT),
    both(MAILING.state(), "State", TEXT),
    both(MAILING.state_code(), "StateCode", TEXT).unseen(STATE_PICKLISTS),
    both(MAILING.postal_code(), "PostalCode", TEXT),
    both(MAILING.country(), "Country", TEXT),
    both(MAILING.country_code(), "CountryCode", TEXT).unseen(STATE_PICKLISTS),
    both(MAILING.latitude(), "Latitude", NUMBER),
    both(MAILING.longitude(), "Longitude", NUMBER),
    absent(l::SOCIAL_LINKS, Why::NoSuchConcept),
    both(l::OWNER_ID, "OwnerId", reference()),
    custom(l::OWNER_TYPE, &["OwnerId"], owner_type),
    read_only(l::OWNER.id(), "OwnerId", reference()),
    read_only(l::OWNER.name(), "Owner.Name", TEXT),
    read_only(l::IS_CONVERTED, "IsConverted", BOOL),
    read_only(l::CONVERTED_AT, "ConvertedDate", DATE_ONLY),
    read_only(l::CONVERTED_CONTACT_ID, "ConvertedContactId", reference()),
    read_only(l::CONVERTED_ACCOUNT_ID, "ConvertedAccountId", reference()),
    read_only(l::CONVERTED_DEAL_ID, "ConvertedOpportunityId", reference()),
    absent(l::CONTACT_ID, Why::NoSuchConcept),
    absent(l::ACCOUNT_ID, Why::NoSuchConcept),
    absent(l::TAGS, Why::NotBuiltYet),
    absent(l::LANGUAGE, Why::NoSuchConcept),
    read_only(l::CREATED_BY_ID, "CreatedById", reference()),
    read_only(l::UPDATED_BY_ID, "LastModifiedById", reference()),
    read_only(l::LAST_ACTIVITY_AT, "LastActivityDate", DATE_ONLY),
    read_only(l::MERGED_INTO_ID, "MasterRecordId", reference()),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Lead,
    provider_object: "Lead",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

/// A user or a queue, by the prefix of the owner's id.
fn owner_type(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    let Some(id) = toks.first().and_then(|tok| tok.text()) else { return Fit::Ok };
    let owner = match id.get(..3) {
        Some("005") => OwnerType::User,
        Some("00G") => OwnerType::Queue,
        _ => OwnerType::Other,
    };
    out.extend_from_slice(format!("\"{}\"", owner.as_str()).as_bytes());
    Fit::Ok
}

#[cfg(test)]
mod tests {
    use super::TABLE;
    use crate::salesforce::objects::reading::read;
    use heddle_connector::model::{Lead, LeadStatus, OwnerType};
    use serde_json::json;

    #[test]
    fn the_owner_of_a_lead_may_be_a_queue() {
        let owner = |id: &str| read::<Lead>(&TABLE, &json!({"OwnerId": id}), &[]).owner_type;
        assert_eq!(owner("005000000000001AAA"), Some(OwnerType::User));
        assert_eq!(owner("00G000000000001AAA"), Some(OwnerType::Queue));
        assert_eq!(owner("0F9000000000001AAA"), Some(OwnerType::Other));
        assert_eq!(read::<Lead>(&TABLE, &json!({}), &["OwnerId"]).owner_type, None);
    }

    #[test]
    fn old_and_new_words_of_the_status_read_as_one() {
        for (word, status) in [
            ("Open - Not Contacted", LeadStatus::New),
            ("New", LeadStatus::New),
            ("Closed - Not Converted", LeadStatus::Unqualified),
            ("Qualified", LeadStatus::Qualified),
            ("On hold", LeadStatus::Other),
        ] {
            let lead = read::<Lead>(&TABLE, &json!({"Status": word}), &[]);
            assert_eq!((lead.status, lead.status_raw.as_deref()), (Some(status), Some(word)));
        }
    }

    #[test]
    fn a_converted_lead_says_what_it_became() {
        let record = json!({
            "IsConverted": true, "ConvertedDate": "2026-05-18", "ConvertedContactId": "003000000000001AAA",
            "ConvertedAccountId": "001000000000001AAA", "ConvertedOpportunityId": null,
        });
        let lead = read::<Lead>(&TABLE, &record, &[]);
        assert_eq!((lead.is_converted, lead.converted_at.as_deref()), (Some(true), Some("2026-05-18")));
        assert_eq!(lead.converted_contact_id.as_deref(), Some("003000000000001AAA"));
        assert_eq!(lead.converted_account_id.as_deref(), Some("001000000000001AAA"));
        assert_eq!(lead.converted_deal_id, None);
    }
}
