//! A believable org from a number: the same number, the same org.

mod activities;
mod contacts;
mod large;
mod leads;
mod names;
mod others;
mod people;
mod sales;

use std::sync::Arc;

use super::ids::Id;
use super::org::{Org, Rights, Row, Table};
use super::schema::{
    ACCOUNT, ACCOUNT_HISTORY, CAMPAIGN, CONTACT, CONTACT_ROLE, EMAIL_MESSAGE, EMAIL_RELATION, EVENT, EVENT_RELATION,
    Field, Kind, LEAD, LEAD_STATUS, NOTE, OPPORTUNITY, Object, PROFILE, PROJECT, RECORD_TYPE, STAGE, Schema, TASK,
    USER, USER_ROLE,
};
use super::value::Value;
use names::{COMPANY, FIRST, FORM, LAST, PLACES, STREET, TITLE, TRADE};

/// Everything was last changed at or before 2026-05-18T06:17:35Z.
pub(super) const LAST_CHANGE: i64 = 1_779_085_055_000;
pub(super) const DAY: i64 = 86_400_000;
/// Leads and opportunities of an org at the most: enough for several pages,
/// however many contacts there are.
const SALES: usize = 1_000;
/// Currencies of records in an org that has several.
const CURRENCIES: &[&str] = &["EUR", "USD", "GBP"];
/// Users who own records; the first one is the run-as user.
const OWNERS: usize = 6;

/// How large an org is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) seed: u64,
    pub(crate) contacts: usize,
    pub(crate) accounts: usize,
}

/// Builds the org.
pub(crate) fn build(size: Size, schema: Arc<Schema>, rights: Rights) -> Org {
    let mut random = fastrand::Rng::with_seed(size.seed);
    let users = users(&schema.objects[USER]);
    let owners: Vec<Id> = users.iter().take(OWNERS).filter_map(|row| row.id()).collect();
    let accounts = accounts(&schema.objects[ACCOUNT], size.accounts, &owners, &mut random);
    let whole = size.contacts.min(large::WHOLE);
    let contacts = contacts::contacts(&schema.objects[CONTACT], whole, &accounts, &owners, &mut random);
    let profiles = profiles(&schema.objects[PROFILE]);
    let people = sales::People { contacts: &contacts, accounts: &accounts, owners: &owners, schema: &schema };
    let (deals, roles) = people.opportunities((size.contacts / 2).min(SALES), size.seed);
    let leads = leads::leads(&people, &deals, (size.contacts / 2).min(SALES), size.seed);
    let (stages, types) = (sales::stages(&schema.objects[STAGE]), sales::record_types(&schema.objects[RECORD_TYPE]));
    let about = activities::About { contacts: &contacts, accounts: &accounts, owners: &owners };
    let activities = activities::activities(&schema, &about, size.seed);
    let others = others::others(&schema, &accounts, &owners, size.seed);
    let roles_of_users = user_roles(&schema.objects[USER_ROLE]);
    let (invitees, readers) = people::people(&schema, &about, &activities, size.seed);
    let mut tables: Vec<Arc<Table>> = schema.objects.iter().map(|_| Arc::default()).collect();
    let shared = |rows: Vec<Row>| rows.into_iter().map(Arc::new).collect::<Vec<_>>();
    for (object, rows) in [
        (ACCOUNT, accounts),
        (USER, users),
        (PROFILE, profiles),
        (LEAD, leads),
        (OPPORTUNITY, deals),
        (CONTACT_ROLE, roles),
        (STAGE, stages),
        (RECORD_TYPE, types),
        (USER_ROLE, roles_of_users),
        (LEAD_STATUS, leads::statuses(&schema.objects[LEAD_STATUS])),
        (EVENT_RELATION, invitees),
        (EMAIL_RELATION, readers),
    ] {
        tables[object] = Arc::new(Table::new(shared(rows)));
    }
    for (object, rows) in [TASK, EVENT, EMAIL_MESSAGE, NOTE].into_iter().zip(activities) {
        tables[object] = Arc::new(Table::new(shared(rows)));
    }
    for (object, rows) in [PROJECT, CAMPAIGN, ACCOUNT_HISTORY].into_iter().zip(others) {
        tables[object] = Arc::new(Table::new(shared(rows)));
    }
    let more = size.contacts.saturating_sub(large::WHOLE);
    tables[CONTACT] = Arc::new(Table::new(large::grown(&schema.objects[CONTACT], shared(contacts), more)));
    Org::new(Arc::clone(&schema), tables, rights).with_rights(rights).with_schema(schema)
}

/// The user that tokens act as in a new org.
pub(crate) fn run_as_user() -> Id {
    Id::nth("005", 1_001)
}

/// Writes one record's fields by name.
struct Draft<'a> {
    object: &'a Object,
    values: Vec<Value>,
}

impl<'a> Draft<'a> {
    fn new(object: &'a Object, stored: impl Fn(&Field) -> bool) -> Draft<'a> {
        Draft {
            object,
            values: object
                .fields
                .iter()
                .take_while(|field| stored(field))
                .map(|field| match field.kind {
                    Kind::Boolean => Value::Bool(false),
                    _ => Value::Null,
                })
                .collect(),
        }
    }

    fn set(&mut self, name: &str, value: Value) {
        if let Some(slot) = self.object.position(name).and_then(|position| self.values.get_mut(position)) {
            *slot = value;
        }
    }

    /// Whether a field holds this text.
    fn is(&self, name: &str, text: &str) -> bool {
        let value = self.object.position(name).and_then(|position| self.values.get(position));
        value.and_then(Value::as_text) == Some(text)
    }

    fn text(&mut self, name: &str, text: &str) {
        self.set(name, Value::text(text));
    }

    /// Owner and audit fields.
    fn audit(&mut self, owner: Id, created: i64, modified: i64) {
        for name in ["OwnerId", "CreatedById", "LastModifiedById"] {
            self.set(name, Value::Id(owner));
        }
        self.set("CreatedDate", Value::Moment(created));
        self.set("LastModifiedDate", Value::Moment(modified));
        self.set("SystemModstamp", Value::Moment(modified));
    }

    /// An address whose street may have two lines.
    fn address(&mut self, stem: &str, random: &mut fastrand::Rng) {
        let [city, state, state_code, country, country_code, postal_code] = pick(PLACES, random);
        let mut street = format!("{} {}", random.u32(1..200), pick(STREET, random));
        if random.u8(0..4) == 0 {
            street = format!("c/o Reception\r\n{street}");
        }
        for (part, text) in [
            ("Street", street.as_str()),
            ("City", city),
            ("State", state),
            ("StateCode", state_code),
            ("Country", country),
            ("CountryCode", country_code),
            ("PostalCode", postal_code),
        ] {
            self.text(&format!("{stem}{part}"), text);
        }
        if random.u8(0..3) == 0 {
            let tenth = |range: std::ops::Range<i32>, random: &mut fastrand::Rng| {
                Value::Number(f64::from(random.i32(range)) / 1e4)
            };
            self.set(&format!("{stem}Latitude"), tenth(340_000..600_000, random));
            self.set(&format!("{stem}Longitude"), tenth(-1_200_000..1_390_000, random));
            self.text(&format!("{stem}GeocodeAccuracy"), "Street");
        }
    }

    fn finish(self, serial: usize) -> Row {
        Row { values: self.values, serial, like: None }
    }
}

fn pick<T: Copy>(list: &[T], random: &mut fastrand::Rng) -> T {
    list[random.usize(0..list.len())]
}

fn phone(random: &mut fastrand::Rng) -> String {
    let (area, local) = (random.u32(200..999), random.u32(0..10_000));
    match random.u8(0..3) {
        0 => format!("({area}) 555-{local:04}"),
        1 => format!("+49 221 {area} {local:04}"),
        _ => format!("{area}.555.{local:04} ext. 7"),
    }
}

fn users(object: &Object) -> Vec<Row> {
    let mut random = fastrand::Rng::with_seed(7);
    (0..=OWNERS)
        .map(|number| {
            let mut user = Draft::new(object, |_| true);
            let robot = number == OWNERS;
            let (first, last) = match number {
                0 => ("Integration", "User"),
                _ if robot => ("Automated", "Process"),
                _ => (FIRST[number * 3], LAST[number * 5]),
            };
            let id = Id::nth("005", 1_001 + number as u64);
            user.set("Id", Value::Id(id));
            user.text("FirstName", first);
            user.text("LastName", last);
            user.text("Name", &format!("{first} {last}"));
            user.text("Username", &format!("user{number}@sandbox.example"));
            user.text("Email", &format!("user{number}@sandbox.example"));
            user.text("Alias", &format!("user{number}"));
            user.text("CommunityNickname", &format!("user{number}"));
            user.text("CompanyName", "Sandbox Org");
            if (1..OWNERS).contains(&number) {
                user.text("Title", TITLE[number]);
                user.text("Department", "Sales");
                user.text("Division", if number % 2 == 0 { "North" } else { "South" });
                user.text("EmployeeNumber", &format!("E{number:04}"));
                user.set("UserRoleId", Value::Id(Id::nth("00E", if number == 1 { 1 } else { 2 })));
                if number > 1 {
                    user.set("ManagerId", Value::Id(Id::nth("005", 1_002)));
                }
            }
            user.text("SmallPhotoUrl", &format!("https://sandbox.example/profilephoto/005/{number}/T"));
            user.text("Phone", &phone(&mut random));
            // The last owner has left; records still name them.
            user.set("IsActive", Value::Bool(number + 1 != OWNERS));
            user.text("TimeZoneSidKey", "America/Los_Angeles");
            user.text("LocaleSidKey", "en_US");
            user.text("LanguageLocaleKey", "en_US");
            user.text("EmailEncodingKey", "UTF-8");
            user.text("UserType", if robot { "AutomatedProcess" } else { "Standard" });
            // The robot's profile is one that no user may read.
            let profile = match number {
                0 => 1,
                _ if robot => 9,
                _ => 2,
            };
            user.set("ProfileId", Value::Id(Id::nth("00e", profile)));
            user.audit(run_as_user(), LAST_CHANGE - 400 * DAY, LAST_CHANGE - 30 * DAY);
            user.finish(number)
        })
        .collect()
}

fn user_roles(object: &Object) -> Vec<Row> {
    ["Head of Sales", "Sales"]
        .iter()
        .zip(1..)
        .map(|(name, number)| {
            let mut role = Draft::new(object, |_| true);
            role.set("Id", Value::Id(Id::nth("00E", number)));
            role.text("Name", name);
            role.text("DeveloperName", &name.replace(' ', "_"));
            role.audit(run_as_user(), LAST_CHANGE - 400 * DAY, LAST_CHANGE - 400 * DAY);
            role.finish(0)
        })
        .collect()
}

fn profiles(object: &Object) -> Vec<Row> {
    ["Minimum Access - API Only Integrations", "Standard User"]
        .iter()
        .zip(1..)
        .map(|(name, number)| {
            let mut profile = Draft::new(object, |_| true);
            profile.set("Id", Value::Id(Id::nth("00e", number)));
            profile.text("Name", name);
            profile.text("UserType", "Standard");
            profile.audit(run_as_user(), LAST_CHANGE - 400 * DAY, LAST_CHANGE - 400 * DAY);
            profile.finish(0)
        })
        .collect()
}

fn accounts(object: &Object, count: usize, owners: &[Id], random: &mut fastrand::Rng) -> Vec<Row> {
    let id = |number: usize| Id::nth("001", 70_000 + 2 * number as u64);
    (0..count)
        .map(|number| {
            let mut account = Draft::new(object, |_| true);
            let word = COMPANY[number % COMPANY.len()];
            let name = format!("{word} {} {}", pick(TRADE, random), pick(FORM, random));
            account.set("Id", Value::Id(id(number)));
            account.text("Name", &name);
            account.text("Website", &format!("www.{}", domain(number)));
            account.text("Phone", &phone(random));
            account.text("AccountNumber", &format!("CD{:06}", random.u32(0..1_000_000)));
            for field in ["Type", "Industry", "Ownership", "Rating", "AccountSource"] {
                if random.u8(0..5) != 0 {
                    account.picklist(field, random);
                }
            }
            if random.bool() {
                let millions = f64::from(random.u32(1..900));
                account.set("AnnualRevenue", Value::Number(millions * 1e6));
                account.set("NumberOfEmployees", Value::Int(random.i64(1..90_000)));
            }
            if number > 0 && random.u8(0..10) == 0 {
                account.set("ParentId", Value::Id(id(random.usize(0..number))));
            }
            account.text("CurrencyIsoCode", CURRENCIES[number % CURRENCIES.len()]);
            account.address("Billing", random);
            let owner = owners[random.usize(0..owners.len())];
            let created = LAST_CHANGE - random.i64(30..900) * DAY;
            account.audit(owner, created, created + random.i64(0..29) * DAY);
            account.finish(number)
        })
        .collect()
}

/// The mail domain of an account.
fn domain(account: usize) -> String {
    let word = COMPANY[account % COMPANY.len()].to_lowercase().replace('é', "e");
    format!("{word}{account}.example")
}

impl Draft<'_> {
    fn picklist(&mut self, name: &str, random: &mut fastrand::Rng) {
        if let Some(position) = self.object.position(name) {
            self.text(name, pick(self.object.fields[position].picklist, random));
        }
    }
}
