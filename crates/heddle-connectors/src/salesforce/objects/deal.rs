//! Salesforce `Opportunity` to the common deal.
//!
//! No recording shows opportunities: every row names the vendor's page. Stages
//! are the words of a picklist; a record type stands for a pipeline. The people
//! who have a part in it come by a sub-query in the same statement.

use super::contact_roles;
use heddle_connector::mapping::{
    BOOL, Clear, DATE, DATE_ONLY, DECIMAL, Fit, ID, Row, TEXT, TIMESTAMP, Table, Tok, Why, absent, both, check, custom,
    read_only, reference, words,
};
use heddle_connector::model::{DealStatus, ForecastCategory, Object, deal as d};

const DOC: &str = "Object Reference: Opportunity";
const CURRENCIES: &str = "Object Reference: Opportunity, Multiple Currencies";
const RECORD_TYPES: &str = "Object Reference: Opportunity, RecordType";

/// The id and the name of the only pipeline of an org without record types.
pub(in crate::salesforce) const DEFAULT_PIPELINE: (&str, &str) = ("default", "Default");

/// The words of the forecast categories; admins rename their labels, not these.
pub(super) const FORECAST_CATEGORIES: &[(&str, &str)] = &[
    ("OMITTED", "Omitted"),
    ("PIPELINE", "Pipeline"),
    ("BEST_CASE", "Best Case"),
    ("MOST_LIKELY", "Most Likely"),
    ("COMMIT", "Commit"),
    ("CLOSED", "Closed"),
];

static ROWS: [Row; 37] = [
    both(d::NAME, "Name", TEXT).unseen(DOC),
    both(d::DESCRIPTION, "Description", TEXT).unseen(DOC),
    both(d::TYPE, "Type", TEXT).unseen(DOC),
    both(d::NEXT_STEP, "NextStep", TEXT).unseen(DOC),
    both(d::AMOUNT.amount(), "Amount", DECIMAL).unseen(DOC),
    // Only orgs with several currencies have it.
    both(d::AMOUNT.currency(), "CurrencyIsoCode", TEXT).unseen(CURRENCIES),
    both(d::PROBABILITY, "Probability", DECIMAL).unseen(DOC),
    read_only(d::EXPECTED_REVENUE.amount(), "ExpectedRevenue", DECIMAL).unseen(DOC),
    read_only(d::EXPECTED_REVENUE.currency(), "CurrencyIsoCode", TEXT).unseen(CURRENCIES),
    custom(d::STATUS, &["IsClosed", "IsWon"], status).unseen(DOC),
    read_only(d::IS_CLOSED, "IsClosed", BOOL).unseen(DOC),
    read_only(d::IS_WON, "IsWon", BOOL).unseen(DOC),
    both(d::PIPELINE_ID, "RecordTypeId", reference()).unseen(RECORD_TYPES).otherwise(DEFAULT_PIPELINE.0),
    read_only(d::PIPELINE_NAME, "RecordType.Name", TEXT).unseen(RECORD_TYPES).otherwise(DEFAULT_PIPELINE.1),
    both(d::STAGE_ID, "StageName", TEXT).unseen(DOC),
    read_only(d::STAGE_NAME, "StageName", TEXT).unseen(DOC),
    both(d::FORECAST_CATEGORY, "ForecastCategoryName", words::<ForecastCategory>(FORECAST_CATEGORIES)).unseen(DOC),
    both(d::EXPECTED_CLOSE_DATE, "CloseDate", DATE).unseen(DOC),
    custom(d::CLOSED_AT, &["IsClosed", "LastStageChangeDate"], closed_at).unseen(DOC),
    read_only(d::STAGE_CHANGED_AT, "LastStageChangeDate", TIMESTAMP).unseen(DOC),
    absent(d::WON_REASON, Why::OnlyAsCustomField),
    absent(d::LOST_REASON, Why::OnlyAsCustomField),
    both(d::ACCOUNT_ID, "AccountId", reference()).unseen(DOC),
    read_only(d::ACCOUNT.id(), "AccountId", reference()).unseen(DOC),
    read_only(d::ACCOUNT.name(), "Account.Name", TEXT).unseen(DOC),
    both(d::CONTACT_IDS, contact_roles::PATH, contact_roles::LINKS).unseen("Object Reference: OpportunityContactRole"),
    both(d::OWNER_ID, "OwnerId", reference()).unseen(DOC),
    read_only(d::OWNER.id(), "OwnerId", reference()).unseen(DOC),
    read_only(d::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(d::LEAD_SOURCE, "LeadSource", TEXT).unseen(DOC),
    both(d::CAMPAIGN_ID, "CampaignId", ID).unseen(DOC),
    absent(d::PRIORITY, Why::OnlyAsCustomField),
    absent(d::TAGS, Why::NotBuiltYet),
    read_only(d::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(d::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    read_only(d::LAST_ACTIVITY_AT, "LastActivityDate", DATE_ONLY).unseen(DOC),
    absent(d::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Deal,
    provider_object: "Opportunity",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

/// Open, won or lost, from the two flags that follow the stage. Never from the
/// stage's name, which admins choose.
pub(super) fn status(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    let status = match toks {
        [Tok::True, Tok::True] => DealStatus::Won,
        [Tok::True, Tok::False] => DealStatus::Lost,
        [Tok::False, _] => DealStatus::Open,
        // One of them is hidden: nothing is known.
        [Tok::Absent | Tok::Null, _] | [_, Tok::Absent | Tok::Null] => return Fit::Ok,
        _ => return Fit::Misfit("not a truth value"),
    };
    out.extend_from_slice(format!("\"{}\"", status.as_str()).as_bytes());
    Fit::Ok
}

/// When a closed opportunity reached the stage that closed it.
fn closed_at(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    match toks {
        [Tok::True, changed] if !changed.is_nothing() => TIMESTAMP.erased().read(*changed, out),
        _ => Fit::Ok,
    }
}

#[cfg(test)]
#[path = "deal_tests.rs"]
mod tests;
