//! One mapping table an object.

pub mod contact;
