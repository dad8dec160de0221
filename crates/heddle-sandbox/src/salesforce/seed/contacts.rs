//! The contacts of a seeded org.

use super::names::{DEPARTMENT, DESCRIPTION, FIRST, LAST, TITLE};
use super::{DAY, Draft, LAST_CHANGE, domain, phone, pick};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Row;
use crate::salesforce::schema::Object;
use crate::salesforce::value::Value;

/// Rows that one bulk load wrote in the same second.
const LOAD: usize = 400;

/// `count` live contacts, and deleted ones between them.
pub(super) fn contacts(
    object: &Object,
    count: usize,
    accounts: &[Row],
    owners: &[Id],
    random: &mut fastrand::Rng,
) -> Vec<Row> {
    let deleted = if count == 0 { 0 } else { 3 + count / 400 };
    let total = count + deleted;
    let stride = total.checked_div(deleted).unwrap_or(usize::MAX).max(1);
    let mut ids: Vec<Id> = Vec::with_capacity(total);
    let mut serial = 500_000;
    (0..total)
        .map(|number| {
            serial += random.u64(1..4);
            let id = Id::nth("003", serial);
            let mut contact = Draft::new(object, |field| !field.name.starts_with("Imported_"));
            contact.set("Id", Value::Id(id));
            person(&mut contact, number, accounts, random);
            if !ids.is_empty() && random.u8(0..4) == 0 {
                let manager = ids[random.usize(0..ids.len())];
                contact.set("ReportsToId", Value::Id(manager));
            }
            let (created, modified) = stamps(number, total, random);
            let owner = owners[random.usize(0..owners.len())];
            contact.audit(owner, created, modified);
            let gone = number % stride == stride / 2 && number / stride < deleted;
            contact.set("IsDeleted", Value::Bool(gone));
            // Every other deleted contact was merged into the one before it.
            if let (true, 0, Some(winner)) = (gone, number / stride % 2, ids.last()) {
                contact.set("MasterRecordId", Value::Id(*winner));
            }
            contact.text("PhotoUrl", &format!("/services/images/photo/{}", id.as_str()));
            ids.push(id);
            contact.finish(number)
        })
        .collect()
}

/// Half of the rows came by bulk loads and share their second.
fn stamps(number: usize, total: usize, random: &mut fastrand::Rng) -> (i64, i64) {
    let created = if number < total / 2 {
        LAST_CHANGE - 90 * DAY + (number / LOAD) as i64 * 61_000
    } else {
        LAST_CHANGE - random.i64(60_000..80_000_000) * 1_000
    };
    let modified = match random.u8(0..10) {
        // A later mass change, again in one second.
        0 => LAST_CHANGE.max(created),
        1 | 2 => created + random.i64(0..(LAST_CHANGE - created).max(1) / 1_000 + 1) * 1_000,
        _ => created,
    };
    (created, modified)
}

fn person(contact: &mut Draft<'_>, number: usize, accounts: &[Row], random: &mut fastrand::Rng) {
    let (first, last) = (pick(FIRST, random), pick(LAST, random));
    let first = if random.u8(0..25) == 0 { "" } else { first };
    contact.text("FirstName", first);
    contact.text("LastName", last);
    contact.text("Name", format!("{first} {last}").trim_start());
    let mut host = "post.example".to_owned();
    if !accounts.is_empty() && random.u8(0..10) != 0 {
        let account = random.usize(0..accounts.len());
        host = domain(account);
        if let Some(id) = accounts[account].id() {
            contact.set("AccountId", Value::Id(id));
        }
    }
    if random.u8(0..12) != 0 {
        contact.text("Email", &format!("{}{number}@{host}", ascii(last)));
    }
    for (name, chance) in [("Phone", 8), ("MobilePhone", 5), ("HomePhone", 1), ("Fax", 1)] {
        if random.u8(0..10) < chance {
            contact.text(name, &phone(random));
        }
    }
    if random.u8(0..10) < 8 {
        contact.text("Title", pick(TITLE, random));
        contact.text("Department", pick(DEPARTMENT, random));
    }
    for name in ["Salutation", "LeadSource", "Loyalty_Tier__c"] {
        if random.u8(0..10) < 6 {
            contact.picklist(name, random);
        }
    }
    if random.u8(0..10) < 4 {
        contact.set("Birthdate", Value::Date(random.i32(-9_000..13_000)));
    }
    if random.u8(0..10) < 5 {
        let day = LAST_CHANGE / DAY - random.i64(0..300);
        contact.set("LastActivityDate", Value::Date(day as i32));
    }
    if random.u8(0..10) < 3 {
        contact.text("Description", pick(DESCRIPTION, random));
    }
    if random.u8(0..10) < 7 {
        contact.address("Mailing", random);
    }
    if random.u8(0..10) < 2 {
        contact.address("Other", random);
    }
    for (name, chance) in [("HasOptedOutOfEmail", 2), ("HasOptedOutOfFax", 1), ("DoNotCall", 2), ("Vip__c", 1)] {
        contact.set(name, Value::Bool(random.u8(0..20) < chance));
    }
    if random.u8(0..40) == 0 {
        contact.set("IsEmailBounced", Value::Bool(true));
        contact.text("EmailBouncedReason", "550 5.1.1 User unknown");
        contact.set("EmailBouncedDate", Value::Moment(LAST_CHANGE - 20 * DAY));
    }
    custom(contact, number, random);
}

fn custom(contact: &mut Draft<'_>, number: usize, random: &mut fastrand::Rng) {
    if random.u8(0..10) < 6 {
        let score = f64::from(random.u32(0..10_000)) / 100.0;
        contact.set("Score__c", Value::Number(score));
    }
    if random.u8(0..10) < 3 {
        contact.set("Renewal_Date__c", Value::Date(20_600 + random.i32(0..700)));
    }
    if random.u8(0..10) < 2 {
        contact.text("Notes__c", "Line one\nLine two: 100% of A_B \\ C");
    }
    contact.text("ns__Legacy_Id__c", &format!("LEG-{number:06}"));
}

/// A mail name from a family name: letters only, ASCII only.
fn ascii(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphabetic).map(|c| c.to_ascii_lowercase()).collect();
    if letters.is_empty() { "mail".to_owned() } else { letters }
}
