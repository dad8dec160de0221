//! Salesforce `Task` of subtype `Email` to the common e-mail, in orgs without
//! Enhanced Email: they keep what was sent as a task, with the body as its text.

use super::links::{WHAT, WHO};
use heddle_connector::mapping::{
    Clear, DATE_ONLY, Row, TEXT, Table, Why, absent, both, check, linked, linked_rest, read_only, reference,
};
use heddle_connector::model::{Object, email as e};

const DOC: &str = "Object Reference: Task";

static ROWS: [Row; 27] = [
    both(e::SUBJECT, "Subject", TEXT),
    both(e::BODY_TEXT, "Description", TEXT).unseen(DOC),
    absent(e::BODY_HTML, Why::NoSuchConcept),
    absent(e::IS_INCOMING, Why::NoSuchConcept),
    both(e::SENT_AT, "ActivityDate", DATE_ONLY),
    absent(e::FROM, Why::NoSuchConcept),
    absent(e::FROM_NAME, Why::NoSuchConcept),
    absent(e::TO, Why::NoSuchConcept),
    absent(e::CC, Why::NoSuchConcept),
    absent(e::BCC, Why::NoSuchConcept),
    // A task's status says whether it is done, not how far a message has come.
    absent(e::STATUS, Why::NoSuchConcept),
    absent(e::THREAD_ID, Why::NoSuchConcept),
    absent(e::MESSAGE_ID, Why::NoSuchConcept),
    absent(e::HAS_ATTACHMENTS, Why::NoSuchConcept),
    both(e::OWNER_ID, "OwnerId", reference()),
    read_only(e::OWNER.id(), "OwnerId", reference()),
    read_only(e::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(e::CONTACT_IDS, "WhoId", linked(WHO, "003")),
    both(e::LEAD_IDS, "WhoId", linked(WHO, "00Q")),
    both(e::ACCOUNT_IDS, "WhatId", linked(WHAT, "001")),
    both(e::DEAL_IDS, "WhatId", linked(WHAT, "006")),
    both(e::RELATED_IDS, "WhatId", linked_rest(WHAT)),
    read_only(e::ACCOUNT_ID, "AccountId", reference()).unseen(DOC),
    read_only(e::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(e::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(e::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(e::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Email,
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
