//! Any object of Salesforce's or the org's own. Its fields are all the
//! account's; the rows show those that most objects have in one place.

use heddle_connector::mapping::{Clear, Row, TEXT, Table, check, read_only, reference};
use heddle_connector::model::{Object, record as r};

const DOC: &str = "Object Reference: system fields";

static ROWS: [Row; 4] = [
    read_only(r::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(r::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    read_only(r::OWNER_ID, "OwnerId", reference()).unseen(DOC),
    read_only(r::NAME, "Name", TEXT).unseen(DOC),
];

/// The table that those of all objects are made from.
pub static TABLE: Table = Table {
    object: Object::Record,
    provider_object: "",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

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
