//! Salesforce `EmailMessage` to the common e-mail, in orgs with Enhanced Email;
//! in others [`super::email_task`] stands in.

use super::email_relations;
use super::links::RELATED_TO;
use heddle_connector::mapping::{
    BOOL, Clear, Codec, Erased, Fit, MOMENT, Misfit, Row, TEXT, Table, Tok, ValueKind, Why, Wire, absent, both, check,
    linked, linked_rest, read_only, reference, words,
};
use heddle_connector::model::{EmailStatus, List, Object, Text, email as e};

const DOC: &str = "Object Reference: EmailMessage";
const RELATIONS: &str = "Object Reference: EmailMessageRelation";

/// The picklist holds digits; what they mean is fixed.
const STATUSES: &[(&str, &str)] =
    &[("NEW", "0"), ("READ", "1"), ("REPLIED", "2"), ("SENT", "3"), ("FORWARDED", "4"), ("DRAFT", "5")];

/// Addresses in one text, with semicolons between.
const ADDRESSES: Codec<List<Text>> = Codec::new("addresses", ValueKind::Text, read_addresses, write_addresses);

static ROWS: [Row; 26] = [
    both(e::SUBJECT, "Subject", TEXT).unseen(DOC),
    both(e::BODY_TEXT, "TextBody", TEXT).unseen(DOC),
    both(e::BODY_HTML, "HtmlBody", TEXT).unseen(DOC),
    both(e::IS_INCOMING, "Incoming", BOOL).unseen(DOC),
    both(e::SENT_AT, "MessageDate", MOMENT).unseen(DOC),
    both(e::FROM, "FromAddress", TEXT).unseen(DOC),
    both(e::FROM_NAME, "FromName", TEXT).unseen(DOC),
    both(e::TO, "ToAddress", ADDRESSES).unseen(DOC),
    both(e::CC, "CcAddress", ADDRESSES).unseen(DOC),
    both(e::BCC, "BccAddress", ADDRESSES).unseen(DOC),
    both(e::STATUS, "Status", words::<EmailStatus>(STATUSES)).unseen(DOC),
    both(e::THREAD_ID, "ThreadIdentifier", TEXT).unseen(DOC),
    both(e::MESSAGE_ID, "MessageIdentifier", TEXT).unseen(DOC),
    read_only(e::HAS_ATTACHMENTS, "HasAttachment", BOOL).unseen(DOC),
    absent(e::OWNER_ID, Why::NoSuchConcept),
    absent(e::OWNER, Why::NoSuchConcept),
    read_only(e::CONTACT_IDS, email_relations::PATH, email_relations::CONTACTS).unseen(RELATIONS),
    read_only(e::LEAD_IDS, email_relations::PATH, email_relations::LEADS).unseen(RELATIONS),
    both(e::ACCOUNT_IDS, "RelatedToId", linked(RELATED_TO, "001")).unseen(DOC),
    both(e::DEAL_IDS, "RelatedToId", linked(RELATED_TO, "006")).unseen(DOC),
    both(e::RELATED_IDS, "RelatedToId", linked_rest(RELATED_TO)).unseen(DOC),
    absent(e::ACCOUNT_ID, Why::NoSuchConcept),
    read_only(e::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(e::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(e::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(e::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Email,
    provider_object: "EmailMessage",
    id: "Id",
    modified: "SystemModstamp",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

fn read_addresses(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    let Some(text) = tok.text() else {
        return Fit::Misfit("not text");
    };
    let addresses: Vec<&str> = text.split(';').map(str::trim).filter(|address| !address.is_empty()).collect();
    // Text in a list is always JSON.
    serde_json::to_writer(out, &addresses).map_or(Fit::Misfit("not text"), |()| Fit::Ok)
}

/// Takes a list, and one address alone, as conditions have it.
fn write_addresses<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    const MUST_BE: Misfit = Misfit("a list of addresses without semicolons");
    let addresses: Vec<String> = match tok {
        Tok::Json(json) => serde_json::from_slice(json).map_err(|_| MUST_BE)?,
        tok => vec![tok.text().ok_or(MUST_BE)?.into_owned()],
    };
    if addresses.iter().any(|address| address.contains(';') || address.trim().is_empty()) {
        return Err(MUST_BE);
    }
    let joined = addresses.iter().map(|address| address.trim()).collect::<Vec<_>>().join("; ");
    Ok(if joined.is_empty() { Wire::Null } else { Wire::Text(joined.into()) })
}

#[cfg(test)]
mod tests {
    use super::{ADDRESSES, TABLE};
    use heddle_connector::mapping::{Fit, Tok, Wire, laws};

    #[test]
    fn the_laws_hold() {
        let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn addresses_are_a_list_here_and_one_text_there() {
        let codec = ADDRESSES.erased();
        let mut out = Vec::new();
        assert_eq!(codec.read(Tok::Str(b"a@x.example; b@x.example;"), &mut out), Fit::Ok);
        assert_eq!(out, br#"["a@x.example","b@x.example"]"#);
        assert_eq!(codec.write(Tok::Json(&out)), Ok(Wire::Text("a@x.example; b@x.example".into())));
        assert_eq!(codec.write(Tok::Json(b"[]")), Ok(Wire::Null));
        assert!(codec.write(Tok::Json(br#"["a;b"]"#)).is_err());
        assert!(codec.write(Tok::Json(b"[1]")).is_err());
    }
}
