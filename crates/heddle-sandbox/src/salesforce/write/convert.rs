//! Lead conversion: what SOAP `convertLead` makes of a lead.
//!
//! Where a refusal's code or text is not documented the place says so.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};

use super::check::Terms;
use super::duplicates;
use super::refusal::Refusal;
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Batch, Row, Values};
use crate::salesforce::schema::{ACCOUNT, CONTACT, CONTACT_ROLE, LEAD, LEAD_STATUSES, OPPORTUNITY, STAGES, USER};
use crate::salesforce::state::Salesforce;
use crate::salesforce::value::Value;
use crate::serve::RowCounts;

/// One `leadConverts` element.
#[derive(Debug, Default)]
pub(crate) struct Conversion {
    pub(crate) lead: String,
    pub(crate) account: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) status: String,
    pub(crate) no_opportunity: bool,
    pub(crate) opportunity_name: Option<String>,
    pub(crate) overwrite_lead_source: bool,
    pub(crate) owner: Option<String>,
    /// Whether the caller insists on a duplicate.
    pub(crate) allow_save: bool,
}

/// What the lead became.
#[derive(Debug)]
pub(crate) struct Converted {
    pub(crate) lead: Id,
    pub(crate) account: Id,
    pub(crate) contact: Id,
    pub(crate) opportunity: Option<Id>,
}

/// Parts of an address, which stand behind a stem in other objects.
const ADDRESS: &[&str] = &[
    "Street",
    "City",
    "State",
    "PostalCode",
    "Country",
    "StateCode",
    "CountryCode",
    "Latitude",
    "Longitude",
    "GeocodeAccuracy",
];

const DAY: i64 = 86_400_000;

/// Values by the names of their fields.
type Named = Vec<(String, Value)>;

/// Converts a lead, or leaves everything as it is.
pub(crate) fn convert(salesforce: &Salesforce, asked: &Conversion) -> (Result<Converted, Refusal>, RowCounts) {
    let settings = salesforce.settings();
    let terms = Terms { settings: &settings, allow_save: asked.allow_save, details: false, base: "" };
    salesforce.write(|batch| {
        let lead = Lead::find(batch, asked)?;
        let account = lead.account(batch)?;
        let contact = lead.contact(batch, &terms, account)?;
        let opportunity = if asked.no_opportunity { None } else { Some(lead.opportunity(batch, account, contact)?) };
        lead.close(batch, account, contact, opportunity);
        Ok(Converted { lead: lead.id, account, contact, opportunity })
    })
}

struct Lead<'a> {
    asked: &'a Conversion,
    id: Id,
    position: u32,
    row: Arc<Row>,
    owner: Id,
}

/// A record of this object that is there, by its id.
fn named(batch: &Batch<'_>, object: usize, text: &str, field: &str) -> Result<(u32, Id, Arc<Row>), Refusal> {
    let definition = batch.object(object);
    let id = Id::parse(text).filter(|id| id.prefix() == definition.prefix);
    let id = id.ok_or_else(|| Refusal::malformed_id(&definition.fields[0].label, text, field))?;
    let found = batch.find(object, id).filter(|(_, row)| batch.org.shares(object, row));
    let (position, row) = found.ok_or_else(Refusal::invalid_reference)?;
    if batch.org.is_deleted(object, row) {
        return Err(Refusal::deleted());
    }
    Ok((position, id, Arc::clone(row)))
}

/// A value of a row by its field's name.
fn of(batch: &Batch<'_>, object: usize, row: &Row, name: &str) -> Value {
    batch.object(object).position(name).map_or(Value::Null, |place| row.get(place).clone())
}

fn by_place(batch: &Batch<'_>, object: usize, values: Named) -> Values {
    let place = |(name, value): (String, Value)| Some((batch.object(object).position(&name)?, value));
    values.into_iter().filter_map(place).collect()
}

fn made(batch: &mut Batch<'_>, object: usize, values: Named) -> Result<Id, Refusal> {
    let values = by_place(batch, object, values);
    batch.create(object, values).map_err(|text| Refusal::new("UNKNOWN_EXCEPTION", text))
}

impl<'a> Lead<'a> {
    fn find(batch: &Batch<'_>, asked: &'a Conversion) -> Result<Lead<'a>, Refusal> {
        let (position, id, row) = named(batch, LEAD, &asked.lead, "leadId")?;
        if of(batch, LEAD, &row, "IsConverted") == Value::Bool(true) {
            return Err(Refusal::of_fields("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead", &[]));
        }
        if !LEAD_STATUSES.iter().any(|(name, _, converted)| *converted && *name == asked.status) {
            let text = format!("invalid convertedStatus: {}", asked.status);
            return Err(Refusal::of_fields("INVALID_STATUS", text, &[]));
        }
        let owner = match &asked.owner {
            Some(owner) => named(batch, USER, owner, "ownerId")?.1,
            None => of(batch, LEAD, &row, "OwnerId").as_id().filter(|id| id.prefix() == "005").ok_or_else(|| {
                // Neither code nor text is documented.
                let text = "Converted objects can only be owned by users: the lead is owned by a queue";
                Refusal::of_fields("INVALID_CROSS_REFERENCE_KEY", text, &["ownerId"])
            })?,
        };
        let user = batch.find(USER, owner).map(|(_, row)| of(batch, USER, row, "IsActive"));
        if user == Some(Value::Bool(false)) {
            let text = format!("operation performed with inactive user [{}]", owner.short());
            return Err(Refusal::of_fields("INACTIVE_OWNER_OR_USER", text, &[]));
        }
        if asked.contact.is_some() && asked.account.is_none() {
            // The rule is documented, code and text are not.
            let text = "an account must be given with a contact";
            return Err(Refusal::of_fields("REQUIRED_FIELD_MISSING", text, &["accountId"]));
        }
        Ok(Lead { asked, id, position, row, owner })
    }

    fn value(&self, batch: &Batch<'_>, name: &str) -> Value {
        of(batch, LEAD, &self.row, name)
    }

    /// Fields of another object that take the lead's, with the address below a stem.
    fn copied(&self, batch: &Batch<'_>, fields: &[(&str, &str)], stem: &str) -> Named {
        let fields = fields.iter().map(|(to, from)| ((*to).to_owned(), self.value(batch, from)));
        let parts = ADDRESS.iter().map(|part| (format!("{stem}{part}"), self.value(batch, part)));
        fields.chain(parts).filter(|(_, value)| !value.is_null()).collect()
    }

    fn account(&self, batch: &mut Batch<'_>) -> Result<Id, Refusal> {
        if let Some(account) = &self.asked.account {
            return named(batch, ACCOUNT, account, "accountId").map(|(_, id, _)| id);
        }
        let fields = [
            ("Name", "Company"),
            ("Phone", "Phone"),
            ("Fax", "Fax"),
            ("Website", "Website"),
            ("Industry", "Industry"),
            ("Rating", "Rating"),
            ("AccountSource", "LeadSource"),
            ("AnnualRevenue", "AnnualRevenue"),
            ("NumberOfEmployees", "NumberOfEmployees"),
        ];
        let mut values = self.copied(batch, &fields, "Billing");
        values.push(("OwnerId".to_owned(), Value::Id(self.owner)));
        made(batch, ACCOUNT, values)
    }

    /// A new contact, or the given one, which keeps what it has.
    fn contact(&self, batch: &mut Batch<'_>, terms: &Terms<'_>, account: Id) -> Result<Id, Refusal> {
        let same =
            ["FirstName", "LastName", "Salutation", "Title", "Email", "Phone", "MobilePhone", "Fax", "LeadSource"];
        let same = same.map(|name| (name, name));
        let mut values = self.copied(batch, &same, "Mailing");
        values.push(("Description".to_owned(), self.value(batch, "Description")));
        let Some(contact) = &self.asked.contact else {
            values.push(("AccountId".to_owned(), Value::Id(account)));
            values.push(("OwnerId".to_owned(), Value::Id(self.owner)));
            duplicates::check(batch, terms, CONTACT, &by_place(batch, CONTACT, values.clone()), None)?;
            return made(batch, CONTACT, values);
        };
        let (position, id, row) = named(batch, CONTACT, contact, "contactId")?;
        if of(batch, CONTACT, &row, "AccountId").as_id() != Some(account) {
            // The rule is documented, code and text are not.
            let text = "the contact belongs to another account";
            return Err(Refusal::of_fields("INVALID_CROSS_REFERENCE_KEY", text, &["contactId"]));
        }
        let overwrites = |name: &str| name == "LeadSource" && self.asked.overwrite_lead_source;
        values.retain(|(name, _)| overwrites(name) || of(batch, CONTACT, &row, name).is_null());
        let values = by_place(batch, CONTACT, values);
        if !values.is_empty() {
            batch.update(CONTACT, position, values);
        }
        Ok(id)
    }

    /// In the first stage, due at the end of the quarter, with the contact as
    /// the one to turn to.
    fn opportunity(&self, batch: &mut Batch<'_>, account: Id, contact: Id) -> Result<Id, Refusal> {
        let name = match &self.asked.opportunity_name {
            Some(name) => Value::text(name),
            None => self.value(batch, "Company"),
        };
        let due = Value::Date(quarter_end(batch.now()));
        let values = [
            ("Name", name),
            ("AccountId", Value::Id(account)),
            ("StageName", Value::text(STAGES[0].name)),
            ("CloseDate", due),
            ("OwnerId", Value::Id(self.owner)),
            ("LeadSource", self.value(batch, "LeadSource")),
        ];
        let id = made(batch, OPPORTUNITY, owned(values))?;
        let role =
            [("OpportunityId", Value::Id(id)), ("ContactId", Value::Id(contact)), ("IsPrimary", Value::Bool(true))];
        made(batch, CONTACT_ROLE, owned(role))?;
        Ok(id)
    }

    fn close(&self, batch: &mut Batch<'_>, account: Id, contact: Id, opportunity: Option<Id>) {
        let today = i32::try_from(batch.now().div_euclid(DAY)).map_or(Value::Null, Value::Date);
        let values = owned([
            ("Status", Value::text(&self.asked.status)),
            ("IsConverted", Value::Bool(true)),
            ("IsUnreadByOwner", Value::Bool(false)),
            ("ConvertedDate", today),
            ("ConvertedAccountId", Value::Id(account)),
            ("ConvertedContactId", Value::Id(contact)),
            ("ConvertedOpportunityId", opportunity.map_or(Value::Null, Value::Id)),
        ]);
        let values = by_place(batch, LEAD, values);
        batch.update(LEAD, self.position, values);
    }
}

fn owned<const N: usize>(values: [(&str, Value); N]) -> Named {
    values.map(|(name, value)| (name.to_owned(), value)).into()
}

/// The last day of the quarter of a moment, in days.
fn quarter_end(millis: i64) -> i32 {
    let today = i32::try_from(millis.div_euclid(DAY)).ok().and_then(NaiveDate::from_epoch_days).unwrap_or_default();
    let month = today.month0() / 3 * 3 + 4;
    let (year, month) = if month > 12 { (today.year() + 1, month - 12) } else { (today.year(), month) };
    let next = NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(today);
    next.pred_opt().unwrap_or(today).to_epoch_days()
}

#[cfg(test)]
mod tests {
    use super::quarter_end;
    use crate::salesforce::value::{parse_date, parse_moment};

    #[test]
    fn a_quarter_ends_with_its_last_day() {
        for (at, end) in [("2026-01-01", "2026-03-31"), ("2026-06-30", "2026-06-30"), ("2026-11-29", "2026-12-31")] {
            let millis = parse_moment(&format!("{at}T12:00:00Z")).unwrap();
            assert_eq!(Some(quarter_end(millis)), parse_date(end), "{at}");
        }
    }
}
