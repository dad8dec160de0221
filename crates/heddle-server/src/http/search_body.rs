//! The body of a search as the engine takes it.

use super::problem::Refusal;
use super::query::{MAX_NAMES, MAX_VALUE};
use super::wire::{SearchFilter, SearchRequest};
use heddle_connector::model::Object;
use heddle_engine::{Code, ListRequest, Problem, Search, SearchValue, Shape};
use serde_json::Value;

/// Reads a search of an object.
pub(crate) fn read(object: Object, body: SearchRequest) -> Result<ListRequest, Refusal> {
    for (name, text) in [
        ("sort", &body.sort),
        ("cursor", &body.cursor),
        ("updated_after", &body.updated_after),
        ("updated_before", &body.updated_before),
        ("created_after", &body.created_after),
        ("created_before", &body.created_before),
    ] {
        let Some(text) = text else { continue };
        if text.is_empty() {
            return Err(refused(&format!("/{name}"), "invalid", format!("{name} is empty; leave it out")));
        }
        if text.chars().count() > MAX_VALUE {
            let detail = format!("{name} is longer than {MAX_VALUE} characters");
            return Err(refused(&format!("/{name}"), "too_long", detail));
        }
    }
    names("fields", body.fields.as_deref(), 1)?;
    names("expand", body.expand.as_deref(), 0)?;
    Ok(ListRequest {
        limit: body.limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX)),
        cursor: body.cursor,
        updated_after: body.updated_after,
        updated_before: body.updated_before,
        created_after: body.created_after,
        created_before: body.created_before,
        search: body.filter.map(|filter| node(filter, "/filter")).transpose()?,
        sort: body.sort,
        shape: Shape {
            fields: body.fields,
            expand: body.expand.unwrap_or_default(),
            include_raw: body.include_raw.unwrap_or_default(),
        },
        ..ListRequest::of(object)
    })
}

fn names(name: &str, list: Option<&[String]>, least: usize) -> Result<(), Refusal> {
    let Some(list) = list else { return Ok(()) };
    let pointer = format!("/{name}");
    if list.len() < least {
        return Err(refused(&pointer, "missing", format!("{name} is empty; leave it out for all")));
    }
    if list.len() > MAX_NAMES {
        return Err(refused(&pointer, "too_many", format!("{name} holds more than {MAX_NAMES} names")));
    }
    match list.iter().position(|one| one.is_empty() || one.chars().count() > 255) {
        Some(at) => {
            Err(refused(&format!("{pointer}/{at}"), "invalid", format!("{name} takes names of 1 to 255 characters")))
        }
        None => Ok(()),
    }
}

fn node(filter: SearchFilter, at: &str) -> Result<Search, Refusal> {
    let SearchFilter { and, or, not, field, op, value } = filter;
    let leaf = field.is_some() || op.is_some() || value.is_some();
    let groups = [&and, &or, &not].into_iter().filter(|group| group.is_some()).count();
    if groups + usize::from(leaf) != 1 {
        let detail = "a condition is one of and, or and not, or has field, op and value";
        return Err(refused(at, if groups == 0 { "missing" } else { "not_allowed" }, detail.to_owned()));
    }
    let all = |word: &str, parts: Vec<SearchFilter>| -> Result<Vec<Search>, Refusal> {
        parts.into_iter().enumerate().map(|(place, part)| node(part, &format!("{at}/{word}/{place}"))).collect()
    };
    if let Some(parts) = and {
        return Ok(Search::And(all("and", parts)?));
    }
    if let Some(parts) = or {
        return Ok(Search::Or(all("or", parts)?));
    }
    if let Some(parts) = not {
        return Ok(Search::Not(all("not", parts)?));
    }
    let missing = |name: &str| refused(&format!("{at}/{name}"), "missing", format!("the condition has no {name}"));
    let field = field.ok_or_else(|| missing("field"))?;
    let value = compared(value.ok_or_else(|| missing("value"))?, at)?;
    Ok(Search::Is(field, op.unwrap_or_else(|| "eq".to_owned()), value))
}

fn compared(value: Value, at: &str) -> Result<SearchValue, Refusal> {
    let invalid = |pointer: String| {
        let detail = "a value is a text, a number, true, false or null, and with in a list of them";
        refused(&pointer, "invalid", detail.to_owned())
    };
    match value {
        Value::Null => Ok(SearchValue::Nothing),
        Value::Array(items) => {
            let texts = items
                .into_iter()
                .enumerate()
                .map(|(place, item)| scalar(item).ok_or_else(|| invalid(format!("{at}/value/{place}"))));
            texts.collect::<Result<_, _>>().map(SearchValue::Several)
        }
        other => scalar(other).map(SearchValue::One).ok_or_else(|| invalid(format!("{at}/value"))),
    }
}

fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn refused(pointer: &str, word: &'static str, detail: String) -> Refusal {
    Problem::new(Code::InvalidRequest, detail.clone()).with_error(pointer, word, detail).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(body: Value) -> Result<ListRequest, String> {
        let body: SearchRequest = serde_json::from_value(body).map_err(|error| error.to_string())?;
        read(Object::Contact, body).map_err(|refusal| refusal.problem().errors[0].pointer.clone())
    }

    #[test]
    fn a_tree_is_read_with_its_values_as_texts() {
        let filter = json!({"and": [
            {"field": "last_name", "value": "Ng"},
            {"not": [{"field": "created_at", "op": "gt", "value": "2026-01-01T00:00:00Z"}]},
            {"or": [
                {"field": "custom_fields.Score__c", "op": "in", "value": [1, 2.5, "3"]},
                {"field": "do_not_call", "op": "eq", "value": true},
                {"field": "title", "op": "ne", "value": null},
            ]},
        ]});
        let request = of(json!({"filter": filter, "limit": 5, "fields": ["id"]})).unwrap();
        let Some(Search::And(parts)) = request.search else { panic!("no group") };
        let one = |text: &str| SearchValue::One(text.to_owned());
        assert_eq!(parts[0], Search::Is("last_name".into(), "eq".into(), one("Ng")));
        let Search::Or(parts) = &parts[2] else { panic!("no group") };
        let several = SearchValue::Several(["1", "2.5", "3"].map(str::to_owned).into());
        assert_eq!(parts[0], Search::Is("custom_fields.Score__c".into(), "in".into(), several));
        assert_eq!(parts[1], Search::Is("do_not_call".into(), "eq".into(), one("true")));
        assert_eq!(parts[2], Search::Is("title".into(), "ne".into(), SearchValue::Nothing));
        assert_eq!((request.limit, request.shape.fields), (Some(5), Some(vec!["id".to_owned()])));
    }

    #[test]
    fn what_is_no_tree_is_refused_with_its_place() {
        let leaf = json!({"field": "title", "value": "x"});
        for (filter, pointer) in [
            (json!({}), "/filter"),
            (json!({"and": [leaf], "or": [leaf]}), "/filter"),
            (json!({"and": [leaf, {}]}), "/filter/and/1"),
            (json!({"or": [{"not": [{"field": "title", "value": "x", "and": []}]}]}), "/filter/or/0/not/0"),
            (json!({"not": [{"op": "eq", "value": 1}]}), "/filter/not/0/field"),
            (json!({"and": [{"field": "title"}]}), "/filter/and/0/value"),
            (json!({"field": "title", "value": {"x": 1}}), "/filter/value"),
            (json!({"field": "title", "op": "in", "value": ["x", null]}), "/filter/value/1"),
        ] {
            assert_eq!(of(json!({"filter": filter})).map(|_| ()), Err(pointer.to_owned()), "{filter}");
        }
        for (body, pointer) in [
            (json!({"sort": ""}), "/sort"),
            (json!({"fields": []}), "/fields"),
            (json!({"fields": ["id", ""]}), "/fields/1"),
            (json!({"cursor": "x".repeat(1_025)}), "/cursor"),
        ] {
            assert_eq!(of(body.clone()).map(|_| ()), Err(pointer.to_owned()), "{body}");
        }
        for body in [
            json!({"filter": ["and", []]}),
            json!({"filter": {"and": [[]]}}),
            json!({"filter": {"and": null}}),
            json!({"filter": {"colour": 1}}),
            json!({"limit": -1}),
            json!({"limit": "5"}),
        ] {
            assert!(of(body.clone()).is_err(), "{body}");
        }
    }
}
