//! A value on its way to a provider, before a dialect (JSON, SOQL, a search
//! body) spells it.

use std::borrow::Cow;

/// A typed provider value. Text is decoded: dialects escape it their own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wire<'a> {
    /// No value.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A JSON number, exact.
    Number(Cow<'a, str>),
    /// Text, also ids and words of enums.
    Text(Cow<'a, str>),
    /// RFC 3339 in UTC with `Z`; the fraction as it was given.
    Timestamp(Cow<'a, str>),
    /// `YYYY-MM-DD`, a day that exists.
    Date(Cow<'a, str>),
}

impl Wire<'_> {
    /// The same value without borrowing.
    pub fn into_owned(self) -> Wire<'static> {
        let own = |s: Cow<'_, str>| Cow::Owned(s.into_owned());
        match self {
            Wire::Null => Wire::Null,
            Wire::Bool(b) => Wire::Bool(b),
            Wire::Number(s) => Wire::Number(own(s)),
            Wire::Text(s) => Wire::Text(own(s)),
            Wire::Timestamp(s) => Wire::Timestamp(own(s)),
            Wire::Date(s) => Wire::Date(own(s)),
        }
    }
}
