//! Lists of records that belong to a record, as they are written.

use super::{attendees, contact_roles, content_note, note_links};

/// One kind of such a list. Its value is `{"records": [...]}`, as a sub-query
/// gives it.
pub(in crate::salesforce) struct Children {
    /// The name under which the record has it.
    pub(in crate::salesforce) path: &'static str,
    /// The object of the records in it.
    pub(in crate::salesforce) object: &'static str,
    /// Their field that names the record which they belong to.
    pub(in crate::salesforce) parent: &'static str,
    /// Their field that tells one from another; it is never changed.
    pub(in crate::salesforce) key: &'static str,
    /// Their fields that can be changed.
    pub(in crate::salesforce) rest: &'static [&'static str],
    /// What a new one gets besides, as JSON.
    pub(in crate::salesforce) given: &'static [(&'static str, &'static str)],
    /// Which of them the list is about; others are left alone.
    pub(in crate::salesforce) own: Own,
}

/// Records by the beginnings of their keys.
pub(in crate::salesforce) enum Own {
    /// Every one.
    All,
    /// Those that begin with one of these.
    With(&'static [&'static str]),
    /// Those that begin with none of these.
    Without(&'static [&'static str]),
}

impl Own {
    /// Whether a record with this key is one.
    pub(in crate::salesforce) fn has(&self, key: &str) -> bool {
        let begins = |beginnings: &[&str]| beginnings.iter().any(|beginning| key.starts_with(beginning));
        match self {
            Self::All => true,
            Self::With(beginnings) => begins(beginnings),
            Self::Without(beginnings) => !begins(beginnings),
        }
    }
}

/// The list of this name, if it can be written.
pub(in crate::salesforce) fn written(provider_object: &str, path: &str) -> Option<&'static Children> {
    match (provider_object, path) {
        ("Opportunity", contact_roles::PATH) => Some(&contact_roles::CHILDREN),
        ("Event", attendees::PATH) => Some(&attendees::CHILDREN),
        (content_note::OBJECT, path) => note_links::ALL.iter().find(|links| links.path == path),
        _ => None,
    }
}
