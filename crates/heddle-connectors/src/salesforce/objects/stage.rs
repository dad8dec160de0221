//! Salesforce `OpportunityStage` to the common stage.
//!
//! The id is `ApiName`, the word that an opportunity's `StageName` has and that
//! stays when an admin renames the stage. Stages belong to the whole org.

use super::deal::{FORECAST_CATEGORIES, status};
use heddle_connector::mapping::{
    BOOL, Clear, DECIMAL, INT, Row, TEXT, Table, Why, absent, check, custom, read_only, reference, words,
};
use heddle_connector::model::{ForecastCategory, Object, stage as s};

const DOC: &str = "Object Reference: OpportunityStage";

static ROWS: [Row; 13] = [
    read_only(s::NAME, "MasterLabel", TEXT).unseen(DOC),
    absent(s::PIPELINE_ID, Why::NoSuchConcept),
    read_only(s::DISPLAY_ORDER, "SortOrder", INT).unseen(DOC),
    read_only(s::PROBABILITY, "DefaultProbability", DECIMAL).unseen(DOC),
    custom(s::STATUS, &["IsClosed", "IsWon"], status).unseen(DOC),
    read_only(s::IS_CLOSED, "IsClosed", BOOL).unseen(DOC),
    read_only(s::IS_WON, "IsWon", BOOL).unseen(DOC),
    read_only(s::FORECAST_CATEGORY, "ForecastCategoryName", words::<ForecastCategory>(FORECAST_CATEGORIES)).unseen(DOC),
    read_only(s::IS_ACTIVE, "IsActive", BOOL).unseen(DOC),
    read_only(s::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(s::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(s::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(s::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Stage,
    provider_object: "OpportunityStage",
    id: "ApiName",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: None,
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);
