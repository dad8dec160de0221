//! Salesforce `Note`, the older form of notes, to the common note: plain text
//! with one parent, which never changes.

use super::links::PARENT;
use heddle_connector::mapping::{
    BOOL, Clear, Fit, Row, TEXT, Table, Tok, Why, absent, both, check, custom, linked, linked_rest, read_only,
    reference,
};
use heddle_connector::model::{Object, note as n};

const DOC: &str = "Object Reference: Note";

static ROWS: [Row; 17] = [
    both(n::TITLE, "Title", TEXT).unseen(DOC),
    both(n::CONTENT, "Body", TEXT).unseen(DOC),
    custom(n::CONTENT_TYPE, &["Body"], plain).unseen(DOC),
    absent(n::PREVIEW, Why::NoSuchConcept),
    both(n::IS_PRIVATE, "IsPrivate", BOOL).unseen(DOC),
    both(n::OWNER_ID, "OwnerId", reference()).unseen(DOC),
    read_only(n::OWNER.id(), "OwnerId", reference()).unseen(DOC),
    read_only(n::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(n::CONTACT_IDS, "ParentId", linked(PARENT, "003")).unseen(DOC),
    both(n::LEAD_IDS, "ParentId", linked(PARENT, "00Q")).unseen(DOC),
    both(n::ACCOUNT_IDS, "ParentId", linked(PARENT, "001")).unseen(DOC),
    both(n::DEAL_IDS, "ParentId", linked(PARENT, "006")).unseen(DOC),
    both(n::RELATED_IDS, "ParentId", linked_rest(PARENT)).unseen(DOC),
    read_only(n::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(n::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(n::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(n::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Note,
    provider_object: "Note",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

/// The body has no markup.
fn plain(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    if toks.iter().any(|body| *body != Tok::Absent) {
        out.extend_from_slice(br#""TEXT""#);
    }
    Fit::Ok
}

#[cfg(test)]
mod tests {
    use super::TABLE;
    use heddle_connector::mapping::laws;

    #[test]
    fn the_laws_hold() {
        let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }
}
