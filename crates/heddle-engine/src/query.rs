//! From a list request to conditions, order and position in provider words.

use crate::cursor::{Position, Question};
use crate::selection::custom_name;
use crate::{Code, ObjectSnapshot, Problem, deleted, search};
use heddle_connector::mapping::{
    Condition, CustomField, Filter, MAPPED_PREFIX, Op, Refused, RefusedKind, Wire, condition, sort_key, wire_of_common,
};
use heddle_connector::model::Object;
use heddle_connector::{Connector, Keyset, ObjectSpec, Order};

/// Most conditions of one request.
pub const MAX_FILTERS: usize = 20;
/// Longest value of a condition, in bytes; providers take 4,000 in one text.
pub const MAX_FILTER_VALUE: usize = 1_024;

/// Stands for a table's own modified field in requests.
const MODIFIED: &str = "updated_at";
const CREATED: &str = "created_at";

/// A list, ready for its connector.
#[derive(Debug)]
pub(crate) struct Query {
    pub(crate) filter: Vec<Filter>,
    pub(crate) order: Order,
    /// The common field of the order, unless it is the id or the modified stamp.
    pub(crate) sort: Option<String>,
    /// Whether the order is by the modified stamp.
    pub(crate) by_modified: bool,
    /// Whether deleted records are wanted too.
    pub(crate) deleted: bool,
    /// `updated_before` as it was understood, RFC 3339 in UTC.
    pub(crate) before: Option<String>,
}

/// Understands a question, or refuses it before any call.
pub(crate) fn understand(
    connector: &dyn Connector,
    spec: &ObjectSpec,
    object: &ObjectSnapshot,
    question: &Question,
) -> Result<Query, Problem> {
    if question.filters.len() > MAX_FILTERS {
        return Err(Problem::parameter("filter", "too_many", format!("at most {MAX_FILTERS} conditions")));
    }
    let deleted = question.include_deleted;
    if deleted {
        deleted::check(connector, spec, object)?;
    }
    let subject = Subject { connector, spec, object, deleted };
    let mut filter = object.conditions(spec)?;
    let mut before = None;
    for (parameter, field, op, value) in [
        ("updated_after", MODIFIED, Op::Gt, &question.updated_after),
        ("updated_before", MODIFIED, Op::Lt, &question.updated_before),
        ("created_after", CREATED, Op::Gt, &question.created_after),
        ("created_before", CREATED, Op::Lt, &question.created_before),
    ] {
        let Some(value) = value else { continue };
        let bound = condition(spec.table, &|p| object.schema.has(p), &[], field, op, value).map_err(|refused| {
            let detail = format!("{parameter}: {}", refused.reason);
            let code = match refused.kind {
                RefusedKind::Unavailable => Code::UnsupportedFilter,
                _ => Code::InvalidRequest,
            };
            Problem { code, ..Problem::parameter(parameter, "invalid", detail) }
        })?;
        if parameter == "updated_before" {
            before = stamp_of(&bound);
        }
        filter.push(bound);
    }
    for param in question.conditions() {
        let place = Place::Parameter(format!("filter[{}]", param.field));
        if param.value.len() > MAX_FILTER_VALUE {
            return Err(place.refuse(
                Code::InvalidRequest,
                "value",
                "too_long",
                format!("at most {MAX_FILTER_VALUE} bytes"),
            ));
        }
        filter.push(one(&subject, &place, &param.field, &param.op, &param.value)?);
    }
    if let Some(search) = &question.search {
        filter.push(search::understand(&subject, search)?);
    }
    let bounded = question.updated_after.is_some() || question.updated_before.is_some();
    let (order, sort, by_modified) = order(spec, object, question.sort.as_deref(), bounded)?;
    Ok(Query { filter, order, sort, by_modified, deleted, before })
}

fn stamp_of(bound: &Filter) -> Option<String> {
    match bound {
        Filter::Is(Condition { values, .. }) => match values.first() {
            Some(Wire::Timestamp(stamp)) => Some(stamp.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Brings compared ids into the provider's one form; gives the first that is none.
fn own_ids(connector: &dyn Connector, spec: &ObjectSpec, values: &mut [Wire<'static>]) -> Result<(), String> {
    for value in values {
        if let Wire::Text(text) = value {
            *value = Wire::Text(connector.id(spec, text).ok_or_else(|| text.to_string())?.into());
        }
    }
    Ok(())
}

/// What conditions are about.
#[derive(Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) connector: &'a dyn Connector,
    pub(crate) spec: &'a ObjectSpec,
    pub(crate) object: &'a ObjectSnapshot,
    /// Whether deleted records are read too.
    pub(crate) deleted: bool,
}

/// Where a condition stands in its request.
pub(crate) enum Place {
    /// A query parameter, by its name.
    Parameter(String),
    /// `{field, op, value}` in a body, by its JSON pointer.
    Body(String),
}

impl Place {
    /// A refusal of a part of the condition: `field`, `op` or `value`.
    fn refuse(&self, code: Code, part: &str, word: &'static str, detail: String) -> Problem {
        let pointer = match self {
            Self::Parameter(name) => format!("?{name}"),
            Self::Body(at) => format!("{at}/{part}"),
        };
        Problem::new(code, detail.clone()).with_error(pointer, word, detail)
    }
}

/// One condition, understood or refused.
pub(crate) fn one(subject: &Subject<'_>, place: &Place, field: &str, op: &str, value: &str) -> Result<Filter, Problem> {
    let Subject { connector, spec, object, deleted } = *subject;
    let ops = || spec.filter_ops.iter().map(|op| op.as_str()).collect::<Vec<_>>().join(", ");
    let Some(op) = Op::from_str(op) else {
        let detail = format!("there is no operator {op}; operators are {}", ops());
        return Err(place.refuse(Code::InvalidRequest, "op", "unknown", detail));
    };
    if !spec.filter_ops.contains(&op) {
        let detail = format!("this provider cannot filter by {}; it can by {}", op.as_str(), ops());
        return Err(place.refuse(Code::UnsupportedFilter, "op", "not_allowed", detail));
    }
    let name = object.full(spec, field);
    let mut filter =
        object.condition(spec, &name, op, value).map_err(|refused| refusal(spec, object, place, &refused))?;
    if let Filter::Is(Condition { path, values, .. }) = &mut filter
        && path == spec.table.id
    {
        own_ids(connector, spec, values).map_err(|id| {
            let detail = format!("{id} is not an id of the provider's {}", spec.object.plural());
            place.refuse(Code::InvalidRequest, "value", "invalid", detail)
        })?;
    }
    if let Some(path) = unfilterable(object, spec, deleted, &filter) {
        let refused = Refused {
            kind: RefusedKind::NotSupported,
            field: field.to_owned(),
            reason: if spec.table.deleted == Some(path) {
                "deleted records are read with include_deleted=true only, so there is nothing to tell apart".to_owned()
            } else {
                format!("the provider cannot filter by its field {path}")
            },
        };
        return Err(refusal(spec, object, place, &refused));
    }
    Ok(filter)
}

/// A refused condition: what is wrong, and what would be right.
fn refusal(spec: &ObjectSpec, object: &ObjectSnapshot, place: &Place, refused: &Refused) -> Problem {
    let (code, part, word) = match refused.kind {
        RefusedKind::BadValue => (Code::InvalidRequest, "value", "invalid"),
        RefusedKind::UnknownField => (Code::InvalidRequest, "field", "unknown"),
        RefusedKind::Unavailable | RefusedKind::NotSupported => (Code::UnsupportedFilter, "field", "not_allowed"),
    };
    let detail = match refused.kind {
        RefusedKind::BadValue => format!("{}: {}", refused.field, refused.reason),
        _ => format!("{}: {}; possible here are {}", refused.field, refused.reason, object.filterable(spec).join(", ")),
    };
    place.refuse(code, part, word, detail)
}

/// A path of the filter that the account's describe says cannot be filtered by.
fn unfilterable<'f>(object: &ObjectSnapshot, spec: &ObjectSpec, deleted: bool, filter: &'f Filter) -> Option<&'f str> {
    match filter {
        Filter::Is(condition) => {
            let path = condition.path.as_str();
            let own = path == spec.table.id || path == spec.table.modified;
            let described = || path.contains('.') || object.schema.field(path).is_some_and(|f| f.filterable);
            let fine = own || ((deleted || spec.table.deleted != Some(path)) && described());
            (!fine).then_some(path)
        }
        Filter::Any(parts) | Filter::All(parts) => {
            parts.iter().find_map(|part| unfilterable(object, spec, deleted, part))
        }
        Filter::Not(inner) => unfilterable(object, spec, deleted, inner),
    }
}

type Ordered = (Order, Option<String>, bool);

fn order(spec: &ObjectSpec, object: &ObjectSnapshot, sort: Option<&str>, bounded: bool) -> Result<Ordered, Problem> {
    let by_modified =
        |descending| (Order::By { path: spec.table.modified.into(), descending, nullable: false }, None, true);
    let Some(sort) = sort else {
        return Ok(if bounded { by_modified(false) } else { (Order::Id, None, false) });
    };
    let (descending, name) = match sort.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, sort),
    };
    if name == MODIFIED && object.schema.has(spec.table.modified) {
        return Ok(by_modified(descending));
    }
    if bounded {
        let detail = "with updated_after or updated_before the order is by updated_at; leave sort out";
        return Err(Problem::parameter("sort", "not_allowed", detail));
    }
    let refuse = |reason: String| {
        let detail = format!("{name}: {reason}; possible here are {}", object.sortable(spec).join(", "));
        Problem::new(Code::UnsupportedFilter, detail.clone()).with_error("?sort", "not_allowed", detail)
    };
    let full = object.full(spec, name);
    let custom = full.strip_prefix(custom_name(spec)).and_then(|key| key.strip_prefix('.'));
    if let Some(field) = custom.and_then(|key| object.custom.iter().find(|field| field.key == key)) {
        if spec.object != Object::Record {
            return Err(refuse("custom fields cannot be sorted by".to_owned()));
        }
        if field.key == spec.table.id && !descending {
            return Ok((Order::Id, None, false));
        }
        let Some(nullable) = object.custom_order(field).filter(|_| field.key != spec.table.id) else {
            return Err(refuse("sorting works on ids, dates, times and numbers that the provider sorts by".to_owned()));
        };
        let path = field.key.clone().into();
        return Ok((Order::By { path, descending, nullable }, Some(full.into_owned()), false));
    }
    if name.starts_with(MAPPED_PREFIX) {
        return Err(refuse("mapped fields cannot be sorted by".to_owned()));
    }
    let (path, _) = sort_key(spec.table, &|p| object.schema.has(p), name).map_err(|refused| match refused.kind {
        RefusedKind::UnknownField => Problem::parameter(
            "sort",
            "unknown",
            format!("there is no field {name} to sort by; possible here are {}", object.sortable(spec).join(", ")),
        ),
        _ => refuse(refused.reason),
    })?;
    if path == spec.table.id {
        if descending {
            return Err(refuse("the order by id is ascending only".to_owned()));
        }
        return Ok((Order::Id, None, false));
    }
    if object.schema.field(path).is_some_and(|field| !field.sortable) {
        return Err(refuse(format!("the provider cannot sort by its field {path}")));
    }
    let known = spec.table.created == Some(path);
    Ok((Order::By { path: path.into(), descending, nullable: !known }, Some(name.to_owned()), false))
}

impl Query {
    /// A stored position, for the connector.
    pub(crate) fn keyset(
        &self,
        spec: &ObjectSpec,
        custom: &[CustomField],
        position: &Position,
    ) -> Result<Keyset, Problem> {
        let lost = || Problem::new(Code::InvalidCursor, "the cursor does not fit its list");
        let value = match (&position.value, &self.order) {
            (None, Order::Id) => None,
            (Some(json), Order::By { .. }) => {
                let name = if self.by_modified { MODIFIED } else { self.sort.as_deref().unwrap_or(MODIFIED) };
                Some(wire_of_common(spec.table, custom, name, json).map_err(|_| lost())?)
            }
            _ => return Err(lost()),
        };
        Ok(Keyset { id: position.id.clone(), value })
    }
}
