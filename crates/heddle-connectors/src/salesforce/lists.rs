//! Writing a record together with lists of records that belong to it: one
//! composite call, in which all of it succeeds or nothing does.
//!
//! A list replaces the list. For a change the present one is read first, and
//! only the difference is written.

use super::error_body;
use super::objects::children::{Children, written};
use super::write::{JSON, UNREADABLE};
use super::{soql, version, wire};
use heddle_connector::mapping::{Tok, Wire, json_object, peek};
use heddle_connector::{
    CreateQuery, Failure, FailureKind, Method, Reply, Request, Session, UpdateQuery, Values, Written,
};
use serde::Deserialize;
use serde_json::{Map, Value};

/// A new record with its lists.
pub(super) const CREATE_WITH: &str = "create_with_lists";
/// A change of a record and its lists.
pub(super) const UPDATE_WITH: &str = "update_with_lists";

/// Subrequests of one composite.
const SUBREQUESTS: usize = 25;
/// What the reference to a subrequest for a list begins with; the list's name follows.
const LIST: &str = "list_";

/// One record of a list.
pub(super) type Item = Map<String, Value>;

/// A list that a write gives.
struct Given {
    children: &'static Children,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Records {
    done: Option<bool>,
    records: Vec<Item>,
}

/// The record's own values, and the lists among them.
pub(super) struct Parts {
    values: Vec<(String, Wire<'static>)>,
    lists: Vec<Given>,
}

/// Takes the lists out of the values. `None`: there are none.
pub(super) fn parts(object: &str, values: &Values) -> Option<Parts> {
    let mut parts = Parts { values: Vec::new(), lists: Vec::new() };
    for (path, wire) in values {
        let Some(children) = written(object, path) else {
            parts.values.push((path.clone(), wire.clone()));
            continue;
        };
        let items = match wire {
            Wire::Json(json) => serde_json::from_str::<Records>(json).map(|given| given.records).unwrap_or_default(),
            // Cleared: nobody is left.
            _ => Vec::new(),
        };
        parts.lists.push(Given { children, items });
    }
    (!parts.lists.is_empty()).then_some(parts)
}

/// Subrequests in the making.
struct Composite<'a> {
    version: &'a str,
    parts: Vec<String>,
    /// How often a step refers to the record that another makes.
    references: usize,
}

impl Composite<'_> {
    fn push(&mut self, method: Method, path: &str, name: &str, headers: &[(&str, String)], body: Option<&str>) {
        let headers: Map<String, Value> = headers.iter().map(|(n, v)| ((*n).to_owned(), v.as_str().into())).collect();
        let headers = match headers.is_empty() {
            true => String::new(),
            false => format!(r#","httpHeaders":{}"#, Value::Object(headers)),
        };
        let body = body.map(|body| format!(r#","body":{body}"#)).unwrap_or_default();
        let (method, version) = (method.as_str(), self.version);
        self.parts.push(format!(
            r#"{{"method":"{method}","url":"/services/data/v{version}/sobjects/{path}","referenceId":"{name}"{headers}{body}}}"#
        ));
    }

    /// A new record of a list; `parent` is an id or a reference to one.
    fn add(&mut self, children: &Children, parent: &str, item: &Item) {
        self.references += usize::from(parent == PARENT);
        let mut body = format!(r#"{{"{}":"{parent}""#, children.parent);
        for (name, json) in children.given {
            body.push_str(&format!(r#","{name}":{json}"#));
        }
        for (name, value) in item.iter().filter(|(_, value)| !value.is_null()) {
            body.push_str(&format!(",{}:{value}", Value::from(name.as_str())));
        }
        body.push('}');
        let name = self.name(children);
        self.push(Method::Post, children.object, &name, &[], Some(&body));
    }

    fn name(&self, children: &Children) -> String {
        // References take letters, digits and underscores.
        format!("{LIST}{}_{}", children.path.replace('/', "__"), self.parts.len())
    }

    fn request(self, operation: &'static str) -> Result<Request, Failure> {
        if self.parts.len() > SUBREQUESTS {
            let why = format!(
                "this takes {} steps, and Salesforce carries out {SUBREQUESTS} together: change fewer at a time",
                self.parts.len()
            );
            return Err(Failure::new(FailureKind::ValidationFailed, why));
        }
        // Salesforce would take it for a reference to another step.
        let found = self.parts.iter().map(|part| part.matches("@{").count()).sum::<usize>();
        if found > self.references {
            let why = "no text may contain \"@{\" where a record is written together with lists";
            return Err(Failure::new(FailureKind::ValidationFailed, why));
        }
        let body = format!(r#"{{"allOrNone":true,"compositeRequest":[{}]}}"#, self.parts.join(","));
        Ok(Request::post(operation, format!("/services/data/v{}/composite", self.version), JSON, body))
    }
}

/// The reference to the new record's id.
const PARENT: &str = "@{record.id}";

fn own_headers(allow_duplicates: bool) -> Vec<(&'static str, String)> {
    let header = ("Sforce-Duplicate-Rule-Header", "allowSave=true".to_owned());
    allow_duplicates.then_some(header).into_iter().collect()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Makes a record with its lists.
pub(super) async fn create(
    session: &Session,
    query: &CreateQuery<'_>,
    parts: &Parts,
    id_of: impl Fn(&str) -> Option<String>,
) -> Result<Written, Failure> {
    let mut composite = Composite { version: version(&session.account), parts: Vec::new(), references: 0 };
    let body = text(json_object(&parts.values, false));
    let headers = own_headers(query.allow_duplicates);
    composite.push(Method::Post, query.table.provider_object, "record", &headers, Some(&body));
    for list in &parts.lists {
        for item in &list.items {
            composite.add(list.children, PARENT, item);
        }
    }
    let reply = session.send(composite.request(CREATE_WITH)?).await?;
    let id = peek(&reply.body, "compositeResponse.0.body.id").and_then(|tok| tok.text().as_deref().and_then(&id_of));
    match id {
        Some(id) => Ok(Written { id, created: true }),
        None => Err(Failure { sent: true, ..Failure::new(FailureKind::OutcomeUnknown, UNREADABLE) }),
    }
}

/// What a record and its lists are before a change.
pub(super) struct Now {
    modified: Option<String>,
    /// The records of each list that the change gives, in the same order.
    lists: Vec<Vec<Item>>,
}

impl Now {
    /// From a body with the record at a path, and its lists as `present` finds
    /// them.
    ///
    /// # Errors
    /// There is no such record, or a list cannot be read.
    pub(super) fn read(
        body: &[u8],
        record: &str,
        parts: &Parts,
        present: impl Fn(&'static Children) -> Result<Vec<Item>, Failure>,
    ) -> Result<Self, Failure> {
        if peek(body, record).is_none() {
            return Err(Failure::new(
                FailureKind::NotFound,
                "Salesforce has no such record, or the connection's user does not see it",
            ));
        }
        let modified = peek(body, &format!("{record}.LastModifiedDate")).and_then(|tok| tok.text());
        let lists = parts.children().map(present).collect::<Result<_, _>>()?;
        Ok(Self { modified: modified.map(Into::into), lists })
    }
}

/// Changes a record and its lists, after reading what they are now.
pub(super) async fn update(session: &Session, query: &UpdateQuery<'_>, parts: &Parts) -> Result<(), Failure> {
    let object = query.table.provider_object;
    let statement = soql::with_children(object, query.id, parts.children());
    let (request, envelope) = wire::query(version(&session.account), &statement);
    let reply = session.send(request).await?;
    let record = format!("{}.0", envelope.records);
    let now = Now::read(&reply.body, &record, parts, |children| present(&reply, &record, children))?;
    change(session, query, parts, now).await
}

/// Changes a record and its lists from what they are now.
pub(super) async fn change(session: &Session, query: &UpdateQuery<'_>, parts: &Parts, now: Now) -> Result<(), Failure> {
    let (api, object) = (version(&session.account), query.table.provider_object);
    let mut composite = Composite { version: api, parts: Vec::new(), references: 0 };
    if !parts.values.is_empty() {
        let mut headers = own_headers(query.allow_duplicates);
        if let Some(version) = query.version {
            headers
                .push(("If-Unmodified-Since", super::write::http_date(version).ok_or_else(super::write::no_version)?));
        }
        let body = text(json_object(&parts.values, false));
        composite.push(Method::Patch, &format!("{object}/{}", query.id), "record", &headers, Some(&body));
    } else if let Some(wanted) = query.version {
        // Nothing of the record itself is sent that could carry the condition.
        if now.modified.as_deref() != Some(wanted) {
            let why = "the record has changed since this version of it was read";
            return Err(Failure::new(FailureKind::PreconditionFailed, why));
        }
    }
    for (list, present) in parts.lists.iter().zip(now.lists) {
        difference(&mut composite, list, query.id, present);
    }
    if composite.parts.is_empty() {
        return Ok(());
    }
    session.send(composite.request(UPDATE_WITH)?).await.map(drop)
}

impl Parts {
    fn children(&self) -> impl Iterator<Item = &'static Children> {
        self.lists.iter().map(|list| list.children)
    }
}

/// The records that a list has now.
fn present(reply: &Reply, record: &str, children: &Children) -> Result<Vec<Item>, Failure> {
    let unreadable = || Failure::new(FailureKind::BadResponse, "Salesforce's list of related records cannot be read");
    match peek(&reply.body, &format!("{record}.{}", children.path)) {
        None | Some(Tok::Null) => Ok(Vec::new()),
        Some(Tok::Json(json)) => {
            let records: Records = serde_json::from_slice(json).map_err(|_| unreadable())?;
            if records.done == Some(false) {
                let why = "the record has more related records than Salesforce shows at once: change them one by one";
                return Err(Failure::new(FailureKind::Unsupported, why));
            }
            Ok(own(children, records.records))
        }
        Some(_) => Err(unreadable()),
    }
}

/// Those of some records that a list is about.
pub(super) fn own(children: &Children, records: Vec<Item>) -> Vec<Item> {
    let key = |item: &Item| item.get(children.key).and_then(Value::as_str).unwrap_or_default().to_owned();
    records.into_iter().filter(|item| children.own.has(&key(item))).collect()
}

/// What has to be done so that a list becomes the given one: first removals,
/// then changes, with those last that set a flag, because often one record at
/// the most may have it; then new records.
fn difference(composite: &mut Composite<'_>, list: &Given, parent: &str, mut present: Vec<Item>) {
    let children = list.children;
    let of = |item: &Item, name: &str| item.get(name).cloned().unwrap_or(Value::Null);
    let mut changes = Vec::new();
    let mut new = Vec::new();
    for item in &list.items {
        let same_key = |now: &Item| of(now, children.key) == of(item, children.key);
        let given = || children.rest.iter().filter(|name| item.contains_key(**name));
        let alike = |now: &Item| given().all(|name| of(now, name) == of(item, name));
        let exact = present.iter().position(|now| same_key(now) && alike(now));
        let Some(place) = exact.or_else(|| present.iter().position(same_key)) else {
            new.push(item);
            continue;
        };
        let now = present.swap_remove(place);
        let changed = given().filter(|name| of(&now, name) != of(item, name));
        let changed: Item = changed.map(|name| ((*name).to_owned(), of(item, name))).collect();
        if let (false, Some(id)) = (changed.is_empty(), now.get("Id").and_then(Value::as_str)) {
            changes.push((id.to_owned(), changed));
        }
    }
    for gone in &present {
        if let Some(id) = gone.get("Id").and_then(Value::as_str) {
            let name = composite.name(children);
            composite.push(Method::Delete, &format!("{}/{id}", children.object), &name, &[], None);
        }
    }
    changes.sort_by_key(|(_, changed)| changed.values().any(|value| *value == Value::Bool(true)));
    for (id, changed) in changes {
        let name = composite.name(children);
        let body = Value::Object(changed).to_string();
        composite.push(Method::Patch, &format!("{}/{id}", children.object), &name, &[], Some(&body));
    }
    for item in new {
        composite.add(children, parent, item);
    }
}

/// A step of a composite that failed.
pub(super) struct FailedStep {
    pub(super) status: u16,
    /// The error as a single call would have it.
    pub(super) body: Vec<u8>,
    /// The list that the step was for; `None` for the record itself.
    pub(super) list: Option<String>,
}

/// The step of a composite that failed by itself; the others only say that
/// they were rolled back.
pub(super) fn failed(body: &[u8]) -> Result<Option<FailedStep>, &'static str> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Answer<'a> {
        #[serde(borrow)]
        composite_response: Vec<Step<'a>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Step<'a> {
        #[serde(borrow)]
        body: Option<&'a serde_json::value::RawValue>,
        http_status_code: u16,
        reference_id: String,
    }
    let answer: Answer<'_> = serde_json::from_slice(body).map_err(|_| "it is no composite answer")?;
    if answer.composite_response.is_empty() {
        return Err("the composite answer has no steps");
    }
    let failed: Vec<Step<'_>> =
        answer.composite_response.into_iter().filter(|step| !(200..300).contains(&step.http_status_code)).collect();
    let body_of = |step: &Step<'_>| step.body.map(|body| body.get().as_bytes().to_vec()).unwrap_or_default();
    let halted = |step: &&Step<'_>| error_body::error(&body_of(step)).code.as_deref() == Some("PROCESSING_HALTED");
    let Some(step) = failed.iter().find(|step| !halted(step)).or(failed.first()) else { return Ok(None) };
    let list = step
        .reference_id
        .strip_prefix(LIST)
        .and_then(|rest| rest.rsplit_once('_'))
        .map(|(path, _)| path.replace("__", "/"));
    Ok(Some(FailedStep { status: step.http_status_code, body: body_of(step), list }))
}

#[cfg(test)]
#[path = "lists_tests.rs"]
mod tests;
