//! Salesforce `ContentNote`, the notes of orgs with enhanced notes, to the
//! common note: HTML that several records can have at once. In others
//! [`super::note`] stands in.
//!
//! Text and links stand in other objects; the connector joins them to each
//! record under the names here that are no fields of Salesforce's.

use super::note_links as links;
use heddle_connector::mapping::{
    Clear, Codec, Erased, Fit, Misfit, Row, TEXT, Table, Tok, ValueKind, Why, Wire, absent, both, check, custom,
    read_only, reference,
};
use heddle_connector::model::{ContentType, Enum, Object, Text, note as n};

const DOC: &str = "Object Reference: ContentNote";
const LINK_DOC: &str = "Object Reference: ContentDocumentLink";

/// Salesforce's name of the object.
pub(in crate::salesforce) const OBJECT: &str = "ContentNote";
/// The text.
pub(in crate::salesforce) const CONTENT: &str = "Content";
/// What the text is written in.
pub(in crate::salesforce) const CONTENT_TYPE: &str = "Content/Type";

/// In place of the text: it was not asked for. A deleted note has `true`.
pub(in crate::salesforce) const NOT_READ: &str = "false";
/// In place of the text of a deleted note.
pub(in crate::salesforce) const DELETED: &str = "true";

/// The text, which lists do not have.
const HTML: Codec<Text> = Codec::new("note text", ValueKind::Text, read_content, write_content);
/// What it is written in: the connector's own word, which nothing compares.
const WRITTEN_IN: Codec<Enum<ContentType>> =
    Codec::list("way of writing", read_way, write_way, &[r#""HTML""#, r#""TEXT""#]);

static ROWS: [Row; 17] = [
    both(n::TITLE, "Title", TEXT).unseen(DOC),
    both(n::CONTENT, CONTENT, HTML).unseen(DOC),
    both(n::CONTENT_TYPE, CONTENT_TYPE, WRITTEN_IN).unseen(DOC),
    read_only(n::PREVIEW, "TextPreview", TEXT).unseen(DOC),
    custom(n::IS_PRIVATE, &["SharingPrivacy"], private).unseen(DOC),
    // Only a user with the right to set audit fields could choose another.
    read_only(n::OWNER_ID, "OwnerId", reference()).unseen(DOC),
    read_only(n::OWNER.id(), "OwnerId", reference()).unseen(DOC),
    read_only(n::OWNER.name(), "Owner.Name", TEXT).unseen(DOC),
    both(n::CONTACT_IDS, links::CONTACTS.path, links::CONTACT_IDS).unseen(LINK_DOC),
    both(n::LEAD_IDS, links::LEADS.path, links::LEAD_IDS).unseen(LINK_DOC),
    both(n::ACCOUNT_IDS, links::ACCOUNTS.path, links::ACCOUNT_IDS).unseen(LINK_DOC),
    both(n::DEAL_IDS, links::DEALS.path, links::DEAL_IDS).unseen(LINK_DOC),
    both(n::RELATED_IDS, links::OTHERS.path, links::OTHER_IDS).unseen(LINK_DOC),
    read_only(n::CREATED_BY_ID, "CreatedById", reference()).unseen(DOC),
    read_only(n::UPDATED_BY_ID, "LastModifiedById", reference()).unseen(DOC),
    absent(n::LAST_ACTIVITY_AT, Why::NoSuchConcept),
    absent(n::MERGED_INTO_ID, Why::NoSuchConcept),
];

/// The table.
pub static TABLE: Table = Table {
    object: Object::Note,
    provider_object: OBJECT,
    id: "Id",
    // The object has no SystemModstamp.
    modified: "LastModifiedDate",
    created: Some("CreatedDate"),
    deleted: Some("IsDeleted"),
    clear: Clear::Null,
    wrap: None,
    rows: &ROWS,
};

const _: () = check(&TABLE);

fn read_content(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match tok {
        Tok::False => Fit::Elsewhere("it takes one more call for every note: read the note by its id"),
        Tok::True => Fit::Elsewhere("the text of a deleted note is not read"),
        tok => TEXT.erased().read(tok, out),
    }
}

fn write_content<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    TEXT.erased().write(tok)
}

fn read_way(_: &Erased, tok: Tok<'_>, out: &mut Vec<u8>) -> Fit {
    match tok {
        Tok::Str(b"HTML" | b"TEXT") => TEXT.erased().read(tok, out),
        _ => Fit::Misfit("neither HTML nor TEXT"),
    }
}

fn write_way<'a>(_: &Erased, tok: Tok<'a>) -> Result<Wire<'a>, Misfit> {
    match tok {
        Tok::Str(b"HTML" | b"TEXT") => TEXT.erased().write(tok),
        _ => Err(Misfit("HTML or TEXT")),
    }
}

/// `P` is private, `N` is as visible as the records that the note is about.
fn private(toks: &[Tok<'_>], out: &mut Vec<u8>) -> Fit {
    match toks.first().and_then(|tok| tok.text()).as_deref() {
        Some("P") => out.extend_from_slice(b"true"),
        Some("N") => out.extend_from_slice(b"false"),
        Some(_) => return Fit::Misfit("not a word of Salesforce's for privacy"),
        None => {}
    }
    Fit::Ok
}

#[cfg(test)]
mod tests {
    use super::*;
    use heddle_connector::mapping::laws;

    #[test]
    fn the_laws_hold() {
        let breaches: Vec<String> = laws::all(&TABLE).iter().map(ToString::to_string).collect();
        assert!(breaches.is_empty(), "{}", breaches.join("\n"));
    }

    #[test]
    fn a_text_that_was_not_read_is_told_from_none() {
        let read = |tok| HTML.erased().read(tok, &mut Vec::new());
        assert!(matches!(read(Tok::False), Fit::Elsewhere(_)) && matches!(read(Tok::True), Fit::Elsewhere(_)));
        assert_eq!(read(Tok::Str(b"<p>x</p>")), Fit::Ok);
    }
}
