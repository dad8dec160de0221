//! What tells one common object from another where a provider keeps both in
//! one object of its own: calls and e-mails among tasks.

use crate::ObjectSpec;
use heddle_mapping::{Condition, Filter, Op, ValueKind, Wire};

/// A condition that every record of an object fulfils.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// The field has this word, and new records get it.
    Word {
        /// The provider's field.
        path: &'static str,
        /// Its word.
        word: &'static str,
    },
    /// The field has none of these words; new records get what the provider
    /// gives them.
    NoneOf {
        /// The provider's field.
        path: &'static str,
        /// The words of other objects.
        words: &'static [&'static str],
    },
    /// The truth value, which the provider computes, is this.
    Flag {
        /// The provider's field.
        path: &'static str,
        /// Its value.
        value: bool,
    },
}

impl Fixed {
    /// The provider's field.
    pub const fn path(&self) -> &'static str {
        match self {
            Fixed::Word { path, .. } | Fixed::NoneOf { path, .. } | Fixed::Flag { path, .. } => path,
        }
    }

    /// The condition that lists and looks have.
    pub fn condition(&self) -> Filter {
        let is =
            |op, kind, value| Filter::Is(Condition { path: self.path().to_owned(), op, kind, values: vec![value] });
        match self {
            Fixed::Word { word, .. } => is(Op::Eq, ValueKind::Word, Wire::Text((*word).into())),
            Fixed::NoneOf { words, .. } => {
                Filter::All(words.iter().map(|word| is(Op::Ne, ValueKind::Word, Wire::Text((*word).into()))).collect())
            }
            Fixed::Flag { value, .. } => is(Op::Eq, ValueKind::Bool, Wire::Bool(*value)),
        }
    }
}

impl ObjectSpec {
    /// What a new record gets besides the values of its body.
    pub fn given(&self) -> impl Iterator<Item = (String, Wire<'static>)> {
        self.fixed.iter().filter_map(|fixed| match fixed {
            Fixed::Word { path, word } => Some(((*path).to_owned(), Wire::Text((*word).into()))),
            Fixed::NoneOf { .. } | Fixed::Flag { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_looked_for_and_others_are_left_out() {
        let call = Fixed::Word { path: "Kind", word: "Call" };
        let Filter::Is(Condition { path, op, values, .. }) = call.condition() else { panic!("one comparison") };
        assert_eq!((path.as_str(), op, values), ("Kind", Op::Eq, vec![Wire::Text("Call".into())]));
        let task = Fixed::NoneOf { path: "Kind", words: &["Call", "Email"] };
        assert!(matches!(task.condition(), Filter::All(parts) if parts.len() == 2));
        let own = Fixed::Flag { path: "IsCopy", value: false };
        assert!(matches!(own.condition(), Filter::Is(Condition { op: Op::Eq, kind: ValueKind::Bool, .. })));
    }
}
