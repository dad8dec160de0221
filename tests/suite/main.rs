//! One binary for everything that crosses crates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::print_stderr, missing_docs)]

mod behaviour;
mod exports;
mod faults;
mod house;
mod http;
mod incremental;
mod mappings;
mod recordings;
mod writes;
