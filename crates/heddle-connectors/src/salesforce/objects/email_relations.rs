//! The people of an e-mail message: rows of `EmailMessageRelation`, one for
//! every address that belongs to a record. Salesforce makes them of the
//! addresses; they are only read.

use heddle_connector::mapping::{Codec, Erased, Fit, Misfit, Tok, Wire};
use heddle_connector::model::{List, Ref, refs};
use serde::Deserialize;

/// The list of a message's relations.
pub(super) const PATH: &str = "EmailMessageRelations";

/// What a statement asks for to get it.
pub(super) const QUERY: &str = "(SELECT RelationId FROM EmailMessageRelations WHERE IsDeleted = false ORDER BY Id)";

const SAMPLE: &[&str] = &[r#"{"done":true,"records":[{"RelationId":"0035e00000AbCdEAAV"}]}"#];

/// The contacts among them.
pub(super) const CONTACTS: Codec<List<Ref<refs::Contact>>> = Codec::list("contacts", read_contacts, refuse, SAMPLE);
/// The leads among them.
pub(super) const LEADS: Codec<List<Ref<refs::Lead>>> = Codec::list("leads", read_leads, refuse, SAMPLE);

fn read_contacts(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    read("003", tok, out)
}

fn read_leads(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    read("00Q", tok, out)
}

/// Each record once, however many of its addresses the message has.
fn read(prefix: &str, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    #[derive(Deserialize)]
    struct Relations {
        #[serde(default)]
        done: Option<bool>,
        records: Vec<Relation>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Relation {
        relation_id: Option<String>,
    }
    const NO_RELATIONS: Fit = Fit::Misfit("not a list of message relations");
    let Tok::Json(json) = tok else { return NO_RELATIONS };
    let Ok(relations) = serde_json::from_slice::<Relations>(json) else { return NO_RELATIONS };
    let mut ids: Vec<String> = Vec::new();
    for id in relations.records.into_iter().filter_map(|relation| relation.relation_id) {
        if id.starts_with(prefix) && !ids.contains(&id) {
            ids.push(id);
        }
    }
    if serde_json::to_writer(&mut *out, &ids).is_err() {
        return NO_RELATIONS;
    }
    match relations.done {
        Some(false) => Fit::Repaired("only the first people of a longer list were sent"),
        _ => Fit::Ok,
    }
}

fn refuse<'a>(_: &Erased, _: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    Err(Misfit("left out: this CRM makes it of the addresses"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_is_named_once_and_users_are_none_of_them() {
        let rows = br#"{"records":[{"RelationId":"003A"},{"RelationId":"005A"},{"RelationId":"00QA"},
                        {"RelationId":"003A"},{"RelationId":null}]}"#;
        for (codec, expected) in [(CONTACTS.erased(), "[\"003A\"]"), (LEADS.erased(), "[\"00QA\"]")] {
            let mut out = Vec::new();
            assert_eq!(codec.read(Tok::Json(rows), &mut out), Fit::Ok);
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        }
    }
}
