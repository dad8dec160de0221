//! One mapping table an object.

pub mod account;
mod attendees;
pub mod call;
pub(super) mod children;
pub mod contact;
mod contact_roles;
pub mod content_note;
pub mod deal;
pub mod email;
mod email_relations;
pub mod email_task;
pub mod lead;
mod links;
pub mod meeting;
pub mod note;
pub(super) mod note_links;
pub mod pipeline;
#[cfg(test)]
mod reading;
pub mod record;
pub mod stage;
pub mod task;
pub mod user;

/// What a statement asks for in place of a path that is no field: a list of
/// records that belong to the record. `None` for fields.
pub(super) fn sub_query(provider_object: &str, path: &str) -> Option<&'static str> {
    match (provider_object, path) {
        ("Opportunity", contact_roles::PATH) => Some(contact_roles::QUERY),
        ("Event", attendees::PATH) => Some(attendees::QUERY),
        ("EmailMessage", email_relations::PATH) => Some(email_relations::QUERY),
        _ => None,
    }
}
