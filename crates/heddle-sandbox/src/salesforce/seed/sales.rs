//! Opportunities with the people who have a part in them, stages and record
//! types.

use std::collections::HashMap;

use super::{CURRENCIES, DAY, Draft, LAST_CHANGE, pick, run_as_user};
use crate::salesforce::ids::Id;
use crate::salesforce::org::Row;
use crate::salesforce::schema::{ACCOUNT, CONTACT, CONTACT_ROLE, OPPORTUNITY, Object, STAGES, Schema};
use crate::salesforce::value::Value;

/// Who opportunities and leads are about.
pub(super) struct People<'a> {
    pub(super) contacts: &'a [Row],
    pub(super) accounts: &'a [Row],
    pub(super) owners: &'a [Id],
    pub(super) schema: &'a Schema,
}

/// Contacts that are looked through for people who may have a part in sales.
const ENOUGH: usize = 20_000;

/// Record types of opportunities in use.
const RECORD_TYPES: [&str; 2] = ["New Business", "Renewal"];

impl People<'_> {
    /// `count` opportunities, and the contact roles of all of them.
    pub(super) fn opportunities(&self, count: usize, seed: u64) -> (Vec<Row>, Vec<Row>) {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x0DEA1);
        let of_account = self.contacts_by_account();
        let mut roles = Vec::new();
        let deals = (0..count)
            .map(|number| {
                let id = Id::nth("006", 300_000 + 3 * number as u64);
                let mut deal = Draft::new(&self.schema.objects[OPPORTUNITY], |_| true);
                deal.set("Id", Value::Id(id));
                self.deal(&mut deal, number, &mut random);
                let account = self.account(number);
                let people = account.and_then(|account| of_account.get(&account)).map_or(&[][..], Vec::as_slice);
                let (created, _) = times(number, &mut random);
                for (place, contact) in people.iter().take(random.usize(0..4)).enumerate() {
                    roles.push(self.role(
                        roles.len(),
                        (id, *contact, created),
                        place == 0 && number % 5 != 0,
                        &mut random,
                    ));
                }
                deal.finish(number)
            })
            .collect();
        (deals, roles)
    }

    /// The account of an opportunity; every fifteenth has none.
    fn account(&self, number: usize) -> Option<Id> {
        let account = number.checked_rem(self.accounts.len())?;
        (number % 15 != 14).then(|| self.accounts[account].id())?
    }

    /// An account's name.
    pub(super) fn name_of<'a>(&self, account: &'a Row) -> Option<&'a str> {
        account.get(self.schema.objects[ACCOUNT].position("Name")?).as_text()
    }

    /// Whether a contact is not in the bin.
    pub(super) fn is_live(&self, contact: &Row) -> bool {
        let deleted = self.schema.objects[CONTACT].position("IsDeleted");
        deleted.is_some_and(|field| *contact.get(field) == Value::Bool(false))
    }

    /// The live contacts of each account.
    fn contacts_by_account(&self) -> HashMap<Id, Vec<Id>> {
        let object = &self.schema.objects[CONTACT];
        let mut found: HashMap<Id, Vec<Id>> = HashMap::new();
        let Some(account) = object.position("AccountId") else { return found };
        for row in self.contacts.iter().take(ENOUGH).filter(|row| self.is_live(row)) {
            if let (Some(account), Some(id)) = (row.get(account).as_id(), row.id()) {
                found.entry(account).or_default().push(id);
            }
        }
        found
    }

    fn deal(&self, deal: &mut Draft<'_>, number: usize, random: &mut fastrand::Rng) {
        let stage = &STAGES[random.usize(0..STAGES.len())];
        let account = number.checked_rem(self.accounts.len()).map(|place| &self.accounts[place]);
        let name = account.and_then(|row| self.name_of(row)).unwrap_or("Example");
        let renewal = random.u8(0..3) == 0;
        deal.text("Name", &format!("{name} - {} {number}", RECORD_TYPES[usize::from(renewal)]));
        if let Some(account) = self.account(number) {
            deal.set("AccountId", Value::Id(account));
        }
        // A few are older than the record types.
        if number % 20 != 19 {
            deal.set("RecordTypeId", Value::Id(Id::nth("012", 1 + u64::from(renewal))));
        }
        deal.text("CurrencyIsoCode", CURRENCIES[number % CURRENCIES.len()]);
        deal.text("StageName", stage.name);
        deal.set("IsClosed", Value::Bool(stage.closed));
        deal.set("IsWon", Value::Bool(stage.won));
        deal.set("Probability", Value::Number(stage.probability as f64));
        deal.text("ForecastCategory", stage.forecast);
        deal.text("ForecastCategoryName", stage.forecast_name);
        if random.u8(0..10) != 0 {
            let cents = random.u32(50_000..90_000_000);
            let amount = f64::from(cents) / 100.0;
            deal.set("Amount", Value::Number(amount));
            let expected = (amount * stage.probability as f64).round() / 100.0;
            deal.set("ExpectedRevenue", Value::Number(expected));
        }
        let (created, modified) = times(number, random);
        let days = if stage.closed { random.i64(-300..0) } else { random.i64(1..200) };
        deal.set("CloseDate", Value::Date(((LAST_CHANGE / DAY) + days) as i32));
        deal.set("LastStageChangeDate", Value::Moment(created + (modified - created) / 2 / 1_000 * 1_000));
        for (field, chance) in [("Type", 7), ("LeadSource", 6)] {
            if random.u8(0..10) < chance {
                deal.picklist(field, random);
            }
        }
        if random.bool() {
            deal.text("NextStep", pick(&["Call back", "Send the offer", "Meet on site", "Wait for legal"], random));
        }
        if random.u8(0..4) == 0 {
            deal.text("Description", "Came up at the fair.\nWants 100% of the seats at once.");
            deal.set("LastActivityDate", Value::Date(((LAST_CHANGE / DAY) - random.i64(0..100)) as i32));
        }
        deal.set("Renewal__c", Value::Bool(renewal));
        if number.is_multiple_of(3) {
            deal.text("Erp_Order__c", &format!("SO-{number:06}"));
        }
        deal.audit(pick(self.owners, random), created, modified);
    }

    fn role(
        &self,
        number: usize,
        (deal, contact, created): (Id, Id, i64),
        primary: bool,
        random: &mut fastrand::Rng,
    ) -> Row {
        let mut role = Draft::new(&self.schema.objects[CONTACT_ROLE], |_| true);
        role.set("Id", Value::Id(Id::nth("00K", 10_000 + number as u64)));
        role.set("OpportunityId", Value::Id(deal));
        role.set("ContactId", Value::Id(contact));
        if random.u8(0..5) != 0 {
            role.picklist("Role", random);
        }
        role.set("IsPrimary", Value::Bool(primary));
        role.audit(run_as_user(), created, created);
        role.finish(number)
    }
}

/// When a record was made and last changed; every tenth in one mass change.
fn times(number: usize, random: &mut fastrand::Rng) -> (i64, i64) {
    let created = LAST_CHANGE - random.i64(86_400..30_000_000) * 1_000;
    let modified = if number.is_multiple_of(10) { LAST_CHANGE } else { created + random.i64(0..86_400) * 1_000 };
    (created, modified)
}

/// The stages, the one out of use among them.
pub(super) fn stages(object: &Object) -> Vec<Row> {
    STAGES
        .iter()
        .zip(1..)
        .map(|(stage, number)| {
            let mut row = Draft::new(object, |_| true);
            row.set("Id", Value::Id(Id::nth("01J", number)));
            row.text("MasterLabel", stage.name);
            row.text("ApiName", stage.name);
            row.set("IsActive", Value::Bool(stage.active));
            row.set("SortOrder", Value::Int(i64::try_from(number).unwrap_or_default()));
            row.set("IsClosed", Value::Bool(stage.closed));
            row.set("IsWon", Value::Bool(stage.won));
            row.text("ForecastCategory", stage.forecast);
            row.text("ForecastCategoryName", stage.forecast_name);
            row.set("DefaultProbability", Value::Number(stage.probability as f64));
            row.audit(run_as_user(), LAST_CHANGE - 400 * DAY, LAST_CHANGE - 200 * DAY);
            row.finish(0)
        })
        .collect()
}

/// Record types of opportunities, one of them out of use, and one of another object.
pub(super) fn record_types(object: &Object) -> Vec<Row> {
    let types = [
        (RECORD_TYPES[0], "Opportunity", true),
        (RECORD_TYPES[1], "Opportunity", true),
        ("Tender", "Opportunity", false),
        ("Supplier", "Account", true),
    ];
    types
        .iter()
        .zip(1..)
        .map(|((name, of, active), number)| {
            let mut row = Draft::new(object, |_| true);
            row.set("Id", Value::Id(Id::nth("012", number)));
            row.text("Name", name);
            row.text("DeveloperName", &name.replace(' ', "_"));
            row.text("SobjectType", of);
            row.set("IsActive", Value::Bool(*active));
            row.audit(run_as_user(), LAST_CHANGE - 400 * DAY, LAST_CHANGE - 100 * DAY);
            row.finish(0)
        })
        .collect()
}
