//! Comparisons of enums: one common word may stand for several of the
//! provider's, and `OTHER` for all that have no common one.

use super::value::split;
use super::{Condition, Filter, Op, Refused, RefusedKind, refuse};
use crate::codec::{Erased, ValueKind};
use crate::wire::Wire;

/// The common word for provider words without one.
const OTHER: &str = "OTHER";

/// The filter of an enum that is compared with words; `None` for everything
/// else.
pub(super) fn condition(
    name: &str,
    path: &str,
    codec: &Erased,
    op: Op,
    value: &str,
) -> Result<Option<Filter>, Refused> {
    if codec.kind != ValueKind::Word || codec.words.is_empty() || !matches!(op, Op::Eq | Op::Ne | Op::In) {
        return Ok(None);
    }
    let asked = if op == Op::In { split(name, value)? } else { vec![value.to_owned()] };
    let mut found: Vec<Wire<'static>> = Vec::new();
    let mut other = false;
    for word in &asked {
        let before = found.len();
        found.extend(of(codec, |common| common == word));
        if word == OTHER {
            other = true;
        } else if found.len() == before {
            let reason = format!("the value must be one of the words that this CRM has: {}", common(codec));
            return refuse(RefusedKind::BadValue, name, reason);
        }
    }
    let is = |op, values| Filter::Is(Condition { path: path.to_owned(), op, kind: codec.kind, values });
    let known = || of(codec, |_| true);
    let any = |values: Vec<Wire<'static>>| if values.len() == 1 { is(Op::Eq, values) } else { is(Op::In, values) };
    let none = |values: Vec<Wire<'static>>| {
        let mut parts: Vec<Filter> = values.into_iter().map(|value| is(Op::Ne, vec![value])).collect();
        match parts.len() {
            1 => parts.remove(0),
            _ => Filter::All(parts),
        }
    };
    let null = |is_null| is(Op::IsNull, vec![Wire::Bool(is_null)]);
    Ok(Some(match (op == Op::Ne, other) {
        (false, false) => any(found),
        // A word that is none of the known ones.
        (false, true) => {
            let unknown = Filter::All(vec![none(known()), null(false)]);
            if found.is_empty() { unknown } else { Filter::Any(vec![any(found), unknown]) }
        }
        (true, false) => none(found),
        (true, true) => Filter::Any(vec![any(known()), null(true)]),
    }))
}

/// The provider's words whose common word is asked for, each once.
fn of(codec: &Erased, wanted: impl Fn(&str) -> bool) -> Vec<Wire<'static>> {
    codec
        .words
        .iter()
        .filter(|(common, _)| wanted(common))
        .map(|(_, provider)| Wire::Text((*provider).into()))
        .collect()
}

/// The common words that can be asked for.
fn common(codec: &Erased) -> String {
    let mut words: Vec<&str> = Vec::new();
    for (common, _) in codec.words {
        if !words.contains(common) {
            words.push(common);
        }
    }
    words.push(OTHER);
    words.join(", ")
}
