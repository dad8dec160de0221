//! One mapping table an object.

pub mod account;
pub mod contact;
