//! Notes of orgs with enhanced notes: their links and texts take calls of
//! their own, whose answers are joined to the notes before a table reads them.
//!
//! A page is one call for the notes and one for their links (one more for each
//! 2,000 links). One note is a call for both, and one for its text.

use super::objects::children::Children;
use super::objects::content_note::{CONTENT, CONTENT_TYPE, DELETED, NOT_READ, OBJECT};
use super::objects::note_links;
use super::{ids, lists, soql, version, wire, write};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use heddle_connector::mapping::{Table, Tok, Wire, peek};
use heddle_connector::{
    CreateQuery, Failure, FailureKind, FetchQuery, ListQuery, Page, Request, SchemaField, Session, UpdateQuery, Values,
    Written,
};
use serde_json::Value;
use serde_json::value::RawValue;

/// The version of the note's file that its text stands in.
const TEXT_VERSION: &str = "LatestPublishedVersionId";
const IS_DELETED: &str = "IsDeleted";

/// Whether a table is about these notes.
pub(super) fn are(table: &Table) -> bool {
    table.provider_object == OBJECT
}

/// What is joined to each note, as fields beside those that Salesforce
/// describes; nothing can compare them.
pub(super) fn joined_fields() -> impl Iterator<Item = SchemaField> {
    let names = note_links::ALL.iter().map(|links| links.path).chain([CONTENT_TYPE]);
    names.map(|name| SchemaField {
        name: name.to_owned(),
        label: name.to_owned(),
        kind: "list".to_owned(),
        createable: true,
        updateable: true,
        ..SchemaField::default()
    })
}

fn unreadable(what: &str) -> Failure {
    Failure::new(FailureKind::BadResponse, format!("Salesforce's {what} cannot be read"))
}

/// The lists of links that are asked for.
fn wanted(asked: &[String]) -> Vec<&'static Children> {
    note_links::ALL.iter().filter(|links| asked.iter().any(|path| path == links.path)).collect()
}

/// The fields to ask for: of the text Salesforce would give an address only,
/// and what is no name a statement leaves out by itself.
fn fields(asked: &[String]) -> Vec<String> {
    asked.iter().filter(|path| *path != CONTENT).cloned().collect()
}

/// One page of notes with their links.
pub(super) async fn list(session: &Session, query: &ListQuery<'_>) -> Result<Page, Failure> {
    let asked = fields(query.asked);
    let own = ListQuery {
        table: query.table,
        asked: &asked,
        filter: query.filter,
        deleted: query.deleted,
        order: query.order.clone(),
        after: query.after,
        limit: query.limit,
    };
    let statement = soql::list(&own);
    if let Some(detail) = soql::too_long(&statement) {
        return Err(Failure::new(FailureKind::Unsupported, detail));
    }
    let reach = wire::Reach::of(query.deleted);
    let api = version(&session.account);
    let (request, envelope) = wire::reaching(reach, api, &statement);
    let reply = session.send(request).await?;
    let notes = records(&reply.body, envelope.records)?;
    let done = peek(&reply.body, envelope.done.unwrap_or_default()) != Some(Tok::False);
    let mut links = Vec::new();
    if !notes.is_empty() && !wanted(query.asked).is_empty() {
        let ids = notes.iter().map(|note| id_in(note)).collect::<Result<Vec<_>, _>>()?;
        let (request, envelope) = wire::reaching(reach, api, &links_of(&ids));
        let reply = session.send(request).await?;
        links = all_links(session, &reply.body, envelope.records).await?;
    }
    let body = joined(&notes, query.asked, &links, NOT_READ, done)?;
    Ok(Page { clock: reply.provider_clock(), body: body.into(), envelope: &wire::QUERY_ENVELOPE })
}

/// One note with its links and its text.
pub(super) async fn fetch(session: &Session, query: &FetchQuery<'_>) -> Result<Page, Failure> {
    let with_text = query.asked.iter().any(|path| path == CONTENT);
    let mut asked = fields(query.asked);
    if with_text {
        let missing = [TEXT_VERSION, IS_DELETED].into_iter().filter(|path| !query.asked.iter().any(|has| has == path));
        asked.extend(missing.map(str::to_owned));
    }
    let own = FetchQuery {
        table: query.table,
        asked: &asked,
        version: query.version,
        filter: query.filter,
        deleted: query.deleted,
        id: query.id,
    };
    let statement = soql::by_id(&own, OBJECT, query.table.id);
    let (reach, api) = (wire::Reach::of(query.deleted), version(&session.account));
    let with_links = !wanted(query.asked).is_empty();
    let (request, envelope) = match with_links {
        true => wire::query_pair(reach, api, &statement, &links_of(&[query.id.to_owned()])),
        false => wire::reaching(reach, api, &statement),
    };
    let reply = session.send(request).await?;
    let notes = records(&reply.body, envelope.records)?;
    let links = match with_links && !notes.is_empty() {
        true => all_links(session, &reply.body, SECOND).await?,
        false => Vec::new(),
    };
    let text = match notes.first() {
        Some(note) if with_text => text_of(session, note).await?,
        _ => NOT_READ.to_owned(),
    };
    let body = joined(&notes, query.asked, &links, &text, true)?;
    Ok(Page { clock: reply.provider_clock(), body: body.into(), envelope: &wire::QUERY_ENVELOPE })
}

/// Where the records of a pair's second statement stand.
const SECOND: &str = "compositeResponse.1.body.records";

/// The records at a place of an answer.
fn records<'b>(body: &'b [u8], place: &str) -> Result<Vec<&'b RawValue>, Failure> {
    match peek(body, place) {
        Some(Tok::Json(json)) => serde_json::from_slice(json).map_err(|_| unreadable("page of notes")),
        _ => Err(unreadable("page of notes")),
    }
}

/// A field of a record.
fn text_at(record: &RawValue, path: &str) -> Option<String> {
    Some(peek(record.get().as_bytes(), path)?.text()?.into_owned())
}

/// A note's id, in the form that can stand in a statement.
fn id_in(note: &RawValue) -> Result<String, Failure> {
    text_at(note, "Id").as_deref().and_then(ids::to_18).ok_or_else(|| unreadable("id of a note"))
}

/// The statement for the links of some notes.
fn links_of(notes: &[String]) -> String {
    let ids: Vec<String> = notes.iter().map(|id| format!("'{id}'")).collect();
    let ids = ids.join(",");
    format!("SELECT Id,ContentDocumentId,LinkedEntityId FROM ContentDocumentLink WHERE ContentDocumentId IN ({ids})")
}

/// The links of an answer, and of the pages behind it.
async fn all_links(session: &Session, body: &[u8], place: &str) -> Result<Vec<lists::Item>, Failure> {
    let unreadable = || unreadable("links of notes");
    let mut links: Vec<lists::Item> = Vec::new();
    let (mut body, mut place) = (bytes::Bytes::copy_from_slice(body), place.to_owned());
    loop {
        let Some(Tok::Json(json)) = peek(&body, &place) else { return Err(unreadable()) };
        links.extend(serde_json::from_slice::<Vec<lists::Item>>(json).map_err(|_| unreadable())?);
        let beside = |name: &str| place.strip_suffix("records").map(|start| format!("{start}{name}"));
        if beside("done").and_then(|done| peek(&body, &done)) != Some(Tok::False) {
            return Ok(links);
        }
        let next = beside("nextRecordsUrl").and_then(|next| Some(peek(&body, &next)?.text()?.into_owned()));
        let next = next.filter(|path| path.starts_with("/services/data/")).ok_or_else(unreadable)?;
        body = session.send(Request::get(wire::QUERY, next)).await?.body;
        place = wire::QUERY_ENVELOPE.records.to_owned();
    }
}

/// The text of a note as JSON.
async fn text_of(session: &Session, note: &RawValue) -> Result<String, Failure> {
    if peek(note.get().as_bytes(), IS_DELETED) == Some(Tok::True) {
        return Ok(DELETED.to_owned());
    }
    let Some(file) = text_at(note, TEXT_VERSION) else { return Ok("null".to_owned()) };
    let file = ids::to_18(&file).ok_or_else(|| unreadable("id of a note's text"))?;
    let path = format!("/services/data/v{}/sobjects/ContentVersion/{file}/VersionData", version(&session.account));
    let reply = session.send(Request::get(wire::NOTE_CONTENT, path)).await?;
    let text = std::str::from_utf8(&reply.body).map_err(|_| unreadable("text of a note"))?;
    Ok(Value::from(text).to_string())
}

/// The notes as a page, with what was asked for beside their own fields.
fn joined(
    notes: &[&RawValue],
    asked: &[String],
    links: &[lists::Item],
    text: &str,
    done: bool,
) -> Result<Vec<u8>, Failure> {
    let has = |name: &str| asked.iter().any(|path| path == name);
    let wanted = wanted(asked);
    let mut page = format!(r#"{{"done":{done},"records":["#);
    for (place, note) in notes.iter().enumerate() {
        if place > 0 {
            page.push(',');
        }
        let own = note.get().trim_end().strip_suffix('}').ok_or_else(|| unreadable("page of notes"))?;
        page.push_str(own);
        let mut member = |name: &str, json: &str| page.push_str(&format!(r#","{name}":{json}"#));
        if !wanted.is_empty() {
            let id = id_in(note)?;
            let of_note =
                links.iter().filter(|link| link.get("ContentDocumentId").and_then(Value::as_str) == Some(&id));
            let of_note: Vec<&str> = of_note.filter_map(|link| link.get("LinkedEntityId")?.as_str()).collect();
            for list in &wanted {
                let own = of_note.iter().filter(|id| list.own.has(id));
                let own: Vec<String> = own.map(|id| format!(r#"{{"LinkedEntityId":{}}}"#, Value::from(*id))).collect();
                member(list.path, &format!(r#"{{"records":[{}]}}"#, own.join(",")));
            }
        }
        if has(CONTENT) {
            member(CONTENT, text);
        }
        if has(CONTENT_TYPE) {
            member(CONTENT_TYPE, r#""HTML""#);
        }
        page.push('}');
    }
    page.push_str("]}");
    Ok(page.into_bytes())
}

/// Makes a note together with its links.
pub(super) async fn create(
    session: &Session,
    query: &CreateQuery<'_>,
    id_of: impl Fn(&str) -> Option<String>,
) -> Result<Written, Failure> {
    let values = encoded(query.values)?;
    let own = CreateQuery { table: query.table, values: &values, allow_duplicates: query.allow_duplicates };
    if let Some(parts) = lists::parts(OBJECT, &values) {
        return lists::create(session, &own, &parts, id_of).await;
    }
    let reply = session.send(write::create(version(&session.account), &own)).await?;
    write::written(&reply, id_of)
}

/// Changes a note, and its links by what is different.
pub(super) async fn update(session: &Session, query: &UpdateQuery<'_>) -> Result<(), Failure> {
    if query.values.iter().any(|(path, wire)| path == CONTENT && *wire == Wire::Null) {
        // Lists show null, and who sends back what a list showed must not lose the text.
        return Err(refused("null does not say that the text is to go: send an empty text, or leave it out"));
    }
    let values = encoded(query.values)?;
    let UpdateQuery { table, id, version: condition, allow_duplicates, .. } = *query;
    let own = UpdateQuery { table, id, values: &values, version: condition, allow_duplicates };
    let api = version(&session.account);
    let Some(parts) = lists::parts(OBJECT, &values) else {
        let request = write::update(api, &own).ok_or_else(write::no_version)?;
        return session.send(request).await.map(drop);
    };
    let statement = soql::with_children(OBJECT, id, std::iter::empty());
    let pair = wire::query_pair(wire::Reach::Live, api, &statement, &links_of(&[id.to_owned()]));
    let (request, envelope) = pair;
    let reply = session.send(request).await?;
    let links = all_links(session, &reply.body, SECOND).await?;
    let note = format!("{}.0", envelope.records);
    let now = lists::Now::read(&reply.body, &note, &parts, |list| Ok(lists::own(list, links.clone())))?;
    lists::change(session, &own, &parts, now).await
}

fn refused(why: &str) -> Failure {
    Failure { fields: vec![CONTENT.to_owned()], ..Failure::new(FailureKind::ValidationFailed, why) }
}

/// The values with the text as Salesforce takes it: HTML in base64.
fn encoded(values: &Values) -> Result<Vec<(String, Wire<'static>)>, Failure> {
    let find = |name: &str| values.iter().find(|(path, _)| path == name).map(|(_, wire)| wire);
    let html = match find(CONTENT_TYPE) {
        None | Some(Wire::Null) => false,
        Some(Wire::Text(word)) if word == "TEXT" => false,
        Some(Wire::Text(word)) if word == "HTML" => true,
        Some(_) => return Err(refused("a note is written as TEXT or as HTML")),
    };
    if find(CONTENT).is_none() && find(CONTENT_TYPE).is_some() {
        return Err(refused("content_type says how content is written: send both"));
    }
    let one = |(path, wire): &(String, Wire<'static>)| match (path.as_str(), wire) {
        (CONTENT_TYPE, _) => None,
        (CONTENT, Wire::Text(text)) => {
            let text = if html { text.to_string() } else { marked_up(text) };
            Some((path.clone(), Wire::Text(STANDARD.encode(text).into())))
        }
        (CONTENT, _) => None,
        _ => Some((path.clone(), wire.clone())),
    };
    Ok(values.iter().filter_map(one).collect())
}

/// Plain text as HTML: Salesforce would read markup in it, and strips ends of lines.
fn marked_up(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut html = "<p>".to_owned();
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '\n' | '\r' => html.push_str("<br>"),
            c => html.push(c),
        }
    }
    html.push_str("</p>");
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(given: &[(&str, &'static str)]) -> Result<String, FailureKind> {
        let values: Vec<_> =
            given.iter().map(|(path, text)| ((*path).to_owned(), Wire::Text((*text).into()))).collect();
        let encoded = encoded(&values).map_err(|failure| failure.kind)?;
        match encoded.as_slice() {
            [(path, Wire::Text(text))] if path == CONTENT => {
                Ok(String::from_utf8(STANDARD.decode(text.as_bytes()).unwrap()).unwrap())
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn text_is_marked_up_and_html_is_left_as_it_is() {
        assert_eq!(content(&[(CONTENT, "a & <b>\r\n'c'")]).unwrap(), "<p>a &amp; &lt;b&gt;<br>&#39;c&#39;</p>");
        assert_eq!(content(&[(CONTENT, "<b>x</b>"), (CONTENT_TYPE, "HTML")]).unwrap(), "<b>x</b>");
        assert_eq!(content(&[(CONTENT, "")]).unwrap(), "");
        assert_eq!(content(&[(CONTENT_TYPE, "HTML")]), Err(FailureKind::ValidationFailed));
        assert_eq!(content(&[(CONTENT, "x"), (CONTENT_TYPE, "RTF")]), Err(FailureKind::ValidationFailed));
    }

    #[test]
    fn links_are_joined_to_their_notes_by_kind() {
        let asked: Vec<String> = note_links::ALL.iter().map(|links| links.path.to_owned()).collect();
        let note = RawValue::from_string(r#"{"Id":"0695e00000AbCdEAAV"}"#.to_owned()).unwrap();
        let link = |note: &str, to: &str| {
            serde_json::from_value(serde_json::json!({"ContentDocumentId": note, "LinkedEntityId": to})).unwrap()
        };
        let links = [link("0695e00000AbCdEAAV", "003A"), link("0695e00000AbCdEAAV", "005A"), link("other", "003B")];
        let page = joined(&[&note], &asked, &links, NOT_READ, true).unwrap();
        let page: Value = serde_json::from_slice(&page).unwrap();
        let of = |path: &str| page["records"][0][path]["records"].clone();
        assert_eq!(of("ContentDocumentLinks/Contact"), serde_json::json!([{"LinkedEntityId": "003A"}]));
        assert_eq!(of("ContentDocumentLinks/Other"), serde_json::json!([]));
        assert!(page["records"][0].get(CONTENT).is_none());
    }
}
