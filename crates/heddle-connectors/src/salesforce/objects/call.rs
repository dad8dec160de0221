//! Salesforce `Task` of subtype `Call` to the common call.

use super::links::{WHAT, WHO};
use super::task::STATUSES;
use heddle_connector::mapping::{
    BOOL, Clear, DATE_ONLY, INT, Row, TEXT, TIMESTAMP, Table, Why, absent, both, check, linked, linked_rest, read_only,
    reference, words,
};
use heddle_connector::model::{CallDirection, Object, TaskStatus, call as c};

const DOC: &str = "Object Reference: Task";

const DIRECTIONS: &[(&str, &str)] = &[("INBOUND", "Inbound"), ("OUTBOUND", "Outbound"), ("INTERNAL", "Internal")];

static ROWS: [Row; 26] = [
    both(c::SUBJECT, "Subject", TEXT),
    both(c::CONTENT, "Description", TEXT).unseen(DOC),
    both(c::DIRECTION, "CallType", words::<CallDirection>(DIRECTIONS)).unseen(DOC),
    both(c::START_AT, "ActivityDate", DATE_ONLY),
    absent(c::END_AT, Why::NoSuchConcept),
    both(c::DURATION_SECONDS, "CallDurationInSeconds", INT).unseen(DOC),
    both(c::DISPOSITION, "CallDisposition", TEXT).unseen(DOC),
    absent(c::RECORDING_URL, Why::NoSuchConcept),
    absent(c::FROM, Why::NoSuchConcept),
    absent(c::TO, Why::NoSuchConcept),
    both(c::STATUS, "Status", words::<TaskStatus>(STATUSES)),
    read_only(c::IS_CLOSED, "IsClosed", BOOL).unseen(DOC),
    read_only(c::COMPLETED_AT, "CompletedDateTime", TIMESTAMP).unseen(DOC),
    both(c::OWNER_ID, "OwnerId", reference()),
    read_only(c::OWNER.id(), "OwnerId", reference()),
    read_only(c::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(c::CONTACT_IDS, "WhoId", linked(WHO, "003")),
    both(c::LEAD_IDS, "WhoId", linked(WHO, "00Q")),
    both(c::ACCOUNT_IDS, "WhatId", linked(WHAT, "001")),
    both(c::DEAL_IDS, "WhatId", linked(WHAT, "006")),
    both(c::RELATED_IDS, "WhatId", linked_rest(WHAT)),
    read_only(c::ACCOUNT_ID, "AccountId", reference()).unseen(DOC),
    read_only(c::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(c::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(c::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(c::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Call,
    provider_object: "Task",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);
