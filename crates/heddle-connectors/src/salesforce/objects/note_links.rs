//! The records that a note is about, in orgs with enhanced notes: rows of
//! `ContentDocumentLink`, which Salesforce gives only for named notes or
//! records. The connector reads them with a call of their own and joins them
//! to each note, a list for each kind of record. Users are none of them.

use super::children::{Children, Own};
use crate::salesforce::ids;
use heddle_connector::mapping::{Codec, Erased, Fit, Misfit, Tok, Wire};
use heddle_connector::model::{List, Ref, Text, refs};
use serde::{Deserialize, Serialize};

const fn links(path: &'static str, own: Own) -> Children {
    Children {
        path,
        object: "ContentDocumentLink",
        parent: "ContentDocumentId",
        key: "LinkedEntityId",
        rest: &[],
        // Those who see the record see the note.
        given: &[("ShareType", r#""V""#)],
        own,
    }
}

/// Links to contacts.
pub(super) const CONTACTS: Children = links("ContentDocumentLinks/Contact", Own::With(&["003"]));
/// Links to leads.
pub(super) const LEADS: Children = links("ContentDocumentLinks/Lead", Own::With(&["00Q"]));
/// Links to accounts.
pub(super) const ACCOUNTS: Children = links("ContentDocumentLinks/Account", Own::With(&["001"]));
/// Links to deals.
pub(super) const DEALS: Children = links("ContentDocumentLinks/Opportunity", Own::With(&["006"]));
/// Links to other records; those to users are the note's shares, not what it is about.
pub(super) const OTHERS: Children =
    links("ContentDocumentLinks/Other", Own::Without(&["003", "00Q", "001", "006", "005"]));

/// All of them.
pub(in crate::salesforce) static ALL: [Children; 5] = [CONTACTS, LEADS, ACCOUNTS, DEALS, OTHERS];

/// Ids of contacts.
pub(super) const CONTACT_IDS: Codec<List<Ref<refs::Contact>>> =
    Codec::list("linked contacts", read, write_contacts, &[r#"{"records":[{"LinkedEntityId":"0035e00000AbCdEAAV"}]}"#]);
/// Ids of leads.
pub(super) const LEAD_IDS: Codec<List<Ref<refs::Lead>>> =
    Codec::list("linked leads", read, write_leads, &[r#"{"records":[{"LinkedEntityId":"00Q5e00000AbCdEEAV"}]}"#]);
/// Ids of accounts.
pub(super) const ACCOUNT_IDS: Codec<List<Ref<refs::Account>>> =
    Codec::list("linked accounts", read, write_accounts, &[r#"{"records":[{"LinkedEntityId":"0015e00000AbCdEAAV"}]}"#]);
/// Ids of deals.
pub(super) const DEAL_IDS: Codec<List<Ref<refs::Deal>>> =
    Codec::list("linked deals", read, write_deals, &[r#"{"records":[{"LinkedEntityId":"0065e00000AbCdEAAV"}]}"#]);
/// Ids of other records.
pub(super) const OTHER_IDS: Codec<List<Text>> =
    Codec::list("linked records", read, write_others, &[r#"{"records":[{"LinkedEntityId":"7015e00000AbCdEAAV"}]}"#]);

#[derive(Deserialize, Serialize)]
struct Links {
    records: Vec<Link>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Link {
    linked_entity_id: String,
}

fn read(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    const NO_LINKS: Fit = Fit::Misfit("not a list of links");
    let Tok::Json(json) = tok else { return NO_LINKS };
    let Ok(links) = serde_json::from_slice::<Links>(json) else { return NO_LINKS };
    let ids: Vec<String> = links.records.into_iter().map(|link| link.linked_entity_id).collect();
    serde_json::to_writer(out, &ids).map_or(NO_LINKS, |()| Fit::Ok)
}

fn write_contacts<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    write(&CONTACTS, Misfit("a list of ids of contacts"), tok)
}

fn write_leads<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    write(&LEADS, Misfit("a list of ids of leads"), tok)
}

fn write_accounts<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    write(&ACCOUNTS, Misfit("a list of ids of accounts"), tok)
}

fn write_deals<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    write(&DEALS, Misfit("a list of ids of deals"), tok)
}

fn write_others<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    let must_be = Misfit("a list of ids of records that are no contacts, leads, accounts, deals or users");
    write(&OTHERS, must_be, tok)
}

/// A record that is named twice is linked once.
fn write<'a>(children: &Children, must_be: Misfit, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    let Tok::Json(json) = tok else { return Err(must_be) };
    let given: Vec<String> = serde_json::from_slice(json).map_err(|_| must_be)?;
    let mut ids: Vec<String> = Vec::with_capacity(given.len());
    for id in given {
        let id = ids::to_18(&id).filter(|id| children.own.has(id)).ok_or(must_be)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let records = ids.into_iter().map(|linked_entity_id| Link { linked_entity_id }).collect();
    serde_json::to_string(&Links { records }).map(|json| Wire::Json(json.into())).map_err(|_| must_be)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_list_takes_ids_of_its_own_kind() {
        let written = |codec: Erased, ids: &str| codec.write(Tok::Json(ids.as_bytes())).map(Wire::into_owned);
        let once = written(CONTACT_IDS.erased(), r#"["0035e00000AbCdE","0035e00000AbCdEAAV"]"#);
        assert_eq!(once, Ok(Wire::Json(r#"{"records":[{"LinkedEntityId":"0035e00000AbCdEAAV"}]}"#.into())));
        assert!(written(CONTACT_IDS.erased(), r#"["0015e00000AbCdE"]"#).is_err());
        assert!(written(OTHER_IDS.erased(), r#"["7015e00000AbCdE"]"#).is_ok());
        for user_or_known in [r#"["0055e00000AbCdE"]"#, r#"["0065e00000AbCdE"]"#, "[1]", "{}"] {
            assert!(written(OTHER_IDS.erased(), user_or_known).is_err(), "{user_or_known}");
        }
    }
}
