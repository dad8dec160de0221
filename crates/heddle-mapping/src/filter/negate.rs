//! The opposite of a filter, without relying on what a provider makes of "not"
//! where there is no value.

use super::{Condition, Filter, Op};
use crate::wire::Wire;

impl Filter {
    /// A filter that holds for exactly the records for which this one does not.
    ///
    /// A record without a value fulfils no comparison but `ne` and `is_null`, so
    /// it fulfils the opposite of all others: what is not greater than 5 is 5,
    /// less, or nothing. The opposite names the missing value itself, because
    /// providers differ in what their own "not" says of it.
    #[must_use]
    pub fn negated(self) -> Filter {
        match self {
            Filter::Any(parts) => Filter::All(parts.into_iter().map(Filter::negated).collect()),
            Filter::All(parts) => Filter::Any(parts.into_iter().map(Filter::negated).collect()),
            Filter::Not(inner) => *inner,
            Filter::Is(condition) => opposite(condition),
        }
    }
}

fn opposite(condition: Condition) -> Filter {
    let op = match condition.op {
        Op::Eq => return Filter::Is(Condition { op: Op::Ne, ..condition }),
        Op::Ne => return Filter::Is(Condition { op: Op::Eq, ..condition }),
        Op::IsNull => {
            let is_null = condition.values.first() == Some(&Wire::Bool(true));
            return Filter::Is(Condition { values: vec![Wire::Bool(!is_null)], ..condition });
        }
        Op::Gt => Op::Lte,
        Op::Gte => Op::Lt,
        Op::Lt => Op::Gte,
        Op::Lte => Op::Gt,
        Op::In | Op::Contains | Op::StartsWith => condition.op,
    };
    let nothing = Filter::Is(Condition {
        path: condition.path.clone(),
        op: Op::IsNull,
        kind: condition.kind,
        values: vec![Wire::Bool(true)],
    });
    let turned = op != condition.op;
    let other = Filter::Is(Condition { op, ..condition });
    let other = if turned { other } else { Filter::Not(Box::new(other)) };
    Filter::Any(vec![other, nothing])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::ValueKind;

    /// Compares a number by hand: `None` is no value.
    fn holds(filter: &Filter, value: Option<i32>) -> bool {
        match filter {
            Filter::Any(parts) => parts.iter().any(|part| holds(part, value)),
            Filter::All(parts) => parts.iter().all(|part| holds(part, value)),
            Filter::Not(inner) => !holds(inner, value),
            Filter::Is(condition) => {
                let number = |wire: &Wire<'_>| match wire {
                    Wire::Number(text) => text.parse::<i32>().ok(),
                    _ => None,
                };
                let wanted = condition.values.first().and_then(number);
                match condition.op {
                    Op::Eq => value == wanted,
                    Op::Ne => value != wanted,
                    Op::In => value.is_some() && condition.values.iter().any(|w| number(w) == value),
                    Op::IsNull => value.is_none() == (condition.values[0] == Wire::Bool(true)),
                    Op::Gt => value.is_some() && value > wanted,
                    Op::Gte => value.is_some() && value >= wanted,
                    Op::Lt => value.is_some() && value < wanted,
                    Op::Lte => value.is_some() && value <= wanted,
                    Op::Contains | Op::StartsWith => false,
                }
            }
        }
    }

    fn of(op: Op, values: &[&'static str]) -> Filter {
        let values = match op {
            Op::IsNull => vec![Wire::Bool(true)],
            _ => values.iter().map(|v| Wire::Number((*v).into())).collect(),
        };
        Filter::Is(Condition { path: "N".to_owned(), op, kind: ValueKind::Number, values })
    }

    #[test]
    fn the_opposite_holds_exactly_where_the_filter_does_not() {
        let ops = [Op::Eq, Op::Ne, Op::Gt, Op::Gte, Op::Lt, Op::Lte, Op::In, Op::IsNull];
        let mut filters: Vec<Filter> = ops.iter().map(|op| of(*op, &["2"])).collect();
        filters.push(of(Op::In, &["1", "3"]));
        filters.push(Filter::Any(vec![of(Op::Gt, &["2"]), of(Op::Eq, &["1"])]));
        filters.push(Filter::All(vec![of(Op::Gte, &["2"]), Filter::Not(Box::new(of(Op::In, &["3"])))]));
        for filter in filters {
            let (once, twice) = (filter.clone().negated(), filter.clone().negated().negated());
            for value in [None, Some(1), Some(2), Some(3)] {
                assert_ne!(holds(&filter, value), holds(&once, value), "{filter:?} {value:?}");
                assert_eq!(holds(&filter, value), holds(&twice, value), "{filter:?} {value:?}");
            }
        }
    }
}
