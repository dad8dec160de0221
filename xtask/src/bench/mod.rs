//! Measurements with goals.

mod allocations;
mod baseline;
mod mapping;
mod server;
mod timing;

pub(crate) use mapping::run as mapping;
pub(crate) use server::{Options as ServerOptions, run as server, upstream};
