//! One mapping table an object.

pub mod account;
pub mod call;
pub mod contact;
pub mod deal;
pub mod email;
pub mod email_task;
pub mod lead;
mod links;
pub mod meeting;
pub mod note;
pub mod pipeline;
#[cfg(test)]
mod reading;
pub mod stage;
pub mod task;
pub mod user;

/// What a statement asks for in place of a path that is no field: a list of
/// records that belong to the record. `None` for fields.
pub(super) fn sub_query(provider_object: &str, path: &str) -> Option<&'static str> {
    match (provider_object, path) {
        ("Opportunity", deal::CONTACT_ROLES) => Some(deal::CONTACT_ROLES_QUERY),
        _ => None,
    }
}
