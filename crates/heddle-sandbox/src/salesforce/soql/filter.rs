//! WHERE: conditions checked against field types, then against rows.

use std::cmp::Ordering;

use super::error::SoqlError;
use super::lex::{Token, TokenKind};
use super::parse::{Condition, Name, Operator};
use super::pattern::{Piece, decode, fits, pattern};
use super::resolve::{Path, Resolver};
use crate::salesforce::ids::Id;
use crate::salesforce::org::{Org, Row};
use crate::salesforce::schema::{Field, Kind};
use crate::salesforce::value::{Value, parse_date, parse_moment};

/// A checked condition.
#[derive(Debug)]
pub(super) enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Test(Path, Test),
}

#[derive(Debug)]
pub(super) enum Test {
    /// With `true` for NOT IN and `!=`; the values are sorted.
    OneOf(Vec<Value>, bool),
    Compare(Operator, Value),
    Like(Vec<Piece>),
}

impl Filter {
    pub(super) fn check(resolver: &Resolver<'_>, condition: &Condition<'_>) -> Result<Filter, SoqlError> {
        let all = |conditions: &[Condition<'_>]| {
            conditions.iter().map(|condition| Filter::check(resolver, condition)).collect::<Result<Vec<_>, _>>()
        };
        Ok(match condition {
            Condition::All(conditions) => Filter::All(all(conditions)?),
            Condition::Any(conditions) => Filter::Any(all(conditions)?),
            Condition::Not(inner) => Filter::Not(Box::new(Filter::check(resolver, inner)?)),
            Condition::Compare(name, operator, literal) => {
                let (path, field) = filterable(resolver, *name)?;
                let test = compare(resolver, *name, field, *operator, *literal)?;
                Filter::Test(path, test)
            }
            Condition::In(name, negated, literals) => {
                let (path, field) = filterable(resolver, *name)?;
                let values = literals
                    .iter()
                    .map(|literal| value(resolver, *name, field, *literal))
                    .collect::<Result<Vec<_>, _>>()?;
                Filter::Test(path, Test::one_of(values, *negated))
            }
        })
    }

    pub(super) fn accepts(&self, org: &Org, row: &Row) -> bool {
        match self {
            Filter::All(filters) => filters.iter().all(|filter| filter.accepts(org, row)),
            Filter::Any(filters) => filters.iter().any(|filter| filter.accepts(org, row)),
            Filter::Not(filter) => !filter.accepts(org, row),
            Filter::Test(path, test) => test.accepts(org.value(row, path).unwrap_or(&Value::Null)),
        }
    }
}

impl Test {
    fn one_of(mut values: Vec<Value>, negated: bool) -> Test {
        values.sort_by(order);
        Test::OneOf(values, negated)
    }

    fn accepts(&self, value: &Value) -> bool {
        match self {
            Test::OneOf(values, negated) => {
                let found = values.binary_search_by(|candidate| order(candidate, value)).is_ok()
                    || value.is_null() && values.first() == Some(&Value::Bool(false));
                found != *negated
            }
            Test::Compare(operator, wanted) => {
                if value.is_null() {
                    return false;
                }
                let ordering = value.compare(wanted);
                match operator {
                    Operator::Less => ordering.is_lt(),
                    Operator::LessOrEqual => ordering.is_le(),
                    Operator::Greater => ordering.is_gt(),
                    _ => ordering.is_ge(),
                }
            }
            Test::Like(pattern) => match value {
                Value::Text(text) => fits(pattern, text.folded()),
                _ => false,
            },
        }
    }
}

/// Nulls first, then by value.
fn order(a: &Value, b: &Value) -> Ordering {
    match (a.is_null(), b.is_null()) {
        (false, false) => a.compare(b),
        (a_null, b_null) => b_null.cmp(&a_null),
    }
}

fn filterable<'a>(resolver: &Resolver<'a>, name: Name<'_>) -> Result<(Path, &'a Field), SoqlError> {
    let path = resolver.path(name)?;
    let field = resolver.field(&path);
    if field.kind == Kind::Address {
        return Err(resolver.refuse(
            name,
            "INVALID_FIELD",
            "Address fields can only be filtered using Distance expressions",
        ));
    }
    if !field.has('f') {
        let text = format!("field '{}' can not be filtered in a query call", field.name);
        return Err(resolver.refuse(name, "INVALID_FIELD", text));
    }
    Ok((path, field))
}

fn compare(
    resolver: &Resolver<'_>,
    name: Name<'_>,
    field: &Field,
    operator: Operator,
    literal: Token<'_>,
) -> Result<Test, SoqlError> {
    let invalid_operator = || {
        let text = format!("invalid operator on {} field", field.kind.name());
        resolver.refuse(name, "INVALID_QUERY_FILTER_OPERATOR", text)
    };
    if operator == Operator::Like {
        if !field.kind.is_text() {
            return Err(invalid_operator());
        }
        if literal.kind != TokenKind::String {
            return Err(wrong_type(resolver, name, field));
        }
        return Ok(Test::Like(pattern(literal.text)?));
    }
    let wanted = value(resolver, name, field, literal)?;
    match operator {
        Operator::Equal => Ok(Test::one_of(vec![wanted], false)),
        Operator::NotEqual => Ok(Test::one_of(vec![wanted], true)),
        _ if wanted.is_null() || field.kind == Kind::Boolean => Err(invalid_operator()),
        _ => Ok(Test::Compare(operator, wanted)),
    }
}

fn wrong_type(resolver: &Resolver<'_>, name: Name<'_>, field: &Field) -> SoqlError {
    let quotes = if field.kind.is_text() || field.kind.is_id() { "should be" } else { "should not be" };
    resolver.refuse(
        name,
        "INVALID_FIELD",
        format!(
            "value of filter criterion for field '{}' must be of type {} and {quotes} enclosed in \
             quotes",
            field.name,
            field.kind.error_name(),
        ),
    )
}

/// A literal as a value of the field's type.
fn value(resolver: &Resolver<'_>, name: Name<'_>, field: &Field, literal: Token<'_>) -> Result<Value, SoqlError> {
    let text = literal.text;
    let value = match (literal.kind, field.kind) {
        (TokenKind::Word, kind) if text.eq_ignore_ascii_case("null") => {
            // A boolean is never null; `= null` means false.
            return Ok(if kind == Kind::Boolean { Value::Bool(false) } else { Value::Null });
        }
        (TokenKind::Word, Kind::Boolean) => Some(Value::Bool(text.eq_ignore_ascii_case("true"))),
        (TokenKind::String, kind) if kind.is_id() => {
            let text = decode(text)?;
            if text.is_empty() {
                return Ok(Value::Null);
            }
            let id = Id::parse(&text).ok_or_else(|| {
                resolver.refuse(name, "INVALID_QUERY_FILTER_OPERATOR", format!("invalid ID field: {text}"))
            })?;
            Some(Value::Id(id))
        }
        (TokenKind::String, kind) if kind.is_text() => Some(Value::text(&decode(text)?)),
        (TokenKind::Literal, Kind::Date) => parse_date(text).map(Value::Date),
        (TokenKind::Literal, Kind::DateTime) => parse_moment(text).map(Value::Moment),
        (TokenKind::Literal, kind) if kind.is_number() => number(text),
        _ => None,
    };
    value.ok_or_else(|| wrong_type(resolver, name, field))
}

fn number(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return None;
    }
    text.parse().ok().map(Value::Number)
}
