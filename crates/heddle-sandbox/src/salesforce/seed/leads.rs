//! Leads: new people, and the converted ones that contacts came from.

use super::names::{COMPANY, DEPARTMENT, FIRST, FORM, LAST, TITLE, TRADE};
use super::sales::People;
use super::{DAY, Draft, LAST_CHANGE, phone, pick, run_as_user};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Row;
use crate::salesforce::schema::{CONTACT, LEAD, LEAD_STATUSES, Object};
use crate::salesforce::value::Value;

/// `count` leads; every eighth was converted into a contact that there is.
pub(super) fn leads(people: &People<'_>, deals: &[Row], count: usize, seed: u64) -> Vec<Row> {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x1EAD5);
    (0..count)
        .map(|number| {
            let mut lead = Draft::new(&people.schema.objects[LEAD], |_| true);
            lead.set("Id", Value::Id(Id::nth("00Q", 200_000 + 2 * number as u64)));
            let created = LAST_CHANGE - random.i64(86_400..40_000_000) * 1_000;
            let modified = if number.is_multiple_of(9) { LAST_CHANGE } else { created + random.i64(0..80_000) * 1_000 };
            match people.contacts.get(number) {
                Some(contact) if number % 8 == 3 && people.is_live(contact) => {
                    converted(&mut lead, people, contact, deals.get(number), modified)
                }
                _ => person(&mut lead, number, &mut random),
            }
            figures(&mut lead, number, &mut random);
            lead.audit(pick(people.owners, &mut random), created, modified);
            lead.finish(number)
        })
        .collect()
}

/// The statuses of leads.
pub(super) fn statuses(object: &Object) -> Vec<Row> {
    LEAD_STATUSES
        .iter()
        .zip(1..)
        .map(|((name, default, converted), number)| {
            let mut row = Draft::new(object, |_| true);
            // Stages have the same prefix.
            row.set("Id", Value::Id(Id::nth("01J", 100 + number)));
            row.text("MasterLabel", name);
            row.text("ApiName", name);
            row.set("SortOrder", Value::Int(i64::try_from(number).unwrap_or_default()));
            row.set("IsDefault", Value::Bool(*default));
            row.set("IsConverted", Value::Bool(*converted));
            row.audit(run_as_user(), LAST_CHANGE - 400 * DAY, LAST_CHANGE - 200 * DAY);
            row.finish(0)
        })
        .collect()
}

fn person(lead: &mut Draft<'_>, number: usize, random: &mut fastrand::Rng) {
    let (first, last) = (pick(FIRST, random), pick(LAST, random));
    lead.text("FirstName", first);
    lead.text("LastName", last);
    lead.text("Name", &format!("{first} {last}"));
    lead.text("Company", &format!("{} {} {}", pick(COMPANY, random), pick(TRADE, random), pick(FORM, random)));
    if random.u8(0..10) != 0 {
        lead.text("Email", &format!("lead{number}@inquiry.example"));
    }
    let status = pick(&["Open - Not Contacted", "Working - Contacted", "Closed - Not Converted", "Waiting"], random);
    lead.text("Status", status);
}

/// The person that a contact is, as the lead it was.
fn converted(lead: &mut Draft<'_>, people: &People<'_>, contact: &Row, deal: Option<&Row>, at: i64) {
    let object = &people.schema.objects[CONTACT];
    let of = |name: &str| object.position(name).map_or(&Value::Null, |place| contact.get(place));
    for name in ["FirstName", "LastName", "Name", "Email"] {
        lead.set(name, of(name).clone());
    }
    let account = of("AccountId").as_id();
    let company = people.accounts.iter().find(|row| account.is_some() && row.id() == account);
    lead.text("Company", company.and_then(|row| people.name_of(row)).unwrap_or("[not provided]"));
    lead.text("Status", "Closed - Converted");
    lead.set("IsConverted", Value::Bool(true));
    lead.set("ConvertedDate", Value::Date((at / DAY) as i32));
    lead.set("ConvertedContactId", contact.id().map_or(Value::Null, Value::Id));
    lead.set("ConvertedAccountId", account.map_or(Value::Null, Value::Id));
    lead.set("ConvertedOpportunityId", deal.and_then(Row::id).map_or(Value::Null, Value::Id));
}

fn figures(lead: &mut Draft<'_>, number: usize, random: &mut fastrand::Rng) {
    for (name, chance) in [("Phone", 8), ("MobilePhone", 4), ("Fax", 1)] {
        if random.u8(0..10) < chance {
            lead.text(name, &phone(random));
        }
    }
    if random.u8(0..10) < 7 {
        lead.text("Title", &format!("{}, {}", pick(TITLE, random), pick(DEPARTMENT, random)));
        lead.text("Website", &format!("https://www.inquiry{number}.example/"));
    }
    for (name, chance) in [("Salutation", 5), ("LeadSource", 8), ("Industry", 6), ("Rating", 6)] {
        if random.u8(0..10) < chance {
            lead.picklist(name, random);
        }
    }
    if random.bool() {
        lead.set("AnnualRevenue", Value::Number(f64::from(random.u32(1..900)) * 1e5));
        lead.set("NumberOfEmployees", Value::Int(random.i64(1..5_000)));
    }
    if random.u8(0..10) < 6 {
        lead.address("", random);
    }
    if random.u8(0..5) == 0 {
        lead.text("Description", "Asked for a price.\nCall before noon.");
        lead.set("LastActivityDate", Value::Date(((LAST_CHANGE / DAY) - random.i64(0..60)) as i32));
    }
    lead.set("IsUnreadByOwner", Value::Bool(random.u8(0..4) == 0));
    if number.is_multiple_of(4) {
        lead.text("Web_Form_Id__c", &format!("WF-{number:05}"));
    }
}
