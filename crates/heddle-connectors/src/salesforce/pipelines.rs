//! Pipelines: the record types of opportunities, or the one pipeline that an
//! org without record types has.
//!
//! An empty page does not tell whether there are no record types at all or
//! none that fit, so the same call counts them.

use super::objects::deal::DEFAULT_PIPELINE;
use super::{soql, version, wire};
use heddle_connector::mapping::{Condition, Filter, Op, ValueKind, Wire, json_object};
use heddle_connector::{Failure, FailureKind, FetchQuery, ListQuery, Order, Page, Reply, Session};
use std::time::SystemTime;

/// The id of the only pipeline.
pub(super) const DEFAULT: &str = DEFAULT_PIPELINE.0;

const COUNT: &str = "SELECT COUNT() FROM RecordType WHERE SobjectType = 'Opportunity'";

/// Records of other objects' types are none of ours.
fn of_opportunities() -> Filter {
    let values = vec![Wire::Text("Opportunity".into())];
    Filter::Is(Condition { path: "SobjectType".to_owned(), op: Op::Eq, kind: ValueKind::Text, values })
}

/// One page, in one call.
pub(super) async fn list(session: &Session, query: &ListQuery<'_>) -> Result<Page, Failure> {
    let filter: Vec<Filter> = std::iter::once(of_opportunities()).chain(query.filter.iter().cloned()).collect();
    let own = ListQuery { filter: &filter, order: query.order.clone(), ..*query };
    let (request, envelope) = wire::query_pair(wire::Reach::Live, version(&session.account), &soql::list(&own), COUNT);
    let reply = session.send(request).await?;
    let Some(count) = wire::second_total(&reply.body) else {
        return Err(Failure::new(FailureKind::BadResponse, "Salesforce's count of record types cannot be read"));
    };
    if count > 0 {
        return Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope });
    }
    let there = query.after.is_none() && query.filter.iter().all(fits);
    Ok(only(query.asked, there, reply.provider_clock()))
}

/// One pipeline, in one call.
pub(super) async fn fetch(session: &Session, query: &FetchQuery<'_>) -> Result<Page, Failure> {
    let version = version(&session.account);
    if query.id == DEFAULT {
        let reply: Reply = session.send(wire::query(version, COUNT).0).await?;
        let there = wire::total_size(&reply.body, false) == Some(0);
        return Ok(only(query.asked, there, reply.provider_clock()));
    }
    let id = vec![Wire::Text(query.id.to_owned().into())];
    let id = Filter::Is(Condition { path: query.table.id.to_owned(), op: Op::Eq, kind: ValueKind::Id, values: id });
    let filter = [of_opportunities(), id];
    let list = ListQuery {
        table: query.table,
        asked: query.asked,
        filter: &filter,
        deleted: false,
        order: Order::Id,
        after: None,
        limit: 1,
    };
    let (request, envelope) = wire::query(version, &soql::list(&list));
    let reply = session.send(request).await?;
    Ok(Page { clock: reply.provider_clock(), body: reply.body, envelope })
}

/// What the only pipeline has in a field.
fn value(path: &str) -> Wire<'static> {
    match path {
        "Id" => Wire::Text(DEFAULT.into()),
        "Name" => Wire::Text(DEFAULT_PIPELINE.1.into()),
        "IsActive" => Wire::Bool(true),
        _ => Wire::Null,
    }
}

/// A page with the only pipeline, or an empty one.
fn only(asked: &[String], there: bool, clock: SystemTime) -> Page {
    let mut body = br#"{"done":true,"records":["#.to_vec();
    if there {
        let values: Vec<(String, Wire<'_>)> = asked.iter().map(|path| (path.clone(), value(path))).collect();
        body.extend(json_object(&values, true));
    }
    body.extend_from_slice(b"]}");
    Page { body: body.into(), envelope: &wire::QUERY_ENVELOPE, clock }
}

/// Whether the only pipeline fits a condition, as the provider compares.
fn fits(filter: &Filter) -> bool {
    match filter {
        Filter::Any(parts) => parts.iter().any(fits),
        Filter::All(parts) => parts.iter().all(fits),
        Filter::Not(inner) => !fits(inner),
        Filter::Is(condition) => is(condition),
    }
}

fn is(condition: &Condition) -> bool {
    let own = value(&condition.path);
    let folded = |wire: &Wire<'_>| match wire {
        Wire::Text(text) => text.to_lowercase(),
        _ => String::new(),
    };
    let same = |wire: &Wire<'static>| match (&own, wire) {
        (Wire::Text(_), Wire::Text(_)) => folded(&own) == folded(wire),
        (own, wire) => own == wire,
    };
    let first = condition.values.first();
    match condition.op {
        Op::Eq | Op::In => condition.values.iter().any(same),
        Op::Ne => !condition.values.iter().any(same),
        Op::IsNull => first == Some(&Wire::Bool(own == Wire::Null)),
        Op::Contains => first.is_some_and(|part| own != Wire::Null && folded(&own).contains(&folded(part))),
        Op::StartsWith => first.is_some_and(|part| own != Wire::Null && folded(&own).starts_with(&folded(part))),
        // Its times are not known, and what is null is neither before nor after.
        Op::Gt | Op::Gte | Op::Lt | Op::Lte => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(path: &str, op: Op, value: Wire<'static>) -> bool {
        let values = vec![value];
        fits(&Filter::Is(Condition { path: path.to_owned(), op, kind: ValueKind::Text, values }))
    }

    fn text(text: &'static str) -> Wire<'static> {
        Wire::Text(text.into())
    }

    #[test]
    fn the_only_pipeline_is_compared_as_a_record_is() {
        assert!(fit("Id", Op::Eq, text("default")) && !fit("Id", Op::Ne, text("default")));
        assert!(fit("Name", Op::Contains, text("FAU")) && !fit("Name", Op::StartsWith, text("FAU")));
        assert!(fit("IsActive", Op::Eq, Wire::Bool(true)) && !fit("IsActive", Op::Eq, Wire::Bool(false)));
        assert!(fit("CreatedById", Op::IsNull, Wire::Bool(true)) && fit("Name", Op::IsNull, Wire::Bool(false)));
        assert!(fit("CreatedById", Op::Ne, text("005")) && !fit("CreatedById", Op::Eq, text("005")));
        assert!(!fit("SystemModstamp", Op::Gt, Wire::Timestamp("2026-01-01T00:00:00Z".into())));
        let not = Filter::Not(Box::new(Filter::Any(Vec::new())));
        assert!(fits(&Filter::All(vec![not])));
    }

    #[test]
    fn its_page_has_what_was_asked_for() {
        let asked: Vec<String> = ["Id", "Name", "CreatedDate"].map(str::to_owned).into();
        let page = only(&asked, true, SystemTime::UNIX_EPOCH);
        let record = r#"{"Id":"default","Name":"Default","CreatedDate":null}"#;
        assert_eq!(page.body, format!(r#"{{"done":true,"records":[{record}]}}"#));
        assert_eq!(only(&asked, false, SystemTime::UNIX_EPOCH).body, r#"{"done":true,"records":[]}"#);
    }
}
