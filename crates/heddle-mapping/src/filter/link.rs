//! Whether a field of several objects points at a record of this one.

use super::{Condition, Filter, Op, Refused, RefusedKind, refuse};
use crate::codec::{Erased, ValueKind};
use crate::wire::Wire;

/// `is_null` on a list of links: the provider's field may hold the id of
/// another object. `None` for every other comparison, which names ids.
pub(super) fn condition(
    name: &str,
    path: &str,
    codec: &Erased,
    op: Op,
    value: &str,
) -> Result<Option<Filter>, Refused> {
    let (Some(link), Op::IsNull) = (codec.link, op) else {
        return Ok(None);
    };
    let none = match value {
        "true" => true,
        "false" => false,
        _ => return refuse(RefusedKind::BadValue, name, "is_null takes true or false"),
    };
    let words: Vec<Wire<'static>> = match link.own.and_then(|own| link.links.objects.get(own)) {
        Some((_, word)) => vec![Wire::Text((*word).into())],
        None => link.links.objects.iter().map(|(_, word)| Wire::Text((*word).into())).collect(),
    };
    let of_words =
        |op, values| Filter::Is(Condition { path: link.links.kind.to_owned(), op, kind: ValueKind::Word, values });
    let is = |words: Vec<Wire<'static>>| of_words(if words.len() == 1 { Op::Eq } else { Op::In }, words);
    let is_not =
        |words: Vec<Wire<'static>>| Filter::All(words.into_iter().map(|word| of_words(Op::Ne, vec![word])).collect());
    let held = |is_null| {
        let values = vec![Wire::Bool(is_null)];
        Filter::Is(Condition { path: path.to_owned(), op: Op::IsNull, kind: codec.kind, values })
    };
    Ok(Some(match (none, link.own) {
        (false, Some(_)) => is(words),
        (false, None) => Filter::All(vec![held(false), is_not(words)]),
        (true, Some(_)) => Filter::Any(vec![held(true), is_not(words)]),
        (true, None) => Filter::Any(vec![held(true), is(words)]),
    }))
}
