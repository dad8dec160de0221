//! Query parameters: decoded, bounded, each name once, and none left over.

use super::decode::decode;
use super::problem::Refusal;
use heddle_engine::{Code, FilterParam, MAX_FILTERS, Problem};

/// Most parameters in one request.
const MAX_PARAMETERS: usize = 64;
/// Longest value, in characters; lists of names are bounded by name instead.
pub(crate) const MAX_VALUE: usize = 1_024;
/// Longest field name, in characters.
const MAX_NAME: usize = 255;
/// Most names in `fields` or `expand`.
pub(crate) const MAX_NAMES: usize = 100;

/// The parameters that nobody has taken yet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

impl Query {
    /// Reads a query string as browsers write it: `+` and `%20` are spaces.
    pub(crate) fn parse(raw: &str) -> Result<Self, Refusal> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for part in raw.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decode(name, true).map_err(|why| {
                Problem::new(Code::InvalidRequest, format!("the name of a query parameter {}", why.as_str()))
            })?;
            let value = decode(value, true)
                .map_err(|why| refused(&name, "invalid", format!("the value of {} {}", shown(&name), why.as_str())))?;
            sound(&name, &value)?;
            if pairs.iter().any(|(other, _)| *other == name) {
                let detail = format!("{} is given more than once", shown(&name));
                return Err(refused(&name, "not_allowed", detail));
            }
            pairs.push((name, value));
            if pairs.len() > MAX_PARAMETERS {
                let detail = format!("more than {MAX_PARAMETERS} query parameters");
                return Err(Problem::new(Code::InvalidRequest, detail).into());
            }
        }
        Ok(Self { pairs })
    }

    fn remove(&mut self, name: &str) -> Option<String> {
        let at = self.pairs.iter().position(|(other, _)| other == name)?;
        Some(self.pairs.swap_remove(at).1)
    }

    /// A text of at most 1,024 characters; an empty one is refused.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(value) = self.remove(name) else { return Ok(None) };
        if value.is_empty() {
            return Err(refused(name, "invalid", format!("{name} is empty; leave it out or give it a value")));
        }
        bounded(name, &value)?;
        Ok(Some(value))
    }

    /// Whether there is such a parameter.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(other, _)| other == name)
    }

    /// A text of at most `max` characters; an empty one is refused.
    pub(crate) fn long_text(&mut self, name: &str, max: usize) -> Result<Option<String>, Refusal> {
        match self.remove(name) {
            Some(value) if value.is_empty() => {
                Err(refused(name, "invalid", format!("{name} is empty; leave it out or give it a value")))
            }
            Some(value) if value.chars().count() > max => {
                Err(refused(name, "too_long", format!("{name} is longer than {max} characters")))
            }
            value => Ok(value),
        }
    }

    /// `true` or `false`; `false` when it is not there.
    pub(crate) fn flag(&mut self, name: &str) -> Result<bool, Refusal> {
        match self.remove(name).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(refused(name, "invalid", format!("{name} takes true or false"))),
        }
    }

    /// A whole number from 1 to `max`. What is allowed is told by `allowed`.
    pub(crate) fn count(&mut self, name: &str, max: usize, allowed: &str) -> Result<Option<usize>, Refusal> {
        let Some(value) = self.remove(name) else { return Ok(None) };
        let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
        match value.parse::<usize>() {
            Ok(number) if digits && (1..=max).contains(&number) => Ok(Some(number)),
            _ => Err(refused(name, "invalid", format!("{name} takes {allowed}"))),
        }
    }

    /// Names with commas between.
    pub(crate) fn names(&mut self, name: &str) -> Result<Option<Vec<String>>, Refusal> {
        let Some(value) = self.remove(name) else { return Ok(None) };
        let names: Vec<String> = value.split(',').map(|item| item.trim().to_owned()).collect();
        if names.len() > MAX_NAMES {
            let detail = format!("{name} holds {} names; at most {MAX_NAMES} are read", names.len());
            return Err(refused(name, "too_many", detail));
        }
        if names.iter().any(String::is_empty) {
            return Err(refused(name, "invalid", format!("{name} takes names with one comma between each two")));
        }
        if let Some(long) = names.iter().find(|item| item.chars().count() > MAX_NAME) {
            let detail = format!("{name} holds {}: longer than {MAX_NAME} characters", shown(long));
            return Err(refused(name, "too_long", detail));
        }
        Ok(Some(names))
    }

    /// Every `filter[field]` and `filter[field][op]`, in the order given.
    pub(crate) fn filters(&mut self) -> Result<Vec<FilterParam>, Refusal> {
        let (mine, rest): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.pairs).into_iter().partition(|(name, _)| is_filter(name));
        self.pairs = rest;
        if mine.len() > MAX_FILTERS {
            let detail = format!("{} filters; at most {MAX_FILTERS} are read", mine.len());
            return Err(refused("filter", "too_many", detail));
        }
        let mut filters: Vec<FilterParam> = Vec::with_capacity(mine.len());
        for (name, value) in mine {
            let Some((field, op)) = filter_name(&name) else {
                let detail = format!("{} is neither filter[field] nor filter[field][op]", shown(&name));
                return Err(refused(&name, "invalid", detail));
            };
            bounded(&name, &value)?;
            if filters.iter().any(|other| other.field == field && other.op == op) {
                let detail = format!("{} says the same condition twice", shown(&name));
                return Err(refused(&name, "not_allowed", detail));
            }
            filters.push(FilterParam { field: field.to_owned(), op: op.to_owned(), value });
        }
        Ok(filters)
    }

    /// Refuses what is left, by name.
    pub(crate) fn finish(self, known: &[&str]) -> Result<(), Refusal> {
        let Some((first, _)) = self.pairs.first() else { return Ok(()) };
        let known = match known {
            [] => "this address takes none".to_owned(),
            known => format!("known here: {}", known.join(", ")),
        };
        let mut problem =
            Problem::new(Code::InvalidRequest, format!("unknown query parameter {}; {known}", shown(first)));
        for (name, _) in &self.pairs {
            problem = problem.with_error(format!("?{}", cut(name)), "unknown", known.clone());
        }
        Err(problem.into())
    }
}

/// Refuses control characters, which no database and no provider takes well.
/// A filter's value may compare a text of several lines, so there only NUL is.
fn sound(name: &str, value: &str) -> Result<(), Refusal> {
    if name.chars().any(char::is_control) {
        let detail = "the name of a query parameter has control characters";
        return Err(Problem::new(Code::InvalidRequest, detail).into());
    }
    let refuse = |what: &str| Err(refused(name, "invalid", format!("the value of {} {what}", shown(name))));
    match is_filter(name) {
        true if value.contains('\0') => refuse("has a NUL character"),
        false if value.chars().any(char::is_control) => refuse("has control characters"),
        _ => Ok(()),
    }
}

fn is_filter(name: &str) -> bool {
    name == "filter" || name.starts_with("filter[")
}

/// Field and operator of `filter[field]` or `filter[field][op]`.
fn filter_name(name: &str) -> Option<(&str, &str)> {
    let (field, rest) = name.strip_prefix("filter[")?.split_once(']')?;
    let op = match rest {
        "" => "eq",
        _ => rest.strip_prefix('[')?.strip_suffix(']')?,
    };
    let plain = |part: &str, max: usize| (1..=max).contains(&part.chars().count()) && !part.contains(['[', ']']);
    (plain(field, MAX_NAME) && plain(op, 32)).then_some((field, op))
}

fn bounded(name: &str, value: &str) -> Result<(), Refusal> {
    let length = value.chars().count();
    if length > MAX_VALUE {
        let detail = format!("{} is {length} characters long; at most {MAX_VALUE} are read", shown(name));
        return Err(refused(name, "too_long", detail));
    }
    Ok(())
}

fn refused(name: &str, code: &'static str, detail: String) -> Refusal {
    Problem::parameter(&cut(name), code, detail).into()
}

/// A client's word in a sentence: in quotes, cut to a readable length.
fn shown(word: &str) -> String {
    format!("`{}`", cut(word))
}

fn cut(word: &str) -> String {
    match word.char_indices().nth(64) {
        Some((at, _)) => format!("{}...", &word[..at]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
#[path = "query_tests.rs"]
mod tests;
