//! From a list request to conditions, order and position in provider words.

use crate::cursor::{Position, Question};
use crate::{Code, FilterParam, ObjectSnapshot, Problem};
use heddle_connector::mapping::{
    Condition, Filter, Op, Refused, RefusedKind, Wire, condition, sort_key, wire_of_common,
};
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
    let mut filter = object.conditions(spec)?;
    let mut before = None;
    for (parameter, field, op, value) in [
        ("updated_after", MODIFIED, Op::Gt, &question.updated_after),
        ("updated_before", MODIFIED, Op::Lt, &question.updated_before),
        ("created_after", CREATED, Op::Gt, &question.created_after),
        ("created_before", CREATED, Op::Lt, &question.created_before),
    ] {
        let Some(value) = value else { continue };
        let bound = condition(spec.table, &|p| object.schema.has(p), &[], field, op, value)
            .map_err(|refused| Problem::parameter(parameter, "invalid", format!("{parameter}: {}", refused.reason)))?;
        if parameter == "updated_before" {
            before = stamp_of(&bound);
        }
        filter.push(bound);
    }
    for param in question.conditions() {
        filter.push(one(connector, spec, object, &param)?);
    }
    let bounded = question.updated_after.is_some() || question.updated_before.is_some();
    let (order, sort, by_modified) = order(spec, object, question.sort.as_deref(), bounded)?;
    Ok(Query { filter, order, sort, by_modified, before })
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

fn one(
    connector: &dyn Connector,
    spec: &ObjectSpec,
    object: &ObjectSnapshot,
    param: &FilterParam,
) -> Result<Filter, Problem> {
    let pointer = format!("filter[{}]", param.field);
    if param.value.len() > MAX_FILTER_VALUE {
        return Err(Problem::parameter(&pointer, "too_long", format!("at most {MAX_FILTER_VALUE} bytes")));
    }
    let ops = || spec.filter_ops.iter().map(|op| op.as_str()).collect::<Vec<_>>().join(", ");
    let Some(op) = Op::from_str(&param.op) else {
        let detail = format!("there is no operator {}; operators are {}", param.op, ops());
        return Err(Problem::parameter(&pointer, "unknown", detail));
    };
    if !spec.filter_ops.contains(&op) {
        let detail = format!("this provider cannot filter by {}; it can by {}", param.op, ops());
        return Err(Problem::new(Code::UnsupportedFilter, detail.clone()).with_error(
            format!("?{pointer}"),
            "not_allowed",
            detail,
        ));
    }
    let mut filter = condition(spec.table, &|p| object.schema.has(p), &object.custom, &param.field, op, &param.value)
        .map_err(|refused| refusal(spec, object, &pointer, &refused))?;
    if let Filter::Is(Condition { path, values, .. }) = &mut filter
        && path == spec.table.id
    {
        own_ids(connector, spec, values).map_err(|id| {
            let detail = format!("{id} is not an id of the provider's {}", spec.object.plural());
            Problem::parameter(&pointer, "invalid", detail)
        })?;
    }
    if let Some(path) = unfilterable(object, spec, &filter) {
        let refused = Refused {
            kind: RefusedKind::NotSupported,
            field: param.field.clone(),
            reason: if spec.table.deleted == Some(path) {
                "deleted records are not read, so there is nothing to tell apart".to_owned()
            } else {
                format!("the provider cannot filter by its field {path}")
            },
        };
        return Err(refusal(spec, object, &pointer, &refused));
    }
    Ok(filter)
}

/// A refused condition or order: what is wrong, and what would be right.
fn refusal(spec: &ObjectSpec, object: &ObjectSnapshot, pointer: &str, refused: &Refused) -> Problem {
    let (code, word) = match refused.kind {
        RefusedKind::BadValue => (Code::InvalidRequest, "invalid"),
        RefusedKind::UnknownField => (Code::InvalidRequest, "unknown"),
        RefusedKind::Unavailable | RefusedKind::NotSupported => (Code::UnsupportedFilter, "not_allowed"),
    };
    let detail = match refused.kind {
        RefusedKind::BadValue => format!("{}: {}", refused.field, refused.reason),
        _ => format!("{}: {}; possible here are {}", refused.field, refused.reason, object.filterable(spec).join(", ")),
    };
    Problem::new(code, detail.clone()).with_error(format!("?{pointer}"), word, detail)
}

/// A path of the filter that the account's describe says cannot be filtered by.
fn unfilterable<'f>(object: &ObjectSnapshot, spec: &ObjectSpec, filter: &'f Filter) -> Option<&'f str> {
    match filter {
        Filter::Is(condition) => {
            let path = condition.path.as_str();
            let own = path == spec.table.id || path == spec.table.modified;
            let described = || path.contains('.') || object.schema.field(path).is_some_and(|f| f.filterable);
            let fine = own || (spec.table.deleted != Some(path) && described());
            (!fine).then_some(path)
        }
        Filter::Any(parts) | Filter::All(parts) => parts.iter().find_map(|part| unfilterable(object, spec, part)),
        Filter::Not(inner) => unfilterable(object, spec, inner),
    }
}

type Ordered = (Order, Option<String>, bool);

fn order(spec: &ObjectSpec, object: &ObjectSnapshot, sort: Option<&str>, bounded: bool) -> Result<Ordered, Problem> {
    let by_modified = |descending| (Order::By { path: spec.table.modified, descending, nullable: false }, None, true);
    let Some(sort) = sort else {
        return Ok(if bounded { by_modified(false) } else { (Order::Id, None, false) });
    };
    let (descending, name) = match sort.strip_prefix('-') {
        Some(name) => (true, name),
        None => (false, sort),
    };
    if name == MODIFIED {
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
    if object.custom.iter().any(|c| name.strip_prefix("custom_fields.") == Some(c.key.as_str())) {
        return Err(refuse("custom fields cannot be sorted by".to_owned()));
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
    Ok((Order::By { path, descending, nullable: !known }, Some(name.to_owned()), false))
}

impl Query {
    /// A stored position, for the connector.
    pub(crate) fn keyset(&self, spec: &ObjectSpec, position: &Position) -> Result<Keyset, Problem> {
        let lost = || Problem::new(Code::InvalidCursor, "the cursor does not fit its list");
        let value = match (&position.value, self.order) {
            (None, Order::Id) => None,
            (Some(json), Order::By { .. }) => {
                let name = if self.by_modified { MODIFIED } else { self.sort.as_deref().unwrap_or(MODIFIED) };
                Some(wire_of_common(spec.table, name, json).map_err(|_| lost())?)
            }
            _ => return Err(lost()),
        };
        Ok(Keyset { id: position.id.clone(), value })
    }
}
