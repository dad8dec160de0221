//! Measurements with goals.

mod allocations;
mod baseline;
mod mapping;
mod timing;

pub(crate) use mapping::run as mapping;
