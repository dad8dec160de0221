//! Projects, campaigns and the history of accounts.

use super::names::{COMPANY, TRADE};
use super::{DAY, Draft, LAST_CHANGE, phone, pick};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Row;
use crate::salesforce::schema::{ACCOUNT_HISTORY, CAMPAIGN, PROJECT, Schema};
use crate::salesforce::value::Value;

const PROJECTS: usize = 60;
/// Tasks and e-mails are about the first of them.
const CAMPAIGNS: usize = 6;
const TAGS: &[&str] = &["urgent", "outdoor", "remote", "fixed price"];

/// Rows of projects, campaigns and the history of accounts.
pub(super) fn others(schema: &Schema, accounts: &[Row], owners: &[Id], seed: u64) -> [Vec<Row>; 3] {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x0B1EC7);
    let projects = (0..PROJECTS).map(|number| project(schema, accounts, owners, number, &mut random)).collect();
    let campaigns = (0..CAMPAIGNS).map(|number| campaign(schema, owners, number, &mut random)).collect();
    let history = accounts.iter().enumerate().map(|(number, account)| {
        let mut row = Draft::new(&schema.objects[ACCOUNT_HISTORY], |_| true);
        row.set("Id", Value::Id(Id::nth("017", 500 + number as u64)));
        row.set("AccountId", account.id().map_or(Value::Null, Value::Id));
        row.audit(pick(owners, &mut random), LAST_CHANGE - random.i64(1..900) * DAY, LAST_CHANGE);
        row.picklist("Field", &mut random);
        row.text("OldValue", pick(TRADE, &mut random));
        row.text("NewValue", pick(TRADE, &mut random));
        row.finish(number)
    });
    let history = history.collect();
    [projects, campaigns, history]
}

fn project(schema: &Schema, accounts: &[Row], owners: &[Id], number: usize, random: &mut fastrand::Rng) -> Row {
    let mut row = Draft::new(&schema.objects[PROJECT], |_| true);
    row.set("Id", Value::Id(Id::nth("a01", 900 + 3 * number as u64)));
    row.text("Name", &format!("{} {} {number}", pick(COMPANY, random), pick(TRADE, random)));
    row.text("Erp_Key__c", &format!("P-{number:04}"));
    row.picklist("Status__c", random);
    row.set("Billable__c", Value::Bool(random.bool()));
    if random.u8(0..10) < 7 && !accounts.is_empty() {
        let account = &accounts[random.usize(0..accounts.len())];
        row.set("Account__c", account.id().map_or(Value::Null, Value::Id));
    }
    if random.u8(0..10) < 6 {
        row.picklist("Kind__c", random);
        let tags: Vec<&str> = TAGS.iter().copied().filter(|_| random.bool()).collect();
        row.text("Tags__c", &tags.join(";"));
        row.set("Budget__c", Value::Number(f64::from(random.u32(1..2_000_000)) / 100.0));
        row.set("Progress__c", Value::Number(f64::from(random.u32(0..=400)) / 4.0));
    }
    if random.u8(0..10) < 6 {
        row.set("Effort__c", Value::Number(f64::from(random.u32(1..9_000)) / 8.0));
        row.set("Staff__c", Value::Int(random.i64(1..40)));
        row.set("Start__c", Value::Date(((LAST_CHANGE / DAY) - random.i64(-300..600)) as i32));
        row.set("Go_Live__c", Value::Moment(LAST_CHANGE - random.i64(-300..600) * DAY - random.i64(0..86_400) * 1_000));
        row.text("Stand_Up__c", &format!("{:02}:{:02}:00.000Z", random.u8(7..11), random.u8(0..4) * 15));
    }
    if random.u8(0..10) < 5 {
        row.text("Contact_Email__c", &format!("project{number}@inquiry.example"));
        row.text("Hotline__c", &phone(random));
        row.text("Site__c", &format!("https://project{number}.example/"));
        row.text("Summary__c", "First line\r\nsecond \"line\"");
        row.text("Notes__c", "Nobody can look for this.");
        row.set("Score__c", Value::Number(f64::from(random.u32(0..1_000)) / 10.0));
    }
    let created = LAST_CHANGE - random.i64(86_400..30_000_000) * 1_000;
    row.audit(pick(owners, random), created, created + random.i64(0..80_000) * 1_000);
    row.finish(number)
}

fn campaign(schema: &Schema, owners: &[Id], number: usize, random: &mut fastrand::Rng) -> Row {
    let mut row = Draft::new(&schema.objects[CAMPAIGN], |_| true);
    row.set("Id", Value::Id(Id::nth("701", 1 + number as u64)));
    row.text("Name", &format!("{} fair {number}", pick(TRADE, random)));
    row.picklist("Type", random);
    row.picklist("Status", random);
    row.set("StartDate", Value::Date(((LAST_CHANGE / DAY) - 30 * number as i64) as i32));
    row.set("BudgetedCost", Value::Number(f64::from(random.u32(1..90)) * 1e3));
    row.set("IsActive", Value::Bool(number.is_multiple_of(2)));
    row.set("NumberOfLeads", Value::Int(random.i64(0..200)));
    let created = LAST_CHANGE - random.i64(86_400..30_000_000) * 1_000;
    row.audit(pick(owners, random), created, created + random.i64(0..80_000) * 1_000);
    row.finish(number)
}
