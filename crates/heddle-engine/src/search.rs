//! Searches: a tree of conditions in place of a list of them.

use crate::query::{self, Place, Subject};
use crate::{Code, Problem};
use heddle_connector::mapping::Filter;
use serde::{Deserialize, Serialize};

/// Deepest nesting of groups in one search.
pub const MAX_SEARCH_DEPTH: usize = 5;
/// Most values of one `in`.
pub const MAX_SEARCH_VALUES: usize = 500;
/// Most text in one search: its fields and values together, in bytes.
pub const MAX_SEARCH_TEXT: usize = 16_384;

/// A tree of conditions.
///
/// Every record either fulfils it or does not: one without a value fulfils no
/// comparison but `ne` and `is_null`, and `Not` is the exact opposite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Search {
    /// All hold.
    #[serde(rename = "a")]
    And(Vec<Search>),
    /// At least one holds.
    #[serde(rename = "o")]
    Or(Vec<Search>),
    /// None holds.
    #[serde(rename = "n")]
    Not(Vec<Search>),
    /// One comparison: field, operator, value.
    #[serde(rename = "i")]
    Is(String, String, SearchValue),
}

/// What a field is compared with; numbers and truth values as their text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SearchValue {
    /// No value: `eq` and `ne` ask whether there is one.
    Nothing,
    /// One value.
    One(String),
    /// Several, for `in`.
    Several(Vec<String>),
}

/// Understands a search, or refuses it before any call.
pub(crate) fn understand(subject: &Subject<'_>, search: &Search) -> Result<Filter, Problem> {
    let mut reader = Reader { subject, conditions: 0, text: 0 };
    reader.node(search, "/filter".to_owned(), 1, false)
}

struct Reader<'a> {
    subject: &'a Subject<'a>,
    /// Conditions read so far.
    conditions: usize,
    /// Bytes of their fields and values.
    text: usize,
}

impl Reader<'_> {
    /// A part of the tree; `opposite` when an odd number of `not` stands around
    /// it. It is carried down to the comparisons, so that nothing is left to
    /// what a provider's own "not" means.
    fn node(&mut self, search: &Search, at: String, depth: usize, opposite: bool) -> Result<Filter, Problem> {
        let (word, parts, all, opposite) = match search {
            Search::Is(field, op, value) => return self.leaf(field, op, value, at, opposite),
            Search::And(parts) => ("and", parts, !opposite, opposite),
            Search::Or(parts) => ("or", parts, opposite, opposite),
            // None of them holds: the opposite of each does.
            Search::Not(parts) => ("not", parts, !opposite, !opposite),
        };
        if depth > MAX_SEARCH_DEPTH {
            let detail = format!("groups are nested at most {MAX_SEARCH_DEPTH} deep");
            return Err(refused(format!("{at}/{word}"), "too_many", detail));
        }
        if parts.is_empty() {
            let detail = format!("{word} needs at least one condition");
            return Err(refused(format!("{at}/{word}"), "missing", detail));
        }
        let mut filters = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            filters.push(self.node(part, format!("{at}/{word}/{place}"), depth + 1, opposite)?);
        }
        Ok(match (filters.len(), filters.pop()) {
            (1, Some(only)) => only,
            (_, last) => {
                filters.extend(last);
                if all { Filter::All(filters) } else { Filter::Any(filters) }
            }
        })
    }

    fn leaf(
        &mut self,
        field: &str,
        op: &str,
        value: &SearchValue,
        at: String,
        opposite: bool,
    ) -> Result<Filter, Problem> {
        self.conditions += 1;
        if self.conditions > query::MAX_FILTERS {
            return Err(refused(at, "too_many", format!("at most {} conditions", query::MAX_FILTERS)));
        }
        let values: &[String] = match value {
            SearchValue::Nothing => &[],
            SearchValue::One(one) => std::slice::from_ref(one),
            SearchValue::Several(several) => several,
        };
        if values.len() > MAX_SEARCH_VALUES {
            return Err(refused(format!("{at}/value"), "too_many", format!("at most {MAX_SEARCH_VALUES} values")));
        }
        self.text += field.len() + values.iter().map(String::len).sum::<usize>();
        if self.text > MAX_SEARCH_TEXT {
            let detail = format!("the fields and values of a search have at most {MAX_SEARCH_TEXT} bytes together");
            return Err(refused(at, "too_long", detail));
        }
        if values.iter().any(|value| value.len() > query::MAX_FILTER_VALUE) {
            let detail = format!("at most {} bytes a value", query::MAX_FILTER_VALUE);
            return Err(refused(format!("{at}/value"), "too_long", detail));
        }
        let (op, text) = spelled(op, value).map_err(|why| refused(format!("{at}/value"), "invalid", why.to_owned()))?;
        let filter = query::one(self.subject, &Place::Body(at), field, op, &text)?;
        Ok(if opposite { filter.negated() } else { filter })
    }
}

/// Operator and value as a query string has them.
fn spelled<'a>(op: &'a str, value: &SearchValue) -> Result<(&'a str, String), &'static str> {
    match (op, value) {
        ("in", SearchValue::Several(values)) if values.is_empty() => Err("in needs at least one value"),
        ("in", SearchValue::Several(values)) => {
            let escaped = values.iter().map(|value| value.replace('\\', "\\\\").replace(',', "\\,"));
            Ok((op, escaped.collect::<Vec<_>>().join(",")))
        }
        ("in", _) => Err("in takes a list of values"),
        (_, SearchValue::Several(_)) => Err("only in takes a list of values"),
        ("eq", SearchValue::Nothing) => Ok(("is_null", "true".to_owned())),
        ("ne", SearchValue::Nothing) => Ok(("is_null", "false".to_owned())),
        (_, SearchValue::Nothing) => Err("null works with eq and ne; use is_null to ask whether there is a value"),
        (op, SearchValue::One(text)) => Ok((op, text.clone())),
    }
}

fn refused(pointer: String, word: &'static str, detail: String) -> Problem {
    Problem::new(Code::InvalidRequest, detail.clone()).with_error(pointer, word, detail)
}

/// Pointers of refused parameters as those of the members of a body.
pub(crate) fn in_body(mut problem: Problem) -> Problem {
    for error in &mut problem.errors {
        if let Some(name) = error.pointer.strip_prefix('?') {
            error.pointer = format!("/{name}");
        }
    }
    problem
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_is_stored_as_it_was_asked() {
        let is = |value| Search::Is("name".to_owned(), "eq".to_owned(), value);
        let search = Search::And(vec![
            is(SearchValue::One("null".to_owned())),
            Search::Not(vec![is(SearchValue::Nothing), is(SearchValue::Several(vec!["a".to_owned()]))]),
        ]);
        let text = serde_json::to_string(&search).unwrap();
        assert_eq!(
            text,
            r#"{"a":[{"i":["name","eq","null"]},{"n":[{"i":["name","eq",null]},{"i":["name","eq",["a"]]}]}]}"#
        );
        assert_eq!(serde_json::from_str::<Search>(&text).unwrap(), search);
    }

    #[test]
    fn lists_are_for_in_alone_and_commas_in_values_are_kept() {
        let several = SearchValue::Several(vec!["a,b".to_owned(), "c\\".to_owned()]);
        assert_eq!(spelled("in", &several), Ok(("in", "a\\,b,c\\\\".to_owned())));
        assert_eq!(spelled("eq", &SearchValue::Nothing), Ok(("is_null", "true".to_owned())));
        for (op, value) in [
            ("eq", several),
            ("in", SearchValue::One("a".to_owned())),
            ("in", SearchValue::Several(Vec::new())),
            ("gt", SearchValue::Nothing),
        ] {
            assert!(spelled(op, &value).is_err(), "{op} {value:?}");
        }
    }
}
