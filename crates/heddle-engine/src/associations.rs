//! `associations`: the records that belong to one.

use crate::cursor::{self, Position, Question};
use crate::list::{DEFAULT_LIMIT, bad_page};
use crate::snapshot::Snapshot;
use crate::{Caller, Code, Cost, Engine, FilterParam, ListRequest, Problem, Scope, Shape, Target};
use heddle_connector::mapping::{
    Condition, Constants, CustomField, CustomKind, Filter, Op, PageRead, Plan, PlanSpec, ValueKind, Wire, condition,
};
use heddle_connector::model::Object;
use heddle_connector::{
    Association, Failure, FetchQuery, Junction, Keyset, ListQuery, ObjectSpec, Operation, Order, Page, Session,
};
use serde::Deserialize;
use std::sync::Arc;

/// Which associations are asked for.
#[derive(Debug, Clone)]
pub struct AssociationRequest {
    /// The object of the record.
    pub object: Object,
    /// The provider's id of the record, in any form it takes.
    pub id: String,
    /// The object of the records that belong to it, as in addresses.
    pub other: String,
    /// Records a page.
    pub limit: Option<usize>,
    /// Where to go on.
    pub cursor: Option<String>,
}

/// A record that belongs to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Associated {
    /// The provider's id.
    pub id: String,
    /// Its object.
    pub object: Object,
    /// The part that it plays, in the provider's words, where the provider
    /// keeps one.
    pub role: Option<String>,
    /// Whether it is the first among several, where the provider keeps that.
    pub is_primary: Option<bool>,
}

/// A page of associations.
#[derive(Debug, Clone)]
pub struct AssociationAnswer {
    /// The records.
    pub data: Vec<Associated>,
    /// For the next page.
    pub next_cursor: Option<String>,
    /// What it cost.
    pub cost: Cost,
}

/// One page in the provider's words, and how it is read.
struct Asked {
    plan: Arc<Plan>,
    filter: Vec<Filter>,
    reading: Reading,
}

enum Reading {
    /// The record itself, whose field names the others.
    Field(&'static str),
    /// The others.
    Ids,
    /// Records of a junction.
    Joined(&'static Junction, &'static str, &'static ObjectSpec),
}

/// A record as the plans of associations write it.
#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

impl Engine {
    /// One page of the records of another object that belong to a record, in
    /// one call.
    ///
    /// # Errors
    /// Refusals before any call: `forbidden`, `not_found`, `invalid_request`,
    /// `invalid_cursor`, `unsupported_operation` with the objects that there
    /// are associations with; then whatever the provider call ends in. Whether
    /// the record exists is looked at only where it is read itself.
    pub async fn associations(
        &self,
        caller: &Caller,
        target: &Target,
        request: &AssociationRequest,
    ) -> Result<AssociationAnswer, Problem> {
        caller.require(Scope::CrmRead)?;
        let snapshot = self.usable(caller, target).await?;
        let session = self.session(caller, &snapshot);
        match self.associated(&snapshot, &session, request).await {
            Ok(answer) => Ok(answer),
            Err(problem) => Err(self.problem_of(&snapshot, &session, problem).await),
        }
    }

    async fn associated(
        &self,
        snapshot: &Snapshot,
        session: &Session,
        request: &AssociationRequest,
    ) -> Result<AssociationAnswer, Problem> {
        let from = snapshot.spec(request.object, Operation::Fetch)?;
        let (to, association) = snapshot.association(from, &request.other)?;
        let missing = || Problem::not_found(from.object.singular());
        let id = snapshot.id(from, &request.id).ok_or_else(missing)?;
        let limit = request.limit.unwrap_or(DEFAULT_LIMIT);
        if limit == 0 || limit > to.max_page {
            let detail = format!("limit must be 1 to {} for this provider", to.max_page);
            return Err(Problem::parameter("limit", "out_of_range", detail));
        }
        let question = ListRequest {
            filters: vec![FilterParam {
                field: "associations".to_owned(),
                op: from.object.plural().to_owned(),
                value: id.clone(),
            }],
            ..ListRequest::of(to.object)
        };
        let after = match &request.cursor {
            None => None,
            Some(text) => {
                let position = cursor::open(&self.cursor_key, snapshot.home(), &question, text)?.position;
                Some(Keyset { id: position.id, value: None })
            }
        };
        let asked = snapshot.asked(from, to, association, &id)?;
        let page = asked.page(snapshot, session, from, to, &id, after.as_ref(), limit + 1).await?;
        let mut data = b"[".to_vec();
        let read = asked.plan.read(&page.body, page.envelope, limit, &mut data).map_err(|bad| bad_page(&bad))?;
        data.push(b']');
        let rows: Vec<Row> = serde_json::from_slice(&data)
            .map_err(|_| Problem::new(Code::ProviderBadResponse, "the provider's answer has records without ids"))?;
        if rows.is_empty() && matches!(asked.reading, Reading::Field(_)) {
            return Err(missing());
        }
        let next_cursor = self.next(snapshot, &question, &asked, limit, &read)?;
        let data = rows.into_iter().flat_map(|row| asked.associated(snapshot, to, row)).collect();
        Ok(AssociationAnswer {
            data,
            next_cursor,
            cost: Cost { calls: session.tally.sent(), quota: session.tally.quota() },
        })
    }

    fn next(
        &self,
        snapshot: &Snapshot,
        question: &ListRequest,
        asked: &Asked,
        limit: usize,
        read: &PageRead,
    ) -> Result<Option<String>, Problem> {
        let more = read.extra || read.done == Some(false);
        if !more || matches!(asked.reading, Reading::Field(_)) {
            return Ok(None);
        }
        let last = read.last.as_ref().ok_or_else(|| {
            let detail = "the provider's answer says there is more, but holds nothing to go on from";
            Problem::new(Code::ProviderBadResponse, detail)
        })?;
        let position = Position { id: last.id.clone(), value: None, settled: String::new(), newest: None };
        let question = Question::of(question);
        Ok(Some(cursor::seal(&self.cursor_key, snapshot.home(), &question, limit, &Shape::default(), position)))
    }
}

impl Snapshot {
    /// The other object's declaration, and how it is associated.
    fn association(&self, from: &ObjectSpec, other: &str) -> Result<(&'static ObjectSpec, Association), Problem> {
        let manifest = self.connector.manifest();
        let to = Object::from_plural(other).and_then(|object| self.spec(object, Operation::List).ok());
        to.and_then(|to| Some((to, manifest.association(from, to)?))).ok_or_else(|| {
            let there: Vec<&str> = manifest.associated(from).into_iter().map(Object::plural).collect();
            let detail = format!(
                "{} of {} are not associated with {other} here; with {}",
                from.object.plural(),
                manifest.title,
                if there.is_empty() { "nothing".to_owned() } else { there.join(", ") }
            );
            Problem::new(Code::UnsupportedOperation, detail)
        })
    }

    fn asked(
        &self,
        from: &'static ObjectSpec,
        to: &'static ObjectSpec,
        association: Association,
        id: &str,
    ) -> Result<Asked, Problem> {
        let fields = |names: &[&str]| Shape {
            fields: Some(names.iter().map(|name| (*name).to_owned()).collect()),
            ..Shape::default()
        };
        match association {
            Association::Forward { field } => {
                let object = self.object(from)?;
                let plan = self.plan(object, from, &fields(&["id", field]), None);
                Ok(Asked { plan, filter: object.conditions(from)?, reading: Reading::Field(field) })
            }
            Association::Reverse { field } => {
                let object = self.object(to)?;
                let mut filter = object.conditions(to)?;
                let belongs = condition(to.table, &|path| object.schema.has(path), &object.custom, field, Op::Eq, id)
                    .map_err(|refused| Problem::new(Code::UnsupportedOperation, refused.to_string()))?;
                filter.push(belongs);
                Ok(Asked { plan: self.plan(object, to, &fields(&["id"]), None), filter, reading: Reading::Ids })
            }
            Association::Joined { junction, own, other } => {
                let spec = ObjectSpec::of_record(self.template()?, junction.provider_object);
                let field = |key: &str, kind| CustomField { key: key.to_owned(), kind };
                let custom = [
                    field(other, CustomKind::Id),
                    field(junction.role, CustomKind::Text),
                    field(junction.primary, CustomKind::Bool),
                ];
                let plan = Plan::build(&PlanSpec {
                    table: spec.table,
                    described: &|_| true,
                    fields: Some(&["id".to_owned(), "fields".to_owned()]),
                    expand: &[],
                    custom: &custom,
                    raw: false,
                    sort: None,
                    constants: Constants::default(),
                });
                let of_record = Filter::Is(Condition {
                    path: own.to_owned(),
                    op: Op::Eq,
                    kind: ValueKind::Id,
                    values: vec![Wire::Text(id.to_owned().into())],
                });
                let reading = Reading::Joined(junction, other, spec);
                Ok(Asked { plan: Arc::new(plan), filter: vec![of_record], reading })
            }
        }
    }
}

impl Asked {
    #[expect(clippy::too_many_arguments, reason = "one call, made in one place")]
    async fn page(
        &self,
        snapshot: &Snapshot,
        session: &Session,
        from: &'static ObjectSpec,
        to: &'static ObjectSpec,
        id: &str,
        after: Option<&Keyset>,
        limit: usize,
    ) -> Result<Page, Failure> {
        let (asked, filter) = (self.plan.asked(), self.filter.as_slice());
        let table = match self.reading {
            Reading::Field(_) => {
                let query = FetchQuery { table: from.table, asked, version: None, filter, deleted: false, id };
                return snapshot.connector.fetch(session, &query).await;
            }
            Reading::Ids => to.table,
            Reading::Joined(_, _, spec) => spec.table,
        };
        let query = ListQuery { table, asked, filter, deleted: false, order: Order::Id, after, limit };
        snapshot.connector.list(session, &query).await
    }

    /// The records that one record of the page stands for.
    fn associated(&self, snapshot: &Snapshot, to: &ObjectSpec, row: Row) -> Vec<Associated> {
        let one = |id: String| Associated { id, object: to.object, role: None, is_primary: None };
        match self.reading {
            Reading::Ids => vec![one(row.id)],
            Reading::Field(field) => {
                let ids: Vec<String> = match row.rest.get(field) {
                    Some(serde_json::Value::String(id)) => vec![id.clone()],
                    Some(serde_json::Value::Array(ids)) => {
                        ids.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()
                    }
                    _ => Vec::new(),
                };
                // An owner may be a queue, which is no user.
                ids.into_iter().filter(|id| snapshot.id(to, id).is_some()).map(one).collect()
            }
            Reading::Joined(junction, other, _) => {
                let fields = row.rest.get("fields");
                let text = |name: &str| fields?.get(name)?.as_str().map(str::to_owned);
                let Some(id) = text(other) else { return Vec::new() };
                let is_primary = fields.and_then(|fields| fields.get(junction.primary)?.as_bool());
                vec![Associated { role: text(junction.role), is_primary, ..one(id) }]
            }
        }
    }
}
