//! Salesforce `RecordType` of opportunities to the common pipeline.
//!
//! Which stages a record type allows stands in its sales process, which the
//! data API does not show.

use heddle_connector::mapping::{BOOL, Clear, Row, TEXT, Table, Why, absent, check, read_only, reference};
use heddle_connector::model::{Object, pipeline as p};

const DOC: &str = "Object Reference: RecordType";

static ROWS: [Row; 8] = [
    read_only(p::NAME, "Name", TEXT).unseen(DOC),
    absent(p::DISPLAY_ORDER, Why::NoSuchConcept),
    read_only(p::IS_ACTIVE, "IsActive", BOOL).unseen(DOC),
    absent(p::CURRENCY, Why::NoSuchConcept),
    read_only(p::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(p::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(p::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(p::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Pipeline,
    provider_object: "RecordType",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: None,
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);
